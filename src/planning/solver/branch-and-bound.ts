import { DualSimplex } from './dual-simplex';
import { provedBound, ProvedBound, SCALE, wholeCost } from './exact-bound';
import { IntegerProgram } from './integer-program';

const WHOLE = 1e-6;

/** How far a search is: the best solution, and what no solution can cost less than. */
export interface SearchState {
  readonly values?: Float64Array;
  /** Infinity without a solution. */
  readonly cost: number;
  readonly lowerBound: number;
  readonly steps: number;
}

/** How a search ended; `proved` says that nothing is left to search. */
export interface SearchResult extends SearchState {
  readonly proved: boolean;
}

interface Node {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly bound: number;
  readonly depth: number;
  readonly serial: number;
}

/**
 * Searches for the cheapest whole solution: the most promising node first, from there straight down. A node is dropped
 * only on a proof in whole numbers. Yields after every relaxation, so that whoever runs it can show how far it is, and
 * stop.
 * @param known a solution to start from
 * @param maxSteps pivots and relaxations after which it ends
 */
export function* search(
  program: IntegerProgram,
  maxSteps: number,
  known?: Float64Array,
): Generator<SearchState, SearchResult> {
  const simplex = new DualSimplex(program);
  const best = { values: known, cost: known === undefined ? Infinity : program.costOf(known) };
  const open = new Heap();
  let serial = 0;
  let relaxations = 0;
  /** The least bound of nodes that could be neither solved nor dropped. */
  let unresolved = Infinity;
  const steps = () => simplex.pivots + relaxations;
  const state = (bound: number): SearchState => ({
    ...best,
    lowerBound: Math.min(bound, unresolved, best.cost),
    steps: steps(),
  });

  const root = {
    lower: Float64Array.from(program.variables, ({ lower }) => lower),
    upper: Float64Array.from(program.variables, ({ upper }) => upper),
  };
  open.push({ ...root, bound: 0, depth: 0, serial: serial++ });
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.bound >= best.cost) { break; }
    for (let current: Node | undefined = node; current !== undefined;) {
      if (steps() >= maxSteps) {
        return { ...state(Math.min(current.bound, open.least())), proved: false };
      }
      simplex.setBounds(current.lower, current.upper);
      const status = simplex.solve(maxSteps - steps());
      relaxations++;
      yield state(Math.min(current.bound, open.least()));
      if (status === 'stopped') { return { ...state(Math.min(current.bound, open.least())), proved: false }; }
      if (status === 'infeasible') {
        const proof = provedBound(
          program,
          scaledProof(simplex.proofOfInfeasibility()),
          current.lower,
          current.upper,
          false,
        );
        if (proof === undefined || proof.scaled <= 0n) { unresolved = Math.min(unresolved, current.bound); }
        break;
      }
      const proof = provedBound(program, simplex.multipliers(), current.lower, current.upper);
      const bound: number = proof === undefined ? current.bound : Math.max(current.bound, wholeCost(proof.scaled));
      const values = simplex.solution();
      const rounded = values.map(Math.round);
      const fraction = branchingVariable(program, values);
      if (fraction < 0 && program.isKeptBy(rounded)) {
        const cost = program.costOf(rounded);
        if (cost < best.cost) { best.cost = cost; best.values = rounded; }
        // the relaxation has no cheaper solution, up to rounding: what is left between is not proved
        if (bound < cost && cost - bound >= 1) { unresolved = Math.min(unresolved, bound); }
        break;
      }
      if (bound >= best.cost) { break; }
      if (fraction < 0) { unresolved = Math.min(unresolved, bound); break; }
      if (proof !== undefined) { tighten(program, proof, best.cost, current.lower, current.upper); }
      const [near, far] = children(current, bound, fraction, values[fraction], () => serial++);
      if (far !== undefined) { open.push(far); }
      current = near;
    }
  }
  const final = state(best.cost);
  return { ...final, proved: unresolved >= best.cost };
}

/**
 * Of the variables that must be whole and are not: highest priority first, then the farthest from whole. -1 when all
 * are whole.
 */
