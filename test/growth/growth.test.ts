import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { parseAllDocuments } from 'yaml';
import { CountedLibrary } from './counted-library';
import { familiesOf, Value } from './grown-fixtures';
import { Growth, growthOf, Work } from './growth-law';
import { Input, INPUTS, writeFiles } from './inputs';
import { KNOWN_GROWTH } from './known-growth';
import type * as cli from '../../src/cli';
import type * as cluster from '../../src/cluster';
import type * as rules from '../../src/rules';
import { FAMILIES, FIXTURES } from '../rules/fixture';

/**
 * Counts of work, never a time: each call of a function and each turn of a loop in `src` and in the packages that read
 * for it, and what the engine goes through by itself (`EngineWork`). Not counted are other packages, the file system, the
 * joining of texts, the logarithm of sorting, and what an expression reads twice: `eslint-plugin-regexp` sees to those.
 *
 * Here each fixture that breaks a rule grows in three ways; `npx projen growth` has those that pass grow too, which takes
 * as long again.
 */
const WHOLE = process.env.GROWTH === 'whole';

const MINUTES = 60_000;

const library = new CountedLibrary();
const { ClusterModel, ManifestDocument } = library.load<typeof cluster>('src/cluster');
const { runRules } = library.load<typeof rules>('src/rules');
const { main } = library.load<typeof cli>('src/cli');

const known = new Set(KNOWN_GROWTH);
/** Of the known ones those whose work did grow steeply. */
const met = new Set<string>();
function isKnown(place: string): boolean {
  const name = place.split(':')[0].trim();
  if (known.has(name)) { met.add(name); }
  return known.has(name);
}

async function allGrowthOf(works: readonly Work[]): Promise<string[]> {
  const found = new Map<string, Growth>();
  for (const work of works) {
    for (const each of await growthOf(library, work, isKnown)) { found.set(each.place, each); }
  }
  return [...found.values()].map(({ place, counts, work }) => `${place} ${counts.join(', ')} (${work})`);
}

function modelOf(objects: readonly Value[]): cluster.ClusterModel {
  const model = new ClusterModel();
  objects.forEach((each, index) => { model.add(new ManifestDocument(each as Record<string, unknown>, 'f.yaml', index + 1)); });
  return model;
}

describe('work for each pair is seen', () => {
  const { check, included, copied, rest, searched, sorted } = library.loadText<Record<string, (list: any) => unknown>>(`
    exports.check = check;
    function* check(model) {
      for (const one of model.workloads) { yield* model.workloads.filter(other => other !== one && other.document.name === one.document.name); }
    }
    exports.included = list => list.filter(each => list.includes(-each));
    exports.copied = list => list.reduce((all, each) => [...all, each], []);
    exports.rest = ([first, ...others]) => (first === undefined ? 0 : 1 + exports.rest(others));
    exports.searched = list => { const text = list.join(' '); return list.filter(each => !text.match(/x$/)); };
    exports.sorted = list => [...list].sort((a, b) => a - b).map(String).join();
  `);
  const pods = (count: number) => Array.from({ length: count }, (_, index): Value =>
    ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: `p${index}` }, spec: { containers: [{ name: 'c', resources: { limits: { 'nvidia.com/gpu': 1 } } }] } }));
  const onList = (name: string, run: (list: unknown) => unknown): Work => ({
    name,
    on: count => {
      const list = Array.from({ length: count }, (_, index) => (index * 7919) % 104729 + 1);
      return () => { run(list); };
    },
  });

  test('in the check of a rule', async () => {
    const rule: Work = {
      name: 'a rule',
      on: count => {
        const model = modelOf(pods(count));
        return () => { for (const _ of check(model) as Iterable<unknown>) { throw new Error('no two are called alike'); } };
      },
    };
    expect(await allGrowthOf([rule])).toEqual([`test check: function ${[2, 4, 8, 16, 32, 64].map(count => count * count).join(', ')} (a rule)`]);
  });

  test.each([['includes', included], ['a copy in each turn', copied], ['the rest of a list', rest], ['a search through all', searched]])(
    'that the engine does by itself: %s', async (name, run) => {
      expect(await allGrowthOf([onList(name, run)])).not.toEqual([]);
    });

  test('and sorting is none', async () => { expect(await allGrowthOf([onList('sorted', sorted)])).toEqual([]); });
});

describe('the work of the rules grows no faster than n log n in what they read, for what breaks', () => {
  const objectsOf = (file: string) => parseAllDocuments(fs.readFileSync(path.join(FIXTURES, file), 'utf8'))
    .filter(each => each.errors.length === 0)
    .map(each => each.toJS() as Value)
    .filter(each => typeof each === 'object' && each !== null);
  const worksOf = (file: string): Work[] => familiesOf(objectsOf(file)).map(({ name, objects }) => ({
    name: `${file}, ${name}`,
    on: count => {
      const grown = objects(count);
      return () => { runRules(modelOf(grown)); };
    },
  }));
  const files = fs.readdirSync(FIXTURES).filter(each => each.endsWith(WHOLE ? '.yaml' : '.bad.yaml')).sort();

  test.each(FAMILIES)('the rules %s', async family => {
    const own = files.filter(file => file.startsWith(`${family}-`));
    expect(own.length).toBeGreaterThan(0);
    expect(await allGrowthOf(own.flatMap(worksOf))).toEqual([]);
  }, 10 * MINUTES);
});

describe('the work of the command line grows no faster than n log n in the number of', () => {
  const before = process.cwd();
  const top = fs.mkdtempSync(path.join(os.tmpdir(), 'growth-'));
  afterAll(() => {
    process.chdir(before);
    fs.rmSync(top, { recursive: true });
  });

  const workOf = ({ name, args, text, files }: Input, said: string[]): Work => ({
    name,
    on: count => {
      const folder = fs.mkdtempSync(path.join(top, 'n-'));
      writeFiles(folder, files?.(count) ?? {});
      process.chdir(folder);
      const input = text?.(count) ?? '';
      const terminal: cli.Terminal = {
        out: each => { said.push(each); },
        err: each => { said.push(each); },
        exitCode: 0,
        colors: false,
        errorsAreSeen: false,
        overwrite: () => undefined,
        readInput: () => [input],
      };
      return () => main([...args], terminal);
    },
  });

  test.each(INPUTS.map(each => [each.name, each] as const))('%s', async (_, input) => {
    const said: string[] = [];
    expect(await allGrowthOf([workOf(input, said)])).toEqual([]);
    expect(said.join('\n')).not.toMatch(/--help|such option|rules\.0/); // it was read
    expect(said.length).toBeGreaterThan(0);
  }, MINUTES);
});

test('what is known to grow by more still does, or leaves the list', () => {
  expect(KNOWN_GROWTH.filter(each => !met.has(each))).toEqual([]);
});
