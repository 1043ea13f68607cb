import { ClusterModel, ManifestDocument } from '../../src/cluster';
import { Versions } from '../../src/releases';
import { Finding, runRules } from '../../src/rules';

const GPU = 'device.attributes[\'gpu.nvidia.com\']';
const NODE = 'device.attributes[\'resource.kubernetes.io\']';
const MEMORY = 'device.capacity[\'gpu.nvidia.com\'].memory';

function lint(versions: Versions, ...objects: Record<string, unknown>[]): Finding[] {
  const model = new ClusterModel(versions);
  objects.forEach((each, index) => model.add(new ManifestDocument({ metadata: { name: `o${index}`, namespace: 'models' }, ...each }, 'f.yaml', index + 1)));
  return runRules(model);
}

/** What the rules say of an expression in a claim. */
function saidOf(expression: string, deviceClassName = 'gpu.nvidia.com', versions: Versions = {}): string[] {
  const requests = [{ name: 'gpu', exactly: { deviceClassName, selectors: [{ cel: { expression } }] } }];
  return lint(versions, { apiVersion: 'resource.k8s.io/v1', kind: 'ResourceClaim', spec: { devices: { requests } } }).map(({ rule }) => rule);
}

test.each([
  `${GPU}.profile == '1g.10gb'`,
  `${GPU}.profile == '1g.10gb+me'`,
  `${GPU}.profile in ['1g.10gb', "1g.20gb"]`,
  `${GPU}.profile.startsWith('1g')`,
  `${GPU}.profile == '\${PROFILE}'`,
  'device.attributes[?\'gpu.nvidia.com\'].?profile.orValue(\'\') == \'1g.10gb\'',
  `${GPU}.productName.matches('.*H100.*') && ${MEMORY}.isGreaterThan(quantity('10Gi'))`,
  `${MEMORY} == quantity('40Gi')`,
  `${GPU}.driverVersion.compareTo(semver('580.0.0')) >= 0`,
  'lists.range(3).size() == 3',
  '// a comment\ndevice.driver == \'gpu.nvidia.com\'',
  `has(${NODE}.numaNode) && ${NODE}.numaNode == 0`,
  `'numaNode' in ${NODE} && ${NODE}.numaNode == 0`,
  `${NODE}.?numaNode.orValue(-1) == 0`,
  `has(${GPU}.index) && ${GPU}.index == 0`,
  'device.attributes[\'compute-domain.nvidia.com\'].type == \'channel\' && device.attributes[\'compute-domain.nvidia.com\'].id == 0',
  'device.attributes[\'gpu.example.com\'].index == 0',
  '\'profile\' in device.attributes[\'gpu.nvidia.com\']',
  'device.attributes[\'gpu.nvidia.com\'].exists(k, k == \'profile\')',
])('nothing is wrong with %s', expression => {
  expect(saidOf(expression, 'mig.nvidia.com')).toEqual([]);
});

test.each([
  ['DRA-060', `${GPU}.index == 0`],
  ['DRA-060', 'device.attributes["gpu.nvidia.com"]["index"] == 0'],
  ['DRA-061', `'1g.11gb' == ${GPU}.profile`],
  ['DRA-061', `${GPU}.profile in ['1g.10gb', '1g.11gb']`],
  ['DRA-061', 'device.attributes["gpu.nvidia.com"].?profile.orValue("") == "1g.11gb"'],
  ['DRA-062', `${NODE}.numaNode == 0`],
  ['DRA-063', `${GPU}.productName == 'NVIDIA-H100-80GB-HBM3'`],
  ['DRA-063', `'Tesla-T4' == ${GPU}.productName`],
  ['DRA-063', `${GPU}.productName.contains('NVIDIA-H100')`],
  ['DRA-064', `${MEMORY}.compareTo(quantity('40Gi')) >= 0`],
  ['DRA-065', `${MEMORY} >= 40`],
  ['DRA-065', `40 <= ${MEMORY}`],
  ['DRA-066', `device.driver == 'a' && && ${GPU}.type == 'gpu'`],
  ['DRA-066', 'size(device.attributes)'],
  ['DRA-067', 'device.attributes[\'nvidia.com\'].profile == \'1g.10gb\''],
  ['DRA-067', `${GPU}.numaNode == 0`],
  ['DRA-067', 'device.attributes[\'resource.kubernetes.io/pcieRoot\'] == \'pci0000:00\''],
  ['DRA-067', `${GPU}.migProfile == '3g.40gb'`],
  ['DRA-067', `${GPU}.prodName == 'NVIDIA L4'`],
  ['DRA-067', 'device.capacity[\'gpu.nvidia.com\'].vram.isGreaterThan(quantity(\'10Gi\'))'],
])('%s finds %s', (rule, expression) => {
  expect(saidOf(expression, 'mig.nvidia.com')).toContain(rule);
});

