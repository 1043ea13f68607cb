import { GpuPlanSupply } from '../fleet';
import { CurrentNodes } from './current-nodes';
import { Cut } from './cuts';
import { IntegerProgram, Term } from '../solver/integer-program';

/** A cut and the variable that says how often it is made. */
export interface CutVariable {
  readonly cut: Cut;
  readonly variable: number;
}

/** Nodes that are cut alike today, and the variable that says how many of them stay. */
export interface KeptVariable {
  readonly nodes: CurrentNodes;
  readonly variable: number;
}

/** What there is of a supply in the programme. */
export interface SupplyVariables {
  readonly cuts: readonly CutVariable[];
  readonly kept: readonly KeptVariable[];
}

/** Prices in whole units. */
export interface Prices {
  readonly board: number;
  readonly touch: number;
}

/**
 * The boards of a supply: one variable carries the price and is branched on first. Nodes that are cut already either
 * stay, or are drained, which gives their boards free.
 * @returns the variable of the boards
 */
export function addBoards(
  program: IntegerProgram,
  supply: GpuPlanSupply,
  { cuts, kept }: SupplyVariables,
  most: number,
  prices: Prices,
): number {
  const keptBoards = kept.reduce((sum, { nodes }) => sum + nodes.boards, 0);
  const boards = program.variable({
    cost: prices.board,
    upper: Math.min(supply.count ?? Infinity, most + keptBoards),
    priority: 3,
  });
  program.row([
    { variable: boards, coefficient: 1 },
    ...cuts.map(({ variable }): Term => ({ variable, coefficient: -1 })),
    ...kept.map(({ nodes, variable }): Term => ({ variable, coefficient: -nodes.gpusPerNode })),
  ], 0);
  addDrained(program, supply, { cuts, kept }, prices.touch);
  addNodesOfShares(program, supply, cuts);
  return boards;
}

/** Boards that are cut anew: at most those that nobody cut yet, and all of each drained node. */
function addDrained(
  program: IntegerProgram,
  supply: GpuPlanSupply,
  { cuts, kept }: SupplyVariables,
  cost: number,
): void {
  if (kept.length === 0) { return; }
  const [{ nodes: { gpusPerNode } }] = kept;
  const nodes = kept.reduce((sum, each) => sum + each.nodes.names.length, 0);
  const drained = program.variable({ cost, upper: nodes, priority: 3 });
  program.row(
    [{ variable: drained, coefficient: -1 }, ...kept.map(({ variable }) => ({ variable, coefficient: -1 }))],
    -nodes,
  );
  if (supply.count === undefined) { return; }
  const uncut = supply.count - nodes * gpusPerNode;
  program.row(
    [{ variable: drained, coefficient: gpusPerNode }, ...cuts.map(({ variable }) => ({ variable, coefficient: -1 }))],
    -uncut,
  );
}

/** Sharing is set for a whole node: boards shared by different numbers, or not at all, stand on different nodes. */
function addNodesOfShares(
  program: IntegerProgram,
  { gpusPerNode = 1, count }: GpuPlanSupply,
  cuts: readonly CutVariable[],
): void {
  const ways = [...new Set(cuts.map(({ cut }) => cut.tenants))];
  if (gpusPerNode === 1 || count === undefined || ways.length < 2) { return; }
  const mostNodes = Math.ceil(count / gpusPerNode);
  const nodes = ways.map(tenants => {
    const variable = program.variable({ upper: mostNodes, priority: 2 });
    const own = cuts.filter(({ cut }) => cut.tenants === tenants);
    program.row(
      [{ variable, coefficient: gpusPerNode }, ...own.map(each => ({ variable: each.variable, coefficient: -1 }))],
      0,
    );
    return variable;
  });
  program.row(nodes.map(variable => ({ variable, coefficient: -1 })), -mostNodes);
}
