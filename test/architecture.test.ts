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

/** The files that a file imports, but for `import type`, which leaves nothing in what runs. */
function importsOf(file: string): string[] {
  const text = fs.readFileSync(file, 'utf8');
  return [...text.matchAll(/^(?:import|export)(?! type\b)[^;]*?from '(\.[^']*)'/gm)]
    .map(([, specifier]) => path.resolve(path.dirname(file), specifier))
    .map(place => [`${place}.ts`, path.join(place, 'index.ts')].find(each => fs.existsSync(each))!);
}

/** Every file that can be reached from a file by imports. */
function reachedFrom(start: string, imports: ReadonlyMap<string, readonly string[]>): Set<string> {
  const reached = new Set<string>();
  for (const queue = [...imports.get(start)!]; queue.length > 0;) {
    const file = queue.pop()!;
    if (reached.has(file)) { continue; }
    reached.add(file);
    queue.push(...imports.get(file)!);
  }
  return reached;
}

test('no file comes back to itself by imports', () => {
  const files = [...present.flatMap(filesOf), path.join(src, 'index.ts')];
  const imports = new Map(files.map(file => [file, importsOf(file)]));
  expect([...imports.values()].flat().length).toBeGreaterThan(1000);
  expect(files.filter(file => reachedFrom(file, imports).has(file)).map(file => path.relative(src, file))).toEqual([]);
});
