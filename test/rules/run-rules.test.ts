import * as fs from 'fs';
import * as path from 'path';
import * as fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { SHIPPED_MIG_CONFIGS } from './shipped-mig-configs';
import { ClusterModel, isProblem, ManifestDocument, readManifests } from '../../src/cluster';
import { Finding, runRules } from '../../src/rules';

function lint(text: string, gpuOperator?: string): { findings: Finding[]; problems: number } {
  const model = new ClusterModel({ gpuOperator });
  let problems = 0;
  for (const read of readManifests(text, 'test.yaml')) {
    if (isProblem(read)) { problems++; } else { model.add(read as ManifestDocument); }
  }
  return { findings: runRules(model), problems };
}

const folder = path.join(__dirname, '..', '..', 'rules');
const fixtures = fs.readdirSync(folder).filter(name => name.endsWith('.yaml')).sort().map(name => fs.readFileSync(path.join(folder, name), 'utf8'));

describe('the configs that the operator ships', () => {
  test('are 81', () => {
    expect(SHIPPED_MIG_CONFIGS).toHaveLength(81);
  });

  test.each(['25.10', '26.3', '26.7'])('give no error on %s, the whole file in one', version => {
    const configs = Object.fromEntries(SHIPPED_MIG_CONFIGS.map(([name, entries]) => [name, entries.map(([filters, devices, enabled, counts]) => ({
      ...(filters && { 'device-filter': filters }), 'devices': devices, 'mig-enabled': enabled, ...(counts && { 'mig-devices': counts }),
    }))]));
    const file = stringify({ 'version': 'v1', 'mig-configs': configs });
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'shipped', namespace: 'gpu-operator' }, data: { 'config.yaml': file } };
    expect(lint(stringify(map), version).findings.filter(finding => finding.severity === 'error')).toEqual([]);
  });
});

