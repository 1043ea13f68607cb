export type { FitAssumptions } from './assumptions';
export * from './fit-report';
export * from './gpu-fit';
export { GpuShare, GpuShareKind } from './gpu-share';
export * from './model-footprint';
