export * from './gpu';
export * from './gpu-architecture';
export * from './gpu-layout';
export type { GpuLayoutCheck } from './layout-check';
export * from './mig-profile';
export * from './mig-profile-name';
