export { readBenchmark } from './results/benchmark-results';
export type { BenchmarkResults } from './results/benchmark-results';
export type { ArmResult, LoadResult, MetricResult, Winner } from './results/comparison';
export type { FaultResult } from './results/faults';
export { METRICS } from './results/metrics';
export type { Metric } from './results/metrics';
export { plannerOptions } from './results/planner-options';
export type { MeasuredOption } from './results/planner-options';
export type { ArmLine, LoadLine, TargetsLine } from './results/result-lines';
export { targetsInWords } from './results/turn-measures';
export { BenchmarkArm } from './arms/benchmark-arm';
export type { BenchmarkArmOptions, BenchmarkEndpoints } from './arms/benchmark-arm';
export { BenchmarkStrategy } from './arms/benchmark-strategy';
export { VoiceBenchmarkArms } from './arms/voice-benchmark-arms';
export type { VoiceBenchmarkArm, VoiceBenchmarkArmsProps } from './arms/voice-benchmark-arms';
export { BenchmarkLoad, BenchmarkStage } from './benchmark-load';
export type { BenchmarkLoadOptions, ClosedLoadOptions } from './benchmark-load';
export { BenchmarkFaultKind } from './benchmark-options';
export type {
  BenchmarkConversation, BenchmarkPlacementSource, BenchmarkSecret, BenchmarkTargets,
} from './benchmark-options';
export type { BenchmarkProps } from './benchmark-props';
export type { BenchmarkFault, BenchmarkFaultTenant } from './fault/fault-tenant';
export { NimBenchmark } from './nim-benchmark';
export type { NimBenchmarkProps } from './nim-benchmark-props';
export { VoicePipelineBenchmark } from './voice-pipeline-benchmark';
export type { VoicePipelineBenchmarkProps } from './voice-pipeline-benchmark-props';
export { GpuDashboards } from './dashboards/gpu-dashboards';
export type { GpuDashboardsProps } from './dashboards/gpu-dashboards';
