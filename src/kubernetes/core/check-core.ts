import { nearestName, shown } from '../../text';
import { Fields, fieldsOf, isFields, plainText } from '../fields';
import { isBase64, isTime } from '../formats';
import { isQuantity } from '../quantity';
import { CoreBound } from './bound-forms';
import { checkLabelsAndAnnotations, wrongName } from './check-metadata';
import { CORE_BOUNDS } from './core-bounds';
import { CoreIssue, CoreProblem } from './core-issue';
import { CoreField, coreType, coreTypeOf } from './core-types';
import { contradictionsIn } from './shapes/contradictions';

type Key = string | number;

/** What every object has at its root, and what the API server writes there. */
const AT_ROOT = ['apiVersion', 'kind', 'status'];
const PASSED_AT_ROOT = [...AT_ROOT, 'metadata'];

/**
 * A key that tells kubectl and Kustomize how to merge, and is no field: `$patch`, `$retainKeys`,
 * `$setElementOrder/containers`.
 */
const DIRECTIVE = /^\$(?:patch$|retainKeys$|setElementOrder\/|deleteFromPrimitiveList\/)/;

/**
 * What the API server would drop or refuse in an object of one of Kubernetes' own kinds, by the types of the API and by
 * what it checks in code. Nothing is said of `status` and of kinds without facts.
 * @param checked a part of it that is known to be right
 */
export function checkCore(object: Readonly<Fields>, checked?: unknown): CoreIssue[] {
  const type = coreTypeOf(plainText(object.apiVersion), plainText(object.kind));
  const check = new CoreCheck(object.kind === 'Secret', [], checked);
  if (type === undefined) { return []; }
  check.fields(type, object, PASSED_AT_ROOT);
  return [...check.issues, ...contradictionsIn(object)];
}

/** Whether the fields of a kind are known. */
export function hasCoreFacts(apiVersion: string, kind: string): boolean {
  return coreTypeOf(apiVersion, kind) !== undefined;
}

/** What the API server would drop or refuse in the metadata of an object, whatever its kind. */
export function checkMetadata(object: Readonly<Fields>): CoreIssue[] {
  const check = new CoreCheck(false, ['metadata']);
  check.one(METADATA, undefined, object.metadata);
  const name = wrongName(plainText(object.apiVersion), plainText(object.kind), fieldsOf(object.metadata));
  return [
    ...check.issues,
    ...name === undefined
      ? []
      : [{
        problem: 'value' as const,
        path: ['metadata', 'name'],
        message: `metadata.name ${name.message}`,
        fix: name.fix,
      }],
  ];
}

const METADATA: CoreField = { type: 'ObjectMeta', form: 'one', isRequired: false, isAnyText: false };

/** The same of a value of a type of the API that stands in an object of another kind. */
export function checkCoreValue(type: string, value: unknown, path: readonly Key[]): CoreIssue[] {
  const check = new CoreCheck(false, [...path]);
  check.one({ ...METADATA, type }, undefined, value);
  return check.issues;
}

/** The values that a field of a type of the API takes. */
export function coreField(type: string, field: string): CoreField | undefined {
  return coreType(type)?.get(field);
}

const INT32 = 2 ** 31;

/** The letters that the facts have for what is written as one value. */
const SCALARS: Readonly<Record<string, { readonly name: string; readonly takes: (value: unknown) => boolean }>> = {
  s: { name: 'a string', takes: isText },
  b: { name: 'true or false', takes: value => typeof value === 'boolean' },
  // a server-side apply cuts it off in silence
  i: {
    name: 'a whole number of 32 bits',
    takes: value => Number.isInteger(value) && (value as number) >= -INT32 && (value as number) < INT32,
  },
  l: { name: 'a whole number', takes: value => Number.isInteger(value) || typeof value === 'bigint' },
  n: { name: 'a number', takes: value => typeof value === 'number' || typeof value === 'bigint' },
  p: {
    name: 'a whole number or a string',
    takes: value => isText(value) || (Number.isInteger(value) && Math.abs(value as number) < INT32),
  },
  q: {
    name: 'a quantity such as 500m or 16Gi',
    takes: value => ['string', 'number', 'bigint'].includes(typeof value) && isQuantity(value),
  },
  t: { name: 'a time such as 2026-01-31T12:00:00Z', takes: isTime },
  y: { name: 'a text in base64', takes: value => typeof value === 'string' && isBase64(value) },
  x: { name: 'anything', takes: () => true },
};

/** What every apply refuses two of with one name; of other items that nothing tells apart, only a server-side apply. */
const REFUSED_TWICE = ['Container', 'Volume', 'VolumeMount'];

/** One walk over one object. */
class CoreCheck {
  public readonly issues: CoreIssue[] = [];

  /**
   * @param hidesValues where no message may repeat a value
   * @param path where the walk is
   * @param checked what it does not go into
   */
  constructor(
    private readonly hidesValues: boolean,
    private readonly path: Key[] = [],
    private readonly checked?: unknown,
  ) {}

