import { Rule, RuleFinding } from './rule';
import { at, ClusterModel, EmbeddedFile, fieldsOf, isFields, listOf, MigPartedFile, Path, textOf, yamlLibrary } from '../cluster';
import { Gpu, GpuLayout, MigProfileName } from '../hardware';

/** An entry of a config, where it stands. */
interface Entry {
  readonly owner: MigPartedFile;
  readonly file: EmbeddedFile;
  readonly config: string;
  readonly path: Path;
  readonly value: unknown;
}

/** Says something of a place in a mig-parted file. */
function finding(file: EmbeddedFile, filePath: Path, message: string, fix: string): RuleFinding {
  return { document: file.document, path: file.path, file, filePath, message, fix };
}

/** Files that can be read at all. */
function* files(model: ClusterModel): Generator<{ owner: MigPartedFile; file: EmbeddedFile; content: Readonly<Record<string, unknown>> }> {
  for (const owner of model.migPartedFiles) {
    if (owner.file !== undefined && isFields(owner.file.value)) { yield { owner, file: owner.file, content: owner.file.value }; }
  }
}

function* entries(model: ClusterModel): Generator<Entry> {
  for (const { owner, file, content } of files(model)) {
    for (const [config, list] of Object.entries(fieldsOf(content['mig-configs']))) {
      for (const [index, value] of listOf(list).entries()) {
        yield { owner, file, config, path: ['mig-configs', config, index], value };
      }
    }
  }
}

/** Entries with one bad key: the pattern of most rules here. */
function entryRule(id: string, check: (entry: Entry, value: Readonly<Record<string, unknown>>) => [Path, string, string] | undefined): Rule {
  return {
    id,
    *check(model) {
      for (const entry of entries(model)) {
        const found = isFields(entry.value) ? check(entry, entry.value) : undefined;
        if (found !== undefined) {
          const [path, message, fix] = found;
          yield finding(entry.file, [...entry.path, ...path], `config ${entry.config}: ${message}`, fix);
        }
      }
    },
  };
}

/** Profiles of an entry with their counts. */
function profilesOf(value: Readonly<Record<string, unknown>>): [string, unknown][] {
  return Object.entries(fieldsOf(value['mig-devices']));
}

const show = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

/** mig-parted reads `device-filter` as one string or a list of them; empty means every board (api/spec/v1/helpers.go). */
function filtersOf(value: Readonly<Record<string, unknown>>): string[] {
  const filter = value['device-filter'];
  return (Array.isArray(filter) ? filter : [filter]).filter((each): each is string => typeof each === 'string' && each !== '');
}

/** Boards that an entry is for: by its filter, else by the product labels of nodes that select the config. */
function boardsOf(model: ClusterModel, entry: Entry, value: Readonly<Record<string, unknown>>): Gpu[] {
  const filters = filtersOf(value);
  if (filters.length > 0) { return filters.map(filter => Gpu.findByPciDeviceId(filter)).filter((gpu): gpu is Gpu => gpu !== undefined); }
  const products = model.labelValues('nvidia.com/mig.config')
    .filter(label => label.value === entry.config)
    .map(label => label.together['nvidia.com/gpu.product'])
    .filter((product): product is string => product !== undefined);
  return products.map(product => Gpu.findByProductLabel(product)).filter((gpu): gpu is Gpu => gpu !== undefined);
}

function layoutOf(value: Readonly<Record<string, unknown>>): GpuLayout | undefined {
  const counts = profilesOf(value).filter((each): each is [string, number] => Number.isInteger(each[1]) && Number(each[1]) > 0);
  const canonical = counts.map(([name, count]) => [MigProfileName.find(name)?.canonical, count] as const);
  if (counts.length === 0 || canonical.some(([name]) => name === undefined)) { return undefined; }
  return GpuLayout.of(Object.fromEntries(canonical as [string, number][]));
}

