import { GpuSliceKind } from '../../hardware';
import { GpuArrivalResult, GpuPlanResult, GpuPlanStatus } from '../../planning';

/** What a run adds to a plan. */
export interface PlanRunFacts {
  /** Milliseconds that the search took. */
  readonly solveMs: number;
  /** What first fit makes of the same demand in the order of its arrival. */
  readonly arrivals?: GpuArrivalResult;
}

/** A plan in the shape that scripts read. */
export function planJson(plan: GpuPlanResult, { solveMs, arrivals }: PlanRunFacts): Record<string, unknown> {
  const none = plan.status === GpuPlanStatus.INFEASIBLE || plan.gpus === 0;
  return {
    status: plan.status,
    optimal: plan.optimal,
    gpus: none ? null : plan.gpus,
    cost: none ? null : plan.cost,
    lowerBound: plan.status === GpuPlanStatus.INFEASIBLE ? null : plan.lowerBound,
    gap: none ? null : plan.gap,
    layouts: plan.layouts.map(({ gpu, kind, layout, count, tenants }) => ({
      gpu: String(gpu),
      layout: layout.isWhole
        ? { whole: 1 }
        : layout.profiles,
      count,
      strategy: kind,
      ...(tenants !== undefined && { tenants }),
    })),
    assignments: plan.assignments.map(({ workload, gpu, profile, replicas, kind }) =>
      ({ workload, gpu: String(gpu), profile, replicas, strategy: kind })),
    nodes: plan.nodes.map(({ node, gpu, boards }) => ({
      node, gpu: String(gpu), layouts: boards.map(board => (board < 0 ? null : String(plan.boards[board].layout))),
    })),
    baselines: {
      wholeGpu: plan.baselines.wholeGpu ?? null,
      uniformProfile: plan.baselines.uniformProfile ?? null,
      firstFitDecreasing: plan.baselines.firstFitDecreasing ?? null,
    },
    ...(plan.drains.length > 0 && {
      drains: plan.drains.map(({
        node,
        from,
        to,
        waiting,
      }) => ({ node, from: from.map(String), to: to.map(String), waiting })),
    }),
    ...(plan.reasons.length > 0 && { reasons: plan.reasons }),
    ...(plan.notes.length > 0 && { notes: plan.notes }),
    ...(arrivals !== undefined && { arrivals: arrivalsJson(arrivals) }),
    solveMs,
  };
}

function arrivalsJson(arrivals: GpuArrivalResult): Record<string, unknown> {
  const { arrivals: asked, placed, waiting, stranded, promised, reached, betterOrder, staticLayouts } = arrivals;
  return {
    arrivals: asked,
    placed,
    waiting,
    promised,
    reached,
    stranded,
    betterOrder,
    staticLayouts: staticLayouts.map(({ gpu, layout, count }) =>
      ({ gpu: String(gpu), layout: layout.isWhole ? { whole: 1 } : layout.profiles, count })),
  };
}

/** How a board is handed out, in words. */
export const STRATEGY: Record<GpuSliceKind, string> = {
  [GpuSliceKind.WHOLE]: 'whole',
  [GpuSliceKind.MIG]: 'MIG',
  [GpuSliceKind.MPS]: 'MPS',
  [GpuSliceKind.TIME_SLICED]: 'time-slicing',
  [GpuSliceKind.MIG_TIME_SLICED]: 'time-slicing on MIG',
};
