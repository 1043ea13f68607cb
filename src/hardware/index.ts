export { Gpu } from './gpu';
export { GpuArchitecture } from './gpu-architecture';
export { GpuLayout } from './gpu-layout';
export { GpuIsolation, GpuSliceKind } from './gpu-slice-kind';
export type { GpuLayoutCheck } from './layout-check';
export { GpuFigureStatus, MigProfile } from './mig-profile';
export type { GpuEngines, MigPlacement } from './mig-profile';
export { MigProfileName } from './mig-profile-name';
