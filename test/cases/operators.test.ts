import { ClusterModel, ManifestDocument, readManifests } from '../../src/cluster';
import { runRules } from '../../src/rules';
import { configMap, findingsIn, layouts, node, policy, says, wholePolicy } from '../rules/lint-text';

const object = (value: object) => `${JSON.stringify(value)}\n---\n`;

const rulesOf = (prefix: RegExp, text: string, versions = {}) => says(text, versions).filter(each => prefix.test(each));

describe('names of configs that come with mig-manager', () => {
  const cluster = (label: string, product: string, ...spec: string[]) => wholePolicy('mig: {strategy: single}', ...spec) + node({ 'nvidia.com/mig.config': label, 'nvidia.com/gpu.product': product });
  const ofNames = (text: string, versions = {}) => rulesOf(/^MIG-034/, text, versions);

  test.each([
    ['all-1g.5gb', 'NVIDIA-A100-80GB-PCIe', true], ['all-3g.40gb', 'NVIDIA-A100-SXM4-40GB', true], ['all-3g.40gb', 'NVIDIA-H200', true], ['all-1g.12gb', 'NVIDIA-H100-80GB-HBM3', true],
    ['all-1g.5gb', 'NVIDIA-A100-SXM4-40GB', false], ['all-1g.5gb.me', 'NVIDIA-A100-SXM4-40GB', false], ['all-balanced', 'NVIDIA-A100-SXM4-40GB', false],
    ['all-disabled', 'NVIDIA-L4', false], ['custom', 'NVIDIA-H100-80GB-HBM3', false], ['all-1g.5gb', 'NVIDIA-GeForce-RTX-4090', false],
  ])('%s on %s: %s', (label, product, wrong) => {
    for (const gpuOperator of ['25.10', '26.3']) { expect(ofNames(cluster(label, product), { gpuOperator })).toEqual(wrong ? ['MIG-034 warning'] : []); }
  });

  test('count only where no file of one\'s own takes their place', () => {
    const own = layouts('all-1g.5gb: [{devices: all, mig-enabled: false}]');
    expect(ofNames(cluster('all-1g.5gb', 'NVIDIA-A100-80GB-PCIe', 'migManager: {config: {name: layouts}}') + own)).toEqual([]);
    expect(ofNames(node({ 'nvidia.com/mig.config': 'all-1g.5gb', 'nvidia.com/gpu.product': 'NVIDIA-A100-80GB-PCIe' }))).toEqual([]);
  });
});

describe('a pinned mig-manager', () => {
  const cut = layouts('pro: [{device-filter: ["0x2BB510DE"], devices: all, mig-enabled: true, mig-devices: {1g.24gb: 4}}]');
  const pinned = (version: string) => wholePolicy('mig: {strategy: mixed}', `migManager: {version: ${version}, config: {name: layouts, default: all-disabled}}`);

  test.each([['v0.12.2-ubuntu20.04', true], ['0.12.1', true], ['v0.12.3', false], ['v0.15.1-ubi9', false], ['sha256-abc', false]])('%s and RTX PRO 6000: too old is %s', (version, old) => {
    expect(rulesOf(/^MIG-033/, pinned(version) + cut)).toEqual(old ? ['MIG-033 error'] : []);
  });

  test('may be old for boards that it has always known', () => {
    expect(rulesOf(/^MIG-033/, pinned('v0.12.2') + layouts('a: [{device-filter: ["0x20B210DE"], devices: all, mig-enabled: true, mig-devices: {1g.10gb: 7}}]'))).toEqual([]);
  });
});

