import * as fs from 'fs';
import * as path from 'path';
import { parse, stringify } from 'yaml';
import { ClusterModel, isProblem, ManifestDocument, readManifests } from '../../src/cluster';
import { runRules } from '../../src/rules';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Path = (string | number)[];

/** What stands where something else is expected. */
const HOSTILE: Json[] = [
  null, true, 0, -1, 1e300, 0.5, '', 'x', ' ', '\n', '\u0000', 'constructor', '__proto__', 'nvidia.com/gpu', '1g.10gb', '9'.repeat(400), 'a: [', '{{ x }}',
  [], {}, [null], [[]], [{}], { a: null }, { name: 7, value: [] }, ['x', 'x'], { '': '' },
];

const folder = path.join(__dirname, '..', '..', 'rules');
const fixtures = fs.readdirSync(folder).filter(name => name.endsWith('.yaml')).sort().map(name => ({ name, documents: documentsOf(fs.readFileSync(path.join(folder, name), 'utf8')) }));

function documentsOf(text: string): Json[] {
  return [...readManifests(text, 'f.yaml')].flatMap(each => (isProblem(each) ? [] : [structuredClone(each.value) as Json]));
}

/** A text in a manifest that is a file of its own, as it is in ConfigMaps. */
function embedded(value: Json): Json | undefined {
  if (typeof value !== 'string' || !value.includes('\n')) { return undefined; }
  try {
    const content = parse(value, { uniqueKeys: false }) as Json;
    return typeof content === 'object' && content !== null ? content : undefined;
  } catch {
    return undefined;
  }
}

/** Every place in a value, those in embedded files too. */
function* placesIn(value: Json, at: Path = []): Generator<Path> {
  const inside = embedded(value) ?? value;
  if (typeof inside !== 'object' || inside === null) { return; }
  for (const key of Object.keys(inside)) {
    yield [...at, key];
    yield* placesIn((inside as Record<string, Json>)[key], [...at, key]);
  }
}

/** The value with something else at a place. */
function changed(value: Json, [key, ...rest]: Path, change: () => Json | undefined): Json {
  const inside = embedded(value);
  if (inside !== undefined) { return stringify(changed(inside, [key, ...rest], change)); }
  const copy = (Array.isArray(value) ? [...value] : { ...value as object }) as Record<string, Json>;
  const next = rest.length === 0 ? change() : changed(copy[key], rest, change);
  if (next !== undefined) {
    Object.defineProperty(copy, key, { value: next, enumerable: true, configurable: true, writable: true }); // __proto__ is a key like others
  } else if (Array.isArray(copy)) {
    copy.splice(Number(key), 1);
  } else {
    delete copy[key];
  }
  return copy as unknown as Json;
}

class TooManySteps extends Error {}

/** The value, whose every read is a step. */
function counted<T extends object>(value: T, steps: { left: number }, known = new Map<object, object>()): T {
  const seen = known.get(value);
  if (seen !== undefined) { return seen as T; }
  const proxy = new Proxy(value, {
    get: (target, key) => {
      if (steps.left-- <= 0) { throw new TooManySteps(); }
      const inner: unknown = Reflect.get(target, key);
      return typeof inner === 'object' && inner !== null ? counted(inner, steps, known) : inner;
    },
  });
  known.set(value, proxy);
  return proxy;
}

/** Far more than all rules need for a fixture, and far fewer than what never ends. */
const MOST_STEPS = 200000;

function lint(documents: Json[]): void {
  const model = new ClusterModel();
  const steps = { left: MOST_STEPS };
  documents.forEach((each, index) => {
    if (typeof each === 'object' && each !== null && !Array.isArray(each)) { model.add(new ManifestDocument(counted(each, steps), 'f.yaml', index + 1)); }
  });
  for (const { rule, message, fix } of runRules(model)) {
    if (/undefined|NaN/.test(message + fix)) { throw new Error(`${rule}: ${message}. ${fix}`); }
  }
}

/** Every place of the fixture, with one value after another of those that do not belong there; every fifth is taken out. */
test.each(fixtures.filter(({ name }) => name.endsWith('.bad.yaml')))('$name: whatever stands in the place of any value, no rule crashes, hangs or says "undefined"', ({ documents }) => {
  let turn = 0;
  documents.forEach((document, index) => {
    for (const place of placesIn(document)) {
      turn++;
      const hostile = turn % 5 === 0 ? undefined : HOSTILE[turn % HOSTILE.length];
      const mutated = documents.map((each, number) => (number === index ? changed(each, place, () => hostile) : each));
      try {
        lint(mutated);
      } catch (error) {
        throw new Error(`${place.join('.')} as ${JSON.stringify(hostile)}: ${(error as Error).stack}`, { cause: error });
      }
    }
  });
});
