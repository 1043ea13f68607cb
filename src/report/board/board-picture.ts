import {
  BoardView, boardWords, Device, deviceName, freeWords, gib, holdsEach, isInTurns, strandedWords, Tenant, tenantWords,
} from './board-view';
import { GpuSliceKind } from '../../hardware';
import { Markup, markup } from '../page/markup';
import { lineAt, Picture, rectAt, textAt } from '../page/picture';
import { FILLS } from '../page/style';
import { inDigits } from '../plots/scale';

/** Size of a picture of one board. */
export const BOARD = { width: 574, height: 206 } as const;

const LEFT = 62;
/** Twelve, eight, seven, four and two parts of it are whole pixels but for the seven, which are parts of eight. */
const BAR = 504;
const MEMORY = { top: 48, height: 92, head: 20 } as const;
/** How wide a tenant is drawn whose need is not known. */
const UNKNOWN = 8;
const COMPUTE = { top: 148, height: 22 } as const;

/** A board to scale: its memory from left to right, its compute slices below, what is on it, and what is stranded. */
export function boardPicture(board: BoardView, id: string): Picture {
  return {
    id,
    title: boardTitle(board),
    description: `${board.where}. ${boardWords(board)}`,
    ...BOARD,
    body: boardMarkup(board),
  };
}

/** `3 × NVIDIA-H200`, or the board alone where there is one. */
export function boardTitle({ gpu, count }: BoardView): string {
  return count === 1 ? String(gpu) : `${inDigits(count, 0)} × ${gpu}`;
}

/** The drawing without the frame of a picture, for one of many boards. */
export function boardMarkup(board: BoardView): Markup {
  const words = [strandedWords(board), freeWords(board)].filter(each => each !== '').join(' ');
  return markup`${textAt(boardTitle(board), {
    x: LEFT,
    y: 16,
    look: 'strong big',
    room: BAR,
  })}${textAt(board.where, { x: LEFT, y: 35, look: 'quiet', room: BAR })}
${textAt('memory', { x: LEFT - 10, y: MEMORY.top + 14, look: 'quiet small end' })}${memoryLane(board)}
${textAt('compute', { x: LEFT - 10, y: COMPUTE.top + 15, look: 'quiet small end' })}${computeLane(board)}
${textAt(words, { x: LEFT, y: COMPUTE.top + 42, look: 'small', room: BAR })}`;
}

/** From where to where a device stands, in pixels. */
function spanOf({ placement }: Device, { units }: BoardView): { x: number; width: number } {
  if (placement === undefined) { return { x: LEFT, width: BAR }; }
  return { x: LEFT + placement.start * BAR / units, width: placement.size * BAR / units };
}

function memoryLane(board: BoardView): Markup {
  const { units, devices, stranded } = board;
  const taken = new Set(devices.flatMap(({ placement }) =>
    Array.from({ length: placement?.size ?? 0 }, (_, index) => placement!.start + index)));
  const isMig = devices.some(({ placement }) => placement !== undefined);
  const left = Array.from({ length: isMig ? units : 0 }, (_, unit) => unit).filter(unit => !taken.has(unit));
  // of what is left, the last units are those that nothing can reach: a board of seven 1g leaves its eighth memory
  // slice
  const strandedUnits = Math.min(
    left.length,
    Math.round(stranded.memorySlices * units / (board.gpu.memorySlices ?? units)),
  );
  const rest = left.map((unit, index) => {
    const isStranded = index >= left.length - strandedUnits;
    return rectAt(
      LEFT + unit * BAR / units,
      MEMORY.top,
      BAR / units,
      MEMORY.height,
      isStranded ? 'stranded' : 'empty',
      isStranded ? 'stranded memory' : 'not cut yet',
    );
  });
  return markup`${devices.map(device => deviceMarkup(device, spanOf(device, board)))}${rest}`;
}

