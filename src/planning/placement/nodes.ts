import { GpuPlanSpread, GpuPlanSupply } from '../fleet';
import { FilledBoard } from './fill-boards';

/** The boards of one node, in the order of the NVML index; undefined where the plan leaves a GPU free. */
export interface FilledNode {
  readonly name: string;
  readonly supply: number;
  readonly boards: (FilledBoard | undefined)[];
  /** Whether its layouts are as they were. */
  readonly kept: boolean;
}

/** Gathers boards into nodes: kept nodes as they are, the others board after board, shared ones apart from the rest. */
export function gatherNodes(supplies: readonly GpuPlanSupply[], boards: readonly FilledBoard[]): FilledNode[] {
  return supplies.flatMap((supply, index) =>
    nodesOfSupply(supply, index, boards.filter(board => board.supply === index)));
}

/** How many GPUs a node of a supply has. */
export function gpusPerNodeOf({ gpusPerNode, current }: GpuPlanSupply): number {
  return gpusPerNode ?? current?.[0]?.layouts.length ?? 1;
}

function nodesOfSupply(supply: GpuPlanSupply, index: number, boards: readonly FilledBoard[]): FilledNode[] {
  const width = gpusPerNodeOf(supply);
  const kept = new Map<string, FilledBoard[]>();
  for (const board of boards) {
    if (board.kept === undefined) { continue; }
    const own = kept.get(board.kept.node) ?? [];
    own[board.kept.index] = board;
    kept.set(board.kept.node, own);
  }
  const fresh: { boards: FilledBoard[]; tenants: number; apart: Set<unknown> }[] = [];
  let firstOpen = 0;
  for (const board of boards.filter(each => each.kept === undefined)) {
    const apart = board.occupants
      .filter(({ need }) => need.workload.spread === GpuPlanSpread.NODES)
      .map(({ need }) => need);
    while (firstOpen < fresh.length && fresh[firstOpen].boards.length === width) { firstOpen++; }
    let node = fresh.slice(firstOpen).find(each =>
      each.boards.length < width && each.tenants === board.tenants && !apart.some(need => each.apart.has(need)));
    if (node === undefined) {
      node = { boards: [], tenants: board.tenants, apart: new Set() };
      fresh.push(node);
    }
    node.boards.push(board);
    for (const need of apart) { node.apart.add(need); }
  }
  const nameOf = freshNames(supply, width, new Set(kept.keys()));
  return [
    ...[...kept].map(([name, own]): FilledNode => ({ name, supply: index, boards: own, kept: true })),
    ...fresh.map((node, at): FilledNode => ({
      name: nameOf(at),
      supply: index,
      boards: Array.from({ length: width }, (_, i) => node.boards[i]),
      kept: false,
    })),
  ];
}

/**
 * The name of each node that is cut anew: first come those that nobody cut yet, while there are any, then those that must
 * be drained.
 */
function freshNames(supply: GpuPlanSupply, width: number, kept: ReadonlySet<string>): (at: number) => string {
  const current = (supply.current ?? []).map(({ name }) => name);
  const given = (supply.nodes ?? []).filter(name => !current.includes(name));
  const drained = current.filter(name => !kept.has(name)).sort();
  const uncut = supply.count === undefined ? Infinity : Math.floor(supply.count / width) - current.length;
  return at => (at < uncut ? given[at] : drained[at - uncut]) ?? `${String(supply.gpu)}-${at + 1}`;
}
