export { GpuOperator } from './gpu-operator';
export type { GpuOperatorProps } from './gpu-operator';