function deviceMarkup(device: Device, { x, width }: { x: number; width: number }): Markup {
  const { top, height, head } = MEMORY;
  const room = width - 10;
  const holds = device.holdsMib === undefined ? '' : `  ${gib(device.holdsMib)}`;
  const name = deviceName(device);
  const title = room > 12 + 6.7 * (name.length + holds.length) ? name + holds : name;
  const body = device.tenants.length === 0
    ? textAt('free', { x: x + 6, y: top + head + 22, look: 'quiet', room })
    : seatsOf(device, x, width).map(seat => seatMarkup(seat, device));
  return markup`${rectAt(
    x,
    top,
    width,
    height,
    'box',
    name + holds,
  )}${body}${lineAt(x, top + head, x + width, top + head, 'grid')}${
    textAt(title, {
      x: x + 6,
      y: top + 14,
      look: 'name',
      room,
    })}${rectAt(x, top, width, height, device.tenants.length === 0 ? 'empty' : 'edge')}
`;
}

/** A tenant's place in the memory of a device; without a tenant, what is free. */
interface Seat { readonly x: number; readonly width: number; readonly tenant?: Tenant; readonly free?: string }

/**
 * MPS gives each seat an equal part; those who take turns stand beside each other in the one memory that they share.
 */
function seatsOf(device: Device, x: number, width: number): Seat[] {
  const { kind, seats, tenants, holdsMib } = device;
  const free = seats - tenants.length;
  if (seats === 1) { return [{ x, width, tenant: tenants[0] }]; }
  const needs = tenants.map(({ worstMib }) => worstMib);
  const inAll = needs.reduce<number | undefined>(
    (sum, need) => (sum === undefined || need === undefined ? undefined : sum + need),
    0,
  );
  const byNeed = kind !== GpuSliceKind.MPS && holdsMib !== undefined && inAll !== undefined && inAll <= holdsMib;
  const each = kind === GpuSliceKind.MPS ? width / seats : width / Math.max(1, tenants.length + Math.min(free, 1));
  const places: Seat[] = [];
  let at = x;
  for (const tenant of tenants) {
    const part = byNeed ? tenant.worstMib! / holdsMib * width : each;
    places.push({ x: at, width: part, tenant });
    at += part;
  }
  const words = [...free > 0 ? [`${free} free`] : [], ...byNeed ? [`${gib(holdsMib! - inAll!)} left`] : []].join(', ');
  return words !== '' && x + width - at > 1 ? [...places, { x: at, width: x + width - at, free: words }] : places;
}

function seatMarkup({ x, width, tenant, free }: Seat, device: Device): Markup {
  const y = MEMORY.top + MEMORY.head;
  const height = MEMORY.height - MEMORY.head;
  const room = width - 10;
  if (tenant === undefined) {
    return markup`${rectAt(x, y, width, height, 'empty', free)}${textAt(free ?? '', {
      x: x + 6,
      y: y + 22,
      look: 'quiet',
      room,
    })}`;
  }
  const holds = holdsEach(device);
  // in turns the place is as wide as the need; else it is what the tenant may take, of which it needs a part
  const isPlace = isInTurns(device);
  const all = isPlace ? tenant.worstMib : holds;
  const part = (mib: number | undefined) => (mib === undefined || all === undefined
    ? undefined
    : Math.min(1, mib / all) * width);
  const worst = part(tenant.worstMib);
  const best = part(tenant.bestMib) ?? worst;
  const words = tenantWords(tenant, device);
  const tip = `${tenant.key} ${tenant.name}: ${words}`;
  const filled = worst ?? best ?? UNKNOWN;
  const [need, ...rest] = words.split(', ');
  // words stand beside what is filled where that leaves them more room
  const beside = filled < width / 2 && width - filled > 90;
  const keyRoom = 10 * tenant.key.length + 6;
  const left = x + (beside ? filled : 0) + 6;
  const nameLeft = beside && filled < keyRoom ? left + keyRoom : beside ? left : left + keyRoom;
  const roomAt = (from: number) => x + width - from - 4;
  return markup`${rectAt(x, y, filled, height, `fill${tenant.fill % FILLS}`, tip)}${
    best !== undefined && worst !== undefined && worst - best > 2
      ? rectAt(x + best, y, worst - best, height, 'maybe', `${tip}; ${gib(tenant.bestMib!)} at best`)
      : undefined}${
    isPlace || device.seats > 1 ? lineAt(x + width, y, x + width, y + height, 'axis') : undefined}${
    textAt(tenant.key, { x: beside && filled < keyRoom ? left : x + 6, y: y + 20, look: 'strong big', room })}${
    textAt(tenant.name, { x: nameLeft, y: y + 20, room: roomAt(nameLeft) })}${
    room > 90 ? textAt(need, { x: left, y: y + 40, look: 'small', room: roomAt(left) }) : undefined}${
    room > 60 ? textAt(rest.join(', '), { x: left, y: y + 58, look: 'small', room: roomAt(left) }) : undefined}
`;
}