describe('node-feature-discovery', () => {
  const tainted = object({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', labels: { 'nvidia.com/gpu.present': 'true' } }, spec: { taints: [{ key: 'nvidia.com/gpu', value: 'true', effect: 'NoSchedule' }] } });
  const worker = (tolerations?: object[]) => object({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'w', labels: { of: 'nvidia' } },
    spec: {
      template: {
        spec: {
          tolerations, containers: [{ name: 'w', image: 'registry.k8s.io/nfd/node-feature-discovery:v0.18.2', command: ['nfd-worker'], env: [{ name: 'GPU', value: 'nvidia' }] }],
        },
      },
    },
  });

  test('reaches a node only where its worker tolerates the taint', () => {
    expect(rulesOf(/^NFD-007/, tainted + worker([{ key: 'nvidia.com/gpu', operator: 'Equal', value: 'present', effect: 'NoSchedule' }]))).toEqual(['NFD-007 warning']);
    expect(rulesOf(/^NFD-007/, tainted + worker())).toEqual(['NFD-007 warning']);
    expect(rulesOf(/^NFD-007/, tainted + worker([{ operator: 'Exists' }]))).toEqual([]);
    expect(rulesOf(/^NFD-007/, node({ 'nvidia.com/gpu.present': 'true' }) + worker())).toEqual([]);
  });

  test('is told in chart values too', () => {
    const values = (value: string) => `devicePlugin: {enabled: true}\nnode-feature-discovery:\n  worker:\n    tolerations: [{key: nvidia.com/gpu, operator: Equal, value: "${value}", effect: NoSchedule}]\n---\n`;
    expect(rulesOf(/^NFD-007/, values('present') + tainted)).toEqual(['NFD-007 warning']);
    expect(rulesOf(/^NFD-007/, values('true') + tainted)).toEqual([]);
  });

  const told = (fields: string) => object({ apiVersion: 'nfd.openshift.io/v1', kind: 'NodeFeatureDiscovery', metadata: { name: 'n' }, spec: { workerConfig: { configData: `sources: {pci: {deviceLabelFields: ${fields}}}` } } });
  const cache = (spec: object) => object({
    apiVersion: 'apps.nvidia.com/v1alpha1',
    kind: 'NIMCache',
    metadata: { name: 'c' },
    spec: {
      source: { ngc: { modelPuller: 'nvcr.io/nim/meta/llama-3.1-8b-instruct:1.8.0', authSecret: 's' } }, storage: { pvc: { create: true, size: '50Gi', volumeAccessMode: 'ReadWriteOnce' } }, ...spec,
    },
  });

  test('writes pci-10de.present only where it is told the vendor alone', () => {
    expect(rulesOf(/^NFD-008/, told('[class, vendor]') + cache({}))).toEqual(['NFD-008 warning']);
    expect(rulesOf(/^NFD-008/, told('[vendor, class]') + cache({ nodeSelector: { 'feature.node.kubernetes.io/pci-10de.present': 'true' } }))).toEqual(['NFD-008 warning']);
    expect(rulesOf(/^NFD-008/, told('[class, vendor]') + cache({ nodeSelector: { 'nvidia.com/gpu.present': 'true' } }))).toEqual([]);
    expect(rulesOf(/^NFD-008/, told('[vendor]') + cache({}))).toEqual([]);
    expect(rulesOf(/^NFD-008/, cache({}))).toEqual([]);
    expect(rulesOf(/^NFD-008/, told('[class, vendor]') + node({ 'feature.node.kubernetes.io/pci-10de.present': 'true' }) + cache({}))).toEqual([]);
  });
});

describe('a ConfigMap for the device plugin', () => {
  const sliced = configMap('slices', { sliced: 'version: v1\nsharing:\n  timeSlicing:\n    resources: [{name: nvidia.com/gpu, replicas: 4}]\n' });
  const plugin = (container: object) => object({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'd' },
    spec: {
      template: {
        spec: {
          containers: [
            { name: 'c', image: 'nvcr.io/nvidia/k8s-device-plugin:v0.17.1', ...container },
          ],
        },
      },
    },
  });

  test('is read by what is told of a file, or of it by the operator', () => {
    expect(rulesOf(/^DP-022/, sliced + plugin({}))).toEqual(['DP-022 warning']);
    expect(rulesOf(/^DP-022/, sliced + plugin({ env: [{ name: 'CONFIG_FILE', value: '/config/sliced' }] }))).toEqual([]);
    expect(rulesOf(/^DP-022/, sliced + plugin({ args: ['--config-file=/config/sliced'] }))).toEqual([]);
    expect(rulesOf(/^DP-022/, sliced + plugin({}) + policy('devicePlugin: {config: {name: slices}}'))).toEqual([]);
    expect(rulesOf(/^DP-022/, sliced)).toEqual([]);
  });
});

