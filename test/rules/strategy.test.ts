import { configMap, layouts, node, podWith, policy, says, wholePolicy } from './lint-text';

const LAYOUTS = 'migManager: {config: {name: layouts, default: ""}}';
const SELECTED = node({ 'nvidia.com/mig.config': 'a' });
const UNEQUAL = layouts('a: [{devices: all, mig-enabled: true, mig-devices: {1g.5gb: 4, 3g.20gb: 1}}]');
const under = (strategy: string) => policy(`mig: {strategy: ${strategy}}`, LAYOUTS);

describe('strategy single', () => {
  test('different profiles on one GPU, or on two GPUs of a node', () => {
    expect(says(UNEQUAL + SELECTED + under('single'))).toEqual(['STR-001 warning']);
    const byIndex = layouts('a:\n- {devices: [0], mig-enabled: true, mig-devices: {1g.10gb: 7}}\n- {devices: [1], mig-enabled: true, mig-devices: {7g.80gb: 1}}');
    expect(says(byIndex + SELECTED + under('single'))).toEqual(['STR-001 warning']);
  });

  test('not what nobody selects', () => {
    expect(says(UNEQUAL + under('single'))).toEqual([]);
  });

  test('entries for different boards never meet on one node', () => {
    const perBoard = layouts('a:\n- {device-filter: "0x20B210DE", devices: all, mig-enabled: true, mig-devices: {1g.10gb: 7}}\n'
      + '- {device-filter: ["0x20b010de"], devices: all, mig-enabled: true, mig-devices: {1g.5gb: 7}}\n- {device-filter: "0x26B910DE", devices: all, mig-enabled: false}');
    expect(says(perBoard + SELECTED + under('single'))).toEqual([]);
  });

  test('an entry for one board and an entry for all meet', () => {
    const both = layouts('a:\n- {device-filter: "0x20B210DE", devices: [0], mig-enabled: true, mig-devices: {1g.10gb: 7}}\n- {devices: [1], mig-enabled: false}');
    expect(says(both + SELECTED + under('single'))).toEqual(['STR-001 warning']);
  });

  test('entries for a board that the nodes do not have count for nothing', () => {
    const h100Unequal = layouts('a:\n- {device-filter: "0x20B210DE", devices: all, mig-enabled: true, mig-devices: {1g.10gb: 7}}\n'
      + '- {device-filter: "0x233010DE", devices: [0], mig-enabled: true, mig-devices: {1g.10gb: 7}}\n- {device-filter: "0x233010DE", devices: [1], mig-enabled: false}');
    expect(says(h100Unequal + node({ 'nvidia.com/mig.config': 'a', 'nvidia.com/gpu.product': 'NVIDIA-A100-SXM4-80GB' }) + under('single'))).toEqual([]);
    expect(says(h100Unequal + SELECTED + under('single'))).toEqual(['STR-001 warning']);
  });
});

describe('the strategy of a node', () => {
  const plugin = (strategy: string) => configMap('plugin', { s: `version: v1\nflags: {migStrategy: ${strategy}}` });
  const both = node({ 'nvidia.com/mig.config': 'a', 'nvidia.com/device-plugin.config': 's' });
  const open = policy(LAYOUTS, 'devicePlugin: {config: {name: plugin}}');
  const instances = layouts('a: [{devices: all, mig-enabled: true, mig-devices: {1c.2g.10gb: 2}}]');

  test('is that of its device-plugin config where the policy leaves it open', () => {
    expect(says(UNEQUAL + both + open + plugin('single'))).toEqual(['STR-001 warning']);
    expect(says(UNEQUAL + both + open + plugin('mixed'))).toEqual([]);
    expect(says(instances + both + open + plugin('mixed'))).toEqual(['STR-003 warning']);
    expect(says(instances + both + open + plugin('single'))).toEqual([]);
  });

  test('is that of the default config for a node without a label', () => {
    expect(says(UNEQUAL + SELECTED + policy(LAYOUTS, 'devicePlugin: {config: {name: plugin, default: s}}') + plugin('single'))).toEqual(['STR-001 warning']);
  });

  test('is that of MIG_STRATEGY in the environment of the device plugin, which wins over all', () => {
    const mps = configMap('plugin', { s: 'version: v1\nsharing: {mps: {resources: [{name: nvidia.com/gpu, replicas: 4}]}}' });
    const policyWith = (env: string) => policy('mig: {strategy: mixed}', `devicePlugin: {config: {name: plugin}, env: [${env}]}`);
    expect(says(mps + policyWith(''))).toEqual(['STR-006 error']);
    expect(says(mps + policyWith('{name: MIG_STRATEGY, value: none}'))).toEqual([]);
  });

  test('is not asked for a ConfigMap that the policy does not name', () => {
    const mps = (name: string) => configMap(name, { s: 'version: v1\nsharing: {mps: {resources: [{name: nvidia.com/gpu, replicas: 4}]}}' });
    expect(says(mps('plugin') + mps('other') + policy('mig: {strategy: mixed}', 'devicePlugin: {config: {name: elsewhere}}'))).toEqual([]);
    expect(says(mps('plugin') + policy('mig: {strategy: mixed}'))).toEqual(['STR-006 error']);
  });

  test('is that of the values file that says it; what the chart fills in counts only where none does', () => {
    const [other, saying] = ['devicePlugin: {enabled: true}\n---\n', 'mig: {strategy: mixed}\ndevicePlugin: {enabled: true}\n---\n'];
    const layoutsOfChart = 'migManager: {config: {name: layouts, default: ""}}\n---\n';
    expect(says(UNEQUAL + SELECTED + other + layoutsOfChart)).toEqual(['STR-001 warning']);
    expect(says(UNEQUAL + SELECTED + other + saying + layoutsOfChart)).toEqual([]);
  });

  test('is none only where the whole policy says nothing and no config may say it', () => {
    const cut = layouts('a: [{devices: all, mig-enabled: true, mig-devices: {1g.10gb: 7}}]');
    expect(says(cut + SELECTED + wholePolicy(LAYOUTS))).toEqual(['STR-008 warning']);
    expect(says(cut + SELECTED + policy(LAYOUTS))).toEqual([]);
    expect(says(cut + both + wholePolicy(LAYOUTS, 'devicePlugin: {config: {name: elsewhere}}'))).toEqual([]);
  });
});

test('a flag that the policy overrides is a warning, and a note where it asks for nothing', () => {
  const flag = (strategy: string) => says(configMap('plugin', { any: `version: v1\nflags: {migStrategy: ${strategy}}` }) + policy('mig: {strategy: single}', 'devicePlugin: {config: {name: plugin}}'));
  expect(flag('mixed')).toEqual(['STR-005 warning']);
  expect(flag('none')).toEqual(['STR-005 info']);
  expect(flag('single')).toEqual([]);
});

test('before 26.7 a slice with an attribute is no resource; a shared one is', () => {
  const asking = (name: string, count: unknown = 1) => says(podWith({ [`nvidia.com/mig-${name}`]: count }), { gpuOperator: '26.3' });
  for (const name of ['1g.10gb.me', '1g.24gb-me', '1g.24gb.gfx', '1g.24gb.me.all', '1g.10gb.me.shared']) { expect(asking(name)).toEqual(['STR-004 warning']); }
  for (const name of ['1g.10gb', '1g.10gb.shared']) { expect(asking(name)).toEqual([]); }
  expect(asking('1g.10gb.me', '0')).toEqual([]);
});
