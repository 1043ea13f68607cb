import { EmbeddedFile, ManifestDocument } from '../../cluster';
import { at, fieldsOf, isFields, listOf, textOf } from '../../kubernetes';
import { GPU_OPERATOR } from '../../releases';
import { areApart, isKustomizePatch, kustomizePatches, severityTogether } from '../folders';
import { defineRule, Rule } from '../rule';

/** Sections of a whole ClusterPolicy (crds/nvidia.com_clusterpolicies.yaml, 25.10 to 26.7). */
const REQUIRED = [
  'daemonsets', 'dcgm', 'dcgmExporter', 'devicePlugin', 'driver', 'gfd', 'nodeStatusExporter', 'operator', 'toolkit',
];

/** Sections that name an image (gpu-operator api/nvidia/v1/clusterpolicy_types.go). */
const IMAGES = [
  ['driver'], ['driver', 'manager'], ['toolkit'], ['devicePlugin'], ['dcgm'], ['dcgmExporter'], ['gfd'], ['migManager'],
  ['nodeStatusExporter'], ['validator'],
  ['gds'], ['gdrcopy'],
];

/** What is often patched and often not there. */
const OFTEN_ABSENT = ['/spec/migManager/config/name', '/spec/mig/strategy'];

/** Rules about the ClusterPolicy. */
export const CLUSTER_POLICY_RULES: Rule[] = [
  defineRule({
    id: 'CP-001',
    name: 'cluster-policy-sections',
    area: 'cluster-policy',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'a whole ClusterPolicy has daemonsets, dcgm, dcgmExporter, devicePlugin, driver, gfd, '
      + 'nodeStatusExporter, operator and toolkit, each of which may be {}',
    why: 'CRD required, unchanged 25.10-26.7. A partial object is legal as a patch or server-side apply onto an '
      + 'existing one, so only a warning for hand-written YAML',
    evidence: 'NVIDIA/gpu-operator, CRD clusterpolicies of v25.10.1, v26.3.3 and v26.7.0',
    *check(model) {
      for (const policy of model.policies) {
        // meant for server-side apply onto one that exists, or a patch of one
        if (policy.isPartial || isKustomizePatch(model, policy)) { continue; }
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
  }),
  defineRule({
    id: 'CP-002',
    name: 'image-incomplete',
    area: 'cluster-policy',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'values of the chart and patches leave parts out, and something else fills them in: neither is '
      + 'judged',
    sentence: 'in a full ClusterPolicy object, image triple of every enabled component: repository+image+version all '
      + 'set, or image only (path@digest), or none (then operator env must provide it - OLM does, Helm only for '
      + 'VALIDATOR/DRIVER_MANAGER)',
    why: '"invalid image specification"; does not apply to Helm values (the chart fills the rest) nor to patches',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 api/nvidia/v1/clusterpolicy_types.go#L2054-L2090',
    *check(model) {
      for (const policy of model.policies) {
        if (REQUIRED.some(section => !isFields(policy.spec[section]))
          || policy.annotations['cdk8s-gpu/form'] === 'partial') { continue; }
        for (const place of IMAGES) {
          const section = fieldsOf(at(policy.spec, ...place));
          const optional = ['gds', 'gdrcopy'].includes(place[0]) && section.enabled !== true;
          if (section.enabled === false || optional || (place[0] === 'driver' && section.useNvidiaDriverCRD === true)) {
            continue;
          }
          const missing = ['repository', 'image', 'version'].filter(key =>
            section[key] === undefined || section[key] === '');
          const onlyImage = missing.length === 2 && !missing.includes('image');
          if (missing.length > 0 && missing.length < 3 && !onlyImage) {
            yield {
              document: policy,
              path: ['spec', ...place, ['repository', 'image', 'version'].find(key => !missing.includes(key))!],
              message: `${place.join('.')} has no ${missing.join(' and no ')}; it needs repository, image and `
                + 'version together, image alone, or none of them',
              fix: `add ${missing.join(' and ')}`,
            };
          }
        }
      }
    },
  }),
  defineRule({
    id: 'CP-003',
    name: 'several-cluster-policies',
    area: 'cluster-policy',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'manifests of two clusters in one folder: files that nothing joins are not compared, and in one '
      + 'folder it is a note',
    refusedAtOnce: true,
    sentence: 'a cluster has one ClusterPolicy',
    why: '26.7: the oldest wins; 25.10 and 26.3: the first one reconciled after operator start wins',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 controllers/clusterpolicy_controller.go#L119-L131; '
      + 'NVIDIA/gpu-operator@v25.10.1 controllers/clusterpolicy_controller.go#L117-L122; NVIDIA/gpu-operator@v26.3.3 '
      + 'controllers/clusterpolicy_controller.go#L117-L122',
    *check(model) {
      const [first, ...others] = model.policies;
      for (const policy of others.filter(each => each.name !== first.name && !areApart(model, each, first))) {
        yield {
          document: policy,
          path: ['metadata', 'name'],
          message: `ClusterPolicy ${policy.name} beside ${first.name}: a cluster has one, the other is ignored`,
          fix: 'merge them into one',
          ...severityTogether(model, policy, first),
        };
      }
    },
  }),
  defineRule({
    id: 'CP-004',
    name: 'cluster-policy-with-gpu-cluster',
    area: 'cluster-policy',
    severity: 'error',
    lintSeverity: 'error',
    since: GPU_OPERATOR.milestones.gpuCluster,
    sentence: 'ClusterPolicy and GPUCluster must not coexist; GPUCluster name must be gpu-cluster',
    why: 'both present: node labelling and the ClusterPolicy reconcile return an error, ClusterPolicy goes notReady; '
      + 'name: CEL rule',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 controllers/nodelabeling_controller.go#L145-L148; '
      + 'NVIDIA/gpu-operator@a22dbf67 config/crd, CRD gpuclusters',
    notCheckable: 'The checks exist as DRA-020 (the name) and DRA-021 (both together).',
    bad: 'kind: GPUCluster\n'
      + 'metadata: {name: dra}',
    good: 'kind: GPUCluster\n'
      + 'metadata: {name: gpu-cluster}',
  }),
  defineRule({
    id: 'CP-005',
    name: 'sandbox-node-with-layout',
    area: 'cluster-policy',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'a node with nvidia.com/gpu.workload.config=vm-passthrough or vm-vgpu has no slices and no shares '
      + 'while `sandboxWorkloads` is on',
    why: 'those workload kinds get only the sandbox labels, so nothing partitions or advertises the GPU',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 controllers/state_manager.go#L98-L126, #L476-L495',
    *check(model) {
      if (!model.policies.some(policy => at(policy.spec, 'sandboxWorkloads', 'enabled') === true)) { return; }
      const standard = model.policies
        .map(policy => textOf(at(policy.spec, 'sandboxWorkloads', 'defaultWorkload')))
        .find(Boolean)
        ?? 'container';
      for (const label of [
        'nvidia.com/mig.config', 'nvidia.com/device-plugin.config',
      ].flatMap(key => model.labelValues(key))) {
        const own = label.together['nvidia.com/gpu.workload.config'];
        // a rule of NFD need not set all labels of its nodes
        const workload = own ?? (label.document.kind === 'Node' ? standard : 'container');
        if (workload.startsWith('vm-')) {
          yield {
            document: label.document,
            path: label.path,
            message: `${label.key} has no effect: the node's workload is ${workload}, so it gets neither `
              + 'mig-manager nor device plugin',
            fix: 'label the node nvidia.com/gpu.workload.config=container, or remove this label',
          };
        }
      }
    },
  }),
  defineRule({
    id: 'CP-006',
    name: 'static-mig-list',
    area: 'cluster-policy',
    severity: 'warning',
    lintSeverity: 'warning',
    since: GPU_OPERATOR.milestones.generatedMigConfigs,
    sentence: '`migManager.config.name` is not default-mig-parted-config from operator 26.3 on',
    why: 'hasCustomConfig tests name != ""',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 controllers/object_controls.go#L2070; NVIDIA/gpu-operator, CRD '
      + 'clusterpolicies of v25.10.1 against v26.3.3',
    *check(model) {
      for (const policy of model.policies) {
        if (at(policy.spec, 'migManager', 'config', 'name') === 'default-mig-parted-config') {
          yield {
            document: policy,
            path: ['spec', 'migManager', 'config', 'name'],
            message: 'default-mig-parted-config pins the static list of MIG configs, and the '
              + 'per-node generation is off',
            fix: 'remove the name, or name a ConfigMap of your own',
          };
        }
      }
    },
  }),
  defineRule({
    id: 'CP-007',
    name: 'replace-patch',
    area: 'cluster-policy',
    severity: 'warning',
    lintSeverity: 'info',
    sentence: 'a JSON patch should not "replace" /spec/migManager/config/name or /spec/mig/strategy of a ClusterPolicy '
      + 'that may not have it (checked in inline patches of a Kustomization); use a merge patch or server-side apply; '
      + 'unsetting the strategy needs a merge patch with null',
    why: 'RFC 6902 replace needs an existing target; docs use replace',
    evidence: 'RFC 6902 4.3; NVIDIA/cloud-native-docs@52dcb7b8 gpu-operator (its pages use replace)',
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
  }),
  defineRule({
    id: 'CP-008',
    name: 'nri-without-cdi',
    area: 'cluster-policy',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'a hand-written ClusterPolicy is taken by the API server, and the cluster runs without the NRI '
      + 'plugin; the chart refuses the values',
    since: GPU_OPERATOR.milestones.nri,
    sentence: '`cdi.nriPluginEnabled` needs `cdi.enabled` and the toolkit',
    why: 'the chart refuses to render; a hand-written ClusterPolicy is accepted but drops the runtime class while no '
      + 'NRI plugin runs. (cdi.default is ignored since 25.10, harmless)',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 deployments/gpu-operator/templates/validations.yaml#L9-L15; '
      + 'NVIDIA/gpu-operator@a22dbf67 controllers/state_manager.go isStateEnabled("pre-requisites"); '
      + 'NVIDIA/gpu-operator@a22dbf67 controllers/object_controls.go transformToolkitCtrForCDI',
    *check(model) {
      const ofChart = model.valuesOf('gpu-operator').map(document => ({ document, root: 'values' }));
      for (const {
        document,
        root,
      } of [...model.policies.map(policy => ({ document: policy, root: 'spec' })), ...ofChart]) {
        const off = [['cdi', 'enabled'], ['toolkit', 'enabled']].find(section =>
          at(document.value, root, ...section) === false);
        if (at(document.value, root, 'cdi', 'nriPluginEnabled') === true && off !== undefined) {
          yield {
            document,
            path: [root, 'cdi', 'nriPluginEnabled'],
            message: `nriPluginEnabled needs ${off.join('.')}, which is false`,
            fix: `set ${off.join('.')}: true`,
          };
        }
      }
    },
  }),
  defineRule({
    id: 'CP-009',
    name: 'needed-component-disabled',
    area: 'cluster-policy',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'what a partition needs is on: migManager for MIG layouts, devicePlugin for GPU resources, gfd for '
      + 'labels of products and for MPS',
    why: 'the DaemonSets are not deployed (mps control daemon follows devicePlugin.enabled), so labels and ConfigMaps '
      + 'have no effect. Legal if something else does the job (own device plugin, DRA driver, hand-made MIG and '
      + 'labels)',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 controllers/state_manager.go isStateEnabled, hasMIGCapableGPU',
    *check(model) {
      const labelled = (key: string) => model.labelValues(key)
        .filter(({ value }) => value !== '' && value !== 'all-disabled')
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
  }),
  defineRule({
    id: 'CP-010',
    name: 'mig-config-values',
    area: 'cluster-policy',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'a ConfigMap of that name may be made by other means; then create: true is still without effect',
    sentence: 'in chart values, `migManager.config.create: true` has a name, and data with the key config.yaml',
    why: 'empty data: the chart silently creates no ConfigMap although the ClusterPolicy points at it, so '
      + 'mig-manager cannot start; data as a plain string renders an invalid ConfigMap',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 deployments/gpu-operator/templates/mig_config.yaml; '
      + 'NVIDIA/gpu-operator@a22dbf67 deployments/gpu-operator/templates/clusterpolicy.yaml#L644-L650; '
      + 'NVIDIA/gpu-operator#1273',
    *check(model) {
      for (const document of model.valuesOf('gpu-operator')) {
        const config = fieldsOf(at(document.value, 'values', 'migManager', 'config'));
        if (config.create !== true) { continue; }
        const fault = (textOf(config.name) ?? '') === '' ? 'no name'
          : typeof config.data === 'string' ? 'a string for data'
            : textOf(fieldsOf(config.data)['config.yaml']) === undefined ? 'no data with key config.yaml' : undefined;
        if (fault !== undefined) {
          yield {
            document,
            path: ['values', 'migManager', 'config', 'create'],
            message: `migManager.config.create is true with ${fault}: the ConfigMap is not `
              + 'made as mig-manager needs it',
            fix: 'write name, and data: {config.yaml: |…}',
          };
        }
      }
    },
  }),
];
