import { boardTitle } from './board-picture';
import { BoardView, deviceName, freeWords, holdsEach, strandedWords, tenantWords } from './board-view';
import { GpuSliceKind } from '../../hardware';
import { shownSafely } from '../page/markup';

/** Letters that the memory of a board is drawn with: 2, 4, 8 and 12 parts of it are whole. */
const WIDTH = 48;

/**
 * A board in letters, for where no picture can be: each workload's letter over the memory that it needs, dots where a
 * slice has room, slashes over what is stranded, blanks over what is not cut.
 */
export function boardText(board: BoardView): string[] {
  const tenants = board.devices.flatMap(device => device.tenants.map(tenant =>
    `  ${tenant.key} ${shownSafely(tenant.name)} on ${deviceName(device)}: ${tenantWords(tenant, device)}`));
  const words = [strandedWords(board), freeWords(board)].filter(each => each !== '').join(' ');
  return [
    `${boardTitle(board)}, ${board.where}`,
    `  memory  |${memoryOf(board)}|`,
    `  compute |${computeOf(board)}|`,
    ...tenants,
    ...words === '' ? [] : [`  ${words}`],
  ];
}

function memoryOf({ units, devices, stranded, gpu }: BoardView): string {
  const line = Array<string>(WIDTH).fill(' ');
  const unit = WIDTH / units;
  for (const device of devices) {
    const [start, width] = device.placement === undefined
      ? [0, WIDTH]
      : [device.placement.start * unit, device.placement.size * unit];
    line.fill('.', start, start + width);
    let at = start;
    for (const { key, worstMib } of device.tenants) {
      const part = device.kind === GpuSliceKind.MPS ? width / device.seats : width;
      const holds = holdsEach(device);
      const count = worstMib === undefined || holds === undefined
        ? key.length
        : Math.max(1, Math.round(Math.min(1, worstMib / holds) * part));
      for (let index = 0; index < count && at + index < start + width; index++) {
        line[at + index] = key[index % key.length];
      }
      at = device.kind === GpuSliceKind.MPS ? Math.round(at + part) : at + count;
    }
    if (start > 0) { line[start] = `|${line[start]}`; }
  }
  const taken = new Set(devices.flatMap(({ placement }) =>
    Array.from({ length: placement?.size ?? 0 }, (_, index) => placement!.start + index)));
  const isCut = devices.some(({ placement }) => placement !== undefined);
  const left = Array.from({ length: isCut ? units : 0 }, (_, index) => index).filter(index => !taken.has(index));
  const count = Math.round(stranded.memorySlices * units / (gpu.memorySlices ?? units));
  for (const each of left.slice(Math.max(0, left.length - count))) { line.fill('/', each * unit, (each + 1) * unit); }
  if (left.length > 0 && left[0] > 0) { line[left[0] * unit] = `|${line[left[0] * unit]}`; }
  return line.join('');
}

function computeOf({ units, devices, stranded, gpu }: BoardView): string {
  if (!devices.some(({ placement }) => placement !== undefined)) {
    const [device] = devices;
    const keys = (device?.tenants ?? []).map(({ key }) => key).join(' ');
    return keys === ''
      ? 'free'
      : device.seats === 1
        ? keys
        : device.kind === GpuSliceKind.MPS
          ? `${keys}, side by side`
          : `${keys}, one after the other`;
  }
  const slices = gpu.computeSlices ?? units;
  const cells = Array<string>(slices).fill('');
  for (const device of devices) {
    const first = Math.floor(device.placement!.start / Math.floor(units / slices));
    cells.fill(device.tenants[0]?.key ?? '.', first, first + device.computeSlices!);
  }
  const empty = cells.flatMap((cell, index) => (cell === '' ? [index] : []));
  for (const index of empty.slice(Math.max(0, empty.length - stranded.computeSlices))) { cells[index] = '/'; }
  return cells.map(cell => cell || ' ').join(' ');
}
