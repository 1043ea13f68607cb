import { ClusterModel, isProblem, readManifests } from '../../src/cluster';
import { runRules } from '../../src/rules';

/** What is said of the manifests of a file: rule, severity and place. */
function said(text: string, file = 'f.yaml', isStrict = false): string[] {
  return findings(text, file, isStrict).map(({ rule, severity, path, line }) => `${rule} ${severity} ${path} at line ${line}`);
}

function findings(text: string, file = 'f.yaml', isStrict = false) {
  const model = new ClusterModel({}, undefined, isStrict);
  for (const read of readManifests(text, file, !isStrict)) {
    if (isProblem(read)) { throw new Error(read.message); }
    model.add(read);
  }
  return runRules(model);
}

const configMap = (lines: string) => `${lines}\nmetadata: {name: a}\n`;

describe('kubectl cannot read an object, and lint calls it an error,', () => {
  test.each(['null', '7', 'true', '{a: b}', '[Pod]', '""', '~', '{toString: x}'])('whose kind is %s', kind => {
    expect(said(configMap(`apiVersion: v1\nkind: ${kind}`))).toEqual(['SCH-002 error kind at line 2']);
  });

  test.each(['null', '1', '1.5', 'false', '{a: b}', '[v1]', '""'])('whose apiVersion is %s', version => {
    expect(said(configMap(`kind: ConfigMap\napiVersion: ${version}`))).toEqual(['SCH-002 error apiVersion at line 2']);
  });

  test('both of them', () => {
    expect(said(configMap('apiVersion: 1\nkind: null'))).toEqual(['SCH-002 error apiVersion at line 1', 'SCH-002 error kind at line 2']);
  });

  test('of a kind that nobody knows and of one of an operator', () => {
    expect(said('apiVersion: apps.nvidia.com/v1alpha1\nkind: null\nmetadata: {name: a}\nspec: {replicas: 1}\n')).toEqual(['SCH-002 error kind at line 2']);
    expect(said('apiVersion: example.com/v1\nkind: 3\nmetadata: {labels: {a: b}}\n')).toEqual(['SCH-002 error kind at line 2']);
  });

  test.each(['{a: b}', '{}', 'hello', '7', 'true'])('a List whose items are %s', items => {
    expect(said(`apiVersion: v1\nkind: List\nitems: ${items}\n`)).toEqual(['SCH-002 error items at line 3']);
    expect(said(`apiVersion: v1\nkind: PodList\nitems: ${items}\n`)).toEqual(['SCH-002 error items at line 3']);
  });

  test.each(['hello', '7', 'null', '[]', '[{}]'])('a List with the item %s', item => {
    const object = '{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}';
    expect(said(`apiVersion: v1\nkind: List\nitems:\n- ${object}\n- ${item}\n`)).toEqual(['SCH-002 error items.1 at line 5']);
    expect(said(`apiVersion: v1\nkind: ConfigMapList\nitems: [${item}]\n`)).toEqual(['SCH-002 error items.0 at line 3']);
  });

  test('a List with an item that has no kind or no apiVersion', () => {
    expect(said('apiVersion: v1\nkind: List\nitems:\n- {}\n')).toEqual(['SCH-002 error items.0.kind at line 4']);
    expect(said('apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, metadata: {name: a}}\n')).toEqual(['SCH-002 error items.0.kind at line 4']);
    expect(said('apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: {}, metadata: {name: a}}\n')).toEqual(['SCH-002 error items.0.kind at line 4']);
    expect(said('apiVersion: v1\nkind: List\nitems:\n- {kind: ConfigMap, metadata: {name: a}}\n')).toEqual(['SCH-002 error items.0.apiVersion at line 4']);
    expect(said('apiVersion: v1\nkind: List\nitems:\n- {apiVersion: 1, kind: ConfigMap, metadata: {name: a}}\n')).toEqual(['SCH-002 error apiVersion at line 4']);
  });

  test('a List of many items, which is read item by item', () => {
    const object = (name: string) => `- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: ${name}}\n  data: {a: ${'x'.repeat(500)}}\n`;
    const many = Array.from({ length: 200 }, (_, index) => object(`a${index}`)).join('');
    expect(said(`apiVersion: v1\nkind: List\nitems:\n${many}- null\n`)).toEqual(['SCH-002 error items.200 at line 804']);
    expect(said(`apiVersion: v1\nkind: List\nitems:\n- kind: 7\n  metadata: {name: a}\n${many}`)).toEqual(['SCH-002 error items.0.kind at line 4']);
    expect(said(`apiVersion: v1\nkind: List\nitems:\n${many}`)).toEqual([]);
  });
});

