import { faultsOf } from '../../../src/planning/fleet-file/check-schema';
import { Schema } from '../../../src/planning/fleet-file/schema';

const says = (value: unknown, schema: Schema) => faultsOf(value, schema).map(({ path, message }) => `${path.join('.')}: ${message}`);

test.each<[NonNullable<Schema['type']>, string, unknown[], unknown[]]>([
  ['object', 'a map', [{}, { a: 1 }], [[], null, 'a', 1]],
  ['array', 'a list', [[], [1]], [{}, null, 'a']],
  ['string', 'text', ['', 'a'], [1, null, true, {}]],
  ['number', 'a number', [0, -1.5], ['1', null, NaN, Infinity, true]],
  ['integer', 'a whole number', [0, -3], [1.5, '1', NaN, Infinity]],
  ['boolean', 'true or false', [true, false], ['true', 0, null]],
])('of type %s', (type, words, right, wrong) => {
  expect(right.flatMap(value => says(value, { type }))).toEqual([]);
  for (const value of wrong) { expect(says(value, { type })).toEqual([expect.stringContaining(`: must be ${words}, got`)]); }
});

test('numbers keep to their limits, which are allowed themselves but for an exclusive one', () => {
  const schema: Schema = { type: 'number', minimum: 1, maximum: 8 };
  expect([1, 8, 4.5].flatMap(value => says(value, schema))).toEqual([]);
  expect([0.9, 8.1].flatMap(value => says(value, schema))).toEqual([': is at least 1, got 0.9', ': is at most 8, got 8.1']);
  const above: Schema = { type: 'number', exclusiveMinimum: 0 };
  expect([0.1, 0, -1].flatMap(value => says(value, above))).toEqual([': is above 0, got 0', ': is above 0, got -1']);
});

test('texts and lists may not be empty where something must stand in them', () => {
  expect([...says('', { type: 'string', minLength: 1 }), ...says([], { type: 'array', minItems: 1 })]).toEqual([': is empty', ': is empty']);
  expect([...says('a', { type: 'string', minLength: 1 }), ...says([1], { type: 'array', minItems: 1 }), ...says('', {}), ...says([], {})]).toEqual([]);
});

test('a value of a set names the nearest', () => {
  const schema: Schema = { type: 'string', enum: ['mig', 'mps', 'time-sliced'] };
  expect(says('mig', schema)).toEqual([]);
  expect(says('time-slicd', schema)).toEqual([expect.stringMatching(/^: is one of mig, mps, time-sliced, got "?time-slicd"?; did you mean time-sliced$/)]);
  expect(says('zzzzzzzz', schema)).toEqual([expect.not.stringContaining('did you mean')]);
});

test('items and fields are told by their place; a missing, misspelt or strange field is told', () => {
  const item: Schema = { type: 'object', required: ['name'], additionalProperties: false, properties: { name: { type: 'string' }, replicas: { type: 'integer' } } };
  expect(says([{ name: 'a' }, { name: 1 }, {}, { name: 'b', replcas: 2 }, { name: 'c', xyzzy: 1 }], { type: 'array', items: item })).toEqual([
    '1.name: must be text, got 1',
    '2: name is missing',
    '3.replcas: there is no such field; did you mean replicas',
    '4.xyzzy: there is no such field; there are name, replicas',
  ]);
  expect(says({ constructor: 1 }, { type: 'object', properties: {}, additionalProperties: false })).toEqual([expect.stringContaining('constructor: there is no such field')]);
  expect(says({ a: 'x', b: 2 }, { type: 'object', additionalProperties: { type: 'integer' } })).toEqual([expect.stringMatching(/^a: must be a whole number/)]);
  expect(says({ anything: {} }, { type: 'object' })).toEqual([]);
});

test('of several forms one must hold; the one that came furthest is told', () => {
  const schema: Schema = { description: 'profile', anyOf: [{ type: 'string' }, { type: 'object', properties: { name: { type: 'string' } } }] };
  expect([...says('1g', schema), ...says({ name: '1g' }, schema)]).toEqual([]);
  expect(says({ name: 1 }, schema)).toEqual(['name: must be text, got 1']);
  expect(says(7, schema)).toEqual([': is no profile']);
});
