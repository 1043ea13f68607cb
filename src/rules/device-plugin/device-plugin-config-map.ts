import { ClusterModel, defaultConfigOf, ManifestDocument } from '../../cluster';
import { at, fieldsOf, listOf, plainText, textOf } from '../../kubernetes';
import { listed, shown } from '../../text';
import { REFUSED } from '../false-alarms';
import { defineRule, Rule } from '../rule';

/** Where a ClusterPolicy names a ConfigMap that an operand mounts. */
const NAMED = [
  ['migManager', 'config', 'name'],
  ['migManager', 'gpuClientsConfig', 'name'],
  ['devicePlugin', 'config', 'name'],
];

/** The ConfigMaps that policies name, each name once among the manifests. */
function namedConfigMaps(model: ClusterModel): ManifestDocument[] {
  const names = new Set(model.policies
    .flatMap(policy => NAMED.map(path => textOf(at(policy.spec, ...path))))
    .filter(Boolean));
  return model.configMaps.filter(({ name }) => names.has(name) && model.configMapsNamed(name).length === 1);
}

/** The namespace of the operator's own Deployment, when it is among the manifests (the chart calls it gpu-operator). */
function operatorNamespace(model: ClusterModel): string | undefined {
  return model.ofKind('Deployment')
    .find(({ name, namespace }) => name === 'gpu-operator' && namespace !== undefined)?.namespace;
}

/** Volumes that the operator's DaemonSets have (op: controllers/object_controls.go). */
const TAKEN_VOLUMES = [
  'config', 'nvidia-device-plugin-entrypoint', 'device-plugin', 'run-nvidia-validations', 'driver-install-dir',
  'host-root', 'cdi-root', 'mps-root', 'mps-shm', 'output-dir', 'host-sys', 'run-nvidia',
];

