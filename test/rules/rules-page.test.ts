import * as fs from 'fs';
import * as path from 'path';
import { ruleTexts } from '../../src/rules';
import { rulesPage } from '../../src/rules/rules-page';

test('docs/rules.md is as the rules say (npx projen docs:rules)', () => {
  expect(fs.readFileSync(path.join(__dirname, '..', '..', 'docs', 'rules.md'), 'utf8')).toBe(rulesPage(ruleTexts()));
});
