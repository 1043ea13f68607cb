import { layouts, node, policy, says, wholePolicy } from './lint-text';
import { ClusterModel, ManifestDocument, readManifests } from '../../src/cluster';
import { runRules } from '../../src/rules';

const POLICY = { apiVersion: 'nvidia.com/v1', kind: 'ClusterPolicy', metadata: { name: 'cluster-policy' } };
const KUSTOMIZATION = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' };

/** What the rules say of files, rule and severity of each finding. */
function of(files: Record<string, object | string>): string[] {
  const model = new ClusterModel();
  for (const [file, content] of Object.entries(files)) {
    if (typeof content === 'string') {
      for (const read of readManifests(content, file)) { model.add(read as ManifestDocument); }
    } else {
      model.add(new ManifestDocument(content as Record<string, unknown>, file, 1));
    }
  }
  return runRules(model).map(({ rule, severity }) => `${rule} ${severity}`);
}

test('objects of others that have the same kind are none of ours', () => {
  const kyverno = (name: string) => ({ apiVersion: 'kyverno.io/v1', kind: 'ClusterPolicy', metadata: { name }, spec: { rules: [] } });
  const longhorn = { apiVersion: 'longhorn.io/v1beta2', kind: 'Node', metadata: { name: 'n', labels: { 'nvidia.com/mig.config': '' } } };
  const flux = { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', metadata: { name: 'gpu' }, spec: { path: './gpu' } };
  expect(of({ 'a.yaml': kyverno('a'), 'b.yaml': kyverno('b'), 'c.yaml': wholePolicy(), 'd.yaml': longhorn, 'e.yaml': flux })).toEqual([]);
});

describe('a part of a policy', () => {
  const part = { ...POLICY, spec: { mig: { strategy: 'mixed' } } };

  test('is a warning, as it may be meant for an object that exists', () => {
    expect(of({ 'gpu/patch.yaml': part })).toEqual(['CP-001 warning']);
  });

  test.each(['patches', 'patchesStrategicMerge'])('is nothing to say where a Kustomization has it among its %s', field => {
    const patch = field === 'patches' ? { path: 'patch.yaml', target: { kind: 'ClusterPolicy' } } : './patch.yaml';
    expect(of({ 'gpu/kustomization.yaml': { ...KUSTOMIZATION, [field]: [patch] }, 'gpu/patch.yaml': part })).toEqual([]);
    expect(of({ 'other/kustomization.yaml': { ...KUSTOMIZATION, [field]: [patch] }, 'gpu/patch.yaml': part })).toEqual(['CP-001 warning']);
  });
});

describe('two policies', () => {
  const whole = (name: string) => wholePolicy().replace('name: cluster-policy', `name: ${name}`);

  test('in one folder are an error, in two folders that nothing joins none: they may be two clusters', () => {
    expect(of({ 'gpu/a.yaml': whole('a'), 'gpu/b.yaml': whole('b') })).toEqual(['CP-003 error']);
    expect(of({ 'east/a.yaml': whole('a'), 'west/b.yaml': whole('b') })).toEqual([]);
    const overlay = { ...KUSTOMIZATION, resources: ['../east', 'b.yaml'] };
    expect(of({ 'east/kustomization.yaml': { ...KUSTOMIZATION, resources: ['a.yaml'] }, 'east/a.yaml': whole('a'), 'west/kustomization.yaml': overlay, 'west/b.yaml': whole('b') })).toEqual(['CP-003 error']);
  });

  test('of files with values for one chart are none', () => {
    const values = 'migManager: {config: {name: layouts, create: true, data: {config.yaml: "version: v1\\nmig-configs: {all-disabled: [{devices: all, mig-enabled: false}]}"}}}\n';
    expect(of({ 'gpu/values.yaml': values, 'gpu/values-prod.yaml': values })).toEqual([]);
  });
});

test('a base and its overlay have mig-parted files of one name, whose entries never meet', () => {
  const layoutsOf = (entry: string) => layouts(`slices: [${entry}]`);
  expect(of({ 'base/l.yaml': layoutsOf('{devices: all, mig-enabled: false}'), 'overlay/l.yaml': layoutsOf('{devices: all, mig-enabled: true, mig-devices: {1g.10gb: 7}}') }))
    .toEqual([]);
});

test('a patch of the ConfigMap that the policy names need not have its file', () => {
  const named = policy('migManager: {config: {name: layouts, default: ""}}');
  const labels = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: layouts, labels: {team: voice}}\n';
  expect(of({ 'base/p.yaml': named, 'base/l.yaml': layouts(''), 'overlay/l.yaml': labels })).toEqual([]);
  expect(of({ 'base/p.yaml': named, 'overlay/l.yaml': labels })).toEqual(['MIG-018 error']);
});