test('a proxy without certificates is an error of the releases that need them, and nothing without a release', () => {
  const proxied = (kind: string) => object({ apiVersion: 'apps.nvidia.com/v1alpha1', kind, metadata: { name: 'x' }, spec: { proxy: { httpProxy: 'http://proxy.example.com' } } });
  const of = (kind: string, nimOperator?: string) => rulesOf(/^NIM-083/, proxied(kind), { nimOperator });
  expect([of('NIMService', '3.0.1'), of('NIMService', '3.0.2'), of('NIMService', '3.1.1'), of('NIMService')]).toEqual([['NIM-083 error'], [], [], []]);
  expect([of('NIMCache', '3.0.1'), of('NIMCache', '3.1.0'), of('NIMCache', '3.1.1'), of('NIMCache')]).toEqual([['NIM-083 error'], ['NIM-083 error'], [], []]);
});

test('a compute-instance profile under mixed is a warning where no file shows the labels of nodes, and nothing where another config is selected', () => {
  const parted = wholePolicy('mig: {strategy: mixed}', 'migManager: {config: {name: layouts, default: all-disabled}}')
    + layouts('cut: [{devices: all, mig-enabled: true, mig-devices: {1c.3g.40gb: 2}}]');
  expect(rulesOf(/^STR-003/, parted)).toEqual(['STR-003 warning']);
  expect(rulesOf(/^STR-003/, parted + node({ 'nvidia.com/mig.config': 'all-disabled' }))).toEqual([]);
});

test('two allocators of one GPU are told of once', () => {
  const values = 'gpuResourcesEnabledOverride: true\nresources: {gpus: {enabled: true}}\n---\n';
  expect(findingsIn(values + wholePolicy()).filter(({ rule }) => rule === 'DRA-029').map(({ severity }) => severity)).toEqual(['warning']);
  expect(rulesOf(/^DRA-029/, values + wholePolicy('devicePlugin: {enabled: false}'))).toEqual([]);
  expect(rulesOf(/^DRA-029/, `kubeletPlugin: {nodeSelector: {a: b}}\n${values}${wholePolicy()}`)).toEqual([]);
});

test('two allocators are found where each has a DaemonSet or a chart of its own, unless a selector keeps them apart', () => {
  const set = (name: string, image: string, nodeSelector: object = {}, container = name) => object({
    apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name }, spec: { template: { spec: { nodeSelector, containers: [{ name: container, image }] } } },
  });
  const plugin = (nodeSelector: object = {}) => set('nvidia-device-plugin-daemonset', 'nvcr.io/nvidia/k8s-device-plugin:v0.17.1', nodeSelector);
  const driver = (container: string) => set('dra-driver-kubelet-plugin', 'registry.k8s.io/dra-driver-nvidia/dra-driver-nvidia-gpu:v0.5.0', {}, container);
  const ofAllocators = (...manifests: string[]) => rulesOf(/^DRA-029/, manifests.join(''));
  expect(ofAllocators(plugin(), driver('gpus'))).toEqual(['DRA-029 warning']);
  expect(ofAllocators(plugin(), driver('compute-domains'))).toEqual([]);
  expect(ofAllocators(plugin({ pool: 'a' }), driver('gpus'))).toEqual([]);
  expect(ofAllocators(driver('gpus'))).toEqual([]);
  expect(ofAllocators('config: {map: {any: "version: v1\\nflags: {migStrategy: none}"}}\n---\n', driver('gpus'))).toEqual(['DRA-029 warning']);
});

