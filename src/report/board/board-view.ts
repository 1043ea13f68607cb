import { Gpu, GpuSliceKind, MigPlacement, SliceCount } from '../../hardware';
import { counted } from '../../text';
import { grouped } from '../plots/scale';

/** A workload as pictures show it. */
export interface Tenant {
  /** One letter or more, by which pictures, tables and lists name it. */
  readonly key: string;
  /** Which of the eight fills. */
  readonly fill: number;
  readonly name: string;
  /** MiB that one replica needs at best; undefined when nothing says it. */
  readonly bestMib?: number;
  /** MiB that one replica needs at most; undefined when nothing bounds it. */
  readonly worstMib?: number;
}

/** A part of a board that pods ask for: the whole board, or a MIG device; shared by several or not. */
export interface Device {
  readonly kind: GpuSliceKind;
  /** The MIG profile; undefined for a whole board. */
  readonly profile?: string;
  /** Where it stands on the board; undefined for a whole board. */
  readonly placement?: MigPlacement;
  /** Compute slices that it has; undefined for a whole board. */
  readonly computeSlices?: number;
  /** MiB that it holds; undefined when not known. */
  readonly holdsMib?: number;
  /** How many containers it takes at one time. */
  readonly seats: number;
  /** Who is on it. */
  readonly tenants: readonly Tenant[];
}

/** Boards that are cut and used alike. */
export interface BoardView {
  readonly gpu: Gpu;
  readonly count: number;
  /** Which boards they are, such as `GPU 0 of node gpu-node-1`. */
  readonly where: string;
  /** Units that placements count. */
  readonly units: number;
  readonly devices: readonly Device[];
  /** What could still be cut; of a board without MIG nothing. */
  readonly uncut: SliceCount;
  /** What no further MIG device could reach. */
  readonly stranded: SliceCount;
  /** Whether the driver allows MIG devices where they are drawn; else they are drawn in order. */
  readonly startsKnown: boolean;
}

/** MiB in GiB, as in `39.3 GiB`. */
export function gib(mib: number): string {
  return `${inGib(mib)} GiB`;
}

function inGib(mib: number): string {
  return grouped((mib / 1024).toFixed(1));
}

/** What each tenant of a device may take: MPS limits each to an equal part, turns are limited by nothing. */
export function holdsEach({ kind, holdsMib, seats }: Device): number | undefined {
  return kind === GpuSliceKind.MPS && holdsMib !== undefined ? holdsMib / seats : holdsMib;
}

/** Whether tenants take turns, so that they share the memory of the device without a limit. */
export function isInTurns({ kind }: Device): boolean {
  return kind === GpuSliceKind.TIME_SLICED || kind === GpuSliceKind.MIG_TIME_SLICED;
}

/** A tenant's memory on a device, in words; among those who take turns none has a part of its own. */
export function tenantWords(tenant: Tenant, device: Device): string {
  return memoryWords(tenant, isInTurns(device) && device.seats > 1 ? undefined : holdsEach(device));
}

/** What a tenant's memory is, in words, such as `needs 24.1 of 39.3 GiB, 15.2 GiB free`. */
export function memoryWords({ bestMib, worstMib }: Tenant, holds: number | undefined): string {
  if (worstMib === undefined && bestMib === undefined) {
    return holds === undefined ? 'need not known' : `need not known, of ${gib(holds)}`;
  }
  if (worstMib === undefined) {
    return `needs ${gib(bestMib!)} or more${holds === undefined ? '' : ` of ${gib(holds)}`}`;
  }
  if (holds === undefined) { return `needs ${gib(worstMib)}`; }
  const rest = holds - worstMib;
  const left = rest < 0 ? `${gib(-rest)} too much` : `${gib(rest)} free`;
  return `needs ${inGib(worstMib)} of ${gib(holds)}, ${left}`;
}

/** What a device is called, such as `3g.40gb`, `whole GPU` or `1 of 4 turns`. */
export function deviceName({ kind, profile, seats }: Device): string {
  switch (kind) {
    case GpuSliceKind.MIG: return profile!;
    case GpuSliceKind.MIG_TIME_SLICED: return `${profile}, ${seats} turns`;
    case GpuSliceKind.TIME_SLICED: return `whole GPU, ${seats} turns`;
    case GpuSliceKind.MPS: return `whole GPU, ${seats} MPS shares`;
    default: return 'whole GPU';
  }
}

/** What one seat of a device is called. */
function seatName({ kind, profile }: Device): string {
  switch (kind) {
    case GpuSliceKind.MIG: return profile!;
    case GpuSliceKind.MIG_TIME_SLICED: return `turn on ${profile}`;
    case GpuSliceKind.TIME_SLICED: return 'turn';
    case GpuSliceKind.MPS: return 'MPS share';
    default: return 'whole GPU';
  }
}

/** What nobody can use on a board, in words; empty where there is nothing. */
export function strandedWords({ gpu, stranded }: BoardView): string {
  const parts = [
    ...stranded.computeSlices > 0
      ? [`${counted(stranded.computeSlices, 'compute slice')} of ${gpu.computeSlices}`]
      : [],
    ...stranded.memorySlices > 0
      ? [`${counted(stranded.memorySlices, 'memory slice')} of `
        + `${gpu.memorySlices}${aboutGib(gpu, stranded.memorySlices)}`]
      : [],
  ];
  return parts.length === 0 ? '' : `Stranded: ${parts.join(' and ')}.`;
}

/** What is free on a board, in words; empty where nothing is. */
export function freeWords({ devices, uncut }: BoardView): string {
  const free = new Map<string, number>();
  for (const device of devices) {
    const seats = device.seats - device.tenants.length;
    const name = seatName(device);
    if (seats > 0) { free.set(name, (free.get(name) ?? 0) + seats); }
  }
  const uncutWords = [
    ...uncut.computeSlices > 0 ? [`${counted(uncut.computeSlices, 'compute slice')}`] : [],
    ...uncut.memorySlices > 0 ? [`${counted(uncut.memorySlices, 'memory slice')}`] : [],
  ];
  return [
    ...free.size > 0 ? [`Free: ${[...free].map(([name, count]) => `${count} × ${name}`).join(', ')}.`] : [],
    ...uncutWords.length > 0 ? [`Not cut yet: ${uncutWords.join(' and ')}.`] : [],
  ].join(' ');
}

/** Everything of a board in sentences: what a picture of it shows. */
export function boardWords(board: BoardView): string {
  const devices = board.devices.map(device => {
    const tenants = device.tenants.map(tenant => `${tenant.key} ${tenant.name} ${tenantWords(tenant, device)}`);
    return `${deviceName(device)}: ${tenants.length === 0 ? 'free' : tenants.join('; ')}.`;
  });
  return [...devices, strandedWords(board), freeWords(board)].filter(words => words !== '').join(' ');
}

function aboutGib(gpu: Gpu, memorySlices: number): string {
  const mib = strandedMib(gpu, memorySlices);
  return mib === undefined ? '' : `, about ${gib(mib)}`;
}

/** What memory slices hold: an equal part of the board's memory, which what the driver keeps makes a little less. */
export function strandedMib(gpu: Gpu, memorySlices: number): number | undefined {
  if (memorySlices === 0) { return 0; }
  const total = gpu.usableMib ?? gpu.totalMib;
  return total === undefined || gpu.memorySlices === undefined ? undefined : total * memorySlices / gpu.memorySlices;
}
