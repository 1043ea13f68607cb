import { checkCore, checkMetadata, unservedKind } from '../../src/kubernetes';
import { CORE_BOUNDS } from '../../src/kubernetes/core/core-bounds';
import { ROOTS, TYPES } from '../../src/kubernetes/core/core-facts';
import { coreType } from '../../src/kubernetes/core/core-types';

const says = (object: Record<string, unknown>) => checkCore(object).map(({ problem, path }) => `${problem} ${path.join('.')}`);
const container = (more: object = {}) => ({ name: 'c', image: 'example.com/a:1', ...more });
const pod = (spec: object) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [container()], ...spec } });

describe('the facts', () => {
  const lines = TYPES.trim().split('\n').map(line => line.split(' ')[0]);

  test('have each type once, and every type that a field names', () => {
    expect(new Set(lines).size).toBe(lines.length);
    const named = lines.flatMap(type => [...coreType(type)!.values()].map(field => field.type)).filter(type => type.length > 1);
    expect(named.filter(type => !lines.includes(type))).toEqual([]);
  });

  test('have the type of every kind', () => {
    expect(ROOTS.trim().split('\n').map(line => line.split(' ')[2]).filter(type => !lines.includes(type))).toEqual([]);
  });

  test('have every field that a bound is about', () => {
    const bounded = Object.entries(CORE_BOUNDS).flatMap(([type, fields]) => Object.keys(fields).map(field => [type, field]));
    expect(bounded.filter(([type, field]) => coreType(type)?.has(field) !== true)).toEqual([]);
  });
});

test('a field is known, misspelt, of another type, of another value, out of bounds or missing', () => {
  expect(says(pod({}))).toEqual([]);
  expect(says(pod({ containers: [container({ resorces: {} })] }))).toEqual(['unknown spec.containers.0.resorces']);
  expect(says(pod({ hostNetwork: 'true' }))).toEqual(['type spec.hostNetwork']);
  expect(says(pod({ restartPolicy: 'always' }))).toEqual(['value spec.restartPolicy']);
  expect(says(pod({ securityContext: { runAsUser: -1 } }))).toEqual(['bounds spec.securityContext.runAsUser']);
  expect(says(pod({ tolerations: [{ key: 'a', operator: 'Exists', effect: 'Noschedule' }] }))).toEqual(['value spec.tolerations.0.effect']);
  expect(says(pod({ containers: [{ image: 'x' }] }))).toEqual(['missing spec.containers.0']);
});

test('items of a list are one where they say the same, and not where they lack what tells them apart or are no maps', () => {
  const ports = (...items: unknown[]) => checkCore(pod({ containers: [container({ ports: items })] })).map(({ message }) => message);
  const twice = 'spec.containers.0.ports.1 has containerPort 80, protocol "TCP", as an item before it has';
  expect(ports({ containerPort: 80 }, { containerPort: 80, protocol: 'TCP' })).toEqual([twice]);
  const lacking = 'has no containerPort, which is required';
  expect(ports({ protocol: 'TCP' }, { protocol: 'TCP' })).toEqual([`spec.containers.0.ports.0 ${lacking}`, `spec.containers.0.ports.1 ${lacking}`]);
  const odd = 'is a list, a map is expected';
  expect(ports([80], [80])).toEqual([`spec.containers.0.ports.0 ${odd}`, `spec.containers.0.ports.1 ${odd}`]);
});

test('the nearest name, and the way out of a number without quotes, are told', () => {
  expect(checkCore(pod({ containers: [container({ resorces: {} })] }))[0].fix).toBe('write resources');
  expect(checkCore(pod({ containers: [container({ env: [{ name: 'A', value: 3 }] })] }))[0].fix).toBe('put it in quotes: "3"');
});

test('null is as good as nothing, but not in a list and not where something must be', () => {
  expect(says(pod({ nodeSelector: null, hostNetwork: null }))).toEqual([]);
  expect(says(pod({ containers: [container({ env: [null] })] }))).toEqual(['missing spec.containers.0.env.0']);
  expect(says(pod({ containers: null }))).toEqual(['missing spec']);
});

test('what the published files call required, and a server does without, is not missing', () => {
  const probe = { httpGet: { port: 80, httpHeaders: [{ name: 'A' }] } };
  expect(says(pod({ containers: [container({ livenessProbe: probe, lifecycle: { preStop: { sleep: {} } } })] }))).toEqual([]);
  expect(says(pod({ securityContext: { sysctls: [{ name: 'net.core.somaxconn' }] } }))).toEqual([]);
  expect(says(pod({ affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1 }] } } }))).toEqual([]);
  expect(says({ apiVersion: 'v1', kind: 'LimitRange', spec: {} })).toEqual([]);
  expect(says({ apiVersion: 'v1', kind: 'Service', spec: { ports: [{ port: 80, targetPort: 0 }] } })).toEqual([]);
});

test('what a server asks for in code, and the published files do not, is missing', () => {
  expect(says({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } })).toEqual(['missing ']);
  expect(says({ apiVersion: 'resource.k8s.io/v1', kind: 'DeviceClass', spec: { selectors: [{}], config: [{}] } }))
    .toEqual(['missing spec.selectors.0', 'missing spec.config.0']);
});

test('a device class is named as an object is, in each version of the API', () => {
  const claim = (version: string, request: object) => says({ apiVersion: `resource.k8s.io/${version}`, kind: 'ResourceClaim', spec: { devices: { requests: [request] } } });
  expect(claim('v1', { name: 'gpu', exactly: { deviceClassName: 'GPU_A' } })).toEqual(['value spec.devices.requests.0.exactly.deviceClassName']);
  expect(claim('v1', { name: 'gpu', firstAvailable: [{ name: 'a', deviceClassName: 'a b' }] })).toEqual(['value spec.devices.requests.0.firstAvailable.0.deviceClassName']);
  expect(claim('v1beta1', { name: 'gpu', deviceClassName: 'a b' })).toEqual(['value spec.devices.requests.0.deviceClassName']);
  expect(claim('v1beta2', { name: 'gpu', exactly: { deviceClassName: 'mig.nvidia.com' } })).toEqual([]);
});

