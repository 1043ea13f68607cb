import { configMap, findingsIn, layouts, node, pod, policy, says } from './lint-text';

const NAMED = policy('devicePlugin: {config: {name: plugin}}');
const config = (file: string) => configMap('plugin', { s: file }) + NAMED;
const shared = (resource: string, more = '') => config(`version: v1\nsharing: {timeSlicing: {${more}resources: [${resource}]}}`);

describe('keys that are not known', () => {
  test('keys of the blocks under sharing are matched exactly, outer ones in any case', () => {
    expect(says(config('Version: v1\nSharing: {timeSlicing: {resources: [{name: nvidia.com/gpu, replicas: 4}]}}'))).toEqual([]);
    expect(says(shared('{name: nvidia.com/gpu, replicas: 4}', 'renamebydefault: true, '))).toEqual(['DP-002 warning']);
  });

  test('the advice is the place that was meant', () => {
    const [found] = findingsIn(config('version: v1\nsharing: {resources: [{name: nvidia.com/gpu, replicas: 4}]}'));
    expect([found.rule, found.fix]).toEqual(['DP-002', 'it belongs under sharing.timeSlicing']);
  });
});

test.each([
  ['a ConfigMap that no policy names', configMap('plugin', { s: 'version: v1\ntimeSlicing: {resources: [{name: nvidia.com/gpu, replicas: 4}]}' })],
  ['a file by itself', 'version: v1\ntimeSlicing: {resources: [{name: nvidia.com/gpu, replicas: 4}]}\n'],
])('a block that stands at the top and not under sharing is told in %s', (_, text) => {
  const [found, ...others] = findingsIn(text);
  expect([found.rule, found.fix, others]).toEqual(['DP-002', 'it belongs under sharing', []]);
});

describe('values', () => {
  test('null is filled in with the default', () => {
    expect(says(config('version: v1\nflags: {migStrategy: , deviceDiscoveryStrategy: ~}'))).toEqual([]);
  });

  test('a wrong word ends the plugin unless something else decides', () => {
    expect(says(config('version: v1\nflags: {migStrategy: Mixed}'))).toEqual(['DP-010 error']);
    expect(says(config('version: v1\nflags: {deviceDiscoveryStrategy: vfio}'))).toEqual(['DP-010 error']);
    expect(says(configMap('plugin', { s: 'version: v1\nflags: {migStrategy: Mixed}' }) + policy('mig: {strategy: single}', 'devicePlugin: {config: {name: plugin}}')))
      .toEqual(['STR-005 warning']);
    const policyWord = config('version: v1\nflags: {plugin: {sharedDevicesAllocationPolicy: spread}}');
    expect(says(policyWord)).toEqual(['DP-010 error']);
    expect(says(policyWord, { gpuOperator: '26.3' })).toEqual([]);
  });

  test('a config that is no YAML or no map ends the plugin, unless it is a note that nobody selects', () => {
    expect(says(config('version: v1\n  flags: ['))).toEqual(['DP-021 error']);
    const withNote = configMap('plugin', { 'any': 'version: v1', 'README.md': 'how we share' });
    expect(says(withNote + policy('devicePlugin: {config: {name: plugin, default: any}}'))).toEqual(['DP-021 warning']);
    expect(says(withNote + policy('devicePlugin: {config: {name: plugin, default: README.md}}'))).toEqual(['DP-021 error']);
  });
});

describe('what is shared', () => {
  test('a name that no node can have', () => {
    expect(says(shared('{name: nvidia.com/gpus, replicas: 4}'))).toEqual(['DP-007 warning']);
    expect(says(shared('{name: nvidia.com/gpus, replicas: 4}, {name: gpu, replicas: 4}'))).toEqual([]);
    expect(says(shared('{name: amd.com/gpu, replicas: 4}'))).toEqual(['DP-006 error']);
  });

  test('a name with and without its prefix is one', () => {
    expect(says(shared('{name: nvidia.com/gpu, replicas: 4}, {name: gpu, replicas: 2}'))).toEqual(['DP-018 warning']);
  });

  test('the rename that is the default is no fault, nor are empty resources', () => {
    expect(says(shared('{name: nvidia.com/gpu, rename: nvidia.com/gpu.shared, replicas: 4}'))).toEqual(['DP-008 warning']);
    expect(says(shared('{name: nvidia.com/gpu, rename: nvidia.com/gpu.shared, replicas: 4}', 'renameByDefault: true, '))).toEqual([]);
    expect(says(config('version: v1\nresources: {}'))).toEqual([]);
  });
});

