/** Keys and indices from the root of a document. */


export type Path = readonly (string | number)[];
/** A map as it was read. */

export type Fields = Record<string, unknown>;
/** A map, or an empty one where there is none. */

export function fieldsOf(value: unknown): Readonly<Fields> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Fields : {};
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
/** The value at a path, or undefined. */

export function at(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Fields)[key] : undefined), value);
}
/** A map of strings, as labels and selectors are; what is no string is written as one. */

export function stringsOf(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(fieldsOf(value)).map(([key, each]) => [key, typeof each === 'object' && each !== null ? JSON.stringify(each) : String(each ?? '')]));
}
