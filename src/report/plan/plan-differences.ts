import { percent, unitOf } from './plan-report';
import { GpuPlanResult } from '../../planning';
import { inDigits } from '../plots/scale';

/** Something that is not the same in two plans. */
export interface Difference {
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

/** What differs between two plans; all three empty where nothing does. */
export interface PlanDifferences {
  /** Status, boards, cost, lower bound and gap. */
  readonly figures: readonly Difference[];
  /** Boards of each type and layout. */
  readonly layouts: readonly Difference[];
  /** Slices of each workload. */
  readonly workloads: readonly Difference[];
}

/**
 * What changes from one plan to the other. The order of the layouts and assignments in a plan does not matter.
 * @param before the plan that stands
 * @param after the plan that is proposed
 */
export function differencesOf(before: GpuPlanResult, after: GpuPlanResult): PlanDifferences {
  return {
    figures: changed(figuresOf(before), figuresOf(after), ''),
    layouts: changed(layoutsOf(before), layoutsOf(after), '0'),
    workloads: changed(workloadsOf(before), workloadsOf(after), 'not placed'),
  };
}

function figuresOf(plan: GpuPlanResult): Map<string, string> {
  const unit = unitOf(plan) === 'boards' ? 'cost' : 'cost an hour';
  return new Map([
    ['status', plan.status], ['boards', inDigits(plan.gpus, 0)], [unit, inDigits(plan.cost, 2)],
    ['lower bound', inDigits(plan.lowerBound, 2)],
    ['gap', percent(plan.gap)],
  ]);
}

function layoutsOf({ layouts }: GpuPlanResult): Map<string, string> {
  const counts = new Map<string, number>();
  for (const { gpu, kind, layout, count, tenants } of layouts) {
    const what = `${gpu} ${layout.isWhole ? kind : layout}${tenants === undefined ? '' : ` for ${tenants}`}`;
    counts.set(what, (counts.get(what) ?? 0) + count);
  }
  return new Map([...counts].map(([what, count]) => [what, inDigits(count, 0)]));
}

function workloadsOf({ assignments }: GpuPlanResult): Map<string, string> {
  const slices = new Map<string, Map<string, number>>();
  for (const { workload, gpu, kind, profile, replicas } of assignments) {
    const own = slices.get(workload) ?? new Map<string, number>();
    slices.set(workload, own);
    const slice = `${profile === 'whole' ? kind : profile} on ${gpu}`;
    own.set(slice, (own.get(slice) ?? 0) + replicas);
  }
  return new Map([...slices].map(([workload, own]) =>
    [
      workload,
      [...own].sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([slice, count]) => `${inDigits(count, 0)} × ${slice}`)
        .join(', '),
    ]));
}

function changed(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  absent: string,
): Difference[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter(what => before.get(what) !== after.get(what))
    .map(what => ({ what, before: before.get(what) ?? absent, after: after.get(what) ?? absent }));
}
