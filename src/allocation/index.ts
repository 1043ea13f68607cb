export type {
  AllocationBackend, AllocationOptions, DeviceOffer, DeviceUse, TaintRuleForm, WantedDevice,
} from './allocation-backend';
export { attachToWorkload } from './attach-to-pod';
export { layoutsOf, profilesOf } from './board-layouts';
export type { MigBoardLayouts } from './board-layouts';
export { ClusterPolicy } from './device-plugin/cluster-policy';
export type {
  ClusterPolicyHelmOptions, ClusterPolicyOptions, ClusterPolicyPatchOptions,
} from './device-plugin/cluster-policy';
export { DevicePluginBackend } from './device-plugin/device-plugin-backend';
export { DraBackend } from './dra/dra-backend';
export { DraAccess, DraMig, DraSetup } from './dra/dra-options';
export type { DraOptions } from './dra/dra-options';
export { SharedDevicesAllocationPolicy } from './device-plugin-sharing';
export type { DevicePluginSharing } from './device-plugin-sharing';
export { GpuAllocation } from './gpu-allocation';
export { GpuNodes, GpuTaintEffect } from './gpu-nodes';
export type { GpuNodesOptions, GpuTaint } from './gpu-nodes';
export { MigStrategy } from './mig-strategy';
export { ClusterScopedObject } from './objects/cluster-scoped-object';
export { NodeLabelForm } from './node-label-form';
export type { PoolDeclaration, PoolSharing } from './pool-declaration';
export { SliceAccess } from './slice-access';
export { GPU_TOLERATION } from './tolerations';
export type { GpuToleration } from './tolerations';
