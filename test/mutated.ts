import { parse, stringify } from 'yaml';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonPath = (string | number)[];

/** What stands where something else is expected. */
export const HOSTILE: readonly Json[] = [
  null, true, 0, -1, 1e300, 0.5, '', 'x', ' ', '\n', '\u0000', 'constructor', '__proto__', 'nvidia.com/gpu', '1g.10gb', '9'.repeat(400), 'a: [', '{{ x }}',
  [], {}, [null], [[]], [{}], { a: null }, { name: 7, value: [] }, ['x', 'x'], { '': '' }, { toString: 1 }, { valueOf: {}, constructor: [] },
];

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
export function* placesIn(value: Json, at: JsonPath = []): Generator<JsonPath> {
  const inside = embedded(value) ?? value;
  if (typeof inside !== 'object' || inside === null) { return; }
  for (const key of Object.keys(inside)) {
    yield [...at, key];
    yield* placesIn((inside as Record<string, Json>)[key], [...at, key]);
  }
}

/** The value with something else at a place; with nothing there where `change` gives `undefined`. */
export function changed(value: Json, [key, ...rest]: JsonPath, change: (before: Json) => Json | undefined): Json {
  const inside = embedded(value);
  if (inside !== undefined) { return stringify(changed(inside, [key, ...rest], change)); }
  const copy = (Array.isArray(value) ? [...value] : { ...value as object }) as Record<string, Json>;
  const next = rest.length === 0 ? change(copy[key]) : changed(copy[key], rest, change);
  if (next !== undefined) {
    // __proto__ is a key like others
    Object.defineProperty(copy, key, { value: next, enumerable: true, configurable: true, writable: true });
  } else if (Array.isArray(copy)) {
    copy.splice(Number(key), 1);
  } else {
    delete copy[key];
  }
  return copy as unknown as Json;
}
