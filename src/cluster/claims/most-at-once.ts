import { GpuDevice, NodeDevices } from './gpu-device';

/** Trying longer is worth nothing: all that could be is then taken for what can be at one time. */
const MOST_TRIES = 20_000;

/**
 * The most devices of a set that can be there at one time on a node: MIG devices that could be made exclude each other
 * by the counters of their board. Never too few.
 */
export function mostAtOnce({ devices, counters }: NodeDevices, chosen: readonly number[]): number {
  const free = chosen.filter(index => devices[index].consumes.size === 0).length;
  const bySet = new Map<string, GpuDevice[]>();
  for (const index of chosen) {
    const device = devices[index];
    if (device.consumes.size === 0) { continue; }
    bySet.set(device.board, [...bySet.get(device.board) ?? [], device]);
  }
  const known = new Map<string, number>(); // boards of one type have the same
  const ofBoards = [...bySet.values()].map(each => {
    const names = each.flatMap(({ consumes }) => [...consumes.keys()]);
    const room = new Map(names.map(name => [name, counters.get(name) ?? 0]));
    const parts = each.map(({ consumes }) => [...consumes].map(([name, part]) => [name.split('/')[1], part]));
    const key = JSON.stringify([[...room.values()], parts]);
    const most = known.get(key) ?? mostOf(each, room);
    known.set(key, most);
    return most;
  });
  return free + ofBoards.reduce((sum, each) => sum + each, 0);
}

function mostOf(devices: readonly GpuDevice[], counters: ReadonlyMap<string, number>): number {
  const left = new Map(counters);
  const weight = ({ consumes }: GpuDevice) =>
    [...consumes].reduce((sum, [name, part]) => sum + part / (counters.get(name) || 1), 0);
  const smallFirst = [...devices].sort((a, b) => weight(a) - weight(b));
  let best = 0;
  let tries = 0;
  const search = (from: number, count: number): void => {
    best = Math.max(best, count);
    for (let index = from; index < smallFirst.length && count + smallFirst.length - index > best; index++) {
      if (++tries > MOST_TRIES) { return; }
      const { consumes } = smallFirst[index];
      if ([...consumes].some(([name, part]) => part > (left.get(name) ?? 0))) { continue; }
      for (const [name, part] of consumes) { left.set(name, left.get(name)! - part); }
      search(index + 1, count + 1);
      for (const [name, part] of consumes) { left.set(name, left.get(name)! + part); }
    }
  };
  search(0, 0);
  return tries > MOST_TRIES ? devices.length : best;
}
