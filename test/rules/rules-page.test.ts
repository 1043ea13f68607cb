import * as fs from 'fs';
import * as path from 'path';
import { rulesPage } from '../../src/report/rules-page';
import { RULES } from '../../src/rules';
import { run } from '../cli/run';

test('docs/rules.md is as the rules say (npx projen docs:rules)', () => {
  expect(fs.readFileSync(path.join(__dirname, '..', '..', 'docs', 'rules.md'), 'utf8')).toBe(rulesPage(RULES));
});

describe('false alarms', () => {
  const errors = RULES.filter(each => each.check !== undefined && each.lintSeverity === 'error');

  test.each(errors)('of $id: the rule says when a working cluster could have what it calls an error', ({ falseAlarm }) => {
    expect(falseAlarm).toMatch(/^\S[^]{30,}[^.]$/);
  });

  test('are shown by explain and on the page of the rules, once for all rules that share a story', async () => {
    const page = rulesPage(RULES);
    for (const { id, falseAlarm } of errors) {
      expect(page.split('\n').filter(line => line.endsWith(`| ${falseAlarm} |`) && new RegExp(`^\\|.*\\b${id}\\b.*\\|`).test(line))).toHaveLength(1);
    }
    expect((await run('explain', 'MEM-001')).out).toContain('False alarms: the estimate is the least that the model can need');
    expect((await run('explain', 'MEM-004')).out).not.toContain('False alarms');
  });
});
