import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';

const root = path.join(__dirname, '..');
const read = (file: string) => fs.readFileSync(path.join(root, file), 'utf8');
const tracked = (...patterns: string[]) => execFileSync('git', ['ls-files', '--', ...patterns], { cwd: root, encoding: 'utf8' })
  .split('\n').filter(file => file !== '' && fs.existsSync(path.join(root, file)));

/** As the web pages of repositories make it: lower case, no punctuation, a dash for each space. */
const anchorOf = (heading: string) => heading.toLowerCase().replace(/[`*]/g, '').replace(/[^\p{L}\p{N}\s_-]/gu, '').trim().replace(/\s/g, '-');
const headingsOf = (file: string) => [...read(file).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1'));
const pages = tracked('*.md').filter(file => !file.startsWith('docs/api/'));

test('every link of a page leads to a file that is there, and to a heading of it', () => {
  const broken = pages.flatMap(page => [...read(page).replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link).filter(link => !/^[a-z]+:/.test(link))
    .filter(link => {
      const [file, anchor] = link.split('#');
      const target = file === '' ? page : path.posix.join(path.posix.dirname(page), file);
      if (!fs.existsSync(path.join(root, target))) { return true; }
      return anchor !== undefined && target.endsWith('.md') && !target.startsWith('docs/api/')
        && !headingsOf(target).some(heading => anchorOf(heading) === anchor) && !read(target).includes(`id="${anchor}"`);
    }).map(link => `${page}: ${link}`));
  expect(pages.length).toBeGreaterThan(20);
  expect(broken).toEqual([]);
});

test('every fact that the code cites stands under docs/facts, under the heading that it names', () => {
  const cites = tracked('src/*.ts', 'test/*.ts', 'test/*.js', 'build-tools/*.ts', 'load-generator/*', 'rules/*').flatMap(file =>
    [...read(file).matchAll(/(docs\/)?facts\/([\w.-]+\.(?:md|json))(?:,? \\?"([^"\\]+)\\?")?/g)]
      .map(([, docs, page, heading]) => ({ file, docs, page: `docs/facts/${page}`, heading })));
  expect(cites.length).toBeGreaterThan(10);
  expect(cites.filter(({ docs, page, heading }) => docs === undefined || !fs.existsSync(path.join(root, page))
    || (heading !== undefined && !headingsOf(page).includes(heading)))).toEqual([]);
});

test('the index of the facts lists each of its pages', () => {
  const index = read('docs/facts/README.md');
  expect(tracked('docs/facts/*.md').map(file => path.basename(file)).filter(name => name !== 'README.md' && !index.includes(`](${name})`))).toEqual([]);
});
