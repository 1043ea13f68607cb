import * as fs from 'fs';
import * as path from 'path';
import { expectedFindings, FAMILIES, FIXTURES } from '../test/rules/fixture';

for (const family of FAMILIES) {
  fs.writeFileSync(path.join(FIXTURES, `${family}.expected.txt`), expectedFindings(family));
}
