import { GpuPlanSupply } from '../fleet';
import { CurrentNodes, currentNodesOf } from './current-nodes';
import { Cut, cutsOf } from './cuts';
import { Kind, kindsOf } from './kinds';
import { Need } from './needs';
import { addOptions, mostReplicas } from './option-rows';
import { Slot, Slots } from './slots';
import { addSpread } from './spread-rows';
import { addBoards, CutVariable, KeptVariable } from './supply-variables';
import { wholeNumbers } from './whole-numbers';
import { IntegerProgram, Term } from '../solver/integer-program';

/** How many replicas go to a slot. */
export interface Flow {
  readonly slot: Slot;
  readonly count: number;
}

/** A plan as numbers: how often each cut is made, which nodes stay, and how many of each kind stand on each slot. */
export interface PlanNumbers {
  readonly cuts: readonly { readonly cut: Cut; readonly count: number }[];
  readonly kept: readonly { readonly nodes: CurrentNodes; readonly count: number }[];
  readonly flows: readonly { readonly kind: Kind; readonly slots: readonly Flow[] }[];
  /** Of workloads with options. */
  readonly choices: readonly { readonly need: Need; readonly slots: readonly Flow[] }[];
}

/** Boards with the slots in use on each, and how many replicas of each need went to each slot. */
export interface KnownPlan {
  readonly boards: readonly { readonly supply: number; readonly counts: ReadonlyMap<number, number> }[];
  readonly placed: ReadonlyMap<Need, ReadonlyMap<number, number>>;
}

/** Which cuts a plan may make: all, or those of a baseline. */
export type CutsOf = (supplies: readonly GpuPlanSupply[], supply: number, used: readonly Slot[]) => Cut[];

/**
 * The configuration programme: a variable for every cut, so that boards alike are never told apart; one for the boards
 * of each supply; flows from kinds that have a choice to slots. And the way back.
 */
export class Formulation {
  public readonly program = new IntegerProgram();
  /** What one unit of cost of the programme is in the currency of the fleet. */
  public readonly unit: number;

  private readonly kinds: readonly Kind[];
  private readonly optioned: readonly Need[];
  private readonly cuts: readonly CutVariable[];
  private readonly kept: readonly KeptVariable[];
  private readonly boards: readonly number[];
  /** For each kind a variable for each slot; -1 where there is no choice. */
  private readonly flows: readonly (readonly number[])[];
  private readonly choices: readonly (readonly number[])[];

  constructor(
    supplies: readonly GpuPlanSupply[],
    slots: Slots,
    needs: readonly Need[],
    cutsFor: CutsOf = cutsOf,
    withCurrent: boolean = true,
  ) {
    const { program } = this;
    this.kinds = kindsOf(needs);
    this.optioned = needs.filter(({ choices }) => choices !== undefined);
    const wanted = new Set(needs.flatMap(need => need.slots));
    const used = slots.all.filter(slot => wanted.has(slot));
    const current = withCurrent ? currentNodesOf(supplies, slots, used) : [];
    const most = this.kinds.reduce((sum, { replicas }) => sum + replicas, 0)
      + this.optioned.reduce((sum, need) => sum + mostReplicas(need), 0);

    this.cuts = supplies.flatMap(({ count = Infinity }, supply) => cutsFor(supplies, supply, used).map(cut =>
      ({ cut, variable: program.variable({ upper: Math.min(count, most), priority: 1 }) })));
    this.kept = current.map(nodes => ({
      nodes,
      variable: program.variable({ upper: nodes.names.length, priority: 2 }),
    }));
    // a price that nothing has would only make the others larger
    const touch = supplies.map(({ costPerHour = 1, touchCost = 1 }, supply) =>
      (current.some(nodes => nodes.supply === supply) ? touchCost : costPerHour));
    const prices = wholeNumbers([...supplies.map(({ costPerHour = 1 }) => costPerHour), ...touch]);
    this.unit = 1 / prices.factor;
    this.boards = supplies.map((supply, index) => {
      const own = {
        cuts: this.cuts.filter(({ cut }) => cut.supply === index),
        kept: this.kept.filter(({ nodes }) => nodes.supply === index),
      };
      return addBoards(program, supply, own, most, {
        board: prices.whole[index],
        touch: prices.whole[supplies.length + index],
      });
    });
    this.flows = this.kinds.map(({ slots: own, replicas }) =>
      (own.length === 1 ? [-1] : own.map(() => program.variable({ upper: replicas, integer: false }))));
    this.choices = this.optioned.map(need => addOptions(program, need));
    this.addSlotRows(used);
    this.kinds.forEach((kind, i) => addSpread(program, kind, this.flows[i], { cuts: this.cuts, kept: this.kept }));
  }

