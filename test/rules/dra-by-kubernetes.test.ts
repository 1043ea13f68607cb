import { ClusterModel, ManifestDocument } from '../../src/cluster';
import { Versions } from '../../src/releases';
import { Finding, runRules } from '../../src/rules';

// what each Kubernetes has: kubernetes/kubernetes at v1.31.0 to v1.37.2, pkg/features/kube_features.go,
// pkg/registry/resource/rest/storage_resource.go and pkg/apis/resource/validation/validation.go

type Fields = Record<string, unknown>;

function lint(versions: Versions, ...objects: Fields[]): Finding[] {
  const model = new ClusterModel(versions);
  objects.forEach((each, index) => model.add(new ManifestDocument({ metadata: { name: `o${index}`, namespace: 'models' }, ...each }, 'f.yaml', index + 1)));
  return runRules(model);
}

/** What a rule says of objects under a Kubernetes: severity, message and way out. */
function saidOf(rule: string, kubernetes: string | undefined, ...objects: Fields[]): string[] {
  return lint({ kubernetes }, ...objects).filter(each => each.rule === rule).map(({ severity, message, fix }) => `${severity}: ${message} → ${fix}`);
}

const claimOf = (devices: Fields, version = 'v1') => ({ apiVersion: `resource.k8s.io/${version}`, kind: 'ResourceClaim', spec: { devices } });
const request = (more: Fields = {}, name: unknown = 'gpu') => ({ name, exactly: { deviceClassName: 'gpu.nvidia.com', ...more } });
const flat = (more: Fields = {}) => claimOf({ requests: [{ name: 'gpu', ...more }] }, 'v1beta1');
const classOf = (spec: Fields, name = 'slices') => ({ apiVersion: 'resource.k8s.io/v1', kind: 'DeviceClass', metadata: { name }, spec });
const cluster = (featureGates: Fields) => ({ apiVersion: 'nvidia.com/v1alpha1', kind: 'GPUCluster', metadata: { name: 'gpu-cluster' }, spec: { draDriver: { featureGates } } });
const taintRule = (version: string, spec: Fields = {}) => ({
  apiVersion: `resource.k8s.io/${version}`,
  kind: 'DeviceTaintRule',
  spec: { deviceSelector: { driver: 'gpu.nvidia.com', pool: 'node-1', device: 'gpu-0' }, taint: { key: 'example.com/broken', effect: 'NoSchedule' }, ...spec },
});

describe('a gate is advised only where a Kubernetes has it', () => {
  const shares = cluster({ ConsumableShares: true });
  const alternatives = claimOf({ requests: [{ name: 'gpu', firstAvailable: [{ name: 'a', deviceClassName: 'gpu.nvidia.com' }] }] }, 'v1beta1');

  test('consumable capacity: 1.35 has a gate, the one of 1.34 is of no use', () => {
    expect(saidOf('DRA-011', '1.36', shares)).toEqual([]);
    expect(saidOf('DRA-011', '1.35', shares)).toEqual([
      'warning: ConsumableShares publishes capacity to share, and Kubernetes 1.35 drops it unless the gate DRAConsumableCapacity was switched on '
      + '→ start API server, scheduler, controller manager and kubelets with --feature-gates=DRAConsumableCapacity=true, or use Kubernetes 1.36 or later',
    ]);
    expect(saidOf('DRA-011', '1.34', shares)).toEqual([expect.stringMatching(/Kubernetes 1\.34 drops it, and cannot have the gate DRAConsumableCapacity on: from 1\.35 on, .* → use Kubernetes 1\.36 or later, where it is on by itself/)]);
    expect(saidOf('DRA-056', '1.33', claimOf({ requests: [request({ capacity: { requests: { memory: '10Gi' } } })] }, 'v1beta2'))).toEqual([
      expect.stringMatching(/Kubernetes 1\.33 drops capacity, and cannot have the gate .* → use Kubernetes 1\.36/),
    ]);
  });

  test('a driver without the gate is told so by DRA-007 alone', () => {
    expect(lint({ kubernetes: '1.35', draDriver: '0.4' }, shares).map(({ rule }) => rule)).toEqual(['DRA-007']);
    expect(lint({ kubernetes: '1.35', draDriver: '0.2' }, cluster({ DynamicMIG: true })).map(({ rule }) => rule)).toEqual(['DRA-007']);
  });

  test.each([
    ['DRA-014', 'DynamicMIG', cluster({ DynamicMIG: true }), ['1.33', '1.34', '1.35'], ['1.32']],
    ['DRA-032', 'extendedResourceName', classOf({ extendedResourceName: 'nvidia.com/gpu' }), ['1.34', '1.35'], ['1.33']],
    ['DRA-055', 'firstAvailable', alternatives, ['1.33'], ['1.32']],
  ])('%s: %s', (rule, _, object, withGate, without) => {
    for (const release of withGate) { expect(saidOf(rule, release, object)).toEqual([expect.stringMatching(/unless the gate \w+ was switched on → start API server, .* with --feature-gates=\w+=true/)]); }
    for (const release of without) { expect(saidOf(rule, release, object)).toEqual([expect.stringMatching(/and cannot have the gate \w+ on: from .* → use Kubernetes 1\.3[46] or later, where it is on by itself/)]); }
    expect(saidOf(rule, '1.36', object)).toEqual([]);
    expect(saidOf(rule, undefined, object)).toEqual([]);
  });
});

