/**
 * The objects of a cluster with a GPU Operator that works, as kubectl prints them: two nodes that are cut, one that is shared by time-slicing, and
 * what runs on them. Written after docs/facts/gpu-operator.md: labels of NFD, of GPU feature discovery and of the operator, the DaemonSets of the
 * operands and the ConfigMaps that the operator makes for them.
 */
export function healthyCluster(release: '25.10.1' | '26.3.3'): object[] {
  const namespace = 'gpu-operator';
  let uids = 0;
  const added = () => ({ uid: `00000000-0000-4000-8000-${String(++uids).padStart(12, '0')}`, resourceVersion: String(1000 + uids), creationTimestamp: '2026-11-01T08:00:00Z' });
  const chart = {
    'app.kubernetes.io/name': 'gpu-operator', 'app.kubernetes.io/instance': 'gpu-operator', 'app.kubernetes.io/managed-by': 'Helm', 'app.kubernetes.io/version': `v${release}`, 'helm.sh/chart': `gpu-operator-v${release}`,
  };
  const controlledBy = (kind: string, name: string, apiVersion = 'apps/v1') => [{ apiVersion, kind, name, uid: `${kind}-${name}`, controller: true, blockOwnerDeletion: true }];
  const ofPolicy = controlledBy('ClusterPolicy', 'cluster-policy', 'nvidia.com/v1');

  const node = (name: string, product: string, memoryMib: number, own: Record<string, string>, resources: Record<string, string>) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      ...added(),
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'beta.kubernetes.io/os': 'linux',
        'feature.node.kubernetes.io/pci-10de.present': 'true',
        'feature.node.kubernetes.io/kernel-version.full': '6.8.0-85-generic',
        'nvidia.com/cuda.driver.major': '580',
        'nvidia.com/cuda.driver-version.full': '580.95.05',
        'nvidia.com/cuda.runtime-version.full': '13.0',
        'nvidia.com/gfd.timestamp': '1761984000',
        'nvidia.com/gpu.count': '1',
        'nvidia.com/gpu.family': 'ampere',
        'nvidia.com/gpu.machine': 'Standard-PC',
        'nvidia.com/gpu.memory': String(memoryMib),
        'nvidia.com/gpu.product': product,
        'nvidia.com/gpu.present': 'true',
        'nvidia.com/gpu.mode': 'compute',
        'nvidia.com/gpu.replicas': '1',
        'nvidia.com/gpu.sharing-strategy': 'none',
        'nvidia.com/mps.capable': 'false',
        'nvidia.com/vgpu.present': 'false',
        'nvidia.com/gpu-driver-upgrade-state': 'upgrade-done',
        'nvidia.com/gpu.deploy.nvsm': '',
        ...Object.fromEntries(['container-toolkit', 'dcgm', 'dcgm-exporter', 'device-plugin', 'driver', 'gpu-feature-discovery', 'node-status-exporter', 'operator-validator']
          .map(operand => [`nvidia.com/gpu.deploy.${operand}`, 'true'])),
        ...own,
      },
      annotations: { 'nfd.node.kubernetes.io/feature-labels': 'cpu-model.family,pci-10de.present', 'nvidia.com/gpu-driver-upgrade-enabled': 'true', 'node.alpha.kubernetes.io/ttl': '0' },
    },
    spec: { podCIDR: '10.244.1.0/24', taints: [{ key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' }] },
    status: {
      nodeInfo: { kubeletVersion: 'v1.34.1', containerRuntimeVersion: 'containerd://2.1.4', osImage: 'Ubuntu 24.04.3 LTS', kernelVersion: '6.8.0-85-generic' },
      capacity: { 'cpu': '64', 'memory': '528279704Ki', 'pods': '110', 'nvidia.com/gpu': '0', ...resources },
      allocatable: { 'cpu': '64', 'memory': '528177304Ki', 'pods': '110', 'nvidia.com/gpu': '0', ...resources },
      conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }],
    },
  });
  const cut = (config: string) => ({
    'nvidia.com/mig.capable': 'true', 'nvidia.com/mig.strategy': 'mixed', 'nvidia.com/mig.config': config, 'nvidia.com/mig.config.state': 'success', 'nvidia.com/gpu.deploy.mig-manager': 'true',
  });

  const image = (path: string, version: string) => ({ repository: path.slice(0, path.lastIndexOf('/')), image: path.slice(path.lastIndexOf('/') + 1), version, imagePullPolicy: 'IfNotPresent' });
  const plugin = release === '25.10.1' ? 'v0.18.1' : 'v0.19.3';
  const policy = {
    apiVersion: 'nvidia.com/v1',
    kind: 'ClusterPolicy',
    metadata: { name: 'cluster-policy', generation: 3, labels: { ...chart, 'app.kubernetes.io/component': 'gpu-operator' }, annotations: { 'meta.helm.sh/release-name': 'gpu-operator', 'meta.helm.sh/release-namespace': namespace }, ...added() },
    spec: {
      operator: { runtimeClass: 'nvidia', ...release === '25.10.1' && { defaultRuntime: 'docker' }, initContainer: image('nvcr.io/nvidia/cuda', '13.0.1-base-ubi9'), use_ocp_driver_toolkit: false },
      daemonsets: { priorityClassName: 'system-node-critical', tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }], updateStrategy: 'RollingUpdate', rollingUpdate: { maxUnavailable: '1' } },
      hostPaths: { rootFS: '/', driverInstallDir: '/run/nvidia/driver' },
      cdi: { enabled: true },
      psa: { enabled: false },
      mig: { strategy: 'mixed' },
      driver: { enabled: true, useNvidiaDriverCRD: false, kernelModuleType: 'auto', usePrecompiled: false, ...image('nvcr.io/nvidia/driver', '580.95.05'), manager: image('nvcr.io/nvidia/cloud-native/k8s-driver-manager', 'v0.9.0'), rdma: { enabled: false, useHostMofed: false } },
      toolkit: { enabled: true, installDir: '/usr/local/nvidia', ...image('nvcr.io/nvidia/k8s/container-toolkit', 'v1.18.1') },
      devicePlugin: { enabled: true, ...image('nvcr.io/nvidia/k8s-device-plugin', plugin), config: { name: 'time-slicing', default: 'whole' } },
      dcgm: { enabled: false, ...image('nvcr.io/nvidia/cloud-native/dcgm', '4.4.2-1-ubuntu22.04') },
      dcgmExporter: { enabled: true, ...image('nvcr.io/nvidia/k8s/dcgm-exporter', '4.4.2-4.7.0-distroless'), serviceMonitor: { enabled: false, interval: '15s', honorLabels: false } },
      gfd: { enabled: true, ...image('nvcr.io/nvidia/k8s-device-plugin', plugin) },
      migManager: { enabled: true, ...image('nvcr.io/nvidia/cloud-native/k8s-mig-manager', release === '25.10.1' ? 'v0.13.1' : 'v0.14.2'), config: { ...release === '25.10.1' && { name: 'default-mig-parted-config' }, default: 'all-disabled' }, gpuClientsConfig: { name: '' } },
      nodeStatusExporter: { enabled: false, ...image('nvcr.io/nvidia/gpu-operator', `v${release}`) },
      validator: { ...image('nvcr.io/nvidia/gpu-operator', `v${release}`), plugin: { env: [] } },
      sandboxWorkloads: { enabled: false, defaultWorkload: 'container' },
      gds: { enabled: false, ...image('nvcr.io/nvidia/cloud-native/nvidia-fs', '2.26.6') },
      gdrcopy: { enabled: false, ...image('nvcr.io/nvidia/cloud-native/gdrdrv', 'v2.5.1') },
    },
    status: { namespace, state: 'ready', conditions: [{ type: 'Ready', status: 'True', reason: 'Reconciled', message: '' }] },
  };

  const made = (name: string, data: Record<string, string>) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, ...added(), ownerReferences: ofPolicy }, data });
  const operands = ['nvidia-device-plugin-daemonset', 'gpu-feature-discovery', 'nvidia-mig-manager', 'nvidia-dcgm-exporter', 'nvidia-container-toolkit-daemonset', 'nvidia-driver-daemonset', 'nvidia-operator-validator'];
  const pluginImage = `nvcr.io/nvidia/k8s-device-plugin:${plugin}`;
  const podOf = (name: string) => ({
    nodeSelector: { 'nvidia.com/gpu.deploy.device-plugin': 'true' },
    runtimeClassName: 'nvidia',
    priorityClassName: 'system-node-critical',
    serviceAccountName: name,
    tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
    containers: [{ name, image: pluginImage, env: [{ name: 'NVIDIA_VISIBLE_DEVICES', value: 'all' }, { name: 'MIG_STRATEGY', value: 'mixed' }], securityContext: { privileged: true } }],
  });
  const daemonSets = operands.map(name => ({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, namespace, ...added(), labels: { app: name, ...chart }, ownerReferences: ofPolicy },
    spec: { selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: podOf(name) }, updateStrategy: { type: 'RollingUpdate' } },
    status: { desiredNumberScheduled: 3, numberReady: 3 },
  }));
  const operandPods = operands.map(name => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `${name}-x7k2p`, namespace, ...added(), labels: { app: name }, ownerReferences: controlledBy('DaemonSet', name) },
    spec: { ...podOf(name), nodeName: 'gpu-a' },
    status: { phase: 'Running' },
  }));

  /** A Deployment with its ReplicaSet and a pod, as they are when it runs. */
  const running = (name: string, ns: string, pod: object, strategy: object = { type: 'Recreate' }) => {
    const labels = { app: name };
    const template = { metadata: { labels }, spec: { restartPolicy: 'Always', dnsPolicy: 'ClusterFirst', schedulerName: 'default-scheduler', ...pod } };
    return [
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: ns, ...added(), annotations: { 'deployment.kubernetes.io/revision': '1' } }, spec: { replicas: 1, strategy, selector: { matchLabels: labels }, template }, status: { replicas: 1, readyReplicas: 1 } },
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: `${name}-7d9f`, namespace: ns, ...added(), labels, ownerReferences: controlledBy('Deployment', name) }, spec: { replicas: 1, selector: { matchLabels: labels }, template }, status: { replicas: 1 } },
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: `${name}-7d9f-q8z4n`, namespace: ns, ...added(), labels, ownerReferences: controlledBy('ReplicaSet', `${name}-7d9f`) }, spec: { ...template.spec, nodeName: 'gpu-a' }, status: { phase: 'Running' } },
    ];
  };
  const own = { tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }, { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }] };
  const asks = (resource: string) => ({ resources: { limits: { [resource]: '1' }, requests: { [resource]: '1' } } });
  const image1 = 'registry.example.com/team/service:1.4.2';

  return [
    ...['default', 'kube-system', namespace, 'team'].map(name => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, ...added(), labels: { 'kubernetes.io/metadata.name': name } }, status: { phase: 'Active' } })),
    node('gpu-a', 'NVIDIA-A100-SXM4-80GB', 81920, cut('all-1g.10gb'), { 'nvidia.com/mig-1g.10gb': '7' }),
    node('gpu-b', 'NVIDIA-A100-SXM4-80GB', 81920, cut('all-balanced'), { 'nvidia.com/mig-1g.10gb': '2', 'nvidia.com/mig-2g.20gb': '1', 'nvidia.com/mig-3g.40gb': '1' }),
    node('gpu-c', 'NVIDIA-L4-SHARED', 23034, { 'nvidia.com/mig.capable': 'false', 'nvidia.com/device-plugin.config': 'shared', 'nvidia.com/gpu.replicas': '4', 'nvidia.com/gpu.sharing-strategy': 'time-slicing' }, { 'nvidia.com/gpu': '4' }),
    { apiVersion: 'v1', kind: 'Node', metadata: { name: 'control-1', ...added(), labels: { 'kubernetes.io/os': 'linux', 'node-role.kubernetes.io/control-plane': '' } }, spec: { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] }, status: { nodeInfo: { kubeletVersion: 'v1.34.1' } } },
    policy,
    made('default-mig-parted-config', { 'config.yaml': 'version: v1\nmig-configs:\n  all-disabled:\n  - devices: all\n    mig-enabled: false\n  all-1g.5gb:\n  - devices: all\n    mig-enabled: true\n    mig-devices:\n      1g.5gb: 7\n  all-1g.10gb:\n  - devices: all\n    mig-enabled: true\n    mig-devices:\n      1g.10gb: 7\n' }),
    made('default-gpu-clients', { 'clients.yaml': 'version: v1\nsystemd-services:\n- nvsm.service\n- dcgm.service\n' }),
    ...['nvidia-device-plugin-entrypoint', 'nvidia-mig-manager-entrypoint', 'nvidia-container-toolkit-entrypoint'].map(name => made(name, { 'entrypoint.sh': '#!/bin/bash\nexec nvidia-device-plugin\n' })),
    ...['default', namespace, 'team'].map(ns => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kube-root-ca.crt', namespace: ns, ...added() }, data: { 'ca.crt': '-----BEGIN CERTIFICATE-----\n' } })),
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'time-slicing', namespace, ...added() },
      data: {
        whole: 'version: v1\nflags:\n  migStrategy: mixed\n', shared: 'version: v1\nflags:\n  migStrategy: mixed\nsharing:\n  timeSlicing:\n    resources:\n    - name: nvidia.com/gpu\n      replicas: 4\n',
      },
    },
    ...daemonSets,
    ...operandPods,
    ...running('gpu-operator', namespace, { containers: [{ name: 'gpu-operator', image: `nvcr.io/nvidia/gpu-operator:v${release}`, command: ['gpu-operator'], args: ['--leader-elect'], env: [{ name: 'OPERATOR_NAMESPACE', value: namespace }] }] }),
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'gpu-operator-node-feature-discovery-worker', namespace, ...added(), labels: { 'app.kubernetes.io/name': 'node-feature-discovery', 'role': 'worker', 'app.kubernetes.io/managed-by': 'Helm' } },
      spec: {
        selector: { matchLabels: { role: 'worker' } },
        template: {
          metadata: { labels: { role: 'worker' } },
          spec: {
            tolerations: [{ key: 'node-role.kubernetes.io/control-plane', operator: 'Equal', value: '', effect: 'NoSchedule' }, { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
            containers: [{ name: 'worker', image: 'registry.k8s.io/nfd/node-feature-discovery:v0.18.3', command: ['nfd-worker'] }],
          },
        },
      },
    },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'gpu-operator-node-feature-discovery-worker-conf', namespace, ...added() }, data: { 'nfd-worker.conf': 'sources:\n  pci:\n    deviceClassWhitelist: ["02", "0200", "0207", "0300", "0302"]\n    deviceLabelFields: [vendor]\n' } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'gpu-operator-node-feature-discovery-master-conf', namespace, ...added() }, data: { 'nfd-master.conf': 'extraLabelNs: [nvidia.com]\n' } },
    { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'nvidia', ...added(), ownerReferences: ofPolicy }, handler: 'nvidia' },
    ...running('embeddings', 'team', { ...own, nodeSelector: { 'nvidia.com/mig.config': 'all-1g.10gb', 'nvidia.com/mig.config.state': 'success' }, containers: [{ name: 'main', image: image1, ...asks('nvidia.com/mig-1g.10gb') }] }),
    ...running('reranker', 'team', { ...own, containers: [{ name: 'main', image: image1, ...asks('nvidia.com/mig-2g.20gb') }] }),
    ...running('notebook', 'team', { ...own, nodeSelector: { 'nvidia.com/gpu.product': 'NVIDIA-L4-SHARED' }, containers: [{ name: 'main', image: image1, ...asks('nvidia.com/gpu') }] }),
    ...running('web', 'team', { containers: [{ name: 'main', image: 'registry.example.com/team/web:2.0.0' }] }, { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } }),
    { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'train', namespace: 'team', ...added() }, spec: { parallelism: 1, completions: 1, template: { spec: { ...own, restartPolicy: 'Never', containers: [{ name: 'main', image: image1, ...asks('nvidia.com/mig-3g.40gb') }] } } }, status: { succeeded: 1 } },
  ];
}
