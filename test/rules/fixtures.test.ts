import * as fs from 'fs';
import * as path from 'path';
import { ClusterModel, isProblem, ManifestDocument, readManifests } from '../../src/cluster';
import { CHECKED_RULES, Finding, RULES, runRules } from '../../src/rules';

const folder = path.join(__dirname, 'fixtures');

/** What the rules say of a fixture; its first line may name the releases. */
function lint(name: string): Finding[] {
  const text = fs.readFileSync(path.join(folder, name), 'utf8');
  const release = (product: string) => new RegExp(`^# versions:.* ${product}=([\\d.]+)`).exec(text)?.[1];
  const model = new ClusterModel({
    gpuOperator: release('gpu-operator'), nimOperator: release('nim-operator'), kubernetes: release('kubernetes'), draDriver: release('dra-driver'),
  });
  for (const read of readManifests(text, name)) {
    if (isProblem(read)) { throw new Error(`${name}:${read.line}: ${read.message}`); }
    model.add(read as ManifestDocument);
  }
  return runRules(model);
}

test('a rule has a check, or a reason why manifests cannot show it', () => {
  const without = RULES.filter(rule => (rule.check === undefined) === (rule.notCheckable === undefined) || (rule.notCheckable ?? 'x'.repeat(20)).length < 20);
  expect(without.map(({ id }) => id)).toEqual([]);
});

test('every rule has a failing and a passing fixture, and every fixture a rule', () => {
  expect(fs.readdirSync(folder).sort()).toEqual(CHECKED_RULES.flatMap(({ id }) => [`${id}.bad.yaml`, `${id}.good.yaml`]).sort());
});

test.each(CHECKED_RULES)('$id finds its failing fixture, at a line, with the severity for what a person wrote', ({ id, lintSeverity }) => {
  const found = lint(`${id}.bad.yaml`).filter(finding => finding.rule === id);
  expect(found.length).toBeGreaterThan(0);
  for (const finding of found) {
    expect(finding.severity).toBe(lintSeverity);
    expect(finding.line).toBeGreaterThan(0);
    expect(finding.message).not.toMatch(/undefined|NaN|\[object/);
    expect(finding.fix).not.toMatch(/undefined|NaN|\[object|^$/);
  }
});

test.each(CHECKED_RULES)('$id has nothing to say of its passing fixture', ({ id }) => {
  expect(lint(`${id}.good.yaml`).filter(finding => finding.rule === id)).toEqual([]);
});

test.each(CHECKED_RULES)('no rule calls the passing fixture of $id an error', ({ id }) => {
  expect(lint(`${id}.good.yaml`).filter(finding => finding.severity === 'error')).toEqual([]);
});

test('every id and every name stands for one rule, and a name is in kebab case', () => {
  for (const key of ['id', 'name'] as const) {
    const all = RULES.map(rule => rule[key]);
    expect(all.filter((each, index) => all.indexOf(each) !== index)).toEqual([]);
  }
  expect(RULES.filter(({ name }) => !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name))).toEqual([]);
});