describe('DeviceTaintRules', () => {
  test('1.31 and 1.32 have no such kind', () => {
    expect(saidOf('DRA-090', '1.32', taintRule('v1alpha3'))).toEqual([expect.stringMatching(/Kubernetes 1\.32 has no DeviceTaintRule → use 1\.37/)]);
  });

  test('later releases still serve the earlier versions where somebody switches them on', () => {
    expect(saidOf('DRA-090', '1.37', taintRule('v1'))).toEqual([]);
    expect(saidOf('DRA-090', '1.37', taintRule('v1beta2'))).toEqual([
      'warning: Kubernetes 1.37 serves DeviceTaintRule as resource.k8s.io/v1, and as resource.k8s.io/v1beta2 only where that version was switched on → write resource.k8s.io/v1',
    ]);
    expect(saidOf('DRA-090', '1.36', taintRule('v1alpha3'))).toEqual([expect.stringMatching(/serves no DeviceTaintRule unless the gate DRADeviceTaintRules and the API resource\.k8s\.io\/v1alpha3 were switched on/)]);
    expect(saidOf('DRA-090', '1.34', taintRule('v1alpha3'))).toEqual([expect.stringMatching(/unless the gate DRADeviceTaints and the API resource\.k8s\.io\/v1alpha3/)]);
    expect(saidOf('DRA-090', '1.35', taintRule('v1beta2'))).toEqual([expect.stringMatching(/has DeviceTaintRule as resource\.k8s\.io\/v1alpha3, where it was switched on, and not as resource\.k8s\.io\/v1beta2/)]);
    expect(saidOf('DRA-090', '1.37', taintRule('v1beta1'))).toEqual([expect.stringMatching(/has DeviceTaintRule as resource\.k8s\.io\/v1, and not as resource\.k8s\.io\/v1beta1/)]);
  });

  test('the effect None is there from 1.35 on', () => {
    const none = taintRule('v1alpha3', { taint: { key: 'example.com/broken', effect: 'None' } });
    expect(saidOf('DRA-092', '1.34', none)).toEqual(['error: Kubernetes 1.34 has no effect None of a device taint, which is there from 1.35 on → write NoSchedule or NoExecute']);
    expect(saidOf('DRA-092', '1.35', none)).toEqual([]);
    expect(saidOf('DRA-092', undefined, none)).toEqual([]);
  });

  test('a selector by class is certain to be dropped unless a cluster may be older than 1.35', () => {
    const byClass = (version: string) => taintRule(version, { deviceSelector: { deviceClassName: 'gpu.nvidia.com' } });
    expect(saidOf('DRA-093', undefined, byClass('v1'))).toEqual([expect.stringMatching(/^error/)]);
    expect(saidOf('DRA-093', undefined, byClass('v1alpha3'))).toEqual([expect.stringMatching(/^warning/)]);
    expect(saidOf('DRA-093', '1.35', byClass('v1alpha3'))).toEqual([expect.stringMatching(/^error/)]);
    expect(saidOf('DRA-093', '1.34', byClass('v1alpha3'))).toEqual([]);
  });
});