describe('flags that the operator overrides', () => {
  const flags = 'version: v1\nflags: {failOnInitError: true, plugin: {deviceListStrategy: envvar, nvidiaCTKPath: /bin/ctk}}';

  test('are named together', () => {
    const found = findingsIn(config(flags));
    expect(found.map(({ rule, severity }) => `${rule} ${severity}`)).toEqual(['DP-011 warning']);
    expect(found[0].message).toContain('flags.failOnInitError, flags.plugin.deviceListStrategy, flags.plugin.nvidiaCTKPath have no effect');
  });

  test('those of CDI only where CDI is on', () => {
    const onlyCdi = configMap('plugin', { s: 'version: v1\nflags: {plugin: {cdiAnnotationPrefix: x}}' });
    expect(says(onlyCdi + NAMED)).toEqual(['DP-011 warning']);
    expect(says(onlyCdi + policy('cdi: {enabled: false}', 'devicePlugin: {config: {name: plugin}}'))).toEqual([]);
  });

  test('are a note where no operator is to be seen: the plugin may stand alone', () => {
    expect(says(configMap('plugin', { s: flags }))).toEqual(['DP-011 info']);
  });

  test('are not told where the chart of the plugin stands alone, and are where the operator is there too', () => {
    const chart = '---\nmigStrategy: none\ndeviceListStrategy: envvar\nconfig: {name: plugin}\n---\n';
    expect(says(configMap('plugin', { s: flags }) + chart)).toEqual([]);
    expect(says(config(flags) + chart)).toEqual(['DP-011 warning']);
  });
});

test('a key that is no label value can still be the default', () => {
  const map = configMap('plugin', { tts_: 'version: v1' });
  expect(says(map + NAMED)).toEqual(['DP-012 warning']);
  expect(says(map + policy('devicePlugin: {config: {name: plugin, default: tts_}}'))).toEqual([]);
});

test('binary data of a ConfigMap are files too', () => {
  const binary = (key: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: plugin}\nbinaryData: {${key}: dmVyc2lvbjogdjE=}\n---\n`;
  expect(says(binary('any') + policy('devicePlugin: {config: {name: plugin, default: any}}'))).toEqual([]);
  expect(says(binary('any') + policy('devicePlugin: {config: {name: plugin, default: tts}}'))).toEqual(['DP-013 error']);
  expect(says(binary('config.yaml') + policy('migManager: {config: {name: plugin, default: ""}}'))).toEqual([]);
});

describe('MPS', () => {
  const mps = configMap('plugin', { m: 'version: v1\nsharing: {mps: {resources: [{name: nvidia.com/gpu, replicas: 4}]}}', t: 'version: v1' });
  const withDefault = (key: string) => policy(`devicePlugin: {config: {name: plugin, default: ${key}}}`, 'migManager: {config: {name: layouts, default: ""}}');
  const cut = layouts('a: [{devices: all, mig-enabled: true, mig-devices: {1g.10gb: 7}}]');

  test('on nodes whose GPUs are cut, by label and by default', () => {
    expect(says(mps + cut + withDefault('t') + node({ 'nvidia.com/mig.config': 'a', 'nvidia.com/device-plugin.config': 'm' }))).toEqual(['MPS-001 warning']);
    expect(says(mps + cut + withDefault('m') + node({ 'nvidia.com/mig.config': 'a' }))).toEqual(['MPS-001 warning']);
    expect(says(mps + cut + withDefault('m') + node({ 'nvidia.com/mig.config': 'all-disabled' }))).toEqual([]);
    expect(says(mps + cut + withDefault('m') + node({ 'nvidia.com/mig.config': 'a', 'nvidia.com/device-plugin.config': 't' }))).toEqual([]);
  });

  const mounting = (limits: object, path = '/dev/shm', nodeSelector = {}) =>
    pod({ resources: { limits }, volumeMounts: [{ name: 'shm', mountPath: path }] }, { nodeSelector, volumes: [{ name: 'shm', emptyDir: { medium: 'Memory' } }] });

  test('a mount at /dev/shm matters to a container that has a share, by label and by default', () => {
    expect(says(mps + withDefault('m') + mounting({ 'nvidia.com/gpu': 1 }))).toEqual(['MPS-006 warning']);
    expect(says(mps + withDefault('t') + mounting({ 'nvidia.com/gpu': 1 }, '/dev/shm/', { 'nvidia.com/device-plugin.config': 'm' }))).toEqual(['MPS-006 warning']);
    expect(says(mps + withDefault('t') + mounting({ 'nvidia.com/gpu': 1 }))).toEqual([]);
    expect(says(mps + withDefault('m') + mounting({ cpu: 1 }))).toEqual([]);
  });

  test('more clients than old boards take are a note while no board is known', () => {
    const many = configMap('plugin', { m: 'version: v1\nsharing: {mps: {resources: [{name: nvidia.com/gpu, replicas: 20}]}}' }) + withDefault('m');
    const on = (product: string) => says(many + node({ 'nvidia.com/device-plugin.config': 'm', 'nvidia.com/gpu.product': product }));
    expect(says(many)).toEqual(['MPS-002 info']);
    expect(on('Tesla-T4')).toEqual([]);
    expect(on('Tesla-V100-SXM2-16GB')).toEqual(['MPS-002 error']);
  });

  test('the folder that the chart has anyway is no dead value', () => {
    expect(says('devicePlugin: {mps: {root: /run/nvidia/mps}}\n')).toEqual([]);
    expect(says('devicePlugin: {mps: {root: /data/mps}}\n')).toEqual(['MPS-005 warning']);
  });
});