/** Whether two entries can match one GPU. */
function canMeet(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  const [filtersA, filtersB] = [filtersOf(a), filtersOf(b)].map(filters => filters.map(each => each.toLowerCase()));
  if (filtersA.length > 0 && filtersB.length > 0 && !filtersA.some(filter => filtersB.includes(filter))) { return false; }
  const [devicesA, devicesB] = [a.devices, b.devices];
  if (devicesA === 'all' || devicesB === 'all') { return true; }
  return listOf(devicesA).some(index => listOf(devicesB).includes(index));
}

/** Pairs of entries of one config that can match one GPU. */
function* meetings(model: ClusterModel): Generator<[Entry, Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>]> {
  const byConfig = new Map<string, Entry[]>();
  for (const entry of entries(model)) {
    const key = `${entry.file.document.namespace}/${entry.file.document.name}/${entry.config}`;
    byConfig.set(key, [...byConfig.get(key) ?? [], entry]);
  }
  for (const list of byConfig.values()) {
    for (const [index, later] of list.entries()) {
      for (const earlier of list.slice(0, index)) {
        if (isFields(later.value) && isFields(earlier.value) && canMeet(earlier.value, later.value)) { yield [later, earlier.value, later.value]; }
      }
    }
  }
}

const ENTRY_KEYS = ['device-filter', 'devices', 'mig-enabled', 'mig-devices'];
const LABEL_VALUE = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
/** Objects that the operator writes on each reconcile (op: controllers/object_controls.go). */
const OPERATOR_CONFIG_MAPS = [
  'default-mig-parted-config', 'default-gpu-clients', 'default-vgpu-devices-config', 'nvidia-device-plugin-entrypoint', 'nvidia-mig-manager-entrypoint',
  'nvidia-container-toolkit-entrypoint', 'nvidia-driver-startup-probe', 'nvidia-kata-manager-config', 'nvidia-kata-manager-entrypoint',
];

