import * as path from 'path';
import { ClusterModel, EmbeddedFile, ManifestDocument } from '../../cluster';
import { at, fieldsOf, isFields, listOf, textOf } from '../../kubernetes';
import { Rule } from '../rule';

/** Sections of a whole ClusterPolicy (crds/nvidia.com_clusterpolicies.yaml, 25.10 to 26.7). */
const REQUIRED = ['daemonsets', 'dcgm', 'dcgmExporter', 'devicePlugin', 'driver', 'gfd', 'nodeStatusExporter', 'operator', 'toolkit'];

/** Sections that name an image (gpu-operator api/nvidia/v1/clusterpolicy_types.go). */
const IMAGES = [
  ['driver'], ['driver', 'manager'], ['toolkit'], ['devicePlugin'], ['dcgm'], ['dcgmExporter'], ['gfd'], ['migManager'], ['nodeStatusExporter'], ['validator'],
  ['gds'], ['gdrcopy'],
];

/** What is often patched and often not there. */
const OFTEN_ABSENT = ['/spec/migManager/config/name', '/spec/mig/strategy'];

/** Patches of Kustomizations and of their components. */
function* kustomizePatches(model: ClusterModel): Generator<{ document: ManifestDocument; field: string; index: number; patch: unknown }> {
  for (const document of [...model.ofKind('Kustomization'), ...model.ofKind('Component')]) {
    for (const field of ['patches', 'patchesJson6902', 'patchesStrategicMerge']) {
      for (const [index, patch] of listOf(document.value[field]).entries()) { yield { document, field, index, patch }; }
    }
  }
}

/** Whether a Kustomization among the manifests takes the file of an object for a patch. */
function isKustomizePatch(model: ClusterModel, { file }: ManifestDocument): boolean {
  return [...kustomizePatches(model)].some(({ document, patch }) => {
    const named = textOf(patch) ?? textOf(at(patch, 'path'));
    return named !== undefined && path.join(path.dirname(document.file), named) === path.normalize(file);
  });
}

