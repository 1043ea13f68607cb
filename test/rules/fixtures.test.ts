import * as fs from 'fs';
import * as path from 'path';
import { expectedFindings, FAMILIES, findingsOfFixture, FIXTURES } from './fixture';
import { CHECKED_RULES, RULES } from '../../src/rules';

test('a rule has a check, or a reason why manifests cannot show it', () => {
  const without = RULES.filter(rule => (rule.check === undefined) === (rule.notCheckable === undefined) || (rule.notCheckable ?? 'x'.repeat(20)).length < 20);
  expect(without.map(({ id }) => id)).toEqual([]);
});

test('every rule has a failing and a passing fixture, every family its expected findings, and nothing else is there', () => {
  const fixtures = CHECKED_RULES.flatMap(({ id }) => [`${id}.bad.yaml`, `${id}.good.yaml`]);
  expect(fs.readdirSync(FIXTURES).sort()).toEqual([...fixtures, ...FAMILIES.map(family => `${family}.expected.txt`)].sort());
});

test.each(FAMILIES)('the fixtures of %s get the findings that stand beside them, word for word', family => {
  // npx projen rules:expected writes them anew, for a person to read through
  expect(expectedFindings(family)).toBe(fs.readFileSync(path.join(FIXTURES, `${family}.expected.txt`), 'utf8'));
});

test.each(CHECKED_RULES)('$id finds its failing fixture, at a line, with the severity for what a person wrote', ({ id, lintSeverity }) => {
  const found = findingsOfFixture(`${id}.bad.yaml`).filter(finding => finding.rule === id);
  expect(found.length).toBeGreaterThan(0);
  for (const finding of found) {
    expect(finding.severity).toBe(lintSeverity);
    expect(finding.line).toBeGreaterThan(0);
    expect(finding.message).not.toMatch(/undefined|NaN|\[object/);
    expect(finding.fix).not.toMatch(/undefined|NaN|\[object|^$/);
  }
});

test.each(CHECKED_RULES)('$id has nothing to say of its passing fixture', ({ id }) => {
  expect(findingsOfFixture(`${id}.good.yaml`).filter(finding => finding.rule === id)).toEqual([]);
});

test.each(CHECKED_RULES)('no rule calls the passing fixture of $id an error', ({ id }) => {
  expect(findingsOfFixture(`${id}.good.yaml`).filter(finding => finding.severity === 'error')).toEqual([]);
});

test('every id and every name stands for one rule, and a name is in kebab case', () => {
  for (const key of ['id', 'name'] as const) {
    const all = RULES.map(rule => rule[key]);
    expect(all.filter((each, index) => all.indexOf(each) !== index)).toEqual([]);
  }
  expect(RULES.filter(({ name }) => !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name))).toEqual([]);
});

test('evidence in a file names repository, revision and path', () => {
  const citations = RULES.flatMap(({ id, evidence }) => evidence.split(/; |, (?=[\w./-]+\.(?:go|yaml|rst)\b)/).map(citation => ({ id, citation })));
  const bare = citations.filter(({ citation }) => /\.(?:go|yaml|rst|tpl)\b/.test(citation) && !/^[\w-]+\/[\w-]+@[\w.]+ [\w./-]+/.test(citation));
  expect(bare).toEqual([]);
});

test('the rules that constructors refuse by are those whose ids stand in messages outside of the rules', () => {
  const src = path.join(__dirname, '..', '..', 'src');
  const files = (fs.readdirSync(src, { recursive: true }) as string[]).filter(name => name.endsWith('.ts') && !name.startsWith(`rules${path.sep}`));
  const cited = files.flatMap(name => [...fs.readFileSync(path.join(src, name), 'utf8').matchAll(/\[([A-Z]{2,3}-\d{3})\]/g)].map(match => match[1]));
  expect(RULES.filter(({ refusedAtOnce }) => refusedAtOnce === true).map(({ id }) => id).sort()).toEqual([...new Set(cited)].sort());
});
