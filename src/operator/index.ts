export { ClusterPolicyForm } from './cluster-policy';
export type { GpuToleration } from './cluster-policy';
export { SharedDevicesAllocationPolicy } from './device-plugin-file';
export * from './gpu-nodes';
export * from './gpu-operator';
export { GpuOperatorVersion } from './gpu-operator-version';
export * from './mig-strategy';
export * from './node-label-form';