  /** The fields of a map; those of a root that a server writes are passed over. */
  public fields(type: string, value: Readonly<Fields>, passed: readonly string[] = NOTHING): void {
    if (value === this.checked) { return; }
    const fields = coreType(type)!;
    if (type === 'ObjectMeta') { this.labelsAndAnnotations(value); }
    // the selector of a metric is of another system than Kubernetes
    const isOfMetrics = this.path.includes('metric') && type !== 'v2MetricIdentifier';
    const bounds = isOfMetrics ? undefined : own(CORE_BOUNDS, type);
    for (const name of Object.keys(value)) {
      const each = value[name];
      if (each === undefined || passed.includes(name) || (name[0] === '$' && DIRECTIVE.test(name))) { continue; }
      const field = fields.get(name);
      if (field === undefined) {
        // a claim in a StatefulSet is an object of its own
        if (!(type === 'PersistentVolumeClaim' && AT_ROOT.includes(name))) {
          this.below(name, () => this.unknown([...fields.keys()], name));
        }
        continue;
      }
      const bound = bounds && own(bounds, name);
      if (field.isAnyText && bound === undefined && typeof each === 'string') { continue; } // most are
      this.below(name, () => {
        if (field.since !== undefined) { this.newer(field.since); }
        if (each !== null) { this.field(field, bound, each); } // a null is as good as nothing to the API server
      });
    }
    if (type.endsWith('SelectorRequirement')) { this.selectorValues(value); }
    for (const name of requiredOf(type)) {
      if (isMissing(name, own(value, name)) && !passed.includes(name)) {
        this.report('missing', `has no ${name}, which is required`, `add ${name}`);
      }
    }
  }

  /** A selector by values has some, and one by existence has none. */
  private selectorValues({ operator, values }: Readonly<Fields>): void {
    const has = Array.isArray(values) && values.length > 0;
    if ((operator === 'In' || operator === 'NotIn') && !has && (values === undefined || values === null || Array.isArray(values))) {
      this.report('missing', `has no values, which operator ${operator} needs`, 'add values');
    }
    if ((operator === 'Exists' || operator === 'DoesNotExist') && has) {
      this.report('contradiction', `has values, and operator ${operator} takes none`, 'remove them');
    }
  }

  /**
   * Goes one step down: every field of every manifest comes by here, so the path is written down for what is reported
   * alone.
   */
  private below(key: Key, walk: () => void): void {
    this.path.push(key);
    walk();
    this.path.pop();
  }

  private newer(since: string): void {
    const path = [...this.path];
    const message = `${path.join('.')} is known from Kubernetes ${since} on; an older one drops it`;
    this.issues.push({ problem: 'newer', path, since, fix: `upgrade to Kubernetes ${since}, or remove it`, message });
  }

  private labelsAndAnnotations(metadata: Readonly<Fields>): void {
    for (const { problem, path: inner, message, fix } of checkLabelsAndAnnotations(metadata)) {
      const path = [...this.path, ...inner];
      this.issues.push({ problem, path, message: `${path.join('.')} ${message}`, fix });
    }
  }

  private field(field: CoreField, bound: CoreBound | undefined, value: unknown): void {
    switch (field.form) {
      case 'one': this.one(field, bound, value); break;
      case 'list':
        if (!Array.isArray(value)) {
          this.report('type', `is ${this.show(value)}, a list is expected`, 'write a list');
          return;
        }
        if (value.length === 0) { this.empty(bound); }
        value.forEach((each, index) => this.below(index, () => this.item(field, bound, each)));
        if (field.keys !== undefined && value.length > 1) {
          this.repetitions(field.keys, value, REFUSED_TWICE.includes(field.type) ? 'contradiction' : 'repeated');
        }
        break;
      case 'map':
        if (!isFields(value)) {
          this.report('type', `is ${this.show(value)}, a map is expected`, 'write a map');
          return;
        }
        if (Object.keys(value).length === 0) { this.empty(bound); }
        for (const [key, each] of Object.entries(value)) {
          if (each !== null && each !== undefined) { this.below(key, () => this.one(field, bound, each)); }
        }
    }
  }

  private empty(bound: CoreBound | undefined): void {
    if (bound?.hasItems === true) { this.report('missing', 'is empty, and at least one item is needed', 'add one'); }
  }

  /** An item of a list: the API server takes a null for an empty one, but cannot tell it from others in a set. */
  private item(field: CoreField, bound: CoreBound | undefined, value: unknown): void {
    if ((value ?? null) === null && field.keys?.length === 0) {
      this.report('type', 'is null, which a server-side apply refuses in this list', 'remove it');
      return;
    }
    this.one(field, bound, value ?? emptyOf(field));
  }

