import { boardsOf, entries, Entry, finding, gpuInstanceOf, layoutOf, ofEntries, profilesOf, show } from './entries';
import { canMatchGpu, ClusterModel, deviceFiltersOf, gpusOfNode, isForBoard, LabelValue } from '../../cluster';
import { Gpu, MigProfileName } from '../../hardware';
import { at, Fields, isFields, listOf, numberIn } from '../../kubernetes';
import { GPU_OPERATOR } from '../../releases';
import { defineRule, Rule } from '../rule';

const PRODUCT = 'nvidia.com/gpu.product';

/**
 * Names of NVIDIA's own list that no board of the catalogue has: those of a driver that rounds the memory otherwise
 * (assets/state-mig-manager).
 */
const SHIPPED = new Set(['3g.95gb', '4g.95gb', '7g.189gb']);

/** Rules about the boards that an entry is for. */
export const BOARD_RULES: Rule[] = [
  defineRule({
    id: 'MIG-011',
    name: 'device-filter-form',
    area: 'mig-parted',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'a cluster works with a filter in another form as long as no GPU needs it: the entry matches '
      + 'nothing, in silence. It is an error because no board can ever match it',
    refusedAtOnce: true,
    sentence: 'a `device-filter` is a hex number in quotes, the device first and the vendor 10DE last, such as '
      + '"0x20B210DE"; a subsystem may follow after a colon',
    why: 'an unquoted YAML hex number fails the whole file; string parse errors are swallowed, so a malformed or '
      + 'reversed filter or a product name (A100-SXM4-40GB) just never matches. Case does not matter; a decimal string '
      + 'is legal but unusual',
    evidence: 'NVIDIA/mig-parted@bd7160f4 api/spec/v1/helpers.go#L24-L47; NVIDIA/mig-parted@bd7160f4 '
      + 'pkg/types/device.go#L61-L95',
    check: ofEntries((_, value) => {
      const filter = value['device-filter'];
      if (filter === undefined || filter === null) { return undefined; }
      const list = Array.isArray(filter) ? filter.map(each => each ?? '') : [filter];
      const notText = list.find(each => typeof each !== 'string');
      if (notText !== undefined) {
        return [
          ['device-filter'],
          `device-filter ${show(notText)} is no string; an unquoted hex number is none`,
          'put it in quotes: "0x20B210DE"',
        ];
      }
      // alone an empty string is for every GPU, in a list it is for none
      const wrong = list.find((each): each is string =>
        typeof each === 'string' && !canMatchGpu(each) && (each !== '' || Array.isArray(filter)));
      return wrong === undefined ? undefined
        : [
          ['device-filter'],
          `device-filter "${wrong}" never matches: it is 0x, four digits of the device and 10DE`,
          'write it as "0x20B210DE"',
        ];
    }),
  }),
  defineRule({
    id: 'MIG-012',
    name: 'empty-device-filter',
    area: 'mig-parted',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'a `device-filter` that stands in the file is neither "", [] nor null',
    why: 'all three mean "match every GPU" (an empty string inside a list matches nothing instead): harmless if '
      + 'meant, wide if not',
    evidence: 'NVIDIA/mig-parted@bd7160f4 api/spec/v1/helpers.go#L25-L37',
    check: ofEntries((_, value) => {
      const filter = value['device-filter'];
      const empty = 'device-filter' in value
        && (filter === '' || filter === null || (Array.isArray(filter) && filter.length === 0));
      return empty
        ? [['device-filter'], 'an empty device-filter matches every GPU', 'remove it, or name the boards']
        : undefined;
    }),
  }),
  defineRule({
    id: 'MIG-013',
    name: 'subsystem-filter-release',
    area: 'mig-parted',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'a mig-manager from 0.15 on reads it: so only where the release that is given or found is older',
    until: GPU_OPERATOR.milestones.subsystemFilters,
    sentence: 'a filter with a subsystem needs mig-manager v0.15.0 or later (operator 26.7)',
    why: 'older parsers (0.13, 0.14) give an error on ":" that is swallowed -> the entry silently matches nothing',
    evidence: 'NVIDIA/mig-parted@bd7160f4 CHANGELOG.md v0.15.0; NVIDIA/mig-parted@v0.13.1 pkg/types/device.go; '
      + 'NVIDIA/mig-parted@v0.14.2 pkg/types/device.go; NVIDIA/mig-parted@v0.15.0 pkg/types/device.go',
    check: ofEntries((_, value) => {
      const subsystem = deviceFiltersOf(value).find(each => each.includes(':'));
      return subsystem === undefined ? undefined
        : [['device-filter'], `"${subsystem}" filters by subsystem, which matches nothing before GPU Operator `
          + `${GPU_OPERATOR.milestones.subsystemFilters.begins}`,
        `use GPU Operator ${GPU_OPERATOR.milestones.subsystemFilters.begins}, or the device id alone`];
    }),
  }),
  defineRule({
    id: 'MIG-014',
    name: 'profile-attribute-release',
    area: 'mig-parted',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'a mig-manager from 0.12.3 on reads it: so only where the release that is given or found is older',
    until: GPU_OPERATOR.milestones.negativeAttributes,
    sentence: 'the attributes "-me" and "+me.all" need mig-manager v0.12.3 or later (operator 25.3.3)',
    why: 'go-nvlib before v0.7.4 does not know them, and the whole file cannot be read ("+gfx" can be read and '
      + 'matches nothing)',
    evidence: 'NVIDIA/go-nvlib@v0.7.3 pkg/nvlib/device/mig_profile.go (no NegAttributes, no "."); '
      + 'NVIDIA/mig-parted@bd7160f4 go.mod, at each tag',
    check: ofEntries((_, value) => {
      const name = profilesOf(value)
        .map(([each]) => each)
        .find(each => each.includes('-') || /^[^+]*\+.*\./.test(each));
      return name === undefined ? undefined
        : [[
          'mig-devices',
          name,
        ], `profile ${name} fails the whole file before GPU Operator `
          + `${GPU_OPERATOR.milestones.negativeAttributes.begins}`,
        `use GPU Operator ${GPU_OPERATOR.milestones.negativeAttributes.begins} or later, or the `
            + 'profile without the attribute'];
    }),
  }),
  defineRule({
    id: 'MIG-015',
    name: 'uncovered-gpu',
    area: 'mig-parted',
    severity: 'error',
    lintSeverity: 'warning',
    refusedAtOnce: true,
    sentence: 'every GPU of a node must be covered by an entry of the config that the node selects (checked on Node '
      + 'objects whose labels count their GPUs; elsewhere, up to the highest index of the config)',
    why: 'an uncovered GPU keeps whatever mode it had; state still becomes success, but the assert can never pass '
      + '("not all GPUs match the specified config"), so every mig-manager start pauses and restarts device plugin, '
      + 'GFD and DCGM. MIG devices that already match are kept',
    evidence: 'NVIDIA/mig-parted@bd7160f4 cmd/nvidia-mig-parted/assert/config.go; NVIDIA/mig-parted@bd7160f4 '
      + 'cmd/nvidia-mig-parted/apply/config.go (equal GPUs are skipped); NVIDIA/mig-parted@bd7160f4 '
      + 'pkg/mig/reconfigure/reconfigure.go#L127',
    *check(model) {
      const counted = new Set<string>();
      for (const { label, configs } of selections(model)) {
        const count = label.document.kind === 'Node' ? gpusOfNode(label.document) : undefined;
        const board = Gpu.findByProductLabel(label.together[PRODUCT] ?? '');
        if (count === undefined || configs.length !== 1 || configs[0].length === 0) { continue; }
        counted.add(label.value);
        // thousands of nodes may select it; without an entry for the board LAY-002 speaks
        const uncovered = model.once(JSON.stringify(['uncovered by', label.value, board?.id, count]), () => {
          const all = configs[0].filter(({ value }) => (board === undefined || isForBoard(value, board)))
            .map(({ value }) => value.devices);
          const indices = new Set(all.flatMap(listOf));
          return all.length === 0 || all.includes('all')
            ? undefined
            : Array.from({ length: count }, (_, index) => index).find(index => !indices.has(index));
        });
        if (uncovered !== undefined) {
          yield {
            document: label.document,
            path: label.path,
            message: `the node has ${count} GPUs, and no entry of config ${label.value} is for GPU `
              + `${uncovered}${board === undefined ? '' : ` (${board})`}; it keeps what it had`,
            fix: `add an entry for it to the config, such as {devices: [${uncovered}], mig-enabled: false}`,
          };
        }
      }
      for (const { first, passedOver, next } of gapsOf(model)) {
        if (counted.has(first.config)) { continue; }
        yield finding(first.file, [...first.path, 'devices'], `config ${first.config} has an entry for GPU ${next} and `
          + `none for GPU ${passedOver}, which every node with the other has; it keeps what it had`,
        `add an entry for it to the config, such as {devices: [${passedOver}], mig-enabled: false}`);
      }
    },
  }),
  defineRule({
    id: 'MIG-016',
    name: 'board-without-mig',
    area: 'mig-parted',
    severity: 'error',
    lintSeverity: 'warning',
    refusedAtOnce: true,
    sentence: 'no entry with `mig-enabled: true` is for a board without MIG, neither by its index nor by '
      + '`devices: all` (checked where a filter or a node shows the board)',
    why: 'explicit index: "cannot set MIG config on non MIG-capable GPU" -> failed. devices: all: the GPU is skipped '
      + 'on apply (success) but the mode assert never passes, so it is re-applied on every start; with '
      + 'WITH_REBOOT=true the failed assert reboots the node once and then ends in failed',
    evidence: 'NVIDIA/mig-parted@bd7160f4 cmd/nvidia-mig-parted/apply/config.go; NVIDIA/mig-parted@bd7160f4 '
      + 'cmd/nvidia-mig-parted/apply/mode.go; NVIDIA/mig-parted@bd7160f4 cmd/nvidia-mig-parted/assert/mode.go',
    *check(model) {
      for (const entry of entries(model)) {
        if (!isFields(entry.value) || entry.value['mig-enabled'] !== true) { continue; }
        const without = boardsOf(model, entry, entry.value).find(gpu => !gpu.migCapable);
        if (without !== undefined) {
          yield finding(entry.file, [
            ...entry.path,
            'mig-enabled',
          ], `config ${entry.config}: mig-enabled is true for ${without}, which has no MIG`,
          'leave the board out by device-filter or index, or write mig-enabled: false for it');
        }
      }
    },
  }),
  defineRule({
    id: 'MIG-025',
    name: 'profile-not-on-board',
    area: 'mig-parted',
    severity: 'error',
    lintSeverity: 'warning',
    refusedAtOnce: true,
    sentence: 'each profile is one that the board of its entry has (checked where a filter or a node shows the '
      + 'board)',
    why: 'if the name exists on no GPU of the node the apply succeeds and creates NOTHING on that GPU (all its other '
      + 'profiles are dropped too, existing instances are cleared) and state becomes success; if it exists only on '
      + 'another GPU of the node: "not found on this GPU" -> failed. Names may also move by 1 GB between drivers '
      + '(GB200 23/24gb), hence only a warning for hand-written files',
    evidence: 'NVIDIA/mig-parted@bd7160f4 pkg/types/mig_config.go Flatten returns nil on an unknown profile (v0.13.1 '
      + 'to v0.15.0); NVIDIA/mig-parted@bd7160f4 pkg/mig/config/config.go SetMigConfig; NVIDIA/mig-parted#18; '
      + 'NVIDIA/mig-parted#227; NVIDIA/gpu-operator#351',
    *check(model) {
      for (const entry of entries(model)) {
        if (!isFields(entry.value)) { continue; }
        const known = boardsOf(model, entry, entry.value);
        const boards = known.filter(gpu => gpu.migCapable); // of the others, MIG-016 speaks
        for (const [name] of profilesOf(entry.value)) {
          const canonical = MigProfileName.find(name);
          if (canonical === undefined && MigProfileName._isWellFormed(name)) {
            yield finding(entry.file, [
              ...entry.path,
              'mig-devices',
              name,
            ], `config ${entry.config}: no board has a profile ${name}`,
            'nothing would be created, and the state would still be success; use a profile of the board');
          }
          if (canonical === undefined || SHIPPED.has(name)) { continue; }
          const instance = gpuInstanceOf(canonical);
          const without = boards.find(gpu => gpu.findProfile(instance) === undefined);
          const nobody = known.length === 0 && !Gpu.all().some(gpu => gpu.findProfile(instance) !== undefined);
          if (without !== undefined || (nobody && entry.value['device-filter'] === undefined)) {
            yield finding(entry.file, [...entry.path, 'mig-devices', name],
              `config ${entry.config}: ${without === undefined
                ? `no board has a profile ${name}`
                : `${without} has no profile ${without._describeMissing(instance)}`}`,
              'nothing would be created, and the state would still be success; use a profile of the board');
          }
        }
      }
    },
  }),
  defineRule({
    id: 'MIG-032',
    name: 'layout-does-not-fit',
    area: 'mig-parted',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'the board is the one that a filter names, or a node with the label; where neither does, a cluster '
      + 'may have a board that takes it',
    refusedAtOnce: true,
    sentence: 'the profiles of an entry fit its board together, by counts, slices and placements',
    why: 'checked only on the node, after the operands were stopped: all orderings are tried, then the GPU is cleared '
      + 'and state=failed ("all orderings failed"). Decidable where a device-filter or a declared node gives the board',
    evidence: 'NVIDIA/mig-parted@bd7160f4 pkg/mig/config/config.go iteratePermutationsUntilSuccess, SetMigConfig',
    *check(model) {
      for (const entry of entries(model)) {
        if (!isFields(entry.value)) { continue; }
        const layout = layoutOf(entry.value);
        if (layout === undefined) { continue; }
        const boards = boardsOf(model, entry, entry.value);
        const able = (gpus: Gpu[]) =>
          gpus.filter(gpu => Object.keys(layout.profiles).every(name => gpu.findProfile(name) !== undefined));
        const candidates = able(boards.length > 0
          ? boards
          : entry.value['device-filter'] === undefined
            ? Gpu.all()
            : []);
        const failing = candidates.map(gpu => ({ gpu, check: gpu.checkLayout(layout) }))
          .filter(({ check }) => !check.valid);
        // with a board known one failure suffices; without, it must fit no board at all
        if (failing.length > 0 && (boards.length > 0 || failing.length === candidates.length)) {
          const { gpu, check } = failing[0];
          yield {
            ...finding(entry.file, [...entry.path, 'mig-devices'],
              `config ${entry.config}: ${layout} does not fit ${boards.length > 0 ? gpu : 'any board'}: `
                + `${check.reasons.join('; ')}`,
              boards.length > 0 ? check.fix! : `cdk8s-gpu layouts ${gpu} lists what fits`),
            // a board that is newer than those known may have room for it
            ...boards.length === 0 && entry.file.document.author === 'person' && { severity: 'warning' as const },
          };
        }
      }
    },
  }),
];

