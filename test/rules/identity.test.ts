import { ClusterModel, isProblem, ManifestDocument, readManifests } from '../../src/cluster';
import { Finding, runRules } from '../../src/rules';

/** Of a kind that rules read. */
const CLAIM = { apiVersion: 'resource.k8s.io/v1', kind: 'ResourceClaim', metadata: { name: 'gpu', namespace: 'voice' }, spec: {} };

const ROLE = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'reader', namespace: 'voice' } };

function of(...documents: ManifestDocument[]): Finding[] {
  const model = new ClusterModel();
  documents.forEach(each => model.add(each));
  return runRules(model).filter(({ rule }) => rule === 'IDN-001');
}

const person = (value: object, file: string, index = 1) => new ManifestDocument({ ...value }, file, index);
const construct = (value: object, path: string) => new ManifestDocument({ ...value }, path, 1, 'construct', path);

test.each([
  ['one file', 'a.yaml', 'a.yaml', 'warning'],
  ['one folder', 'voice/a.yaml', 'voice/b.yaml', 'warning'],
])('a person who has an object twice in %s', (_, first, second, severity) => {
  const found = of(person(CLAIM, first), person(CLAIM, second, 2));
  expect(found.map(each => [each.severity, each.file])).toEqual([[severity, second]]);
});

test('nothing is said of kinds that no rule is about, and of folders that nothing joins', () => {
  expect(of(person(ROLE, 'a.yaml'), person(ROLE, 'a.yaml', 2))).toEqual([]);
  expect(of(person(CLAIM, 'base/a.yaml'), person(CLAIM, 'overlays/east/a.yaml'))).toEqual([]);
});

test('folders that a Kustomization joins are one, a file that it takes for a patch is no second object', () => {
  const kustomization = (fields: object) => person({ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', ...fields }, 'over/kustomization.yaml');
  const base = person({ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources: ['deep/a.yaml'] }, 'base/kustomization.yaml');
  const both = [person(CLAIM, 'base/deep/a.yaml'), person(CLAIM, 'over/b.yaml')];
  expect(of(base, kustomization({ resources: ['../base', 'b.yaml'] }), ...both)).toHaveLength(1);
  expect(of(base, kustomization({ resources: ['../base'], patches: [{ path: 'b.yaml' }] }), ...both)).toEqual([]);
  expect(of(base, kustomization({ resources: ['../other'] }), ...both)).toEqual([]);
});

test('our own objects: an error in one chart, a warning in two, which may be two clusters', () => {
  expect(of(construct(ROLE, 'voice/a'), construct(ROLE, 'voice/b')).map(each => each.severity)).toEqual(['error']);
  expect(of(construct(ROLE, 'east/a'), construct(ROLE, 'west/a')).map(each => each.severity)).toEqual(['warning']);
});

test('versions of one group are one object, groups are two', () => {
  const other = (apiVersion: string) => ({ ...CLAIM, apiVersion });
  expect(of(person(CLAIM, 'a'), person(other('resource.k8s.io/v1beta1'), 'a', 2))).toHaveLength(1);
  expect(of(person(CLAIM, 'a'), person(other('example.com/v1'), 'a', 2))).toEqual([]);
});

test('an acknowledgement on the object counts', () => {
  const metadata = { ...CLAIM.metadata, annotations: { 'cdk8s-gpu/acknowledge': 'IDN-001: on purpose' } };
  expect(of(person(CLAIM, 'a'), person({ ...CLAIM, metadata }, 'a', 2))).toEqual([expect.objectContaining({ acknowledged: 'on purpose', line: undefined })]);
});

test('the data of a Secret is not kept', () => {
  const model = new ClusterModel();
  const text = 'apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: nim}\nstringData: {password: correct-horse}\n';
  for (const read of readManifests(`${text}---\n${text}`, 'a.yaml')) { if (!isProblem(read)) { model.add(read); } }
  expect(runRules(model)).toEqual([]);
  expect(JSON.stringify(model, (_, value) => (value instanceof Map ? [...value] : value instanceof Set ? [...value] : value))).not.toContain('correct-horse');
});
