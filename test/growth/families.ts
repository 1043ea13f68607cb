import * as fs from 'fs';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { FIXTURES } from '../rules/fixture';

/** Manifests of which there can be as many as one likes. */
export interface Family {
  readonly name: string;
  readonly text: (count: number) => string;
}

type Path = readonly (string | number)[];

/** Stands in a path between a text and what the text says as YAML. */
const INSIDE = '$';

/**
 * Each list, map and object of the fixtures that break a rule, made as long as one likes: of a family of rules, of a kind
 * and of a place one. The names of what is added differ.
 */
export function familiesOf(prefix: string): Family[] {
  const families = new Map<string, Family>();
  for (const file of fs.readdirSync(FIXTURES).filter(name => name.startsWith(`${prefix}-`) && name.endsWith('.bad.yaml')).sort()) {
    const objects = parseAllDocuments(fs.readFileSync(`${FIXTURES}/${file}`, 'utf8'))
      .filter(each => each.errors.length === 0)
      .map(each => each.toJS() as unknown)
      .filter(each => typeof each === 'object' && each !== null);
    objects.forEach((object, index) => {
      const kind = String((object as { kind?: unknown }).kind);
      const written = (each: unknown[]) => each.map(one => stringify(one, { aliasDuplicateObjects: false })).join('---\n');
      for (const path of [[], ...placesIn(object)]) {
        const place = path.map(key => (typeof key === 'number' ? 'n' : key)).join('.');
        const key = `${kind} ${place === '' ? `itself (${file})` : place}`;
        if (families.has(key)) { continue; }
        families.set(key, {
          name: `${file}: ${kind} ${path.join('.')}`,
          text: count => written(path.length === 0
            ? [...objects.slice(0, index), ...copies(object, count), ...objects.slice(index + 1)]
            : objects.map((each, at) => (at === index ? changed(each, path, value => grown(value, count)) : each))),
        });
      }
    });
  }
  return [...families.values()];
}

function* placesIn(value: unknown, path: Path = []): Generator<Path> {
  if (typeof value === 'object' && value !== null) {
    if (path.length > 0 && Object.keys(value).length > 0) { yield path; }
    for (const [key, each] of Object.entries(value)) { yield* placesIn(each, [...path, Array.isArray(value) ? Number(key) : key]); }
  } else if (typeof value === 'string' && /^[\w"'-]+:.*\n/m.test(value)) {
    const inside = readYaml(value);
    if (typeof inside === 'object' && inside !== null) { yield* placesIn(inside, [...path, INSIDE]); }
  }
}

function readYaml(text: string): unknown {
  try { return parse(text); } catch { return undefined; } // what a fixture shows may be that it is none
}

function changed(value: unknown, [key, ...rest]: Path, change: (value: unknown) => unknown): unknown {
  if (key === undefined) { return change(value); }
  if (key === INSIDE) { return stringify(changed(parse(value as string), rest, change)); }
  return Array.isArray(value)
    ? value.map((each: unknown, index) => (index === key ? changed(each, rest, change) : each))
    : { ...value as object, [key]: changed((value as Record<string, unknown>)[key], rest, change) };
}

function grown(value: unknown, count: number): unknown {
  if (Array.isArray(value)) { return Array.from({ length: count }, (_, index) => renamed(value[index % value.length], index)); }
  const entries = Object.entries(value as object);
  const added = Array.from({ length: count }, (_, index): [string, unknown] => {
    const [key, each] = entries[index % entries.length];
    return [`${key}-${index}`, each];
  });
  return Object.fromEntries([...entries, ...added]);
}

function copies(object: unknown, count: number): unknown[] {
  return Array.from({ length: count }, (_, index) => {
    const { metadata, ...rest } = object as { metadata?: object };
    return { ...rest, metadata: renamed(metadata ?? { name: 'x' }, index) };
  });
}

function renamed(value: unknown, index: number): unknown {
  if (typeof value === 'string') { return `${value}-${index}`; }
  const { name } = (typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}) as { name?: unknown };
  return typeof name === 'string' ? { ...value as object, name: `${name}-${index}` } : value;
}
