// What a person may write by mistake: an object, broken at one place.
'use strict';
const { changed, placesIn, typeAt, valueAt } = require('./places');

const OTHER = { string: [7, true, {}, []], number: ['x', true, {}, 1.5], boolean: ['true', 1, {}], object: ['x', 7, true, []], array: ['x', 7, true, {}, {}] };
const TEXTS = ['', 'A_b!', 'a b', 'a'.repeat(300)];
const NAMES = ['Aa', 'a_b', 'a b', '-a', 'a.b', '1a', 'a'.repeat(64), 'a'.repeat(254)];
const NUMBERS = [-1, 0, 101, 65536, 2 ** 31, 2 ** 53];
/** What looks like an amount of something: a number, a quantity, a share, a duration. */
const AMOUNT = /^-?\d+(?:\.\d+)?(?:[a-zA-Z]{1,2}|%)?$/;
const AMOUNTS = ['-1', '-5%', '1.5.5', '10GiB', '10 Gi', '0x10', '1,5', '101%', '5%%', '1e3', '0'];
const PAIRS = [['a b', 'c'], ['a/b/c', 'd'], ['', 'x'], ['a'.repeat(64), 'x'], ['A.example.com/b', 'x'], ['ok', 'a b'], ['ok', 'a'.repeat(64)], ['ok', 1], ['ok', 'a-'], ['ok', null]];

const formOf = value => (Array.isArray(value) ? 'array' : typeof value);
const isRoot = place => ['apiVersion', 'kind', 'metadata', 'metadata.namespace'].includes(place.join('.'));

/** At a place: the name of the slip, and the object. */
function* brokenAt(object, place) {
  const value = valueAt(object, place);
  const write = (next, at = place) => changed(object, at, next);
  if (place.join('.') === 'metadata.name') {
    for (const text of NAMES) { yield ['another name', write(text)]; }
    return;
  }
  yield ['null', write(null)];
  yield ['left out', write(undefined)];
  for (const other of OTHER[formOf(value)]) { yield ['another type', write(other)]; }
  if (formOf(value) === 'object') { yield ['unknown field', write('x', [...place, 'unknownField'])]; }
  const key = place.at(-1);
  if (typeof key === 'string') {
    const misspelt = `${key.slice(0, -1)}${key.at(-1) === 'x' ? 'y' : 'x'}`;
    yield ['misspelt field', changed(write(undefined), [...place.slice(0, -1), misspelt], value)];
  }
  if (typeof value === 'string') {
    if (typeAt(object, place)?.values !== undefined) { yield ['another value', write(value.toLowerCase() === value ? value.toUpperCase() : value.toLowerCase())]; }
    for (const text of TEXTS) { yield ['another text', write(text)]; }
  }
  if (AMOUNT.test(String(value)) && formOf(value) !== 'array') { for (const text of AMOUNTS) { yield ['another amount', write(text)]; } }
  if (typeof value === 'number') { for (const number of NUMBERS) { yield ['another number', write(number)]; } }
  if (formOf(value) === 'array' && value.length > 0) {
    yield ['item twice', write([...value, value[0]])];
    const [first] = value;
    if (typeof first?.name === 'string') { yield ['item twice, renamed', write([...value, { ...first, name: `${first.name}2` }])]; }
  }
}

/** Beside what stands at a place: fields that its type has too, with values that other objects give them. */
function* added(object, place, corpus) {
  const value = valueAt(object, place);
  const type = typeAt(object, place);
  if (formOf(value) !== 'object' || type === undefined) { return; }
  for (const name of type.names) {
    if (Object.hasOwn(value, name)) { continue; }
    const example = corpus.get(`${type.id} ${name}`);
    if (example !== undefined) { yield ['another field too', changed(object, [...place, name], example)]; }
  }
}

/** An object whose kind, API version or metadata is broken. */
function* brokenAsAWhole(object) {
  const [group, version] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : ['', object.apiVersion];
  const write = (apiVersion, kind) => ({ ...object, apiVersion, kind });
  const of = text => (group === '' ? text : `${group}/${text}`);
  yield ['another version', write(of('v9'), object.kind)];
  yield ['another version', write(of(`${version}beta9`), object.kind)];
  yield ['another kind', write(object.apiVersion, object.kind.slice(0, -1))];
  yield ['another kind', write(object.apiVersion, `${object.kind}s`)];
  if (group !== '') {
    yield ['another group', write(version, object.kind)];
    yield ['another group', write(`${group.slice(0, -2)}${group.at(-1)}${group.at(-2)}/${version}`, object.kind)];
  }
  const { metadata } = object;
  yield ['long annotations', { ...object, metadata: { ...metadata, annotations: { a: 'a'.repeat(256 * 1024) } } }];
  for (const [key, value] of PAIRS) {
    for (const field of ['labels', 'annotations']) { yield [field, { ...object, metadata: { ...metadata, [field]: { ...metadata[field], [key]: value } } }]; }
  }
}

/** What the objects say in each field of each type: the first of them, in the order of the objects. */
function corpusOf(objects) {
  const corpus = new Map();
  for (const object of objects) {
    for (const place of placesIn(object)) {
      const owner = place.length === 1 ? undefined : typeAt(object, place.slice(0, -1));
      const name = `${owner?.id} ${place.at(-1)}`;
      if (owner?.names.includes(place.at(-1)) && !corpus.has(name)) { corpus.set(name, valueAt(object, place)); }
    }
  }
  return corpus;
}

/** The slip, the object, and the place. */
function* broken(object, corpus) {
  for (const place of placesIn(object)) {
    if (isRoot(place)) { continue; }
    for (const [slip, written] of brokenAt(object, place)) { yield [slip, written, place]; }
    for (const [slip, written] of added(object, place, corpus)) { yield [slip, written, place]; }
  }
  for (const [slip, written] of brokenAsAWhole(object)) { yield [slip, written, []]; }
}

module.exports = { broken, corpusOf };