function computeLane(board: BoardView): Markup {
  const { gpu, units, devices, stranded } = board;
  const { top, height } = COMPUTE;
  const isMig = devices.some(({ placement }) => placement !== undefined);
  if (!isMig) {
    const [device] = devices;
    const isShared = device !== undefined && device.seats > 1;
    const inTurns = device?.kind === GpuSliceKind.TIME_SLICED;
    const words = device === undefined || device.tenants.length === 0
      ? 'free'
      : !isShared
        ? 'all for one'
        : inTurns
          ? 'one after the other, each all of it'
          : 'side by side, an equal part each';
    return markup`${rectAt(LEFT, top, BAR, height, 'box')}${isShared
      ? rectAt(LEFT, top, BAR, height, 'turns')
      : undefined}${
      textAt(words, { x: LEFT + 6, y: top + 15, look: 'small halo', room: BAR - 12 })}`;
  }
  const slices = gpu.computeSlices ?? units;
  // a compute slice stands under its memory: seven under the first seven of eight
  const cell = Math.floor(units / slices) * BAR / units;
  const taken = new Set<number>();
  const used = devices.map(device => {
    const first = Math.round((device.placement!.start * BAR / units) / cell);
    const count = device.computeSlices!;
    for (let index = first; index < first + count; index++) { taken.add(index); }
    const look = device.tenants.length === 0 ? 'empty' : `fill${device.tenants[0].fill % FILLS}`;
    const words = device.tenants.length > 1 ? `${count}, in turns` : `${count}`;
    return markup`${rectAt(
      LEFT + first * cell,
      top,
      count * cell,
      height,
      look,
      `${deviceName(device)}: ${count} compute`,
    )}${
      Array.from({ length: count - 1 }, (_, index) =>
        lineAt(LEFT + (first + index + 1) * cell, top, LEFT + (first + index + 1) * cell, top + height, 'axis'))}${
      textAt(words, { x: LEFT + first * cell + 6, y: top + 15, look: 'small', room: count * cell - 8 })}`;
  });
  const left = Array.from({ length: slices }, (_, index) => index).filter(index => !taken.has(index));
  const rest = left.map((index, position) => {
    // those under a device that does not have them are the stranded ones
    const unit = index * cell * units / BAR;
    const under = devices.some(({ placement }) =>
      unit > placement!.start - 0.1 && unit < placement!.start + placement!.size - 0.1);
    const isStranded = stranded.computeSlices > 0 && (under || position >= left.length - stranded.computeSlices);
    return rectAt(
      LEFT + index * cell,
      top,
      cell,
      height,
      isStranded ? 'stranded' : 'empty',
      isStranded ? 'stranded compute slice' : 'not cut yet',
    );
  });
  return markup`${used}${rest}`;
}
