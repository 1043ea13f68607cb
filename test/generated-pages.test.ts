import * as fs from 'fs';
import * as path from 'path';
import { PAGES } from '../build-tools/pages';
import { BOARDS } from '../src/hardware/boards/all-boards';
import { SOURCES } from '../src/hardware/boards/sources';

test.each(Object.keys(PAGES))('docs/%s is as the tables say (npx projen docs:pages)', name => {
  expect(fs.readFileSync(path.join(__dirname, '..', 'docs', name), 'utf8')).toBe(PAGES[name]());
});

test('every row of a board and of its profiles names a source that is written down', () => {
  const unnamed = BOARDS.flatMap(({ id, sources, profiles }) => [sources, ...(profiles === undefined ? [] : [profiles.sources])]
    .flatMap(each => each.split(', ')).filter(key => !(key in SOURCES)).map(key => `${id}: ${key}`));
  expect(unnamed).toEqual([]);
});

describe('the API reference', () => {
  const folder = path.join(__dirname, '..', 'docs', 'api');
  const pages = new Map(fs.readdirSync(folder).map(name => [name, fs.readFileSync(path.join(folder, name), 'utf8')]));

  test('has a page a room, and every link on it leads to something', () => {
    const anchors = new Set([...pages].flatMap(([name, text]) => [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => `${name}#${id}`)));
    const links = [...pages].flatMap(([name, text]) => [...text.matchAll(/(?:href="|\]\()([^")]*#cdk8s-gpu\.[^")]+)/g)]
      .map(([, link]) => (link.startsWith('#') ? name + link : link)));
    expect(links.length).toBeGreaterThan(1000);
    expect([...new Set(links)].filter(link => !anchors.has(link))).toEqual([]);
  });

  test('lists every page', () => {
    expect([...pages.keys()].filter(name => name !== 'README.md' && !pages.get('README.md')!.includes(`](${name})`))).toEqual([]);
  });
});
