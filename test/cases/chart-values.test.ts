import { findingsIn, node, says } from '../rules/lint-text';

const object = (value: object) => `${JSON.stringify(value)}\n---\n`;

/** A HelmRelease of Flux. */
function release(chart: string, version: string | undefined, values: object): string {
  return object({
    apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', metadata: { name: 'r' }, spec: { chart: { spec: { chart, version, sourceRef: { kind: 'HelmRepository', name: 'x' } } }, values },
  });
}

const told = (text: string, versions = {}) => findingsIn(text, versions).filter(({ rule }) => /^VAL-00[12]/.test(rule)).map(({ rule, severity, message }) => `${rule} ${severity} ${message}`);

describe('a value that a chart does not read', () => {
  test.each([
    ['gpu-operator', '25.10.1', { mig: { stategy: 'mixed' } }, 'mig.stategy is no value of the chart gpu-operator 25.10 and has no effect; there is strategy'],
    ['gpu-operator', 'v26.7.0', { migManger: { enabled: true } }, 'migManger is no value of the chart gpu-operator 26.7 and has no effect; there is migManager'],
    ['gpu-operator', 'v26.7.1', { migStrategy: 'mixed' }, 'migStrategy is no value of the chart gpu-operator 26.7 and has no effect; there is mig.strategy'],
    ['gpu-operator', undefined, { devicePlugin: { nodeSelector: { a: 'b' } } }, 'devicePlugin.nodeSelector is no value of the chart gpu-operator from 24.9 to 26.7 and has no effect'],
    ['gpu-operator', '26.3.3', { 'node-feature-discovery': { worker: { toleration: [] } } },
      'node-feature-discovery.worker.toleration is no value of the chart node-feature-discovery from 0.16 to 0.19 and has no effect; there is tolerations'],
    ['nvidia-device-plugin', '0.18.1', { migstrategy: 'mixed' }, 'migstrategy is no value of the chart nvidia-device-plugin 0.18 and has no effect; there is migStrategy'],
    ['nvidia-device-plugin', undefined, { config: { maps: { a: 'version: v1' } } }, 'config.maps is no value of the chart nvidia-device-plugin from 0.17 to 0.20 and has no effect; there is map'],
    ['nvidia-dra-driver-gpu', '25.8.1', { gpuResourceEnabledOverride: true },
      'gpuResourceEnabledOverride is no value of the chart of the DRA driver 0.2 and has no effect; there is gpuResourcesEnabledOverride'],
    ['node-feature-discovery', '0.18.3', { workers: { config: {} } }, 'workers is no value of the chart node-feature-discovery 0.18 and has no effect; there is worker'],
  ])('of %s %s: %j', (chart, version, values, message) => { expect(told(release(chart, version, values))).toEqual([`VAL-001 warning ${message}`]); });

  test('of another release is told with the release that reads it', () => {
    const reads = 'the chart gpu-operator reads';
    expect(told(release('gpu-operator', 'v25.10.0', { toolkit: { hostNetwork: true }, kataSandboxDevicePlugin: { enabled: false } }))).toEqual([
      `VAL-002 warning ${reads} toolkit.hostNetwork from 26.3 on; in 25.10 it has no effect`, `VAL-002 warning ${reads} kataSandboxDevicePlugin from 26.3 on; in 25.10 it has no effect`,
    ]);
    expect(told(release('gpu-operator', 'v26.3.1', { clusterPolicy: { deployCR: true }, gpuCluster: { deployCR: false }, draDriver: { version: 'v0.5.0' } }))).toEqual(
      ['clusterPolicy', 'gpuCluster', 'draDriver'].map(key => `VAL-002 warning ${reads} ${key} from 26.7 on; in 26.3 it has no effect`),
    );
    expect(told(release('gpu-operator', 'v26.7.0', { operator: { defaultRuntime: 'containerd' } }))).toEqual(
      ['VAL-002 warning the chart gpu-operator read operator.defaultRuntime up to 24.9; in 26.7 it has no effect'],
    );
    expect(told('toolkit: {hostNetwork: true}\ndevicePlugin: {enabled: true}\n', { gpuOperator: '25.10' })).toHaveLength(1);
    expect(told('toolkit: {hostNetwork: true}\ndevicePlugin: {enabled: true}\n')).toEqual([]);
  });

  test('is a note where the release came out after those that are known, and nothing where it is older', () => {
    expect(told(release('gpu-operator', 'v26.10.0', { migManger: {}, brandNew: 1 }))).toEqual([
      'VAL-001 info migManger is no value of the chart gpu-operator up to 26.7, the newest that this library knows, and has no effect; there is migManager',
      'VAL-001 info brandNew is no value of the chart gpu-operator up to 26.7, the newest that this library knows, and has no effect',
    ]);
    expect(told(release('gpu-operator', 'v23.9.0', { migManger: {}, old: 1 }))).toEqual([]);
  });
});

