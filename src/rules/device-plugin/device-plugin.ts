import { findingIn, ofConfigs, resourcesOf, show } from './config-check';
import { isDevices, isResourceName } from './device-plugin-values';
import { ClusterModel } from '../../cluster';
import { at, fieldsOf, listOf, Path } from '../../kubernetes';
import { GPU_OPERATOR } from '../../releases';
import { shown } from '../../text';
import { REFUSED } from '../false-alarms';
import { defineRule, Rule } from '../rule';

/** What the parser knows (k8s-device-plugin api/config/v1); anything else is ignored in silence. */
const KNOWN_KEYS: Record<string, string[]> = {
  '': ['version', 'flags', 'resources', 'sharing', 'imex'],
  'flags': [
    'migStrategy', 'failOnInitError', 'mpsRoot', 'nvidiaDriverRoot', 'nvidiaDevRoot', 'gdrcopyEnabled', 'gdsEnabled',
    'mofedEnabled', 'useNodeFeatureAPI', 'deviceDiscoveryStrategy', 'plugin', 'gfd',
  ],
  'flags.plugin': [
    'passDeviceSpecs', 'deviceListStrategy', 'deviceIDStrategy', 'cdiAnnotationPrefix', 'nvidiaCTKPath',
    'containerDriverRoot', 'sharedDevicesAllocationPolicy',
  ],
  'flags.gfd': ['oneshot', 'noTimestamp', 'sleepInterval', 'outputFile', 'machineTypeFile'],
  'sharing': ['timeSlicing', 'mps'],
  'sharing.timeSlicing': ['renameByDefault', 'failRequestsGreaterThanOne', 'resources'],
  'sharing.mps': ['renameByDefault', 'failRequestsGreaterThanOne', 'resources'],
  'imex': ['channelIDs', 'required'],
};

/** Flags that the operator sets by environment, which wins (assets/state-device-plugin). */
const OVERRIDDEN: Path[] = [
  ['flags', 'failOnInitError'], ['flags', 'mpsRoot'], ['flags', 'nvidiaDriverRoot'], ['flags', 'nvidiaDevRoot'],
  ['flags', 'plugin', 'passDeviceSpecs'],
  ['flags', 'plugin', 'deviceListStrategy'], ['flags', 'plugin', 'deviceIDStrategy'],
  ['flags', 'plugin', 'containerDriverRoot'], ['flags', 'gfd', 'sleepInterval'],
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
    || (last === 'sharedDevicesAllocationPolicy' && GPU_OPERATOR.lacks('packedAllocation', model.gpuOperator));
}

/**
 * Keys that the operator sets too where CDI is on, as it is unless switched off (gpu-operator
 * controllers/object_controls.go).
 */
const OVERRIDDEN_WITH_CDI: Path[] = [['flags', 'plugin', 'cdiAnnotationPrefix'], ['flags', 'plugin', 'nvidiaCTKPath']];

