import { entries, Entry, finding } from './entries';
import { ClusterModel, deviceFiltersOf, EmbeddedFile } from '../../cluster';
import { isFields, listOf } from '../../kubernetes';
import { defineRule, Rule } from '../rule';

/** Rules about entries of one config that match the same GPU. */
export const OVERLAP_RULES: Rule[] = [
  defineRule({
    id: 'MIG-024',
    name: 'mode-change-clears-instances',
    area: 'mig-parted',
    severity: 'warning',
    lintSeverity: 'info',
    sentence: 'a config that changes mig-enabled of even one GPU clears the MIG instances of all GPUs it covers, and '
      + 'on Ampere resets all GPUs of the node',
    why: 'ApplyMigMode clears every covered GPU that is in MIG mode (fails if an instance is in use), then resets '
      + 'all GPUs when a mode change is pending (A100/A30); Hopper and later need no reset',
    evidence: 'NVIDIA/mig-parted@bd7160f4 cmd/nvidia-mig-parted/apply/mode.go#L75-L135',
    notCheckable: 'Whether a config changes the mode of a GPU depends on the mode that the GPU is in, which only the '
      + 'node knows.',
    bad: '# 8x A100, one GPU changes mode\n- devices: [0]\n  mig-enabled: true\n  mig-devices: {1g.5gb: 7}',
    good: '# decide the mode of all GPUs before workloads run\n- devices: all\n  mig-enabled: true\n  mig-devices: '
      + '{1g.5gb: 7}',
  }),
  defineRule({
    id: 'MIG-026',
    name: 'contradicting-entries',
    area: 'mig-parted',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'none known on a node that selects the config: neither order of the entries can be carried out. '
      + 'Entries that no GPU has in common are not compared',
    sentence: 'entries of one config that match the same GPU have the same `mig-enabled`',
    why: 'always fails, in either order: the mode assert can never pass and applying ends in "unable to apply MIG '
      + 'config with MIG mode disabled" or "MIG mode is currently enabled, but the configuration specifies it should '
      + 'be disabled"; with WITH_REBOOT=true the node reboots once first',
    evidence: 'NVIDIA/mig-parted@bd7160f4 cmd/nvidia-mig-parted/assert/mode.go; NVIDIA/mig-parted@bd7160f4 '
      + 'cmd/nvidia-mig-parted/apply/mode.go; NVIDIA/mig-parted@bd7160f4 cmd/nvidia-mig-parted/apply/config.go; '
      + 'NVIDIA/mig-parted@bd7160f4 pkg/mig/reconfigure/reconfigure.go#L185-L215',
    *check(model) {
      for (const [entry, earlier, later] of meetings(model)) {
        if (typeof earlier['mig-enabled'] === 'boolean'
          && typeof later['mig-enabled'] === 'boolean'
          && earlier['mig-enabled'] !== later['mig-enabled']) {
          yield finding(entry.file, entry.path, `config ${entry.config}: another entry matches the same GPUs with `
            + `mig-enabled: ${earlier['mig-enabled']}`,
          'let each GPU be matched by one entry');
        }
      }
    },
  }),
  defineRule({
    id: 'MIG-027',
    name: 'entry-overwritten',
    area: 'mig-parted',
    severity: 'warning',
    lintSeverity: 'warning',
    refusedAtOnce: true,
    sentence: 'no two entries of one config match the same GPU',
    why: 'entries are applied in order and the last one wins, without a message; each re-apply first builds the '
      + 'earlier layout',
    evidence: 'NVIDIA/mig-parted@bd7160f4 cmd/nvidia-mig-parted/assert/assert.go WalkSelectedMigConfigForEachGPU; '
      + 'NVIDIA/mig-parted@bd7160f4 cmd/nvidia-mig-parted/apply/config.go',
    *check(model) {
      for (const [entry, earlier, later] of meetings(model)) {
        if (earlier['mig-enabled'] === later['mig-enabled']) {
          yield finding(
            entry.file,
            entry.path,
            `config ${entry.config}: another entry matches the same GPUs; the last one wins`,
            'let each GPU be matched by one entry',
          );
        }
      }
    },
  }),
];

/** Whether two entries can match one GPU. */
function canMeet(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  const [filtersA, filtersB] = [deviceFiltersOf(a), deviceFiltersOf(b)];
  if (filtersA.length > 0
    && filtersB.length > 0
    && !filtersA.some(filter => filtersB.some(other => areForOneBoard(filter, other)))) { return false; }
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
type Meeting = [Entry, Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>];

function* meetings(model: ClusterModel): Generator<Meeting> {
  // of one file: a base and its overlay have files of one name that never meet
  const byFile = new Map<EmbeddedFile, Map<string, Entry[]>>();
  for (const entry of entries(model)) {
    const byConfig = byFile.get(entry.file) ?? new Map<string, Entry[]>();
    byFile.set(entry.file, byConfig.set(entry.config, [...byConfig.get(entry.config) ?? [], entry]));
  }
  for (const list of [...byFile.values()].flatMap(byConfig => [...byConfig.values()])) {
    for (const [index, later] of list.entries()) {
      for (const earlier of list.slice(0, index)) {
        if (isFields(later.value) && isFields(earlier.value) && canMeet(earlier.value, later.value)) {
          yield [later, earlier.value, later.value];
        }
      }
    }
  }
}
