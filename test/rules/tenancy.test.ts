import { ClusterModel, ManifestDocument } from '../../src/cluster';
import { Versions } from '../../src/releases';
import { runRules } from '../../src/rules';

type Fields = Record<string, any>;

/** Messages of the rules of a family about these objects, each with its rule. */
function said(family: RegExp, versions: Versions, ...objects: Fields[]): string[] {
  const model = new ClusterModel(versions);
  objects.forEach((each, index) => model.add(new ManifestDocument(each, 'f.yaml', index + 1)));
  return runRules(model).filter(({ rule }) => family.test(rule)).map(({ rule, message }) => `${rule} ${message}`);
}

const SLICE = 'nvidia.com/mig-3g.40gb';
const MIG_CLASS = 'mig.nvidia.com.deviceclass.resource.k8s.io/devices';
const quota = (hard: Fields, spec: Fields = {}) => ({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'gpus', namespace: 'vision' }, spec: { hard, ...spec } });

function workload(replicas: number, pod: Fields, { namespace = 'vision', kind = 'Deployment', labels = {} } = {}): Fields {
  const container = { name: 'main', image: 'example.com/x:1', ...pod.container };
  const template = { metadata: { labels: { app: 'a' } }, spec: { ...pod.spec, containers: [container] } };
  return { apiVersion: 'apps/v1', kind, metadata: { name: 'work', namespace, labels }, spec: { replicas, selector: { matchLabels: { app: 'a' } }, template } };
}
const asking = (limits: Fields) => ({ container: { resources: { limits } } });
const claiming = (...templates: string[]) => ({
  container: { resources: { claims: [{ name: 'gpu-0' }] } },
  spec: { resourceClaims: templates.map((resourceClaimTemplateName, index) => ({ name: `gpu-${index}`, resourceClaimTemplateName })) },
});
const template = (name: string, ...requests: Fields[]) => ({
  apiVersion: 'resource.k8s.io/v1',
  kind: 'ResourceClaimTemplate',
  metadata: { name, namespace: 'vision' },
  spec: { spec: { devices: { requests: requests.map((each, index) => ({ name: `r${index}`, ...each })) } } },
});
const exactly = (deviceClassName: string, count?: number) => ({ exactly: { deviceClassName, ...(count !== undefined && { count }) } });
const classOf = (name: string, extendedResourceName: string) => ({ apiVersion: 'resource.k8s.io/v1', kind: 'DeviceClass', metadata: { name }, spec: { extendedResourceName } });

