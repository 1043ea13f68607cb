import { everythingGenerated } from './generated';

const RBAC_KINDS = ['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding', 'ServiceAccount'];

/** Where an object gives rights to everything, everybody or the whole cluster. */
function tooMuch({ kind, rules, roleRef, subjects }: any): string[] {
  const wild = (rules ?? []).flatMap((rule: any, index: number) => ['apiGroups', 'resources', 'verbs', 'nonResourceURLs']
    .filter(key => (rule[key] ?? []).some((each: string) => each.includes('*'))).map(key => `rules.${index}.${key}`));
  const all = (subjects ?? []).filter((each: any) => ['system:authenticated', 'system:unauthenticated', 'system:serviceaccounts'].includes(each.name));
  return [...wild, ...all.map((each: any) => `subjects ${each.name}`), ...(roleRef?.name === 'cluster-admin' ? [`${kind} to cluster-admin`] : [])];
}

const objects = everythingGenerated();

test('no construct gives anybody a right: the operators bring their own', () => {
  expect(objects.length).toBeGreaterThan(100);
  expect(objects.filter(({ manifest }) => RBAC_KINDS.includes(manifest.kind))).toEqual([]);
});

test('nothing generated has a wildcard where rights are written', () => {
  expect(objects.flatMap(({ from, manifest }) => tooMuch(manifest).map(each => `${from}: ${manifest.kind} ${manifest.metadata.name} ${each}`))).toEqual([]);
});

test('no pod of ours asks for the token of a service account', () => {
  const asking = objects.filter(({ manifest }) => /"(?:serviceAccountName|automountServiceAccountToken)":(?!false)/.test(JSON.stringify(manifest)));
  expect(asking.map(({ from, manifest }) => `${from}: ${manifest.kind}`)).toEqual([]);
});

test.each([
  [{ kind: 'ClusterRole', rules: [{ apiGroups: ['*'], resources: ['pods'], verbs: ['get', '*'] }] }, ['rules.0.apiGroups', 'rules.0.verbs']],
  [{ kind: 'Role', rules: [{ apiGroups: [''], resources: ['pods/*'], verbs: ['get'] }] }, ['rules.0.resources']],
  [{ kind: 'ClusterRole', rules: [{ nonResourceURLs: ['/metrics/*'], verbs: ['get'] }] }, ['rules.0.nonResourceURLs']],
  [{ kind: 'ClusterRoleBinding', roleRef: { name: 'cluster-admin' }, subjects: [{ name: 'system:authenticated' }] }, ['subjects system:authenticated', 'ClusterRoleBinding to cluster-admin']],
  [{ kind: 'Role', rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] }, []],
])('and a wildcard would be found: %j', (manifest, expected) => {
  expect(tooMuch(manifest)).toEqual(expected);
});
