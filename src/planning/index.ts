export { GpuPlanIsolation, GpuPlanSpread } from './fleet';
export type { GpuFleet, GpuPlanNode, GpuPlanOption, GpuPlanOptions, GpuPlanSupply, GpuPlanWorkload } from './fleet';
export { GpuPlanStatus } from './plan-result';
export type {
  GpuArrivalBoard, GpuArrivalResult, GpuPlanAssignment, GpuPlanBaselines, GpuPlanBoards, GpuPlanDrain, GpuPlanLayout, GpuPlanNodeLayout,
  GpuPlanResult, GpuPlanSlice,
} from './plan-result';