describe('a quota', () => {
  const ofQuota = (...objects: Fields[]) => said(/^TEN-00/, {}, ...objects);

  test.each(['nvidia.com/gpu', 'limits.nvidia.com/gpu', 'limits.nvidia.com/mig-1g.10gb', 'nvidia.com/gpu.shared'])('counts nothing by %s', key => {
    expect(ofQuota(quota({ [key]: '2' }))).toEqual([expect.stringMatching(/^TEN-001 .* is taken and never counted/)]);
  });

  test.each([{ 'requests.nvidia.com/gpu': '2' }, { [MIG_CLASS]: '1' }, { 'requests.cpu': '4', 'count/pods': '3' }, { 'requests.deviceclass.resource.kubernetes.io/gpu.nvidia.com': '2' }, {}])('may count %j', hard => {
    expect(ofQuota(quota(hard))).toEqual([]);
  });

  test('knows the classes among the manifests, and leaves those of others alone', () => {
    const key = (name: string) => quota({ [`${name}.deviceclass.resource.k8s.io/devices`]: '1' });
    expect(ofQuota(key('mig-3g-40gb.gpu.nvidia.com'), classOf('mig-3g-40gb.gpu.nvidia.com', SLICE))).toEqual([]);
    expect(ofQuota(key('tpu.example.com'), key('all-of-nvidia-in-the-east'))).toEqual([]);
    expect(ofQuota(key('gpus.nvidia.com'))).toEqual([expect.stringMatching(/^TEN-002 /)]);
  });

  test('is held against replicas, autoscaling and every workload of its namespace', () => {
    const two = quota({ [`requests.${SLICE}`]: '2' });
    expect(ofQuota(two, workload(2, asking({ [SLICE]: 1 })))).toEqual([]);
    expect(ofQuota(two, workload(3, asking({ [SLICE]: 1 })))).toEqual([`TEN-003 requests.${SLICE} lets namespace vision have 2, and its workloads ask for up to 3: work 3`]);
    expect(ofQuota(two, workload(3, asking({ [SLICE]: 1 }), { namespace: 'speech' }))).toEqual([]);
    const hpa = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'h', namespace: 'vision' }, spec: { scaleTargetRef: { kind: 'Deployment', name: 'work' }, maxReplicas: 4 } };
    expect(ofQuota(two, workload(1, asking({ [SLICE]: 1 })), hpa)).toEqual([expect.stringMatching(/ask for up to 4: work 4$/)]);
    expect(ofQuota(quota({ [`requests.${SLICE}`]: '2' }, { scopes: ['Terminating'] }), workload(3, asking({ [SLICE]: 1 })))).toEqual([]);
  });

  test('is held against claims too: all requests of a template, and the most of each class of its alternatives', () => {
    const halves = template('halves', exactly('mig.nvidia.com', 2), exactly('gpu.nvidia.com'));
    expect(ofQuota(quota({ [MIG_CLASS]: '4' }), halves, workload(2, claiming('halves')))).toEqual([]);
    expect(ofQuota(quota({ [MIG_CLASS]: '3' }), halves, workload(2, claiming('halves')))).toEqual([expect.stringMatching(/have 3, and its workloads ask for up to 4: work 4$/)]);
    const either = template('either', { firstAvailable: [{ name: 'a', deviceClassName: 'mig.nvidia.com' }, { name: 'b', deviceClassName: 'mig.nvidia.com' }] });
    expect(ofQuota(quota({ [MIG_CLASS]: '1' }), either, workload(1, claiming('either')))).toEqual([]);
    const named = { ...template('named', exactly('mig.nvidia.com')), kind: 'ResourceClaim', spec: { devices: { requests: [{ name: 'g', ...exactly('mig.nvidia.com', 3) }] } } };
    expect(ofQuota(quota({ [MIG_CLASS]: '2' }), named)).toEqual([expect.stringMatching(/ask for up to 3: named 3$/)]);
  });

  test('is not passed by the other way of asking, unless a class stands for the resource', () => {
    const half = template('half', exactly('halves.example.com'));
    const both = [half, workload(1, claiming('half'))];
    expect(ofQuota(quota({ 'requests.nvidia.com/gpu': '2' }), ...both)).toEqual([expect.stringMatching(/^TEN-004 no entry counts the devices of class halves.example.com, which work asks for/)]);
    expect(ofQuota(quota({ [`requests.${SLICE}`]: '2' }), classOf('halves.example.com', SLICE), ...both)).toEqual([]);
    expect(ofQuota(quota({ [MIG_CLASS]: '2' }), workload(1, asking({ 'nvidia.com/gpu': 1 })))).toEqual([expect.stringMatching(/^TEN-004 no entry counts nvidia.com\/gpu/)]);
    expect(ofQuota(quota({ 'requests.cpu': '2' }), ...both)).toEqual([]);
  });
});

