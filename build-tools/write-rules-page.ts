import * as fs from 'fs';
import * as path from 'path';
import { rulesPage } from '../src/report/rules-page';
import { RULES } from '../src/rules';

fs.writeFileSync(path.join(__dirname, '..', 'docs', 'rules.md'), rulesPage(RULES));
