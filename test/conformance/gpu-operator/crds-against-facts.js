// Every field of upstream's CRDs is known to the library's own facts, with the same type, enum and bounds.
'use strict';
const { KINDS, NODES } = require('../../../lib/kubernetes/crd/field-facts');
const { canonical, same } = require('./fields');

/** The release whose facts are nearest to the snapshot. */
const NEAREST = { 'gpu-operator': '25.10', 'nfd': '0.19' };

const BOUNDS = ['enum', 'pattern', 'minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'];

/** Where the snapshot and the facts differ because upstream changed it in between. Each must be seen. */
const CHANGED = [
  {
    name: 'operators Ge, Le and GeLe of NodeFeatureRule and NodeFeatureGroup',
    why: 'NFD got them between 0.17.3, which the snapshot bundles, and 0.19.0',
    is: ({ path, key, upstream, ours }) => /^NodeFeature(?:Rule|Group)\..*\.op$/.test(path) && key === 'enum'
      && same(upstream, ours?.filter(each => !['Ge', 'Le', 'GeLe'].includes(each))),
  },
];

/** What a CRD says of one value, in the words of the facts. */
function wordsOf(schema) {
  const intOrString = schema['x-kubernetes-int-or-string'] === true;
  return {
    type: intOrString ? undefined : schema.type,
    intOrString: intOrString || undefined,
    nullable: schema.nullable,
    open: schema['x-kubernetes-preserve-unknown-fields'],
    ...Object.fromEntries(BOUNDS.map(key => [key, schema[key]])),
    // the API server puts a default in before it looks for what is missing
    required: required(schema.required?.filter(name => schema.properties?.[name]?.default === undefined)),
  };
}

const required = names => names === undefined || names.length === 0 ? undefined : [...names].sort();

const nameOf = path => path.join('.');

class Comparison {
  fields = 0;
  onlyFacts = [];
  wrong = [];

  value(schema, node, path) {
    this.fields++;
    const upstream = wordsOf(schema);
    const ours = { ...node, required: required(node.required) };
    for (const [key, value] of Object.entries(upstream)) {
      if (!same(value, ours[key])) { this.wrong.push({ path: nameOf(path), key, upstream: value, ours: ours[key] }); }
    }
    this.below(schema.properties ?? {}, node.fields ?? {}, path);
    this.one(schema.items, node.items, [...path, '[]']);
    this.one(typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined, node.values, [...path, '{}']);
  }

  below(properties, fields, path) {
    for (const [name, schema] of Object.entries(properties)) { this.one(schema, fields[name], [...path, name]); }
    for (const name of Object.keys(fields)) { if (!(name in properties)) { this.onlyFacts.push(nameOf([...path, name])); } }
  }

  one(schema, index, path) {
    if (schema === undefined && index === undefined) { return; }
    if (schema === undefined) { this.onlyFacts.push(nameOf(path)); } else if (index === undefined) {
      this.wrong.push({ path: nameOf(path), key: 'the field', upstream: schema, ours: undefined });
    } else { this.value(schema, NODES[index], path); }
  }
}

/** @returns what the facts know besides (`added`), the number of fields compared by kind, and what disagrees without a reason */
function crdsAgainstFacts(crds) {
  const rows = [];
  const wrong = [];
  const seen = new Set();
  for (const crd of crds) {
    const { kind } = crd.spec.names;
    const facts = KINDS[kind];
    if (facts === undefined) { wrong.push(`no facts on ${kind}`); continue; }
    const { root } = facts.releases.find(({ release }) => release === NEAREST[facts.operator]) ?? {};
    if (root === undefined) { wrong.push(`no facts on ${kind} of ${facts.operator} ${NEAREST[facts.operator]}`); continue; }
    const { openAPIV3Schema } = crd.spec.versions.find(({ name }) => name === facts.apiVersion.split('/')[1]).schema;
    const { apiVersion, kind: _, metadata, status, ...properties } = openAPIV3Schema.properties;
    const comparison = new Comparison();
    comparison.value({ ...openAPIV3Schema, properties }, NODES[root], [kind]);
    for (const each of comparison.wrong) {
      const reason = CHANGED.find(({ is }) => is(each));
      if (reason) { seen.add(reason); } else {
        wrong.push(`${each.path}: ${each.key} is ${canonical(each.upstream)} in the CRD, ${canonical(each.ours)} in the facts`);
      }
    }
    rows.push({ kind, release: `${facts.operator} ${NEAREST[facts.operator]}`, fields: comparison.fields, added: comparison.onlyFacts });
  }
  wrong.push(...CHANGED.filter(each => !seen.has(each)).map(({ name }) => `known, but not seen: ${name}`));
  return { rows, wrong, changed: CHANGED };
}

module.exports = { crdsAgainstFacts };
