/**
 * Writes src/kubernetes/core/core-facts.ts: the fields of Kubernetes' own kinds, with the release that each came with. Only facts are kept:
 * names, types, required, lists of values, and what tells the items of a list apart.
 *
 *   ts-node --transpile-only --project build-tools/tsconfig.json build-tools/write-core-facts.ts VALUES RELEASE=FOLDER...
 *
 * A FOLDER is `api/openapi-spec/v3` of kubernetes/kubernetes at that release, oldest first. The published files leave out which values a field
 * takes: VALUES is a JSON file of what a server of the newest release answers under /openapi/v3, by path.
 */
import * as fs from 'fs';
import * as path from 'path';

type Schema = Record<string, any>;

/** The kinds whose fields are kept: what stands beside GPU workloads. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  'v1': [
    'ConfigMap', 'LimitRange', 'Namespace', 'Node', 'PersistentVolume', 'PersistentVolumeClaim', 'Pod', 'PodTemplate', 'ReplicationController', 'ResourceQuota',
    'Secret', 'Service', 'ServiceAccount',
  ],
  'apps/v1': ['DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'],
  'autoscaling/v1': ['HorizontalPodAutoscaler'],
  'autoscaling/v2': ['HorizontalPodAutoscaler'],
  'batch/v1': ['CronJob', 'Job'],
  'networking.k8s.io/v1': ['Ingress', 'IngressClass', 'NetworkPolicy'],
  'node.k8s.io/v1': ['RuntimeClass'],
  'policy/v1': ['PodDisruptionBudget'],
  'rbac.authorization.k8s.io/v1': ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'],
  'resource.k8s.io/v1': ['DeviceClass', 'ResourceClaim', 'ResourceClaimTemplate', 'ResourceSlice'],
  'resource.k8s.io/v1beta1': ['DeviceClass', 'ResourceClaim', 'ResourceClaimTemplate', 'ResourceSlice'],
  'resource.k8s.io/v1beta2': ['DeviceClass', 'ResourceClaim', 'ResourceClaimTemplate', 'ResourceSlice'],
  'scheduling.k8s.io/v1': ['PriorityClass'],
  'storage.k8s.io/v1': ['StorageClass'],
};

/** What a server fills in, at the root of an object. */
const SKIPPED_AT_ROOT = ['apiVersion', 'kind', 'status'];
/** Types that are written as one value. */
const SCALARS: Readonly<Record<string, string>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': 'q',
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'p',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': 't',
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': 't',
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': 'x',
  'io.k8s.apimachinery.pkg.runtime.RawExtension': 'x',
};
/** Not kinds of objects. */
const NO_OBJECT = /List$|^(?:APIGroup|APIResource|APIVersions|DeleteOptions|Status|WatchEvent|Eviction|Scale|TokenRequest|Binding)/;

const [valuesFile, ...given] = process.argv.slice(2);
const releases = given.map(each => each.split('=') as [string, string]);
if (valuesFile === undefined || releases.length === 0) { throw new Error('which VALUES and which RELEASE=FOLDER?'); }

