import { nearestName, shown } from '../../text';
import { compareReleases } from '../compare-releases';
import { plainText } from '../fields';
import { isBase64, isTime } from '../formats';
import { CRD_HOST_DOMAIN, HOST_DOMAIN } from '../host-domain';
import { KINDS, NODES } from './field-facts';
import type { FieldNode, KindFacts } from './field-node';

/** What can be wrong with a value, in the words of the rules SCH-001 to SCH-006, SCH-009 and SCH-010. */
export type SchemaProblem = 'unknown' | 'type' | 'value' | 'bounds' | 'missing' | 'newer' | 'contradiction' | 'null';

/** Something in an object that its CRD does not know or does not take. */
export interface SchemaIssue {
  readonly problem: SchemaProblem;
  readonly path: (string | number)[];
  readonly message: string;
  readonly fix: string;
}

type Key = string | number;

/** The operator that reads a kind; undefined for a kind without facts. */
export function operatorOf(kind: string): string | undefined {
  return own(KINDS, kind)?.operator;
}

/**
 * What the API server would drop or refuse in an object, as the structural schema of its CRD says. `version` is the
 * release of the operator, undefined for the newest. Nothing is said of `metadata`, of `status`, of CEL rules, of
 * objects in another API group, and of releases before the oldest that is known; of later releases than the newest,
 * unknown fields are let pass.
 */
export function checkSchema(
  kind: string,
  version: string | undefined,
  object: Readonly<Record<string, unknown>>,
): SchemaIssue[] {
  const known = own(KINDS, kind);
  if (known === undefined || object.apiVersion !== known.apiVersion) { return []; }
  const siblings = Object.values(KINDS).filter(({ operator }) => operator === known.operator);
  const [oldest] = siblings.map(({ releases }) => releases[0].release).sort(compareReleases);
  if (version !== undefined && compareReleases(version, oldest) < 0) { return []; }
  const index = known.releases.filter(({ release }) =>
    version === undefined || compareReleases(release, version) <= 0).length - 1;
  if (index < 0) {
    const first = known.releases[0].release;
    const message = `${kind} is known from ${known.operator} ${first} on, this is ${version}`;
    return [{ problem: 'newer', path: ['kind'], message, fix: `upgrade to ${first}, or leave it out` }];
  }
  const newest = known.releases[known.releases.length - 1].release;
  const check = new ObjectCheck(known, index, version !== undefined && compareReleases(version, newest) > 0);
  const { apiVersion: _1, kind: _2, metadata: _3, status: _4, ...rest } = object;
  check.value(NODES[known.releases[index].root], rest, []);
  return check.issues;
}

/** One walk over one object. */
class ObjectCheck {
  public readonly issues: SchemaIssue[] = [];
  /** How many values around this one keep unknown fields: a strict server takes them below those, too. */
  private open = 0;

  constructor(
    private readonly known: KindFacts,
    private readonly index: number,
    private readonly unknownPasses: boolean,
  ) {}

  public value(node: FieldNode, value: unknown, path: Key[]): void {
    const expected = typeNameOf(node);
    if (expected === undefined) { return; } // anything goes
    if (value === null && node.nullable) { return; }
    if (!hasType(node, value)) {
      this.report('type', path, `is ${show(value)}, ${expected} is expected`, wayOut(node, value));
      return;
    }
    if (node.enum !== undefined && !node.enum.includes(value)) {
      const near = typeof value === 'string' ? nearestName(value, node.enum.map(String)) : undefined;
      this.report(
        'value',
        path,
        `is ${show(value)}, not one of ${node.enum.map(show).join(', ')}`,
        `write ${near === undefined ? 'one of them' : show(near)}`,
      );
    }
    if (typeof value === 'string') { this.text(node, value, path); }
    if (node.format !== undefined) { this.format(node.format, value, path); }
    if (typeof value === 'number') { this.bounds(node.minimum, node.maximum, value, path, ''); }
    if (Array.isArray(value)) {
      this.bounds(node.minItems, node.maxItems, value.length, path, ' items');
      if (node.keys !== undefined) { this.repetitions(node.keys, value, path); }
      if (node.items !== undefined) {
        const items = NODES[node.items];
        value.forEach((each, position) => this.value(items, each, [...path, position]));
      }
    } else if (isMap(value)) {
      this.open += Number(node.open === true);
      this.fields(node, value, path);
      this.open -= Number(node.open === true);
    }
  }

