import { GpuSliceKind } from '../../hardware';
import { GpuPlanResult } from '../plan-result';
import { GpuArrival, GpuArrivalBoards } from './arrival';

/** The boards of a plan whose slices are cut as they are asked for: what shares a board is not placed by profile. */
export function boardsOfPlan(plan: GpuPlanResult): GpuArrivalBoards[] {
  const counts = new Map<string, GpuArrivalBoards>();
  for (const { gpu, kind, count } of plan.boards) {
    if (kind === GpuSliceKind.MIG || kind === GpuSliceKind.WHOLE) {
      counts.set(gpu.id, { gpu, count: count + (counts.get(gpu.id)?.count ?? 0) });
    }
  }
  return [...counts.values()];
}

/** The replicas of a plan, each asking for the profile that it has there, in the order of the fleet. */
export function arrivalsOfPlan(plan: GpuPlanResult): GpuArrival[] {
  return plan.assignments.filter(({ kind }) => kind === GpuSliceKind.MIG || kind === GpuSliceKind.WHOLE)
    .flatMap(({ workload, profile, replicas }, index) =>
      Array.from({ length: replicas }, (_, i) => ({ name: `${workload}-${index}-${i}`, profile })));
}

/** The same arrivals in an order that a number decides: the same one every time, on every machine. */
export function shuffled(arrivals: readonly GpuArrival[], seed: number): GpuArrival[] {
  const random = wholeNumbersFrom(seed);
  const order = [...arrivals];
  for (let at = order.length - 1; at > 0; at--) {
    const other = random(at + 1);
    [order[at], order[other]] = [order[other], order[at]];
  }
  return order;
}

/**
 * Whole numbers below a limit, by a linear congruential generator (modulus 2^31, multiplier 1103515245, increment
 * 12345, as in ISO C).
 */
export function wholeNumbersFrom(seed: number): (limit: number) => number {
  const modulus = 2n ** 31n;
  let state = BigInt(Math.trunc(seed)) % modulus;
  return limit => {
    state = (state * 1103515245n + 12345n) % modulus;
    return Number(state * BigInt(limit) / modulus);
  };
}
