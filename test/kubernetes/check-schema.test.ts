import * as fc from 'fast-check';
import { checkSchema, SchemaIssue } from '../../src/kubernetes/crd/check-schema';
import { KINDS, NODES } from '../../src/kubernetes/crd/field-facts';
import { nearestName } from '../../src/text/nearest-name';

const policy = (spec: object) => ({ apiVersion: 'nvidia.com/v1', kind: 'ClusterPolicy', metadata: { name: 'cluster-policy', anything: 1 }, spec });
const service = (spec: object) => ({
  apiVersion: 'apps.nvidia.com/v1alpha1', kind: 'NIMService', spec: { image: { repository: 'nim', tag: '1' }, authSecret: 'ngc', ...spec },
});
const short = (issues: SchemaIssue[]) => issues.map(({ problem, path }) => `${problem} ${path.join('.')}`);
const ofService = (spec: object, version?: string) => checkSchema('NIMService', version, service(spec));
const ofPolicy = (spec: object, version?: string) => checkSchema('ClusterPolicy', version, policy(spec)).filter(({ problem }) => problem !== 'missing');

test('an unknown field is found, with the nearest that exists', () => {
  expect(ofPolicy({ mig: { stratgy: 'mixed' } })).toEqual([{
    problem: 'unknown', path: ['spec', 'mig', 'stratgy'], message: 'spec.mig.stratgy is no field of gpu-operator 26.7: the API server drops it', fix: 'write strategy',
  }]);
  expect(ofPolicy({ mig: { colour: 'blue' } })[0].fix).toBe('remove it');
});

test('an unknown field is found though it is null: a strict API server refuses it all the same', () => {
  expect(short(ofPolicy({ mig: { stratgy: null, strategy: null }, daemonsets: { labels: { team: null } } })))
    .toEqual(['null spec.mig.strategy', 'unknown spec.mig.stratgy', 'null spec.daemonsets.labels.team']);
});

test('a key that every JavaScript object has is no field', () => {
  expect(short(ofPolicy({ mig: { constructor: 'x' } }))).toEqual(['unknown spec.mig.constructor']);
});

test('a field beside spec is found; metadata and status are not looked at', () => {
  expect(short(checkSchema('NIMService', undefined, { ...service({}), status: { x: 1 }, replicas: 1 }))).toEqual(['unknown replicas']);
});

test('keys of maps are free, their values are not', () => {
  expect(ofService({ nodeSelector: { 'nvidia.com/gpu.product': 'NVIDIA-H200' } })).toEqual([]);
  expect(short(ofService({ nodeSelector: { spare: true } }))).toEqual(['type spec.nodeSelector.spare']);
});

test('a quantity is a whole number or a string that is one', () => {
  const limits = (count: unknown) => short(ofService({ resources: { limits: { 'nvidia.com/gpu': count } } }));
  expect([limits(1), limits('1'), limits('500m')]).toEqual([[], [], []]);
  expect(limits('one')).toEqual(['value spec.resources.limits.nvidia.com/gpu']);
  expect(limits(true)).toEqual(['type spec.resources.limits.nvidia.com/gpu']);
  expect(limits(1.5)).toEqual(['type spec.resources.limits.nvidia.com/gpu']);
});

test('a scalar of another type is found, with the way out', () => {
  expect(ofService({ replicas: '2' })[0]).toMatchObject({ problem: 'type', message: 'spec.replicas is "2", a whole number is expected', fix: 'remove the quotes' });
  expect(ofService({ env: [{ name: 'A', value: 1 }] })[0]).toMatchObject({ problem: 'type', path: ['spec', 'env', 0, 'value'], fix: 'put it in quotes: "1"' });
});

test('a null in place of a field counts as left out, a null in a list does not', () => {
  expect(short(ofService({ nodeSelector: null, replicas: null }))).toEqual(['null spec.nodeSelector', 'null spec.replicas']);
  expect(short(ofService({ env: [null] }))).toEqual(['type spec.env.0']);
  expect(short(ofService({ authSecret: null }))).toEqual(['missing spec']);
});

test('a null where a server fills in a default is none, nor one that the CRD takes, nor one where anything goes', () => {
  expect(ofPolicy({ mig: { strategy: null }, migManager: { config: { default: null } } }).map(({ path }) => path.join('.'))).toEqual(['spec.mig.strategy']);
  expect(ofService({ expose: { service: { port: null } } })).toEqual([]);
});

test('a whole number of 32 bits is no larger, and base64 is nothing else', () => {
  expect(short(ofPolicy({ dcgm: { hostPort: 2 ** 31 - 1 } }))).toEqual([]);
  expect(short(ofPolicy({ dcgm: { hostPort: 2 ** 31 } }))).toEqual(['type spec.dcgm.hostPort']);
  expect(short(ofPolicy({ dcgm: { hostPort: -(2 ** 31) } }))).toEqual([]);
  expect(short(ofPolicy({ dcgm: { hostPort: -(2 ** 31) - 1 } }))).toEqual(['type spec.dcgm.hostPort']);
  const plugin = (parameters: string) => ({ expose: { router: { eppConfig: { containerSpec: { name: 'a', image: { repository: 'a', tag: '1' } }, config: { plugins: [{ type: 'a', parameters }] } } } } });
  const types = (parameters: string) => short(ofService(plugin(parameters))).filter(each => each.startsWith('type '));
  expect(types('e30=')).toEqual([]);
  expect(types('{}')).toEqual(['type spec.expose.router.eppConfig.config.plugins.0.parameters']);
});

