export type { MigBoardLayouts } from './board-layouts';
export * from './dedicated-gpu';
export { GpuPool } from './gpu-pool';
export type { GpuPoolProps } from './gpu-pool';
export * from './gpu-slice';
export * from './mig-partitioned-gpu';
export * from './mps-shared-gpu';
export * from './time-sliced-gpu';
