import * as fs from 'fs';
import * as path from 'path';
import { ClusterModel, isProblem, ManifestDocument, readManifests } from '../../src/cluster';
import { Finding, RULES, ruleTexts, runRules } from '../../src/rules';

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

const texts = ruleTexts().filter(text => text.notCheckable === undefined);

test('every rule has its sentence, and every sentence its rule', () => {
  expect(RULES.map(rule => rule.id).sort()).toEqual(texts.map(text => text.id).sort());
});

test('every rule has a failing and a passing fixture, and every fixture a rule', () => {
  expect(fs.readdirSync(folder).sort()).toEqual(RULES.flatMap(({ id }) => [`${id}.bad.yaml`, `${id}.good.yaml`]).sort());
});

test.each(texts)('$id finds its failing fixture, at a line, with the severity for what a person wrote', ({ id, lintSeverity }) => {
  const found = lint(`${id}.bad.yaml`).filter(finding => finding.rule === id);
  expect(found.length).toBeGreaterThan(0);
  for (const finding of found) {
    expect(finding.severity).toBe(lintSeverity);
    expect(finding.line).toBeGreaterThan(0);
    expect(finding.message).not.toMatch(/undefined|NaN|\[object/);
    expect(finding.fix).not.toMatch(/undefined|NaN|\[object|^$/);
  }
});

test.each(texts)('$id has nothing to say of its passing fixture', ({ id }) => {
  expect(lint(`${id}.good.yaml`).filter(finding => finding.rule === id)).toEqual([]);
});

test.each(texts)('no rule calls the passing fixture of $id an error', ({ id }) => {
  expect(lint(`${id}.good.yaml`).filter(finding => finding.severity === 'error')).toEqual([]);
});

test('what manifests cannot show has a reason and no check', () => {
  const others = ruleTexts().filter(text => text.notCheckable !== undefined);
  expect(others.filter(text => text.notCheckable!.length < 20 || RULES.some(rule => rule.id === text.id))).toEqual([]);
});

test('every id stands for one rule', () => {
  const ids = ruleTexts().map(text => text.id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});
