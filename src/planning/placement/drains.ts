import { GpuLayout } from '../../hardware';
import { GpuPlanSupply } from '../fleet';
import { Slot, Slots, WHOLE } from '../formulation/slots';
import { GpuPlanDrain } from '../plan-result';
import { mostPlaced, Request } from './max-flow';
import { FilledNode } from './nodes';

/** A node that is cut anew, before and after. */
interface Change {
  readonly node: string;
  readonly from: GpuLayout[];
  readonly to: GpuLayout[];
  readonly before: Map<number, number>;
  readonly after: Map<number, number>;
}

/**
 * The nodes that are drained, one after the other, in an order that leaves as few replicas as possible without a slice:
 * each time the node whose leave the others bear best, all those before it being done. mig-manager does not drain a
 * node itself (NVIDIA/gpu-operator#262).
 */
export function drainsOf(
  supplies: readonly GpuPlanSupply[], slots: Slots, nodes: readonly FilledNode[],
  layoutsOf: (node: FilledNode) => GpuLayout[],
  requests: readonly Request[]): GpuPlanDrain[] {
  const changes = nodes.flatMap((node): Change[] => {
    const now = supplies[node.supply].current?.find(({ name }) => name === node.name);
    if (node.kept || now === undefined) { return []; }
    const to = layoutsOf(node);
    const [before, after] = [slotsOf(slots, node.supply, now.layouts), slotsOf(slots, node.supply, to, node)];
    return [{ node: node.name, from: now.layouts, to, before, after }];
  });
  const serving = new Map<number, number>();
  const drained = new Set(changes.map(({ node }) => node));
  for (const node of nodes.filter(({ name }) => !drained.has(name))) {
    add(serving, slotsOf(slots, node.supply, layoutsOf(node), node), 1);
  }
  for (const { before } of changes) { add(serving, before, 1); }
  const wanted = requests.reduce((sum, { replicas }) => sum + replicas, 0);

  const drains: GpuPlanDrain[] = [];
  const left = [...changes].sort((a, b) => (a.node < b.node ? -1 : 1));
  while (left.length > 0) {
    let [best, least] = [0, Infinity];
    const asked = new Map<string, number>();
    left.forEach((change, index) => {
      const key = [...change.before].sort(([a], [b]) => a - b).join(' ');
      if (!asked.has(key)) {
        const meanwhile = new Map(serving);
        add(meanwhile, change.before, -1);
        asked.set(key, wanted - mostPlaced(requests, meanwhile));
      }
      // of nodes that are missed alike, the first by name
      if (asked.get(key)! < least) { [best, least] = [index, asked.get(key)!]; }
    });
    const [{ node, from, to, before, after }] = left.splice(best, 1);
    drains.push({ node, from, to, waiting: least });
    add(serving, before, -1);
    add(serving, after, 1);
  }
  return drains;
}

function slotsOf(slots: Slots, supply: number, layouts: readonly GpuLayout[], node?: FilledNode): Map<number, number> {
  const counts = new Map<number, number>();
  layouts.forEach((layout, index) => {
    const shared = node?.boards[index]?.tenants ?? 1;
    if (layout.isWhole) {
      add(counts, new Map([[(shared > 1 ? slots.share(supply, shared) : slots.whole(supply)).index, shared]]), 1);
    }
    for (const [profile, count] of Object.entries(layout.profiles)) {
      add(counts, new Map([[slots.mig(supply, profile).index, count]]), 1);
    }
  });
  return counts;
}

function add(counts: Map<number, number>, more: ReadonlyMap<number, number>, sign: 1 | -1): void {
  for (const [slot, count] of more) { counts.set(slot, (counts.get(slot) ?? 0) + sign * count); }
}

/** How a board is cut, by what stands on it. */
export function layoutOfSlots(slots: readonly Slot[]): GpuLayout {
  const counts: Record<string, number> = {};
  for (const { profile } of slots) { if (profile !== WHOLE) { counts[profile] = (counts[profile] ?? 0) + 1; } }
  return Object.keys(counts).length === 0 ? GpuLayout.whole() : GpuLayout.of(counts);
}
