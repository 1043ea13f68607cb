/**
 * Writes docs/api: the API reference that jsii-docgen made, one page a room of the house, and a page that lists them.
 */
import * as fs from 'fs';
import * as path from 'path';
import { apiPages } from './pages/api-pages';

const root = path.join(__dirname, '..');
const target = path.join(root, 'docs', 'api');
const manifest = JSON.parse(fs.readFileSync(path.join(root, '.jsii'), 'utf8'));
const pages = apiPages(fs.readFileSync(path.join(root, 'dist', 'API.md'), 'utf8'), manifest);
fs.rmSync(target, { recursive: true, force: true });
fs.mkdirSync(target, { recursive: true });
for (const [name, text] of pages) { fs.writeFileSync(path.join(target, name), text); }
