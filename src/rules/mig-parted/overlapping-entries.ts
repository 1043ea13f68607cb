import { entries, Entry, finding } from './entries';
import { MatchedGpus } from './matched-gpus';
import { ClusterModel, EmbeddedFile } from '../../cluster';
import { Fields, isFields } from '../../kubernetes';
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
      for (const { entry, value, before } of meetings(model)) {
        const enabled = value['mig-enabled'];
        if (typeof enabled === 'boolean' && before.has(value, !enabled)) {
          yield finding(
            entry.file,
            entry.path,
            `config ${entry.config}: another entry matches the same GPUs with mig-enabled: ${!enabled}`,
            'let each GPU be matched by one entry',
          );
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
      for (const { entry, value, before } of meetings(model)) {
        if (before.has(value, value['mig-enabled'])) {
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

/** An entry, and those before it in its config. */
interface Meeting {
  readonly entry: Entry;
  readonly value: Readonly<Fields>;
  readonly before: MatchedGpus;
}

/** Entries of one file meet: a base and its overlay have files of one name that never do. */
function* meetings(model: ClusterModel): Generator<Meeting> {
  let [file, config, before] = [undefined as EmbeddedFile | undefined, '', new MatchedGpus()];
  for (const entry of entries(model)) { // of one file and config one after another
    if (entry.file !== file || entry.config !== config) { before = new MatchedGpus(); }
    ({ file, config } = entry);
    if (!isFields(entry.value)) { continue; }
    yield { entry, value: entry.value, before };
    before.add(entry.value);
  }
}
