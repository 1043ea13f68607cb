import { ClusterModel, deviceFiltersOf, EmbeddedFile } from '../../cluster';
import { isFields, listOf } from '../../kubernetes';
import { Rule } from '../rule';
import { entries, Entry, finding } from './entries';

/** Rules about entries of one config that match the same GPU. */
export const MEETING_RULES: Rule[] = [
  {
    id: 'MIG-026',
    *check(model) {
      for (const [entry, earlier, later] of meetings(model)) {
        if (typeof earlier['mig-enabled'] === 'boolean' && typeof later['mig-enabled'] === 'boolean' && earlier['mig-enabled'] !== later['mig-enabled']) {
          yield finding(entry.file, entry.path, `config ${entry.config}: another entry matches the same GPUs with mig-enabled: ${earlier['mig-enabled']}`,
            'let each GPU be matched by one entry');
        }
      }
    },
  },
  {
    id: 'MIG-027',
    *check(model) {
      for (const [entry, earlier, later] of meetings(model)) {
        if (earlier['mig-enabled'] === later['mig-enabled']) {
          yield finding(entry.file, entry.path, `config ${entry.config}: another entry matches the same GPUs; the last one wins`, 'let each GPU be matched by one entry');
        }
      }
    },
  },
];

/** Whether two entries can match one GPU. */
function canMeet(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  const [filtersA, filtersB] = [deviceFiltersOf(a), deviceFiltersOf(b)];
  if (filtersA.length > 0 && filtersB.length > 0 && !filtersA.some(filter => filtersB.some(other => areForOneBoard(filter, other)))) { return false; }
  const [devicesA, devicesB] = [a.devices, b.devices];
  if (devicesA === 'all' || devicesB === 'all') { return true; }
  return listOf(devicesA).some(index => listOf(devicesB).includes(index));
}

/** A filter without a subsystem is for every subsystem of its device (mig-parted pkg/types/device.go, Matches). */
function areForOneBoard(a: string, b: string): boolean {
  const [[deviceA, subsystemA], [deviceB, subsystemB]] = [a.split(':'), b.split(':')];
  return deviceA === deviceB && (subsystemA === undefined || subsystemB === undefined || subsystemA === subsystemB);
}

/** Pairs of entries of one config that can match one GPU. */
function* meetings(model: ClusterModel): Generator<[Entry, Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>]> {
  // of one file: a base and its overlay have files of one name that never meet
  const byFile = new Map<EmbeddedFile, Map<string, Entry[]>>();
  for (const entry of entries(model)) {
    const byConfig = byFile.get(entry.file) ?? new Map<string, Entry[]>();
    byFile.set(entry.file, byConfig.set(entry.config, [...byConfig.get(entry.config) ?? [], entry]));
  }
  for (const list of [...byFile.values()].flatMap(byConfig => [...byConfig.values()])) {
    for (const [index, later] of list.entries()) {
      for (const earlier of list.slice(0, index)) {
        if (isFields(later.value) && isFields(earlier.value) && canMeet(earlier.value, later.value)) { yield [later, earlier.value, later.value]; }
      }
    }
  }
}
