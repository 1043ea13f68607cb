import { GpuPlanSupply } from '../fleet';
import { Slot, Slots } from './slots';

/** Nodes that are cut alike today. */
export interface CurrentNodes {
  readonly supply: number;
  /** Their names, in order. */
  readonly names: readonly string[];
  readonly gpusPerNode: number;
  /** Boards of all of them. */
  readonly boards: number;
  /** Slots of each of their boards. */
  readonly perBoard: readonly ReadonlyMap<number, number>[];
  /** Slots of one node. */
  readonly counts: ReadonlyMap<number, number>;
}

/** The nodes that are cut already, those with the same layouts on the same GPUs together. */
export function currentNodesOf(
  supplies: readonly GpuPlanSupply[],
  slots: Slots,
  used: readonly Slot[],
): CurrentNodes[] {
  return supplies.flatMap(({ current = [] }, supply) => {
    const groups = new Map<string, { names: string[]; perBoard: Map<number, number>[] }>();
    for (const { name, layouts } of current) {
      const key = layouts.map(String).join(' ');
      const group = groups.get(key) ?? {
        names: [],
        perBoard: layouts.map(layout => (layout.isWhole
          ? new Map([[slots.whole(supply).index, 1]])
          : new Map(Object.entries(layout.profiles)
            .map(([profile, count]) => [slots.mig(supply, profile).index, count])))),
      };
      group.names.push(name);
      groups.set(key, group);
    }
    return [...groups.values()].map(({ names, perBoard }): CurrentNodes => ({
      supply,
      names: [...names].sort(),
      gpusPerNode: perBoard.length,
      boards: names.length * perBoard.length,
      perBoard,
      counts: totalOf(perBoard, used),
    }));
  });
}

function totalOf(boards: readonly ReadonlyMap<number, number>[], used: readonly Slot[]): Map<number, number> {
  const totals = used.map(({ index }): [number, number] =>
    [index, boards.reduce((sum, counts) => sum + (counts.get(index) ?? 0), 0)]);
  return new Map(totals.filter(([, count]) => count > 0));
}
