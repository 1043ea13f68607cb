import { GpuSliceKind } from '../../hardware';
import { GpuPlanSupply } from '../fleet';
import { BoardFacts, Slot, WHOLE } from './slots';

/** One way to hand out a board: how many of each slot. */
export interface Cut {
  readonly supply: number;
  readonly kind: GpuSliceKind;
  /** How many share the board; 1 where nobody does. */
  readonly tenants: number;
  /** How many of each slot, by its index. */
  readonly counts: ReadonlyMap<number, number>;
}

/**
 * The ways to hand out the boards of a supply that matter for the slots in use: every layout to which nothing can be
 * added, seen through those slots, without layouts that another has at least as much as of everything. Whatever stands
 * on a board stands on one of them.
 */
export function cutsOf(supplies: readonly GpuPlanSupply[], supply: number, used: readonly Slot[]): Cut[] {
  const own = used.filter(slot => slot.supply === supply);
  const uncut = own.filter(({ profile }) => profile === WHOLE)
    .map(({ index, kind, tenants }): Cut => ({ supply, kind, tenants, counts: new Map([[index, tenants]]) }));
  const mig = own.filter(({ profile }) => profile !== WHOLE);
  if (mig.length === 0) { return uncut; }
  const seen = BoardFacts.of(supplies[supply].gpu).maximal.map(layout =>
    mig.map(({ profile }) => layout[profile] ?? 0));
  const hasAsMuch = (other: readonly number[], counts: readonly number[]) =>
    counts.every((count, j) => other[j] >= count);
  const best = seen.filter((counts, at) => counts.some(count => count > 0)
    && !seen.some((other, i) => i !== at && hasAsMuch(other, counts) && (i < at || !hasAsMuch(counts, other))));
  return [...uncut, ...best.map((counts): Cut => ({
    supply,
    kind: GpuSliceKind.MIG,
    tenants: 1,
    counts: new Map(mig.map((slot, j): [number, number] => [slot.index, counts[j]]).filter(([, count]) => count > 0)),
  }))];
}
