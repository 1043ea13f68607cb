import { ClusterModel, defaultConfigOf } from '../../cluster';
import { isFields, listOf, Path } from '../../kubernetes';
import { REFUSED } from '../false-alarms';
import { defineRule, Rule } from '../rule';

/** Whether the plugin's parser takes a value, and what it takes. */
interface Form {
  readonly words: string;
  takes(value: unknown): boolean;
}

// null leaves a plain Go field as it is; only values with a parser of their own refuse it
const orNull = (takes: (value: unknown) => boolean) => (value: unknown) => value === null || takes(value);

const MAP: Form = { words: 'a map', takes: orNull(isFields) };

const BOOLEAN: Form = { words: 'true or false', takes: orNull(value => typeof value === 'boolean') };

const TEXT: Form = { words: 'a string', takes: orNull(value => typeof value === 'string') };

const DURATION: Form = {
  words: 'a duration such as 60s',
  takes: orNull(value => typeof value === 'number'
    || (typeof value === 'string'
      && /^(?:infinite|[-+]?(?:0|(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+))$/.test(value))),
};

const TEXTS: Form = {
  words: 'a string or a list of strings',
  takes: orNull(value =>
    typeof value === 'string'
      || (Array.isArray(value) && value.every(each => each === null || typeof each === 'string'))),
};

const RESOURCE_PATTERNS: Form = {
  words: 'a list of maps with pattern and name',
  takes: orNull(value =>
    Array.isArray(value) && value.every(each => isFields(each) && 'pattern' in each && isResourceName(each.name))),
};

const DEVICES: Form = {
  words: 'all, a count from 1, or a list of GPU indices, MIG indices (0:1) and UUIDs',
  takes: isDevices,
};

const RESOURCE_NAME: Form = { words: 'a resource name such as nvidia.com/gpu.shared', takes: isResourceName };

/**
 * The fields of the file (k8s-device-plugin v0.19.0 api/config/v1: flags.go, replicas.go, imex.go, resources.go,
 * duration.go).
 */
const FORMS: [string, Form][] = [
  ['flags', MAP], ['flags.plugin', MAP], ['flags.gfd', MAP], ['sharing', MAP], ['imex', MAP], ['resources', MAP],
  ...[
    'failOnInitError', 'gdrcopyEnabled', 'gdsEnabled', 'mofedEnabled', 'useNodeFeatureAPI', 'plugin.passDeviceSpecs',
    'gfd.oneshot', 'gfd.noTimestamp',
  ]
    .map((name): [string, Form] => [`flags.${name}`, BOOLEAN]),
  ...['migStrategy', 'mpsRoot', 'nvidiaDriverRoot', 'nvidiaDevRoot', 'deviceDiscoveryStrategy', 'plugin.deviceIDStrategy', 'plugin.cdiAnnotationPrefix',
    'plugin.nvidiaCTKPath', 'plugin.containerDriverRoot', 'gfd.outputFile', 'gfd.machineTypeFile']
    .map((name): [string, Form] => [`flags.${name}`, TEXT]),
  ['flags.plugin.deviceListStrategy', TEXTS],
  ['flags.gfd.sleepInterval', DURATION],
  ...['timeSlicing', 'mps'].flatMap((method): [string, Form][] => [
    [`sharing.${method}.renameByDefault`, BOOLEAN], [`sharing.${method}.failRequestsGreaterThanOne`, BOOLEAN],
    [`sharing.${method}.resources[].devices`, DEVICES], [`sharing.${method}.resources[].rename`, RESOURCE_NAME],
  ]),
  ['imex.required', BOOLEAN],
  ['resources.gpus', RESOURCE_PATTERNS], ['resources.mig', RESOURCE_PATTERNS],
];

/** Rules about the values in the device-plugin file that end the plugin. */
export const DEVICE_PLUGIN_VALUE_RULES: Rule[] = [
  defineRule({
    id: 'DP-021',
    name: 'plugin-config-value-type',
    area: 'device-plugin',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byDevicePlugin,
    sentence: 'every value has the type that the plugin reads: maps, booleans, strings, durations; devices and rename, '
      + 'although ignored, must be well formed',
    why: 'the parser refuses the whole config and the plugin exits on every node that selects it; "yes" and "true" '
      + 'in quotes are strings, not booleans; null is taken nearly everywhere',
    evidence: 'NVIDIA/k8s-device-plugin@v0.19.0 api/config/v1/flags.go; NVIDIA/k8s-device-plugin@v0.19.0 '
      + 'api/config/v1/replicas.go; NVIDIA/k8s-device-plugin@v0.19.0 api/config/v1/resources.go; '
      + 'NVIDIA/k8s-device-plugin@v0.19.0 api/config/v1/imex.go; NVIDIA/k8s-device-plugin@v0.19.0 '
      + 'api/config/v1/duration.go',
    *check(model) {
      for (const { key, file } of model.devicePluginFiles) {
        if (file.error !== undefined || !MAP.takes(file.value ?? null)) {
          const what = file.error === undefined ? `it is ${show(file.value)}` : `it is not YAML: ${file.error}`;
          yield {
            document: file.document,
            path: file.path,
            file,
            message: `config ${key}: ${what}, and the plugin exits`,
            fix: 'write a map',
            // a key that nobody selects may be a note
            ...!isSelected(model, key) && { severity: 'warning' as const },
          };
        }
        for (const [place, { words, takes }] of FORMS) {
          for (const { path, value } of valuesAt(file.value, place.split('.'))) {
            if (takes(value)) { continue; }
            yield {
              document: file.document,
              path: file.path,
              file,
              filePath: path,
              message: `config ${key}: ${path.join('.')} is ${show(value)}, and the plugin exits`,
              fix: `write ${words}`,
            };
          }
        }
      }
    },
  }),
];

/** Whether nodes have a config: by label, by default, or as the only one there is. */
function isSelected(model: ClusterModel, key: string): boolean {
  return key === defaultConfigOf(model) || model.devicePluginFiles.length === 1
    || model.labelsWith('nvidia.com/device-plugin.config', key).length > 0;
}

/**
 * What stands at a place; `[]` is every item. encoding/json matches keys without regard to case; the blocks under
 * `sharing` have a parser of their own, which does not.
 */
function valuesAt(value: unknown, [first, ...rest]: string[], above: Path = []): { path: Path; value: unknown }[] {
  if (first === undefined) { return [{ path: above, value }]; }
  if (!isFields(value)) { return []; }
  const name = first.replace('[]', '');
  const exact = above.length >= 2 && above[0] === 'sharing';
  const keys = Object.keys(value).filter(key => key === name || (!exact && key.toLowerCase() === name.toLowerCase()));
  return keys.flatMap(key => (first.endsWith('[]')
    ? listOf(value[key]).flatMap((item, index) => valuesAt(item, rest, [...above, key, index]))
    : valuesAt(value[key], rest, [...above, key])));
}

/**
 * Whether the parser takes a `devices` (replicas.go, ReplicatedDevices); the plugin then ignores it, unless it is
 * `all`.
 */
export function isDevices(value: unknown): boolean {
  if (typeof value === 'string') { return value === 'all'; }
  if (typeof value === 'number') { return Number.isInteger(value) && value > 0; }
  return Array.isArray(value)
    && value.every(each =>
      (typeof each === 'number' ? Number.isInteger(each) && each >= 0 : typeof each === 'string' && isDevice(each)));
}

function isDevice(text: string): boolean {
  const uuid = '(?:urn:uuid:)?\\{?[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}\\}?';
  return /^\d+$/.test(text)
    || /^\d+:\d+$/.test(text)
    || new RegExp(`^(?:GPU-${uuid}|MIG-${uuid}|MIG-GPU-${uuid}/\\d+/\\d+)$`).test(text);
}

/** Whether the parser takes a resource name, with or without its prefix (resources.go, NewResourceName). */
export function isResourceName(value: unknown): boolean {
  if (typeof value !== 'string') { return false; }
  const full = value.startsWith('nvidia.com/') ? value : `nvidia.com/${value}`;
  return full.length <= 63
    && /^nvidia\.com\/[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(full);
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
