import { CelNode, parseCel } from './cel-syntax';
import { quantityOf } from '../quantity';

/** What a CEL expression of a class or a claim may read of a device (k8s.io/api/resource/v1 CELDeviceSelector). */
export interface DeviceFacts {
  readonly driver: string;
  /** By `domain/name`. A version is a text that `semver` reads. */
  readonly attributes: ReadonlyMap<string, DeviceAttribute>;
  /** By `domain/name`, as numbers. */
  readonly capacity: ReadonlyMap<string, number>;
  readonly allowMultipleAllocations: boolean;
  /** Whether it may have attributes and capacities that nobody knows of: then nothing is sure to be missing. */
  readonly isPartlyKnown: boolean;
}

export type DeviceAttribute = string | number | boolean | { readonly version: string };

/**
 * Whether a device is selected; undefined where that is not known, or where the expression fails, which ends an
 * allocation.
 */
export type DeviceSelector = (device: DeviceFacts) => boolean | undefined;

/** What an expression selects. One that cannot be read selects nobody knows what. */
export function deviceSelector(expression: string): DeviceSelector {
  const known = compiled.get(expression);
  if (known !== undefined) { return known; }
  const node = parseCel(expression);
  const selector: DeviceSelector = node === undefined ? () => undefined : device => {
    const value = valueOf(node, device);
    return typeof value === 'boolean' ? value : undefined;
  };
  if (compiled.size >= MOST_COMPILED) { compiled.clear(); }
  compiled.set(expression, selector);
  return selector;
}

const MOST_COMPILED = 1000;
const compiled = new Map<string, DeviceSelector>();

/** A value of CEL; undefined where it is not known or an error. */
type Value = string | number | boolean | null | List | Quantity | Version | Fields | Whole | Optional | undefined;
type List = readonly Value[];
interface Quantity { readonly quantity: number }
interface Version { readonly version: string }
/** The attributes or capacities of a device, or those of one domain. */
interface Fields {
  readonly fields: ReadonlyMap<string, Value>;
  /** `domain/`; empty for all domains. */
  readonly prefix: string;
  readonly isPartlyKnown: boolean;
}
interface Whole { readonly device: DeviceFacts }
interface Optional { readonly optional: Value; readonly isThere: boolean | undefined }

function valueOf(node: CelNode, device: DeviceFacts): Value {
  switch (node.is) {
    case 'value': return node.value;
    case 'list': return node.items.map(each => valueOf(each, device));
    case 'name': return node.name === 'device' ? { device } : undefined;
    case 'field': return fieldOf(valueOf(node.of, device), node.name, node.optional);
    case 'index': return fieldOf(valueOf(node.of, device), valueOf(node.key, device), node.optional);
    case 'call': return called(node, device);
    case 'unary': return negated(node.operator, valueOf(node.operand, device));
    case 'binary': return combined(node.operator, valueOf(node.left, device), () => valueOf(node.right, device));
    case 'choice': {
      const condition = valueOf(node.condition, device);
      return typeof condition === 'boolean' ? valueOf(condition ? node.then : node.otherwise, device) : undefined;
    }
  }
}

const isObject = (value: Value): value is Exclude<Value, string | number | boolean | null | undefined> =>
  typeof value === 'object' && value !== null;

function fieldOf(value: Value, key: Value, optional: boolean): Value {
  if (isObject(value) && 'optional' in value) { // a field of what may be missing may be missing too
    return value.isThere === true ? fieldOf(value.optional, key, true) : value;
  }
  const found = plainField(value, key);
  return optional ? { optional: found.value, isThere: found.isThere } : found.value;
}

/** A field, and whether it is there; undefined where nobody knows. */
function plainField(value: Value, key: Value): { readonly value: Value; readonly isThere: boolean | undefined } {
  const nobodyKnows = { value: undefined, isThere: undefined };
  if (!isObject(value)) { return nobodyKnows; }
  if (Array.isArray(value)) {
    const item = typeof key === 'number' ? (value as List)[key] : undefined;
    return { value: item, isThere: item === undefined ? undefined : true };
  }
  if (typeof key !== 'string') { return nobodyKnows; }
  if ('device' in value) {
    const { driver, attributes, capacity, allowMultipleAllocations, isPartlyKnown } = value.device;
    switch (key) {
      case 'driver': return { value: driver, isThere: true };
      case 'allowMultipleAllocations':
        return isPartlyKnown ? nobodyKnows : { value: allowMultipleAllocations, isThere: true };
      case 'attributes': return { value: { fields: attributes, prefix: '', isPartlyKnown }, isThere: true };
      case 'capacity': return { value: { fields: quantities(capacity), prefix: '', isPartlyKnown }, isThere: true };
      default: return nobodyKnows;
    }
  }
  if (!('fields' in value)) { return nobodyKnows; }
  // an unknown domain is an empty map (k8s.io/dynamic-resource-allocation cel/compile.go mapper)
  if (value.prefix === '') { return { value: { ...value, prefix: `${key}/` }, isThere: true }; }
  const name = value.prefix + key;
  return value.fields.has(name)
    ? { value: value.fields.get(name), isThere: true }
    : { value: undefined, isThere: value.isPartlyKnown ? undefined : false };
}

const asQuantities = new WeakMap<ReadonlyMap<string, number>, ReadonlyMap<string, Quantity>>();

function quantities(capacity: ReadonlyMap<string, number>): ReadonlyMap<string, Quantity> {
  const known = asQuantities.get(capacity)
    ?? new Map([...capacity].map(([name, quantity]) => [name, { quantity }] as const));
  asQuantities.set(capacity, known);
  return known;
}