test('a List that a template left without items is a warning, and an error to who applies strictly', () => {
  for (const text of ['apiVersion: v1\nkind: List\nitems:\n', 'apiVersion: v1\nkind: List\n']) {
    expect(findings(text).map(({ rule, severity }) => `${rule} ${severity}`)).toEqual(['SCH-002 warning']);
    expect(findings(text, 'f.yaml', true).map(({ rule, severity }) => `${rule} ${severity}`)).toEqual(['SCH-002 error']);
  }
});

test('the rest of a List is still read', () => {
  const pod = '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: x, resources: {limits: {nvidia.com/gpu: 0.5}}}]}}';
  expect(said(`apiVersion: v1\nkind: List\nitems:\n- null\n- ${pod}\n`).map(each => each.slice(0, 13))).toContain('SCH-002 error');
  expect(said(`apiVersion: v1\nkind: List\nitems:\n- null\n- ${pod}\n`).length).toBeGreaterThan(1);
});

test('the message has the value and a way out', () => {
  const [found] = findings(configMap('apiVersion: v1\nkind: {a: b}'));
  expect(`${found.message}; ${found.fix}`).toBe('kind is {"a":"b"}, not a text: kubectl cannot read the object; write one kind, as in kind: Deployment');
});

describe('nothing is said of', () => {
  test.each([
    ['an empty file', ''],
    ['a comment', '# nothing\n---\n---\n'],
    ['an empty List', 'apiVersion: v1\nkind: List\nitems: []\n'],
    ['a List as a template', 'apiVersion: v1\nkind: List\nitems: "{{ .Values.items }}"\n'],
    ['a kind of somebody else that is called a list', 'apiVersion: example.com/v1\nkind: AllowList\nmetadata: {name: a}\nitems: {a: b}\n'],
    ['items of a kind that says it for all', 'apiVersion: v1\nkind: PodList\nitems: [{metadata: {name: a}, spec: {containers: [{name: c, image: x}]}}]\n'],
    ['values with a kind', 'kind: null\nimage: {repository: x}\nreplicas: 2\n'],
    ['values with both', 'apiVersion: null\nkind:\nmetadata: {}\n'],
    ['values with a kind of workload to choose', 'apiVersion: apps/v1\nkind: # Deployment or StatefulSet\nresources: {limits: {nvidia.com/gpu: 1}}\n'],
    ['what Grafana is set up with', 'apiVersion: 1\ndatasources: [{name: a, type: prometheus}]\n'],
    ['a chart', 'apiVersion: v2\nname: a\nversion: 1.0.0\n'],
    ['metadata of another tool', 'kind: 3\nmetadata: {name: a}\n'],
    ['a part of an object for Kustomize, which has a target', 'metadata: {name: a}\nspec: {replicas: 2}\n'],
    ['a kind that is filled in later', 'apiVersion: v1\nkind: ${KIND}\nmetadata: {name: a}\n'],
    ['a kind that a template fills in', 'apiVersion: {{ .Values.apiVersion }}\nkind: {{ .Values.kind }}\nmetadata: {name: a}\n'],
  ])('%s', (_, text) => {
    expect(said(text)).toEqual([]);
  });

  test('a values file, by its name', () => {
    for (const file of ['values.yaml', 'charts/x/values-prod.yaml', 'dev.values.yml', 'my_values.yaml']) {
      expect(said('apiVersion: v1\nkind: null\nmetadata: {name: a}\n', file)).toEqual([]);
    }
  });
});
