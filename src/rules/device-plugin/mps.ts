import { ClusterModel, DevicePluginFile, GpuContainer, LabelValue, nodeConfigOf, Workload } from '../../cluster';
import { Gpu } from '../../hardware';
import { at, isFields, listOf, numberIn, textOf } from '../../kubernetes';
import { shown } from '../../text';
import { ofPods } from '../of-pods';
import { asked } from '../pods/pod-resources';
import { defineRule, Rule } from '../rule';

/** Clients of MPS on boards before compute capability 7.5 (k8s-device-plugin cmd/mps-control-daemon/mps/device.go). */
const LEAST_CLIENTS = 16;

/** Configs that share through MPS. */
function* mpsFiles(model: ClusterModel): Generator<DevicePluginFile> {
  for (const each of model.devicePluginFiles) {
    if (isFields(at(each.file.value, 'sharing', 'mps'))) { yield each; }
  }
}

/** Boards of the nodes that select a config, when labels say. */
function boardsOf(model: ClusterModel, key: string): readonly Gpu[] {
  return model.once(`boards that share by MPS config ${key}`, () => {
    const products = new Set(model.labelsWith('nvidia.com/device-plugin.config', key)
      .flatMap(label => label.together['nvidia.com/gpu.product'] ?? []));
    return [...products].flatMap(product => Gpu.findByProductLabel(product) ?? []);
  });
}

/** Whether a container asks for what the nodes of its pod share by MPS. */
function onMps(model: ClusterModel, { nodeSelector }: Workload, container: GpuContainer): boolean {
  const names = new Set(asked(container).map(([name]) => name));
  const sharing = nodeConfigOf(model, nodeSelector)?.sharing;
  if (sharing?.method === 'mps') { return sharing.resources.some(({ advertised }) => names.has(advertised)); }
  return nodeSelector['nvidia.com/gpu.sharing-strategy'] === 'mps'
    && [...names].some(name => name.startsWith('nvidia.com/gpu'));
}

/** Nodes that share by MPS and select a MIG config that cuts some of their GPUs. */
function* cutNodes(model: ClusterModel): Generator<{ label: LabelValue; key: string }> {
  const cuts = (name: string) => model.once(`nvidia.com/mig.config ${name} cuts GPUs`, () =>
    model.migConfigsNamed(name).some(entries => listOf(entries).some(entry => at(entry, 'mig-enabled') === true)));
  for (const label of model.labelValues('nvidia.com/mig.config')) {
    const config = nodeConfigOf(model, label.together);
    if (config?.sharing?.method === 'mps' && cuts(label.value)) { yield { label, key: config.key }; }
  }
}

