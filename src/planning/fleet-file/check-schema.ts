import { Schema } from './schema';
import { isFields } from '../../kubernetes';
import { nearestName, shown } from '../../text';

/** Where a value stands in its file, and what is wrong with it. */
export interface SchemaFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** What is wrong with a value, by its schema. */
export function faultsOf(value: unknown, schema: Schema, path: readonly (string | number)[] = []): SchemaFault[] {
  const fault = (message: string): SchemaFault[] => [{ path, message }];
  if (schema.anyOf !== undefined) {
    const each = schema.anyOf.map(other => faultsOf(value, other, path));
    return each.some(faults => faults.length === 0)
      ? []
      : each.find(faults => faults.some(({ path: { length } }) => length > path.length))
        ?? fault(`is no ${schema.description}`);
  }
  if (schema.type !== undefined && !isOfType(value, schema.type)) {
    return fault(`must be ${WORDS[schema.type]}, got ${shown(value)}`);
  }
  if (schema.enum !== undefined && typeof value === 'string' && !schema.enum.includes(value)) {
    const nearest = nearestName(value, schema.enum);
    return fault(`is one of ${schema.enum.join(', ')}, got `
      + `${shown(value)}${nearest === undefined ? '' : `; did you mean ${nearest}`}`);
  }
  if (typeof value === 'number') { return outOfRange(value, schema).flatMap(fault); }
  if (typeof value === 'string' && value.length < (schema.minLength ?? 0)) { return fault('is empty'); }
  if (Array.isArray(value)) {
    if (value.length < (schema.minItems ?? 0)) { return fault('is empty'); }
    return value.flatMap((item, index) =>
      (schema.items === undefined ? [] : faultsOf(item, schema.items, [...path, index])));
  }
  return isFields(value) ? faultsOfFields(value, schema, path) : [];
}

function faultsOfFields(
  value: Readonly<Record<string, unknown>>,
  schema: Schema,
  path: readonly (string | number)[],
): SchemaFault[] {
  const { properties = {}, additionalProperties = true } = schema;
  const missing = (schema.required ?? [])
    .filter(key => value[key] === undefined)
    .map(key => ({ path, message: `${key} is missing` }));
  return [...missing, ...Object.entries(value).flatMap(([key, item]) => {
    const own = Object.prototype.hasOwnProperty.call(properties, key) ? properties[key] : additionalProperties;
    if (own === true) { return []; }
    if (own !== false) { return faultsOf(item, own, [...path, key]); }
    const names = Object.keys(properties);
    const nearest = nearestName(key, names);
    return [{
      path: [...path, key],
      message: `there is no such field${nearest === undefined
        ? `; there are ${names.join(', ')}`
        : `; did you mean ${nearest}`}`,
    }];
  })];
}

function outOfRange(value: number, { minimum, maximum, exclusiveMinimum }: Schema): string[] {
  if (minimum !== undefined && value < minimum) { return [`is at least ${minimum}, got ${value}`]; }
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) {
    return [`is above ${exclusiveMinimum}, got ${value}`];
  }
  return maximum !== undefined && value > maximum ? [`is at most ${maximum}, got ${value}`] : [];
}

const WORDS = {
  object: 'a map',
  array: 'a list',
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
} as const;

function isOfType(value: unknown, type: NonNullable<Schema['type']>): boolean {
  switch (type) {
    case 'object': return isFields(value);
    case 'array': return Array.isArray(value);
    case 'integer': return Number.isInteger(value);
    case 'number': return typeof value === 'number' && Number.isFinite(value);
    default: return typeof value === type;
  }
}