/** Rules about the device-plugin file, whose parser ignores what it does not know. */
export const DEVICE_PLUGIN_RULES: Rule[] = [
  defineRule({
    id: 'DP-001',
    name: 'plugin-config-version',
    area: 'device-plugin',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byDevicePlugin,
    sentence: '`version` is "v1" or absent',
    why: 'unknown version',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc api/config/v1/config.go#L128-L136',
    check: ofConfigs(config => {
      const version = at(config, 'version');
      // null is read like an absent key (dp: api/config/v1, NewConfig)
      return version === undefined || version === null || version === '' || version === 'v1' ? undefined
        : [['version'], `version is ${show(version)}; the plugin knows v1`, 'write version: v1'];
    }),
  }),
  defineRule({
    id: 'DP-002',
    name: 'plugin-config-unknown-key',
    area: 'device-plugin',
    severity: 'error',
    lintSeverity: 'warning',
    aboutKey: true,
    sentence: 'every key is one that the device plugin reads',
    why: 'yaml.Unmarshal is non-strict: typos and misplaced keys (renameByDefault under flags) are silently ignored. '
      + 'For hand-written files only a warning: a newer plugin may know more keys, and outer keys are matched without '
      + 'regard to case',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc api/config/v1/config.go#L113-L139; NVIDIA/k8s-device-plugin#1433',
    *check(model) {
      for (const each of model.devicePluginFiles) {
        for (const [where, known] of Object.entries(KNOWN_KEYS)) {
          const path = where === '' ? [] : where.split('.');
          const keys = Object.keys(fieldsOf(at(each.file.value, ...path)));
          // outer keys are matched without regard to case, those of the blocks under sharing are not
          const isKnown = (name: string) =>
            known.some(other => other === name || (path.length < 2 && other.toLowerCase() === name.toLowerCase()));
          for (const key of keys.filter(name => !isKnown(name))) {
            const places = Object.entries(KNOWN_KEYS).filter(([, others]) => others.includes(key));
            const meant = places.find(([place]) => where !== '' && place.startsWith(`${where}.`)) ?? places[0];
            yield findingIn(each, [
              ...path,
              key,
            ], `"${key}" is not known ${where === '' ? 'at the top' : `under ${where}`} and is ignored in silence`,
            meant === undefined
              ? `remove or mend it; known are ${known.join(', ')}`
              : `it belongs under ${meant[0] || 'the top'}`);
          }
        }
        for (const { resource, path } of resourcesOf(each.file.value)) {
          for (const key of Object.keys(fieldsOf(resource))
            .filter(name => !['name', 'rename', 'devices', 'replicas'].includes(name))) {
            yield findingIn(
              each,
              [...path, key],
              `"${key}" is not known in a shared resource and is ignored in silence`,
              'it has name and replicas',
            );
          }
        }
      }
    },
  }),
  defineRule({
    id: 'DP-008',
    name: 'ignored-resource-field',
    area: 'device-plugin',
    severity: 'error',
    lintSeverity: 'warning',
    refusedAtOnce: true,
    sentence: '`resources.gpus`, `resources.mig`, `rename` and `devices` are left out',
    why: 'parsed and then ignored with a log warning (devices: [0] shares ALL GPUs); malformed values still fail the '
      + 'parse (devices: 0, devices: some)',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc api/config/v1/config.go#L83-L97; NVIDIA/k8s-device-plugin@1b826acc '
      + 'api/config/v1/replicas.go#L36-L63; NVIDIA/k8s-device-plugin#628; NVIDIA/k8s-device-plugin#1786',
    check: ofConfigs(config => {
      if (['gpus', 'mig'].some(key => listOf(at(config, 'resources', key)).length > 0)) {
        return [['resources'], 'resources is read and then ignored', 'remove it'];
      }
      const devices = resourcesOf(config).find(({ resource }) =>
        isDevices(at(resource, 'devices')) && at(resource, 'devices') !== 'all');
      if (devices !== undefined) {
        return [[
          ...devices.path,
          'devices',
        ], `devices: ${show(at(devices.resource, 'devices'))} is ignored: every GPU of the node is shared`,
        'use two node pools, or time-slice a MIG device of that GPU'];
      }
      const full = (name: unknown) => `nvidia.com/${shown(name).replace(/^nvidia\.com\//, '')}`;
      const renamed = resourcesOf(config).find(({ method, resource }) => isResourceName(at(resource, 'rename'))
        && !(at(config, 'sharing', method, 'renameByDefault') === true
          && full(at(resource, 'rename')) === `${full(at(resource, 'name'))}.shared`));
      return renamed && [[...renamed.path, 'rename'], 'rename is ignored', 'use renameByDefault: true'];
    }),
  }),
  defineRule({
    id: 'DP-009',
    name: 'imex-channel-ids',
    area: 'device-plugin',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byDevicePlugin,
    sentence: '`imex.channelIDs` is [] or [0]',
    why: 'AssertChannelIDsValid',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc api/config/v1/imex.go#L45-L53',
    check: ofConfigs(config => {
      const channels = at(config, 'imex', 'channelIDs');
      const good = channels === undefined || channels === null
        || (Array.isArray(channels) && (channels.length === 0 || (channels.length === 1 && channels[0] === 0)));
      return good
        ? undefined
        : [['imex', 'channelIDs'], `channelIDs is ${show(channels)}; it may be [] or [0]`, 'write [0]'];
    }),
  }),
  defineRule({
    id: 'DP-010',
    name: 'flag-value',
    area: 'device-plugin',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'a value that a variable of the DaemonSet overrides is never looked at, and is not judged',
    refusedAtOnce: true,
    sentence: 'flag enums: migStrategy none|single|mixed; deviceDiscoveryStrategy auto|nvml|tegra (vfio is known to '
      + 'GFD only); deviceListStrategy subset of envvar,volume-mounts,cdi-annotations,cdi-cri; deviceIDStrategy '
      + 'uuid|index; sharedDevicesAllocationPolicy distributed|packed (>= 26.7, an ignored key before)',
    why: 'validateFlags: the plugin exits. Values that env overrides are never looked at: deviceListStrategy and '
      + 'deviceIDStrategy always, migStrategy when mig.strategy is set (a warning is enough there)',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc cmd/nvidia-device-plugin/main.go#L203-L265',
    check: ofConfigs((config, _, model) => {
      // null is filled in with the default
      const wrong = ENUMS.find(([path, allowed]) => (at(config, ...path) ?? null) !== null
        && !allowed.includes(shown(at(config, ...path)))
        && !isOverridden(path, model));
      return wrong
        && [
          wrong[0],
          `${wrong[0].join('.')} is ${show(at(config, ...wrong[0]))}; it is one of ${wrong[1].join(', ')}`,
          'use one of these',
        ];
    }),
  }),
  defineRule({
    id: 'DP-011',
    name: 'overridden-flag',
    area: 'device-plugin',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'under the operator these config flags are overridden by env and must not be relied on: failOnInitError, '
      + 'passDeviceSpecs, deviceListStrategy, deviceIDStrategy, mpsRoot, nvidiaDriverRoot, nvidiaDevRoot, '
      + 'containerDriverRoot, gfd.sleepInterval; with CDI also cdiAnnotationPrefix and nvidiaCTKPath; '
      + 'gdsEnabled/mofedEnabled/gdrcopyEnabled when enabled in the ClusterPolicy or when the kernel module is loaded',
    why: 'env beats file',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 assets/state-device-plugin/0400_configmap.yaml; '
      + 'NVIDIA/gpu-operator@a22dbf67 assets/state-device-plugin/0500_daemonset.yaml; NVIDIA/gpu-operator@a22dbf67 '
      + 'assets/gpu-feature-discovery/0500_daemonset.yaml; NVIDIA/gpu-operator@a22dbf67 '
      + 'controllers/object_controls.go#L1527-L1535',
    *check(model) {
      // the plugin's own chart, without the operator, sets by environment what its values say, and nothing else
      if (model.policies.length === 0 && model.valuesOf('nvidia-device-plugin').length > 0) { return; }
      const withCdi = !model.policies.some(({ spec }) => at(spec, 'cdi', 'enabled') === false);
      for (const each of model.devicePluginFiles) {
        const paths = [...OVERRIDDEN, ...withCdi ? OVERRIDDEN_WITH_CDI : []].filter(path =>
          (at(each.file.value, ...path) ?? null) !== null);
        if (paths.length === 0) { continue; }
        const names = paths.map(path => path.join('.'));
        yield {
          ...findingIn(each, paths[0], `${names.join(', ')} ${names.length === 1 ? 'has' : 'have'} no effect: the `
            + 'operator sets this by environment, and that wins',
          'remove it, or set devicePlugin.env of the ClusterPolicy'),
          // without an operator to be seen, the plugin may stand alone
          ...model.policies.length === 0 && { severity: 'info' as const },
        };
      }
    },
  }),
];
