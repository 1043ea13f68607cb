import { GpuPlanSpread } from '../fleet';
import { PlanNumbers } from '../formulation/formulate';
import { isSpread, replicasOf } from '../formulation/kinds';
import { Need } from '../formulation/needs';
import { Slot } from '../formulation/slots';

/** One board with what stands on it. */
export interface FilledBoard {
  readonly supply: number;
  readonly tenants: number;
  /** The node whose layout stays as it is, and the index of the board there. */
  readonly kept?: { readonly node: string; readonly index: number };
  /** Replicas by slot, in the order in which they came. */
  readonly occupants: { readonly slot: Slot; readonly need: Need }[];
  /** How many of each slot are still free. */
  readonly free: Map<number, number>;
}

/** What could not be spread as asked. */
export interface Filling {
  readonly boards: FilledBoard[];
  readonly unplaced: { readonly slot: Slot; readonly need: Need; readonly replicas: number }[];
}

/**
 * Puts every replica on a board of its own slot: those that stand apart first, where most is free; the others board
 * after board.
 */
export function fillBoards(numbers: PlanNumbers): Filling {
  const boards = emptyBoards(numbers);
  const unplaced: { slot: Slot; need: Need; replicas: number }[] = [];
  const perSlot = new Map<number, { slot: Slot; requests: { need: Need; replicas: number }[] }>();
  const ask = (slot: Slot, need: Need, replicas: number) => {
    if (!perSlot.has(slot.index)) { perSlot.set(slot.index, { slot, requests: [] }); }
    perSlot.get(slot.index)!.requests.push({ need, replicas });
  };
  for (const { kind, slots } of numbers.flows) { shareOut(kind.needs, slots, ask); }
  for (const { need, slots } of numbers.choices) { slots.forEach(({ slot, count }) => ask(slot, need, count)); }

  const bySlot = new Map<number, FilledBoard[]>();
  for (const board of boards) {
    for (const slot of board.free.keys()) { bySlot.set(slot, pushed(bySlot.get(slot), board)); }
  }
  const apart = new Map<Need, Set<unknown>>();
  for (const { slot, requests } of [...perSlot.values()].sort((a, b) => a.slot.index - b.slot.index)) {
    const own = bySlot.get(slot.index) ?? [];
    const spread = requests.filter(({ need }) => isSpread(need)).sort((a, b) => b.replicas - a.replicas);
    for (const { need, replicas } of spread) {
      const left = placeApart(own, slot, need, replicas, apart);
      if (left > 0) { unplaced.push({ slot, need, replicas: left }); }
    }
    let at = 0;
    for (const { need, replicas } of requests.filter(request => !isSpread(request.need))) {
      for (let left = replicas; left > 0;) {
        while (at < own.length && (own[at].free.get(slot.index) ?? 0) === 0) { at++; }
        if (at === own.length) { unplaced.push({ slot, need, replicas: left }); break; }
        put(own[at], slot, need);
        left--;
      }
    }
  }
  return { boards: boards.filter(({ kept, occupants }) => kept !== undefined || occupants.length > 0), unplaced };
}

function pushed(list: FilledBoard[] | undefined, board: FilledBoard): FilledBoard[] {
  if (list === undefined) { return [board]; }
  list.push(board);
  return list;
}

function emptyBoards({ cuts, kept }: PlanNumbers): FilledBoard[] {
  const boards: FilledBoard[] = [];
  for (const { nodes, count } of kept) {
    for (const node of nodes.names.slice(0, count)) {
      nodes.perBoard.forEach((counts, index) => {
        boards.push({ supply: nodes.supply, tenants: 1, kept: { node, index }, occupants: [], free: new Map(counts) });
      });
    }
  }
  for (const { cut, count } of cuts) {
    for (let i = 0; i < count; i++) {
      boards.push({ supply: cut.supply, tenants: cut.tenants, occupants: [], free: new Map(cut.counts) });
    }
  }
  return boards;
}

/** The replicas of a kind go to its slots in the order of its workloads. */
function shareOut(
  needs: readonly Need[], slots: readonly { slot: Slot; count: number }[],
  ask: (slot: Slot, need: Need, replicas: number) => void): void {
  const left = slots.map(({ slot, count }) => ({ slot, count }));
  let at = 0;
  for (const need of [...needs].sort((a, b) => Number(isSpread(b)) - Number(isSpread(a)))) {
    for (let replicas = replicasOf(need); replicas > 0 && at < left.length;) {
      const taken = Math.min(replicas, left[at].count);
      if (taken > 0) { ask(left[at].slot, need, taken); }
      replicas -= taken;
      left[at].count -= taken;
      if (left[at].count === 0) { at++; }
    }
  }
}

/** On boards, or kept nodes, that do not hold the workload yet, those with most free first. */
function placeApart(
  own: readonly FilledBoard[], slot: Slot, need: Need, replicas: number, apart: Map<Need, Set<unknown>>): number {
  const taken = apart.get(need) ?? new Set();
  apart.set(need, taken);
  const onNodes = need.workload.spread === GpuPlanSpread.NODES;
  const placeOf = (board: FilledBoard): unknown => (onNodes && board.kept !== undefined ? board.kept.node : board);
  const free = (board: FilledBoard) => board.free.get(slot.index) ?? 0;
  let left = replicas;
  for (const board of [...own].filter(each => free(each) > 0).sort((a, b) => free(b) - free(a))) {
    if (left === 0) { break; }
    if (taken.has(placeOf(board))) { continue; }
    taken.add(placeOf(board));
    put(board, slot, need);
    left--;
  }
  return left;
}

function put(board: FilledBoard, slot: Slot, need: Need): void {
  board.free.set(slot.index, board.free.get(slot.index)! - 1);
  board.occupants.push({ slot, need });
}