describe('GPUs that entries name by index', () => {
  const config = (devices: string) => layouts(`cut: [{devices: ${devices}, mig-enabled: true, mig-devices: {1g.10gb: 7}}]`);
  const counted = (name: string, count: string) => node({ 'nvidia.com/mig.config': 'cut', 'nvidia.com/gpu.product': 'NVIDIA-A100-SXM4-80GB', 'nvidia.com/gpu.count': count }).replace('"n1"', `"${name}"`);
  const ofIndices = (...manifests: string[]) => rulesOf(/^MIG-035/, manifests.join(''));

  test('are on some node that selects the config', () => {
    expect(ofIndices(config('[0, 1, 4]'), counted('a', '4'))).toEqual(['MIG-035 warning']);
    expect(ofIndices(config('[0, 1, 4]'), counted('a', '4'), counted('b', '8'))).toEqual([]);
    expect(ofIndices(config('[0, 3]'), counted('a', '4'))).toEqual([]);
    expect(ofIndices(config('all'), counted('a', '4'))).toEqual([]);
    expect(ofIndices(config('[9]'))).toEqual([]);
    expect(ofIndices(config('[9]'), node({ 'nvidia.com/mig.config': 'cut' }))).toEqual([]);
  });
});

test.each([
  ['all-1g10gb', true], ['1g.10gb', true], ['all-1g', true], ['MyLayout', true], ['all-1g.10gb', false], ['all-1g.10gb.me', false], ['all-1g.24gb-me', false], ['all-balanced', false],
  ['all-1g.24gb.me.all', false], ['', false],
])('%s is an unknown name of a shipped config: %s', (label, wrong) => {
  expect(rulesOf(/^MIG-036/, wholePolicy('mig: {strategy: single}') + node({ 'nvidia.com/mig.config': label }))).toEqual(wrong ? ['MIG-036 warning'] : []);
  expect(rulesOf(/^MIG-036/, policy('mig: {strategy: single}') + node({ 'nvidia.com/mig.config': label }))).toEqual([]);
});

describe('GPUs for virtual machines', () => {
  const vm = (workload: string) => node({ 'nvidia.com/gpu.workload.config': workload });
  const of = (...manifests: string[]) => rulesOf(/^CP-01[12]/, manifests.join(''));

  test('need what prepares them', () => {
    const on = 'sandboxWorkloads: {enabled: true}';
    expect(of(wholePolicy(on), vm('vm-passthrough'))).toEqual(['CP-011 warning']);
    expect(of(wholePolicy(on, 'vfioManager: {enabled: true}', 'sandboxDevicePlugin: {enabled: true}'), vm('vm-passthrough'))).toEqual([]);
    expect(of(wholePolicy(on, 'vfioManager: {enabled: true}', 'sandboxDevicePlugin: {enabled: true}'), vm('vm-vgpu'))).toEqual(['CP-011 warning']);
    expect(of(wholePolicy('sandboxWorkloads: {enabled: true, defaultWorkload: vm-passthrough}'))).toEqual(['CP-011 warning']);
    expect(of(wholePolicy(on), vm('container'))).toEqual([]);
    expect(of('devicePlugin: {config: {name: a}}\nsandboxWorkloads: {enabled: true}\n---\n', vm('vm-passthrough'))).toEqual([]); // the chart switches them on
    expect(of('devicePlugin: {config: {name: a}}\nsandboxWorkloads: {enabled: true}\n---\n', vm('vm-vgpu'))).toEqual(['CP-011 warning']);
  });

  test('are for containers all the same unless that is switched on', () => {
    expect(of(wholePolicy(), vm('vm-passthrough'))).toEqual(['CP-012 warning']);
    expect(of(policy('mig: {strategy: single}'), vm('vm-passthrough'))).toEqual([]);
  });
});