describe('claims as the API server reads them', () => {
  test('an empty list of alternatives is none', () => {
    expect(saidOf('DRA-041', undefined, claimOf({ requests: [{ ...request(), firstAvailable: [] }] }))).toEqual([]);
    expect(saidOf('DRA-041', undefined, claimOf({ requests: [{ name: 'gpu', firstAvailable: [] }] }))).toHaveLength(1);
  });

  test('an empty name of a class is none, in v1beta1 too', () => {
    expect(saidOf('DRA-042', undefined, flat({ deviceClassName: '' }))).toHaveLength(1);
    expect(saidOf('DRA-042', undefined, claimOf({ requests: [request({ deviceClassName: '' })] }))).toHaveLength(1);
  });

  test('the name of a request has at most 63 characters', () => {
    expect(saidOf('DRA-043', undefined, claimOf({ requests: [request({}, 'a'.repeat(63))] }))).toEqual([]);
    expect(saidOf('DRA-043', undefined, claimOf({ requests: [request({}, 'a'.repeat(64))] }))).toEqual([
      `error: "${'a'.repeat(64)}" cannot name a request: it is a DNS label of at most 63 characters, and has 64 → write a shorter name`,
    ]);
  });

  test('a count of 0 beside allocationMode All is as good as none', () => {
    expect(saidOf('DRA-044', undefined, claimOf({ requests: [request({ count: 0, allocationMode: 'All' })] }))).toEqual([]);
    expect(saidOf('DRA-044', undefined, claimOf({ requests: [request({ count: 0 })] }))).toEqual([expect.stringMatching(/^warning.*takes for 1/)]);
    expect(saidOf('DRA-044', undefined, claimOf({ requests: [request({ count: 2, allocationMode: 'All' })] }))).toHaveLength(1);
  });

  test('a config for a request that is not there is refused, whatever the claim has', () => {
    const config = [{ requests: ['other'], opaque: { driver: 'example.com', parameters: {} } }];
    expect(saidOf('DRA-047', undefined, claimOf({ requests: [request()], config }))).toEqual([
      'error: config names the request other; the claim has gpu → use one of these, or leave requests out for all',
    ]);
    expect(saidOf('DRA-047', undefined, claimOf({ config }))).toEqual([expect.stringMatching(/the claim has none → /)]);
    expect(saidOf('DRA-047', undefined, claimOf({ requests: [request({}, '{{ .Values.name }}')], config }))).toEqual([]);
  });

  test('an attribute without a domain is given the domain that has it', () => {
    const fixOf = (matchAttribute: string) => saidOf('DRA-048', undefined, claimOf({ requests: [request()], constraints: [{ matchAttribute }] }))[0]?.split(' → ')[1];
    expect([fixOf('parentUUID'), fixOf('pcieRoot'), fixOf('numaNode'), fixOf('rack'), fixOf('gpu.nvidia.com/parentUUID')]).toEqual([
      'write gpu.nvidia.com/parentUUID', 'write resource.kubernetes.io/pcieRoot', 'write resource.kubernetes.io/numaNode',
      'write the domain that publishes it before it, such as gpu.nvidia.com/rack', undefined,
    ]);
  });

  test('the label of a namespace for adminAccess has had two domains', () => {
    const claim = claimOf({ requests: [request({ adminAccess: true })] }, 'v1beta2');
    const namespace = (labels: Fields) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'models', labels } });
    const [old, today] = ['resource.k8s.io/admin-access', 'resource.kubernetes.io/admin-access'].map(key => namespace({ [key]: 'true' }));
    expect(saidOf('DRA-054', '1.34', claim, old)).toEqual([expect.stringMatching(/label it resource\.kubernetes\.io\/admin-access: "true"/)]);
    expect(saidOf('DRA-054', '1.33', claim, today)).toEqual([expect.stringMatching(/label it resource\.k8s\.io\/admin-access: "true"/)]);
    expect(saidOf('DRA-054', '1.33', claim, old)).toEqual([]);
    expect(saidOf('DRA-054', undefined, claim, today)).toEqual([]);
    expect(saidOf('DRA-054', '1.32', claim, namespace({}))).toEqual([]);
  });
});

