import { isSecretName, mayBeSecret, Naming } from './secret-names';
import { shapeIn } from './secret-shapes';

/** A secret in what a person gave or wrote. */
export interface FoundSecret {
  /** Keys and indices to it. A key that is itself the secret is not among them. */
  readonly path: readonly (string | number)[];
  /** The name of the variable, header or flag whose value it is. */
  readonly of?: string;
  /** What is to be said of it, behind the place. */
  readonly says: string;
  /** The secret, to be kept out of messages. */
  readonly text: string;
}

const BY_NAME = 'looks like a secret (by its name)';

/** A flag with a value that goes with it: `--api-key=...`, or `--api-key ...` in the command of a shell. */
const FLAG = /(?<![\w-])--?([a-z][a-z0-9]*(?:[-_][a-z0-9]+)*)(?:=|[ \t]+(?!-))("[^"]+"|'[^']+'|[^\s"']+)/gi;

/** Secrets anywhere in maps, lists and texts. Objects of a class are not looked into: what makes them looks at its own arguments. */
export function findSecrets(value: unknown): Generator<FoundSecret> {
  return within(value, [], 'field', new Set());
}

type Path = FoundSecret['path'];

/** @param seen what was looked into already: a YAML alias stands at many places, and may even stand in its own anchor */
function* within(value: unknown, path: Path, naming: Naming, seen: Set<object>): Generator<FoundSecret> {
  if (typeof value === 'string') { yield* inText(value, path); }
  if (typeof value !== 'object' || value === null || seen.has(value)) { return; }
  seen.add(value);
  if (Array.isArray(value)) {
    yield* inList(value, path, seen);
  } else if (isMap(value)) {
    yield* inMap(value, path, naming, seen);
  }
}

function* inText(text: string, path: Path): Generator<FoundSecret> {
  const shape = shapeIn(text);
  if (shape !== undefined) {
    yield { path, ...shape };
  } else if (text.includes('-')) {
    for (const [, flag, value] of text.matchAll(FLAG)) {
      if (isSecretFlag(flag, value)) { yield { path, of: `--${flag}`, says: BY_NAME, text: value }; }
    }
  }
}

function* inList(list: readonly unknown[], path: Path, seen: Set<object>): Generator<FoundSecret> {
  for (const [index, each] of list.entries()) {
    const [, flag] = /^--?([a-z][\w-]*)$/i.exec(String(typeof each === 'string' ? list[index - 1] : '')) ?? [];
    if (typeof each === 'string' && flag !== undefined && !each.startsWith('-') && isSecretFlag(flag, each)) {
      yield { path: [...path, index], of: `--${flag}`, says: BY_NAME, text: each };
    } else {
      yield* within(each, [...path, index], 'field', seen);
    }
  }
}

function* inMap(map: Readonly<Record<string, unknown>>, path: Path, naming: Naming, seen: Set<object>): Generator<FoundSecret> {
  const pair = pairIn(map);
  for (const [key, value] of Object.entries(map)) {
    const [inKey] = inText(key, path);
    if (inKey !== undefined) {
      yield inKey;
    } else if (pair?.valueKey === key && isSecretValue(pair.name, String(value), pair.naming)) {
      yield { path: [...path, key], of: pair.name, says: BY_NAME, text: String(value) };
    } else if (typeof value === 'string' && isSecretValue(key, value, naming) && shapeIn(value) === undefined) {
      yield { path: [...path, key], says: BY_NAME, text: value };
    } else {
      yield* within(value, [...path, key], key === 'env' ? 'variable' : 'field', seen);
    }
  }
}

/** A variable or a header that is written as a name beside a value. */
function pairIn(map: Readonly<Record<string, unknown>>): { readonly name: string; readonly valueKey: string; readonly naming: Naming } | undefined {
  for (const [nameKey, valueKey] of [['name', 'value'], ['envName', 'envValue']] as const) {
    const [name, value] = [map[nameKey], map[valueKey]];
    if (typeof name !== 'string' || (typeof value !== 'string' && typeof value !== 'number')) { continue; }
    if (typeof value === 'string' && shapeIn(value) !== undefined) { continue; } // the shape says more
    return { name, valueKey, naming: /^[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*$/.test(name) ? 'header' : 'variable' };
  }
  return undefined;
}

/** In a field or an annotation, `secret/data/key` names where a secret is, and `tls.key` a file. */
function isSecretValue(name: string, value: string, naming: Naming): boolean {
  return isSecretName(name, naming) && mayBeSecret(value) && (naming !== 'field' || !/\/|\.[a-z]{2,4}$/.test(value));
}

function isSecretFlag(flag: string, value: string): boolean {
  return isSecretName(flag, 'field') && mayBeSecret(value) && !/\.[a-z]{2,4}["']?$/.test(value);
}

/** A map as YAML and props have it; an object of a class is none. */
function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) { return false; }
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype as object) === null;
}