describe('values that are left alone', () => {
  const silent = (text: string) => { expect(told(text)).toEqual([]); };

  test.each([
    { 'operator': { logging: { level: 'debug' } }, 'daemonsets': { podSecurityContext: {} }, 'node-feature-discovery': { worker: { config: { any: 1 } } } },
    { driver: { startupProbe: { initialDelaySeconds: 1 }, manager: { env: [] }, rdma: { enabled: true }, upgradePolicy: { drain: { enable: 1 } } } },
    { nfd: { enabled: false } },
    { 'global': { a: 1 }, '_anchors': { a: 1 }, 'x-common': { a: 1 }, 'unset': null, 'nameOverride': 'x', 'fullnameOverride': 'y' },
    { devicePlugin: { mps: { root: '/run/nvidia/mps' }, config: { create: true, name: 'a', data: { any: 'version: v1' }, default: 'any' } } },
  ])('of gpu-operator: %j', values => { silent(release('gpu-operator', 'v26.7.0', values)); });

  test('keys of one\'s own below a value that the chart gives on whole', () => {
    silent(release('nvidia-device-plugin', '0.18.0', { nodeSelector: { my: 'label' }, podAnnotations: { a: 'b' }, config: { map: { default: 'version: v1', mine: 'version: v1' } }, nfd: { worker: {} } }));
    silent(release('nvidia-dra-driver-gpu', '0.5.0', { featureGates: { Whatever: true }, kubeletPlugin: { nodeSelector: { a: 'b' } }, resources: { gpus: { enabled: true } } }));
  });

  test('the switch of a chart in another one, and of a chart of one\'s own whose name is alike', () => {
    silent('gpu-operator: {enabled: true, driver: {enabled: false}}\nother: {a: 1}\n');
    silent(object({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name: 'a' }, spec: { source: { repoURL: 'https://git.example.com/x', path: 'charts/gpu-operator', helm: { valuesObject: { nodeLabels: { a: 1 } } } } } }));
    expect(told(release('gpu-operator', '1.0.0', { 'gpu-operator': { drivr: { enabled: false } }, 'mine': {} }))).toEqual([
      'VAL-001 warning drivr is no value of the chart gpu-operator from 24.9 to 26.7 and has no effect; there is driver',
    ]);
  });

  test('whole values of a release before those that are known, which say it by the tag of the operator or of its validator', () => {
    const values = (part: string, version: string) =>
      object({ mig: {}, driver: {}, toolkit: {}, dcgmExporter: { podSecurityContext: { runAsUser: 0 } }, [part]: { version } });
    silent(values('validator', 'v1.7.1'));
    silent(values('operator', 'v1.8.0'));
    expect(told(values('operator', 'v26.7.0'))).toEqual([
      'VAL-001 warning dcgmExporter.podSecurityContext is no value of the chart gpu-operator 26.7 and has no effect',
    ]);
    expect(told(values('validator', 'latest'))).toHaveLength(1);
  });

  test('a file without a name is told of slips alone', () => {
    silent('devicePlugin: {config: {name: a}, whatever: 1}\nscheduler: {a: 1}\n');
    expect(told('mig: {stategy: mixed}\nmigManger: {enabled: true}\n')).toHaveLength(2);
  });
});

