import type * as yaml from 'yaml';
import { checkNodes } from './aliases';
import { withIndentedContinuations } from './continuations';
import { TOO_DEEP, UnreadableYaml } from './unreadable-yaml';
import { yamlLibrary } from './yaml-library';
import { yamlNumberOf } from './yaml-number';

/** The operands and kubectl refuse what is no text (go.yaml.in/yaml/v2 readerc.go). */
// eslint-disable-next-line no-control-regex
const CONTROL_CHARACTER = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f]/;

/**
 * Parses one document the way kubectl and the operands do (sigs.k8s.io/yaml): YAML 1.1, of repeated keys the last,
 * without the base-60 numbers and dates that their parser leaves as text.
 * @param lines counts the lines of the text
 */
export function parseYaml(text: string, lines?: yaml.LineCounter): yaml.Document.Parsed {
  const parsed = parse(text, lines);
  if (parsed.errors.length === 0 || parsed.errors[0].code === 'RESOURCE_EXHAUSTION') { return parsed; }
  const indented = withIndentedContinuations(text);
  if (indented === text) { return parsed; }
  const { lineCounter, document } = parsedAnew(indented);
  if (document.errors.length > 0) { return parsed; }
  if (lines !== undefined) { lines.lineStarts = lineCounter.lineStarts; }
  return document;
}

function parsedAnew(text: string): { lineCounter: yaml.LineCounter; document: yaml.Document.Parsed } {
  const lineCounter = new (yamlLibrary().LineCounter)();
  return { lineCounter, document: parse(text, lineCounter) };
}

function parse(text: string, lineCounter: yaml.LineCounter | undefined): yaml.Document.Parsed {
  return yamlLibrary().parseDocument(text, {
    version: '1.1', uniqueKeys: false, logLevel: 'silent', merge: true, prettyErrors: false, lineCounter, customTags: asGoReads,
  }) as yaml.Document.Parsed;
}

/**
 * The values of a parsed document.
 * @throws UnreadableYaml when it is no YAML, and where kubectl could not read it either
 */
export function plainValue(nodes: yaml.Document.Parsed, text: string): unknown {
  const [error] = nodes.errors;
  if (error !== undefined) {
    throw new UnreadableYaml(
      error.code === 'RESOURCE_EXHAUSTION' ? TOO_DEEP : error.message.split('\n')[0],
      error.pos[0],
    );
  }
  refuseDirectives(nodes);
  const control = text.search(CONTROL_CHARACTER);
  if (control >= 0) { throw new UnreadableYaml('it holds a control character, so it is no text', control); }
  checkNodes(nodes.contents, /\{\{|\{%/.test(text));
  let value: unknown;
  try {
    value = nodes.toJS({ maxAliasCount: -1 });
  } catch (thrown) {
    throw new UnreadableYaml(thrown instanceof RangeError ? TOO_DEEP : (thrown as Error).message.split('\n')[0]);
  }
  if (hasNoJson(value, new Set())) {
    throw new UnreadableYaml(
      'infinity and "not a number" have no place in JSON, which it becomes',
      firstInfinity(nodes),
    );
  }
  return value;
}

/**
 * The parser of kubectl knows one version and two directives (go.yaml.in/yaml/v2 parserc.go).
 * @throws UnreadableYaml for every other
 */
function refuseDirectives({ directives, warnings }: yaml.Document.Parsed): void {
  const { explicit, version } = directives.yaml;
  if (warnings.some(({ code }) => code === 'BAD_DIRECTIVE') || (explicit === true && version !== '1.1')) {
    throw new UnreadableYaml('it begins with a directive that kubectl does not take; leave out the lines with %');
  }
}

/**
 * Whether infinity or "not a number" is among the values. A key is none, and neither is what a repeated key replaces:
 * upstream reads both.
 */
function hasNoJson(value: unknown, seen: Set<object>): boolean {
  if (typeof value === 'number') { return !Number.isFinite(value); }
  if (typeof value !== 'object' || value === null || seen.has(value)) { return false; }
  seen.add(value);
  return Object.values(value).some(each => hasNoJson(each, seen));
}

function firstInfinity(nodes: yaml.Document.Parsed): number | undefined {
  let position: number | undefined;
  yamlLibrary().visit(nodes, {
    Scalar(key, { value, range }) {
      if (key === 'key' || typeof value !== 'number' || Number.isFinite(value)) { return undefined; }
      position = range?.[0];
      return yamlLibrary().visit.BREAK;
    },
  });
  return position;
}

let goTags: yaml.Tags | undefined;

/**
 * Tags of YAML 1.1 that their parser has; sets and ordered maps are plain maps and lists to it (go.yaml.in/yaml/v2
 * resolve.go, decode.go).
 */
function asGoReads(tags: yaml.Tags): yaml.Tags {
  goTags ??= goTagsAmong(tags);
  return [...goTags]; // the library may add to what it gets
}

function goTagsAmong(tags: yaml.Tags): yaml.Tags {
  const kept = tags.filter(tag =>
    typeof tag === 'object'
      && ['map', 'seq', 'str', 'null', 'bool', 'merge'].some(name => tag.tag === `tag:yaml.org,2002:${name}`));
  return [
    ...kept,
    number('int'),
    number('float'),
    { tag: 'tag:yaml.org,2002:binary', resolve: (text: string) => Buffer.from(text, 'base64').toString() },
  ];
}

/** Both tags read any number; the first is that of scalars without a tag. */
function number(name: 'int' | 'float'): yaml.ScalarTag {
  return {
    tag: `tag:yaml.org,2002:${name}`,
    default: true,
    test: /^[-+.\d]/,
    resolve: (text: string) => yamlNumberOf(text) ?? text,
  };
}
