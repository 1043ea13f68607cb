import { stringify } from 'yaml';
import { ClusterModel, isProblem, ManifestDocument, readManifests } from '../../src/cluster';
import { Finding, runRules } from '../../src/rules';
import { acknowledge, acknowledgement } from '../../src/rules/acknowledgement';
import * as allRules from '../../src/rules/all-rules';
import { CheckedRule, RuleFinding, Severity } from '../../src/rules/rule';

/** Rules of the test in the place of ours: the engine must not know which they are. */
const rules = allRules.CHECKED_RULES as CheckedRule[];
const real = [...rules];
afterEach(() => { rules.splice(0, rules.length, ...real); });

const KEY = 'cdk8s-gpu/acknowledge';
const found = (document: ManifestDocument, more: Partial<RuleFinding> = {}): RuleFinding => ({ document, path: ['data', 'a'], message: 'm', fix: 'f', ...more });
const rule = (id: string, more: Partial<CheckedRule> = {}): CheckedRule => ({
  id, name: 'n', area: 'a', severity: 'error', lintSeverity: 'warning', sentence: 's', why: 'w', evidence: 'e', check: model => model.documents.map(each => found(each)), ...more,
});
const map = (name: string, data: Record<string, string> = { a: 'x' }, annotations?: Record<string, string>) =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'ns', ...(annotations && { annotations }) }, data });

function modelOf(...values: object[]): ClusterModel {
  const model = new ClusterModel({ gpuOperator: '26.3' });
  for (const read of readManifests(values.map(each => stringify(each)).join('---\n'), 'a.yaml')) { if (!isProblem(read)) { model.add(read); } }
  return model;
}
function modelBy(author: 'construct' | 'person', value: object): ClusterModel {
  const model = new ClusterModel();
  model.add(new ManifestDocument(value as never, 'chart', 1, author, 'chart/map'));
  return model;
}
const generated = (value: object) => modelBy('construct', value);
function run(own: CheckedRule[], model = modelOf(map('m')), least?: Severity): Finding[] {
  rules.splice(0, rules.length, ...own);
  return runRules(model, least);
}
const severities = (own: Partial<CheckedRule>, more: Partial<RuleFinding> = {}, model = modelOf(map('m'))) =>
  run([rule('T-1', { check: ({ documents }) => documents.map(each => found(each, more)), ...own })], model).map(({ severity }) => severity);

describe('the severity of a finding', () => {
  const container = { name: 'c', image: 'example.com/c:1', resources: { limits: { 'nvidia.com/gpu': 1 } } };
  const spec = { template: { spec: { containers: [container] } } };
  const unknown = { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 't' }, spec, data: { a: 'x' } };

  test.each<[string, Partial<CheckedRule>, Partial<RuleFinding>, Severity[]]>([
    ['is that for lint of what a person wrote', {}, {}, ['warning']],
    ['is nothing where the rule is not for lint', { lintSeverity: 'none' }, { severity: 'error' }, []],
    ['is what the check says', {}, { severity: 'error' }, ['error']],
    ['is an info where it is switched off', {}, { dormant: true }, ['info']],
    ['is an info where it is switched off, whatever the check says', {}, { dormant: true, severity: 'error' }, ['info']],
    ['is what it is where the API server refuses it, also switched off', { refusedByCrd: true }, { dormant: true }, ['warning']],
  ])('%s', (_, own, more, expected) => { expect(severities(own, more)).toEqual(expected); });

  test('is the stricter one of what a construct generates', () => {
    expect(severities({}, {}, generated(map('m')))).toEqual(['error']);
    expect(severities({ lintSeverity: 'none' }, {}, generated(map('m')))).toEqual(['error']);
  });

  test('is an info of a kind that nobody knows, whose pods were found by their shape', () => {
    expect(severities({}, { severity: 'error' }, modelBy('person', unknown))).toEqual(['info']);
    expect(severities({ lintSeverity: 'none' }, {}, modelBy('person', unknown))).toEqual([]);
    expect(severities({}, {}, generated(unknown))).toEqual(['error']);
  });

  test.each<[Severity, string[]]>([['info', ['I', 'W', 'E']], ['warning', ['W', 'E']], ['error', ['E']]])('of %s at least leaves %j', (least, left) => {
    const three = ([['I', 'info'], ['W', 'warning'], ['E', 'error']] as const).map(([id, lintSeverity]) =>
      rule(id, { lintSeverity, check: ({ documents }) => documents.map(each => found(each, { path: ['data', id] })) }));
    expect(run(three, modelOf(map('m')), least).map(({ rule: id }) => id).sort()).toEqual([...left].sort());
  });
});