  private text(node: FieldNode, value: string, path: Key[]): void {
    this.bounds(node.minLength, node.maxLength, [...value].length, path, ' characters');
    if (node.pattern !== undefined && !regExp(node.pattern).test(value)) {
      this.report('value', path, `is ${show(value)}, which does not match ${node.pattern}`, 'write a value that does');
    }
  }

  private format(format: string, value: unknown, path: Key[]): void {
    const form = own(FORMATS, format);
    if (form === undefined || form.takes(value)) { return; }
    this.report('type', path, `is ${show(value)}, ${form.name} is expected`, `write ${form.name}`);
  }

  /** apiextensions-apiserver pkg/apiserver/schema/listtype ValidateListSetsAndMaps, which every write passes. */
  private repetitions(keys: readonly string[], items: readonly unknown[], path: Key[]): void {
    const met = new Set<string>();
    for (const [index, item] of items.entries()) {
      if (keys.length > 0 && !isMap(item)) { continue; } // what is no map is told as that
      const values = keys.length === 0 ? [item] : keys.map(key => (isMap(item) ? own(item, key) : undefined));
      const identity = shown(values);
      if (met.has(identity)) {
        const what = keys.length === 0 ? 'the item' : keys.map((key, at) => keyInWords(key, values[at])).join(', ');
        const place = [...path, index];
        this.report('contradiction', place, `has ${what}, as an item before it has`, 'rename or remove one of them');
      }
      met.add(identity);
    }
  }

  /**
   * A null in the place of nothing. Other writes take it out when they are read (kubernetes/apiextensions-apiserver
   * pkg/apiserver/schema/defaulting/prunenulls.go); a server-side apply does not, and fills in defaults alone.
   */
  private nulls(node: FieldNode, value: Readonly<Record<string, unknown>>, path: Key[]): void {
    for (const name of Object.keys(value)) {
      const field = value[name] === null ? fieldOf(node, name) : undefined;
      if (field === undefined
        || typeNameOf(field) === undefined
        || field.nullable === true
        || node.filled?.includes(name) === true
        || node.required?.includes(name) === true) { continue; }
      this.report('null', [...path, name], 'is null, which a server-side apply refuses', 'remove it');
    }
  }

  private fields(node: FieldNode, value: Readonly<Record<string, unknown>>, path: Key[]): void {
    // the API server takes a null out where the field may not be null, before it looks for anything else
    const present = Object.entries(value).filter(([, each]) => each !== null && each !== undefined);
    this.bounds(node.minProperties, node.maxProperties, present.length, path, ' fields');
    for (const [name, each] of present) {
      const field = fieldOf(node, name);
      if (field !== undefined) { this.value(field, each, [...path, name]); }
    }
    this.nulls(node, value, path);
    // below an object of which no field is known, a server-side apply takes any
    const takesAny = node.fields === undefined;
    if (this.open === 0 && !takesAny && !this.unknownPasses) {
      // with a null too: a strict API server asks for the name before it takes the null out
      const unknown = Object.keys(value).filter(name => value[name] !== undefined && fieldOf(node, name) === undefined);
      unknown.forEach(name => this.unknown(node, name, path));
    }
    for (const name of node.required ?? []) {
      if (own(value, name) === undefined || (own(value, name) === null && fieldOf(node, name)?.nullable !== true)) {
        this.report('missing', path, `has no ${name}, which is required`, `add ${name}`);
      }
    }
  }

  private unknown(node: FieldNode, name: string, path: Key[]): void {
    const whole = [...path, name];
    const { operator, releases } = this.known;
    const holds = ({ root }: KindFacts['releases'][number]) => nodeAt(root, whole) !== undefined;
    const later = releases.slice(this.index + 1).find(holds);
    const here = releases[this.index].release;
    if (later !== undefined) {
      this.report(
        'newer',
        whole,
        `is known from ${operator} ${later.release} on; ${here} drops it`,
        `upgrade to ${later.release}, or remove it`,
      );
      return;
    }
    const earlier = releases.slice(0, this.index).reverse().find(holds);
    const near = nearestName(name, Object.keys(node.fields ?? {}));
    const message = earlier === undefined
      ? `is no field of ${operator} ${here}`
      : `is no longer a field of ${operator} ${here}, ${earlier.release} was the last`;
    this.report(
      'unknown',
      whole,
      `${message}: the API server drops it`,
      near === undefined ? 'remove it' : `write ${near}`,
    );
  }

