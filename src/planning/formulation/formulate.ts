import { GpuPlanSpread, GpuPlanSupply } from '../fleet';
import { IntegerProgram, Term } from '../solver/integer-program';
import { CurrentNodes, currentNodesOf } from './current-nodes';
import { Cut, cutsOf } from './cuts';
import { isSpread, Kind, kindsOf, replicasOf } from './kinds';
import { Need } from './needs';
import { Slot, Slots } from './slots';
import { wholeNumbers } from './whole-numbers';

/** A plan as numbers: how often each cut is made, which nodes stay, and how many of each kind stand on each slot. */
export interface PlanNumbers {
  readonly cuts: readonly { readonly cut: Cut; readonly count: number }[];
  readonly kept: readonly { readonly nodes: CurrentNodes; readonly count: number }[];
  /** For each kind, how many replicas go to each slot. */
  readonly flows: readonly { readonly kind: Kind; readonly slots: readonly { readonly slot: Slot; readonly count: number }[] }[];
  /** For each workload with options, how many replicas go to each slot. */
  readonly choices: readonly { readonly need: Need; readonly slots: readonly { readonly slot: Slot; readonly count: number }[] }[];
}

/** A fleet as an integer programme, and the way back. */
export interface Formulation {
  readonly program: IntegerProgram;
  readonly kinds: readonly Kind[];
  /** What one unit of cost of the programme is in the currency of the fleet. */
  readonly unit: number;
  read(values: ArrayLike<number>): PlanNumbers;
  /** A plan that is known already as values of the programme; undefined when the programme does not take it. */
  valuesOf(known: KnownPlan): Float64Array | undefined;
}

/** Boards with the slots in use on each, and where the replicas of each need went. */
export interface KnownPlan {
  readonly boards: readonly { readonly supply: number; readonly counts: ReadonlyMap<number, number>; readonly times: number }[];
  readonly placed: ReadonlyMap<Need, ReadonlyMap<number, number>>;
}

/** Cuts that a plan may make other than all: those of the baselines. */
export type CutsOf = (supplies: readonly GpuPlanSupply[], supply: number, used: readonly Slot[]) => Cut[];

/**
 * The configuration programme: a variable for every cut, so that boards alike are never told apart; one for the boards of each supply,
 * which carries the price and is branched on first; flows from kinds that have a choice to slots.
 */
