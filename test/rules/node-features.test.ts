import { configMap, findingsIn, policy, says } from './lint-text';

const rule = (matcher: object) => `${JSON.stringify({
  apiVersion: 'nfd.k8s-sigs.io/v1alpha1', kind: 'NodeFeatureRule', metadata: { name: 'r' }, spec: { rules: [{ name: 'gpu', matchFeatures: [matcher] }] },
}, undefined, 1)}\n`;

test('a value without quotes is found at its line', () => {
  const text = 'apiVersion: nfd.k8s-sigs.io/v1alpha1\nkind: NodeFeatureRule\nmetadata: {name: r}\nspec:\n  rules:\n  - name: gpu\n    matchAny:\n    - matchFeatures:\n'
    + '      - feature: pci.device\n        matchExpressions:\n          device:\n            op: In\n            value:\n            - "20b2"\n            - 2330\n';
  expect(findingsIn(text).filter(found => found.rule === 'NFD-006').map(({ line, path }) => [line, path]))
    .toEqual([[15, 'spec.rules.0.matchAny.0.matchFeatures.0.matchExpressions.device.value.1']]);
});

describe('settings of the NFD worker', () => {
  const worker = (pci: string) => configMap('nfd-worker-conf', { 'nfd-worker.conf': `sources: {pci: {${pci}}}` });

  test('are an error where the operator is, else a warning', () => {
    expect(says(worker('deviceLabelFields: [vendor, device]') + policy('mig: {strategy: single}'))).toEqual(['NFD-001 error']);
    expect(says(worker('deviceLabelFields: [vendor, device]'))).toEqual(['NFD-001 warning']);
    expect(says(worker('deviceLabelFields: [class, vendor]') + policy('mig: {strategy: single}'))).toEqual([]);
  });

  test('without one class of GPUs are a warning: the boards may be of the other', () => {
    expect(says(worker('deviceClassWhitelist: ["0302"]') + policy('mig: {strategy: single}'))).toEqual(['NFD-001 warning']);
    expect(says(worker('deviceClassWhitelist: ["0200"]') + policy('mig: {strategy: single}'))).toEqual(['NFD-001 error']);
    expect(says(worker('deviceClassWhitelist: ["03"]') + policy('mig: {strategy: single}'))).toEqual([]);
  });
});

test('a slip in the name of a feature is a warning; names of other agents are their own affair', () => {
  const of = (feature: string) => says(rule({ feature, matchExpressions: { a: { op: 'Exists' } } }));
  expect(of('pci.devices')).toEqual(['NFD-002 warning']);
  expect(of('kernel.loadedmodules')).toEqual(['NFD-002 warning']);
  for (const known of ['pci.device', 'system.name', 'rule.matched', 'local.label', 'vendor.fabric', 'example.com/agent.devices']) { expect(of(known)).toEqual([]); }
});

// as evaluateMatchExpression of node-feature-discovery answers
test.each<[string, unknown, string[]]>([
  ['a value that none is for', { op: 'Exists', value: ['true'] }, ['NFD-009 error']],
  ['a value beside a truth', { op: 'IsTrue', value: ['true'] }, ['NFD-009 error']],
  ['no value', { op: 'In' }, ['NFD-009 error']],
  ['an empty list', { op: 'NotIn', value: [] }, ['NFD-009 error']],
  ['two values to compare with', { op: 'Gt', value: ['1', '2'] }, ['NFD-009 error']],
  ['one end of a range', { op: 'GtLt', value: ['1'] }, ['NFD-009 error']],
  ['a range that falls', { op: 'GeLe', value: ['6', '2'] }, ['NFD-009 error']],
  ['a version as a number', { op: 'Lt', value: ['6.8'] }, ['NFD-009 error']],
  ['no version', { op: 'Lt', type: 'version', value: ['new'] }, ['NFD-009 error']],
  ['a look ahead', { op: 'InRegexp', value: ['^20(?!b0)'] }, ['NFD-009 error']],
  ['a version', { op: 'GtLt', type: 'version', value: ['v5.15', '6.8.0-40-generic'] }, []],
  ['a number', { op: 'Gt', value: ['-1'] }, []],
  ['existence', { op: 'Exists' }, []],
  ['a pattern', { op: 'InRegexp', value: ['^20b[02]$', '(?i)x'] }, []],
  ['what a tool fills in', { op: 'Gt', value: ['${LEAST}'] }, []],
])('an expression with %s', (_, expression, expected) => {
  expect(says(rule({ feature: 'system.osrelease', matchExpressions: { a: expression } }))).toEqual(expected);
  expect(says(rule({ feature: 'kernel.config', matchName: expression }))).toEqual(expected);
});

test('an expression about the value of a flag is a warning, and one about its name is none', () => {
  const expression = { op: 'In', value: ['nvidia'] };
  expect(says(rule({ feature: 'kernel.loadedmodule', matchExpressions: { nvidia: expression } }))).toEqual(['NFD-009 warning']);
  expect(says(rule({ feature: 'kernel.loadedmodule', matchName: expression }))).toEqual([]);
});
