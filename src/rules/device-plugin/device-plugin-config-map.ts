import { ClusterModel, ManifestDocument } from '../../cluster';
import { at, fieldsOf, textOf } from '../../kubernetes';
import { shown } from '../../text';
import { Rule } from '../rule';

/** Where a ClusterPolicy names a ConfigMap that an operand mounts. */
const NAMED = [['migManager', 'config', 'name'], ['migManager', 'gpuClientsConfig', 'name'], ['devicePlugin', 'config', 'name']];

/** The ConfigMaps that policies name, each name once among the manifests. */
function namedConfigMaps(model: ClusterModel): ManifestDocument[] {
  const names = new Set(model.policies.flatMap(policy => NAMED.map(path => textOf(at(policy.spec, ...path)))).filter(Boolean));
  const found = model.configMaps.filter(document => names.has(document.name));
  return found.filter(({ name }) => found.filter(other => other.name === name).length === 1);
}

/** The namespace of the operator's own Deployment, when it is among the manifests (the chart calls it gpu-operator). */
function operatorNamespace(model: ClusterModel): string | undefined {
  return model.ofKind('Deployment').find(({ name, namespace }) => name === 'gpu-operator' && namespace !== undefined)?.namespace;
}

/** Rules about the ConfigMap that the device plugin's pods mount. */
export const DEVICE_PLUGIN_CONFIG_MAP_RULES: Rule[] = [
  {
    id: 'DP-015',
    *check(model) {
      const maps = namedConfigMaps(model).filter(({ namespace }) => namespace !== undefined);
      const operator = operatorNamespace(model);
      const wanted = operator ?? maps[0]?.namespace;
      for (const document of maps.filter(({ namespace }) => namespace !== wanted)) {
        yield {
          document,
          path: ['metadata', 'namespace'],
          message: operator === undefined
            ? `the ClusterPolicy names this ConfigMap in ${document.namespace} and ${maps[0].name} in ${wanted}; the operator's pods, which mount both, are in one namespace`
            : `the ClusterPolicy names this ConfigMap, and the operator's pods, which mount it, are in ${operator}, not in ${document.namespace}`,
          fix: operator === undefined ? 'put them into the namespace of the operator' : `put it into ${operator}`,
        };
      }
    },
  },
  {
    id: 'DP-019',
    *check(model) {
      for (const policy of model.policies) {
        const name = textOf(at(policy.spec, 'devicePlugin', 'config', 'name'));
        const maps = name === undefined || name === '' ? [] : model.configMaps.filter(document => document.name === name);
        const isEmpty = (map: ManifestDocument) => Object.keys({ ...fieldsOf(map.value.data), ...fieldsOf(map.value.binaryData) }).length === 0;
        if (maps.length > 0 && maps.every(isEmpty)) {
          yield {
            document: maps[0],
            path: ['data'],
            message: `ConfigMap ${name} is the device plugin's and has no key; the plugin and GFD crash on every GPU node`,
            fix: 'add a config, such as default: "version: v1"',
          };
        }
      }
    },
  },
  {
    id: 'DP-020',
    *check(model) {
      for (const document of model.ofKind('HelmValues')) {
        const config = fieldsOf(at(document.value, 'values', 'devicePlugin', 'config'));
        const name = textOf(config.name) ?? '';
        if (config.create === true && (name === '' || Object.keys(fieldsOf(config.data)).length === 0)) {
          yield {
            document,
            path: ['values', 'devicePlugin', 'config', 'create'],
            message: `devicePlugin.config.create is true without ${name === '' ? 'a name' : 'data'}, and the chart fails`,
            fix: 'give the ConfigMap its name and its data',
            severity: 'error',
          };
        } else if (name === '' && (textOf(config.default) ?? '') !== '') {
          yield {
            document,
            path: ['values', 'devicePlugin', 'config', 'default'],
            message: `devicePlugin.config.default ${shown(config.default)} has no effect: the chart drops it where devicePlugin.config.name is not set`,
            fix: 'set devicePlugin.config.name',
          };
        }
      }
    },
  },
];