/** Rules about the ClusterPolicy. */
export const CLUSTER_POLICY_RULES: Rule[] = [
  {
    id: 'CP-001',
    *check(model) {
      for (const policy of model.policies) {
        // meant for server-side apply onto one that exists, or a patch of one
        if (policy.annotations['cdk8s-gpu/form'] === 'partial' || isKustomizePatch(model, policy)) { continue; }
        const missing = REQUIRED.filter(section => !isFields(policy.spec[section]));
        if (missing.length > 0) {
          yield {
            document: policy,
            path: ['spec'],
            message: `spec has no ${missing.join(', ')}, which a whole ClusterPolicy needs`,
            fix: 'add them, empty maps will do; or apply it server-side onto the one that exists',
          };
        }
      }
    },
  },
  {
    id: 'CP-003',
    *check(model) {
      const [first, ...others] = model.policies;
      for (const policy of others.filter(each => each.name !== first.name)) {
        yield {
          document: policy,
          path: ['metadata', 'name'],
          message: `ClusterPolicy ${policy.name} beside ${first.name}: a cluster has one, the other is ignored`,
          fix: 'merge them into one',
          // two folders are often two clusters
          ...policy.author === 'person' && path.dirname(policy.file) !== path.dirname(first.file) && { severity: 'warning' as const },
        };
      }
    },
  },
  {
    id: 'CP-006',
    *check(model) {
      for (const policy of model.policies) {
        if (at(policy.spec, 'migManager', 'config', 'name') === 'default-mig-parted-config') {
          yield {
            document: policy,
            path: ['spec', 'migManager', 'config', 'name'],
            message: 'default-mig-parted-config pins the static list of MIG configs, and the per-node generation is off',
            fix: 'remove the name, or name a ConfigMap of your own',
          };
        }
      }
    },
  },
  {
    id: 'CP-008',
    *check(model) {
      const ofChart = model.ofKind('HelmValues').map(document => ({ document, root: 'values' }));
      for (const { document, root } of [...model.policies.map(policy => ({ document: policy, root: 'spec' })), ...ofChart]) {
        const off = [['cdi', 'enabled'], ['toolkit', 'enabled']].find(section => at(document.value, root, ...section) === false);
        if (at(document.value, root, 'cdi', 'nriPluginEnabled') === true && off !== undefined) {
          yield { document, path: [root, 'cdi', 'nriPluginEnabled'], message: `nriPluginEnabled needs ${off.join('.')}, which is false`, fix: `set ${off.join('.')}: true` };
        }
      }
    },
  },
  {
    id: 'CP-009',
    *check(model) {
      const labelled = (key: string) => model.labelValues(key).filter(({ value }) => value !== '' && value !== 'all-disabled')
        .map(({ value }) => `label ${key}=${value}`)[0];
      const map = (document: ManifestDocument | undefined) => document && `ConfigMap ${document.name}`;
      const cut = map(model.migPartedFiles[0]?.document) ?? labelled('nvidia.com/mig.config');
      const shared = map(model.devicePluginFiles[0]?.file.document) ?? labelled('nvidia.com/device-plugin.config');
      for (const policy of model.policies) {
        for (const [component, needing] of [['migManager', cut], ['devicePlugin', shared], ['gfd', cut]] as const) {
          if (needing === undefined || at(policy.spec, component, 'enabled') !== false) { continue; }
          yield {
            document: policy,
            path: ['spec', component, 'enabled'],
            message: `${component} is off, so ${needing} has no effect`,
            fix: `switch ${component} on, unless something else does its work`,
          };
        }
      }
    },
  },
  {
    id: 'CP-002',
    *check(model) {
      for (const policy of model.policies) {
        if (REQUIRED.some(section => !isFields(policy.spec[section])) || policy.annotations['cdk8s-gpu/form'] === 'partial') { continue; }
        for (const place of IMAGES) {
          const section = fieldsOf(at(policy.spec, ...place));
          const optional = ['gds', 'gdrcopy'].includes(place[0]) && section.enabled !== true;
          if (section.enabled === false || optional || (place[0] === 'driver' && section.useNvidiaDriverCRD === true)) { continue; }
          const missing = ['repository', 'image', 'version'].filter(key => section[key] === undefined || section[key] === '');
          const onlyImage = missing.length === 2 && !missing.includes('image');
          if (missing.length > 0 && missing.length < 3 && !onlyImage) {
            yield {
              document: policy,
              path: ['spec', ...place, ['repository', 'image', 'version'].find(key => !missing.includes(key))!],
              message: `${place.join('.')} has no ${missing.join(' and no ')}; it needs repository, image and version together, image alone, or none of them`,
              fix: `add ${missing.join(' and ')}`,
            };
          }
        }
      }
    },
  },
  {
    id: 'CP-005',
    *check(model) {
      if (!model.policies.some(policy => at(policy.spec, 'sandboxWorkloads', 'enabled') === true)) { return; }
      const standard = model.policies.map(policy => textOf(at(policy.spec, 'sandboxWorkloads', 'defaultWorkload'))).find(Boolean) ?? 'container';
      for (const label of ['nvidia.com/mig.config', 'nvidia.com/device-plugin.config'].flatMap(key => model.labelValues(key))) {
        const own = label.together['nvidia.com/gpu.workload.config'];
        // a rule of NFD need not set all labels of its nodes
        const workload = own ?? (label.document.kind === 'Node' ? standard : 'container');
        if (workload.startsWith('vm-')) {
          yield {
            document: label.document,
            path: label.path,
            message: `${label.key} has no effect: the node's workload is ${workload}, so it gets neither mig-manager nor device plugin`,
            fix: 'label the node nvidia.com/gpu.workload.config=container, or remove this label',
          };
        }
      }
    },
  },
  {
    id: 'CP-007',
    *check(model) {
      for (const { document, field, index, patch } of kustomizePatches(model)) {
        const text = textOf(at(patch, 'patch'));
        if (text === undefined || at(patch, 'target', 'kind') !== 'ClusterPolicy') { continue; }
        const file = new EmbeddedFile(document, [field, index, 'patch'], text);
        for (const [number, operation] of listOf(file.value).entries()) {
          const target = textOf(at(operation, 'path')) ?? '';
          const exists = model.policies.some(policy => at(policy.value, ...target.split('/').slice(1)) !== undefined);
          if (at(operation, 'op') === 'replace' && OFTEN_ABSENT.includes(target) && !exists) {
            yield {
              document,
              path: file.path,
              file,
              filePath: [number, 'path'],
              message: `"replace" of ${target} fails where the ClusterPolicy does not have it yet`,
              fix: 'use a merge patch, such as {"spec": {"mig": {"strategy": "mixed"}}}',
            };
          }
        }
      }
    },
  },
  {
    id: 'CP-010',
    *check(model) {
      for (const document of model.ofKind('HelmValues')) {
        const config = fieldsOf(at(document.value, 'values', 'migManager', 'config'));
        if (config.create !== true) { continue; }
        const fault = (textOf(config.name) ?? '') === '' ? 'no name'
          : typeof config.data === 'string' ? 'a string for data'
            : textOf(fieldsOf(config.data)['config.yaml']) === undefined ? 'no data with key config.yaml' : undefined;
        if (fault !== undefined) {
          yield {
            document,
            path: ['values', 'migManager', 'config', 'create'],
            message: `migManager.config.create is true with ${fault}: the ConfigMap is not made as mig-manager needs it`,
            fix: 'write name, and data: {config.yaml: |…}',
          };
        }
      }
    },
  },
];
