import { BoardView, Device, gib, holdsEach, strandedMib, Tenant } from './board-view';
import { counted } from '../../text';
import { inDigits } from '../plots/scale';

/** Boards that belong together: a pool of nodes, or the boards of one type in a plan. */
export interface FleetPool {
  readonly title: string;
  /** A sentence or two under the title. */
  readonly words: string;
  /** Boards that are cut and used alike, each kind once. */
  readonly boards: readonly BoardView[];
}

/** What all boards of a fleet hold together. */
export interface FleetSums {
  readonly boards: number;
  /** Boards without a tenant. */
  readonly idleBoards: number;
  readonly seats: number;
  readonly taken: number;
  /** Compute slices of the boards that are cut. */
  readonly computeSlices: number;
  readonly strandedComputeSlices: number;
  readonly strandedMemorySlices: number;
  /** About how many MiB the stranded memory slices are; undefined where a board's memory is not known. */
  readonly strandedMib?: number;
  /**
   * MiB of the devices that have tenants, and what those need at most. Devices and tenants without a figure are left
   * out of both.
   */
  readonly usedDevicesMib: number;
  readonly neededMib: number;
  /** Tenants of which the need or the device's memory is not known. */
  readonly unknown: number;
}

/** Adds up what the boards of all pools hold. */
export function sumsOf(pools: readonly FleetPool[]): FleetSums {
  const boards = pools.flatMap(pool => pool.boards);
  const total = (of: (board: BoardView) => number) => boards.reduce((sum, board) => sum + board.count * of(board), 0);
  const overDevices = (of: (device: Device) => number) =>
    total(board => board.devices.reduce((sum, device) => sum + of(device), 0));
  const isCut = ({ devices }: BoardView) => devices.some(({ placement }) => placement !== undefined);
  const stranded = boards.map(({ gpu, count, stranded: { memorySlices } }) =>
    times(strandedMib(gpu, memorySlices), count));
  return {
    boards: total(() => 1),
    idleBoards: total(({ devices }) => Number(devices.every(({ tenants }) => tenants.length === 0))),
    seats: overDevices(({ seats }) => seats),
    taken: overDevices(({ tenants }) => tenants.length),
    computeSlices: total(board => (isCut(board) ? board.gpu.computeSlices ?? 0 : 0)),
    strandedComputeSlices: total(board => board.stranded.computeSlices),
    strandedMemorySlices: total(board => board.stranded.memorySlices),
    strandedMib: stranded.reduce<number | undefined>(
      (sum, each) => (sum === undefined || each === undefined ? undefined : sum + each),
      0,
    ),
    usedDevicesMib: overDevices(device =>
      (device.tenants.some(tenant => isKnown(tenant, device)) ? device.holdsMib! : 0)),
    neededMib: overDevices(device =>
      device.tenants.reduce((sum, tenant) => sum + (isKnown(tenant, device) ? tenant.worstMib! : 0), 0)),
    unknown: overDevices(device => device.tenants.filter(tenant => !isKnown(tenant, device)).length),
  };
}

/** What is stranded, such as `1 compute, 2 memory slices`. */
export function strandedInAll({ strandedComputeSlices: compute, strandedMemorySlices: memory }: FleetSums): string {
  const parts = [
    ...compute > 0 ? [`${inDigits(compute, 0)} compute`] : [],
    ...memory > 0 ? [`${inDigits(memory, 0)} memory`] : [],
  ];
  return parts.length === 0 ? 'nothing' : `${parts.join(', ')} ${compute + memory === 1 ? 'slice' : 'slices'}`;
}

/** How much that is: part of the compute slices on boards that are cut, and GiB. */
export function strandedNote({ computeSlices, strandedMemorySlices: memory, strandedMib: mib }: FleetSums): string {
  const ofCompute = `of ${counted(computeSlices, 'compute slice')} on boards that are cut`;
  return memory === 0 || mib === undefined ? ofCompute : `about ${gib(mib)}; ${ofCompute}`;
}

function isKnown({ worstMib }: Tenant, device: Device): boolean {
  return worstMib !== undefined && holdsEach(device) !== undefined;
}

function times(value: number | undefined, count: number): number | undefined {
  return value === undefined ? undefined : value * count;
}

/** Letters for the workload of a number: A to Z, then AA and on. */
export function keyOf(index: number): string {
  const letter = String.fromCharCode(65 + index % 26);
  return index < 26 ? letter : keyOf(Math.floor(index / 26) - 1) + letter;
}
