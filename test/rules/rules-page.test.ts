import * as fs from 'fs';
import * as path from 'path';
import { rulesPage } from '../../src/report/rules-page';
import { RULES } from '../../src/rules';

test('docs/rules.md is as the rules say (npx projen docs:rules)', () => {
  expect(fs.readFileSync(path.join(__dirname, '..', '..', 'docs', 'rules.md'), 'utf8')).toBe(rulesPage(RULES));
});
