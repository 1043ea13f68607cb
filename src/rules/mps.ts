import { Rule } from './rule';
import { at, ClusterModel, DevicePluginFile, isFields, listOf, textOf } from '../cluster';
import { Gpu } from '../hardware';

/** Configs that share through MPS. */
function* mpsFiles(model: ClusterModel): Generator<DevicePluginFile> {
  for (const each of model.devicePluginFiles) {
    if (isFields(at(each.file.value, 'sharing', 'mps'))) { yield each; }
  }
}

/** Boards of the nodes that select a config, when labels say. */
function boardsOf(model: ClusterModel, key: string): Gpu[] {
  return model.labelValues('nvidia.com/device-plugin.config')
    .filter(label => label.value === key)
    .map(label => label.together['nvidia.com/gpu.product'])
    .map(product => (product === undefined ? undefined : Gpu.findByProductLabel(product)))
    .filter((gpu): gpu is Gpu => gpu !== undefined);
}

/** Whether a pod's node selector leads to nodes of an MPS config. */
function onMps(model: ClusterModel, nodeSelector: Readonly<Record<string, string>>): boolean {
  const keys = [...mpsFiles(model)].map(each => each.key);
  return keys.includes(nodeSelector['nvidia.com/device-plugin.config']) || nodeSelector['nvidia.com/gpu.sharing-strategy'] === 'mps';
}

/** Rules about MPS through the device plugin. */
export const MPS_RULES: Rule[] = [
  {
    id: 'MPS-001',
    *check(model) {
      for (const { key, file } of mpsFiles(model)) {
        for (const [index, resource] of listOf(at(file.value, 'sharing', 'mps', 'resources')).entries()) {
          if (/^(?:nvidia\.com\/)?mig-/.test(textOf(at(resource, 'name')) ?? '')) {
            yield {
              document: file.document,
              path: file.path,
              file,
              filePath: ['sharing', 'mps', 'resources', index, 'name'],
              message: `config ${key}: MPS is for whole GPUs; ${String(at(resource, 'name'))} can never take effect`,
              fix: 'share nvidia.com/gpu, or time-slice the MIG device',
            };
          }
        }
      }
    },
  },
  {
    id: 'MPS-002',
    *check(model) {
      for (const { key, file } of mpsFiles(model)) {
        const limit = Math.min(48, ...boardsOf(model, key).map(gpu => gpu.maxMpsReplicas));
        for (const [index, resource] of listOf(at(file.value, 'sharing', 'mps', 'resources')).entries()) {
          if (Number(at(resource, 'replicas')) > limit) {
            yield {
              document: file.document,
              path: file.path,
              file,
              filePath: ['sharing', 'mps', 'resources', index, 'replicas'],
              message: `config ${key}: ${String(at(resource, 'replicas'))} replicas, MPS takes at most ${limit} clients`,
              fix: `ask for ${limit} or fewer, or use time-slicing`,
            };
          }
        }
      }
    },
  },
  {
    id: 'MPS-003',
    *check(model) {
      const using = [...mpsFiles(model)];
      for (const policy of model.policies) {
        if (using.length > 0 && at(policy.spec, 'gfd', 'enabled') === false) {
          yield {
            document: policy,
            path: ['spec', 'gfd', 'enabled'],
            message: `gfd is off, and config ${using[0].key} uses MPS: the MPS daemon runs only where GFD sets its label`,
            fix: 'switch gfd on',
          };
        }
      }
    },
  },
  {
    id: 'MPS-006',
    *check(model) {
      for (const workload of model.workloads) {
        if (workload.document.kind.startsWith('NIM') || !onMps(model, workload.nodeSelector)) { continue; }
        for (const container of workload.containers) {
          const index = container.mountPaths.indexOf('/dev/shm');
          if (index >= 0) {
            yield {
              document: workload.document,
              path: [...container.path, 'volumeMounts', index],
              message: `container ${container.name} mounts a volume at /dev/shm, where the device plugin mounts that of the MPS daemon`,
              fix: 'remove the mount',
            };
          }
        }
      }
    },
  },
  {
    id: 'MPS-009',
    *check(model) {
      for (const workload of model.workloads) {
        if (workload.document.kind.startsWith('NIM') && onMps(model, workload.nodeSelector)) {
          yield {
            document: workload.document,
            path: workload.path,
            message: 'a NIMService on an MPS share: the NIM Operator and the device plugin both mount /dev/shm, and which wins is not known',
            fix: 'use a MIG slice or time-slicing, or try it on one node first',
          };
        }
      }
    },
  },
  {
    id: 'MPS-005',
    *check(model) {
      for (const document of model.ofKind('HelmValues')) {
        if (at(document.value, 'values', 'devicePlugin', 'mps', 'root') !== undefined) {
          yield {
            document,
            path: ['values', 'devicePlugin', 'mps', 'root'],
            message: 'devicePlugin.mps.root is a value that the chart never renders; the folder stays /run/nvidia/mps',
            fix: 'set spec.devicePlugin.mps.root of the ClusterPolicy',
          };
        }
      }
    },
  },
];