  private bounds(least: number | undefined, most: number | undefined, count: number, path: Key[], unit: string): void {
    if (least !== undefined && count < least) {
      this.report(
        'bounds',
        path,
        `${unit === '' ? 'is' : 'has'} ${count}${unit}, at least ${least} is needed`,
        `at least ${least}${unit}`,
      );
    }
    if (most !== undefined && count > most) {
      this.report(
        'bounds',
        path,
        `${unit === '' ? 'is' : 'has'} ${count}${unit}, at most ${most} is allowed`,
        `at most ${most}${unit}`,
      );
    }
  }

  private report(problem: SchemaProblem, path: Key[], what: string, fix: string): void {
    this.issues.push({ problem, path, message: `${path.length === 0 ? 'the object' : path.join('.')} ${what}`, fix });
  }
}

/** The schema node of a field; of a map, that of its values. */
function fieldOf(node: FieldNode, name: string): FieldNode | undefined {
  const index = (node.fields === undefined ? undefined : own(node.fields, name)) ?? node.values;
  return index === undefined ? undefined : NODES[index];
}

/** The node at a path in another release. */
function nodeAt(root: number, path: Key[]): FieldNode | undefined {
  let node: FieldNode | undefined = NODES[root];
  for (const key of path) {
    if (node === undefined) { return undefined; }
    node = typeof key === 'string' ? fieldOf(node, key) : node.items === undefined ? undefined : NODES[node.items];
  }
  return node;
}

function typeNameOf(node: FieldNode): string | undefined {
  if (node.intOrString) { return 'a whole number or a string'; }
  return node.type === undefined ? undefined : own(TYPE_NAMES, node.type);
}

const TYPE_NAMES: Record<string, string> = {
  object: 'a map', array: 'a list', string: 'a string', integer: 'a whole number', number: 'a number', boolean: 'true or false',
};

/** What texts and numbers of a format are (k8s.io/kube-openapi pkg/validation/strfmt and validate/values.go). */
const FORMATS: Readonly<Record<string, { readonly name: string; readonly takes: (value: unknown) => boolean }>> = {
  'int32': { name: 'a whole number of 32 bits', takes: value => typeof value !== 'number' || isInt32(value) },
  'byte': { name: 'a text in base64', takes: value => typeof value !== 'string' || isBase64(value) },
  'date-time': { name: 'a time such as 2026-01-31T12:00:00Z', takes: isTime },
};

function isInt32(value: number): boolean {
  return value >= -(2 ** 31) && value < 2 ** 31;
}

function hasType(node: FieldNode, value: unknown): boolean {
  if (node.intOrString) { return Number.isInteger(value) || isText(value); }
  switch (node.type) {
    case 'object': return isMap(value);
    case 'array': return Array.isArray(value);
    case 'string': return isText(value);
    case 'integer': return Number.isInteger(value);
    default: return typeof value === node.type;
  }
}

/** A date without quotes is a string to Kubernetes. */
function isText(value: unknown): boolean {
  return typeof value === 'string' || value instanceof Date;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function wayOut(node: FieldNode, value: unknown): string {
  const isScalar = typeof value === 'number' || typeof value === 'boolean';
  if (isScalar && (node.intOrString || node.type === 'string')) { return `put it in quotes: "${shown(value)}"`; }
  if (typeof value === 'string' && /^(?:true|false)$/.test(value) && node.type === 'boolean') {
    return 'remove the quotes';
  }
  if (/^-?\d+$/.test(plainText(value)) && node.type === 'integer') { return 'remove the quotes'; }
  return `write ${typeNameOf(node)}`;
}

function show(value: unknown): string {
  if (Array.isArray(value)) { return 'a list'; }
  if (isMap(value)) { return 'a map'; }
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function keyInWords(key: string, value: unknown): string {
  return value === undefined ? `no ${key}` : `${key} ${show(value)}`;
}

const compiled = new Map<string, Pick<RegExp, 'test'>>([[CRD_HOST_DOMAIN, HOST_DOMAIN]]);

/** The patterns are of Go; those of these CRDs mean the same here. */
function regExp(pattern: string): Pick<RegExp, 'test'> {
  let known = compiled.get(pattern);
  if (known === undefined) { compiled.set(pattern, known = new RegExp(pattern)); }
  return known;
}

/** A key that the object has itself: `constructor` is no field. */
function own<T>(map: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.prototype.hasOwnProperty.call(map, key) ? map[key] : undefined;
}
