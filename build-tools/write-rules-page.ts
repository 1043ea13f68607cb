import * as fs from 'fs';
import * as path from 'path';
import { ruleTexts } from '../src/rules';
import { rulesPage } from '../src/rules/rules-page';

fs.writeFileSync(path.join(__dirname, '..', 'docs', 'rules.md'), rulesPage(ruleTexts()));
