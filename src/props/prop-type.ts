import { refuseSecrets } from '../secrets';
import { nearestName, shown } from '../text';

/**
 * What a value must be before anything is made of it. A compiler sees to that in TypeScript, Java and Go; a program in
 * JavaScript, a value that was read from a file, or a cast gets a message here instead of a TypeError somewhere inside.
 */
export interface PropShape {
  readonly needed?: false;
  /** What is wrong with the value, if anything: `replicas is a text; give a number`. */
  readonly problem: (name: string, value: unknown) => string | undefined;
}

/** The shape of a property that must be given. */
export interface NeededShape {
  readonly needed: true;
  readonly problem: PropShape['problem'];
}

/** A shape for every property, so that none can be forgotten: which must be given is as the interface has it. */
export type Shape<T> = { readonly [K in keyof T]-?: Partial<Pick<T, K>> extends Pick<T, K> ? PropShape : NeededShape };

type AnyShape = Readonly<Record<string, PropShape | NeededShape>>;

/** @throws when the props carry a secret or are not of that shape, with the place and what to give */
export function checkProps<T extends object>(place: string, props: T, shape: Shape<T>): void {
  refuseSecrets(place, props); // before a message repeats a value
  checkShape(place, props, shape);
}

/**
 * The same of props that hold constructs, which have said of their secrets already.
 * @throws when the props are not of that shape, with the place and what to give
 */
export function checkShape<T extends object>(place: string, props: T, shape: Shape<T>): void {
  const problem = isObject(props)
    ? problemOf('', props, shape)
    : `the props are ${called(props)}; give an object with ${neededOf(shape).join(' and ') || 'what it is about'}`;
  if (problem !== undefined) { throw new Error(`${place}: ${problem}`); }
}

/** A property that must be given. */
export function needed({ problem }: PropShape): NeededShape {
  return { needed: true, problem };
}

function simple(wanted: string, isRight: (value: unknown) => boolean): PropShape {
  return { problem: (name, value) => isRight(value) ? undefined : `${name} is ${called(value)}; give ${wanted}` };
}

export const TEXT = simple('a text', value => typeof value === 'string');
/** A text of a kind, which a message names with an example. */
export function textLike(wanted: string): PropShape {
  return simple(wanted, value => typeof value === 'string');
}

export const NUMBER = simple('a number', value => typeof value === 'number');
export const FLAG = simple('true or false', value => typeof value === 'boolean');
/** Passed on as it is, and checked against the fields of the CRD. */
export const ANY: PropShape = {
  problem: (name, value) => {
    const found = unwritable(name, value, []);
    return found === undefined
      ? undefined
      : `${found}, which a manifest cannot hold; give a text, a number, true, false, a list or an object`;
  },
};

export function oneOf(choices: Readonly<Record<string, string>>): PropShape {
  const values = Object.values(choices);
  return {
    problem: (name, value) => values.includes(value as string) ? undefined
      : `${name} is ${typeof value === 'string' ? JSON.stringify(value) : called(value)}; give `
        + `one of ${values.join(', ')}`,
  };
}

export function listOf(each: PropShape): PropShape {
  return {
    problem: (name, value) => Array.isArray(value)
      ? first(Array.from(value, (entry, index) => each.problem(`${name}[${index}]`, entry)))
      : `${name} is ${called(value)}; give a list`,
  };
}

/** Values may also be known at synthesis only (cdk8s `Lazy`). */
export function mapOf(each: PropShape): PropShape {
  return {
    problem: (name, value) => isObject(value)
      ? first(Object.entries(value)
        .map(([key, entry]) => isLate(entry) ? undefined : each.problem(`${name}.${key}`, entry)))
      : `${name} is ${called(value)}; give an object with names and values`,
  };
}

export function struct<T extends object>(shape: Shape<T>): PropShape {
  return {
    problem: (name, value) =>
      isObject(value) ? problemOf(`${name}.`, value, shape) : `${name} is ${called(value)}; give an object`,
  };
}

/**
 * An object of a class, known by one of its members: `instanceof` would tell two copies of this package apart.
 * @param wanted how one gets it
 */
export function made(wanted: string, member: string): PropShape {
  return simple(wanted, value => isObject(value) && member in value);
}

function problemOf(prefix: string, value: object, shape: AnyShape): string | undefined {
  return unknownOf(prefix, value, shape) ?? first(Object.entries(shape).map(([key, { needed: isNeeded, problem }]) => {
    const given = (value as Record<string, unknown>)[key];
    return given === undefined && isNeeded !== true ? undefined : problem(`${prefix}${key}`, given);
  }));
}

/** A property that the interface does not have, most likely a slip of the pen: it would be passed over in silence. */
function unknownOf(prefix: string, value: object, shape: AnyShape): string | undefined {
  const unknown = Object.keys(value)
    .find(key => !Object.hasOwn(shape, key) && (value as Record<string, unknown>)[key] !== undefined);
  if (unknown === undefined) { return undefined; }
  const near = nearestName(unknown, Object.keys(shape));
  return `${prefix}${shown(unknown)} is no property there; `
    + `${near === undefined ? `there are ${Object.keys(shape).join(', ')}` : `did you mean ${near}?`}`;
}

function neededOf(shape: AnyShape): string[] {
  return Object.keys(shape).filter(key => shape[key].needed === true);
}

function first(problems: (string | undefined)[]): string | undefined {
  return problems.find(problem => problem !== undefined);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isLate(value: unknown): boolean {
  return isObject(value) && 'produce' in value;
}

/**
 * The first value inside that YAML has no word for. Objects of a class are not entered: they say themselves what they
 * are written as.
 */
function unwritable(name: string, value: unknown, around: unknown[]): string | undefined {
  if (['function', 'symbol', 'bigint'].includes(typeof value)) { return `${name} is ${called(value)}`; }
  if (around.includes(value)) { return `${name} holds itself`; }
  const inside = Array.isArray(value) || (isObject(value) && Object.getPrototypeOf(value) === Object.prototype);
  return inside
    ? first(Object.entries(value).map(([key, each]) => unwritable(`${name}.${key}`, each, [...around, value])))
    : undefined;
}

/** A text is not repeated: it may be a secret in the wrong place. */
function called(value: unknown): string {
  switch (typeof value) {
    case 'undefined': return 'missing';
    case 'string': return 'a text';
    case 'object': return value === null ? 'null' : Array.isArray(value) ? 'a list' : 'an object of another kind';
    case 'number': case 'boolean': return String(value);
    default: return `a ${typeof value}`;
  }
}
