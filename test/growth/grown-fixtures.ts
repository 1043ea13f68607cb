import { parse, stringify } from 'yaml';

export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };

/** Objects of which there can be as many, as much and as long ones as one likes. */
export interface Family {
  readonly name: string;
  readonly objects: (count: number) => Value[];
}

/**
 * What a fixture can grow into, so that a rule with fixtures needs no family of its own:
 * - copies: the objects over and over, some with names of their own, some with the same;
 * - entries: each list, map and object gets `count` entries, all at once, in files inside of texts too. What is added is
 *   not itself grown, so the whole grows linearly, and work for each pair of entries of any two places is seen;
 * - texts: each text is `count` times as long.
 */
export function familiesOf(objects: readonly Value[]): Family[] {
  return [
    { name: 'copies', objects: count => copies(objects, count) },
    { name: 'entries', objects: count => objects.map(each => withEntries(each, count)) },
    { name: 'texts', objects: count => objects.map(each => withLongTexts(each, count * 4, [])) },
  ];
}

function copies(objects: readonly Value[], count: number): Value[] {
  const names = new Set(objects.map(nameOf));
  return Array.from({ length: count }, (_, index) => {
    const rename = (text: string) => (names.has(text) && index % 2 === 1 ? `${text}-${index}` : text);
    return objects.map(each => withTexts(each, rename));
  }).flat();
}

function nameOf(object: Value): string | undefined {
  const metadata = isMap(object) ? object.metadata : undefined;
  return metadata !== undefined && isMap(metadata) && typeof metadata.name === 'string' ? metadata.name : undefined;
}

function withTexts(value: Value, change: (text: string) => string): Value {
  if (typeof value === 'string') { return change(value); }
  if (Array.isArray(value)) { return value.map(each => withTexts(each, change)); }
  return isMap(value) ? mapOf(Object.entries(value).map(([key, each]) => [key, withTexts(each, change)])) : value;
}

function withEntries(value: Value, count: number): Value {
  if (typeof value === 'string') {
    const inside = fileIn(value);
    return inside === undefined ? value : stringify(withEntries(inside, count), { aliasDuplicateObjects: false });
  }
  if (Array.isArray(value)) {
    const added = value.length === 0 ? [] : numbers(count).map(index => renamed(value[index % value.length], index));
    return [...value.map(each => withEntries(each, count)), ...added];
  }
  if (!isMap(value)) { return value; }
  const entries = Object.entries(value);
  const added = isOpen(value) ? numbers(count).map((index): [string, Value] => {
    const [key, each] = entries[index % entries.length];
    return [`${key}-${index}`, each];
  }) : [];
  return mapOf([...entries.map(([key, each]): [string, Value] => [key, withEntries(each, count)]), ...added]);
}

/** Whether a map is one of entries that are alike, such as labels, and not one of fields, which no other can join. */
function isOpen(value: { [key: string]: Value }): boolean {
  const kinds = new Set(Object.values(value).map(each => (Array.isArray(each) ? 'list' : typeof each)));
  return kinds.size === 1;
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

/** An entry of a list as another one: with another name, where it has one. */
function renamed(value: Value, index: number): Value {
  if (typeof value === 'string') { return fileIn(value) === undefined ? `${value}-${index}` : value; }
  return isMap(value) && typeof value.name === 'string' ? { ...value, name: `${value.name}-${index}` } : value;
}

/** What stands between the parts of a long text: each is what some rule parts texts at. */
const BETWEEN = [' ', ',', '-', '\n', '/', '', ' && ', '='];

function withLongTexts(value: Value, count: number, seen: string[]): Value {
  return withTexts(value, text => {
    if (KEPT.test(text)) { return text; }
    const inside = fileIn(text);
    if (inside !== undefined) { return stringify(withLongTexts(inside, count, seen), { aliasDuplicateObjects: false }); }
    const between = BETWEEN[seen.push(text) % BETWEEN.length];
    return Array.from({ length: count }, () => text).join(between);
  });
}

/** A longer kind would be one that no rule reads. */
const KEPT = /^(?:[a-z0-9.-]+\/)?v\d\w*$|^[A-Z][A-Za-z]+$/;

/** What a text says as YAML, where it is a file. */
function fileIn(text: string): Value | undefined {
  if (!/^[\w"'-]+:.*\n/m.test(text)) { return undefined; }
  try {
    const inside = parse(text) as Value;
    return typeof inside === 'object' && inside !== null ? inside : undefined;
  } catch {
    return undefined; // what a fixture shows may be that it is none
  }
}

const isMap = (value: Value): value is { [key: string]: Value } => typeof value === 'object' && value !== null && !Array.isArray(value);

/** `__proto__` is a key like others. */
const mapOf = (entries: [string, Value][]): Value => Object.fromEntries(entries) as Value;