describe('a chart', () => {
  const application = (chart: string, repoURL: string) => object({
    apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name: 'a' }, spec: { source: { chart, repoURL, targetRevision: 'v26.3.3', helm: { valuesObject: { a: 1 } } } },
  });
  const of = (text: string) => rulesOf(/^REF-008/, text);

  test.each([
    ['gpu-operator', 'https://nvidia.github.io/k8s-device-plugin', true], ['nvidia-device-plugin', 'https://helm.ngc.nvidia.com/nvidia/', true],
    ['node-feature-discovery', 'https://helm.ngc.nvidia.com/nvidia', true], ['gpu-operator', 'https://helm.ngc.nvidia.com/nvidia', false],
    ['nvidia-device-plugin', 'https://nvidia.github.io/k8s-device-plugin', false], ['gpu-operator', 'https://charts.example.com/mirror', false],
    ['gpu-operator', 'nvcr.io/nvidia/cloud-native-charts', false],
  ])('%s of %s is not there: %s', (chart, repository, wrong) => { expect(of(application(chart, repository))).toEqual(wrong ? ['REF-008 warning'] : []); });

  test('of a repository that several objects call alike is not judged', () => {
    const repository = (url: string) => object({ apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'HelmRepository', metadata: { name: 'nvidia' }, spec: { url } });
    const release = object({ apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', metadata: { name: 'p' }, spec: { chart: { spec: { chart: 'nvidia-device-plugin', sourceRef: { name: 'nvidia' } } }, values: { a: 1 } } });
    const ngc = repository('https://helm.ngc.nvidia.com/nvidia');
    expect([of(ngc + release), of(ngc + repository('https://charts.example.com') + release), of(release)]).toEqual([['REF-008 warning'], [], []]);
  });
});

test('the DRA chart\'s own values have the override off for a person to change', () => {
  const others = Object.fromEntries(['selectorLabelsOverride', 'serviceAccount', 'webhook', 'controller', 'kubeletPlugin'].map(key => [key, {}]));
  const own = { ...others, allowDefaultNamespace: false, gpuResourcesEnabledOverride: false, resources: { gpus: { enabled: true } } };
  expect(rulesOf(/^DRA-028/, `${JSON.stringify(own)}\n`)).toEqual([]);
  expect(rulesOf(/^DRA-028/, 'resources: {gpus: {enabled: true}}\n')).toEqual(['DRA-028 error']);
});

test('a GPUCluster in a folder that nothing joins is of another cluster', () => {
  const model = new ClusterModel();
  const read = (file: string, text: string) => { for (const each of readManifests(text, file)) { model.add(each as ManifestDocument); } };
  read('samples/g.yaml', object({ apiVersion: 'nvidia.com/v1alpha1', kind: 'GPUCluster', metadata: { name: 'gpu-cluster' }, spec: { draDriver: {} } }));
  const user = object({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { nodeSelector: { 'nvidia.com/gpu.product': 'NVIDIA-L4' }, containers: [{ name: 'c', resources: { limits: { 'nvidia.com/gpu': 1 } } }] } });
  const ofCluster = () => runRules(model).map(({ rule }) => rule).filter(rule => /^DRA-02[67]/.test(rule)).sort();
  read('tests/p.yaml', user);
  expect(ofCluster()).toEqual([]);
  read('samples/p.yaml', user);
  expect(ofCluster()).toEqual(['DRA-026', 'DRA-027']);
});

test.each([
  ['llama-3.1-8b-instruct:1.8.6', 'NIM_GPU_MEM_FRACTION', '0.4', true], ['llama-3.1-8b-instruct:1.8.6', 'NIM_PASSTHROUGH_ARGS', '--gpu-memory-utilization 0.4', true],
  ['llama-3.1-8b-instruct:1.8.6', 'NIM_KVCACHE_PERCENT', '0.4', false], ['llama-3.1-8b-instruct:2.0.3', 'NIM_KVCACHE_PERCENT', '0.4', true],
  ['llama-3.1-8b-instruct:2.0.3', 'NIM_GPU_MEM_FRACTION', '0.4', false], ['llama-3.1-8b-instruct:latest', 'NIM_KVCACHE_PERCENT', '0.4', false],
])('%s with %s=%s is told by a variable of the other generation: %s', (image, name, value, wrong) => {
  const server = (...env: object[]) => object({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: `nvcr.io/nim/meta/${image}`, env, resources: { limits: { 'nvidia.com/gpu': 1 } } }] } });
  expect(rulesOf(/^NIM-183/, server({ name, value }))).toEqual(wrong ? ['NIM-183 warning'] : []);
  // what says all of them is right for both
  expect(rulesOf(/^NIM-183/, server({ name: 'NIM_KVCACHE_PERCENT', value }, { name: 'NIM_GPU_MEM_FRACTION', value }))).toEqual([]);
});

