import { canMatchGpu, ClusterModel, deviceFiltersOf, gpusOfNode, isForBoard, LabelValue } from '../../cluster';
import { Gpu, MigProfileName } from '../../hardware';
import { Fields, isFields, listOf } from '../../kubernetes';
import { Rule } from '../rule';
import { boardsOf, entries, entryRule, finding, gpuInstanceOf, layoutOf, profilesOf, show } from './entries';

/** Rules about the boards that an entry is for. */
export const BOARD_RULES: Rule[] = [
  entryRule('MIG-011', (_, value) => {
    const filter = value['device-filter'];
    if (filter === undefined || filter === null) { return undefined; }
    const list = Array.isArray(filter) ? filter.map(each => each ?? '') : [filter];
    const notText = list.find(each => typeof each !== 'string');
    if (notText !== undefined) { return [['device-filter'], `device-filter ${show(notText)} is no string; an unquoted hex number is none`, 'put it in quotes: "0x20B210DE"']; }
    // alone an empty string is for every GPU, in a list it is for none
    const wrong = list.find(each => !canMatchGpu(String(each)) && (each !== '' || Array.isArray(filter)));
    return wrong === undefined ? undefined
      : [['device-filter'], `device-filter "${wrong}" never matches: it is 0x, four digits of the device and 10DE`, 'write it as "0x20B210DE"'];
  }),
  entryRule('MIG-012', (_, value) => {
    const filter = value['device-filter'];
    const empty = 'device-filter' in value && (filter === '' || filter === null || (Array.isArray(filter) && filter.length === 0));
    return empty ? [['device-filter'], 'an empty device-filter matches every GPU', 'remove it, or name the boards'] : undefined;
  }),
  entryRule('MIG-013', (_, value) => {
    const subsystem = deviceFiltersOf(value).find(each => each.includes(':'));
    return subsystem === undefined ? undefined
      : [['device-filter'], `"${subsystem}" filters by subsystem, which matches nothing before GPU Operator 26.7`, 'use GPU Operator 26.7, or the device id alone'];
  }),
  {
    id: 'MIG-025',
    *check(model) {
      for (const entry of entries(model)) {
        if (!isFields(entry.value)) { continue; }
        const known = boardsOf(model, entry, entry.value);
        const boards = known.filter(gpu => gpu.migCapable); // of the others, MIG-016 speaks
        for (const [name] of profilesOf(entry.value)) {
          const canonical = MigProfileName.find(name);
          if (canonical === undefined && MigProfileName._isWellFormed(name)) {
            yield finding(entry.file, [...entry.path, 'mig-devices', name], `config ${entry.config}: no board has a profile ${name}`,
              'nothing would be created, and the state would still be success; use a profile of the board');
          }
          if (canonical === undefined) { continue; }
          const instance = gpuInstanceOf(canonical);
          const without = boards.find(gpu => gpu.findProfile(instance) === undefined);
          const nobody = known.length === 0 && !Gpu.all().some(gpu => gpu.findProfile(instance) !== undefined);
          if (without !== undefined || (nobody && entry.value['device-filter'] === undefined)) {
            yield finding(entry.file, [...entry.path, 'mig-devices', name],
              `config ${entry.config}: ${without === undefined ? `no board has a profile ${name}` : `${without} has no profile ${without._describeMissing(instance)}`}`,
              'nothing would be created, and the state would still be success; use a profile of the board');
          }
        }
      }
    },
  },
  {
    id: 'MIG-032',
    *check(model) {
      for (const entry of entries(model)) {
        if (!isFields(entry.value)) { continue; }
        const layout = layoutOf(entry.value);
        if (layout === undefined) { continue; }
        const boards = boardsOf(model, entry, entry.value);
        const able = (gpus: Gpu[]) => gpus.filter(gpu => Object.keys(layout.profiles).every(name => gpu.findProfile(name) !== undefined));
        const candidates = able(boards.length > 0 ? boards : entry.value['device-filter'] === undefined ? Gpu.all() : []);
        const failing = candidates.map(gpu => ({ gpu, check: gpu.checkLayout(layout) })).filter(({ check }) => !check.valid);
        // with a board known one failure suffices; without, it must fit no board at all
        if (failing.length > 0 && (boards.length > 0 || failing.length === candidates.length)) {
          const { gpu, check } = failing[0];
          yield {
            ...finding(entry.file, [...entry.path, 'mig-devices'],
              `config ${entry.config}: ${layout} does not fit ${boards.length > 0 ? gpu : 'any board'}: ${check.reasons.join('; ')}`,
              `cdk8s-gpu layouts ${gpu} lists what fits`),
            // a board that is newer than those known may have room for it
            ...boards.length === 0 && entry.file.document.author === 'person' && { severity: 'warning' as const },
          };
        }
      }
    },
  },
  entryRule('MIG-014', (_, value) => {
    const name = profilesOf(value).map(([each]) => each).find(each => /-|\+.*\./.test(each));
    return name === undefined ? undefined
      : [['mig-devices', name], `profile ${name} fails the whole file before GPU Operator 25.3.3`, 'use GPU Operator 25.3.3 or later, or the profile without the attribute'];
  }),
  {
    id: 'MIG-015',
    *check(model) {
      for (const { label, configs } of selections(model)) {
        const count = label.document.kind === 'Node' ? gpusOfNode(label.document) : undefined;
        const board = Gpu.findByProductLabel(label.together[PRODUCT] ?? '');
        if (count === undefined || configs.length !== 1 || configs[0].length === 0) { continue; }
        const all = configs[0].filter(({ value }) => (board === undefined || isForBoard(value, board))).map(({ value }) => value.devices);
        if (all.length === 0) { continue; } // of that, LAY-002 speaks
        const uncovered = all.includes('all') ? undefined
          : Array.from({ length: count }, (_, index) => index).find(index => !all.some(devices => listOf(devices).includes(index)));
        if (uncovered !== undefined) {
          yield {
            document: label.document,
            path: label.path,
            message: `the node has ${count} GPUs, and no entry of config ${label.value} is for GPU ${uncovered}${board === undefined ? '' : ` (${board})`}; it keeps what it had`,
            fix: 'add an entry for it to the config, such as {devices: [' + uncovered + '], mig-enabled: false}',
          };
        }
      }
    },
  },
  {
    id: 'MIG-016',
    *check(model) {
      for (const entry of entries(model)) {
        if (!isFields(entry.value) || entry.value['mig-enabled'] !== true) { continue; }
        const without = boardsOf(model, entry, entry.value).find(gpu => !gpu.migCapable);
        if (without !== undefined) {
          yield finding(entry.file, [...entry.path, 'mig-enabled'], `config ${entry.config}: mig-enabled is true for ${without}, which has no MIG`,
            'leave the board out by device-filter or index, or write mig-enabled: false for it');
        }
      }
    },
  },
];

const PRODUCT = 'nvidia.com/gpu.product';

/** Nodes that select a config, and the entries of every config of that name. */
export function* selections(model: ClusterModel): Generator<{ label: LabelValue; configs: { value: Readonly<Fields> }[][] }> {
  const byFile = new Map<string, Map<unknown, { value: Readonly<Fields> }[]>>();
  for (const { config, file, value } of entries(model)) {
    if (!isFields(value)) { continue; }
    const files = byFile.get(config) ?? new Map<unknown, { value: Readonly<Fields> }[]>();
    byFile.set(config, files.set(file, [...files.get(file) ?? [], { value }]));
  }
  for (const label of model.labelValues('nvidia.com/mig.config')) {
    const files = byFile.get(label.value);
    if (files !== undefined) { yield { label, configs: [...files.values()] }; }
  }
}
