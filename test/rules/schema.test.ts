import { ClusterModel, ManifestDocument } from '../../src/cluster';
import { asStrictApply, runRules } from '../../src/rules';

const lint = (value: Record<string, unknown>, versions = {}, isStrict = false) => {
  const model = new ClusterModel(versions, undefined, isStrict);
  model.add(new ManifestDocument(value, 'file.yaml', 1));
  return runRules(model).filter(({ rule }) => rule.startsWith('SCH-')).map(({ rule, path }) => `${rule} ${path}`);
};
const policy = (spec: object, annotations = {}) => ({ apiVersion: 'nvidia.com/v1', kind: 'ClusterPolicy', metadata: { name: 'p', annotations }, spec });
const env = { driver: { env: [{ value: 'x' }] } };

test('sections that a ClusterPolicy leaves out are for CP-001, other required fields are not', () => {
  expect(lint(policy({}))).toEqual([]);
  expect(lint(policy(env))).toEqual(['SCH-005 spec.driver.env.0']);
});

test('what a partial object leaves out is in the cluster already', () => {
  expect(lint(policy(env, { 'cdk8s-gpu/form': 'partial' }))).toEqual([]);
});

test('a partial object is held to everything else', () => {
  expect(lint(policy({ mig: { stratgy: 1 } }, { 'cdk8s-gpu/form': 'partial' }))).toEqual(['SCH-001 spec.mig.stratgy']);
});

test('each kind is held to the release of its own operator', () => {
  const cluster = { apiVersion: 'nvidia.com/v1alpha1', kind: 'GPUCluster', metadata: { name: 'g' }, spec: { draDriver: {} } };
  expect(lint(cluster, { gpuOperator: '26.3', nimOperator: '3.1' })).toEqual(['SCH-006 kind']);
  expect(lint(cluster, { nimOperator: '3.0' })).toEqual([]);
});

test('an old API version is told of objects that have to do with GPUs, and of all in a strict run', () => {
  const role = { apiVersion: 'rbac.authorization.k8s.io/v1beta1', kind: 'ClusterRole', metadata: { name: 'r' } };
  const strict = new ClusterModel({}, undefined, true);
  strict.add(new ManifestDocument(role, 'file.yaml', 1));
  expect(lint(role)).toEqual([]);
  expect(runRules(strict).map(({ rule }) => rule)).toEqual(['SCH-007']);
  expect(lint({ apiVersion: 'resource.k8s.io/v1alpha2', kind: 'ResourceClaim', metadata: { name: 'gpu' } })).toEqual(['SCH-007 apiVersion']);
});

test('an API version that a template fills in may be any', () => {
  expect(lint({ apiVersion: '{{ .ApiVersion }}', kind: 'DeviceClass', metadata: { name: 'gpu.nvidia.com' } })).toEqual([]);
});

test.each([
  ['a null', { apiVersion: 'nvidia.com/v1alpha1', kind: 'GPUCluster', metadata: { name: 'gpu-cluster' }, spec: { draDriver: {}, hostPaths: { driverInstallDir: null } } }, ['warning SCH-010'], ['error SCH-010']],
  ['an unknown field', policy({ mig: { stratgy: 1 } }), ['warning CP-001', 'warning SCH-001'], ['error CP-001', 'error SCH-001']],
  ['a version that no known release serves', { ...policy({}), apiVersion: 'nvidia.com/v2' }, ['warning CP-001', 'warning SCH-007'], ['error CP-001', 'error SCH-007']],
  ['a kind that somebody else may define', { ...policy({}), apiVersion: 'nvidia.cmo/v1' }, ['warning SCH-007'], ['warning SCH-007']],
])('%s is no more than a warning, and with a strict apply what the API server makes of it', (_, value, plainly, strictly) => {
  const found = (isStrict: boolean) => {
    const model = new ClusterModel({}, undefined, isStrict);
    model.add(new ManifestDocument(value, 'file.yaml', 1));
    return (isStrict ? runRules(model).map(asStrictApply) : runRules(model)).map(({ severity, rule }) => `${severity} ${rule}`);
  };
  expect([found(false), found(true)]).toEqual([plainly, strictly]);
});

test('a null in a part of an object takes the field out, and the chart of the GPU Operator writes nulls that Helm drops', () => {
  const value = policy({ mig: { strategy: null } });
  expect(lint(policy({ mig: { strategy: null } }, { 'cdk8s-gpu/form': 'partial' }), {}, true)).toEqual([]);
  expect(lint(value)).toEqual([]);
  expect(lint(value, {}, true)).toContain('SCH-010 spec.mig.strategy');
});

test('of the least replicas that an autoscaler may have, the number alone is for NIM-007', () => {
  const service = (minReplicas: unknown) => ({
    apiVersion: 'apps.nvidia.com/v1alpha1',
    kind: 'NIMService',
    metadata: { name: 'a' },
    spec: {
      image: { repository: 'nvcr.io/nim/meta/llama-3.1-8b-instruct', tag: '1.13.1' },
      authSecret: 's',
      storage: { nimCache: { name: 'a' } },
      scale: { enabled: true, hpa: { minReplicas, maxReplicas: 3 } },
    },
  });
  for (const wrong of ['x', true, {}, 1.5]) { expect(lint(service(wrong), { nimOperator: '3.1' })).toEqual(['SCH-002 spec.scale.hpa.minReplicas']); }
  expect(lint(service(0), { nimOperator: '3.1' })).toEqual([]);
});