describe('a placeholder of a template', () => {
  const of = (data: Record<string, string>, own: Partial<CheckedRule> = {}, path = ['data', 'a']) =>
    run([rule('T-1', { check: ({ documents }) => documents.map(each => found(each, { path })), ...own })], modelOf(map('m', data))).length;

  test('silences rules about its value, and not those about its key', () => {
    expect([of({ a: '${VALUE}' }), of({ a: 'x' }), of({ a: '${VALUE}' }, { aboutKey: true })]).toEqual([0, 1, 1]);
  });

  test('as a key silences every rule', () => {
    expect([of({ '${KEY}': 'x' }, { aboutKey: true }, ['data', '${KEY}']), of({ '${KEY}': 'x' }, {}, ['data', '${KEY}'])]).toEqual([0, 0]);
  });
});

test('what is true of several documents is told of each', () => {
  const check = ({ documents }: ClusterModel) => [found(documents[0], { alike: documents })];
  expect(run([rule('T-1', { check })], modelOf(map('m'), map('other'))).map(({ name }) => name)).toEqual(['m', 'other']);
  expect(run([rule('T-1', { check: ({ documents }) => [found(documents[1])] })], modelOf(map('m'), map('other'))).map(({ name }) => name)).toEqual(['other']);
});

describe('what a schema says of a place', () => {
  const at = (id: string, severity: Severity, path = ['data', 'a']) =>
    rule(id, { check: ({ documents }) => documents.map(each => found(each, { path, severity })) });
  const told = (...own: CheckedRule[]) => run(own).map(({ rule: id }) => id);

  test.each<[string, CheckedRule[], string[]]>([
    ['is left out where a rule says more', [at('SCH-001', 'warning'), at('T-1', 'error')], ['T-1']],
    ['is left out where a rule says as much', [at('SCH-001', 'warning'), at('T-1', 'warning')], ['T-1']],
    ['stays where a rule says less', [at('SCH-001', 'warning'), at('T-1', 'info')], ['SCH-001', 'T-1']],
    ['stays at another place', [at('SCH-001', 'warning'), at('T-1', 'error', ['data'])], ['SCH-001', 'T-1']],
    ['stays alone', [at('SCH-001', 'info')], ['SCH-001']],
    ['goes by the worst of several rules', [at('SCH-001', 'warning'), at('T-1', 'error'), at('T-2', 'info')], ['T-1', 'T-2']],
    ['does not silence another schema', [at('SCH-001', 'warning'), at('SCH-002', 'error')], ['SCH-001', 'SCH-002']],
  ])('%s', (_, own, expected) => { expect(told(...own).sort()).toEqual(expected); });
});

describe('a rule of some releases', () => {
  const since = (begins: string) => ({ product: 'gpu-operator', begins, what: 'w', source: 's' }) as const;
  const runs = (own: Partial<CheckedRule>, gpuOperator?: string) => {
    const model = new ClusterModel(gpuOperator === undefined ? {} : { gpuOperator });
    for (const document of modelOf(map('m')).documents) { model.add(document); }
    return run([rule('T-1', own)], model).length === 1;
  };

  test('runs from the first on, and until what ends it begins', () => {
    expect([runs({ since: since('26.3.0') }, '26.3.0'), runs({ since: since('26.7.0') }, '26.3.0')]).toEqual([true, false]);
    expect([runs({ until: since('26.3.0') }, '26.3.0'), runs({ until: since('26.7.0') }, '26.3.0')]).toEqual([false, true]);
    expect(runs({ since: since('25.3.0'), until: since('26.7.0') }, '26.3.0')).toBe(true);
  });

  test('runs where the patch that decides is not known', () => {
    expect([runs({ since: since('26.3.2') }, '26.3'), runs({ until: since('26.3.2') }, '26.3')]).toEqual([true, true]);
  });
});