/** Rules about MPS through the device plugin. */
export const MPS_RULES: Rule[] = [
  defineRule({
    id: 'MPS-001',
    name: 'mps-beside-mig',
    area: 'mps',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'MPS shares whole GPUs (nvidia.com/gpu), on nodes without a GPU in MIG mode',
    why: 'an mps entry for mig-* can never take effect: it matches nothing under none or single and the plugin exits '
      + 'under mixed (STR-006). With a GPU of the node in MIG mode under single the plugin fails ("sharing using MPS '
      + 'is not supported for MIG devices"), and GFD exits under every strategy and publishes no labels at all',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc internal/plugin/mps.go#L46-L50; NVIDIA/k8s-device-plugin@1b826acc '
      + 'internal/lm/nvml.go#L185-L212; NVIDIA/k8s-device-plugin#713',
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
          message: `MIG config ${label.value} cuts GPUs of nodes whose device-plugin config ${key} shares by MPS: `
            + 'GFD exits there and publishes no labels',
          fix: 'select another device-plugin config for nodes with MIG, or time-slice their MIG devices',
        };
      }
    },
  }),
  defineRule({
    id: 'MPS-002',
    name: 'mps-most-clients',
    area: 'mps',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'where the board is not known, a count that newer boards take is no error',
    refusedAtOnce: true,
    sentence: 'MPS has at most 48 replicas a GPU, 16 where the compute capability is below 7.5',
    why: 'assertReplicas: "maximum allowed replicas exceeded", the control daemon does not start. Where the board is '
      + 'not known: an error above 48, a note above 16',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc cmd/mps-control-daemon/mps/device.go#L34-L55',
    *check(model) {
      for (const { key, file } of mpsFiles(model)) {
        const boards = boardsOf(model, key);
        const limit = Math.min(48, ...boards.map(gpu => gpu.maxMpsReplicas));
        for (const [index, resource] of listOf(at(file.value, 'sharing', 'mps', 'resources')).entries()) {
          const replicas = numberIn(at(resource, 'replicas'));
          if (boards.length === 0 && replicas > LEAST_CLIENTS && replicas <= limit) {
            yield {
              document: file.document,
              path: file.path,
              file,
              filePath: ['sharing', 'mps', 'resources', index, 'replicas'],
              message: `config ${key}: ${replicas} replicas, and boards before compute capability 7.5 (V100) take at `
                + `most ${LEAST_CLIENTS} clients`,
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
  }),
  defineRule({
    id: 'MPS-003',
    name: 'mps-without-gfd',
    area: 'mps',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'GPU feature discovery is on where a config has MPS',
    why: 'the MPS control daemon DaemonSet needs label nvidia.com/mps.capable=true, which only GFD sets; works only '
      + 'if somebody sets that label by hand',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 assets/state-mps-control-daemon/0400_daemonset.yaml; '
      + 'NVIDIA/k8s-device-plugin#634',
    *check(model) {
      const using = [...mpsFiles(model)];
      for (const policy of model.policies) {
        if (using.length > 0 && at(policy.spec, 'gfd', 'enabled') === false) {
          yield {
            document: policy,
            path: ['spec', 'gfd', 'enabled'],
            message: `gfd is off, and config ${using[0].key} uses MPS: the MPS daemon runs only `
              + 'where GFD sets its label',
            fix: 'switch gfd on',
          };
        }
      }
    },
  }),
  defineRule({
    id: 'MPS-004',
    name: 'mps-client-limits',
    area: 'mps',
    severity: 'info',
    lintSeverity: 'info',
    sentence: 'per-client limits: pinned memory = total/replicas, active thread % = floor(100/replicas); compute mode '
      + 'EXCLUSIVE_PROCESS',
    why: 'plan memory per replica: the daemon sets both limits per GPU when it starts',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc cmd/mps-control-daemon/mps/daemon.go',
    notCheckable: 'It is a figure to plan with, not a fault: the memory rules (MEM-001 to MEM-003) count with it.',
    bad: '# expecting the whole memory per client',
    good: '# 80 GiB / 4 replicas = 20 GiB per client',
  }),
  defineRule({
    id: 'MPS-005',
    name: 'mps-root-value',
    area: 'mps',
    severity: 'error',
    lintSeverity: 'warning',
    refusedAtOnce: true,
    sentence: 'the path of MPS is set in `spec.devicePlugin.mps.root` of the ClusterPolicy, not in the chart '
      + 'value of that name',
    why: 'dead chart value: it is never rendered, the default path stays in use',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 deployments/gpu-operator/templates/clusterpolicy.yaml (no mps)',
    *check(model) {
      for (const document of model.valuesOf('gpu-operator')) {
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
  }),
  defineRule({
    id: 'MPS-006',
    name: 'mps-shared-memory-mount',
    area: 'mps',
    severity: 'warning',
    lintSeverity: 'warning',
    refusedAtOnce: true,
    sentence: 'a pod on an MPS share mounts no volume of its own at /dev/shm',
    why: 'the plugin itself mounts the daemon\'s shared tmpfs (half of the node\'s memory, common to all clients) at '
      + '/dev/shm, through which MPS clients talk to the server; a second mount at the same path competes with it. The '
      + 'mount is read in code, the resulting failure is a user report, not verified',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc internal/plugin/mps.go updateReponse; '
      + 'NVIDIA/k8s-device-plugin@1b826acc cmd/mps-control-daemon/mps/daemon.go ShmDir; '
      + 'NVIDIA/k8s-device-plugin@1b826acc cmd/mps-control-daemon/mount/mount-shm.go; NVIDIA/k8s-device-plugin#805; '
      + 'NVIDIA/k8s-device-plugin#647',
    check: ofPods(function* (model) {
      for (const workload of model.distinctWorkloads) {
        if (workload.document.kind.startsWith('NIM')) { continue; }
        for (const container of workload.containers) {
          const index = container.mountPaths.findIndex(each => /^\/dev\/shm\/*$/.test(each));
          if (index >= 0 && onMps(model, workload, container)) {
            yield {
              document: workload.document,
              path: [...container.path, 'volumeMounts', index],
              message: `container ${container.name} mounts a volume at /dev/shm, where the device plugin `
                + 'mounts that of the MPS daemon',
              fix: 'remove the mount',
            };
          }
        }
      }
    }),
  }),
  defineRule({
    id: 'MPS-007',
    name: 'mps-model-memory',
    area: 'mps',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'a model on an MPS replica must fit total memory / replicas',
    why: 'the control daemon sets the pinned memory limit of each client to that share, so a larger model fails '
      + 'although the GPU has room',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc cmd/mps-control-daemon/mps/daemon.go (see MPS-004)',
    notCheckable: 'The check exists as MEM-001, which compares what a model needs with the share of each MPS client '
      + 'where board and replicas are known.',
    bad: '# 30 GiB model on an 80 GB GPU with replicas: 4',
    good: '# replicas: 2',
  }),
  defineRule({
    id: 'MPS-008',
    name: 'mps-user-ids',
    area: 'mps',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'clients with different user ids on one MPS server',
    why: 'without multi-user mode the control daemon serves one user id at a time; NIM pods run as 1000 by default, '
      + 'other images often do not',
    evidence: 'NVIDIA documentation, nvidia-cuda-mps-control; kubernetes-sigs/dra-driver-nvidia-gpu@95932046 '
      + 'api/nvidia.com/resource/v1beta1/sharing.go MpsConfig.multiUser',
    notCheckable: 'The user of a container is often set in its image, which manifests do not show.',
    bad: '# NIM (uid 1000) and a root pod sharing one MPS GPU',
    good: '# same runAsUser, or multiUser: true with DRA driver >= 0.5',
  }),
  defineRule({
    id: 'MPS-009',
    name: 'nim-on-mps',
    area: 'mps',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'a NIMService on a resource shared by the device plugin\'s MPS meets two mounts at /dev/shm',
    why: 'the NIM Operator mounts its own memory emptyDir (dshm) at /dev/shm in every NIM container, with no way to '
      + 'leave it out; the device plugin mounts the MPS daemon\'s tmpfs at the same path, through which clients reach '
      + 'the server. Which one wins was not tried on a node; reports of the same clash with a pod\'s own mount end in '
      + 'clients that cannot connect. Say so, and offer MIG, time-slicing, a plain Deployment (without a mount at '
      + '/dev/shm), or MPS through DRA',
    evidence: 'NVIDIA/k8s-nim-operator@v3.1.2 api/apps/v1alpha1/nimservice_types.go#L740 GetVolumes, #L903 '
      + 'GetVolumeMounts; NVIDIA/k8s-device-plugin@v0.20.0 internal/plugin/mps.go updateReponse; '
      + 'NVIDIA/k8s-device-plugin#805; NVIDIA/k8s-device-plugin#647',
    check: ofPods(function* (model) {
      for (const workload of model.distinctWorkloads) {
        if (workload.document.kind.startsWith('NIM')
          && workload.containers.some(container => onMps(model, workload, container))) {
          yield {
            document: workload.document,
            path: workload.path,
            message: 'a NIMService on an MPS share: the NIM Operator and the device plugin both mount /dev/shm, '
              + 'and which wins is not known',
            fix: 'use a MIG slice or time-slicing, or try it on one node first',
          };
        }
      }
    }),
  }),
];
