import { shown } from '../text';

/** Keys and indices from the root of a document. */
export type Path = readonly (string | number)[];

/** A map as it was read. */
export type Fields = Record<string, unknown>;

/** A map, or an empty one where there is none. */
export function fieldsOf(value: unknown): Readonly<Fields> {
  return isFields(value) ? value : {};
}

/** Whether a value is a map. */
export function isFields(value: unknown): value is Readonly<Fields> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A list, or an empty one where there is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A string, or undefined. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The value at a path, or undefined; what every object inherits, such as `constructor`, is in no manifest. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  let inner = value;
  for (const key of path) {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, key)) { return undefined; }
    inner = (inner as Fields)[key];
  }
  return inner;
}

/** A value as text, whatever it is: nothing as an empty text, maps and lists as JSON. */
export function plainText(value: unknown): string {
  return shown(value ?? '');
}

/**
 * The number that a value is or that a text says; NaN for anything else. `Number()` would call what a map has under the
 * key `valueOf`.
 */
export function numberIn(value: unknown): number {
  return typeof value === 'number' || typeof value === 'string' ? Number(value) : NaN;
}

/** A map of strings, as labels and selectors are; what is no string is written as one. */
export function stringsOf(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(fieldsOf(value)).map(([key, each]) => [key, plainText(each)]));
}