describe('NIM Operator 3.1.3', () => {
  const service = (spec: object) => object({
    apiVersion: 'apps.nvidia.com/v1alpha1',
    kind: 'NIMService',
    metadata: { name: 'n' },
    spec: {
      image: { repository: 'nvcr.io/nim/meta/llama-3.1-8b-instruct', tag: '1.8.6' }, storage: { emptyDir: {} }, expose: { service: { port: 8000 } }, ...spec,
    },
  });
  const scaled = (type: string) => service({ authSecret: 's', scale: { enabled: true, hpa: { minReplicas: 0, maxReplicas: 2, metrics: [{ type }] } } });
  const of = (text: string, nimOperator?: string) => rulesOf(/^(?:NIM-00[27]|SCH-00[45])/, text, { nimOperator });

  test('takes a NIMService without authSecret, and what nobody knows the patch of is told as a warning', () => {
    expect([of(service({}), '3.1.2'), of(service({}), '3.1.3'), of(service({}), '3.1'), of(service({}))]).toEqual([
      ['NIM-002 error', 'SCH-005 error'], [], ['NIM-002 warning'], ['NIM-002 warning'],
    ]);
    expect(of(object({ apiVersion: 'apps.nvidia.com/v1alpha1', kind: 'NIMService', metadata: { name: 'n' }, spec: { authSecret: 's', storage: { emptyDir: {} } } }), '3.1.4')).toEqual(['SCH-005 error']);
  });

  test('scales to none by what is measured outside of the pods', () => {
    expect([of(scaled('External'), '3.1.2'), of(scaled('External'), '3.1.3'), of(scaled('Object')), of(scaled('Resource'), '3.1.4')]).toEqual([['NIM-007 error'], [], [], ['NIM-007 error']]);
  });
});

test.each([
  ['requests', { cpu: 4 }, []], ['limits', { cpu: 4 }, []], ['requests', { memory: '8Gi' }, ['NIM-185 warning']], ['requests', {}, ['NIM-185 warning']],
])('an autoscaler by CPU utilization with %s of %j', (list, amounts, expected) => {
  const metrics = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }];
  const spec = { scale: { enabled: true, hpa: { maxReplicas: 2, metrics } }, resources: { [list]: amounts } };
  expect(rulesOf(/^NIM-185/, object({ apiVersion: 'apps.nvidia.com/v1alpha1', kind: 'NIMService', metadata: { name: 'n' }, spec }))).toEqual(expected);
  const byValue = { scale: { enabled: true, hpa: { maxReplicas: 2, metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'AverageValue', averageValue: '2' } } }] } } };
  expect(rulesOf(/^NIM-185/, object({ apiVersion: 'apps.nvidia.com/v1alpha1', kind: 'NIMService', metadata: { name: 'n' }, spec: byValue }))).toEqual([]);
});
