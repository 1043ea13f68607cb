import { Gpu, GpuLayout } from '../../hardware';
import { profileNamed } from '../formulation/needs';
import { WHOLE } from '../formulation/slots';
import { GpuArrivalBoard, GpuArrivalResult, GpuPlanLayout, GpuPlanSlice } from '../plan-result';
import { GpuArrival, GpuArrivalBoards } from './arrival';
import { BestHeld, bestHeld, computeSlicesOf } from './best-held';
import { BoardStates } from './board-states';
import { firstFit, FirstFitOutcome } from './first-fit';

/**
 * What first fit makes of a series of arrivals on boards that are cut as slices are asked for, against what the same
 * boards could hold.
 * @throws when a profile exists on none of the boards, or a name arrives twice without leaving
 */
export function simulateArrivals(
  boards: readonly GpuArrivalBoards[],
  arrivals: readonly GpuArrival[],
): GpuArrivalResult {
  const gpus = boards.flatMap(({ gpu, count }) => Array<Gpu>(count).fill(gpu));
  checkArrivals(gpus, arrivals);
  const outcome = firstFit(gpus, arrivals);
  const present = [...outcome.holders.keys(), ...outcome.waiting].sort((a, b) => a - b);
  const demand = new Map<string, number>();
  for (const arrival of present) {
    demand.set(arrivals[arrival].profile!, (demand.get(arrivals[arrival].profile!) ?? 0) + 1);
  }
  const reached = reachedBy(gpus, outcome);
  const best = outcome.waiting.length === 0 ? undefined : bestHeld(boards, demand);
  const isLost = best !== undefined && best.computeSlices > reached;
  return {
    arrivals: arrivals.filter(({ profile }) => profile !== undefined).length,
    placed: outcome.placed,
    waiting: outcome.waiting.length,
    stranded: [...outcome.stranded],
    promised: Math.max(best?.computeSlices ?? reached, reached),
    reached,
    betterOrder: isLost ? betterOrder(gpus, arrivals, present, best) : [],
    staticLayouts: isLost ? layoutsOf(best) : [],
    boards: boardsAtTheEnd(gpus, outcome, arrivals),
  };
}

function checkArrivals(gpus: readonly Gpu[], arrivals: readonly GpuArrival[]): void {
  const types = [...new Set(gpus)];
  const present = new Set<string>();
  arrivals.forEach(({ name, profile }, index) => {
    if (profile === undefined) {
      if (!present.delete(name)) { throw new Error(`arrivals[${index}]: ${name} leaves, and has not come`); }
      return;
    }
    if (present.has(name)) { throw new Error(`arrivals[${index}]: ${name} comes a second time, and has not left`); }
    present.add(name);
    if (profile !== WHOLE && types.every(gpu => profileNamed(gpu, profile) === undefined)) {
      const known = types.map(gpu => `${gpu} has ${[...gpu.profiles.map(each => each.name), WHOLE].join(', ')}`)
        .join('; ');
      throw new Error(`arrivals[${index}]: ${name} asks for ${profile}; `
        + `${known === '' ? 'there are no boards' : known}`);
    }
  });
}

function reachedBy(gpus: readonly Gpu[], { holders }: FirstFitOutcome): number {
  let sum = 0;
  for (const { board, place } of holders.values()) { sum += computeSlicesOf(gpus[board], place.profile); }
  return sum;
}

/**
 * Of the orders tried the first that reaches what is promised: board after board as they are best cut, or the largest
 * first.
 */
function betterOrder(
  gpus: readonly Gpu[],
  arrivals: readonly GpuArrival[],
  present: readonly number[],
  best: BestHeld,
): number[] {
  const sizeOf = sizesOn([...new Set(gpus)]);
  const bySize = (a: string, b: string) => (sizeOf(a) === sizeOf(b) ? 0 : sizeOf(b) - sizeOf(a));
  // in the order of the boards; a board with room left may take what is meant for the next, so the fullest of each type
  // come first
  const types = [...new Set(gpus)];
  const filled = [...best.boards].sort((a, b) =>
    types.indexOf(a.gpu) - types.indexOf(b.gpu) || slicesOn(b.gpu, b.layout) - slicesOn(a.gpu, a.layout));
  const inOrder = filled.flatMap(({ gpu, asked, count }) =>
    Array<readonly string[]>(count).fill(orderOnBoard(gpu, [...asked].sort(bySize))));
  for (const profiles of [inOrder.flat(), inOrder.flat().sort(bySize)]) {
    const order = numbersOf(profiles, arrivals, present);
    if (reachedBy(gpus, firstFit(gpus, order.map(arrival => arrivals[arrival]))) >= best.computeSlices) {
      return order;
    }
  }
  return [];
}

