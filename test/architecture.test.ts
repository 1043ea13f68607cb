import * as fs from 'fs';
import * as path from 'path';

/** The rooms of `src`, from the ground up. A room may import itself and the rooms before it. */
const ROOMS = ['secrets', 'hardware', 'models', 'fit', 'cluster', 'rules', 'checks', 'operator', 'sharing', 'nim', 'cli'];

const src = path.join(__dirname, '..', 'src');

function filesOf(room: string): string[] {
  return (fs.readdirSync(path.join(src, room), { recursive: true }) as string[])
    .filter(file => file.endsWith('.ts'))
    .map(file => path.join(src, room, file));
}

function importedRooms(file: string): string[] {
  const text = fs.readFileSync(file, 'utf8');
  const specifiers = [...text.matchAll(/(?:from|import|require)\s*\(?\s*'(\.[^']*)'/g)].map(match => match[1]);
  return specifiers
    .map(specifier => path.relative(src, path.resolve(path.dirname(file), specifier)).split(path.sep)[0])
    .filter(room => room !== '');
}

test('every folder of src is a room with a place in the order', () => {
  const folders = fs.readdirSync(src, { withFileTypes: true }).filter(entry => entry.isDirectory()).map(entry => entry.name);
  expect(folders.sort()).toEqual([...ROOMS].sort());
});

test.each(ROOMS)('room %s imports only itself and rooms below it', room => {
  const allowed = new Set(ROOMS.slice(0, ROOMS.indexOf(room) + 1));
  const offences = filesOf(room).flatMap(file =>
    importedRooms(file).filter(imported => !allowed.has(imported)).map(imported => `${path.relative(src, file)} imports ${imported}`));
  expect(offences).toEqual([]);
});
