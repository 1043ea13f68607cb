import { GpuPlanSpread } from '../fleet';
import { isSpread, Kind, replicasOf } from './kinds';
import { SupplyVariables } from './supply-variables';
import { IntegerProgram } from '../solver/integer-program';

/** No board holds more replicas than this (device plugin: 48 MPS clients; MIG: 7). */
const MOST_ON_A_BOARD = 48;

/**
 * Replicas that stand apart. A kind with one slot can be spread over boards if and only if for every `t` the boards,
 * each counted for at most `t` of its slots, have room for the `t` workloads with the most replicas (Gale and Ryser on
 * 0-1 matrices with given sums). Where a kind has several slots it goes to no more of each than there are boards with
 * one. All of this holds of every plan, so that the bound stays one; what it does not say is checked when boards are
 * filled.
 */
export function addSpread(
  program: IntegerProgram,
  kind: Kind,
  flows: readonly number[],
  { cuts, kept }: SupplyVariables,
): void {
  const apart = kind.needs.filter(isSpread);
  if (apart.length === 0) { return; }
  if (kind.slots.length > 1) {
    kind.slots.forEach(({ index }, i) => program.row([
      { variable: flows[i], coefficient: -1 },
      ...cuts.map(({ cut, variable }) => ({ variable, coefficient: cut.counts.has(index) ? 1 : 0 })),
      ...kept.map(({
        nodes,
        variable,
      }) => ({ variable, coefficient: nodes.perBoard.filter(counts => counts.has(index)).length })),
    ], 0));
  }
  const onNodes = apart.some(({ workload }) => workload.spread === GpuPlanSpread.NODES);
  const slotsOn = (counts: ReadonlyMap<number, number>) =>
    kind.slots.reduce((sum, { index }) => sum + (counts.get(index) ?? 0), 0);
  const widest = Math.max(
    1,
    ...cuts.map(({ cut }) => slotsOn(cut.counts)),
    ...kept.flatMap(({ nodes }) => nodes.perBoard.map(slotsOn)),
  );
  const replicas = rowsOf(kind);
  for (let t = 1; t < widest && t <= replicas.length; t++) {
    program.row([
      ...cuts.map(({ cut, variable }) => ({ variable, coefficient: Math.min(t, slotsOn(cut.counts)) })),
      ...kept.map(({ nodes, variable }) => ({
        variable,
        coefficient: onNodes && t === 1
          ? Math.min(1, slotsOn(nodes.counts))
          : nodes.perBoard.reduce((sum, counts) => sum + Math.min(t, slotsOn(counts)), 0),
      })),
    ], replicas.slice(0, t).reduce((sum, each) => sum + each, 0));
  }
}

/** Replicas of each workload, the most first; those that need not stand apart count one by one. */
function rowsOf(kind: Kind): number[] {
  const rows = kind.needs.flatMap(need =>
    (isSpread(need) ? [replicasOf(need)] : Array<number>(Math.min(replicasOf(need), MOST_ON_A_BOARD)).fill(1)));
  return rows.sort((a, b) => b - a);
}
