import { GpuSliceKind, placeLayout, PlacedLayout } from '../../hardware';
import { GpuPlanBoards, GpuPlanResult, GpuPlanSlice } from '../../planning';
import { hideSecrets } from '../../secrets';
import { counted } from '../../text';
import { BoardView, Device, Tenant } from '../board/board-view';
import { FleetPool, keyOf } from '../board/fleet';
import { FILLS } from '../page/style';

/** A workload of a plan by the letter that pictures give it. */
export interface PlanTenants {
  readonly all: readonly Tenant[];
  of(workload: string, neededMib?: number): Tenant;
}

/** Letters for the workloads of a plan, in the order of its assignments. */
export function planTenants({ assignments, boards }: GpuPlanResult): PlanTenants {
  const numbers = new Map<string, number>();
  const numberOf = (workload: string) => {
    const number = numbers.get(workload) ?? numbers.size;
    numbers.set(workload, number);
    return number;
  };
  const of = (workload: string, neededMib?: number): Tenant => {
    const number = numberOf(workload);
    return { key: keyOf(number), fill: number % FILLS, name: hideSecrets(workload), worstMib: neededMib };
  };
  assignments.forEach(({ workload }) => numberOf(workload));
  boards.forEach(({ slices }) =>
    slices.forEach(({ workload }) => { if (workload !== undefined) { numberOf(workload); } }));
  return { of, all: [...numbers.keys()].map(workload => of(workload)) };
}

/** The boards of a plan: one pool for each type. */
export function planPools(plan: GpuPlanResult, tenants: PlanTenants): FleetPool[] {
  const types = [...new Set(plan.boards.map(({ gpu }) => gpu))];
  return types.map(gpu => {
    const own = plan.boards.map((boards, index) => ({ boards, index })).filter(({ boards }) => boards.gpu === gpu);
    const count = own.reduce((sum, { boards }) => sum + boards.count, 0);
    const views = own.map(({ boards, index }) => boardOf(boards, whereOf(plan, index), tenants));
    return {
      title: String(gpu),
      words: `${counted(count, 'board')}, used in ${counted(own.length, 'way')}.`,
      boards: views,
    };
  });
}

function boardOf({ gpu, kind, layout, count, slices }: GpuPlanBoards, where: string, tenants: PlanTenants): BoardView {
  const on = (shares: readonly GpuPlanSlice[]) => shares
    .flatMap(({ workload, neededMib }) => (workload === undefined ? [] : [tenants.of(workload, neededMib)]));
  const placed = placeLayout(gpu, layout);
  if (placed === undefined) {
    const device: Device = {
      kind,
      seats: Math.max(1, slices.length),
      holdsMib: gpu.usableMib ?? gpu.totalMib,
      tenants: on(slices),
    };
    return { gpu, count, where, units: 1, devices: [device], uncut: NONE, stranded: NONE, startsKnown: true };
  }
  const devices = together(slices).map((shares, index): Device => {
    const profile = gpu.findProfile(shares[0].profile);
    return {
      kind: shares.length > 1 ? kind : GpuSliceKind.MIG,
      profile: shares[0].profile,
      placement: placementOf(shares[0], index, placed),
      computeSlices: profile?.computeSlices ?? 0,
      holdsMib: profile?.memoryMib ?? shares[0].memoryMib,
      seats: shares.length,
      tenants: on(shares),
    };
  });
  const { units, uncut, stranded, startsKnown } = placed;
  return { gpu, count, where, units, devices, uncut, stranded, startsKnown };
}

const NONE = { computeSlices: 0, memorySlices: 0 };

/** Shares of one MIG device stand at one place. */
function together(slices: readonly GpuPlanSlice[]): GpuPlanSlice[][] {
  const devices = new Map<string, GpuPlanSlice[]>();
  slices.forEach((slice, index) => {
    const key = slice.start === undefined ? `at ${index}` : `${slice.profile} ${slice.start}`;
    const known = devices.get(key);
    if (known === undefined) { devices.set(key, [slice]); } else { known.push(slice); }
  });
  return [...devices.values()];
}

function placementOf({ start, size }: GpuPlanSlice, index: number, { instances }: PlacedLayout) {
  return start === undefined || size === undefined
    ? instances[index]?.placement ?? { start: 0, size: 0 }
    : { start, size };
}

/** The nodes that a kind of board is in. */
function whereOf({ nodes }: GpuPlanResult, index: number): string {
  const names = nodes.filter(({ boards }) => boards.includes(index)).map(({ node }) => hideSecrets(node));
  if (names.length === 0) { return ''; }
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 2).join(', ')} and ${names.length - 2} more nodes`;
}
