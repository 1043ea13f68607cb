/**
 * Writes test/kubernetes/crd-digest/KIND.txt out of a folder of CRDs, laid out as for write-schema-facts.ts: one line a
 * field, with what its schema says and the releases that say it. Expressions of CEL stand as hashes. It is the witness
 * that the facts on fields, which the rules read, are those of the real CRDs; so it shares no code with what writes the
 * facts.
 *
 *   ts-node --transpile-only --project build-tools/tsconfig.json build-tools/write-crd-digest.ts FOLDER
 */
import { createHash } from 'crypto';
import * as fs from 'fs';
import * as path from 'path';
import { parse } from 'yaml';

type Schema = Record<string, any>;

const BOUNDS = [
  'format', 'enum', 'pattern', 'minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties',
  'maxProperties', 'default',
];

/** What tells the items of a list apart, where no two may be alike. */
function keysOf(schema: Schema): string[] {
  switch (schema['x-kubernetes-list-type']) {
    case 'map': return [`keys=${JSON.stringify(schema['x-kubernetes-list-map-keys'])}`];
    case 'set': return ['keys=[]'];
    default: return [];
  }
}

/** `spec.env[].name string required`; `[]` is an item of a list, `{}` a value of a map. */
function* linesOf(schema: Schema, place: string, isRequired: boolean): Iterable<string> {
  const cel = (schema['x-kubernetes-validations'] ?? []).map(({ rule }: Schema) =>
    createHash('sha256').update(rule).digest('hex').slice(0, 12));
  yield [
    place,
    schema['x-kubernetes-int-or-string'] === true ? 'int-or-string' : schema.type ?? 'any',
    ...(isRequired ? ['required'] : []),
    ...(schema.nullable === true ? ['nullable'] : []),
    ...(schema['x-kubernetes-preserve-unknown-fields'] === true || schema.additionalProperties === true
      ? ['open']
      : []),
    ...BOUNDS.filter(key => schema[key] !== undefined).map(key => `${key}=${JSON.stringify(schema[key])}`),
    ...keysOf(schema),
    ...(cel.length === 0 ? [] : [`cel=${cel.sort().join(',')}`]),
  ].join(' ');
  for (const name of Object.keys(schema.properties ?? {}).sort()) {
    if (place === '' && ['apiVersion', 'kind', 'metadata', 'status'].includes(name)) { continue; }
    yield* linesOf(
      schema.properties[name],
      place === '' ? name : `${place}.${name}`,
      (schema.required ?? []).includes(name),
    );
  }
  if (schema.items !== undefined) { yield* linesOf(schema.items, `${place}[]`, false); }
  if (typeof schema.additionalProperties === 'object') {
    yield* linesOf(schema.additionalProperties, `${place}{}`, false);
  }
}

const [folder] = process.argv.slice(2);
if (folder === undefined) { throw new Error('which folder holds the CRDs?'); }
const target = path.join(__dirname, '..', 'test', 'kubernetes', 'crd-digest');
fs.mkdirSync(target, { recursive: true });
const releasesOf = new Map<string, Map<string, string[]>>();
for (const name of fs.readdirSync(folder).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))) {
  const [, operator, release] = /^(.*)-v(\d+\.\d+)\.\d+$/.exec(name)!;
  for (const file of fs.readdirSync(path.join(folder, name)).sort()) {
    const { spec } = parse(fs.readFileSync(path.join(folder, name, file), 'utf8'));
    for (const { name: version, served, schema } of spec.versions) {
      if (!served) { continue; }
      const known = releasesOf.get(spec.names.kind) ?? new Map<string, string[]>();
      releasesOf.set(spec.names.kind, known);
      const head = `# ${spec.group}/${version} ${spec.scope} ${spec.names.plural} of ${operator}`;
      for (const line of [head, ...linesOf(schema.openAPIV3Schema, '', false)]) {
        known.set(line, [...known.get(line) ?? [], release]);
      }
    }
  }
}
for (const [kind, lines] of releasesOf) {
  fs.writeFileSync(
    path.join(target, `${kind}.txt`),
    [...lines].map(([line, releases]) => `${releases.join(',')}\t${line}\n`).sort(byPlace).join(''),
  );
}

function byPlace(a: string, b: string): number {
  const [x, y] = [a, b].map(line => line.slice(line.indexOf('\t')));
  return x < y ? -1 : x > y ? 1 : 0;
}
