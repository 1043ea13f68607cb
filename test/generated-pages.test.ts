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
