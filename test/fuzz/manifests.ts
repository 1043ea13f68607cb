import * as fs from 'fs';
import * as path from 'path';
import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { Slowest } from './slowest';
import { ClusterModel, isProblem, ManifestDocument, readManifests } from '../../src/cluster';
import { runRules } from '../../src/rules';
import { changed, HOSTILE, Json, placesIn } from '../mutated';

const folder = path.join(__dirname, '..', '..', 'rules');
const SEEDS: Json[][] = fs.readdirSync(folder).filter(name => name.endsWith('.yaml')).sort()
  .map(name => documentsOf(fs.readFileSync(path.join(folder, name), 'utf8')));

function documentsOf(text: string): Json[] {
  return [...readManifests(text, 'f.yaml')].flatMap(each => (isProblem(each) || !('value' in each) ? [] : [structuredClone(each.value) as Json]));
}

/** Names that no field has, and those that every object of the language has. */
const NAMES = ['x', '', '__proto__', 'constructor', 'toString', 'a.b/c', '0', '{{ x }}', 'name', 'spec', 'items'];

/** One change of a manifest. Its numbers choose among what is there, so that it can be made smaller. */
interface Change { readonly how: 'hostile' | 'gone' | 'renamed' | 'repeated' | 'moved'; readonly document: number; readonly place: number; readonly what: number }

const change: fc.Arbitrary<Change> = fc.record({
  how: fc.constantFrom('hostile', 'gone', 'renamed', 'repeated', 'moved'), document: fc.nat(20), place: fc.nat(400), what: fc.nat(400),
});

function mutated(documents: readonly Json[], { how, document, place, what }: Change): Json[] {
  const index = document % Math.max(documents.length, 1);
  const places = [...placesIn(documents[index] ?? null)];
  if (places.length === 0) { return [...documents]; }
  const at = places[place % places.length];
  const other = places[what % places.length];
  const next = (before: Json): Json | undefined => {
    switch (how) {
      case 'hostile': return HOSTILE[what % HOSTILE.length];
      case 'gone': return undefined;
      case 'renamed': return { [NAMES[what % NAMES.length]]: before };
      case 'repeated': return [before, before];
      case 'moved': return other.reduce<any>((value, key) => value?.[key], documents[index]) ?? null;
    }
  };
  return documents.map((each, number) => (number === index ? changed(each, at, next) : each));
}

/** What the rules say of a text, as a run says it; a second run of the same text must say the same. */
function findingsOf(text: string): string {
  const model = new ClusterModel();
  for (const read of readManifests(text, 'f.yaml')) {
    if (read instanceof ManifestDocument) { model.add(read); }
  }
  return JSON.stringify(runRules(model));
}

/** The slowest text of each kind. */
export const slowest = { manifests: new Slowest(), texts: new Slowest() };

/** Rules, and what reads for them, over manifests that were changed at some places. */
export const manifests = fc.property(fc.nat(SEEDS.length - 1), fc.array(change, { minLength: 1, maxLength: 6 }), (seed, changes) => {
  const documents = changes.reduce<Json[]>((all, each) => mutated(all, each), SEEDS[seed]);
  const text = documents.map(each => stringify(each, { aliasDuplicateObjects: false })).join('---\n');
  const first = slowest.manifests.measure(text, () => findingsOf(text));
  if (/"message":"[^"]*(?:undefined|NaN|\[object)/.test(first)) { throw new Error(`a message says what is no word: ${first}\n${text}`); }
  if (/please report/i.test(first)) { throw new Error(`a rule failed: ${first}\n${text}`); }
  if (findingsOf(text) !== first) { throw new Error(`two runs say different things of\n${text}`); }
});

/** A cut, a doubled or a changed piece of a text, which need be no YAML any more. */
const slip = fc.record({ at: fc.nat(), length: fc.nat(12), insert: fc.oneof(fc.string({ unit: 'binary', maxLength: 4 }), fc.constantFrom('\n', '\t', ': ', '- ', '&a ', '*a', '<<: ', '|\n', '"', '{', ']', '---\n', '\r')) });

/** What reads YAML, over texts with slips of the pen. */
export const texts = fc.property(fc.nat(SEEDS.length - 1), fc.array(slip, { minLength: 1, maxLength: 8 }), (seed, slips) => {
  const whole = SEEDS[seed].map(each => stringify(each)).join('---\n');
  const text = slips.reduce((left, { at, length, insert }) => {
    const start = at % (left.length + 1);
    return left.slice(0, start) + insert + left.slice(start + length);
  }, whole);
  slowest.texts.measure(text, () => findingsOf(text));
});