test('no message repeats a value of a Secret', () => {
  const [{ message }] = checkCore({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { password: 'correct horse' } });
  expect(message).toBe('data.password is a string, a text in base64 is expected');
});

test('directives of a merge are no fields', () => {
  expect(says(pod({ '$setElementOrder/containers': [{ name: 'c' }], 'containers': [container({ $patch: 'delete' })] }))).toEqual([]);
});

test('fields that do not go together are told, and what a patch leaves out is not', () => {
  expect(says(pod({ containers: [container({ resources: { limits: { cpu: '1' }, requests: { cpu: '1500m' } } })] })))
    .toEqual(['contradiction spec.containers.0.resources.requests.cpu']);
  expect(says(pod({ containers: [container({ volumeMounts: [{ name: 'v', mountPath: '/v' }] })] }))).toEqual(['contradiction spec.containers.0.volumeMounts.0.name']);
  expect(says(pod({ containers: [{ name: 'c', volumeMounts: [{ name: 'v', mountPath: '/v' }] }] }))).toEqual(['missing spec.containers.0']);
  expect(says(pod({ containers: [container(), container()] }))).toEqual(['contradiction spec.containers.1']);
});

test.each([
  [{ labels: { 'a b': 'c' } }, ['metadata.labels.a b']],
  [{ labels: { a: 'x'.repeat(64) } }, ['metadata.labels.a']],
  [{ labels: { a: 1 } }, ['metadata.labels.a']],
  [{ annotations: { 'a/b/c': 'd' } }, ['metadata.annotations.a/b/c']],
  [{ lables: {} }, ['metadata.lables']],
  [{ name: 'A_b' }, ['metadata.name']],
  [{ name: 'a', labels: { 'example.com/a': 'B_1' }, annotations: { 'Example.com/A': 'any text' } }, []],
])('metadata %j', (metadata, places) => {
  expect(checkMetadata({ apiVersion: 'example.com/v1', kind: 'Thing', metadata }).map(({ path }) => path.join('.'))).toEqual(places);
});

test('a resource whose name a tool fills in is nobody\'s slip', () => {
  const limits = (name: string) => says(pod({ containers: [container({ resources: { limits: { [name]: 1 } } })] }));
  for (const name of ['${GPU_RESOURCE}', '{{ .Values.gpu }}', '__GPU_RESOURCE__']) { expect(limits(name)).toEqual([]); }
  expect(limits('gpu')).toEqual(['value spec.containers.0.resources.limits.gpu']);
});

test('annotations are limited as a whole', () => {
  const issues = checkMetadata({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', annotations: { a: 'x'.repeat(256 * 1024) } } });
  expect(issues.map(({ path }) => path.join('.'))).toEqual(['metadata.annotations']);
});

test.each([
  ['apps/v1', 'Deploymnt', 'write Deployment'],
  ['apps/v1', 'deployment', 'write Deployment'],
  ['v1', 'Deployment', 'write apiVersion: apps/v1'],
  ['apps/v1beta1', 'Deployment', 'write apiVersion: apps/v1'],
  ['extensions/v1beta1', 'Ingress', 'write apiVersion: networking.k8s.io/v1'],
  ['autoscaling/v2beta2', 'HorizontalPodAutoscaler', 'write apiVersion: autoscaling/v2'],
  ['app/v1', 'StatefulSet', 'write apiVersion: apps/v1'],
  ['resource.k8s.io/v1', 'ResourceClaimTemplat', 'write ResourceClaimTemplate'],
  ['nvidia.com/v1alpha1', 'ClusterPolicy', 'write apiVersion: nvidia.com/v1'],
  ['apps.nvidia.com/v1alpha1', 'NIMServce', 'write NIMService'],
])('%s %s is served by no API server', (apiVersion, kind, fix) => {
  expect(unservedKind(apiVersion, kind)?.fix).toBe(fix);
});

test.each([
  // nobody can define kinds in the group without a name, and it never had another version
  ['v2', 'Pod', true, true], ['v1beta1', 'NIMService', true, true], ['v1', 'Deployment', true, true], ['apps/v1', 'Deploymnt', true, true],
  // an older Kubernetes, or a later one
  ['apps/v1beta1', 'Deployment', false, true], ['apps/v2', 'Deployment', false, true], ['nvidia.com/v2', 'ClusterPolicy', false, true],
  ['extensions/v1beta1', 'Ingress', false, true],
  // somebody else
  ['app/v1', 'StatefulSet', false, false], ['nvidia.cmo/v1', 'ClusterPolicy', false, false],
])('%s %s: no release has it is %s, nobody else defines it is %s', (apiVersion, kind, isCertain, isOfKnownGroup) => {
  expect(unservedKind(apiVersion, kind)).toMatchObject({ isCertain, isOfKnownGroup });
});

test.each([
  ['v1', 'Config'], ['v1', 'List'], ['v1', 'PodList'], ['apps/v1', 'DeploymentList'], ['kyverno.io/v1', 'ClusterPolicy'], ['example.com/v1', 'Deployment'],
  ['nvidia.com/v1', 'NewThing'], ['apps/v1', 'SomethingNew'], ['serving.knative.dev/v1', 'Service'], ['', 'Deployment'],
])('%s %s may well be', (apiVersion, kind) => {
  expect(unservedKind(apiVersion, kind)).toBeUndefined();
});
