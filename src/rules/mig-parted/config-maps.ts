import { files, finding, show } from './entries';
import { EmbeddedFile } from '../../cluster';
import { at, fieldsOf, listOf, textOf } from '../../kubernetes';
import { listed } from '../../text';
import { REFUSED } from '../false-alarms';
import { defineRule, Rule } from '../rule';

const LABEL_VALUE = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** Objects that the operator writes on each reconcile (op: controllers/object_controls.go). */
const OPERATOR_CONFIG_MAPS = [
  'default-mig-parted-config', 'default-gpu-clients', 'default-vgpu-devices-config', 'nvidia-device-plugin-entrypoint',
  'nvidia-mig-manager-entrypoint', 'nvidia-container-toolkit-entrypoint', 'nvidia-driver-startup-probe',
  'nvidia-kata-manager-config', 'nvidia-kata-manager-entrypoint',
];

/** Rules about the ConfigMap, the policy that names it and the labels that select of it. */
export const CONFIG_MAP_RULES: Rule[] = [
  defineRule({
    id: 'MIG-017',
    name: 'config-name-not-selectable',
    area: 'mig-parted',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'config name must be a valid label value: at most 63 letters, digits, "-", "_" and ".", so no "+"',
    why: 'it is selected through nvidia.com/mig.config; any other name parses and harms nothing but can never be '
      + 'selected',
    evidence: 'NVIDIA/mig-parted@bd7160f4 cmd/nvidia-mig-manager/main.go#L44',
    *check(model) {
      for (const { file, content } of files(model)) {
        for (const name of Object.keys(fieldsOf(content['mig-configs'])).filter(each => !LABEL_VALUE.test(each))) {
          yield finding(
            file,
            ['mig-configs', name],
            `"${name}" is no label value, so no node can select it`,
            'use letters, digits, "-", "_" and ".", at most 63',
          );
        }
      }
    },
  }),
  defineRule({
    id: 'MIG-018',
    name: 'config-map-key',
    area: 'mig-parted',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'a ConfigMap that is not among the manifests may have the key: nothing is said of it',
    sentence: 'the ConfigMap that `migManager.config.name` names has the key config.yaml (checked where it is '
      + 'among the manifests)',
    why: 'CONFIG_FILE is /mig-parted-config/config.yaml. Missing: 26.3+ mig-manager exits ("failed to read custom '
      + 'config"), 25.10 ends every change in state failed; missing ConfigMap: the pod cannot start',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 controllers/object_controls.go#L2070-L2092; NVIDIA/mig-parted@bd7160f4 '
      + 'cmd/nvidia-mig-manager/main.go#L368-L376',
    *check(model) {
      // another of its name may have the file: a patch adds labels and nothing else
      const withFile = new Set(model.migPartedFiles
        .flatMap(each => (each.file === undefined ? [] : each.document.name)));
      for (const { document, file, selected } of model.migPartedFiles) {
        if (selected && file === undefined && !withFile.has(document.name) && !('config.yaml' in fieldsOf(document.value.binaryData))) {
          yield {
            document,
            path: ['data'],
            message: 'the ClusterPolicy names this ConfigMap, and it has no key config.yaml',
            fix: 'put the file under the key config.yaml',
          };
        }
      }
    },
  }),
  defineRule({
    id: 'MIG-019',
    name: 'all-disabled-missing',
    area: 'mig-parted',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'a mig-parted file of your own defines all-disabled, unless `migManager.config.default` is "" or '
      + '`migManager.config` is absent',
    why: 'operator labels every unlabelled MIG-capable node all-disabled (an empty label value counts as unlabelled); '
      + 'absent -> state=failed there and the GPUs stay as they are. Nodes labelled with a defined name are not '
      + 'affected',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 controllers/nodelabeling_controller.go#L305-L318 (26.7); '
      + 'NVIDIA/gpu-operator@v25.10.1 controllers/state_manager.go labelGPUNodes; NVIDIA/gpu-operator@v26.3.3 '
      + 'controllers/state_manager.go labelGPUNodes',
    *check(model) {
      const unset = model.policies.find(policy => at(policy.spec, 'migManager', 'config') !== undefined
        && at(policy.spec, 'migManager', 'config', 'default') !== '');
      if (unset === undefined) { return; }
      for (const { owner, file, content } of files(model)) {
        if (owner.selected && !('all-disabled' in fieldsOf(content['mig-configs']))) {
          yield finding(file, ['mig-configs'], 'no config all-disabled, which the operator gives to '
            + 'every node without a label',
          'add all-disabled: [{devices: all, mig-enabled: false}], or set migManager.config.default: ""');
        }
      }
    },
  }),
  defineRule({
    id: 'MIG-020',
    name: 'default-config-value',
    area: 'mig-parted',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    sentence: '`migManager.config.default` is "all-disabled" or ""',
    why: 'CRD enum; no per-cluster default profile is possible',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 api/nvidia/v1/clusterpolicy_types.go#L1593; same enum since <= v24.6.2',
    *check(model) {
      for (const policy of model.policies) {
        const value = at(policy.spec, 'migManager', 'config', 'default');
        // null is what the chart of 25.3 renders for an empty default (gpu-operator#1784), and counts as left out
        if (value !== undefined && value !== null && value !== 'all-disabled' && value !== '') {
          yield {
            document: policy,
            path: ['spec', 'migManager', 'config', 'default'],
            message: `migManager.config.default is ${show(value)}; it may be all-disabled or empty`,
            fix: 'label the nodes with nvidia.com/mig.config instead',
          };
        }
      }
    },
  }),
  defineRule({
    id: 'MIG-021',
    name: 'operator-owned-config-map',
    area: 'mig-parted',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'no ConfigMap of ours in the operator namespace may be named default-mig-parted-config, '
      + 'default-gpu-clients, default-vgpu-devices-config, nvidia-device-plugin-entrypoint, '
      + 'nvidia-mig-manager-entrypoint, nvidia-container-toolkit-entrypoint, nvidia-driver-startup-probe, '
      + 'nvidia-kata-manager-config or nvidia-kata-manager-entrypoint',
    why: 'operator writes those objects on each reconcile (the three default-* ones only while no other name is '
      + 'configured). Only a ConfigMap in the manifests counts: config.name: default-mig-parted-config alone is '
      + 'CP-006. Of hand-written ones it is a warning: the cluster works, with the operator\'s own content',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 controllers/object_controls.go#L597-L640; issue NVIDIA/gpu-operator#384',
    *check(model) {
      for (const document of model.configMaps) {
        // one that the operator made is its own, and so is the one that it makes it of (gpu-operator assets)
        const isOwned = listOf(at(document.value, 'metadata', 'ownerReferences')).length > 0
          || document.isAssetOfOperator;
        if (OPERATOR_CONFIG_MAPS.includes(document.name) && !isOwned) {
          yield {
            document,
            path: ['metadata', 'name'],
            message: `the operator overwrites ConfigMap ${document.name}`,
            fix: 'choose a name of your own',
          };
        }
      }
    },
  }),
  defineRule({
    id: 'MIG-022',
    name: 'config-name-from-content',
    area: 'mig-parted',
    severity: 'info',
    lintSeverity: 'info',
    sentence: 'advice: derive a mig config name from its content, so that a change of content is a change of label',
    why: 'mig-manager only reacts to a change of the label VALUE; maintainers refuse live reload. Plain names are '
      + 'normal practice and work: an edit just waits for a label change or a mig-manager restart. Our own constructs '
      + 'always add the hash',
    evidence: 'NVIDIA/mig-parted@bd7160f4 cmd/nvidia-mig-manager/main.go#L103-L121, #L556-L590; NVIDIA/mig-parted#108, '
      + 'NVIDIA/gpu-operator#891',
    notCheckable: 'A manifest shows what a config holds now, not what it held when the nodes were given its name.',
    bad: '# content of "inference" changed, label unchanged\n'
      + 'nvidia.com/mig.config: inference',
    good: 'nvidia.com/mig.config: inference-7f3a2b',
  }),
  defineRule({
    id: 'MIG-023',
    name: 'unknown-config-label',
    area: 'mig-parted',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'a node may be labelled on purpose for a config that comes later: until then its state is failed. '
      + 'Where no file is the one that the ClusterPolicy names, the shipped and generated names count',
    sentence: 'every value of nvidia.com/mig.config in the manifests is a config of the mig-parted file, where '
      + 'there is one',
    why: 'a custom file replaces all shipped or generated names; unknown name -> "selected mig-config not present" '
      + '-> state failed. Without a custom file the names depend on the board (26.3+) or the static list (25.10)',
    evidence: 'NVIDIA/mig-parted@bd7160f4 cmd/nvidia-mig-parted/assert/assert.go GetSelectedMigConfig',
    *check(model) {
      const known = [...files(model)].filter(({ owner }) => owner.selected);
      if (known.length === 0) { return; }
      const names = new Set(known.flatMap(({ content }) => Object.keys(fieldsOf(content['mig-configs']))));
      for (const label of model.labelValues('nvidia.com/mig.config')) {
        if (label.value !== '' && !names.has(label.value)) {
          yield {
            document: label.document,
            path: label.path,
            message: `label nvidia.com/mig.config=${label.value} names no config of the file; `
              + `it has ${listed(names)}`,
            fix: 'use one of these names, or add the config',
          };
        }
      }
    },
  }),
  defineRule({
    id: 'MIG-031',
    name: 'gpu-clients-key',
    area: 'mig-parted',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'a ConfigMap that is not among the manifests may have the key: nothing is said of it',
    sentence: 'the ConfigMap that `migManager.gpuClientsConfig.name` names has the key clients.yaml, with YAML '
      + 'that can be read',
    why: 'mig-manager reads /gpu-clients/clients.yaml before anything else; on an error it gives up without touching '
      + 'the state label, so no layout is ever applied and no failure is shown',
    evidence: 'NVIDIA/mig-parted@bd7160f4 cmd/nvidia-mig-manager/main.go parseGPUCLientsFile, migReconfigure; '
      + 'NVIDIA/gpu-operator@a22dbf67 assets/state-mig-manager/0600_daemonset.yaml (25.10-26.7)',
    *check(model) {
      const named = new Set(model.policies
        .map(policy => textOf(at(policy.spec, 'migManager', 'gpuClientsConfig', 'name')))
        .filter(Boolean));
      for (const document of model.configMaps.filter(each => named.has(each.name))) {
        const text = textOf(fieldsOf(document.value.data)['clients.yaml']);
        const error = text === undefined ? undefined : new EmbeddedFile(document, ['data', 'clients.yaml'], text).error;
        if (text === undefined || error !== undefined) {
          yield {
            document,
            path: text === undefined ? ['data'] : ['data', 'clients.yaml'],
            message: 'the ClusterPolicy names this ConfigMap as gpuClientsConfig, and '
              + `${error === undefined ? 'it has no key clients.yaml' : `its clients.yaml is not YAML: ${error}`}`,
            fix: 'put "version: v1" and "systemd-services: []" under the key clients.yaml',
          };
        }
      }
    },
  }),
];