describe('reading', () => {
  test('a document that cannot be read does not hide the others', () => {
    const bad = 'apiVersion: v1\nkind: [\n';
    const node = 'apiVersion: v1\nkind: Node\nmetadata:\n  name: node\n  labels:\n    nvidia.com/mig.config: ""\n';
    const { findings, problems } = lint(`${bad}---\n${node}`);
    expect(problems).toBe(1);
    expect(findings.map(({ rule, line }) => [rule, line])).toEqual([['LBL-003', 9]]);
  });

  test('a JSON patch in a file of its own is no manifest, and no problem', () => {
    const patch = '- op: add\n  path: /spec/mig/strategy\n  value: mixed\n';
    expect(lint(patch)).toEqual({ findings: [], problems: 0 });
    expect(lint('- op: add\n- b\n').problems).toBe(1);
  });

  test('a List is taken apart, and lines are those of its items', () => {
    const { findings } = lint('apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Node\n  metadata:\n    name: node\n    labels:\n      nvidia.com/mig.config: ""\n');
    expect(findings.map(({ rule, line }) => [rule, line])).toEqual([['LBL-003', 9]]);
  });

  test('JSON, Windows line ends, byte order marks, Helm comments and empty documents are nothing special', () => {
    const json = JSON.stringify({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', labels: { 'nvidia.com/mig.config': '' } } });
    for (const text of [json, `\uFEFF# Source: chart/templates/x.yaml\r\n---\r\n---\r\n${json}\r\n`, `---\n# nothing\n---\n${json}`]) {
      const { findings, problems } = lint(text);
      expect([findings.map(each => each.rule), problems]).toEqual([['LBL-003'], 0]);
    }
  });

  test('a key inside a ConfigMap is found at its own line', () => {
    const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: layouts\ndata:\n  config.yaml: |\n    version: v1\n    mig-configs:\n      a:\n      - devices: all\n' +
      '        mig-enabled: false\n        comment: x\n';
    expect(lint(text).findings.map(({ rule, line, path: at }) => [rule, line, at])).toEqual([['MIG-003', 12, 'data.config.yaml.mig-configs.a.0.comment']]);
  });
});

test('a finding that is acknowledged keeps its reason', () => {
  const node = 'apiVersion: v1\nkind: Node\nmetadata:\n  name: node\n  annotations:\n    cdk8s-gpu/acknowledge: "LBL-003: cleared by a job; CP-001: no"\n' +
    '  labels:\n    nvidia.com/mig.config: ""\n';
  expect(lint(node).findings).toEqual([expect.objectContaining({ rule: 'LBL-003', acknowledged: 'cleared by a job' })]);
});

test('an acknowledgement needs a colon and a reason, and is of the whole id', () => {
  for (const text of ['LBL-003 cleared by a job', 'LBL-003', 'LBL-003:', 'LBL-0031: cleared by a job', 'XLBL-003: cleared by a job']) {
    const node = JSON.stringify({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', annotations: { 'cdk8s-gpu/acknowledge': text }, labels: { 'nvidia.com/mig.config': '' } } });
    expect(lint(node).findings.map(({ acknowledged }) => acknowledged)).toEqual([undefined]);
  }
});

test('a count of GPUs is believed up to 64, and not above', () => {
  const uncovered = (count: number) => lint([
    'apiVersion: nvidia.com/v1\nkind: ClusterPolicy\nmetadata: {name: c, annotations: {cdk8s-gpu/form: partial}}\nspec: {mig: {strategy: mixed}, migManager: {config: {name: layouts}}}',
    stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'layouts' },
      data: { 'config.yaml': 'version: v1\nmig-configs:\n  all-disabled: [{devices: all, mig-enabled: false}]\n  a: [{devices: [0], mig-enabled: false}]\n' },
    }),
    stringify({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', labels: { 'nvidia.com/mig.config': 'a', 'nvidia.com/gpu.count': String(count) } } }),
  ].join('\n---\n')).findings.filter(({ rule }) => rule === 'MIG-015').length;
  expect([uncovered(1), uncovered(64), uncovered(65)]).toEqual([0, 1, 0]);
});

test('a Kustomization of Flux is not one of Kustomize', () => {
  const patches = [{ target: { kind: 'ClusterPolicy' }, patch: '[{"op": "replace", "path": "/spec/mig/strategy", "value": "mixed"}]' }];
  const rules = (apiVersion: string) => lint(stringify({ apiVersion, kind: 'Kustomization', metadata: { name: 'k' }, patches })).findings.map(({ rule }) => rule);
  expect(rules('kustomize.config.k8s.io/v1beta1')).toEqual(['CP-007']);
  expect(rules('kustomize.toolkit.fluxcd.io/v1')).toEqual([]);
});

test('a schema does not repeat what a rule says of the same place, unless the rule says less', () => {
  const service = (spec: object) => stringify({
    apiVersion: 'apps.nvidia.com/v1alpha1',
    kind: 'NIMService',
    metadata: { name: 'x' },
    spec: { image: { repository: 'r', tag: '1' }, authSecret: 's', storage: { emptyDir: {} }, ...spec },
  });
  const of = (text: string) => lint(text).findings.filter(each => /^SCH|NIM-085|NIM-057/.test(each.rule)).map(each => `${each.rule} ${each.path}`);
  expect(of(service({ inferencePlatform: 'knative' }))).toEqual(['NIM-085 spec.inferencePlatform']);
  expect(of(service({ inferencePlatform: 'knative', typo: 1 }))).toEqual(['NIM-085 spec.inferencePlatform', 'SCH-001 spec.typo']);
});

test('a rule is quiet on releases that it is not about', () => {
  const text = fs.readFileSync(path.join(folder, 'STR-004.bad.yaml'), 'utf8');
  expect(lint(text, '26.3').findings.map(each => each.rule)).toContain('STR-004');
  expect(lint(text, '26.7').findings.map(each => each.rule)).not.toContain('STR-004');
});

test('what our own constructs generate is held to the stricter severity', () => {
  const model = new ClusterModel();
  const value = parse(fs.readFileSync(path.join(folder, 'CP-001.bad.yaml'), 'utf8'));
  model.add(new ManifestDocument(value, 'chart', 1, 'construct', 'chart/policy'));
  expect(runRules(model)).toEqual([expect.objectContaining({ rule: 'CP-001', severity: 'error', line: undefined })]);
});

describe('no manifest makes a rule crash', () => {
  type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
  const value = fc.oneof<fc.Arbitrary<Json>[]>(fc.constant(null), fc.boolean(), fc.integer(), fc.string(), fc.constant([]), fc.constant({}), fc.constant('1g.10gb'),
    fc.constant({ a: 1 }), fc.constant([null]));

  /** Replaces, drops or doubles something somewhere. */
  function mutate(root: Json, choices: number[], replacement: Json): Json {
    const copy = structuredClone(root);
    let inner: any = copy;
    for (const choice of choices.slice(0, -1)) {
      const keys = Object.keys(inner);
      const next = inner[keys[choice % (keys.length || 1)]];
      if (next === null || typeof next !== 'object') { break; }
      inner = next;
    }
    const keys = Object.keys(inner);
    const key = keys[choices[choices.length - 1] % (keys.length || 1)];
    if (key === undefined) { return copy; }
    if (typeof inner[key] === 'string' && inner[key].includes('\n')) {
      inner[key] = stringify(mutate(parse(inner[key], { uniqueKeys: false }) ?? {}, choices, replacement));
    } else if (choices[0] % 3 === 0) { delete inner[key]; } else { inner[key] = replacement; }
    return copy;
  }

  test('whatever key is dropped or replaced', () => {
    const documents = fixtures.flatMap(text => text.split(/^---$/m)).map(text => parse(text, { uniqueKeys: false }) as Json);
    const where = fc.array(fc.nat(20), { minLength: 2, maxLength: 9 });
    fc.assert(fc.property(fc.constantFrom(...documents), where, value, (document, choices, replacement) => {
      lint(stringify(mutate(document, choices, replacement)));
    }), { numRuns: 1500 });
  });

  test('wherever the text is cut off', () => {
    fc.assert(fc.property(fc.constantFrom(...fixtures), fc.double({ min: 0, max: 1, noNaN: true }), (text, part) => {
      lint(text.slice(0, Math.floor(text.length * part)));
    }), { numRuns: 300 });
  });
});
