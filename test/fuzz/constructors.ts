import * as fc from 'fast-check';
import { WAYS } from '../security/what-takes-text';

/** What a person may hand over by mistake. */
export const WRONG: readonly unknown[] = [
  undefined, null, true, 0, -1, 1.5, NaN, Infinity, 1e9, '', ' ', 'x', 'a b', 'ä', '\u0000', '9'.repeat(300), '$(A)', 'nvidia.com/gpu', '-', '../x', [], [null], [[]], {},
  { a: null }, { toString: 1 }, Object.create(null), () => 1, Symbol('s'), new Date(0), new Map(), 7n,
];

interface Change { readonly place: number; readonly how: 'wrong' | 'gone' | 'unknown'; readonly what: number }

const change: fc.Arbitrary<Change> = fc.record({ place: fc.nat(200), how: fc.constantFrom('wrong', 'gone', 'unknown'), what: fc.nat(400) });

type Path = readonly (string | number)[];

export function placesIn(value: any, at: Path = []): Path[] {
  if (Array.isArray(value)) { return value.flatMap((each, index) => [[...at, index], ...placesIn(each, [...at, index])]); }
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) { return []; }
  return Object.entries(value).flatMap(([key, each]) => [[...at, key], ...placesIn(each, [...at, key])]);
}

export function changed(value: any, [key, ...rest]: Path, next: unknown, how: Change['how']): any {
  const copy = Array.isArray(value) ? [...value] : { ...value };
  if (rest.length > 0) {
    copy[key] = changed(copy[key], rest, next, how);
  } else if (how === 'gone') {
    delete copy[key];
  } else {
    copy[how === 'unknown' ? `${String(key)}x` : key] = next;
  }
  return copy;
}

/** What a constructor may throw: a message with its place, never what the language throws by itself. */
export const RAW = /Cannot read prop|is not a function|is not iterable|Cannot convert|Cannot destructure|is not defined|Invalid array length|Maximum call stack|Cannot mix BigInt|of undefined|of null/;

/** Constructors and makers with props that are wrong at some places: they take them, or say what is wrong. */
export const constructors = fc.property(fc.nat(WAYS.length - 1), fc.array(change, { minLength: 1, maxLength: 3 }), (index, changes) => {
  const way = WAYS[index];
  const given = changes.reduce((props: any, { place, how, what }) => {
    const places = placesIn(props);
    return places.length === 0 ? props : changed(props, places[place % places.length], WRONG[what % WRONG.length], how);
  }, way.given);
  try {
    way.make(given);
  } catch (error) {
    if (!(error instanceof Error)) { throw new Error(`${way.of} throws what is no error`); }
    const isRaw = error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError || RAW.test(error.message);
    if (isRaw) {
      throw new Error(`${way.of}: ${error.message}`, { cause: error });
    }
  }
});