describe('where a finding stands', () => {
  test('is its document and its path, and its line where there is one', () => {
    expect(run([rule('T-1')], modelOf(map('first'), map('m')))[1]).toEqual({
      rule: 'T-1', severity: 'warning', message: 'm', fix: 'f', file: 'a.yaml', document: 2, line: 15, kind: 'ConfigMap', name: 'm', namespace: 'ns', path: 'data.a', acknowledged: undefined,
    });
    expect(run([rule('T-1')], generated(map('m')))[0].line).toBeUndefined();
  });

  test('orders all of them: by document, by line, by rule', () => {
    const two = ['T-2', 'T-1'].map(id => rule(id, { check: ({ documents }) => documents.flatMap(each => [found(each, { path: ['data', 'b'] }), found(each)]) }));
    const places = run(two, modelOf(map('m', { a: 'x', b: 'y' }), map('other', { a: 'x', b: 'y' }))).map(({ document, path, rule: id }) => `${document} ${path} ${id}`);
    expect(places).toEqual([
      '1 data.a T-1', '1 data.a T-2', '1 data.b T-1', '1 data.b T-2', '2 data.a T-1', '2 data.a T-2', '2 data.b T-1', '2 data.b T-2',
    ]);
  });

  test('hides what looks like a secret in every text', () => {
    const token = `ghp_${'a1B2'.repeat(9)}`;
    const [finding] = run([rule('T-1', { check: ({ documents }) => [found(documents[0], { message: `the token ${token}`, fix: `remove ${token}` })] })]);
    expect(JSON.stringify(finding)).not.toContain(token);
    expect(finding.message).toMatch(/^the token /);
  });
});

describe('a rule that throws', () => {
  const failing = (error: unknown) => rule('T-1', { check: () => { throw error; } });

  test('is one finding without a place where there are no documents', () => {
    expect(run([failing(new Error('no'))], new ClusterModel())).toEqual([expect.objectContaining({
      rule: 'T-1',
      severity: 'error',
      file: '',
      document: 0,
      kind: '',
      name: '',
      namespace: undefined,
      path: '',
      isFailure: true,
      message: 'the rule T-1 failed on this and checked nothing more (Error: no)',
    })]);
  });

  test('is a warning in an app of constructs, and says when what it threw is no error', () => {
    expect(run([failing('text')], generated(map('m')))).toEqual([expect.objectContaining({
      severity: 'warning', message: 'the rule T-1 failed on this and checked nothing more (it threw no error)',
    })]);
  });

  test('stands at the first document where it throws on none alone', () => {
    const check = ({ documents }: ClusterModel) => { if (documents.length > 1) { throw new Error('two'); } return []; };
    expect(run([rule('T-1', { check })], modelOf(map('m'), map('other'))).map(({ name }) => name)).toEqual(['m']);
  });
});

describe('an acknowledgement', () => {
  test.each<[string, string | undefined]>([
    ['T-1: why', 'why'], ['T-2: no; T-1: why', 'why'], [' T-1 : why', undefined], ['T-1:why', 'why'], ['T-1:', undefined], ['T-1:  ', undefined], ['T-11: why', undefined],
    ['T-1 why', undefined], ['', undefined], [';;T-1: a: b;', 'a: b'],
  ])('"%s" is %s', (text, reason) => {
    expect(acknowledgement({ [KEY]: text }, 'T-1')).toBe(reason);
  });

  test('of uncertain memory may be what a NimService wrote down, after one of its own', () => {
    const accepted = { 'cdk8s-gpu/accepted-uncertain-memory': 'measured' };
    expect([acknowledgement(accepted, 'MEM-002'), acknowledgement(accepted, 'MEM-001'), acknowledgement({ ...accepted, [KEY]: 'MEM-002: other' }, 'MEM-002')])
      .toEqual(['measured', undefined, 'other']);
    expect(acknowledgement({}, 'T-1')).toBeUndefined();
  });

  test('is added to those that are there, and replaces one for the same rule', () => {
    expect(acknowledge({}, 'T-1', 'why')).toEqual({ key: KEY, value: 'T-1: why' });
    expect(acknowledge({ [KEY]: 'T-2: no;; T-1: old' }, 'T-1', 'new')).toEqual({ key: KEY, value: 'T-2: no; T-1: new' });
  });
});
