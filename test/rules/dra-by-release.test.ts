import { ClusterModel, ManifestDocument } from '../../src/cluster';
import { runRules } from '../../src/rules';

// what each release of the driver has: kubernetes-sigs/dra-driver-nvidia-gpu at v25.3.2 (0.1), v25.8.1 (0.2), v25.12.0
// (0.3), v0.4.1 and @95932046 (0.5)
const RELEASES = ['0.1', '0.2', '0.3', '0.4', '0.5'];

type Fields = Record<string, unknown>;

function rulesOf(object: Fields, draDriver?: string): string[] {
  const model = new ClusterModel({ draDriver });
  model.add(new ManifestDocument(object, 'f.yaml', 1));
  return runRules(model).map(({ rule }) => rule);
}

const saidIn = (rule: string, object: Fields) => RELEASES.filter(release => rulesOf(object, release).includes(rule));

const GPU_REQUEST = { name: 'gpu', exactly: { deviceClassName: 'gpu.nvidia.com' } };
const claim = (devices: Fields) => ({
  apiVersion: 'resource.k8s.io/v1', kind: 'ResourceClaim', metadata: { name: 'gpu', namespace: 'nim' }, spec: { devices: { requests: [GPU_REQUEST], ...devices } },
});
const configured = (parameters: Fields, requests: unknown[] = [GPU_REQUEST], named: string[] = ['gpu']) => claim({
  requests, config: [{ requests: named, opaque: { driver: 'gpu.nvidia.com', parameters: { apiVersion: 'resource.nvidia.com/v1beta1', ...parameters } } }],
});
const selecting = (expression: string) =>
  claim({ requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpu.nvidia.com', selectors: [{ cel: { expression } }] } }] });
const cluster = (draDriver: Fields) => ({ apiVersion: 'nvidia.com/v1alpha1', kind: 'GPUCluster', metadata: { name: 'gpu-cluster' }, spec: { draDriver } });
const values = (of: Fields) => ({ kind: 'HelmValues', metadata: { name: 'dra-driver' }, values: of });
const withShares = (env: Fields, gate = true) =>
  cluster({ featureGates: { ConsumableShares: gate }, gpus: { kubeletPlugin: { env: [{ name: 'CONSUMABLE_SHARES', ...env }] } } });

test('gates exclude each other from the release on that refuses both', () => {
  expect(saidIn('DRA-004', cluster({ featureGates: { PassthroughSupport: true, NVMLDeviceHealthCheck: true } }))).toEqual(['0.4', '0.5']);
});

test('a sharing strategy needs a gate from the release on that has it', () => {
  expect(saidIn('DRA-073', configured({ kind: 'GpuConfig', sharing: { strategy: 'TimeSlicing' } }))).toEqual(['0.2', '0.3', '0.4', '0.5']);
});

test('a VfioDeviceConfig is unknown to the first drivers, and to the webhook of all', () => {
  expect(saidIn('DRA-070', configured({ kind: 'VfioDeviceConfig' }))).toEqual(['0.1', '0.2']);
  const model = (release: string) => new ClusterModel({ draDriver: release });
  const found = RELEASES.filter(release => {
    const both = model(release);
    [configured({ kind: 'VfioDeviceConfig' }), values({ webhook: { enabled: true } })]
      .forEach((each, index) => both.add(new ManifestDocument(each, 'f.yaml', index + 1)));
    return runRules(both).some(({ rule }) => rule === 'DRA-087');
  });
  expect(found).toEqual(['0.3', '0.4', '0.5']);
});

test.each([
  ['attributes', 'addressingMode', ['0.1', '0.2'], []],
  ['attributes', 'iommuFDEnabled', ['0.1', '0.2', '0.3'], []],
  ['attributes', 'numa', ['0.1', '0.2'], ['0.5']],
  ['attributes', 'gpuModuleID', ['0.1', '0.2', '0.3', '0.4'], []],
  ['attributes', 'partition4', ['0.1', '0.2', '0.3', '0.4'], []],
  ['attributes', 'index', [], ['0.2', '0.3', '0.4', '0.5']],
  ['attributes', 'pcieBusID', [], ['0.3', '0.4', '0.5']],
  ['attributes', 'uuid', [], []],
  ['capacity', 'addressableMemory', ['0.1', '0.2'], []],
  ['capacity', 'memory', [], []],
] as const)('%s of a device: %s', (map, name, unknown, gone) => {
  const read = selecting(`device.${map}['gpu.nvidia.com'].${name} == device.${map}['gpu.nvidia.com'].${name}`);
  expect([saidIn('DRA-067', read), saidIn('DRA-060', read)]).toEqual([unknown, gone]);
});

test('numaNode of the domain of Kubernetes is there from 0.5 on, pciBusID from 0.3 on, pcieRoot always', () => {
  const read = (name: string) => saidIn('DRA-067', selecting(`device.attributes['resource.kubernetes.io'].${name} == 'x'`));
  expect([read('numaNode'), read('pciBusID'), read('pcieRoot')]).toEqual([['0.1', '0.2', '0.3', '0.4'], ['0.1', '0.2'], []]);
});

test('the variable CONSUMABLE_SHARES may not be there and empty, and may have any positive number', () => {
  const found = (env: Fields, gate?: boolean) => rulesOf(withShares(env, gate)).filter(rule => ['DRA-008', 'DRA-009'].includes(rule));
  expect(found({ value: '' })).toEqual(['DRA-009']);
  expect(found({})).toEqual(['DRA-009']);
  expect(found({ value: '' }, false)).toEqual(['DRA-008', 'DRA-009']);
  expect(['memory', 'unlimited', '4', '04', '+4'].flatMap(value => found({ value }))).toEqual([]);
  expect(['0', '-1', '4.5', ' memory', 'Memory'].flatMap(value => found({ value }))).toEqual(Array(5).fill('DRA-009'));
});

test('the chart has a value of its own for it, and an empty one sets no variable', () => {
  const found = (consumableShares: unknown, gate = true) => rulesOf(values({ consumableShares, featureGates: { ConsumableShares: gate } }))
    .filter(rule => ['DRA-008', 'DRA-009'].includes(rule));
  expect(['', null, 'memory', 4].flatMap(each => found(each))).toEqual([]);
  expect(found('memory', false)).toEqual(['DRA-008']);
  expect(found('momory')).toEqual(['DRA-009']);
});

const ALTERNATIVES = { name: 'gpu', firstAvailable: [{ name: 'small', deviceClassName: 'mig.nvidia.com' }, { name: 'whole', deviceClassName: 'gpu.nvidia.com' }] };
const SECOND = { name: 'second', exactly: { deviceClassName: 'gpu.nvidia.com' } };

/** What is said of a config with a strategy for whole GPUs that names these requests. */
function saidOfConfig(kubernetes: string, named: string[], requests: unknown[] = [ALTERNATIVES]): string[] {
  const model = new ClusterModel({ kubernetes });
  model.add(new ManifestDocument(configured({ kind: 'GpuConfig', sharing: { strategy: 'MPS' } }, requests, named), 'f.yaml', 1));
  return runRules(model).filter(({ rule }) => ['DRA-084', 'DRA-095'].includes(rule)).map(({ rule, message }) => `${rule} ${message}`);
}

test('the driver passes a config over that names a request with alternatives, and refuses nothing for its type', () => {
  expect(saidOfConfig('1.36', ['gpu'])).toEqual(['DRA-095 the config is for gpu, of which the claim has alternatives, and the driver passes it over']);
  expect(saidOfConfig('1.36', ['gpu/whole'])).toEqual([]);
  expect(saidOfConfig('1.36', ['gpu/small'])).toEqual(['DRA-084 GpuConfig for request gpu/small, which is of mig.nvidia.com: no pod with this claim starts']);
});

test('from 1.37 on the scheduler takes a config that names all requests for one that names none', () => {
  const small = { name: 'small', exactly: { deviceClassName: 'mig.nvidia.com' } };
  expect(saidOfConfig('1.37', ['gpu'])).toEqual([]);
  expect(saidOfConfig('1.37', ['gpu'], [ALTERNATIVES, SECOND])).toHaveLength(1);
  expect(saidOfConfig('1.37', ['small'], [small])).toEqual([
    'DRA-084 GpuConfig for request small, which is of mig.nvidia.com: the driver passes it over, without a word',
  ]);
  expect(saidOfConfig('1.37', ['small'], [small, SECOND])).toEqual([
    'DRA-084 GpuConfig for request small, which is of mig.nvidia.com: no pod with this claim starts',
  ]);
});

test('one fault of a timeSlicingConfig is told once', () => {
  const said = (kind: string, strategy: string) => rulesOf(configured({ kind, sharing: { strategy, timeSlicingConfig: {} } }))
    .filter(rule => ['DRA-075', 'DRA-076', 'DRA-077'].includes(rule));
  expect([said('GpuConfig', 'TimeSlicing'), said('GpuConfig', 'MPS'), said('MigDeviceConfig', 'TimeSlicing')])
    .toEqual([['DRA-075'], ['DRA-076'], ['DRA-077']]);
});
