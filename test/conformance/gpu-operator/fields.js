// Objects as sets of fields: which there are, what a patch should make of them, and where two differ.
'use strict';

const isMap = value => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every field with its value, by path; a list is one value, an empty map none. */
function leaves(value, path = []) {
  if (!isMap(value)) { return path.length === 0 ? [] : [{ path, value }]; }
  return Object.entries(value).flatMap(([key, each]) => leaves(each, [...path, key]));
}

/** The scalars, also those in lists. */
function scalars(value, path = []) {
  if (typeof value !== 'object' || value === null) { return [{ path, value }]; }
  return Object.entries(value).flatMap(([key, each]) => scalars(each, [...path, Array.isArray(value) ? Number(key) : key]));
}

const at = (value, path) => path.reduce((below, key) => below?.[key], value);

/** A copy with another value at a path. */
function withValue(value, path, replacement) {
  if (path.length === 0) { return replacement; }
  const [key, ...rest] = path;
  const copy = Array.isArray(value) ? [...value] : { ...value };
  copy[key] = withValue(copy[key], rest, replacement);
  return copy;
}

/** RFC 7386: maps are merged, null removes, everything else replaces. */
function merged(target, patch) {
  if (!isMap(patch)) { return patch; }
  const result = isMap(target) ? { ...target } : {};
  for (const [key, each] of Object.entries(patch)) {
    if (each === null) { delete result[key]; } else { result[key] = merged(result[key], each); }
  }
  return result;
}

const same = (one, other) => canonical(one) === canonical(other);

/** The same text for the same value, whatever the order of its keys. */
function canonical(value) {
  return JSON.stringify(value, (_, each) => isMap(each) ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))) : each) ?? 'nothing';
}

/** The fields in which two objects differ, with both values. */
function differences(expected, found) {
  const paths = new Map([...leaves(expected), ...leaves(found)].map(({ path }) => [path.join('.'), path]));
  return [...paths].filter(([, path]) => !same(at(expected, path), at(found, path)))
    .map(([name, path]) => `${name} is ${canonical(at(found, path))}, not ${canonical(at(expected, path))}`);
}

module.exports = { at, canonical, differences, leaves, merged, same, scalars, withValue };
