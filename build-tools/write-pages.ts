import * as fs from 'fs';
import * as path from 'path';
import { PAGES } from './pages';

/** Writes every page of docs/ that is generated from a table. */
for (const [name, page] of Object.entries(PAGES)) {
  fs.writeFileSync(path.join(__dirname, '..', 'docs', name), page());
}