  /** What a solution means. */
  public read(values: ArrayLike<number>): PlanNumbers {
    const countsOf = (slots: readonly Slot[], variables: readonly number[]) =>
      slots.map((slot, j): Flow => ({ slot, count: values[variables[j]] }));
    return {
      cuts: this.cuts.map(({ cut, variable }) => ({ cut, count: values[variable] })).filter(({ count }) => count > 0),
      kept: this.kept.map(({ nodes, variable }) => ({ nodes, count: values[variable] }))
        .filter(({ count }) => count > 0),
      flows: this.kinds.map((kind, i) => ({
        kind,
        slots: kind.slots.length === 1
          ? [{ slot: kind.slots[0], count: kind.replicas }]
          : exactly(kind.replicas, countsOf(kind.slots, this.flows[i])),
      })),
      choices: this.optioned.map((need, i) => ({
        need,
        slots: countsOf(need.slots, this.choices[i]).filter(({ count }) => count > 0),
      })),
    };
  }

  /** A plan that is known already as values of the programme; undefined when the programme does not take it. */
  public valuesOf({ boards, placed }: KnownPlan): Float64Array | undefined {
    const values = new Float64Array(this.program.variables.length);
    const cutOf = new Map<string, CutVariable | undefined>();
    for (const { supply, counts } of boards) {
      const key = `${supply} ${[...counts].join(' ')}`;
      if (!cutOf.has(key)) {
        const holdsAll = (cut: Cut) => [...counts].every(([slot, count]) => (cut.counts.get(slot) ?? 0) >= count);
        cutOf.set(key, this.cuts.find(({ cut }) => cut.supply === supply && holdsAll(cut)));
      }
      const found = cutOf.get(key);
      if (found === undefined) { return undefined; }
      values[found.variable]++;
      values[this.boards[supply]]++;
    }
    const on = (need: Need, slot: Slot) => placed.get(need)?.get(slot.index) ?? 0;
    this.kinds.forEach(({ slots, needs }, i) => slots.forEach((slot, j) => {
      if (slots.length > 1) { values[this.flows[i][j]] = needs.reduce((sum, need) => sum + on(need, slot), 0); }
    }));
    this.optioned.forEach((need, i) =>
      need.slots.forEach((slot, j) => { values[this.choices[i][j]] = on(need, slot); }));
    return this.program.isKeptBy(values) ? values : undefined;
  }

  /** On each slot stand no more than there are of it, and every kind stands somewhere. */
  private addSlotRows(used: readonly Slot[]): void {
    const terms = new Map<number, Term[]>(used.map(({ index }) => [index, []]));
    const demand = new Map<number, number>(used.map(({ index }) => [index, 0]));
    const offer = (counts: ReadonlyMap<number, number>, variable: number) => {
      for (const [slot, coefficient] of counts) { terms.get(slot)?.push({ variable, coefficient }); }
    };
    const take = (slot: Slot, variable: number) => terms.get(slot.index)!.push({ variable, coefficient: -1 });
    this.cuts.forEach(({ cut, variable }) => offer(cut.counts, variable));
    this.kept.forEach(({ nodes, variable }) => offer(nodes.counts, variable));
    this.kinds.forEach(({ slots, replicas }, i) => {
      if (slots.length === 1) {
        demand.set(slots[0].index, demand.get(slots[0].index)! + replicas);
        return;
      }
      slots.forEach((slot, j) => take(slot, this.flows[i][j]));
      this.program.row(this.flows[i].map(variable => ({ variable, coefficient: 1 })), replicas);
    });
    this.optioned.forEach(({ slots }, i) => slots.forEach((slot, j) => take(slot, this.choices[i][j])));
    for (const { index } of used) { this.program.row(terms.get(index)!, demand.get(index)!); }
  }
}

/** Flows may bring more than is asked for; what is too much is taken back from the last. */
function exactly(wanted: number, flows: readonly Flow[]): Flow[] {
  let left = wanted;
  return flows.map(({ slot, count }) => {
    const taken = Math.min(left, count);
    left -= taken;
    return { slot, count: taken };
  }).filter(({ count }) => count > 0);
}
