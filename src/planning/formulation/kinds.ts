import { GpuPlanSpread } from '../fleet';
import { Need } from './needs';
import { Slot } from './slots';

/** Workloads that can stand in the same places: to a plan they are one. */
export interface Kind {
  readonly slots: readonly Slot[];
  readonly needs: readonly Need[];
  readonly replicas: number;
}

/**
 * Gathers workloads by where they can stand, in the order of the first of each. A workload that stands apart and has a
 * choice is a kind of its own: how many of it go where must be known to keep them apart.
 */
export function kindsOf(needs: readonly Need[]): Kind[] {
  const kinds = new Map<string, Need[]>();
  const keys = new Map<readonly Slot[], string>();
  for (const need of needs) {
    if (need.choices !== undefined) { continue; }
    let key = keys.get(need.slots);
    if (key === undefined) {
      keys.set(need.slots, key = need.slots.map(({ index }) => index).sort((a, b) => a - b).join(','));
    }
    if (isSpread(need) && need.slots.length > 1) { key = `${key} ${need.workload.name}`; }
    const group = kinds.get(key);
    if (group === undefined) { kinds.set(key, [need]); } else { group.push(need); }
  }
  const replicas = (group: readonly Need[]) => group.reduce((sum, need) => sum + replicasOf(need), 0);
  return [...kinds.values()].map(group => ({ slots: group[0].slots, needs: group, replicas: replicas(group) }));
}

export function replicasOf({ workload }: Need): number {
  return workload.replicas ?? 1;
}

export function isSpread({ workload }: Need): boolean {
  return workload.spread !== undefined && workload.spread !== GpuPlanSpread.NONE;
}