export function formulate(
  supplies: readonly GpuPlanSupply[], slots: Slots, needs: readonly Need[], cutsFor: CutsOf = cutsOf, withCurrent: boolean = true): Formulation {
  const program = new IntegerProgram();
  const kinds = kindsOf(needs);
  const optioned = needs.filter(({ choices }) => choices !== undefined);
  const used = slots.all.filter(slot => needs.some(need => need.slots.includes(slot)));
  const most = kinds.reduce((sum, { replicas }) => sum + replicas, 0) + optioned.reduce((sum, need) => sum + mostReplicas(need), 0);
  const current = withCurrent ? currentNodesOf(supplies, slots, used) : [];
  const cutCost = wholeNumbers([...supplies.map(({ costPerHour = 1 }) => costPerHour), ...current.map(({ supply }) => supplies[supply].touchCost ?? 1)]);

  // what each slot has: terms of its row
  const supplyOf = new Map<number, Term[]>(used.map(({ index }) => [index, []]));
  const cuts = supplies.flatMap((_, supply) => cutsFor(supplies, supply, used));
  const cutVariables = cuts.map(cut => {
    const variable = program.variable({ upper: Math.min(supplies[cut.supply].count ?? most, most), priority: 1 });
    for (const [slot, count] of cut.counts) { supplyOf.get(slot)?.push({ variable, coefficient: count }); }
    return variable;
  });
  const keptVariables = current.map(nodes => {
    const variable = program.variable({ upper: nodes.names.length, priority: 2 });
    for (const [slot, count] of nodes.counts) { supplyOf.get(slot)?.push({ variable, coefficient: count }); }
    return variable;
  });
  const boards = supplies.map((supply, index) => {
    const ownCuts = cuts.flatMap((cut, i): Term[] => (cut.supply === index ? [{ variable: cutVariables[i], coefficient: -1 }] : []));
    const kept = current.flatMap((nodes, i): Term[] => (nodes.supply === index ? [{ variable: keptVariables[i], coefficient: -nodes.gpusPerNode }] : []));
    const upper = Math.min(supply.count ?? Infinity, most + current.filter(nodes => nodes.supply === index).reduce((sum, each) => sum + each.boards, 0));
    const variable = program.variable({ cost: cutCost.whole[index], upper, priority: 3 });
    program.row([{ variable, coefficient: 1 }, ...ownCuts, ...kept], 0);
    addTouched(program, supply, current.filter(nodes => nodes.supply === index), ownCuts, kept, cutCost.whole[supplies.length + current.findIndex(nodes => nodes.supply === index)]);
    addNodesOfShares(program, supply, cuts, cutVariables, index);
    return variable;
  });

  // what each slot is asked for
  const demand = new Map<number, number>(used.map(({ index }) => [index, 0]));
  const flowVariables = kinds.map(kind => kind.slots.map(slot => {
    if (kind.slots.length === 1) {
      demand.set(slot.index, demand.get(slot.index)! + kind.replicas);
      return -1;
    }
    const variable = program.variable({ upper: kind.replicas, integer: false });
    supplyOf.get(slot.index)!.push({ variable, coefficient: -1 });
    return variable;
  }));
  kinds.forEach((kind, i) => {
    if (kind.slots.length > 1) { program.row(flowVariables[i].map(variable => ({ variable, coefficient: 1 })), kind.replicas); }
  });
  const choiceVariables = optioned.map(need => addOptions(program, need, (slot, variable) => supplyOf.get(slot.index)!.push({ variable, coefficient: -1 })));
  for (const { index } of used) { program.row(supplyOf.get(index)!, demand.get(index)!); }
  kinds.forEach((kind, i) => addSpread(program, kind, flowVariables[i], cuts, cutVariables, current, keptVariables));

  return {
    program,
    kinds,
    unit: 1 / cutCost.factor,
    read: values => ({
      cuts: cuts.map((cut, i) => ({ cut, count: values[cutVariables[i]] })).filter(({ count }) => count > 0),
      kept: current.map((nodes, i) => ({ nodes, count: values[keptVariables[i]] })).filter(({ count }) => count > 0),
      flows: kinds.map((kind, i) => ({ kind, slots: exactly(kind.replicas, kind.slots.map((slot, j) => ({ slot, count: flowVariables[i][j] < 0 ? kind.replicas : values[flowVariables[i][j]] }))) })),
      choices: optioned.map((need, i) => ({ need, slots: need.slots.map((slot, j) => ({ slot, count: values[choiceVariables[i][j]] })).filter(({ count }) => count > 0) })),
    }),
    valuesOf: known => {
      const values = new Float64Array(program.variables.length);
      for (const { supply, counts, times } of known.boards) {
        const cut = cuts.findIndex(each => each.supply === supply && [...counts].every(([slot, count]) => (each.counts.get(slot) ?? 0) >= count));
        if (cut < 0) { return undefined; }
        values[cutVariables[cut]] += times;
        values[boards[supply]] += times;
      }
      kinds.forEach((kind, i) => kind.slots.forEach((slot, j) => {
        if (flowVariables[i][j] < 0) { return; }
        values[flowVariables[i][j]] = kind.needs.reduce((sum, need) => sum + (known.placed.get(need)?.get(slot.index) ?? 0), 0);
      }));
      optioned.forEach((need, i) => need.slots.forEach((slot, j) => { values[choiceVariables[i][j]] = known.placed.get(need)?.get(slot.index) ?? 0; }));
      return program.isKeptBy(values) ? values : undefined;
    },
  };
}

/** Flows may bring more than is asked for; what is too much is taken back from the last. */
function exactly(wanted: number, flows: { slot: Slot; count: number }[]): { slot: Slot; count: number }[] {
  let left = wanted;
  return flows.map(({ slot, count }) => {
    const taken = Math.min(left, count);
    left -= taken;
    return { slot, count: taken };
  }).filter(({ count }) => count > 0);
}

/** The most replicas that any plan needs of a workload with options. */
export function mostReplicas({ workload, choices }: Need): number {
  const least = Math.min(...choices!.map(({ throughput }) => throughput));
  return Math.max(workload.replicas ?? 1, workload.demand === undefined ? 0 : Math.ceil(workload.demand / least));
}

function addOptions(program: IntegerProgram, need: Need, use: (slot: Slot, variable: number) => void): number[] {
  const { workload } = need;
  const choices = need.choices!;
  const variables = choices.map(({ slot }) => {
    const variable = program.variable({ upper: mostReplicas(need) });
    use(slot, variable);
    return variable;
  });
  program.row(variables.map(variable => ({ variable, coefficient: 1 })), workload.replicas ?? 1);
  if (workload.demand !== undefined) {
    // beyond six decimals what is done is rounded down and what is asked for up, so that a plan never does too little
    const { whole } = wholeNumbers([workload.demand, ...choices.map(({ throughput }) => throughput)], Math.floor);
    const demand = whole[0] + (Number.isInteger(workload.demand * 1e6) ? 0 : 1);
    program.row(variables.map((variable, i) => ({ variable, coefficient: Math.min(whole[i + 1], demand) })), demand);
  }
  return variables;
}

