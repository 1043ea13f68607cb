import * as fs from 'fs';
import * as path from 'path';
import { bundledPackages, licencesPage } from './bundled-packages';

fs.writeFileSync(path.join(__dirname, '..', 'docs', 'licences.md'), licencesPage(bundledPackages()));
