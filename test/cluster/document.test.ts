import { ClusterModel, ManifestDocument, readManifests } from '../../src/cluster';
import { Finding, runRules } from '../../src/rules';

function lint(text: string): Finding[] {
  const model = new ClusterModel();
  for (const read of readManifests(text, 'f.yaml')) {
    if (read instanceof ManifestDocument) { model.add(read); }
  }
  return runRules(model);
}

function migParted(file: string): string {
  const lines = file.split('\n').map(line => `    ${line}`).join('\n');
  return [
    'apiVersion: v1', 'kind: ConfigMap', 'metadata: {name: mig, namespace: gpu-operator}', 'data:', '  config.yaml: |', lines,
    '---', 'apiVersion: nvidia.com/v1', 'kind: ClusterPolicy', 'metadata: {name: cluster-policy}', 'spec: {migManager: {config: {name: mig}}}', '',
  ].join('\n');
}

test.each([
  ['an alias without an anchor', 'version: v1\nmig-configs: *nope'],
  ['an alias inside its own anchor', 'version: v1\nmig-configs: {a: &x [*x]}'],
  ['aliases that multiply', ['a: &a [x,x,x,x,x,x,x,x,x,x]', ...['b', 'c', 'd', 'e'].map((key, index) =>
    `${key}: &${key} [${Array(10).fill(`*${'abcd'[index]}`).join(', ')}]`)].join('\n')],
])('%s in an embedded file is a finding, not a crash', (_, file) => {
  expect(lint(migParted(file)).filter(({ rule }) => rule === 'MIG-001')).toMatchObject([{ line: 6, name: 'mig' }]);
});

test('every finding in a List has the line of its own item', () => {
  const items = Array.from({ length: 300 }, (_, index) =>
    `- {kind: Pod, apiVersion: v1, metadata: {name: p${index}}, spec: {containers: [{name: c, resources: {requests: {nvidia.com/gpu: 1}}}]}}`);
  const findings = lint(['kind: List', 'apiVersion: v1', 'items:', ...items].join('\n')).filter(({ rule }) => rule === 'POD-010');
  expect(findings.map(({ line }) => line)).toEqual(items.map((_, index) => index + 4));
});

test.each([1, 2, 3, 7, 64])('a text in pieces of %i characters gives the documents and lines of the whole', size => {
  const text = '\uFEFF# first\r\n---\r\nkind: ConfigMap\r\nmetadata: {name: a}\r\n--- # second\nkind: ConfigMap\nmetadata:\n  name: b\n---\n\n---\nb: [\n--- {kind: ConfigMap, metadata: {name: c}}';
  const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, index) => text.slice(index * size, (index + 1) * size));
  const told = (source: string | string[]) => [...readManifests(source, 'f.yaml')].map(read =>
    (read instanceof ManifestDocument ? [read.name, read.index, read.line(['metadata'])] : [read.message, read.line]));
  expect(told(pieces)).toEqual(told(text));
  expect(told(text).filter(each => each.length === 3)).toEqual([['a', 1, 4], ['b', 2, 7], ['c', 4, 13]]);
});