test.each([
  // MiB of a 1g.10gb: docs/facts/mig.md and the catalogue
  ['10Gi', true], ['10G', false], ['9728Mi', false], ['40Gi', true], ['40G', false],
])('a slice by %s of memory: is it told that a name is no size? %s', (quantity, told) => {
  expect(saidOf(`${MEMORY}.compareTo(quantity('${quantity}')) >= 0`, 'mig.nvidia.com').includes('DRA-064')).toBe(told);
});

test('a version is compared by an operator: of this driver it is no text, of another it may be', () => {
  expect(saidOf(`${GPU}.driverVersion == '580.65.6'`)).toContain('DRA-065');
  expect(saidOf('device.attributes[\'gpu.example.com\'].driverVersion == \'1.0\'', 'gpu.example.com')).toEqual([]);
  expect(saidOf('device.capacity[\'gpu.example.com\'].memory >= 40', 'gpu.example.com')).toContain('DRA-065');
});

test('an attribute that is a boolean is an expression of its own', () => {
  expect(saidOf(`${GPU}.iommuFDEnabled`, 'vfio.gpu.nvidia.com')).toEqual([]);
  expect(saidOf('device.attributes[\'dra.net\'].rdma', 'dranet')).toEqual([]);
  expect(saidOf(`${GPU}.productName`)).toContain('DRA-066');
  expect(saidOf('device.capacity[\'dra.net\'].bandwidth', 'dranet')).toContain('DRA-066');
});

test('under DynamicMIG a MIG device has no UUID yet, whichever class selects it', () => {
  const gates = { apiVersion: 'nvidia.com/v1alpha1', kind: 'GPUCluster', metadata: { name: 'gpu-cluster' }, spec: { draDriver: { featureGates: { DynamicMIG: true } } } };
  const byClass = (expression: string) => lint({}, gates, { apiVersion: 'resource.k8s.io/v1', kind: 'DeviceClass', spec: { selectors: [{ cel: { expression } }] } })
    .filter(({ rule }) => rule === 'DRA-016');
  expect(byClass(`${GPU}.type == 'mig' && ${GPU}.uuid == 'MIG-1'`)).toHaveLength(1);
  expect(byClass(`${GPU}.type == 'gpu' && ${GPU}.uuid == 'GPU-1'`)).toEqual([]);
  expect(byClass(`${GPU}.type == 'mig' && device.attributes['example.com'].uuid == '1'`)).toEqual([]);
});

test('an attribute is gone from the release on that dropped it', () => {
  expect(saidOf(`${GPU}.pcieBusID == 'x'`, 'gpu.nvidia.com', { draDriver: '0.2' })).not.toContain('DRA-060');
  expect(saidOf(`${GPU}.pcieBusID == 'x'`, 'gpu.nvidia.com', { draDriver: '0.3' })).toContain('DRA-060');
  expect(saidOf(`${GPU}.index == 0`, 'gpu.nvidia.com', { draDriver: '0.2' })).toContain('DRA-060');
});

