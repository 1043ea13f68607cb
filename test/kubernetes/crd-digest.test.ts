import * as fs from 'fs';
import * as path from 'path';
import { KINDS, NODES } from '../../src/kubernetes/crd/field-facts';

const folder = path.join(__dirname, 'crd-digest');

/** What the digest of a kind says for one release: place to description. */
function digestOf(kind: string, release: string): Map<string, string> {
  const said = new Map<string, string>();
  for (const line of fs.readFileSync(path.join(folder, `${kind}.txt`), 'utf8').split('\n').filter(each => each !== '')) {
    const [releases, text] = line.split('\t');
    if (!releases.split(',').includes(release)) { continue; }
    const [place, ...rest] = text.split(' ');
    said.set(place, rest.join(' '));
  }
  return said;
}

const BOUNDS = ['format', 'enum', 'pattern', 'minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'] as const;

/** What the facts say, in the words of the digest: all but the values of defaults, and CEL. */
function* factsOf(index: number, place: string, { isRequired = false, isFilled = false } = {}): Iterable<[string, string]> {
  const node = NODES[index];
  yield [place, [
    node.intOrString === true ? 'int-or-string' : node.type ?? 'any',
    ...(isRequired ? ['required'] : []),
    ...(node.nullable === true ? ['nullable'] : []),
    ...(node.open === true ? ['open'] : []),
    ...BOUNDS.filter(key => node[key] !== undefined).map(key => `${key}=${JSON.stringify(node[key])}`),
    ...(isFilled ? ['default'] : []),
    ...(node.keys === undefined ? [] : [`keys=${JSON.stringify(node.keys)}`]),
  ].join(' ')];
  for (const [name, field] of Object.entries(node.fields ?? {})) {
    const isIn = (names: string[] = []) => names.includes(name);
    yield* factsOf(field, place === '' ? name : `${place}.${name}`, { isRequired: isIn(node.required), isFilled: isIn(node.filled) });
  }
  if (node.items !== undefined) { yield* factsOf(node.items, `${place}[]`); }
  if (node.values !== undefined) { yield* factsOf(node.values, `${place}{}`); }
}

/** Of a description, what the facts say too: a field with a default need not be there, for the API server fills it in first. */
function withoutDefaultsAndCel(description: string): string {
  const [, before, value, keys = ''] = /^(.*?)( default=.*?)?( keys=\S+)?$/.exec(description.replace(/ cel=\S+$/, ''))!;
  return value === undefined ? `${before}${keys}` : `${before.replace(/^(\S+) required/, '$1')} default${keys}`;
}

const kinds = Object.entries(KINDS).flatMap(([kind, { releases, operator, apiVersion }]) =>
  releases.map(each => ({ kind, operator, apiVersion, ...each })));

test('the digest has every kind that there are facts about', () => {
  const files = fs.readdirSync(folder).map(name => name.replace(/\.txt$/, '')).sort();
  expect(files).toEqual(Object.keys(KINDS).sort());
});

test.each(kinds)('every fact about $kind of $operator $release is one of the real CRD, and none is missing', each => {
  const { kind, release, root, apiVersion, operator } = each;
  const digest = digestOf(kind, release);
  expect(digest.get('#')).toMatch(new RegExp(`^${apiVersion} (Cluster|Namespaced) [a-z]+ of ${operator}$`));
  digest.delete('#');
  const facts = new Map(factsOf(root, ''));
  expect([...facts.keys()].filter(place => !digest.has(place))).toEqual([]);
  expect([...digest.keys()].filter(place => !facts.has(place))).toEqual([]);
  const differing = [...facts].filter(([place, said]) => withoutDefaultsAndCel(digest.get(place)!) !== said)
    .map(([place, said]) => `${place}: the facts say ${said}, the CRD ${digest.get(place)}`);
  expect(differing).toEqual([]);
});
