import { Gpu, GpuLayout, GpuSliceKind } from '../hardware';
import { rounded } from './baselines';
import { GpuPlanSupply } from './fleet';
import { kindsOf } from './formulation/kinds';
import { Need } from './formulation/needs';
import { Slot, Slots, WHOLE } from './formulation/slots';
import { PlacedProfile, placeOnBoard } from './placement/board-placements';
import { drainsOf, layoutOfSlots } from './placement/drains';
import { FilledBoard } from './placement/fill-boards';
import { Request } from './placement/max-flow';
import { FilledNode, gatherNodes } from './placement/nodes';
import {
  GpuPlanAssignment, GpuPlanBaselines, GpuPlanBoards, GpuPlanLayout, GpuPlanNodeLayout, GpuPlanResult, GpuPlanSlice,
  GpuPlanStatus,
} from './plan-result';

/** What the search knows of a plan. */
export interface Proof {
  readonly lowerBound: number;
  readonly proved: boolean;
  readonly steps: number;
  readonly baselines: GpuPlanBaselines;
}

/** A plan in the words of its result. */
export function describePlan(
  supplies: readonly GpuPlanSupply[], slots: Slots, needs: readonly Need[], boards: readonly FilledBoard[],
  proof: Proof): GpuPlanResult {
  const groups = new BoardGroups(supplies, slots);
  const nodes = gatherNodes(supplies, boards);
  const groupOf = new Map<FilledBoard, number>();
  for (const board of nodes.flatMap(node => node.boards)) {
    if (board !== undefined) { groupOf.set(board, groups.add(board)); }
  }
  const layoutsOf = (node: FilledNode) =>
    node.boards.map(board => (board === undefined ? GpuLayout.whole() : groups.at(groupOf.get(board)!).layout));
  const drains = drainsOf(supplies, slots, nodes, layoutsOf, requestsOf(needs, boards));
  const cost = rounded(boards.reduce((sum, { supply }) => sum + (supplies[supply].costPerHour ?? 1), 0)
    + drains.reduce((sum, { node }) => sum + touchCostOf(supplies, node), 0));
  const optimal = proof.lowerBound >= cost;
  const lowerBound = Math.min(proof.lowerBound, cost);
  return {
    status: optimal ? GpuPlanStatus.OPTIMAL : GpuPlanStatus.BOUNDED,
    optimal,
    gpus: boards.length,
    cost,
    lowerBound,
    gap: cost === 0 ? 0 : (cost - lowerBound) / cost,
    layouts: layoutsOfGroups(groups.all),
    assignments: assignmentsOf(supplies, boards),
    boards: groups.all,
    nodes: nodes.map((node): GpuPlanNodeLayout => ({
      node: node.name,
      gpu: supplies[node.supply].gpu,
      boards: node.boards.map(board => (board === undefined ? -1 : groupOf.get(board)!)),
    })),
    baselines: proof.baselines,
    drains,
    reasons: [],
    notes: notesOf(supplies, nodes),
    steps: proof.steps,
  };
}

function touchCostOf(supplies: readonly GpuPlanSupply[], node: string): number {
  return supplies.find(({ current = [] }) => current.some(({ name }) => name === node))?.touchCost ?? 1;
}

/**
 * Where replicas could stand, for the question who waits while a node is drained: those with measured options only
 * where they are planned.
 */
function requestsOf(needs: readonly Need[], boards: readonly FilledBoard[]): Request[] {
  const planned = new Map<number, number>();
  for (const { occupants } of boards) {
    for (const { slot, need } of occupants) {
      if (need.choices !== undefined) { planned.set(slot.index, (planned.get(slot.index) ?? 0) + 1); }
    }
  }
  return [
    ...kindsOf(needs).map(({ slots, replicas }) => ({ replicas, slots: slots.map(({ index }) => index) })),
    ...[...planned].map(([slot, replicas]) => ({ replicas, slots: [slot] })),
  ];
}

/** Boards that are cut and used alike are said once. */
class BoardGroups {
  private readonly groups: (Omit<GpuPlanBoards, 'count'> & { count: number })[] = [];
  private readonly known = new Map<string, number>();
  private readonly placements = new Map<string, (PlacedProfile | undefined)[]>();

  constructor(private readonly supplies: readonly GpuPlanSupply[], private readonly slots: Slots) {}

  public get all(): GpuPlanBoards[] {
    return this.groups;
  }

  public at(index: number): GpuPlanBoards {
    return this.groups[index];
  }

  public add(board: FilledBoard): number {
    const free = board.kept === undefined
      ? []
      : [...board.free].flatMap(([slot, count]) => Array<number>(count).fill(slot));
    const key = [
      board.supply,
      board.tenants,
      ...board.occupants.map(({ slot, need }) => `${slot.index}:${need.workload.name}`),
      'free',
      ...free,
    ].join('\n');
    let index = this.known.get(key);
    if (index === undefined) {
      index = this.groups.push({ ...this.describe(board, free.map(slot => this.slots.all[slot])), count: 0 }) - 1;
      this.known.set(key, index);
    }
    this.groups[index].count++;
    return index;
  }