function branchingVariable(program: IntegerProgram, values: Float64Array): number {
  let [best, priority, distance] = [-1, -Infinity, 0];
  program.variables.forEach((variable, index) => {
    const away = Math.abs(values[index] - Math.round(values[index]));
    if (!variable.integer || away < WHOLE || variable.priority < priority) { return; }
    if (variable.priority > priority || away > distance + WHOLE) {
      [best, priority, distance] = [index, variable.priority, away];
    }
  });
  return best;
}

/** The two halves of a node, the likelier first. */
function children(
  node: Node,
  bound: number,
  variable: number,
  value: number,
  nextSerial: () => number,
): [Node | undefined, Node | undefined] {
  const make = (change: 'lower' | 'upper', to: number): Node | undefined => {
    const child = {
      lower: Float64Array.from(node.lower),
      upper: Float64Array.from(node.upper),
      bound,
      depth: node.depth + 1,
      serial: nextSerial(),
    };
    child[change][variable] = to;
    return child.lower[variable] > child.upper[variable] ? undefined : child;
  };
  const up = make('lower', Math.ceil(value));
  const down = make('upper', Math.floor(value));
  const [near, far] = value - Math.floor(value) >= 0.4 ? [up, down] : [down, up];
  return near === undefined ? [far, undefined] : [near, far];
}

/**
 * Fixing by reduced costs, in whole numbers: a variable whose every unit costs `r` above the bound can leave its bound
 * by at most the units that keep a solution cheaper than the best.
 */
function tighten(
  program: IntegerProgram,
  { scaled, reducedCosts }: ProvedBound,
  cutoff: number,
  lower: Float64Array,
  upper: Float64Array,
): void {
  if (cutoff === Infinity) { return; }
  const room = BigInt(cutoff - 1) * BigInt(SCALE) - scaled;
  if (room < 0n) { return; }
  for (let index = 0; index < reducedCosts.length; index++) {
    const cost = reducedCosts[index];
    if (cost === 0 || !program.variables[index].integer || lower[index] === upper[index]) { continue; }
    const units = Number(room / BigInt(Math.abs(cost)));
    if (cost > 0) {
      upper[index] = Math.min(upper[index], lower[index] + units);
    } else {
      lower[index] = Math.max(lower[index], upper[index] - units);
    }
  }
}

/** A proof has no scale of its own: its largest multiplier becomes one. */
function scaledProof(multipliers: Float64Array): Float64Array {
  const most = multipliers.reduce((largest, each) => Math.max(largest, Math.abs(each)), 0);
  return most === 0 ? multipliers : multipliers.map(each => each / most);
}

/** Nodes with the least bound first, deeper ones before others, then in the order in which they were made. */
class Heap {
  private readonly nodes: Node[] = [];

  public push(node: Node): void {
    this.nodes.push(node);
    for (let at = this.nodes.length - 1; at > 0;) {
      const parent = Math.floor((at - 1) / 2);
      if (!isBefore(this.nodes[at], this.nodes[parent])) { return; }
      [this.nodes[at], this.nodes[parent]] = [this.nodes[parent], this.nodes[at]];
      at = parent;
    }
  }

  public pop(): Node | undefined {
    const [first] = this.nodes;
    const last = this.nodes.pop();
    if (this.nodes.length === 0 || last === undefined) { return first; }
    this.nodes[0] = last;
    for (let at = 0; ;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      if (left < this.nodes.length && isBefore(this.nodes[left], this.nodes[least])) { least = left; }
      if (right < this.nodes.length && isBefore(this.nodes[right], this.nodes[least])) { least = right; }
      if (least === at) { return first; }
      [this.nodes[at], this.nodes[least]] = [this.nodes[least], this.nodes[at]];
      at = least;
    }
  }

  public least(): number {
    return this.nodes.length === 0 ? Infinity : this.nodes[0].bound;
  }
}

function isBefore(a: Node, b: Node): boolean {
  return a.bound !== b.bound ? a.bound < b.bound : a.depth !== b.depth ? a.depth > b.depth : a.serial < b.serial;
}
