import { EmbeddedFile } from '../../cluster';
import { at, fieldsOf, textOf } from '../../kubernetes';
import { Rule } from '../rule';
import { files, finding, show } from './entries';

const LABEL_VALUE = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
/** Objects that the operator writes on each reconcile (op: controllers/object_controls.go). */
const OPERATOR_CONFIG_MAPS = [
  'default-mig-parted-config', 'default-gpu-clients', 'default-vgpu-devices-config', 'nvidia-device-plugin-entrypoint', 'nvidia-mig-manager-entrypoint',
  'nvidia-container-toolkit-entrypoint', 'nvidia-driver-startup-probe', 'nvidia-kata-manager-config', 'nvidia-kata-manager-entrypoint',
];

/** Rules about the ConfigMap, the policy that names it and the labels that select of it. */
export const CONFIG_MAP_RULES: Rule[] = [
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
        // another of its name may have the file: a patch adds labels and nothing else
        const elsewhere = model.migPartedFiles.some(other => other.file !== undefined && other.document.name === document.name);
        if (selected && file === undefined && !elsewhere && !('config.yaml' in fieldsOf(document.value.binaryData))) {
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
    id: 'MIG-031',
    *check(model) {
      const named = new Set(model.policies.map(policy => textOf(at(policy.spec, 'migManager', 'gpuClientsConfig', 'name'))).filter(Boolean));
      for (const document of model.configMaps.filter(each => named.has(each.name))) {
        const text = textOf(fieldsOf(document.value.data)['clients.yaml']);
        const error = text === undefined ? undefined : new EmbeddedFile(document, ['data', 'clients.yaml'], text).error;
        if (text === undefined || error !== undefined) {
          yield {
            document,
            path: text === undefined ? ['data'] : ['data', 'clients.yaml'],
            message: `the ClusterPolicy names this ConfigMap as gpuClientsConfig, and ${error === undefined ? 'it has no key clients.yaml' : `its clients.yaml is not YAML: ${error}`}`,
            fix: 'put "version: v1" and "systemd-services: []" under the key clients.yaml',
          };
        }
      }
    },
  },
];
