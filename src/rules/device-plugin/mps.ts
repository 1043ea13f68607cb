import { ClusterModel, DevicePluginFile, GpuContainer, LabelValue, nodeConfigOf, Workload } from '../../cluster';
import { Gpu } from '../../hardware';
import { at, isFields, listOf, textOf } from '../../kubernetes';
import { shown } from '../../text';
import { asked } from '../pods/pod-resources';
import { Rule } from '../rule';

/** Clients of MPS on boards before compute capability 7.5 (k8s-device-plugin cmd/mps-control-daemon/mps/device.go). */
const LEAST_CLIENTS = 16;

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

/** Whether a container asks for what the nodes of its pod share by MPS. */
function onMps(model: ClusterModel, { nodeSelector }: Workload, container: GpuContainer): boolean {
  const names = asked(container).map(([name]) => name);
  const sharing = nodeConfigOf(model, nodeSelector)?.sharing;
  if (sharing?.method === 'mps') { return sharing.resources.some(({ advertised }) => names.includes(advertised)); }
  return nodeSelector['nvidia.com/gpu.sharing-strategy'] === 'mps' && names.some(name => name.startsWith('nvidia.com/gpu'));
}

/** Nodes that share by MPS and select a MIG config that cuts some of their GPUs. */
function* cutNodes(model: ClusterModel): Generator<{ label: LabelValue; key: string }> {
  for (const label of model.labelValues('nvidia.com/mig.config')) {
    const config = nodeConfigOf(model, label.together);
    const entries = model.migPartedFiles.flatMap(({ file }) => listOf(at(file?.value, 'mig-configs', label.value)));
    if (config?.sharing?.method === 'mps' && entries.some(entry => at(entry, 'mig-enabled') === true)) { yield { label, key: config.key }; }
  }
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
              message: `config ${key}: MPS is for whole GPUs; ${shown(at(resource, 'name'))} can never take effect`,
              fix: 'share nvidia.com/gpu, or time-slice the MIG device',
            };
          }
        }
      }
      for (const { label, key } of cutNodes(model)) {
        yield {
          document: label.document,
          path: label.path,
          message: `MIG config ${label.value} cuts GPUs of nodes whose device-plugin config ${key} shares by MPS: GFD exits there and publishes no labels`,
          fix: 'select another device-plugin config for nodes with MIG, or time-slice their MIG devices',
        };
      }
    },
  },
  {
    id: 'MPS-002',
    *check(model) {
      for (const { key, file } of mpsFiles(model)) {
        const boards = boardsOf(model, key);
        const limit = Math.min(48, ...boards.map(gpu => gpu.maxMpsReplicas));
        for (const [index, resource] of listOf(at(file.value, 'sharing', 'mps', 'resources')).entries()) {
          const replicas = Number(at(resource, 'replicas'));
          if (boards.length === 0 && replicas > LEAST_CLIENTS && replicas <= limit) {
            yield {
              document: file.document,
              path: file.path,
              file,
              filePath: ['sharing', 'mps', 'resources', index, 'replicas'],
              message: `config ${key}: ${replicas} replicas, and boards before compute capability 7.5 (V100) take at most ${LEAST_CLIENTS} clients`,
              fix: `ask for ${LEAST_CLIENTS} or fewer if there is such a board`,
              severity: 'info',
            };
          }
          if (replicas > limit) {
            yield {
              document: file.document,
              path: file.path,
              file,
              filePath: ['sharing', 'mps', 'resources', index, 'replicas'],
              message: `config ${key}: ${shown(at(resource, 'replicas'))} replicas, MPS takes at most ${limit} clients`,
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
        if (workload.document.kind.startsWith('NIM')) { continue; }
        for (const container of workload.containers) {
          const index = container.mountPaths.findIndex(each => /^\/dev\/shm\/*$/.test(each));
          if (index >= 0 && onMps(model, workload, container)) {
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
        if (workload.document.kind.startsWith('NIM') && workload.containers.some(container => onMps(model, workload, container))) {
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
        const root = at(document.value, 'values', 'devicePlugin', 'mps', 'root');
        if (root !== undefined && root !== '/run/nvidia/mps') { // the chart's own value is the folder in use
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
