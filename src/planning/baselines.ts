import { GpuSliceKind } from '../hardware';
import { GpuPlanSupply } from './fleet';
import { Cut } from './formulation/cuts';
import { CutsOf, Formulation } from './formulation/formulate';
import { Choice, Need } from './formulation/needs';
import { BoardFacts, Slot, Slots, WHOLE } from './formulation/slots';
import { FirstFit, firstFitDecreasing } from './placement/first-fit-decreasing';
import { GpuPlanBaselines } from './plan-result';
import { search } from './solver/branch-and-bound';

/**
 * Baselines say what people pay today, not the least that they could: they are searched for as long as so many numbers
 * of the table are touched, a fraction of a second; where that finds nothing, first fit does.
 */
const MOST_TOUCHED = 5e7;

/** What the same workloads cost when they are placed as people do it today. */
export function baselinesOf(
  supplies: readonly GpuPlanSupply[],
  slots: Slots,
  needs: readonly Need[],
  firstFit?: FirstFit,
): GpuPlanBaselines {
  // a demand that was measured on slices is met on whole boards and on boards of one profile as well as it can be there
  const onWhole = moved(needs, slot => [slots.whole(slot.supply)]);
  const onUniform = moved(needs, slot => (slot.profile === WHOLE ? [slot] : largerThan(supplies, slots, slot)));
  return {
    wholeGpu: costOf(supplies, slots, onWhole, uncut),
    uniformProfile: costOf(supplies, slots, onUniform, uniform),
    firstFitDecreasing: firstFit?.cost,
  };
}

function costOf(
  supplies: readonly GpuPlanSupply[],
  slots: Slots,
  needs: readonly Need[],
  cuts: CutsOf,
): number | undefined {
  const formulation = new Formulation(supplies, slots, needs, cuts, false);
  const { rows, variables } = formulation.program;
  const mostSteps = Math.ceil(MOST_TOUCHED / (1 + rows.length) / (1 + variables.length));
  const steps = search(formulation.program, mostSteps);
  let step = steps.next();
  while (step.done !== true) { step = steps.next(); }
  const { values, cost, proved } = step.value;
  if (values === undefined) {
    return proved ? undefined : firstFitDecreasing(supplies, needs, { oneProfile: true })?.cost;
  }
  return rounded(cost * formulation.unit);
}

/** A cost without what floating point adds to it. */
export function rounded(cost: number): number {
  return Number(cost.toPrecision(12));
}

/** The same needs on other slots. Those that had the same slots have the same ones again. */
function moved(needs: readonly Need[], to: (slot: Slot) => Slot[]): Need[] {
  const known = new Map<readonly Slot[], readonly Slot[]>();
  return needs.map(need => {
    if (need.choices !== undefined) { return movedChoices(need, to); }
    let slots = known.get(need.slots);
    if (slots === undefined) { known.set(need.slots, slots = [...new Set(need.slots.flatMap(to))]); }
    return { ...need, slots };
  });
}

function movedChoices(need: Need, to: (slot: Slot) => Slot[]): Need {
  const best = new Map<Slot, number>();
  for (const { slot, throughput } of need.choices!) {
    for (const other of to(slot)) { best.set(other, Math.max(best.get(other) ?? 0, throughput)); }
  }
  const choices = [...best].map(([slot, throughput]): Choice => ({ slot, throughput }));
  return { ...need, slots: choices.map(({ slot }) => slot), choices };
}

/** A slot and those that hold whatever it holds: profiles that it could replace on every board. */
function largerThan(supplies: readonly GpuPlanSupply[], slots: Slots, slot: Slot): Slot[] {
  const { gpu } = supplies[slot.supply];
  const facts = BoardFacts.of(gpu);
  const own = gpu.profile(slot.profile);
  const larger = facts.plain.filter(({ name, computeSlices, memorySlices }) =>
    name !== slot.profile
      && computeSlices >= own.computeSlices
      && memorySlices >= own.memorySlices
      && facts.canReplace(slot.profile, name));
  return [slot, ...larger.map(({ name }) => slots.mig(slot.supply, name))];
}

function uncut(_: readonly GpuPlanSupply[], supply: number, used: readonly Slot[]): Cut[] {
  return used.filter(slot => slot.supply === supply && slot.profile === WHOLE)
    .map(({ index, kind, tenants }): Cut => ({ supply, kind, tenants, counts: new Map([[index, tenants]]) }));
}

function uniform(supplies: readonly GpuPlanSupply[], supply: number, used: readonly Slot[]): Cut[] {
  const { gpu } = supplies[supply];
  const mig = used.filter(slot => slot.supply === supply && slot.profile !== WHOLE);
  const most = (profile: string) => Math.max(...BoardFacts.of(gpu).maximal.map(layout => layout[profile] ?? 0));
  return [...uncut(supplies, supply, used), ...mig.map(({ index, profile }): Cut =>
    ({ supply, kind: GpuSliceKind.MIG, tenants: 1, counts: new Map([[index, most(profile)]]) }))];
}