function negated(operator: string, value: Value): Value {
  if (operator === '!') { return typeof value === 'boolean' ? !value : undefined; }
  return typeof value === 'number' ? -value : undefined;
}

function combined(operator: string, left: Value, rightOf: () => Value): Value {
  // an error on one side counts only where the other does not decide (google/cel-spec doc/langdef.md, logical operators)
  if (operator === '&&' || operator === '||') {
    const decides = operator === '||';
    if (left === decides) { return decides; }
    const right = rightOf();
    return right === decides ? decides : typeof left === 'boolean' && typeof right === 'boolean' ? !decides : undefined;
  }
  const right = rightOf();
  switch (operator) {
    case '==': return isEqual(left, right);
    case '!=': return negated('!', isEqual(left, right));
    case 'in': return isIn(left, right);
    case '+':
      if (typeof left === 'string' && typeof right === 'string') { return left + right; }
      return typeof left === 'number' && typeof right === 'number' ? left + right : undefined;
    default: return ordered(operator, left, right);
  }
}

function ordered(operator: string, left: Value, right: Value): Value {
  if (left === undefined || right === undefined || left === null || right === null) { return undefined; }
  if (typeof left !== typeof right || !['number', 'string'].includes(typeof left)) { return undefined; }
  switch (operator) {
    case '<': return left < right;
    case '<=': return left <= right;
    case '>': return left > right;
    case '>=': return left >= right;
    default: return undefined; // other arithmetic
  }
}

function isEqual(left: Value, right: Value): boolean | undefined {
  if (left === undefined || right === undefined || isObject(left) || isObject(right)) { return undefined; }
  return left === right;
}

function isIn(value: Value, where: Value): boolean | undefined {
  if (Array.isArray(where)) {
    const each = (where as List).map(item => isEqual(value, item));
    return each.includes(true) ? true : each.includes(undefined) ? undefined : false;
  }
  return isObject(where) && 'fields' in where ? plainField(where, value).isThere : undefined;
}

function called(node: CelNode & { is: 'call' }, device: DeviceFacts): Value {
  const { on, name, arguments: given } = node;
  if (on === undefined && name === 'has') { return hasField(given, device); }
  const values = given.map(each => valueOf(each, device));
  if (on === undefined) { return made(name, values); }
  const subject = valueOf(on, device);
  if (isObject(subject) && 'optional' in subject) { return ofOptional(subject, name, values); }
  if (typeof subject === 'string') { return ofText(subject, name, values); }
  const isComparable = isObject(subject) && ('quantity' in subject || 'version' in subject);
  return isComparable ? compared(subject, name, values[0]) : undefined;
}

function hasField([field]: readonly CelNode[], device: DeviceFacts): Value {
  if (field?.is !== 'field' && field?.is !== 'index') { return undefined; }
  const key = field.is === 'field' ? field.name : valueOf(field.key, device);
  return plainField(valueOf(field.of, device), key).isThere;
}

function made(name: string, [value]: readonly Value[]): Value {
  if (typeof value !== 'string') { return undefined; }
  if (name === 'quantity') {
    const quantity = quantityOf(value);
    return quantity === undefined ? undefined : { quantity };
  }
  return name === 'semver' ? { version: value } : name === 'size' ? value.length : undefined;
}

function ofOptional({ optional, isThere }: Optional, name: string, [other]: readonly Value[]): Value {
  if (isThere === undefined) { return undefined; }
  switch (name) {
    case 'orValue': return isThere ? optional : other;
    case 'hasValue': return isThere;
    case 'value': return isThere ? optional : undefined;
    default: return undefined;
  }
}

function ofText(text: string, name: string, [other]: readonly Value[]): Value {
  switch (name) {
    case 'lowerAscii': return text.toLowerCase();
    case 'upperAscii': return text.toUpperCase();
    case 'size': return text.length;
    default:
  }
  if (typeof other !== 'string') { return undefined; }
  switch (name) {
    case 'contains': return text.includes(other);
    case 'startsWith': return text.startsWith(other);
    case 'endsWith': return text.endsWith(other);
    // RE2 has no backreferences; of what both know, a plain pattern alone is sure to end soon
    case 'matches': return isPlainPattern(other) ? new RegExp(other).test(text) : undefined;
    default: return undefined;
  }
}

/** Letters, digits, anchors, alternatives, and dots with or without a star: nothing that takes long or means two things. */
function isPlainPattern(pattern: string): boolean {
  return pattern.length <= 200 && (pattern.match(/\*|\+/g) ?? []).length <= 2
    && /^\^?(?:[\w \-|]|\.[*+]?|\\[.+-])*\$?$/.test(pattern);
}

function compared(subject: Quantity | Version, name: string, other: Value): Value {
  if (!isObject(other)) { return undefined; }
  const order = 'quantity' in subject
    ? 'quantity' in other ? Math.sign(subject.quantity - other.quantity) : undefined
    : 'version' in other ? orderOf(subject.version, other.version) : undefined;
  switch (order === undefined ? '' : name) {
    case 'compareTo': return order;
    case 'isGreaterThan': return order === 1;
    case 'isLessThan': return order === -1;
    default: return undefined;
  }
}

/** Versions of three numbers; of those with more nobody asks. */
function orderOf(one: string, other: string): number | undefined {
  const parts = [one, other].map(text => /^(\d+)\.(\d+)\.(\d+)$/.exec(text)?.slice(1).map(Number));
  const [a, b] = parts;
  if (a === undefined || b === undefined) { return undefined; }
  return Math.sign(a.map((each, index) => each - b[index]).find(difference => difference !== 0) ?? 0);
}