/** Configs that list GPUs by their indices and pass over one that is below another. */
function* gapsOf(model: ClusterModel): Generator<{ first: Entry; passedOver: number; next: number }> {
  const byConfig = new Map<string, Entry[]>();
  for (const entry of entries(model)) {
    const key = JSON.stringify([entry.owner.document.file, entry.owner.document.index, entry.config]);
    byConfig.set(key, byConfig.get(key) ?? []).get(key)!.push(entry);
  }
  for (const all of byConfig.values()) {
    const devices = all.map(({ value }) => at(value, 'devices'));
    if (!devices.every(Array.isArray)) { continue; }
    const indices = [...new Set(devices.flatMap(listOf).map(numberIn))].sort((a, b) => a - b);
    const passedOver = indices.findIndex((index, position) => index !== position);
    if (passedOver >= 0 && indices.every(index => Number.isInteger(index) && index >= 0)) {
      yield { first: all[0], passedOver, next: indices[passedOver] };
    }
  }
}

/** Nodes that select a config, and the entries of every config of that name. */
export function* selections(model: ClusterModel): Generator<{
  label: LabelValue;
  configs: { value: Readonly<Fields> }[][];
}> {
  const byFile = new Map<string, Map<unknown, { value: Readonly<Fields> }[]>>();
  for (const { config, file, value } of entries(model)) {
    if (!isFields(value)) { continue; }
    const files = byFile.get(config) ?? new Map<unknown, { value: Readonly<Fields> }[]>();
    byFile.set(config, files.set(file, files.get(file) ?? []));
    files.get(file)!.push({ value });
  }
  const byConfig = new Map([...byFile].map(([config, files]) => [config, [...files.values()]]));
  for (const label of model.labelValues('nvidia.com/mig.config')) {
    const configs = byConfig.get(label.value);
    if (configs !== undefined) { yield { label, configs }; }
  }
}