test('an expression of a megabyte is refused at once', () => {
  const start = process.hrtime.bigint();
  expect(saidOf(`${GPU}.type == 'gpu' || `.repeat(20000) + 'true')).toEqual(['DRA-045']);
  expect(Number(process.hrtime.bigint() - start) / 1e9).toBeLessThan(5);
});

test('what an older Kubernetes does not know of a device', () => {
  expect(saidOf('device.allowMultipleAllocations == true', 'gpu.nvidia.com', { kubernetes: '1.35' })).toEqual(['DRA-056']);
  expect(saidOf('device.allowMultipleAllocations == true', 'gpu.nvidia.com', { kubernetes: '1.36' })).toEqual([]);
});

test('a later driver may publish more than is known', () => {
  expect(saidOf(`${GPU}.shinyNewThing == 1`, 'gpu.nvidia.com', { draDriver: '0.6' })).not.toContain('DRA-067');
});

test('a class of MIG devices is one whichever way it is written', () => {
  const classOf = (expression: string) => lint({}, { apiVersion: 'resource.k8s.io/v1', kind: 'DeviceClass', spec: { selectors: [{ cel: { expression } }] } }).map(({ rule }) => rule);
  expect(classOf(`'mig' == ${GPU}.type && ${GPU}.profile == '1g.12gb'`)).toEqual([]);
  expect(classOf(`${GPU}.profile == '1g.12gb'`)).toContain('DRA-033');
  expect(classOf(`${GPU}.type in ['gpu', 'mig'] && ${GPU}.profile == '1g.12gb'`)).toContain('DRA-033');
  expect(classOf(`(${GPU}.type == 'gpu' || ${GPU}.type == 'mig') && ${GPU}.profile == '1g.12gb'`)).toContain('DRA-033');
});

describe('the selectors of a NIMService are the expressions that the operator makes of them', () => {
  const found = (device: Record<string, unknown>) => lint({}, {
    apiVersion: 'apps.nvidia.com/v1alpha1',
    kind: 'NIMService',
    spec: {
      image: { repository: 'r', tag: 't' }, authSecret: 's', storage: { emptyDir: {} }, draResources: [{ claimCreationSpec: { devices: [{ name: 'gpu', ...device }] } }],
    },
  }).filter(({ rule }) => rule.startsWith('DRA')).map(({ rule, path }) => `${rule} ${path.split('.').slice(-2).join('.')}`);
  const attribute = (key: string, value: Record<string, unknown>, op = 'Equal') => ({ attributeSelectors: [{ key, op, value }] });

  test.each<[string, Record<string, unknown>]>([
    ['DRA-060 attributeSelectors.0', attribute('index', { intValue: 0 })],
    ['DRA-061 attributeSelectors.0', { deviceClassName: 'mig.nvidia.com', ...attribute('profile', { stringValue: '1g.11gb' }) }],
    ['DRA-063 attributeSelectors.0', attribute('gpu.nvidia.com/productName', { stringValue: 'NVIDIA-H100-80GB-HBM3' })],
    ['DRA-064 capacitySelectors.0', { deviceClassName: 'mig.nvidia.com', capacitySelectors: [{ key: 'memory', op: 'GreaterThanOrEqual', value: '40Gi' }] }],
    ['DRA-067 attributeSelectors.0', attribute('productname', { stringValue: 'NVIDIA L4' })],
  ])('%s', (expected, device) => {
    expect(found(device)).toEqual([expected]);
  });

  test.each<[string, Record<string, unknown>]>([
    ['a profile', { deviceClassName: 'mig.nvidia.com', ...attribute('profile', { stringValue: '1g.10gb' }) }],
    ['a version', attribute('cudaComputeCapability', { versionValue: '9.0.0' }, 'GreaterThanOrEqual')],
    ['memory', { capacitySelectors: [{ key: 'memory', op: 'GreaterThan', value: '40Gi' }] }],
    ['another driver', { driverName: 'gpu.example.com', deviceClassName: 'gpu.example.com', ...attribute('index', { intValue: 0 }) }],
  ])('nothing is wrong with %s', (_, device) => {
    expect(found(device)).toEqual([]);
  });
});
