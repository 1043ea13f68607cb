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
