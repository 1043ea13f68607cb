// CustomResourceDefinitions out of the library's own facts on fields: structural, without CEL rules and defaults.
'use strict';
const { KINDS, NODES } = require('../../lib/kubernetes/crd/field-facts');

const CLUSTER_SCOPED = new Set(['ClusterPolicy', 'GPUCluster', 'NVIDIADriver', 'NodeFeatureRule']);
const COPIED = ['type', 'format', 'enum', 'pattern', 'minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties', 'nullable', 'required'];

function schemaOf(index) {
  const node = NODES[index];
  const schema = {};
  for (const key of COPIED) { if (node[key] !== undefined) { schema[key] = node[key]; } }
  if (node.intOrString) { schema['x-kubernetes-int-or-string'] = true; delete schema.type; }
  if (node.open) { schema['x-kubernetes-preserve-unknown-fields'] = true; }
  if (node.fields) {
    // a null stands for the default where there is one. The facts know that there is one, and not which: so any that is allowed
    const orDefault = field => (field.enum ? { ...field, default: field.enum[0] } : { ...field, nullable: true });
    const ofField = (name, field) => (node.filled?.includes(name) === true ? orDefault(schemaOf(field)) : schemaOf(field));
    schema.properties = Object.fromEntries(Object.entries(node.fields).map(([name, field]) => [name, ofField(name, field)]));
  }
  if (node.items !== undefined) { schema.items = schemaOf(node.items); }
  if (node.keys !== undefined) { Object.assign(schema, node.keys.length === 0 ? { 'x-kubernetes-list-type': 'set' } : { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': node.keys }); }
  if (node.values !== undefined) { schema.additionalProperties = schemaOf(node.values); }
  return schema;
}

/** The kinds of an operator in its newest release, or in the newest that is not after `wanted[operator]` (`26.3`). */
function crdsFromFacts(wanted = {}) {
  const number = release => { const [major, minor] = release.split('.').map(Number); return major * 1000 + minor; };
  return Object.entries(KINDS).flatMap(([kind, { apiVersion, operator, releases }]) => {
    const limit = wanted[operator] === undefined ? Infinity : number(wanted[operator]);
    const release = releases.filter(each => number(each.release) <= limit).at(-1);
    if (release === undefined) { return []; }
    const [group, version] = apiVersion.split('/');
    const singular = kind.toLowerCase();
    const plural = singular.endsWith('y') ? `${singular.slice(0, -1)}ies` : `${singular}s`;
    const schema = schemaOf(release.root);
    schema.properties = {
      ...schema.properties,
      apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object' },
      status: { 'type': 'object', 'x-kubernetes-preserve-unknown-fields': true },
    };
    return [{
      apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition',
      // groups that end in k8s.io need someone's word; this server is thrown away
      metadata: { name: `${plural}.${group}`, annotations: { 'api-approved.kubernetes.io': 'unapproved, a test' } },
      spec: {
        group, scope: CLUSTER_SCOPED.has(kind) ? 'Cluster' : 'Namespaced', names: { kind, plural, singular, listKind: `${kind}List` },
        versions: [{ name: version, served: true, storage: true, schema: { openAPIV3Schema: schema }, subresources: { status: {} } }],
      },
    }];
  });
}

module.exports = { crdsFromFacts };
