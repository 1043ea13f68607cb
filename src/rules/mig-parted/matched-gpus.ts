import { deviceFiltersOf } from '../../cluster';
import { Fields, listOf } from '../../kubernetes';

/** Devices and boards of an entry, multiplied, up to which each pair is remembered; real entries have a few. */
const MOST_PAIRS = 10_000;

/** What an entry without a list of devices is for, and what every entry is found under. */
const [ALL, ANY] = [Symbol('all devices'), Symbol('any device')];

/** The same of boards: an entry without a filter is for every board. */
const [EVERY_BOARD, ANY_BOARD] = ['every', 'any'];

/** Where an entry is remembered, or looked for. */
interface Keys {
  readonly devices: ReadonlySet<unknown>;
  readonly boards: ReadonlySet<string>;
}

/**
 * Which GPUs the entries of a config match, in the order of the file. Whether an entry before matches a GPU of another
 * is looked up, so that the work grows as the file does and not as the pairs of its entries do.
 */
export class MatchedGpus {
  /** The values of `mig-enabled` by device and board. */
  private readonly met = new Map<unknown, Map<string, Set<unknown>>>();
  /** Entries that list more than anybody would write; they are compared one by one. */
  private readonly wide: (Keys & { readonly enabled: unknown })[] = [];

  /** Whether an entry so far can match a GPU that this one matches, and has this value of `mig-enabled`. */
  public has(entry: Readonly<Fields>, enabled: unknown): boolean {
    const { devices, boards } = soughtAt(entry);
    return some(devices, device => {
      const atDevice = this.met.get(device);
      return atDevice !== undefined && some(boards, board => atDevice.get(board)?.has(enabled) === true);
    }) || this.wide.some(each => each.enabled === enabled
      && some(devices, device => each.devices.has(device)) && some(boards, board => each.boards.has(board)));
  }

  /** Takes an entry in. */
  public add(entry: Readonly<Fields>): void {
    const { devices, boards } = foundAt(entry);
    const enabled = entry['mig-enabled'];
    if (devices.size * boards.size > MOST_PAIRS) {
      this.wide.push({ devices, boards, enabled });
      return;
    }
    for (const device of devices) {
      const atDevice = this.met.get(device) ?? new Map<string, Set<unknown>>();
      this.met.set(device, atDevice);
      for (const board of boards) { atDevice.set(board, (atDevice.get(board) ?? new Set()).add(enabled)); }
    }
  }
}

/** Under what a later entry finds this one. */
function foundAt(entry: Readonly<Fields>): Keys {
  const boards = new Set([ANY_BOARD]);
  for (const { device, subsystem } of boardsOf(entry)) {
    boards.add(`some of ${device}`).add(subsystem === undefined ? `all of ${device}` : `${device}:${subsystem}`);
  }
  if (boards.size === 1) { boards.add(EVERY_BOARD); }
  return { devices: new Set<unknown>([ANY, ...entry.devices === 'all' ? [ALL] : listOf(entry.devices)]), boards };
}

/** Under what an entry finds those before it that can match the same GPU. */
function soughtAt(entry: Readonly<Fields>): Keys {
  const boards = new Set<string>();
  for (const { device, subsystem } of boardsOf(entry)) {
    // a filter without a subsystem is for every subsystem of its device (mig-parted pkg/types/device.go, Matches)
    if (subsystem === undefined) {
      boards.add(`some of ${device}`);
    } else {
      boards.add(`${device}:${subsystem}`).add(`all of ${device}`);
    }
  }
  boards.add(boards.size === 0 ? ANY_BOARD : EVERY_BOARD);
  const devices = entry.devices === 'all' ? [ANY] : [ALL, ...listOf(entry.devices)];
  return { devices: new Set<unknown>(devices), boards };
}

function boardsOf(entry: Readonly<Fields>): { device: string; subsystem?: string }[] {
  return deviceFiltersOf(entry).map(filter => {
    const [device, subsystem] = filter.split(':');
    return { device, subsystem };
  });
}

function some<T>(values: ReadonlySet<T>, holds: (value: T) => boolean): boolean {
  for (const value of values) {
    if (holds(value)) { return true; }
  }
  return false;
}