function schemasIn(documents: readonly Schema[]): Record<string, Schema> {
  return Object.assign({}, ...documents.map(each => each.components?.schemas ?? {}));
}
const published = releases.map(([release, folder]) => ({
  release,
  schemas: schemasIn(fs.readdirSync(folder).filter(name => name.endsWith('.json')).map(name => JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8')))),
}));
const withValues = schemasIn(Object.values(JSON.parse(fs.readFileSync(valuesFile, 'utf8'))));

/** The release from which on a field is there; undefined where the oldest has it, or where nobody knows because its type is newer. */
function sinceOf(type: string, field: string): string | undefined {
  const firstOfType = published.findIndex(({ schemas }) => schemas[type] !== undefined);
  const first = published.findIndex(({ schemas }) => schemas[type]?.properties?.[field] !== undefined);
  return first > firstOfType ? published[first].release : undefined;
}

/** The schema of a type in the newest release that has it. */
function newest(type: string): Schema {
  return [...published].reverse().map(({ schemas }) => schemas[type]).find(each => each !== undefined)!;
}

/** Fields of all releases: what was taken out is known too. */
function fieldsOf(type: string): Record<string, Schema> {
  return Object.assign({}, ...published.map(({ schemas }) => schemas[type]?.properties ?? {}));
}

const lines = new Map<string, string>(); // by full name of the type

/** `io.k8s.api.core.v1.Pod` becomes Pod; a name that several groups or versions have gets those before it. */
const taken = new Map<string, string>();
function shortName(type: string): string {
  const [name, version, group] = type.split('.').reverse();
  const isOfCore = group === 'core' || group === 'meta' || version === 'v1';
  for (const short of [...isOfCore ? [name] : [], `${version}${name}`, `${group}${version}${name}`]) {
    if ((taken.get(short) ?? type) === type) { taken.set(short, type); return short; }
  }
  throw new Error(`no name for ${type}`);
}

function refOf(schema: Schema): string | undefined {
  const ref = schema.$ref ?? schema.allOf?.[0]?.$ref;
  return ref === undefined ? undefined : String(ref).slice('#/components/schemas/'.length);
}

function codeOf(schema: Schema): string {
  const ref = refOf(schema);
  if (ref !== undefined) {
    if (SCALARS[ref] !== undefined) { return SCALARS[ref]; }
    const target = newest(ref);
    if (target.properties === undefined) { return target.type === 'object' ? 'x' : codeOf(target); }
    describe(ref);
    return shortName(ref);
  }
  switch (schema.type) {
    case 'array': return `[]${codeOf(schema.items)}`;
    case 'object': return schema.additionalProperties === undefined ? 'x' : `{}${codeOf(schema.additionalProperties)}`;
    case 'integer': return schema.format === 'int64' ? 'l' : 'i';
    case 'number': return 'n';
    case 'boolean': return 'b';
    case 'string': return schema.format === 'byte' ? 'y' : schema.format === 'date-time' ? 't' : 's';
    default: return 'x';
  }
}

/** The values that a field takes, `''` for no text at all. */
function valuesOf(type: string, field: string): string {
  const schema = withValues[type]?.properties?.[field];
  const values: string[] | undefined = schema?.enum ?? schema?.items?.enum;
  return values === undefined ? '' : `=${values.join('|')}`;
}

/** By which fields the items of a list are told apart: `*name`, `*port+protocol`, and `*` alone where the item itself is. */
function keysOf(schema: Schema): string {
  switch (schema['x-kubernetes-list-type']) {
    case 'map': return `*${(schema['x-kubernetes-list-map-keys'] as string[]).join('+')}`;
    case 'set': return '*';
    default: return '';
  }
}

/** One line a type: `Name field field:code! field:[]Type*key=a|b@1.35`; a field without a code is a text. */
function describe(type: string, skipped: readonly string[] = []): void {
  if (lines.has(type)) { return; }
  lines.set(type, ''); // a type may hold itself
  const required: string[] = newest(type).required ?? [];
  const fields = Object.entries(fieldsOf(type)).filter(([name]) => !skipped.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, schema]) => {
      const code = codeOf(schema);
      const since = sinceOf(type, name);
      return `${name}${code === 's' ? '' : `:${code}`}${keysOf(schema)}${required.includes(name) ? '!' : ''}${valuesOf(type, name)}${since === undefined ? '' : `@${since}`}`;
    });
  lines.set(type, [shortName(type), ...fields].join(' '));
}

interface Named { readonly apiVersion: string; readonly kind: string; readonly type: string; readonly release: string }

const named: Named[] = published.flatMap(({ release, schemas }) => Object.entries(schemas).flatMap(([type, schema]) =>
  ((schema['x-kubernetes-group-version-kind'] ?? []) as Schema[])
    .filter(({ kind }) => !NO_OBJECT.test(kind) && schema.properties?.metadata !== undefined)
    .map(({ group, version, kind }) => ({ apiVersion: group === '' ? version : `${group}/${version}`, kind, type, release }))));

// the metadata of every object first: it is the one type without a kind that is asked for by name
describe('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta');
const roots: string[] = [];
for (const [apiVersion, kinds] of Object.entries(KINDS)) {
  for (const kind of kinds) {
    const type = named.find(each => each.apiVersion === apiVersion && each.kind === kind)?.type;
    if (type === undefined) { throw new Error(`no ${kind} in ${apiVersion}`); }
    describe(type, SKIPPED_AT_ROOT);
    roots.push(`${apiVersion} ${kind} ${shortName(type)}`);
  }
}

/** Every API version with the kinds that some of the releases serve. */
const served = new Map<string, Set<string>>();
for (const { apiVersion, kind } of named) { served.set(apiVersion, (served.get(apiVersion) ?? new Set()).add(kind)); }

fs.writeFileSync(path.join(__dirname, '..', 'src', 'kubernetes', 'core', 'core-facts.ts'), [
  '/* eslint-disable */',
  `// Generated by build-tools/write-core-facts.ts from kubernetes/kubernetes ${releases.map(([release]) => release).join(', ')}: api/openapi-spec/v3, and what a server of the last answers.`,
  '',
  '/** The releases that were read, oldest first. */',
  `export const CORE_RELEASES = ${JSON.stringify(releases.map(([release]) => release))};`,
  '',
  '/** One type a line; core-types.ts reads them. */',
  'export const TYPES = `',
  ...[...lines.values()],
  '`;',
  '',
  '/** Which type describes a kind. */',
  'export const ROOTS = `',
  ...roots,
  '`;',
  '',
  '/** Every kind of every API version that comes with Kubernetes. */',
  'export const SERVED = `',
  ...[...served].sort(([a], [b]) => (a < b ? -1 : 1)).map(([apiVersion, kinds]) => [apiVersion, ...[...kinds].sort()].join(' ')),
  '`;',
  '',
].join('\n'));
