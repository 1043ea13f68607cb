import { GpuArrivalBoards } from './arrival';
import { Gpu, GpuLayout, GpuSliceKind } from '../../hardware';
import { cutsOf, Cut } from '../formulation/cuts';
import { profileNamed } from '../formulation/needs';
import { Slot, Slots, WHOLE } from '../formulation/slots';
import { search } from '../solver/branch-and-bound';
import { IntegerProgram, Term } from '../solver/integer-program';

/** A search for what boards can hold is small; this ends one that is not. */
const MOST_STEPS = 5000;

/** The most that boards can hold of what is asked for. */
export interface BestHeld {
  /** Compute slices of what is held. */
  readonly computeSlices: number;
  /** Boards with what stands on each, as it was asked for. */
  readonly boards: readonly HeldBoards[];
}

/** Boards that are cut and filled alike. */
export interface HeldBoards {
  readonly gpu: Gpu;
  readonly layout: GpuLayout;
  readonly kind: GpuSliceKind;
  readonly count: number;
  readonly asked: readonly string[];
}

/** Compute slices of a request; a whole board counts for all of its own, a board without MIG for one. */
export function computeSlicesOf(gpu: Gpu, profile: string): number {
  if (profile === WHOLE) { return gpu.computeSlices ?? 1; }
  return gpu.profile(profile).computeSlices;
}

/**
 * The most compute slices that boards can hold of a demand by profile, and of the ways to do so one with the most
 * requests.
 */
export function bestHeld(boards: readonly GpuArrivalBoards[], demand: ReadonlyMap<string, number>): BestHeld {
  const supplies = boards.map(({ gpu, count }) => ({ gpu, count }));
  const slots = new Slots(supplies);
  const program = new IntegerProgram();
  const requests = [...demand].filter(([, count]) => count > 0);
  // a request that stands nowhere costs its compute slices, and a trifle so that more requests are better
  const trifle = 1 + requests.reduce((sum, [, count]) => sum + count, 0);
  const flows = requests.map(([profile, count]) => supplies.flatMap(({ gpu }, supply) => {
    const name = profile === WHOLE ? WHOLE : profileNamed(gpu, profile);
    if (name === undefined) { return []; }
    const slot = name === WHOLE ? slots.whole(supply) : slots.mig(supply, name);
    const computeSlices = computeSlicesOf(gpu, name);
    return [{ slot, computeSlices, variable: program.variable({ upper: count }), profile }];
  }));
  requests.forEach(([, count], i) => {
    const most = Math.max(0, ...flows[i].map(({ computeSlices }) => computeSlices));
    const missing = program.variable({ upper: count, cost: most * trifle + 1 });
    program.row(
      [{ variable: missing, coefficient: 1 }, ...flows[i].map(({ variable }) => ({ variable, coefficient: 1 }))],
      count,
    );
  });
  const cuts = supplies.flatMap((_, supply) => cutsOf(supplies, supply, slots.all));
  const cutVariables = cuts.map(({ supply }) => program.variable({ upper: supplies[supply].count, priority: 1 }));
  for (const { index } of slots.all) {
    const taken = flows.flat()
      .filter(({ slot }) => slot.index === index)
      .map(({ variable }): Term => ({ variable, coefficient: -1 }));
    program.row(
      [...cuts.map((cut, i) => ({ variable: cutVariables[i], coefficient: cut.counts.get(index) ?? 0 })), ...taken],
      0,
    );
  }
  supplies.forEach(({ count }, supply) => {
    const own = cutVariables.filter((_, i) => cuts[i].supply === supply);
    program.row(own.map(variable => ({ variable, coefficient: -1 })), -count);
  });

  const steps = search(
    program,
    MOST_STEPS,
    nothingHeld(program, requests.map(([, count]) => count), flows.map(each => each.length)),
  );
  let step = steps.next();
  while (step.done !== true) { step = steps.next(); }
  const values = step.value.values!;
  const held = flows.flat().map(flow => ({ ...flow, left: values[flow.variable] })).filter(({ left }) => left > 0);
  return {
    computeSlices: held.reduce((sum, { computeSlices, left }) => sum + computeSlices * left, 0),
    boards: cuts.flatMap((cut, i) => boardsOf(supplies[cut.supply].gpu, cut, values[cutVariables[i]], held)),
  };
}

/** The solution from which the search starts: everybody waits. */
function nothingHeld(program: IntegerProgram, counts: readonly number[], flows: readonly number[]): Float64Array {
  const values = new Float64Array(program.variables.length);
  let at = flows.reduce((sum, each) => sum + each, 0);
  for (const count of counts) { values[at++] = count; }
  return values;
}

/** Boards of one cut, filled with what is asked for; those filled alike together. */
function boardsOf(
  gpu: Gpu,
  cut: Cut,
  count: number,
  held: { slot: Slot; profile: string; left: number }[],
): HeldBoards[] {
  const boards = new Map<string, HeldBoards>();
  for (let i = 0; i < count; i++) {
    const asked: string[] = [];
    const profiles: Record<string, number> = {};
    for (const [slot, most] of cut.counts) {
      for (let n = 0; n < most; n++) {
        const request = held.find(each => each.slot.index === slot && each.left > 0);
        if (request === undefined) { break; }
        request.left--;
        asked.push(request.profile);
        if (request.slot.profile !== WHOLE) {
          profiles[request.slot.profile] = (profiles[request.slot.profile] ?? 0) + 1;
        }
      }
    }
    if (asked.length === 0) { continue; }
    const layout = Object.keys(profiles).length === 0 ? GpuLayout.whole() : GpuLayout.of(profiles);
    const key = `${layout} ${asked.join(' ')}`;
    boards.set(key, { gpu, layout, kind: cut.kind, count: 1 + (boards.get(key)?.count ?? 0), asked });
  }
  return [...boards.values()];
}