describe('DeviceClasses', () => {
  const named = (name: string, extendedResourceName = 'nvidia.com/gpu') => classOf({ extendedResourceName }, name);

  test('two classes of one resource: the newer gets the pods from 1.35 on, before it is left to chance', () => {
    expect(saidOf('DRA-030', '1.36', named('a'), named('b'))).toEqual([expect.stringMatching(/DeviceClass a too; the class that was made last gets the pods/)]);
    expect(saidOf('DRA-030', '1.34', named('a'), named('b'))).toEqual([expect.stringMatching(/DeviceClass a too; which of them gets the pods is left to chance/)]);
  });

  test('one class that two files have is one class', () => {
    expect(saidOf('DRA-030', undefined, named('a'), named('a'))).toEqual([]);
  });

  test.each([
    ['deviceclass.resource.kubernetes.io/a', /the prefix belongs to the names that every class has without a field/],
    ['kubernetes.io/gpu', /is no name of an extended resource: those of kubernetes\.io are Kubernetes' own/],
    ['gpu', /is no name of an extended resource: it has no domain/],
    ['requests.nvidia.com/gpu', /is no name of an extended resource: requests\. is the prefix of quotas/],
    ['nvidia.com/a b', /is no name of an extended resource: a name is/],
  ])('the API server refuses the resource %s', (name, reason) => {
    expect(saidOf('DRA-031', '1.36', named('a', name))).toEqual([expect.stringMatching(reason)]);
    expect(saidOf('DRA-031', '1.36', named('a', name))[0]).toMatch(/^error/);
    // the field is dropped before it is read where the gate is off
    expect(saidOf('DRA-031', undefined, named('a', name))[0]).toMatch(/^warning/);
  });

  test('a resource with a domain of its own is fine', () => {
    expect(['nvidia.com/gpu', 'nvidia.com/mig-3g.40gb', 'example.com/a'].flatMap(name => saidOf('DRA-031', '1.36', named('a', name)))).toEqual([]);
  });

  const G = 'device.attributes[\'gpu.nvidia.com\']';
  const selecting = (...expressions: string[]) => classOf({ selectors: expressions.map(expression => ({ cel: { expression } })) });

  test('selectors are read one after the other, so the type comes before the profile, or in one expression with it', () => {
    expect(saidOf('DRA-033', undefined, selecting(`${G}.type == 'mig'`, `${G}.profile == '1g.12gb'`))).toEqual([]);
    expect(saidOf('DRA-033', undefined, selecting(`${G}.profile == '1g.12gb' && ${G}.type == 'mig'`))).toEqual([]);
    expect(saidOf('DRA-033', undefined, selecting(`${G}.profile == '1g.12gb'`, `${G}.type == 'mig'`))).toHaveLength(1);
    expect(saidOf('DRA-033', undefined, selecting(`${G}.parentUUID == 'GPU-1'`))).toEqual([expect.stringMatching(/selects by parentUUID, which whole GPUs do not have/)]);
  });
});

test('a GPUCluster without a spec is taken, one whose spec has no draDriver is not', () => {
  const withSpec = (spec?: Fields) => ({ apiVersion: 'nvidia.com/v1alpha1', kind: 'GPUCluster', metadata: { name: 'gpu-cluster' }, ...(spec && { spec }) });
  expect(saidOf('DRA-024', undefined, withSpec())).toEqual([]);
  expect(saidOf('DRA-024', undefined, withSpec({ draDriver: {} }))).toEqual([]);
  expect(saidOf('DRA-024', undefined, withSpec({}))).toEqual(['error: spec.draDriver is missing → write draDriver: {}, with what you set']);
});

describe('sharing in a template', () => {
  const config = [{ opaque: { driver: 'gpu.nvidia.com', parameters: { apiVersion: 'resource.nvidia.com/v1beta1', kind: 'GpuConfig', sharing: { strategy: 'MPS' } } } }];
  const template = { apiVersion: 'resource.k8s.io/v1', kind: 'ResourceClaimTemplate', metadata: { name: 'gpu', namespace: 'models' }, spec: { spec: { devices: { requests: [request()], config } } } };
  const deployment = (pod: Fields) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    spec: { selector: { matchLabels: { app: 'a' } }, template: { metadata: { labels: { app: 'a' } }, spec: { resourceClaims: [{ name: 'gpu', resourceClaimTemplateName: 'gpu' }], ...pod } } },
  });
  const container = (name: string) => ({ name, image: 'a', resources: { claims: [{ name: 'gpu' }] } });

  test('a sidecar that starts first shares too, a container that ends does not', () => {
    expect(saidOf('DRA-051', undefined, template, deployment({ containers: [container('a')] }))).toHaveLength(1);
    expect(saidOf('DRA-051', undefined, template, deployment({ containers: [container('a')], initContainers: [{ ...container('b'), restartPolicy: 'Always' }] }))).toEqual([]);
    expect(saidOf('DRA-051', undefined, template, deployment({ containers: [container('a')], initContainers: [container('b')] }))).toHaveLength(1);
  });
});

describe('memory in parts', () => {
  const asking = (deviceClassName: string, requests: Fields) => claimOf({ requests: [request({ deviceClassName, capacity: { requests } })] });

  test('of a MIG device, what no request names is taken whole', () => {
    expect(saidOf('DRA-058', undefined, asking('mig.nvidia.com', { memory: '10Gi' }))).toEqual([
      expect.stringMatching(/takes all of its multiprocessors and copyEngines with it/),
    ]);
    expect(saidOf('DRA-058', undefined, asking('mig.nvidia.com', { memory: '10Gi', multiprocessors: '10' }))).toEqual([
      expect.stringMatching(/takes all of its copyEngines with it/),
    ]);
    expect(saidOf('DRA-058', undefined, asking('mig.nvidia.com', { memory: '10Gi', multiprocessors: '10', copyEngines: '1' }))).toEqual([]);
    expect(saidOf('DRA-058', undefined, asking('gpu.nvidia.com', { memory: '10Gi' }))).toEqual([]);
  });

  test('under DynamicMIG a whole GPU has multiprocessors and engines too', () => {
    expect(saidOf('DRA-058', undefined, cluster({ DynamicMIG: true, ConsumableShares: true }), asking('gpu.nvidia.com', { memory: '10Gi' }))).toEqual([
      expect.stringMatching(/of a GPU, and takes all of its multiprocessors and copyEngines with it.* → switch DynamicMIG off/),
    ]);
  });
});