  /** A value, or an item of a list or map. */
  public one(field: CoreField, bound: CoreBound | undefined, value: unknown): void {
    const scalar = own(SCALARS, field.type);
    if (scalar === undefined) {
      if (isFields(value)) {
        this.fields(field.type, value);
      } else {
        this.report('type', `is ${this.show(value)}, a map is expected`, 'write a map');
      }
      return;
    }
    if (!scalar.takes(value)) {
      this.report('type', `is ${this.show(value)}, ${scalar.name} is expected`, wayOut(field.type, value, scalar.name));
      return;
    }
    const values = field.values ?? bound?.values;
    if (values !== undefined && value !== '' && !values.includes(value as string)) {
      const near = nearestName(plainText(value), values);
      this.report(
        'value',
        `is ${this.show(value)}, not one of ${values.filter(each => each !== '').join(', ')}`,
        `write ${near ?? 'one of them'}`,
      );
    }
    if (bound !== undefined) { this.bound(bound, value); }
  }

  private bound({ least, most, pattern, test, form, isFilled, isMap }: CoreBound, value: unknown): void {
    if (isFilled === true && value === '') { this.report('value', 'is empty, and must not be', 'write a value'); }
    if (isMap === true && !isFields(value)) {
      this.report('type', `is ${this.show(value)}, a map is expected`, 'write a map');
    }
    if (typeof value === 'number' && least !== undefined && value < least) {
      this.report('bounds', `is ${value}, at least ${least} is needed`, `at least ${least}`);
    }
    if (typeof value === 'number' && most !== undefined && value > most) {
      this.report('bounds', `is ${value}, at most ${most} is allowed`, `at most ${most}`);
    }
    if (typeof value === 'string' && value !== '' && (pattern?.test(value) ?? test?.(value)) === false) {
      this.report('value', `is ${this.show(value)}, and must be ${form}`, `write ${form}`);
    }
  }

  private repetitions(keys: readonly string[], items: readonly unknown[], problem: CoreProblem): void {
    const met = new Set<string>();
    for (const [index, item] of items.entries()) {
      const values = keys.length === 0
        ? [item]
        : keys.map(key => (isFields(item) ? own(item, key) : undefined) ?? (key === 'protocol' ? 'TCP' : undefined));
      // what is missing, or of another type, is told as that
      if (values.some(value => value === undefined || value === null || typeof value === 'object')) { continue; }
      const identity = shown(values);
      if (met.has(identity)) {
        const what = keys.length === 0
          ? 'the item'
          : keys.map((key, number) => `${key} ${this.show(values[number])}`).join(', ');
        this.below(index, () =>
          this.report(problem, `has ${what}, as an item before it has`, 'rename or remove one of them'));
      }
      met.add(identity);
    }
  }

  private unknown(names: string[], name: string): void {
    const near = nearestName(name, names);
    this.report(
      'unknown',
      'is no field that Kubernetes knows there: the API server drops it',
      near === undefined ? 'remove it' : `write ${near}`,
    );
  }

  private report(problem: CoreIssue['problem'], what: string, fix: string): void {
    this.issues.push({
      problem,
      path: [...this.path],
      message: `${this.path.length === 0 ? 'the object' : this.path.join('.')} ${what}`,
      fix,
    });
  }

  private show(value: unknown): string {
    if (Array.isArray(value)) { return 'a list'; }
    if (isFields(value)) { return 'a map'; }
    if (this.hidesValues) { return `a ${typeof value}`; }
    const text = typeof value === 'string' ? JSON.stringify(value) : shown(value);
    return text.length > 60 ? `${text.slice(0, 57)}...` : text;
  }
}

const NOTHING: readonly string[] = [];

const required = new Map<string, readonly string[]>();

/** The fields that every object of a type has. */
function requiredOf(type: string): readonly string[] {
  let known = required.get(type);
  if (known === undefined) {
    const bounds = own(CORE_BOUNDS, type) ?? {};
    known = [...coreType(type)!]
      .filter(([name, { isRequired }]) => own(bounds, name)?.isRequired ?? isRequired)
      .map(([name]) => name);
    required.set(type, known);
  }
  return known;
}

/** A pod without any container has none of its containers. */
function isMissing(name: string, given: unknown): boolean {
  return given === undefined || given === null || (name === 'containers' && Array.isArray(given) && given.length === 0);
}

/** What the API server takes a null in a list for. */
function emptyOf({ type }: CoreField): unknown {
  return /^[iln]$/.test(type) ? 0 : Object.hasOwn(SCALARS, type) ? '' : {};
}

function wayOut(type: string, value: unknown, name: string): string {
  if (type === 's' && ['number', 'boolean', 'bigint'].includes(typeof value)) {
    return `put it in quotes: "${shown(value)}"`;
  }
  const isQuoted = typeof value === 'string'
    && ((type === 'b' && /^(?:true|false)$/.test(value)) || (/^[iln]$/.test(type) && /^-?\d+$/.test(value)));
  return isQuoted ? 'remove the quotes' : `write ${name}`;
}

/** A date without quotes is a string to Kubernetes. */
function isText(value: unknown): boolean {
  return typeof value === 'string' || value instanceof Date;
}

function own<T>(map: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}