test('no two items of a list have one name, where the CRD tells them apart by it', () => {
  const claims = (...names: string[]) => short(ofService({ resources: { claims: names.map(name => ({ name })) } }));
  expect(claims('a', 'b')).toEqual([]);
  expect(claims('a', 'b', 'a')).toEqual(['contradiction spec.resources.claims.2']);
  expect(short(ofService({ env: [{ name: 'A' }, { name: 'A' }] }))).toEqual([]);
});

test('a date without quotes is a string', () => {
  expect(ofService({ annotations: { since: new Date(0) } })).toEqual([]);
});

test('enum values and ranges are those of the CRD', () => {
  expect(ofPolicy({ mig: { strategy: 'mixd' } })[0]).toMatchObject({ problem: 'value', fix: 'write "mixed"' });
  const port = (value: number) => short(ofService({ expose: { service: { port: value } } }));
  expect([port(0), port(1), port(65535), port(65536)]).toEqual([['bounds spec.expose.service.port'], [], [], ['bounds spec.expose.service.port']]);
});

test('what a release does not know yet is named with the release that does', () => {
  const cluster = { apiVersion: 'nvidia.com/v1alpha1', kind: 'GPUCluster', spec: { draDriver: {} } };
  expect(checkSchema('GPUCluster', '26.7', cluster)).toEqual([]);
  expect(checkSchema('GPUCluster', '26.3.1', cluster)[0]).toMatchObject({ problem: 'newer', path: ['kind'], message: 'GPUCluster is known from gpu-operator 26.7 on, this is 26.3.1' });
});

/** Every path of fields below a node, lists left out. */
function paths(root: number, path: string[] = []): string[][] {
  return Object.entries(NODES[root].fields ?? {}).flatMap(([name, index]) => [[...path, name], ...paths(index, [...path, name])]);
}

test('every field that 26.7 or 3.1 added is newer in the release before, and known in its own', () => {
  let added = 0;
  for (const [kind, { apiVersion, releases }] of Object.entries(KINDS)) {
    for (let index = 1; index < releases.length; index++) {
      const before = new Set(paths(releases[index - 1].root).map(path => path.join('.')));
      const fresh = paths(releases[index].root).filter(path => !before.has(path.join('.')) && (path.length === 1 || before.has(path.slice(0, -1).join('.'))));
      for (const path of fresh) {
        const object = { apiVersion, kind, ...path.reduceRight<object>((inner, key) => ({ [key]: inner }), {}) };
        const problems = (release: string) => checkSchema(kind, release, object).filter(issue => issue.path.join('.') === path.join('.')).map(issue => issue.problem);
        expect(problems(releases[index - 1].release)).toEqual(['newer']);
        expect(problems(releases[index].release)).not.toContain('newer');
        expect(problems(releases[index].release)).not.toContain('unknown');
        added++;
      }
    }
  }
  expect(added).toBeGreaterThan(10);
});

test('releases before the oldest known are not judged, and later ones than the newest may have new fields', () => {
  expect(checkSchema('ClusterPolicy', '24.9', policy({ nonsense: 1 }))).toEqual([]);
  expect(short(ofPolicy({ nonsense: 1, mig: { strategy: 'mixd' } }, '27.1'))).toEqual(['value spec.mig.strategy']);
});

test('a kind of the same name in another API group is somebody else\'s', () => {
  expect(checkSchema('NIMService', undefined, { ...service({ x: 1 }), apiVersion: 'example.com/v1' })).toEqual([]);
  expect(checkSchema('constructor', undefined, {})).toEqual([]);
});

test('no object makes the check throw', () => {
  fc.assert(fc.property(fc.constantFrom(...Object.keys(KINDS)), fc.object({ key: fc.constantFrom('spec', 'mig', 'env', 'image', '__proto__', 'rules') }), (kind, rest) => {
    expect(Array.isArray(checkSchema(kind, undefined, { ...rest, apiVersion: KINDS[kind].apiVersion }))).toBe(true);
  }));
});

test('the table is whole: every index points at a node, and every pattern is one', () => {
  for (const node of NODES) {
    const indices = [...Object.values(node.fields ?? {}), ...[node.items, node.values].filter(index => index !== undefined)];
    expect(indices.filter(index => NODES[index] === undefined)).toEqual([]);
    expect(() => new RegExp(node.pattern ?? '')).not.toThrow();
  }
});

test('a name is near when no more than a third of it differs', () => {
  expect(nearestName('Replicas', ['replicas', 'resources'])).toBe('replicas');
  expect(nearestName('env', ['image', 'tag'])).toBeUndefined();
  expect(nearestName('modle', ['mode', 'model', 'models'])).toBe('mode');
  expect(nearestName('modle', ['slice', 'model'])).toBe('model');
  expect(nearestName('slcie', ['slice', 'model'])).toBe('slice');
  expect(nearestName('x', [])).toBeUndefined();
});

test('items of a list are one where they say the same, and what is no map is told as that alone', () => {
  const claims = (...items: unknown[]) => ofService({ resources: { claims: items } })
    .filter(({ problem }) => problem !== 'missing').map(({ problem, message }) => `${problem}: ${message}`);
  const place = 'spec.resources.claims.1';
  expect(claims({ name: 'a' }, { name: 'a' })).toEqual([`contradiction: ${place} has name "a", as an item before it has`]);
  expect(claims({ request: 'a' }, { request: 'b' })).toEqual([`contradiction: ${place} has no name, as an item before it has`]);
  expect(claims([1], [1]).filter(each => !each.startsWith('type'))).toEqual([]);
});
