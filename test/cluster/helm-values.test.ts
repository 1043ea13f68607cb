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
  expect([values.kind, values.name, ...rest.map(({ kind, name }) => `${kind} ${name}`)]).toEqual(['HelmValues', 'gpu-operator', 'DaemonSet node-feature-discovery-worker']);
  expect(policy.spec).toEqual({
    mig: { strategy: 'single' },
    migManager: { config: { name: 'layouts' } },
    devicePlugin: { version: 'v0.20.0', config: { name: 'sharing', default: 'any' } },
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
  ['a strategy of null takes that of the chart away', 'mig: {strategy: null}\nmigManager: {}\n', { mig: {}, migManager: {} }],
  ['a default without a name is dropped', 'devicePlugin: {config: {default: any}}\n', { mig: { strategy: 'single' }, devicePlugin: { config: {} } }],
  ['what is empty is not rendered', 'devicePlugin: {env: [], args: []}\nsandboxWorkloads: {enabled: true, defaultWorkload: ""}\ndaemonsets: {tolerations: []}\n',
    { mig: { strategy: 'single' }, devicePlugin: {}, sandboxWorkloads: { enabled: true }, daemonsets: {} }],
])('%s', (_, text, spec) => {
  expect(read(text)[0].spec).toEqual(spec);
});

describe('the ConfigMap of a values file', () => {
  const configMaps = (config: string) => read(`migManager: {config: ${config}}\n`).filter(({ kind }) => kind === 'ConfigMap');

  test('is not made without data, so nothing is found in it, and the policy names one that is not there', () => {
    expect(configMaps('{create: true, name: layouts, data: {}}')).toEqual([]);
    expect(lint('migManager: {config: {create: true, name: layouts, data: {}}}\n').map(({ rule }) => rule)).toEqual(['CP-010', 'REF-001']);
  });

  test('is made without a name too, and what stands in it is checked', () => {
    expect(configMaps('{create: true, data: {config.yaml: x}}')).toHaveLength(1);
  });

  test('is made whenever create is not false, as a template asks', () => {
    expect(configMaps('{create: "no", name: layouts, data: {config.yaml: x}}')).toHaveLength(1);
    expect(configMaps('{create: false, name: layouts, data: {config.yaml: x}}')).toEqual([]);
  });
});

test('values of another chart are no manifests and no problem', () => {
  expect(lint('image: {repository: x}\nreplicas: 3\n')).toEqual([]);
});
