import { GpuPlanSupply } from '../fleet';
import { FilledBoard } from './fill-boards';
import { KnownPlan } from '../formulation/formulate';
import { isSpread, replicasOf } from '../formulation/kinds';
import { Choice, Need } from '../formulation/needs';
import { replicasWith } from '../formulation/option-rows';
import { BoardFacts, Slot, WHOLE } from '../formulation/slots';

/** A board as first fit leaves it. */
interface OpenBoard {
  readonly supply: number;
  readonly occupants: { readonly slot: Slot; readonly need: Need }[];
  /** Profiles that stand on it, as `BoardFacts.grown` tells them. */
  profiles: string;
  readonly counts: Map<number, number>;
  /** 0 while nothing says how the board is shared. */
  tenants: number;
  taken: number;
  apart?: Set<Need>;
}

/**
 * What a person does by hand, and many tools: the largest first, each on the first board that has room, else on a new
 * one of the cheapest type.
 */
export interface FirstFit extends KnownPlan {
  readonly cost: number;
  readonly filled: FilledBoard[];
}

/**
 * First fit, the largest first.
 * @param how `oneProfile`: boards are cut into slices of one profile each
 * @returns undefined when the boards do not suffice this way
 */
export function firstFitDecreasing(
  supplies: readonly GpuPlanSupply[], needs: readonly Need[],
  { oneProfile = false }: { oneProfile?: boolean } = {}): FirstFit | undefined {
  const tried = new Map<readonly Slot[], { slots: Slot[]; key: string; size: number }>();
  const requests = needs.map(need => {
    let where = tried.get(need.slots);
    if (where === undefined) {
      const slots = slotsToTry(supplies, need);
      where = {
        slots,
        key: slots.map(({ index }) => index).join(','),
        size: Math.max(...slots.map(slot => partOf(supplies, slot))),
      };
      tried.set(need.slots, where);
    }
    return { need, ...where, times: timesOf(need, where.slots) };
  }).sort((a, b) => b.size - a.size);
  const open: OpenBoard[] = [];
  const used = supplies.map(() => 0);
  const placed = new Map<Need, Map<number, number>>();
  // boards before it have no room for any request with the same slots: what stands on them only grows
  const firstWithRoom = new Map<string, number>();
  for (const { need, slots, key, times } of requests) {
    const apart = isSpread(need);
    const own = new Map<number, number>();
    placed.set(need, own);
    let from = firstWithRoom.get(key) ?? 0;
    for (let left = times; left > 0;) {
      let at = from;
      let slot: Slot | undefined;
      for (; at < open.length && slot === undefined; at++) {
        if (apart && open[at].apart?.has(need) === true) { continue; }
        slot = slots.find(each =>
          (!oneProfile || open[at].counts.has(each.index)) && hasRoom(supplies, open[at], each));
        if (slot === undefined && at === from) { from++; }
      }
      if (slot !== undefined) {
        at--;
      } else {
        slot = slots.find(({ supply }) => used[supply] < (supplies[supply].count ?? Infinity));
        if (slot === undefined) { return undefined; }
        used[slot.supply]++;
        at = open.push({
          supply: slot.supply,
          occupants: [],
          profiles: '',
          counts: new Map(),
          tenants: 0,
          taken: 0,
        }) - 1;
      }
      take(supplies, open[at], slot);
      open[at].occupants.push({ slot, need });
      if (apart) { (open[at].apart ??= new Set()).add(need); }
      own.set(slot.index, (own.get(slot.index) ?? 0) + 1);
      left--;
    }
    firstWithRoom.set(key, from);
  }
  return {
    boards: open.map(({ supply, counts }) => ({ supply, counts })),
    placed,
    cost: Number(used.reduce((sum, count, supply) => sum + count * (supplies[supply].costPerHour ?? 1), 0)
      .toPrecision(12)),
    filled: open.map(({
      supply,
      occupants,
      tenants,
    }) => ({ supply, occupants, tenants: Math.max(tenants, 1), free: new Map<number, number>() })),
  };
}

/** Of a workload with options: the one that does most for the part of a board that it takes. */
function slotsToTry(supplies: readonly GpuPlanSupply[], need: Need): Slot[] {
  if (need.choices === undefined) {
    return [...need.slots].sort((a, b) =>
      partOf(supplies, a) * price(supplies, a) - partOf(supplies, b) * price(supplies, b) || a.index - b.index);
  }
  const worth = ({ slot, throughput }: Choice) => throughput / (partOf(supplies, slot) * price(supplies, slot));
  const [best] = [...need.choices].sort((a, b) => worth(b) - worth(a) || a.slot.index - b.slot.index);
  return [best.slot];
}

function timesOf(need: Need, [slot]: readonly Slot[]): number {
  if (need.choices === undefined) { return replicasOf(need); }
  return replicasWith(need, need.choices.find(choice => choice.slot === slot)!.throughput);
}

function price(supplies: readonly GpuPlanSupply[], { supply }: Slot): number {
  return supplies[supply].costPerHour ?? 1;
}

/** The part of a board that a slot takes: of its memory or of its compute slices, whichever is more. */
export function partOf(supplies: readonly GpuPlanSupply[], { supply, profile, tenants }: Slot): number {
  if (profile === WHOLE) { return 1 / tenants; }
  const { gpu } = supplies[supply];
  const { computeSlices, memorySlices } = gpu.profile(profile);
  return Math.max(computeSlices / gpu.computeSlices!, memorySlices / gpu.memorySlices!);
}

function hasRoom(supplies: readonly GpuPlanSupply[], board: OpenBoard, slot: Slot): boolean {
  if (board.supply !== slot.supply) { return false; }
  if (slot.profile === WHOLE) {
    return board.tenants === slot.tenants && board.taken < slot.tenants && board.counts.has(slot.index);
  }
  if (board.tenants !== 0) { return false; }
  return BoardFacts.of(supplies[slot.supply].gpu).canGrow(board.profiles, slot.profile);
}

function take(supplies: readonly GpuPlanSupply[], board: OpenBoard, slot: Slot): void {
  board.taken++;
  board.counts.set(slot.index, (board.counts.get(slot.index) ?? 0) + 1);
  if (slot.profile === WHOLE) {
    board.tenants = slot.tenants;
  } else {
    board.profiles = BoardFacts.of(supplies[slot.supply].gpu).grown(board.profiles, slot.profile);
  }
}