  private placementsOf(gpu: Gpu, profiles: readonly string[]): readonly (PlacedProfile | undefined)[] {
    const key = `${gpu.id} ${profiles.join(' ')}`;
    let placements = this.placements.get(key);
    if (placements === undefined) { this.placements.set(key, placements = placeOnBoard(gpu, profiles)); }
    return placements;
  }

  private describe(board: FilledBoard, free: readonly Slot[]): Omit<GpuPlanBoards, 'count'> {
    const { gpu } = this.supplies[board.supply];
    const here: { slot: Slot; need?: Need }[] = [...board.occupants, ...free.map(slot => ({ slot }))];
    const cut = here.map(({ slot }) => slot).filter(({ profile }) => profile !== WHOLE);
    const placements = [...this.placementsOf(gpu, cut.map(({ profile }) => profile))];
    const slices = here.map(({ slot, need }): GpuPlanSlice => {
      const placement = slot.profile === WHOLE ? undefined : placements[cut.indexOf(slot)];
      if (slot.profile !== WHOLE) { placements[cut.indexOf(slot)] = undefined; cut[cut.indexOf(slot)] = GONE; }
      return {
        profile: slot.profile,
        start: placement?.start,
        size: placement?.size,
        memoryMib: slot.memory.isKnown ? slot.memory.limitMib : undefined,
        workload: need?.workload.name,
        neededMib: need?.neededMib(slot),
      };
    });
    const used = board.occupants
      .map(({ slot }) => slot)
      .filter(({ profile }) => profile !== WHOLE)
      .map(({ profile }) => gpu.profile(profile));
    const isWhole = here.every(({ slot }) => slot.profile === WHOLE);
    const usedWhole = isWhole && board.occupants.length > 0;
    const rest = (all: number | undefined, taken: number) => (all === undefined
      ? undefined
      : usedWhole
        ? 0
        : all - taken);
    return {
      gpu,
      kind: here[0]?.slot.kind ?? GpuSliceKind.WHOLE,
      layout: layoutOfSlots(here.map(({ slot }) => slot)),
      tenants: board.tenants > 1 ? board.tenants : undefined,
      slices: slices.sort((a, b) => (a.start ?? 0) - (b.start ?? 0)),
      freeComputeSlices: rest(gpu.computeSlices, used.reduce((sum, { computeSlices }) => sum + computeSlices, 0)),
      freeMemorySlices: rest(gpu.memorySlices, used.reduce((sum, { memorySlices }) => sum + memorySlices, 0)),
    };
  }
}

/** Stands where a slot was that has its placement. */
const GONE = { index: -1 } as Slot;

function layoutsOfGroups(groups: readonly GpuPlanBoards[]): GpuPlanLayout[] {
  const layouts = new Map<string, GpuPlanLayout>();
  for (const { gpu, kind, layout, count, tenants } of groups) {
    const key = `${gpu.id} ${kind} ${layout} ${tenants}`;
    layouts.set(key, { gpu, kind, layout, count: (layouts.get(key)?.count ?? 0) + count, tenants });
  }
  return [...layouts.values()].sort((a, b) =>
    (a.gpu.id === b.gpu.id ? b.count - a.count || (String(a.layout) < String(b.layout) ? -1 : 1) : 0));
}

function assignmentsOf(supplies: readonly GpuPlanSupply[], boards: readonly FilledBoard[]): GpuPlanAssignment[] {
  const counts = new Map<Need, Map<Slot, number>>();
  for (const { occupants } of boards) {
    for (const { slot, need } of occupants) {
      let own = counts.get(need);
      if (own === undefined) { counts.set(need, own = new Map()); }
      own.set(slot, (own.get(slot) ?? 0) + 1);
    }
  }
  return [...counts].flatMap(([need, own]) => [...own].map(([slot, replicas]): GpuPlanAssignment => ({
    workload: need.workload.name, gpu: supplies[slot.supply].gpu, kind: slot.kind, profile: slot.profile, replicas,
  })));
}

function notesOf(supplies: readonly GpuPlanSupply[], nodes: readonly FilledNode[]): string[] {
  return supplies.flatMap(({ gpu, count, gpusPerNode = 1 }, index) => {
    const own = nodes.filter(({ supply }) => supply === index);
    if (count === undefined || own.length * gpusPerNode <= Math.ceil(count / gpusPerNode) * gpusPerNode) { return []; }
    return [`the boards of ${gpu} need ${own.length} nodes so that shared boards and replicas stand apart, and `
      + `${count} boards fill ${Math.ceil(count / gpusPerNode)}`];
  });
}
