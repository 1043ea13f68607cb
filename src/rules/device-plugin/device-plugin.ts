import { ClusterModel, defaultConfigOf, DevicePluginFile } from '../../cluster';
import { at, compareReleases, fieldsOf, isFields, listOf, Path, textOf } from '../../kubernetes';
import { Rule, RuleFinding } from '../rule';
import { isDevices, isResourceName } from './device-plugin-values';

type Found = [Path, string, string];

/** A rule about one config: the pattern of most here. */
function fileRule(id: string, check: (config: unknown, file: DevicePluginFile, model: ClusterModel) => Found | undefined): Rule {
  return {
    id,
    *check(model) {
      for (const each of model.devicePluginFiles) {
        const found = each.file.error === undefined ? check(each.file.value, each, model) : undefined;
        if (found !== undefined) { yield findingIn(each, ...found); }
      }
    },
  };
}

function findingIn({ key, file }: DevicePluginFile, filePath: Path, message: string, fix: string): RuleFinding {
  return { document: file.document, path: file.path, file, filePath, message: `config ${key}: ${message}`, fix };
}

const show = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));
const METHODS = ['timeSlicing', 'mps'] as const;

/** The shared resources of a config, whichever way they are shared. */
function resourcesOf(config: unknown): { method: string; index: number; resource: unknown; path: Path }[] {
  return METHODS.flatMap(method => listOf(at(config, 'sharing', method, 'resources'))
    .map((resource, index) => ({ method, index, resource, path: ['sharing', method, 'resources', index] as Path })));
}

/** What the parser knows (k8s-device-plugin api/config/v1); anything else is ignored in silence. */
const KNOWN_KEYS: Record<string, string[]> = {
  '': ['version', 'flags', 'resources', 'sharing', 'imex'],
  'flags': [
    'migStrategy', 'failOnInitError', 'mpsRoot', 'nvidiaDriverRoot', 'nvidiaDevRoot', 'gdrcopyEnabled', 'gdsEnabled', 'mofedEnabled', 'useNodeFeatureAPI',
    'deviceDiscoveryStrategy', 'plugin', 'gfd',
  ],
  'flags.plugin': [
    'passDeviceSpecs', 'deviceListStrategy', 'deviceIDStrategy', 'cdiAnnotationPrefix', 'nvidiaCTKPath', 'containerDriverRoot', 'sharedDevicesAllocationPolicy',
  ],
  'flags.gfd': ['oneshot', 'noTimestamp', 'sleepInterval', 'outputFile', 'machineTypeFile'],
  'sharing': ['timeSlicing', 'mps'],
  'sharing.timeSlicing': ['renameByDefault', 'failRequestsGreaterThanOne', 'resources'],
  'sharing.mps': ['renameByDefault', 'failRequestsGreaterThanOne', 'resources'],
  'imex': ['channelIDs', 'required'],
};

/** Flags that the operator sets by environment, which wins (assets/state-device-plugin). */
const OVERRIDDEN: Path[] = [
  ['flags', 'failOnInitError'], ['flags', 'mpsRoot'], ['flags', 'nvidiaDriverRoot'], ['flags', 'nvidiaDevRoot'], ['flags', 'plugin', 'passDeviceSpecs'],
  ['flags', 'plugin', 'deviceListStrategy'], ['flags', 'plugin', 'deviceIDStrategy'], ['flags', 'plugin', 'containerDriverRoot'], ['flags', 'gfd', 'sleepInterval'],
];

const ENUMS: [Path, string[]][] = [
  [['flags', 'migStrategy'], ['none', 'single', 'mixed']],
  [['flags', 'deviceDiscoveryStrategy'], ['auto', 'nvml', 'tegra']],
  [['flags', 'plugin', 'sharedDevicesAllocationPolicy'], ['distributed', 'packed']],
];