describe('a queue', () => {
  const ofQueue = (...objects: Fields[]) => said(/^TEN-01/, {}, ...objects);
  const local = { apiVersion: 'kueue.x-k8s.io/v1beta2', kind: 'LocalQueue', metadata: { name: 'gpus', namespace: 'vision' }, spec: { clusterQueue: 'research' } };
  const queue = (spec: Fields, apiVersion = 'kueue.x-k8s.io/v1beta2') => ({ apiVersion, kind: 'ClusterQueue', metadata: { name: 'research' }, spec });
  const group = (quotas: Fields) => ({
    resourceGroups: [{ coveredResources: Object.keys(quotas), flavors: [{ name: 'a', resources: Object.entries(quotas).map(([name, given]) => ({ name, ...(typeof given === 'object' ? given : { nominalQuota: given }) })) }] }],
  });
  const inQueue = { labels: { 'kueue.x-k8s.io/queue-name': 'gpus' } };

  test.each([['v1beta2', 'cohort', true], ['v1beta2', 'cohortName', false], ['v1beta1', 'cohortName', true], ['v1beta1', 'cohort', false]])('of %s with %s is in no cohort: %s', (version, field, isWrong) => {
    expect(ofQueue(queue({ [field]: 'all' }, `kueue.x-k8s.io/${version}`)).length).toBe(Number(isWrong));
  });

  test('covers what its workloads ask for, and in older releases what they ask none of', () => {
    expect(ofQueue(queue(group({ [SLICE]: 2 })), local, workload(1, asking({ [SLICE]: 1 }), inQueue))).toEqual([]);
    expect(ofQueue(queue(group({ 'nvidia.com/gpu': 2 })), local, workload(1, asking({ [SLICE]: 1 }), inQueue))).toEqual([expect.stringMatching(/^TEN-011 ClusterQueue research covers nvidia.com\/gpu, and not nvidia.com\/mig-3g.40gb/)]);
    expect(ofQueue(queue(group({ [SLICE]: 2 })), local, workload(1, asking({ [SLICE]: 1, 'nvidia.com/gpu': '0' }), inQueue))).toEqual([expect.stringMatching(/^TEN-011 .* Kueue before 0.16/)]);
    // another queue, another namespace, or one that is not among the manifests
    expect(ofQueue(queue(group({ 'nvidia.com/gpu': 2 })), local, workload(1, asking({ [SLICE]: 1 })))).toEqual([]);
    expect(ofQueue(local, workload(1, asking({ [SLICE]: 1 }), inQueue))).toEqual([]);
  });

  test('hands a pod no more than a flavor has and may borrow', () => {
    const wanted = workload(1, asking({ 'nvidia.com/gpu': 4 }), inQueue);
    const of = (given: Fields, spec: Fields = {}) => ofQueue(queue({ ...group({ 'nvidia.com/gpu': given }), ...spec }), local, wanted).length;
    expect(of({ nominalQuota: 4 })).toBe(0);
    expect(of({ nominalQuota: 3 })).toBe(1);
    expect(of({ nominalQuota: 3 }, { cohortName: 'all' })).toBe(0);
    expect(of({ nominalQuota: 3, borrowingLimit: 1 }, { cohortName: 'all' })).toBe(0);
    expect(of({ nominalQuota: 2, borrowingLimit: '1' }, { cohortName: 'all' })).toBe(1);
  });

  test('tells what Kueue counts of claims', () => {
    const half = template('half', exactly('mig.nvidia.com'));
    const either = template('either', { firstAvailable: [{ name: 'a', deviceClassName: 'mig.nvidia.com' }] });
    const covered = queue(group({ [SLICE]: 2 }));
    expect(ofQueue(covered, local, half, workload(1, claiming('half'), inQueue))).toEqual([expect.stringMatching(/^TEN-014 .* maps mig.nvidia.com to a resource/)]);
    expect(ofQueue(covered, local, either, workload(1, claiming('either'), inQueue))).toEqual([expect.stringMatching(/^TEN-014 Kueue admits no workload with firstAvailable/)]);
  });
});

