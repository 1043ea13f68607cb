export { GpuPlanIsolation, GpuPlanSpread } from './fleet';
export type { GpuFleet, GpuPlanNode, GpuPlanOption, GpuPlanOptions, GpuPlanSupply, GpuPlanWorkload } from './fleet';
export { GpuPlanStatus } from './plan-result';
export type {
  GpuArrivalBoard, GpuArrivalResult, GpuPlanAssignment, GpuPlanBaselines, GpuPlanBoards, GpuPlanDrain, GpuPlanLayout,
  GpuPlanNodeLayout, GpuPlanResult, GpuPlanSlice,
} from './plan-result';
export { FLEET_SCHEMA } from './fleet-file/schema';
export { readFleet, UnreadableFleet } from './fleet-file/read-fleet';
export { planFleet, startPlan } from './planner';
export type { PlanProgress, PlanRun } from './planner';
export type { GpuArrival, GpuArrivalBoards } from './arrivals/arrival';
export { arrivalsOfPlan, boardsOfPlan, shuffled } from './arrivals/plan-arrivals';
export { simulateArrivals } from './arrivals/simulate';
export { readArrivals } from './fleet-file/read-arrivals';
export { StrategyAdvice } from './advice/strategy-advice';
export { GpuEnvironment } from './advice/strategy-question';
export type { GpuStrategyQuestion } from './advice/strategy-question';
export type { GpuStrategyGate, GpuStrategyScore } from './advice/strategy-scores';
export { BenchmarkReport } from './measured/benchmark-report';
export { BENCHMARK_REPORT } from './measured/report-fields';
export { ARRIVAL, FLEET, PLAN_OPTIONS } from './fleet-prop-types';
