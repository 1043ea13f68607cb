import { ClusterModel, ManifestDocument, readManifests } from '../../src/cluster';
import { Finding, runRules } from '../../src/rules';

function read(text: string): ManifestDocument[] {
  return [...readManifests(text, 'values.yaml')] as ManifestDocument[];
}

function lint(text: string): Finding[] {
  const model = new ClusterModel();
  read(text).forEach(document => model.add(document));
  return runRules(model);
}

const VALUES = `
migManager:
  config:
    create: true
    name: layouts
    data:
      config.yaml: |
        version: v1
        mig-configs:
          slices:
          - devices: all
            mig-enabled: true
            mig-devices: {1g.10gb.me: 1}
devicePlugin:
  version: v0.20.0
  config: {name: sharing, default: any}
node-feature-discovery: {worker: {tolerations: []}}
`;

test('a values file of the gpu-operator chart is read as the ClusterPolicy and the ConfigMaps that the chart makes of it', () => {
  const [policy, layouts, values, ...rest] = read(VALUES);
  expect([values.kind, values.name, ...rest]).toEqual(['HelmValues', 'gpu-operator']);
  expect(policy.spec).toEqual({
    mig: { strategy: 'single' },
    migManager: { config: { name: 'layouts' } },
    devicePlugin: { config: { name: 'sharing', default: 'any' } },
  });
  expect([layouts.kind, layouts.name]).toEqual(['ConfigMap', 'layouts']);
});

test('a finding in it has the line in the values file', () => {
  expect(lint(VALUES).find(({ rule }) => rule === 'MIG-010')).toMatchObject({ file: 'values.yaml', line: 13 });
});

test('the values of a subchart are found under its name', () => {
  const umbrella = `gpu-operator:\n${VALUES.trim().split('\n').map(line => `  ${line}`).join('\n')}\n`;
  expect(lint(umbrella).find(({ rule }) => rule === 'MIG-010')).toMatchObject({ line: 13 });
});

test.each([
  ['an empty strategy is not rendered', 'mig: {strategy: ""}\nmigManager: {}\n', { mig: {}, migManager: {} }],
  ['a default without a name is dropped', 'devicePlugin: {config: {default: any}}\n', { mig: { strategy: 'single' }, devicePlugin: { config: {} } }],
])('%s', (_, text, spec) => {
  expect(read(text)[0].spec).toEqual(spec);
});

test('values of another chart are no manifests and no problem', () => {
  expect(lint('image: {repository: x}\nreplicas: 3\n')).toEqual([]);
});