/** Enums whose value is never looked at: the environment wins, or the release does not know the key. */
function isOverridden(path: Path, model: ClusterModel): boolean {
  const [last] = path.slice(-1);
  return (last === 'migStrategy' && model.policyStrategy !== undefined)
    || (last === 'sharedDevicesAllocationPolicy' && compareReleases(model.gpuOperator, '26.7') < 0);
}

/** Keys that the operator sets too where CDI is on, as it is unless switched off (gpu-operator controllers/object_controls.go). */
const OVERRIDDEN_WITH_CDI: Path[] = [['flags', 'plugin', 'cdiAnnotationPrefix'], ['flags', 'plugin', 'nvidiaCTKPath']];

/** Volumes that the operator's DaemonSets have (op: controllers/object_controls.go). */
const TAKEN_VOLUMES = [
  'config', 'nvidia-device-plugin-entrypoint', 'device-plugin', 'run-nvidia-validations', 'driver-install-dir', 'host-root', 'cdi-root', 'mps-root', 'mps-shm',
  'output-dir', 'host-sys', 'run-nvidia',
];

const LABEL_VALUE = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** Rules about the device-plugin file, whose parser ignores what it does not know. */
export const DEVICE_PLUGIN_RULES: Rule[] = [
  fileRule('DP-001', config => {
    const version = at(config, 'version');
    // null is read like an absent key (dp: api/config/v1, NewConfig)
    return version === undefined || version === null || version === '' || version === 'v1' ? undefined
      : [['version'], `version is ${show(version)}; the plugin knows v1`, 'write version: v1'];
  }),
  {
    id: 'DP-002',
    *check(model) {
      for (const each of model.devicePluginFiles) {
        for (const [where, known] of Object.entries(KNOWN_KEYS)) {
          const path = where === '' ? [] : where.split('.');
          const keys = Object.keys(fieldsOf(at(each.file.value, ...path)));
          // outer keys are matched without regard to case, those of the blocks under sharing are not
          const isKnown = (name: string) => known.some(other => other === name || (path.length < 2 && other.toLowerCase() === name.toLowerCase()));
          for (const key of keys.filter(name => !isKnown(name))) {
            const places = Object.entries(KNOWN_KEYS).filter(([, others]) => others.includes(key));
            const meant = places.find(([place]) => where !== '' && place.startsWith(`${where}.`)) ?? places[0];
            yield findingIn(each, [...path, key], `"${key}" is not known ${where === '' ? 'at the top' : `under ${where}`} and is ignored in silence`,
              meant === undefined ? `remove or mend it; known are ${known.join(', ')}` : `it belongs under ${meant[0] || 'the top'}`);
          }
        }
        for (const { resource, path } of resourcesOf(each.file.value)) {
          for (const key of Object.keys(fieldsOf(resource)).filter(name => !['name', 'rename', 'devices', 'replicas'].includes(name))) {
            yield findingIn(each, [...path, key], `"${key}" is not known in a shared resource and is ignored in silence`, 'it has name and replicas');
          }
        }
      }
    },
  },
  fileRule('DP-003', config => {
    const sharing = fieldsOf(at(config, 'sharing'));
    const wrong = METHODS.find(method => method in sharing && !(method === 'mps' && sharing.mps === null) && listOf(at(sharing, method, 'resources')).length === 0);
    return wrong && [['sharing', wrong], `sharing.${wrong} has no resources, and the plugin exits`, 'list a resource, or remove the block to switch sharing off'];
  }),
  fileRule('DP-004', config => {
    const wrong = resourcesOf(config).find(({ resource }) => !(Number.isInteger(at(resource, 'replicas')) && Number(at(resource, 'replicas')) >= 2));
    return wrong && [[...wrong.path, 'replicas'], `replicas of ${show(at(wrong.resource, 'name'))} is ${show(at(wrong.resource, 'replicas'))}; it is a whole number from 2`,
      'to switch sharing off, remove the sharing block'];
  }),
  fileRule('DP-005', config => (isFields(at(config, 'sharing', 'timeSlicing')) && isFields(at(config, 'sharing', 'mps'))
    ? [['sharing', 'timeSlicing'], 'both timeSlicing and mps: MPS wins and time-slicing is dropped in silence', 'keep one of them'] : undefined)),
  fileRule('DP-006', config => {
    const wrong = resourcesOf(config).find(({ resource }) => !isResourceName(at(resource, 'name')));
    const name = wrong && textOf(at(wrong.resource, 'name'));
    return wrong && [[...wrong.path, 'name'], `${show(name)} is no resource name, and the plugin exits`,
      name?.includes('+') ? `write ${name.replace('+', '.')}` : 'write nvidia.com/gpu or nvidia.com/mig-<profile>'];
  }),
  fileRule('DP-008', config => {
    if (['gpus', 'mig'].some(key => listOf(at(config, 'resources', key)).length > 0)) { return [['resources'], 'resources is read and then ignored', 'remove it']; }
    const devices = resourcesOf(config).find(({ resource }) => isDevices(at(resource, 'devices')) && at(resource, 'devices') !== 'all');
    if (devices !== undefined) {
      return [[...devices.path, 'devices'], `devices: ${show(at(devices.resource, 'devices'))} is ignored: every GPU of the node is shared`,
        'use two node pools, or time-slice a MIG device of that GPU'];
    }
    const full = (name: unknown) => `nvidia.com/${String(name).replace(/^nvidia\.com\//, '')}`;
    const renamed = resourcesOf(config).find(({ method, resource }) => isResourceName(at(resource, 'rename'))
      && !(at(config, 'sharing', method, 'renameByDefault') === true && full(at(resource, 'rename')) === `${full(at(resource, 'name'))}.shared`));
    return renamed && [[...renamed.path, 'rename'], 'rename is ignored', 'use renameByDefault: true'];
  }),
  fileRule('DP-009', config => {
    const channels = at(config, 'imex', 'channelIDs');
    const good = channels === undefined || channels === null
      || (Array.isArray(channels) && (channels.length === 0 || (channels.length === 1 && channels[0] === 0)));
    return good ? undefined : [['imex', 'channelIDs'], `channelIDs is ${show(channels)}; it may be [] or [0]`, 'write [0]'];
  }),
  fileRule('DP-010', (config, _, model) => {
    // null is filled in with the default
    const wrong = ENUMS.find(([path, allowed]) => (at(config, ...path) ?? null) !== null && !allowed.includes(String(at(config, ...path)))
      && !isOverridden(path, model));
    return wrong && [wrong[0], `${wrong[0].join('.')} is ${show(at(config, ...wrong[0]))}; it is one of ${wrong[1].join(', ')}`, 'use one of these'];
  }),
  {
    id: 'DP-011',
    *check(model) {
      const withCdi = !model.policies.some(({ spec }) => at(spec, 'cdi', 'enabled') === false);
      for (const each of model.devicePluginFiles) {
        const paths = [...OVERRIDDEN, ...withCdi ? OVERRIDDEN_WITH_CDI : []].filter(path => (at(each.file.value, ...path) ?? null) !== null);
        if (paths.length === 0) { continue; }
        const names = paths.map(path => path.join('.'));
        yield {
          ...findingIn(each, paths[0], `${names.join(', ')} ${names.length === 1 ? 'has' : 'have'} no effect: the operator sets this by environment, and that wins`,
            'remove it, or set devicePlugin.env of the ClusterPolicy'),
          // without an operator to be seen, the plugin may stand alone
          ...model.policies.length === 0 && { severity: 'info' as const },
        };
      }
    },
  },
  {
    id: 'DP-012',
    *check(model) {
      for (const each of model.devicePluginFiles) {
        if (!LABEL_VALUE.test(each.key) && each.key !== defaultConfigOf(model)) {
          yield { document: each.file.document, path: each.file.path, message: `key "${each.key}" is no label value, so no node can select it`, fix: 'use letters, digits, "-", "_" and "."' };
        }
      }
    },
  },
  {
    id: 'DP-013',
    *check(model) {
      const named = (name: unknown) => model.configMaps.filter(document => name !== undefined && document.name === name);
      const maps = model.policies.flatMap(policy => named(at(policy.spec, 'devicePlugin', 'config', 'name')));
      const keys = maps.flatMap(map => Object.keys({ ...fieldsOf(map.value.data), ...fieldsOf(map.value.binaryData) }));
      if (maps.length === 0) { return; }
      const has = `is no key of ConfigMap ${maps.map(map => map.name).join(' or ')}; it has ${keys.join(', ')}`;
      for (const policy of model.policies) {
        const standard = textOf(at(policy.spec, 'devicePlugin', 'config', 'default'));
        if (standard !== undefined && standard !== '' && !keys.includes(standard)) {
          yield { document: policy, path: ['spec', 'devicePlugin', 'config', 'default'], message: `default ${standard} ${has}`, fix: 'use one of these keys' };
        }
      }
      for (const label of model.labelValues('nvidia.com/device-plugin.config').filter(({ value }) => value !== '' && !keys.includes(value))) {
        yield {
          document: label.document,
          path: label.path,
          message: `label nvidia.com/device-plugin.config=${label.value} ${has}`,
          fix: 'use one of these keys, or add it',
        };
      }
    },
  },
  {
    id: 'DP-014',
    *check(model) {
      for (const policy of model.policies) {
        const name = textOf(at(policy.spec, 'devicePlugin', 'config', 'name'));
        if (name !== undefined && name !== '' && (!/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(name) || TAKEN_VOLUMES.includes(name))) {
          yield {
            document: policy,
            path: ['spec', 'devicePlugin', 'config', 'name'],
            message: `"${name}" becomes the name of a volume, and ${TAKEN_VOLUMES.includes(name) ? 'there is one of that name' : 'is no DNS label'}`,
            fix: 'choose another name of the ConfigMap',
          };
        }
      }
    },
  },
  fileRule('DP-017', config => (at(config, 'sharing', 'mps', 'failRequestsGreaterThanOne') === false
    ? [['sharing', 'mps', 'failRequestsGreaterThanOne'], 'false has no effect before GPU Operator 26.7', 'remove it'] : undefined)),
  fileRule('DP-018', config => {
    const names = resourcesOf(config).map(({ method, resource }) => `${method} ${String(at(resource, 'name')).replace(/^nvidia\.com\//, '')}`);
    const index = names.findIndex((name, at_) => names.indexOf(name) !== at_);
    return index < 0 ? undefined : [resourcesOf(config)[index].path, `nvidia.com/${names[index].split(' ')[1]} is listed twice: the largest count is advertised, the first is labelled`, 'list it once'];
  }),
  fileRule('DP-007', (config, _, model) => {
    const names = resourcesOf(config).map(({ resource }) => textOf(at(resource, 'name'))?.replace(/^nvidia\.com\//, '') ?? '');
    const strategy = model.policyStrategy ?? textOf(at(config, 'flags', 'migStrategy')) ?? (model.policyIsWhole ? 'none' : undefined);
    const exists = (name: string) => name === 'gpu' || (/^mig-.*gb/.test(name) && !name.endsWith('.shared') && (strategy === undefined || strategy === 'mixed'));
    // of what is no resource name at all, DP-006 speaks
    return names.length === 0 || names.some(each => exists(each) || !isResourceName(each)) ? undefined
      : [resourcesOf(config)[0].path, `no node has ${names.join(' or ')} to share${names.some(name => name.startsWith('mig-')) ? ` under strategy ${strategy}` : ''}, so nothing is`,
        names.some(name => name.endsWith('.shared')) ? 'name the resource as it is before it is renamed, and set renameByDefault: true' : 'share nvidia.com/gpu, or use strategy mixed'];
  }),
];