/**
 * Replicas that stand apart. A kind with one slot can be spread over boards if and only if for every `t` the boards, each counted for at
 * most `t` of its slots, have room for the `t` workloads with the most replicas (Gale and Ryser on 0-1 matrices with given sums). Where a
 * kind has several slots it goes to no more of each than there are boards with one. All of this holds of every plan, so that the bound
 * stays one; what it does not say is checked when boards are filled.
 */
function addSpread(
  program: IntegerProgram, kind: Kind, flows: readonly number[], cuts: readonly Cut[], cutVariables: readonly number[], current: readonly CurrentNodes[],
  keptVariables: readonly number[]): void {
  const apart = kind.needs.filter(isSpread);
  if (apart.length === 0) { return; }
  const onNodes = apart.some(({ workload }) => workload.spread === GpuPlanSpread.NODES);
  const replicas = kind.needs.flatMap(need => (isSpread(need) ? [replicasOf(need)] : Array<number>(Math.min(replicasOf(need), 8)).fill(1))).sort((a, b) => b - a);
  const slotsOn = (counts: ReadonlyMap<number, number>) => kind.slots.reduce((sum, { index }) => sum + (counts.get(index) ?? 0), 0);
  if (kind.slots.length > 1) {
    kind.slots.forEach(({ index }, i) => program.row([
      { variable: flows[i], coefficient: -1 },
      ...cuts.map((cut, j) => ({ variable: cutVariables[j], coefficient: cut.counts.has(index) ? 1 : 0 })),
      ...current.map(({ perBoard }, j) => ({ variable: keptVariables[j], coefficient: perBoard.filter(counts => counts.has(index)).length })),
    ], 0));
  }
  const widest = Math.max(...cuts.map(({ counts }) => slotsOn(counts)), ...current.map(({ perBoard }) => Math.max(...perBoard.map(slotsOn))), 1);
  for (let t = 1; t < widest && t <= replicas.length; t++) {
    const wanted = replicas.slice(0, t).reduce((sum, each) => sum + each, 0);
    program.row([
      ...cuts.map((cut, i) => ({ variable: cutVariables[i], coefficient: Math.min(t, slotsOn(cut.counts)) })),
      ...current.map((nodes, i) => ({
        variable: keptVariables[i],
        coefficient: onNodes && t === 1 ? Math.min(1, slotsOn(nodes.counts)) : nodes.perBoard.reduce((sum, counts) => sum + Math.min(t, slotsOn(counts)), 0),
      })),
    ], wanted);
  }
}

/** Boards that are new or on nodes that are drained: at most those that nobody cut yet, and all of each drained node. */
function addTouched(
  program: IntegerProgram, supply: GpuPlanSupply, current: readonly CurrentNodes[], cuts: readonly Term[], kept: readonly Term[], touchCost: number): void {
  if (current.length === 0) { return; }
  const { gpusPerNode } = current[0];
  const nodes = current.reduce((sum, { names }) => sum + names.length, 0);
  const touched = program.variable({ cost: touchCost, upper: nodes, priority: 3 });
  program.row([{ variable: touched, coefficient: -1 }, ...kept.map(({ variable }) => ({ variable, coefficient: -1 }))], -nodes);
  if (supply.count === undefined) { return; }
  program.row([{ variable: touched, coefficient: gpusPerNode }, ...cuts], -(supply.count - nodes * gpusPerNode));
}

/** Sharing is set for a whole node: boards shared by different numbers, or not at all, stand on different nodes. */
function addNodesOfShares(program: IntegerProgram, supply: GpuPlanSupply, cuts: readonly Cut[], cutVariables: readonly number[], index: number): void {
  const { gpusPerNode = 1, count } = supply;
  const own = cuts.map((cut, i) => ({ cut, variable: cutVariables[i] })).filter(({ cut }) => cut.supply === index);
  const ways = [...new Set(own.map(({ cut }) => cut.tenants))];
  if (gpusPerNode === 1 || count === undefined || ways.length < 2) { return; }
  const nodes = ways.map(tenants => {
    const variable = program.variable({ upper: Math.ceil(count / gpusPerNode), priority: 2 });
    program.row([
      { variable, coefficient: gpusPerNode },
      ...own.filter(({ cut }) => cut.tenants === tenants).map(each => ({ variable: each.variable, coefficient: -1 })),
    ], 0);
    return variable;
  });
  program.row(nodes.map(variable => ({ variable, coefficient: -1 })), -Math.ceil(count / gpusPerNode));
}
