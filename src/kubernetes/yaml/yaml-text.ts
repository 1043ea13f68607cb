import type * as yaml from 'yaml';
import { yamlNumberOf } from './yaml-number';

/** As many levels are read. Kubernetes and its YAML parser take 10,000 (sigs.k8s.io/json scanner.go, go.yaml.in/yaml/v2 scannerc.go); nobody writes them. */
export const MOST_LEVELS = 250;

/**
 * That parser lets 99 % of the values come of aliases, less in what is larger than this (go.yaml.in/yaml/v2 decode.go); more is an attack on its reader.
 */
const ALIASED_SHARE = 0.99;
const MOST_ALIASED_VALUES = 400000;

/** The operands and kubectl refuse what is no text (go.yaml.in/yaml/v2 readerc.go). */
// eslint-disable-next-line no-control-regex
const CONTROL_CHARACTER = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f]/;

/** Why a text cannot be read, and from which of its characters on. */
export class UnreadableYaml extends Error {
  constructor(message: string, public readonly offset = 0) { super(message); }
}

let library: typeof yaml | undefined;

/** The YAML library, loaded when there is text to read: an app without files need not pay for it. */
export function yamlLibrary(): typeof yaml {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  library ??= require('yaml') as typeof yaml;
  return library;
}

/**
 * Parses one document the way kubectl and the operands do (sigs.k8s.io/yaml): YAML 1.1, of repeated keys the last, without the base-60
 * numbers and dates that their parser leaves as text.
 * @param lines counts the lines of the text
 */
export function parseYaml(text: string, lines?: yaml.LineCounter): yaml.Document.Parsed {
  return yamlLibrary().parseDocument(text, {
    version: '1.1', uniqueKeys: false, logLevel: 'silent', merge: true, prettyErrors: false, lineCounter: lines, customTags: asGoReads,
  }) as yaml.Document.Parsed;
}

/**
 * The values of a parsed document.
 * @throws UnreadableYaml when it is no YAML, and where kubectl could not read it either
 */
export function plainValue(nodes: yaml.Document.Parsed, text: string): unknown {
  const [error] = nodes.errors;
  if (error !== undefined) {
    throw new UnreadableYaml(error.code === 'RESOURCE_EXHAUSTION' ? TOO_DEEP : error.message.split('\n')[0], error.pos[0]);
  }
  const control = text.search(CONTROL_CHARACTER);
  if (control >= 0) { throw new UnreadableYaml('it holds a control character, so it is no text', control); }
  let aliased = false;
  let value: unknown;
  try {
    value = nodes.toJS({ maxAliasCount: -1, onAnchor: (_, uses) => { aliased ||= uses > 0; } });
  } catch (thrown) {
    throw new UnreadableYaml(thrown instanceof RangeError ? TOO_DEEP : (thrown as Error).message.split('\n')[0]);
  }
  const written = { values: 0 };
  const size = sizeOf(value, 0, aliased ? { sizes: new Map(), written } : undefined);
  if (aliased && size > 1000 && (size > MOST_ALIASED_VALUES || 1 - written.values / size > ALIASED_SHARE)) {
    throw new UnreadableYaml(`its aliases multiply: ${written.values} values that are written make ${size}`);
  }
  return value;
}

const TOO_DEEP = `it is nested deeper than ${MOST_LEVELS} levels`;

/** What was counted of a text with aliases. */
interface Counted {
  readonly sizes: Map<object, number>;
  readonly written: { values: number };
}

/** How many values there are when every alias is written out; what is aliased is counted once and added as often as it is used. */
function sizeOf(value: unknown, level: number, counted: Counted | undefined): number {
  const known = typeof value === 'object' && value !== null ? counted?.sizes.get(value) : undefined;
  if (known === COUNTING) { throw new UnreadableYaml('an anchor contains an alias of itself'); }
  if (known !== undefined) { return known; }
  if (counted !== undefined) { counted.written.values++; }
  if (typeof value === 'number' && !Number.isFinite(value)) { throw new UnreadableYaml('infinity and "not a number" have no place in JSON, which it becomes'); }
  if (typeof value !== 'object' || value === null) { return 1; }
  if (level > MOST_LEVELS) { throw new UnreadableYaml(TOO_DEEP); }
  counted?.sizes.set(value, COUNTING);
  let size = 1;
  for (const each of Object.values(value)) { size += sizeOf(each, level + 1, counted); }
  counted?.sizes.set(value, size);
  return size;
}

const COUNTING = -1;

/** Tags of YAML 1.1 that their parser has; sets and ordered maps are plain maps and lists to it (go.yaml.in/yaml/v2 resolve.go, decode.go). */
function asGoReads(tags: yaml.Tags): yaml.Tags {
  const kept = tags.filter(tag => typeof tag === 'object' && ['map', 'seq', 'str', 'null', 'bool', 'merge'].some(name => tag.tag === `tag:yaml.org,2002:${name}`));
  return [...kept, number('int'), number('float'), { tag: 'tag:yaml.org,2002:binary', resolve: (text: string) => Buffer.from(text, 'base64').toString() }];
}

/** Both tags read any number; the first is that of scalars without a tag. */
function number(name: 'int' | 'float'): yaml.ScalarTag {
  return { tag: `tag:yaml.org,2002:${name}`, default: true, test: /^[-+.\d]/, resolve: (text: string) => yamlNumberOf(text) ?? text };
}