describe('a DeviceTaintRule', () => {
  const rule = (deviceSelector: unknown, { version = 'v1', taint = { key: 'a.com/b', effect: 'NoExecute' } as unknown } = {}) => ({
    apiVersion: `resource.k8s.io/${version}`, kind: 'DeviceTaintRule', metadata: { name: 'drain' }, spec: { ...(deviceSelector !== undefined && { deviceSelector }), taint },
  });
  const ofRule = (versions: Versions, object: Fields) => said(/^DRA-09/, versions, object).map(each => each.slice(0, 7));
  const full = { driver: 'gpu.nvidia.com', pool: 'h100-1', device: 'gpu-0' };

  test.each<[string, string, string[]]>([
    ['1.37', 'v1', []], ['1.38', 'v1', []], ['1.99', 'v1', []], ['1.37', 'v1beta2', ['DRA-090']], ['1.36', 'v1beta2', ['DRA-090']], ['1.36', 'v1', ['DRA-090']],
    ['1.35', 'v1alpha3', ['DRA-090']], ['1.34', 'v1alpha3', ['DRA-090']],
  ])('in Kubernetes %s as %s: %j', (kubernetes, version, expected) => {
    expect(ofRule({ kubernetes }, rule(full, { version }))).toEqual(expected);
  });

  test('says which gate is off, by the release', () => {
    const message = (kubernetes: string, version: string) => said(/^DRA-090/, { kubernetes }, rule(full, { version }))[0];
    expect(message('1.36', 'v1beta2')).toBe('DRA-090 Kubernetes 1.36 serves no DeviceTaintRule unless the gate DRADeviceTaintRules and the API resource.k8s.io/v1beta2 were switched on');
    expect(message('1.34', 'v1alpha3')).toContain('the gate DRADeviceTaints and the API resource.k8s.io/v1alpha3');
    expect(message('1.36', 'v1')).toContain('has DeviceTaintRule as resource.k8s.io/v1beta2, where it was switched on, and not as resource.k8s.io/v1');
    expect(said(/^DRA-09/, {}, rule(full))).toEqual([]);
  });

  test.each<[unknown, string[]]>([
    [full, []], [{ ...full, device: 'gpu-1-mig-3g40gb-9-0' }, []], [{ ...full, device: 'gpu-1-mig-1g10gb-me-20-3' }, []], [{ ...full, device: 'gpu-0-mig-9-0-4' }, []],
    [{ ...full, device: 'gpu-vfio-0' }, []], [{ driver: 'gpu.nvidia.com', pool: 'h100-1' }, []], [{ driver: 'gpu.nvidia.com' }, []],
    [{ driver: 'other.example.com', pool: 'n', device: 'anything' }, []],
    [{ ...full, device: 'GPU-4cf8db2d-06c0-7d70-1a51-e59b25b2c16c' }, ['DRA-094']], [{ ...full, device: '3g.40gb' }, ['DRA-094']], [{ ...full, device: 'gpu-0-mig-3g41gb-9-0' }, ['DRA-094']],
    [undefined, ['DRA-091']], [{}, ['DRA-091']], [{ driver: 'gpu.nvidia.com', device: 'gpu-0' }, ['DRA-091']], [{ deviceClassName: 'gpu.nvidia.com' }, ['DRA-093']],
  ])('selects by %j: %j', (selector, expected) => {
    expect(ofRule({}, rule(selector))).toEqual(expected);
  });

  test('may select by class where Kubernetes has it', () => {
    expect(ofRule({ kubernetes: '1.34' }, rule({ deviceClassName: 'gpu.nvidia.com' }, { version: 'v1alpha3' }))).toEqual(['DRA-090']);
    expect(ofRule({ kubernetes: '1.35' }, rule({ deviceClassName: 'gpu.nvidia.com' }, { version: 'v1alpha3' }))).toEqual(['DRA-090', 'DRA-093']);
  });

  test.each<[unknown, number]>([
    [{ key: 'a.com/b', value: 'x', effect: 'None' }, 0], [{ key: 'b', effect: 'NoSchedule' }, 0], [{ effect: 'NoSchedule' }, 1], [{ key: 'a.com/b' }, 1], [{ key: 'a b', value: 'c d', effect: 'noexecute' }, 3],
  ])('has the taint %j: %d faults', (taint, faults) => {
    expect(ofRule({}, rule(full, { taint }))).toEqual(Array(faults).fill('DRA-092'));
  });
});