test('data of a config is in a ConfigMap only with create: true', () => {
  const of = (...manifests: string[]) => says(manifests.join('')).filter(each => each.startsWith('VAL-003'));
  const data = { any: 'version: v1' };
  for (const part of ['devicePlugin', 'migManager', 'dcgmExporter']) {
    expect(of(release('gpu-operator', 'v26.3.3', { [part]: { config: { name: 'a', data } } }))).toEqual(['VAL-003 warning']);
    expect(of(release('gpu-operator', 'v26.3.3', { [part]: { config: { name: 'a', data, create: true } } }))).toEqual([]);
    expect(of(release('gpu-operator', 'v26.3.3', { [part]: { config: { name: 'a', data: {}, create: false } } }))).toEqual([]);
  }
  // a file of values over another
  expect(of('devicePlugin: {config: {name: a, data: {any: "version: v1"}}}\n---\n', 'devicePlugin: {config: {create: true}}\n---\n')).toEqual([]);
});

describe('what the chart puts into the ClusterPolicy', () => {
  const of = (values: object) => findingsIn(release('gpu-operator', 'v26.3.1', values)).filter(({ rule }) => rule.startsWith('SCH')).map(({ rule, path }) => `${rule} ${path}`);

  test.each(['toolkit', 'driver', 'devicePlugin', 'migManager', 'gfd', 'dcgm', 'dcgmExporter', 'validator'])('env of %s has strings alone, and no source of them', part => {
    expect(of({ [part]: { env: [{ name: 'A', value: 'b' }, { name: 'C', value: true }] } })).toEqual([`SCH-002 spec.${part}.env.1.value`]);
    expect(of({ [part]: { env: [{ name: 'C', valueFrom: { fieldRef: { fieldPath: 'a' } } }] } })).toEqual([`SCH-001 spec.${part}.env.0.valueFrom`]);
  });

  test('values without quotes are read anew, others keep their type', () => {
    expect(of({ devicePlugin: { enabled: 'true', version: 0.18 }, toolkit: { enabled: 'no', installDir: '/usr' } })).toEqual([]);
    expect(of({ gfd: { enabled: 'perhaps' }, dcgm: { resources: 'none' } })).toEqual(['SCH-002 spec.gfd.enabled', 'SCH-002 spec.dcgm.resources']);
  });

  test('a pinned mig-manager that does not know the board is found in values too', () => {
    const cut = { 'config.yaml': 'version: v1\nmig-configs: {all-disabled: [{devices: all, mig-enabled: false}], a: [{device-filter: ["0x2BB510DE"], devices: all, mig-enabled: true, mig-devices: {1g.24gb: 4}}]}\n' };
    const pinned = (version: string) => says(release('gpu-operator', 'v25.10.0', { migManager: { version, config: { name: 'cut', create: true, data: cut } } })).filter(each => each.startsWith('MIG-033'));
    expect([pinned('v0.12.2'), pinned('v0.13.1')]).toEqual([['MIG-033 error'], []]);
  });
});

test('the NFD worker of the gpu-operator chart tolerates the taint of the operator alone, unless it is told more', () => {
  const tainted = (key: string) => node({ 'nvidia.com/gpu.present': 'true' }).replace('"metadata"', `"spec":{"taints":[{"key":"${key}","value":"x","effect":"NoSchedule"}]},"metadata"`);
  const of = (...manifests: string[]) => findingsIn(manifests.join('')).filter(({ rule }) => rule === 'NFD-007').length;
  const chart = (values: object) => release('gpu-operator', 'v26.3.3', values);
  expect([of(chart({}), tainted('nvidia.com/gpu')), of(chart({}), tainted('dedicated'))]).toEqual([0, 1]);
  expect(of(chart({ 'node-feature-discovery': { worker: { tolerations: [{ operator: 'Exists' }] } } }), tainted('dedicated'))).toBe(0);
  expect(of(chart({ 'node-feature-discovery': { worker: { tolerations: [] } } }), tainted('dedicated'))).toBe(1); // and once
  expect(of(chart({ nfd: { enabled: false } }), tainted('dedicated'))).toBe(0);
  expect(of('devicePlugin: {enabled: true}\nmig: {strategy: single}\n---\n', tainted('dedicated'))).toBe(0); // another file may say more
});