function slicesOn(gpu: Gpu, layout: GpuLayout): number {
  const { computeSlicesUsed = 0, memorySlicesUsed = 0 } = gpu.checkLayout(layout);
  return layout.isWhole ? Infinity : computeSlicesUsed + memorySlicesUsed;
}

/** An order in which first fit puts all of them on one empty board: there are at most seven, many alike. */
function orderOnBoard(gpu: Gpu, profiles: readonly string[]): readonly string[] {
  const states = BoardStates.of(gpu);
  const dead = new Set<string>();
  const extend = (state: number, left: readonly string[]): string[] | undefined => {
    if (left.length === 0) { return []; }
    const key = `${state} ${left.join(' ')}`;
    if (dead.has(key)) { return undefined; }
    for (const profile of new Set(left)) {
      const next = states.add(state, profile === WHOLE ? WHOLE : profileNamed(gpu, profile)!);
      const at = left.indexOf(profile);
      const rest = next === undefined ? undefined : extend(next.state, [...left.slice(0, at), ...left.slice(at + 1)]);
      if (rest !== undefined) { return [profile, ...rest]; }
    }
    dead.add(key);
    return undefined;
  };
  return extend(0, profiles) ?? profiles;
}

/** How large a profile is: by its memory slices, then its compute slices, then by how few places there are for it. */
function sizesOn(gpus: readonly Gpu[]): (profile: string) => number {
  const known = new Map<string, number>();
  const sizeOn = (gpu: Gpu, profile: string) => {
    const name = profileNamed(gpu, profile);
    if (name === undefined) { return 0; }
    const { memorySlices, computeSlices, placements = [] } = gpu.profile(name);
    return memorySlices + computeSlices / 10 - placements.length / 100;
  };
  return profile => {
    if (!known.has(profile)) {
      known.set(profile, profile === WHOLE ? Infinity : Math.max(0, ...gpus.map(gpu => sizeOn(gpu, profile))));
    }
    return known.get(profile)!;
  };
}

/** Arrivals in the order of their profiles; those that the boards cannot hold at the end. */
function numbersOf(profiles: readonly string[], arrivals: readonly GpuArrival[], present: readonly number[]): number[] {
  const left = new Map<string, number[]>();
  for (const arrival of [...present].reverse()) {
    const profile = arrivals[arrival].profile!;
    const own = left.get(profile);
    if (own === undefined) { left.set(profile, [arrival]); } else { own.push(arrival); }
  }
  const first = profiles.map(profile => left.get(profile)!.pop()!);
  return [...first, ...[...left.values()].flat().sort((a, b) => a - b)];
}

function layoutsOf(best: BestHeld): GpuPlanLayout[] {
  const layouts = new Map<string, GpuPlanLayout>();
  for (const { gpu, layout, kind, count } of best.boards) {
    const key = `${gpu.id} ${layout}`;
    layouts.set(key, { gpu, layout, kind, count: count + (layouts.get(key)?.count ?? 0) });
  }
  return [...layouts.values()];
}

function boardsAtTheEnd(
  gpus: readonly Gpu[],
  { holders }: FirstFitOutcome,
  arrivals: readonly GpuArrival[],
): GpuArrivalBoard[] {
  const slices = gpus.map((): GpuPlanSlice[] => []);
  for (const { arrival, board, place: { profile, start, size } } of holders.values()) {
    const memoryMib = profile === WHOLE ? gpus[board].usableMib : gpus[board].profile(profile).memoryMib;
    slices[board].push({ profile, start, size, memoryMib, workload: arrivals[arrival].name });
  }
  return gpus.map((gpu, board) => ({ gpu, slices: slices[board].sort((a, b) => a.start! - b.start!) }));
}