/** Rules about the mig-parted file: one bad entry of it fails every node. */
export const MIG_PARTED_RULES: Rule[] = [
  {
    id: 'MIG-001',
    *check(model) {
      for (const { file } of model.migPartedFiles) {
        if (file?.error !== undefined) { yield finding(file, [], `the mig-parted file is not YAML: ${file.error}`, 'mend the YAML'); }
      }
      for (const { file, content } of files(model)) {
        if (content.version !== 'v1') {
          yield finding(file, ['version'], `version is ${show(content.version)}; mig-parted reads only the string "v1"`, 'write version: v1');
        }
        for (const key of Object.keys(content).filter(each => each !== 'version' && each !== 'mig-configs')) {
          yield finding(file, [key], `unexpected key "${key}"; the file may hold only version and mig-configs`, `remove ${key}, or move its anchor into a config`);
        }
      }
    },
  },
  {
    id: 'MIG-002',
    *check(model) {
      for (const { file, content } of files(model)) {
        const configs = content['mig-configs'];
        if (!isFields(configs) || Object.keys(configs).length === 0) {
          yield finding(file, ['mig-configs'], 'the file has no config, so no name can be selected', 'add a config under mig-configs');
          continue;
        }
        for (const [name, list] of Object.entries(configs)) {
          if (!Array.isArray(list) || list.length === 0) {
            yield finding(file, ['mig-configs', name], `config ${name} has no entry`, 'give it at least one, such as - {devices: all, mig-enabled: false}');
          }
        }
      }
    },
  },
  {
    id: 'MIG-003',
    *check(model) {
      for (const { file, path, config, value } of entries(model)) {
        if (!isFields(value)) {
          yield finding(file, path, `config ${config}: an entry is a map, this is ${show(value)}`, 'write devices and mig-enabled');
          continue;
        }
        for (const key of Object.keys(value).filter(each => !ENTRY_KEYS.includes(each))) {
          yield finding(file, [...path, key], `config ${config}: unexpected field "${key}"; an entry has ${ENTRY_KEYS.join(', ')}`, `remove or mend ${key}`);
        }
        for (const key of ['devices', 'mig-enabled'].filter(each => !(each in value))) {
          yield finding(file, path, `config ${config}: required field "${key}" is missing`, `add ${key}`);
        }
      }
    },
  },
  entryRule('MIG-004', (_, value) => {
    const devices = value.devices;
    const isList = Array.isArray(devices) && devices.every(each => Number.isInteger(each));
    return !('devices' in value) || devices === 'all' || isList ? undefined
      : [['devices'], `devices is ${show(devices)}; it is "all" or a list of whole numbers`, 'write devices: all or devices: [0]'];
  }),
  entryRule('MIG-005', (_, { devices }) => {
    if (!Array.isArray(devices)) { return undefined; }
    if (devices.length === 0) { return [['devices'], 'devices is empty, so the entry matches no GPU', 'list the GPUs, or write all']; }
    const negative = devices.find(each => Number(each) < 0);
    if (negative !== undefined) { return [['devices'], `index ${negative} matches no GPU`, 'indices start at 0']; }
    return new Set(devices).size === devices.length ? undefined : [['devices'], 'an index is listed twice', 'list each GPU once'];
  }),
  entryRule('MIG-006', (_, value) => {
    const enabled = value['mig-enabled'];
    const devices = value['mig-devices'];
    if (enabled === true && !isFields(devices)) {
      return [['mig-enabled'], `mig-enabled is true and mig-devices is ${show(devices)}; it must be a map`, 'list the profiles, or write mig-devices: {}'];
    }
    return enabled === false && isFields(devices) && Object.keys(devices).length > 0
      ? [['mig-devices'], 'MIG devices although mig-enabled is false', 'set mig-enabled: true, or remove mig-devices'] : undefined;
  }),
  entryRule('MIG-007', (_, value) => {
    const counts = profilesOf(value);
    const wrong = counts.find(([, count]) => count !== null && !(Number.isInteger(count) && Number(count) >= 0));
    if (wrong !== undefined) { return [['mig-devices', wrong[0]], `count of ${wrong[0]} is ${show(wrong[1])}; it must be a whole number from 0`, 'write the number']; }
    return counts.length > 0 && counts.every(([, count]) => !Number(count))
      ? [['mig-devices'], 'every count is 0', 'give a count, or mig-enabled: false'] : undefined;
  }),
  entryRule('MIG-008', (_, value) => {
    const counts = profilesOf(value);
    const zero = counts.find(([, count]) => count === 0);
    return zero !== undefined && counts.some(([, count]) => Number(count) > 0)
      ? [['mig-devices', zero[0]], `${zero[0]} has count 0, so the config never counts as applied`, `remove ${zero[0]}`] : undefined;
  }),
  entryRule('MIG-009', (_, value) => {
    const names = profilesOf(value).map(([name]) => [name, MigProfileName.find(name)?.canonical] as const);
    const odd = names.find(([name, canonical]) => canonical !== undefined && canonical !== name);
    return odd && [['mig-devices', odd[0]], `${odd[0]} is read back as ${odd[1]}, so the config never counts as applied`, `write ${odd[1]}`];
  }),
  entryRule('MIG-010', (_, value) => {
    const wrong = profilesOf(value).find(([name]) => MigProfileName.find(name) === undefined);
    if (wrong === undefined) { return undefined; }
    try {
      MigProfileName.parse(wrong[0]);
      return undefined;
    } catch (error) {
      return [['mig-devices', wrong[0]], (error as Error).message.replace(/ \[.*\]$/, ''), 'write the name as nvidia-smi mig -lgip prints it'];
    }
  }),
  entryRule('MIG-011', (_, value) => {
    const filter = value['device-filter'];
    if (filter === undefined || filter === null) { return undefined; }
    const list = Array.isArray(filter) ? filter : [filter];
    const notText = list.find(each => typeof each !== 'string');
    if (notText !== undefined) { return [['device-filter'], `device-filter ${show(notText)} is no string; an unquoted hex number is none`, 'put it in quotes: "0x20B210DE"']; }
    const wrong = list.find(each => each !== '' && !/^(?:0x[0-9a-f]{4}10de|\d+)(?::0x[0-9a-f]{8})?$/i.test(String(each)));
    return wrong === undefined ? undefined
      : [['device-filter'], `device-filter "${wrong}" never matches: it is 0x, four digits of the device and 10DE`, 'write it as "0x20B210DE"'];
  }),
  entryRule('MIG-012', (_, value) => {
    const filter = value['device-filter'];
    const empty = 'device-filter' in value && (filter === '' || filter === null || (Array.isArray(filter) && filter.length === 0));
    return empty ? [['device-filter'], 'an empty device-filter matches every GPU', 'remove it, or name the boards'] : undefined;
  }),
  entryRule('MIG-013', (_, value) => {
    const subsystem = filtersOf(value).find(each => each.includes(':'));
    return subsystem === undefined ? undefined
      : [['device-filter'], `"${subsystem}" filters by subsystem, which matches nothing before GPU Operator 26.7`, 'use GPU Operator 26.7, or the device id alone'];
  }),
  {
    id: 'MIG-017',
    *check(model) {
      for (const { file, content } of files(model)) {
        for (const name of Object.keys(fieldsOf(content['mig-configs'])).filter(each => !LABEL_VALUE.test(each))) {
          yield finding(file, ['mig-configs', name], `"${name}" is no label value, so no node can select it`, 'use letters, digits, "-", "_" and ".", at most 63');
        }
      }
    },
  },
  {
    id: 'MIG-018',
    *check(model) {
      for (const { document, file, selected } of model.migPartedFiles) {
        if (selected && file === undefined) {
          yield { document, path: ['data'], message: 'the ClusterPolicy names this ConfigMap, and it has no key config.yaml', fix: 'put the file under the key config.yaml' };
        }
      }
    },
  },
  {
    id: 'MIG-019',
    *check(model) {
      const unset = model.policies.find(policy => at(policy.spec, 'migManager', 'config') !== undefined
        && at(policy.spec, 'migManager', 'config', 'default') !== '');
      if (unset === undefined) { return; }
      for (const { owner, file, content } of files(model)) {
        if (owner.selected && !('all-disabled' in fieldsOf(content['mig-configs']))) {
          yield finding(file, ['mig-configs'], 'no config all-disabled, which the operator gives to every node without a label',
            'add all-disabled: [{devices: all, mig-enabled: false}], or set migManager.config.default: ""');
        }
      }
    },
  },
  {
    id: 'MIG-020',
    *check(model) {
      for (const policy of model.policies) {
        const value = at(policy.spec, 'migManager', 'config', 'default');
        if (value !== undefined && value !== 'all-disabled' && value !== '') {
          yield {
            document: policy,
            path: ['spec', 'migManager', 'config', 'default'],
            message: `migManager.config.default is ${show(value)}; it may be all-disabled or empty`,
            fix: 'label the nodes with nvidia.com/mig.config instead',
          };
        }
      }
    },
  },
  {
    id: 'MIG-021',
    *check(model) {
      for (const document of model.configMaps) {
        if (OPERATOR_CONFIG_MAPS.includes(document.name)) {
          yield { document, path: ['metadata', 'name'], message: `the operator overwrites ConfigMap ${document.name}`, fix: 'choose a name of your own' };
        }
      }
    },
  },
  {
    id: 'MIG-023',
    *check(model) {
      const known = [...files(model)].filter(({ owner }) => owner.selected);
      if (known.length === 0) { return; }
      const names = known.flatMap(({ content }) => Object.keys(fieldsOf(content['mig-configs'])));
      for (const label of model.labelValues('nvidia.com/mig.config')) {
        if (label.value !== '' && !names.includes(label.value)) {
          yield {
            document: label.document,
            path: label.path,
            message: `label nvidia.com/mig.config=${label.value} names no config of the file; it has ${names.join(', ')}`,
            fix: 'use one of these names, or add the config',
          };
        }
      }
    },
  },
  {
    id: 'MIG-025',
    *check(model) {
      for (const entry of entries(model)) {
        if (!isFields(entry.value)) { continue; }
        const boards = boardsOf(model, entry, entry.value);
        for (const [name] of profilesOf(entry.value)) {
          const canonical = MigProfileName.find(name);
          if (canonical === undefined || canonical.isComputeInstance) { continue; }
          const without = boards.find(gpu => gpu.findProfile(canonical.canonical) === undefined);
          const nobody = boards.length === 0 && !Gpu.all().some(gpu => gpu.findProfile(canonical.canonical) !== undefined);
          if (without !== undefined || (nobody && entry.value['device-filter'] === undefined)) {
            yield finding(entry.file, [...entry.path, 'mig-devices', name],
              `config ${entry.config}: ${without === undefined ? `no board has a profile ${name}` : `${without} has no profile ${without._describeMissing(name)}`}`,
              'nothing would be created, and the state would still be success; use a profile of the board');
          }
        }
      }
    },
  },
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
  entryRule('MIG-028', (_, value) => {
    const enabled = value['mig-enabled'];
    if (!('mig-enabled' in value) || typeof enabled === 'boolean') { return undefined; }
    return [['mig-enabled'], `mig-enabled is ${show(enabled)}; ${enabled === null ? 'null means false' : 'anything but true and false fails the whole file'}`,
      'write true or false, without quotes'];
  }),
  {
    id: 'MIG-029',
    *check(model) {
      for (const { file } of model.migPartedFiles) {
        if (file === undefined) { continue; }
        for (const path of repeatedKeys(file)) {
          yield finding(file, path, `key "${path[path.length - 1]}" stands twice; the last one wins, the other disappears`, 'keep one of them');
        }
      }
    },
  },
  {
    id: 'MIG-030',
    *check(model) {
      for (const { file } of files(model)) {
        for (const { written, read } of namesThatChange(file)) {
          yield finding(file, ['mig-configs', written], `the name ${written} is read as "${read}", so label ${written} never finds it`, `put it in quotes: "${written}"`);
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
        if (layout === undefined || Object.keys(layout.profiles).some(name => MigProfileName.parse(name).isComputeInstance)) { continue; }
        const boards = boardsOf(model, entry, entry.value);
        const able = (gpus: Gpu[]) => gpus.filter(gpu => Object.keys(layout.profiles).every(name => gpu.findProfile(name) !== undefined));
        const candidates = able(boards.length > 0 ? boards : entry.value['device-filter'] === undefined ? Gpu.all() : []);
        const failing = candidates.map(gpu => ({ gpu, check: gpu.checkLayout(layout) })).filter(({ check }) => !check.valid);
        // with a board known one failure suffices; without, it must fit no board at all
        if (failing.length > 0 && (boards.length > 0 || failing.length === candidates.length)) {
          const { gpu, check } = failing[0];
          yield finding(entry.file, [...entry.path, 'mig-devices'],
            `config ${entry.config}: ${layout} does not fit ${boards.length > 0 ? gpu : 'any board'}: ${check.reasons.join('; ')}`,
            `cdk8s-gpu layouts ${gpu} lists what fits`);
        }
      }
    },
  },
];

/** Paths of keys that stand twice in one map. */
function repeatedKeys(file: EmbeddedFile): Path[] {
  const { isMap, isScalar, visit } = yamlLibrary();
  const found: Path[] = [];
  const nodes = file.nodes();
  visit(nodes, {
    Map(_, map, ancestors) {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        const name = String(isScalar(key) ? key.value : key);
        if (seen.has(name)) {
          const above = ancestors.flatMap(each => (typeof each === 'object' && 'key' in each && isScalar(each.key) ? [String(each.key.value)] : []));
          found.push([...above, name]);
        }
        seen.add(name);
      }
      return isMap(map) ? undefined : visit.SKIP;
    },
  });
  return found;
}

/** Config names that YAML 1.1 reads as a boolean, a number or null. */
function namesThatChange(file: EmbeddedFile): { written: string; read: string }[] {
  const { isMap, isScalar } = yamlLibrary();
  const configs = file.nodes().get('mig-configs', true);
  if (!isMap(configs)) { return []; }
  return configs.items.flatMap(({ key }) => {
    if (!isScalar(key) || typeof key.value === 'string') { return []; }
    return [{ written: textOf(key.source) ?? String(key.value), read: String(key.value) }];
  });
}
