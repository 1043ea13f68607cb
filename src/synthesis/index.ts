export { AppChecks } from './app-checks';
export type { CheckedCluster } from './app-checks';
export { aroundMethod } from './around-method';
export { GpuChecks } from './gpu-checks';
export type { GpuCheckReleases } from './gpu-checks';
export { GpuFindingSeverity } from './gpu-finding';
export type { GpuFinding } from './gpu-finding';
