import { ClusterModel, isProblem, ManifestDocument, readManifests } from '../../src/cluster';
import { Finding, runRules } from '../../src/rules';

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
  ['two folders, which may be two clusters or a base and its overlay', 'base/a.yaml', 'overlays/east/a.yaml', 'info'],
])('a person who has an object twice in %s', (_, first, second, severity) => {
  const found = of(person(ROLE, first), person(ROLE, second, 2));
  expect(found.map(each => [each.severity, each.file])).toEqual([[severity, second]]);
});

test('our own objects: an error in one chart, a warning in two, which may be two clusters', () => {
  expect(of(construct(ROLE, 'voice/a'), construct(ROLE, 'voice/b')).map(each => each.severity)).toEqual(['error']);
  expect(of(construct(ROLE, 'east/a'), construct(ROLE, 'west/a')).map(each => each.severity)).toEqual(['warning']);
});

test('versions of one group are one object, groups are two', () => {
  const other = (apiVersion: string) => ({ ...ROLE, apiVersion });
  expect(of(person(ROLE, 'a'), person(other('rbac.authorization.k8s.io/v1beta1'), 'a', 2))).toHaveLength(1);
  expect(of(person(ROLE, 'a'), person(other('example.com/v1'), 'a', 2))).toEqual([]);
});

test('an acknowledgement on an object that is otherwise not kept still counts', () => {
  const metadata = { ...ROLE.metadata, annotations: { 'cdk8s-gpu/acknowledge': 'IDN-001: on purpose' } };
  expect(of(person(ROLE, 'a'), person({ ...ROLE, metadata }, 'a', 2))).toEqual([expect.objectContaining({ acknowledged: 'on purpose', line: undefined })]);
});

test('the data of a Secret is not kept', () => {
  const model = new ClusterModel();
  const text = 'apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: n}\nstringData: {password: correct-horse}\n';
  for (const read of readManifests(`${text}---\n${text}`, 'a.yaml')) { if (!isProblem(read)) { model.add(read); } }
  expect(runRules(model).map(({ rule, line }) => [rule, line])).toEqual([['IDN-001', 8]]);
  expect(JSON.stringify(model, (_, value) => (value instanceof Map ? [...value] : value instanceof Set ? [...value] : value))).not.toContain('correct-horse');
});