const LABEL_VALUE = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** Rules about the ConfigMap that the device plugin's pods mount. */
export const DEVICE_PLUGIN_CONFIG_MAP_RULES: Rule[] = [
  defineRule({
    id: 'DP-012',
    name: 'config-key-form',
    area: 'device-plugin',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'each config key must be a ConfigMap key (not starting with "..") and, to be selectable per node, a '
      + 'label value (<=63, alphanumeric ends)',
    why: 'selected by label nvidia.com/device-plugin.config; a key that is no label value can only be used as '
      + 'config.default; names starting with ".." are skipped',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc cmd/config-manager/main.go#L335-L392, #L470-L486',
    *check(model) {
      for (const each of model.devicePluginFiles) {
        if (!LABEL_VALUE.test(each.key) && each.key !== defaultConfigOf(model)) {
          yield {
            document: each.file.document,
            path: each.file.path,
            message: `key "${each.key}" is no label value, so no node can select it`,
            fix: 'use letters, digits, "-", "_" and "."',
          };
        }
      }
    },
  }),
  defineRule({
    id: 'DP-013',
    name: 'unknown-plugin-config',
    area: 'device-plugin',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'a ConfigMap that is not among the manifests may have the key, and a device plugin that is switched '
      + 'off reads none: nothing is said of either',
    sentence: '`devicePlugin.config.default` is "" or a key of the ConfigMap, and each value of '
      + 'nvidia.com/device-plugin.config is such a key',
    why: 'otherwise config-manager exits with error: init container CrashLoop on new pods; running plugin keeps the '
      + 'OLD config while the sidecar crash-loops',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc cmd/config-manager/main.go#L335-L365',
    *check(model) {
      const named = new Set(model.policies.map(policy => textOf(at(policy.spec, 'devicePlugin', 'config', 'name'))));
      const maps = [...named].flatMap(name => (name === undefined ? [] : model.configMapsNamed(name)));
      const keys = new Set(maps.flatMap(map =>
        Object.keys({ ...fieldsOf(map.value.data), ...fieldsOf(map.value.binaryData) })));
      // a plugin that is switched off reads none
      const isOff = model.policies.every(policy => at(policy.spec, 'devicePlugin', 'enabled') === false);
      if (maps.length === 0 || isOff) { return; }
      const has = `is no key of ConfigMap ${listed(new Set(maps.map(map => map.name)), ' or ')}; it has ${listed(keys)}`;
      for (const policy of model.policies) {
        const standard = textOf(at(policy.spec, 'devicePlugin', 'config', 'default'));
        if (standard !== undefined && standard !== '' && !keys.has(standard)) {
          yield {
            document: policy,
            path: ['spec', 'devicePlugin', 'config', 'default'],
            message: `default ${standard} ${has}`,
            fix: 'use one of these keys',
          };
        }
      }
      for (const label of model.labelValues('nvidia.com/device-plugin.config')
        .filter(({ value }) => value !== '' && !keys.has(value))) {
        yield {
          document: label.document,
          path: label.path,
          message: `label nvidia.com/device-plugin.config=${label.value} ${has}`,
          fix: 'use one of these keys, or add it',
        };
      }
    },
  }),
  defineRule({
    id: 'DP-014',
    name: 'plugin-config-map-name',
    area: 'device-plugin',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    sentence: 'devicePlugin.config.name must be a DNS label (no dots, <=63), not "config" and not one of '
      + 'nvidia-device-plugin-entrypoint, device-plugin, run-nvidia-validations, driver-install-dir, host-root, '
      + 'cdi-root, mps-root, mps-shm, output-dir, host-sys, run-nvidia',
    why: 'the ConfigMap name is used verbatim as the pod volume name in three DaemonSets, which the API server then '
      + 'refuses; same in 25.10, 26.3, 26.7',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 controllers/object_controls.go#L2809-L2816, #L2854-L2856, #L3492-L3502',
    *check(model) {
      for (const policy of model.policies) {
        const name = textOf(at(policy.spec, 'devicePlugin', 'config', 'name'));
        if (name !== undefined
          && name !== ''
          && (!/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(name) || TAKEN_VOLUMES.includes(name))) {
          yield {
            document: policy,
            path: ['spec', 'devicePlugin', 'config', 'name'],
            message: `"${name}" becomes the name of a volume, and `
              + `${TAKEN_VOLUMES.includes(name) ? 'there is one of that name' : 'is no DNS label'}`,
            fix: 'choose another name of the ConfigMap',
          };
        }
      }
    },
  }),
  defineRule({
    id: 'DP-015',
    name: 'config-map-namespace',
    area: 'device-plugin',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'the ConfigMaps that a ClusterPolicy names must be in the namespace of the operator',
    why: 'the operator\'s DaemonSets mount them as volumes, and those run in its namespace. Found where the '
      + 'operator\'s Deployment is among the manifests, or where two of them are in two namespaces',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 controllers/object_controls.go#L2854 (volume source has no namespace)',
    *check(model) {
      const maps = namedConfigMaps(model).filter(({ namespace }) => namespace !== undefined);
      const operator = operatorNamespace(model);
      const wanted = operator ?? maps[0]?.namespace;
      for (const document of maps.filter(({ namespace }) => namespace !== wanted)) {
        yield {
          document,
          path: ['metadata', 'namespace'],
          message: operator === undefined
            ? `the ClusterPolicy names this ConfigMap in ${document.namespace} and ${maps[0].name} in ${wanted}; the `
              + 'operator\'s pods, which mount both, are in one namespace'
            : `the ClusterPolicy names this ConfigMap, and the operator's pods, which mount it, are in ${operator}, `
              + `not in ${document.namespace}`,
          fix: operator === undefined ? 'put them into the namespace of the operator' : `put it into ${operator}`,
        };
      }
    },
  }),
  defineRule({
    id: 'DP-016',
    name: 'plugin-config-from-content',
    area: 'device-plugin',
    severity: 'info',
    lintSeverity: 'info',
    sentence: 'advice: content-hash the key or the ConfigMap name; editing a key in place does not reload the plugin '
      + '(only a label/symlink change does)',
    why: 'config-manager compares symlink targets only; docs: Operator does not monitor config maps',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc cmd/config-manager/main.go#L395-L431; '
      + 'NVIDIA/cloud-native-docs@52dcb7b8 gpu-operator/gpu-sharing.rst "Updating a Time-Slicing Config Map"',
    notCheckable: 'A manifest shows what a key holds now, not what it held when the plugin read it.',
    bad: '# replicas of key "tts" edited, label unchanged',
    good: '# new key tts-9c1e, label moved to it',
  }),
  defineRule({
    id: 'DP-019',
    name: 'empty-plugin-config-map',
    area: 'device-plugin',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'a ConfigMap that is not among the manifests may have keys: nothing is said of it',
    sentence: 'the ConfigMap that `devicePlugin.config.name` names is there and has a key at least (checked where '
      + 'it is among the manifests)',
    why: 'no key: config-manager exits with "no configuration files available" and the init container of plugin and '
      + 'GFD crash-loops on every GPU node, even unlabelled ones; no ConfigMap: those pods cannot start',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc cmd/config-manager/main.go updateConfigName, getConfigFileNameMap',
    *check(model) {
      for (const policy of model.policies) {
        const name = textOf(at(policy.spec, 'devicePlugin', 'config', 'name'));
        const maps = name === undefined || name === ''
          ? []
          : model.configMapsNamed(name);
        const isEmpty = (map: ManifestDocument) =>
          Object.keys({ ...fieldsOf(map.value.data), ...fieldsOf(map.value.binaryData) }).length === 0;
        if (maps.length > 0 && maps.every(isEmpty)) {
          yield {
            document: maps[0],
            path: ['data'],
            message: `ConfigMap ${name} is the device plugin's and has no key; the plugin and `
              + 'GFD crash on every GPU node',
            fix: 'add a config, such as default: "version: v1"',
          };
        }
      }
    },
  }),
  defineRule({
    id: 'DP-020',
    name: 'plugin-config-values',
    area: 'device-plugin',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'in chart values, `devicePlugin.config.default` has a name beside it, and `create: true` a name and '
      + 'data',
    why: 'the chart renders config only when name is set; create: true with empty name or data makes the chart fail',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 deployments/gpu-operator/templates/clusterpolicy.yaml#L495-L499; '
      + 'NVIDIA/gpu-operator@a22dbf67 deployments/gpu-operator/templates/validations.yaml',
    *check(model) {
      for (const document of model.valuesOf('gpu-operator')) {
        const config = fieldsOf(at(document.value, 'values', 'devicePlugin', 'config'));
        const name = textOf(config.name) ?? '';
        if (config.create === true && (name === '' || Object.keys(fieldsOf(config.data)).length === 0)) {
          yield {
            document,
            path: ['values', 'devicePlugin', 'config', 'create'],
            message: 'devicePlugin.config.create is true without '
              + `${name === '' ? 'a name' : 'data'}, and the chart fails`,
            fix: 'give the ConfigMap its name and its data',
            severity: 'error',
          };
        } else if (name === '' && (textOf(config.default) ?? '') !== '') {
          yield {
            document,
            path: ['values', 'devicePlugin', 'config', 'default'],
            message: `devicePlugin.config.default ${shown(config.default)} has no effect: the chart drops it where `
              + 'devicePlugin.config.name is not set',
            fix: 'set devicePlugin.config.name',
          };
        }
      }
    },
  }),
  defineRule({
    id: 'DP-022',
    name: 'unread-config-map',
    area: 'device-plugin',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'a ConfigMap for the device plugin is read by one: by the operator, by the plugin\'s own chart, or by '
      + 'a DaemonSet with --config-file or CONFIG_FILE',
    why: 'the static DaemonSet of the plugin\'s repository reads none, so that the node keeps as '
      + 'many GPUs as it has boards',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc cmd/nvidia-device-plugin/main.go (flag config-file, variable '
      + 'CONFIG_FILE); NVIDIA/k8s-device-plugin#990; NVIDIA/k8s-device-plugin#461',
    *check(model) {
      const plugins = model.ofKind('DaemonSet')
        .flatMap(({ spec }) => listOf(at(spec, 'template', 'spec', 'containers')))
        .filter(container => /(?:^|\/)k8s-device-plugin[:@]/.test(plainText(at(container, 'image'))));
      const readsOne = plugins.some(container => listOf(at(container, 'env')).some(each =>
        at(each, 'name') === 'CONFIG_FILE')
        || [...listOf(at(container, 'command')), ...listOf(at(container, 'args'))].some(each =>
          /config-file/.test(plainText(each))));
      if (plugins.length === 0 || readsOne || model.policies.length > 0 || model.ofKind('HelmValues').length > 0) {
        return;
      }
      for (const document of new Set(model.devicePluginFiles.map(({ file }) => file.document))) {
        yield {
          document,
          path: ['metadata', 'name'],
          message: `nothing reads ConfigMap ${document.name}: the DaemonSet of the device plugin has neither `
            + '--config-file nor CONFIG_FILE',
          fix: 'mount the ConfigMap and set CONFIG_FILE to the file, or install the plugin by '
            + 'its chart with config.name',
        };
      }
    },
  }),
];
