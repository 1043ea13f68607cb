import * as fs from 'fs';
import * as path from 'path';
import { ClusterModel, isProblem, ManifestDocument, readManifests } from '../../src/cluster';
import { runRules } from '../../src/rules';
import { changed, HOSTILE, Json, placesIn } from '../mutated';

const folder = path.join(__dirname, '..', '..', 'rules');
const fixtures = fs.readdirSync(folder).filter(name => name.endsWith('.yaml')).sort().map(name => ({ name, documents: documentsOf(fs.readFileSync(path.join(folder, name), 'utf8')) }));

function documentsOf(text: string): Json[] {
  return [...readManifests(text, 'f.yaml')].flatMap(each => (isProblem(each) ? [] : [structuredClone(each.value) as Json]));
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
  for (const { rule, message, fix, isFailure } of runRules(model)) {
    if (isFailure === true) { throw new Error(message); } // of a rule that threw, or never ended
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

/** Names under which every object of the language has something, and by which it becomes a text or a number. */
const INHERITED = JSON.parse('{"toString": 1, "valueOf": {"x": 1}, "constructor": [], "__proto__": {"a": 1}, "hasOwnProperty": 2, "toJSON": 3, "length": -1}') as Json;

/** A place that several fixtures have is tried in so many of them. */
const OFTEN = 3;
const tried = new Map<string, number>();

test.each(fixtures)('$name: a map of such names in place of any text or number ends no rule', ({ documents }) => {
  documents.forEach((document, index) => {
    for (const place of placesIn(document)) {
      const key = JSON.stringify([(document as { kind?: Json }).kind, place.map(each => (/^\d+$/.test(String(each)) ? '*' : each))]);
      if ((tried.get(key) ?? 0) >= OFTEN) { continue; }
      let isScalar = false;
      const mutated = changed(document, place, before => {
        isScalar = typeof before !== 'object' || before === null;
        return INHERITED;
      });
      if (!isScalar) { continue; }
      tried.set(key, (tried.get(key) ?? 0) + 1);
      try {
        lint(documents.map((each, number) => (number === index ? mutated : each)));
      } catch (error) {
        throw new Error(`${place.join('.')}: ${(error as Error).message}`, { cause: error });
      }
    }
  });
});

test('thousands of places were tried', () => {
  expect(tried.size).toBeGreaterThan(600);
});