test('a default that is null is filled in', () => {
  const withDefault = (word: string) => says(policy(`migManager: {config: {name: layouts, default: ${word}}}`));
  expect(withDefault('null')).toEqual([]);
  expect(withDefault('all-1g.10gb')).toContain('MIG-020 error');
});

describe('a JSON patch that replaces what may be absent', () => {
  const patch = { target: { kind: 'ClusterPolicy', name: 'cluster-policy' }, patch: '- {op: replace, path: /spec/mig/strategy, value: mixed}' };

  test.each([
    ['patches of a Kustomization', { ...KUSTOMIZATION, patches: [patch] }],
    ['patchesJson6902 of a Kustomization', { ...KUSTOMIZATION, patchesJson6902: [patch] }],
    ['a Component', { apiVersion: 'kustomize.config.k8s.io/v1alpha1', kind: 'Component', patches: [patch] }],
  ])('is found in %s', (_, kustomization) => {
    expect(of({ 'k.yaml': kustomization })).toEqual(['CP-007 info']);
  });

  test('is not looked for in components of others', () => {
    expect(of({ 'c.yaml': { apiVersion: 'core.oam.dev/v1beta1', kind: 'Component', patches: [patch] } })).toEqual([]);
  });
});

test('NRI without CDI or toolkit is refused by the chart too', () => {
  expect(says('devicePlugin: {enabled: true}\ncdi: {enabled: false, nriPluginEnabled: true}\n')).toEqual(['CP-008 error']);
  expect(says('devicePlugin: {enabled: true}\ncdi: {nriPluginEnabled: true}\ntoolkit: {enabled: false}\n')).toEqual(['CP-008 error']);
  expect(says('devicePlugin: {enabled: true}\ncdi: {enabled: true, nriPluginEnabled: true}\n')).toEqual([]);
});

test('a label needs its component as much as a ConfigMap does', () => {
  const off = (component: string) => policy(`${component}: {enabled: false}`);
  expect(says(off('migManager') + node({ 'nvidia.com/mig.config': 'all-1g.10gb' }))).toEqual(['CP-009 warning']);
  expect(says(off('gfd') + layouts(''))).toEqual(['CP-009 warning']);
  expect(says(off('devicePlugin') + node({ 'nvidia.com/device-plugin.config': 'tts' }))).toEqual(['CP-009 warning']);
  expect(says(off('migManager') + node({ 'nvidia.com/mig.config': 'all-disabled' }))).toEqual([]);
});

test('an NVIDIADriver beside values that switch it off is not acted on', () => {
  const driver = 'apiVersion: nvidia.com/v1alpha1\nkind: NVIDIADriver\nmetadata: {name: a}\nspec: {default: false, driverType: gpu, image: driver}\n';
  const values = (enabled: string) => `devicePlugin: {enabled: true}\ndriver: {nvidiaDriverCRD: {${enabled}}}\n---\n`;
  expect(says(values('enabled: false') + driver)).toEqual(['DRV-004 error']);
  expect(says(values('enabled: true') + driver)).toEqual([]);
  expect(says(values('') + driver)).toEqual([]);
});
