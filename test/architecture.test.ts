import * as fs from 'fs';
import * as path from 'path';

/** The rooms of `src`, from the ground up. A room may import itself and the rooms before it. */
const ROOMS = [
  'text', 'secrets', 'props', 'hardware', 'kubernetes', 'releases', 'models', 'fit', 'planning', 'cluster', 'rules', 'synthesis', 'drift',
  'allocation', 'operator', 'pools', 'nim', 'workloads', 'pipelines', 'benchmark', 'report', 'cli',
];

const src = path.join(__dirname, '..', 'src');

function filesOf(room: string): string[] {
  return (fs.readdirSync(path.join(src, room), { recursive: true }) as string[])
    .filter(file => file.endsWith('.ts'))
    .map(file => path.join(src, room, file));
}

/** What a file imports from other rooms, as paths from `src`: `fit`, or `fit/kv-cache` for what lies behind an index. */
function importedFromRooms(file: string): string[] {
  const text = fs.readFileSync(file, 'utf8');
  const specifiers = [...text.matchAll(/(?:from|import|require)\s*\(?\s*'(\.[^']*)'/g)].map(match => match[1]);
  const own = roomOf(path.relative(src, file));
  return specifiers
    .map(specifier => path.relative(src, path.resolve(path.dirname(file), specifier)))
    .filter(imported => roomOf(imported) !== own);
}

const roomOf = (place: string) => place.split(path.sep)[0];

test('every folder of src is a room with a place in the order', () => {
  const folders = fs.readdirSync(src, { withFileTypes: true }).filter(entry => entry.isDirectory()).map(entry => entry.name);
  expect(folders.filter(folder => !ROOMS.includes(folder))).toEqual([]);
});

const present = ROOMS.filter(room => fs.existsSync(path.join(src, room)));

test.each(present)('room %s imports only itself and rooms below it', room => {
  const allowed = ROOMS.slice(0, ROOMS.indexOf(room));
  const offences = filesOf(room).flatMap(file =>
    importedFromRooms(file).filter(imported => !allowed.includes(roomOf(imported))).map(imported => `${path.relative(src, file)} imports ${imported}`));
  expect(offences).toEqual([]);
});

test.each(present)('room %s imports other rooms through their index alone', room => {
  const offences = filesOf(room).flatMap(file =>
    importedFromRooms(file).filter(imported => imported.includes(path.sep)).map(imported => `${path.relative(src, file)} imports ${imported}`));
  expect(offences).toEqual([]);
});
