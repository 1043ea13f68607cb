import { isSecretName, mayBeSecret, mayNameSecret, Naming } from './secret-names';
import { mayHoldSecret, shapeIn } from './secret-shapes';
import { shown } from '../text';

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

/** A value as shells have it: quoted, or up to the end of the word or command. */
const VALUE = '"[^"]+"|\'[^\']+\'|[^\\s"\'`;&|)]+';

/** An assignment as shells have it: `HF_TOKEN=...`, `export PGPASSWORD="..."`. */
const ASSIGNMENT = new RegExp(`(?<![\\w$.{?&-])([A-Za-z_]\\w*)=(${VALUE})`, 'g');

/** A field of JSON in a text: `"api_key": "..."`. */
const JSON_FIELD = /"([\w.-]+)"[ \t]*:[ \t]*"([^"\\]+)"/g;

/** A parameter of a URL: `?token=...`, `&sig=...`. */
const PARAMETER = /(?<=[?&])([A-Za-z][\w.-]*)=([^&\s"'#]+)/g;

/** A flag with a value that goes with it: `--api-key=...`, or `--api-key ...` in the command of a shell. */
const FLAG = /(?<![\w-])--?([a-z][a-z0-9]*(?:[-_][a-z0-9]+)*)(?:=|[ \t]+(?!-))("[^"]+"|'[^']+'|[^\s"']+)/gi;

/**
 * Secrets anywhere in maps, lists and texts. Objects of a class are not looked into: what makes them looks at its own
 * arguments.
 */
export function findSecrets(value: unknown): FoundSecret[] {
  const search: Search = { path: [], found: [], seen: new Set() };
  within(value, 'field', search);
  return search.found;
}

const known = new WeakMap<object, FoundSecret[]>();

/** The same of a manifest that stays as it is: it is looked through once, however often it is asked about. */
export function secretsOf(manifest: object): FoundSecret[] {
  let found = known.get(manifest);
  if (found === undefined) { known.set(manifest, found = mayHoldAny(manifest) ? findSecrets(manifest) : []); }
  return found;
}

/** Most manifests have neither a text in the shape of a secret nor a name for one, and need no search. */
function mayHoldAny(manifest: object): boolean {
  let text: string;
  try {
    text = JSON.stringify(manifest);
  } catch {
    return true; // an alias in its own anchor
  }
  // a token may begin behind a line end, which is written as two characters
  const plain = text.includes('\\') ? text.replace(/\\[nrtbf"]/g, ' ') : text;
  return mayNameSecret(plain) || mayHoldSecret(plain);
}

/** Where a search is, and what it has: every field of every manifest comes by here. */
interface Search {
  readonly path: (string | number)[];
  readonly found: FoundSecret[];
  /** What was looked into already: a YAML alias stands at many places, and may even stand in its own anchor. */
  readonly seen: Set<object>;
}

function within(value: unknown, naming: Naming, search: Search): void {
  if (typeof value === 'string') {
    search.found.push(...inText(value, search.path));
  } else if (typeof value === 'object' && value !== null && !search.seen.has(value)) {
    search.seen.add(value);
    if (Array.isArray(value)) { inList(value, search); } else if (isMap(value)) { inMap(value, naming, search); }
  }
}

const NOTHING: readonly FoundSecret[] = [];

function inText(text: string, path: readonly (string | number)[]): readonly FoundSecret[] {
  const shape = shapeIn(text);
  if (shape !== undefined) { return [{ path: [...path], ...shape }]; }
  if (!mayNameSecret(text)) { return NOTHING; }
  const by = (of: string, value: string): FoundSecret => ({ path: [...path], of, says: BY_NAME, text: bare(value) });
  return [
    ...[...text.matchAll(FLAG)]
      .filter(([, flag, value]) => isSecretFlag(flag, value))
      .map(([, flag, value]) => by(`"--${flag}"`, value)),
    ...[...text.matchAll(ASSIGNMENT)]
      .filter(([, name, value]) => isAssigned(name, value))
      .map(([, name, value]) => by(name, value)),
    ...[...text.matchAll(JSON_FIELD)]
      .filter(([, name, value]) => isSecretValue(name, value, 'field'))
      .map(([, name, value]) => by(name, value)),
    ...(text.includes('://') ? [...text.matchAll(PARAMETER)] : []).filter(([, name, value]) => isParameter(name, value))
      .map(([, name, value]) => by(`the parameter ${name}`, value)),
  ];
}

const bare = (value: string) => value.replace(/^(["'])(.*)\1$/s, '$2');

/**
 * In code, `token=tokens` and `password=read(file)` hand on what another name holds; a secret is quoted, or has a digit
 * in it.
 */
function isAssigned(name: string, value: string): boolean {
  if (!isSecretName(name, 'variable') || !mayBeSecret(name, value) || /[([]/.test(value)) { return false; }
  return /^[A-Z_][A-Z0-9_]*$/.test(name) || /^["']/.test(value) || /\d/.test(value);
}

function isParameter(name: string, value: string): boolean {
  const signed = /^(?:sig|signature|x-amz-signature|x-goog-signature)$/i.test(name);
  return (signed || isSecretName(name, 'field')) && value.length >= 8 && mayBeSecret(name, value);
}

function inList(list: readonly unknown[], search: Search): void {
  const { path, found } = search;
  list.forEach((each, index) => {
    path.push(index);
    const [, flag] = (typeof each === 'string' && /^--?([a-z][\w-]*)$/i.exec(shown(list[index - 1]))) || [];
    if (typeof each === 'string' && flag !== undefined && !each.startsWith('-') && isSecretFlag(flag, each)) {
      found.push({ path: [...path], of: `"--${flag}"`, says: BY_NAME, text: each });
    } else {
      within(each, 'field', search);
    }
    path.pop();
  });
}

function inMap(map: Readonly<Record<string, unknown>>, naming: Naming, search: Search): void {
  const { path, found } = search;
  const pair = pairIn(map);
  for (const key of Object.keys(map)) {
    const value = map[key];
    const [inKey] = inText(key, path);
    if (inKey !== undefined) {
      found.push(inKey);
      continue;
    }
    path.push(key);
    if (pair?.valueKey === key && isSecretValue(pair.name, shown(value), pair.naming)) {
      found.push({ path: [...path], of: pair.name, says: BY_NAME, text: shown(value) });
    } else if (typeof value === 'string' && isSecretValue(key, value, naming) && shapeIn(value) === undefined) {
      found.push({ path: [...path], says: BY_NAME, text: value });
    } else {
      within(value, key === 'env' ? 'variable' : 'field', search);
    }
    path.pop();
  }
}

/** A variable or a header that is written as a name beside a value. */
function pairIn(map: Readonly<Record<string, unknown>>): {
  readonly name: string;
  readonly valueKey: string;
  readonly naming: Naming;
} | undefined {
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
  return isSecretName(name, naming)
    && mayBeSecret(name, value)
    && (naming !== 'field' || !/\/|\.[a-z]{2,4}$/.test(value));
}

function isSecretFlag(flag: string, value: string): boolean {
  return isSecretName(flag, 'field') && mayBeSecret(flag, value) && !/\.[a-z]{2,4}["']?$/.test(value);
}

/** A map as YAML and props have it; an object of a class is none. */
function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) { return false; }
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype as object) === null;
}
