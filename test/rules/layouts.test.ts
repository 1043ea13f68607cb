import { stringify } from 'yaml';
import { ClusterModel, ManifestDocument } from '../../src/cluster';
import { Finding, runRules } from '../../src/rules';

type Fields = Record<string, unknown>;

function lint(...objects: Fields[]): Finding[] {
  const model = new ClusterModel();
  objects.forEach((each, index) => model.add(new ManifestDocument(each, 'f.yaml', index + 1)));
  return runRules(model).filter(({ rule }) => /^(?:MIG|LAY)-/.test(rule));
}

const layouts = (...entries: Fields[]): Fields => ({
  apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'layouts' }, data: { 'config.yaml': stringify({ 'version': 'v1', 'mig-configs': { slices: entries } }) },
});
const cut = (profiles: Fields, more: Fields = {}): Fields => ({ 'devices': 'all', 'mig-enabled': true, 'mig-devices': profiles, ...more });
const node = (labels: Fields): Fields => ({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1', labels: { 'nvidia.com/mig.config': 'slices', ...labels } } });
const nfr = (rule: Fields): Fields => ({
  apiVersion: 'nfd.k8s-sigs.io/v1alpha1', kind: 'NodeFeatureRule', metadata: { name: 'r' }, spec: { rules: [{ name: 'r', labels: { 'nvidia.com/mig.config': 'slices' }, ...rule }] },
});
const device = (...ids: string[]): Fields => ({ feature: 'pci.device', matchExpressions: { vendor: { op: 'In', value: ['10de'] }, device: { op: 'In', value: ids } } });
const nodename = (...names: string[]): Fields => ({ feature: 'system.name', matchExpressions: { nodename: { op: 'In', value: names } } });
const rules = (findings: Finding[]) => findings.map(({ rule }) => rule);

const A100 = { 'nvidia.com/gpu.product': 'NVIDIA-A100-SXM4-80GB' };

test('the board is known from the PCI ids of a NodeFeatureRule, in either form', () => {
  const wrong = layouts(cut({ '1g.5gb': 7 }));
  expect(rules(lint(wrong))).toEqual([]); // some board has it
  expect(rules(lint(wrong, nfr({ matchFeatures: [device('20b2')] })))).toEqual(['MIG-025']);
  expect(rules(lint(wrong, nfr({ matchAny: [{ matchFeatures: [device('20b2')] }] })))).toEqual(['MIG-025']);
  expect(rules(lint(wrong, nfr({ matchAny: [{ matchFeatures: [device('20b2')] }, { matchFeatures: [] }] })))).toEqual([]); // any board
});

test('compute instances need the GPU instances that they share', () => {
  const six = layouts(cut({ '1c.3g.40gb': 6 }));
  expect(rules(lint(six))).toEqual([]);
  expect(rules(lint(six, node(A100)))).toEqual([]);
  expect(rules(lint(layouts(cut({ '1c.3g.40gb': 7 })), node(A100)))).toEqual(['MIG-032']);
  expect(rules(lint(layouts(cut({ '1c.3g.40gb': 3, '2c.3g.40gb': 1, '1g.10gb': 1 })), node(A100)))).toEqual(['MIG-032']);
  expect(rules(lint(layouts(cut({ '1c.3g.20gb': 3 })), node(A100)))).toEqual(['MIG-025']);
});

test('a filter without a subsystem is for every subsystem of its device', () => {
  const both = (one: string, other: string) => layouts(cut({ '1g.12gb': 4 }, { 'device-filter': one }), { 'device-filter': other, 'devices': 'all', 'mig-enabled': false });
  expect(rules(lint(both('0x2BB510DE', '0x2BB510DE:0x227A10DE')))).toContain('MIG-026');
  expect(rules(lint(both('0x2BB510DE:0x204E10DE', '0x2BB510DE:0x227A10DE')))).not.toContain('MIG-026');
  expect(rules(lint(both('0x2BB510DE', '0x2bb5_10de')))).toContain('MIG-026');
});

test('of a device id that two boards have in common, the board is not known', () => {
  const of = (filter: string) => rules(lint(layouts(cut({ '1g.36gb': 2 }, { 'device-filter': filter })))); // a name that the 72 GB board might have
  expect(of('0x2BB310DE')).toEqual([]);
  expect(of('0x2BB310DE:0x204D10DE')).toEqual(['MIG-025']);
});

test('the board is known from the Node objects that a NodeFeatureRule names', () => {
  const plain = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1', labels: A100 } };
  expect(rules(lint(layouts(cut({ '1g.5gb': 7 })), nfr({ matchFeatures: [nodename('n1')] }), plain))).toEqual(['MIG-025']);
});

test('an entry that fits no known board is a warning for people: newer boards may have room', () => {
  const [found, ...others] = lint(layouts(cut({ '1g.10gb': 8 })));
  expect([found.rule, found.severity, others]).toEqual(['MIG-032', 'warning', []]);
  expect(lint(layouts(cut({ '1g.10gb': 8 })), node(A100)).map(({ rule, severity }) => [rule, severity])).toEqual([['MIG-032', 'error']]);
});

test('a config for other boards is told once', () => {
  const other = layouts(cut({ '1g.18gb': 7 }, { 'device-filter': '0x233510DE' }));
  expect(rules(lint(other, node({ ...A100, 'nvidia.com/gpu.count': '8' })))).toEqual(['LAY-002']);
  expect(rules(lint(other, node({})))).toEqual([]);
  expect(rules(lint(layouts(cut({ '1g.10gb': 7 }, { 'device-filter': ['0x20B510DE', '0x20B210DE'] })), node(A100)))).toEqual([]);
});

test('a GPU below another that has an entry is told without a node, and once where a node counts its GPUs', () => {
  const second = layouts(cut({ '1g.10gb': 7 }, { devices: [1] }));
  const [found, ...others] = lint(second);
  expect([found.rule, found.severity, found.message, others]).toEqual([
    'MIG-015', 'warning', 'config slices has an entry for GPU 1 and none for GPU 0, which every node with the other has; it keeps what it had', [],
  ]);
  expect(rules(lint(second, node({ ...A100, 'nvidia.com/gpu.count': '2' })))).toEqual(['MIG-015']);
  expect(rules(lint(layouts(cut({ '1g.10gb': 7 }, { devices: [0, 1] }))))).toEqual([]);
  expect(rules(lint(layouts(cut({ '1g.10gb': 7 }, { devices: [2, 1, 0] }))))).toEqual([]);
});

test('GPUs without an entry are told where the node counts whole GPUs', () => {
  const first = layouts(cut({ '1g.10gb': 7 }, { devices: [0] }));
  expect(rules(lint(first, node({ ...A100, 'nvidia.com/gpu.count': '2' })))).toEqual(['MIG-015']);
  expect(rules(lint(first, node({ ...A100, 'nvidia.com/gpu.count': '1' })))).toEqual([]);
  expect(rules(lint(first, node({ 'nvidia.com/gpu.product': 'NVIDIA-A100-SXM4-80GB-MIG-1g.10gb', 'nvidia.com/gpu.count': '7' })))).toEqual([]);
});
