/**
 * Writes src/kubernetes/crd/field-facts.ts out of a folder of CRDs: one folder an operator and release, such as
 * `gpu-operator-v26.7.0`, with the CRDs of that release in it. Only facts are kept: names, types, bounds.
 *
 *   ts-node --transpile-only --project build-tools/tsconfig.json build-tools/write-schema-facts.ts FOLDER
 */
import * as fs from 'fs';
import * as path from 'path';
import { parse } from 'yaml';

type Schema = Record<string, unknown>;

/** Keywords that are copied as they are. */
const KEPT = [
  'type', 'format', 'enum', 'pattern', 'minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems',
  'minProperties', 'maxProperties', 'nullable',
];
/** Keywords that say nothing of a single value, or need more than the schema (CEL). `anyOf` is judged by itself. */
const DROPPED = [
  'description', 'default', 'example', 'title', 'anyOf', 'x-kubernetes-validations', 'x-kubernetes-map-type',
];
const READ = [
  'required', 'properties', 'items', 'additionalProperties', 'x-kubernetes-int-or-string',
  'x-kubernetes-preserve-unknown-fields', 'x-kubernetes-list-type', 'x-kubernetes-list-map-keys',
];
/** What every object has, and what is not for people to write. */
const SKIPPED_AT_ROOT = ['apiVersion', 'kind', 'metadata', 'status'];

const nodes = new Map<string, number>();

/** The index of a schema node in the table; equal nodes share one. */
function indexOf(schema: Schema): number {
  const unknown = Object.keys(schema).filter(key => ![...KEPT, ...DROPPED, ...READ].includes(key));
  if (unknown.length > 0) { throw new Error(`schema keyword ${unknown.join(', ')} has no meaning here yet`); }
  if (schema.anyOf !== undefined && schema['x-kubernetes-int-or-string'] !== true) {
    throw new Error('anyOf has a meaning here for int-or-string alone');
  }
  const properties = (schema.properties ?? {}) as Record<string, Schema>;
  const node: Record<string, unknown> = {};
  for (const key of KEPT) {
    if (schema[key] !== undefined) { node[key] = schema[key]; }
  }
  if (schema['x-kubernetes-int-or-string'] === true) { node.intOrString = true; }
  if (schema['x-kubernetes-preserve-unknown-fields'] === true || schema.additionalProperties === true) {
    node.open = true;
  }
  // the API server fills defaults in before it looks for what is required
  const required = ((schema.required ?? []) as string[]).filter(name => properties[name]?.default === undefined).sort();
  if (required.length > 0) { node.required = required; }
  const names = Object.keys(properties).sort();
  const filled = names.filter(name => properties[name].default !== undefined);
  if (filled.length > 0) { node.filled = filled; }
  if (schema['x-kubernetes-list-type'] === 'map') { node.keys = schema['x-kubernetes-list-map-keys']; }
  if (schema['x-kubernetes-list-type'] === 'set') { node.keys = []; }
  if (names.length > 0) { node.fields = Object.fromEntries(names.map(name => [name, indexOf(properties[name])])); }
  if (schema.items !== undefined) { node.items = indexOf(schema.items as Schema); }
  if (typeof schema.additionalProperties === 'object') { node.values = indexOf(schema.additionalProperties as Schema); }
  const text = JSON.stringify(node);
  if (!nodes.has(text)) { nodes.set(text, nodes.size); }
  return nodes.get(text)!;
}

/** The root without what every object has. */
function rootOf(schema: Schema): number {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Schema>)
    .filter(([name]) => !SKIPPED_AT_ROOT.includes(name));
  return indexOf({
    ...schema,
    properties: Object.fromEntries(properties),
    required: ((schema.required ?? []) as string[]).filter(name => !SKIPPED_AT_ROOT.includes(name)),
  });
}

interface Kind { readonly apiVersion: string; readonly operator: string; readonly releases: Record<string, number> }

const [folder] = process.argv.slice(2);
if (folder === undefined) { throw new Error('which folder holds the CRDs?'); }
const kinds: Record<string, Kind> = {};
const sources: string[] = [];
// by their numbers: 25.10 comes after 25.3
const byNumber = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true });
for (const release of fs.readdirSync(folder).sort(byNumber)) {
  const [, operator, version] = /^([a-z-]+)-v(\d+\.\d+)(?:\.\d+)?$/.exec(release) ?? [];
  if (operator === undefined) { throw new Error(`${release} is not named OPERATOR-vMAJOR.MINOR.PATCH`); }
  sources.push(release);
  for (const file of fs.readdirSync(path.join(folder, release)).filter(name => name.endsWith('.yaml')).sort()) {
    const { spec } = parse(fs.readFileSync(path.join(folder, release, file), 'utf8'));
    const served = spec.versions.filter((each: Schema) => each.served);
    if (served.length !== 1) { throw new Error(`${file}: ${served.length} served versions, one is expected`); }
    const apiVersion = `${spec.group}/${served[0].name}`;
    const kind = kinds[spec.names.kind] ??= { apiVersion, operator, releases: {} };
    if (kind.apiVersion !== apiVersion || kind.operator !== operator) {
      throw new Error(`${file}: ${spec.names.kind} is known as ${kind.apiVersion} of ${kind.operator}`);
    }
    kind.releases[version] = rootOf(served[0].schema.openAPIV3Schema);
  }
}

const lines = [
  '/* eslint-disable */',
  `// Generated by build-tools/write-schema-facts.ts from the CRDs of ${sources.join(', ')}.`,
  "import { FieldNode, KindFacts } from './field-node';",
  '',
  '/** Every distinct schema node; they refer to each other by their index. */',
  'export const NODES: FieldNode[] = [',
  ...[...nodes.keys()].map(text => `${text},`),
  '];',
  '',
  '/** The root of every kind in every release, oldest first. */',
  'export const KINDS: Record<string, KindFacts> = {',
  // a list of pairs, for the keys of an object may be put in another order
  ...Object.keys(kinds).sort().map(name => {
    const { apiVersion, operator, releases } = kinds[name];
    const pairs = Object.entries(releases).sort(([a], [b]) => byNumber(a, b));
    return `${JSON.stringify(name)}:${JSON.stringify({
      apiVersion,
      operator,
      releases: pairs.map(([release, root]) => ({ release, root })),
    })},`;
  }),
  '};',
  '',
];
fs.writeFileSync(path.join(__dirname, '..', 'src', 'kubernetes', 'crd', 'field-facts.ts'), lines.join('\n'));
