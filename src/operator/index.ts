export { GpuOperator, registryOf } from './gpu-operator';
export type { GpuOperatorProps, IGpuOperator } from './gpu-operator';
