import { asText, claim, clusterOf, deployment, podWith, PublishedNode, request, template } from './resource-slices';
import { Occupant, seatingOf } from '../../src/cluster';
import { Gpu, GpuLayout } from '../../src/hardware';
import { modelOfText } from '../report/charts';

type Fields = Record<string, any>;

const HALVES = GpuLayout.of({ '3g.40gb': 2 });
const WHOLE = GpuLayout.whole();
const node = (boards: PublishedNode['boards'], more: Partial<PublishedNode> = {}): PublishedNode => ({ name: 'n1', boards, ...more });

/** Who is on each GPU: devices that are there with a bar between them. */
function seats(...objects: Fields[]): string[] {
  const names = (occupants: readonly Occupant[]) => occupants.map(({ workload }) => workload.document.name).join(' ');
  return seatingOf(modelOfText(asText(objects))).pools.flatMap(({ gpus }) => gpus.map(({ devices, count }) =>
    `${count}x ${devices.map(({ profile = 'GPU', occupants }) => `${profile}:${names(occupants)}`).join(' ')}`));
}

const unseated = (...objects: Fields[]) => seatingOf(modelOfText(asText(objects))).unseated
  .map(({ workload, pods, why }) => [workload.document.name, pods, why]);

describe('pods that claim by template, on devices that are published', () => {
  const cluster = clusterOf(node([HALVES, WHOLE]));
  const half = template('half', [request('3g.40gb')]);

  test('take the first device that the claim selects, and those beyond have no place', () => {
    const objects = [...cluster, half, deployment('a', ['t:half'], 1), deployment('b', ['t:half'], 3)];
    expect(seats(...objects)).toEqual(['1x 3g.40gb:a 3g.40gb:b', '1x GPU:']);
    expect(unseated(...objects)).toEqual([['b', 2, 'full']]);
  });

  test('are told what no node publishes', () => {
    expect(unseated(...cluster, template('t', [request('7g.80gb')]), deployment('a', ['t:t']))).toEqual([['a', 1, 'not offered']]);
  });

  test('take nodes that are alike together, whatever the identities of their boards', () => {
    const nodes = ['n1', 'n2', 'n3'].map(name => node([HALVES], { name }));
    expect(seats(...clusterOf(...nodes), half, deployment('a', ['t:half'], 4))).toEqual(['2x 3g.40gb:a 3g.40gb:a', '1x 3g.40gb: 3g.40gb:']);
  });

  test('go to nodes that their selector allows, by the labels of Node objects; without a Node object to any', () => {
    const nodes = clusterOf(node([HALVES], { labels: { disk: 'slow' } }), node([HALVES], { name: 'n2', labels: { disk: 'fast' } }));
    const asking = [half, deployment('a', ['t:half'], 3, { nodeSelector: { disk: 'fast' } })];
    expect(seats(...nodes, ...asking)).toEqual(['1x 3g.40gb: 3g.40gb:', '1x 3g.40gb:a 3g.40gb:a']);
    expect(unseated(...nodes, ...asking)).toEqual([['a', 1, 'full']]);
    expect(seats(...cluster, ...asking)).toEqual(['1x 3g.40gb:a 3g.40gb:a', '1x GPU:']);
  });

  test('wait where a slice of a node is not there, or an expression cannot be read', () => {
    const [first] = clusterOf(node(['onClaim']));
    expect(unseated(first, half, deployment('a', ['t:half']))).toEqual([['a', 1, 'by claim']]);
    const odd = template('odd', [request(undefined, { selectors: [{ cel: { expression: "device.attributes.exists(d, d == 'x')" } }] })]);
    expect(unseated(...cluster, odd, deployment('a', ['t:odd']))).toEqual([['a', 1, 'by claim']]);
    expect(unseated(...cluster, deployment('a', ['t:missing']))).toEqual([['a', 1, 'by claim']]);
  });

  test('of one claim get so many devices as it counts, all of one node', () => {
    const nodes = clusterOf(node([WHOLE]), node([WHOLE, WHOLE], { name: 'n2' }));
    expect(seats(...nodes, template('two', [request(undefined, { count: 2 })]), deployment('a', ['t:two']))).toEqual(['1x GPU:', '2x GPU:a']);
  });

  test('that claim all get all devices of a node, and none where one is taken', () => {
    const all = template('all', [request(undefined, { allocationMode: 'All' })]);
    const objects = [...clusterOf(node([WHOLE, WHOLE])), all, template('one', [request()])];
    expect(seats(...objects, deployment('a', ['t:all']))).toEqual(['2x GPU:a']);
    expect(unseated(...objects, deployment('b', ['t:one']), deployment('a', ['t:all']))).toEqual([['a', 1, 'full']]);
  });

  test('with adminAccess take nothing', () => {
    const objects = [...cluster, template('look', [request('3g.40gb', { adminAccess: true })]), deployment('m', ['t:look'], 5), half, deployment('a', ['t:half'], 2)];
    expect(seats(...objects)).toEqual(['1x 3g.40gb:a 3g.40gb:a', '1x GPU:']);
    expect(unseated(...objects)).toEqual([]);
  });

  test('try the alternatives of firstAvailable in their order', () => {
    const first = template('first', [{ firstAvailable: [{ name: 's', ...request('1g.10gb') }, { name: 'h', ...request('3g.40gb') }, { name: 'w', ...request() }] }]);
    expect(seats(...cluster, first, deployment('a', ['t:first'], 3))).toEqual(['1x 3g.40gb:a 3g.40gb:a', '1x GPU:a']);
  });

  test('get two slices of one board by matchAttribute, and never one of each board', () => {
    const pair = template('pair', [request('3g.40gb'), request('3g.40gb')], [{ requests: [], matchAttribute: 'gpu.nvidia.com/parentUUID' }]);
    const objects = [...clusterOf(node([HALVES, HALVES])), template('half', [request('3g.40gb')]), pair, deployment('a', ['t:half']), deployment('b', ['t:pair'], 2)];
    expect(seats(...objects)).toEqual(['1x 3g.40gb:a 3g.40gb:', '1x 3g.40gb:b 3g.40gb:b']);
    expect(unseated(...objects)).toEqual([['b', 1, 'full']]);
  });

  test('keep off a tainted device unless the request bears the taint', () => {
    const [slice] = clusterOf(node([WHOLE]));
    slice.spec.devices[0].taints = [{ key: 'broken', effect: 'NoSchedule' }];
    expect(unseated(slice, template('t', [request()]), deployment('a', ['t:t']))).toEqual([['a', 1, 'not offered']]);
    expect(unseated(slice, template('t', [request(undefined, { tolerations: [{ key: 'broken', operator: 'Exists' }] })]), deployment('a', ['t:t']))).toEqual([]);
  });

  test('that claim all wait for a tainted device too, which they may not have', () => {
    const [slice] = clusterOf(node([WHOLE, WHOLE]));
    slice.spec.devices[0].taints = [{ key: 'broken', effect: 'NoSchedule' }];
    expect(unseated(slice, template('t', [request(undefined, { allocationMode: 'All' })]), deployment('a', ['t:t']))).toEqual([['a', 1, 'not offered']]);
  });

  test('of which a DeviceClass stands for a resource get one by it', () => {
    const deviceClass = {
      apiVersion: 'resource.k8s.io/v1',
      kind: 'DeviceClass',
      metadata: { name: 'half' },
      spec: { extendedResourceName: 'nvidia.com/mig-3g.40gb', selectors: [{ cel: { expression: "device.driver == 'gpu.nvidia.com' && device.attributes['gpu.nvidia.com'].type == 'mig' && device.attributes['gpu.nvidia.com'].profile == '3g.40gb'" } }] },
    };
    const asking = deployment('a', [], 3, { containers: [{ name: 'c', image: 'x', resources: { limits: { 'nvidia.com/mig-3g.40gb': 1 } } }] });
    expect(seats(...cluster, deviceClass, asking)).toEqual(['1x 3g.40gb:a 3g.40gb:a', '1x GPU:']);
    const implicit = deployment('b', [], 1, { containers: [{ name: 'c', image: 'x', resources: { limits: { 'deviceclass.resource.kubernetes.io/half': 1 } } }] });
    expect(seats(...cluster, deviceClass, implicit)).toEqual(['1x 3g.40gb:b 3g.40gb:', '1x GPU:']);
  });

  test('leave requests for devices of other drivers to those drivers', () => {
    const channel = template('channel', [{ deviceClassName: 'compute-domain-default-channel.nvidia.com' }, request('3g.40gb')]);
    expect(seats(...cluster, channel, deployment('a', ['t:channel']))).toEqual(['1x 3g.40gb:a 3g.40gb:', '1x GPU:']);
  });
});

describe('a claim that several pods name', () => {
  const cluster = clusterOf(node([WHOLE, WHOLE]));

  test('is one, whoever names it, and all its pods are on its device', () => {
    const objects = [...cluster, claim('ours', [request()]), deployment('a', ['c:ours'], 2), deployment('b', ['c:ours'])];
    expect(seats(...objects)).toEqual(['1x GPU:a a b', '1x GPU:']);
    expect(unseated(...objects)).toEqual([]);
  });

  test('keeps its pods on its node', () => {
    const nodes = clusterOf(node([WHOLE]), node([WHOLE, WHOLE], { name: 'n2' }));
    const objects = [...nodes, claim('ours', [request()]), template('one', [request()]), deployment('a', ['c:ours']), deployment('b', ['c:ours', 't:one'])];
    expect(unseated(...objects)).toEqual([['b', 1, 'full']]);
  });

  test('that has its devices already is where its status says', () => {
    const status = { allocation: { devices: { results: [{ request: 'r0', driver: 'gpu.nvidia.com', pool: 'n1', device: 'gpu-1' }] } } };
    const objects = [...cluster, claim('ours', [request()], { status }), template('one', [request()]), deployment('b', ['t:one']), deployment('a', ['c:ours'])];
    expect(seats(...objects)).toEqual(['1x GPU:b', '1x GPU:a']);
  });
});

test('claims of templates that have their devices are counted with the object that made their pods', () => {
  const owner = (kind: string, name: string) => ({ ownerReferences: [{ apiVersion: 'v1', kind, name, uid: 'u', controller: true }] });
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a-5d-x', namespace: 'a', labels: { 'pod-template-hash': '5d' }, ...owner('ReplicaSet', 'a-5d') }, spec: podWith(['t:one']) };
  const status = { allocation: { devices: { results: [{ request: 'r0', driver: 'gpu.nvidia.com', pool: 'n1', device: 'gpu-1' }] } }, reservedFor: [{ resource: 'pods', name: 'a-5d-x', uid: 'u' }] };
  const made = claim('a-5d-x-d0-abc', [request()], { metadata: owner('Pod', 'a-5d-x'), status });
  const cluster = clusterOf(node([WHOLE, WHOLE, WHOLE]));
  expect(seats(...cluster, template('one', [request()]), made, pod, deployment('a', ['t:one'], 2))).toEqual(['2x GPU:a', '1x GPU:']);
  expect(seats(...cluster, template('one', [request()]), made, pod)).toEqual(['2x GPU:', '1x GPU:a-5d-x']);
  expect(seats(...cluster, template('one', [request()]), made)).toEqual(['2x GPU:', '1x GPU:a-5d-x-d0-abc']);
});

describe('boards that are cut when claims come', () => {
  const cluster = clusterOf(node(['onClaim']));

  test('show what is claimed, and are whole before', () => {
    expect(seats(...cluster)).toEqual(['1x GPU:']);
    expect(seats(...cluster, template('half', [request('3g.40gb')]), deployment('a', ['t:half']))).toEqual(['1x 3g.40gb:a']);
  });

  test('hold no more than their counters', () => {
    const objects = [...cluster, template('half', [request('3g.40gb')]), deployment('a', ['t:half'], 3)];
    expect(seats(...objects)).toEqual(['1x 3g.40gb:a 3g.40gb:a']);
    expect(unseated(...objects)).toEqual([['a', 1, 'full']]);
  });

  test('take the first place that fits: a 4g waits after a 1g and a 3g', () => {
    const kinds = ['1g.10gb', '3g.40gb', '4g.40gb'];
    const objects = [...cluster, ...kinds.map(each => template(`t${each[0]}`, [request(each)])), ...kinds.map(each => deployment(`d${each[0]}`, [`t:t${each[0]}`]))];
    expect(unseated(...objects)).toEqual([['d4', 1, 'full']]);
  });
});

test('parts of the memory of one GPU meet on it until it is full, each rounded up', () => {
  const part = (amount: string) => template(`p${amount.toLowerCase()}`, [request(undefined, { capacity: { requests: { memory: amount } } })]);
  const objects = [...clusterOf(node([WHOLE], { isShared: true })), part('30Gi'), deployment('a', ['t:p30gi'], 3)];
  expect(seats(...objects)).toEqual(['1x GPU:a a']);
  expect(unseated(...objects)).toEqual([['a', 1, 'full']]);
  expect(unseated(...objects, template('one', [request()]), deployment('b', ['t:one']))).toEqual([['a', 1, 'full'], ['b', 1, 'full']]);
});

describe('jobs', () => {
  const cluster = clusterOf(node([WHOLE, WHOLE]));
  const one = template('one', [request()]);
  const job = (spec: Fields) => ({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j', namespace: 'a' }, spec: { ...spec, template: { spec: podWith(['t:one']) } } });
  const jobSet = (replicas: number, spec: Fields) => ({
    apiVersion: 'jobset.x-k8s.io/v1alpha2',
    kind: 'JobSet',
    metadata: { name: 'j', namespace: 'a' },
    spec: { replicatedJobs: [{ name: 'w', replicas, template: { spec: { ...spec, template: { spec: podWith(['t:one']) } } } }] },
  });

  test.each<[string, Fields, number]>([
    ['one pod', job({}), 1],
    ['parallelism', job({ parallelism: 2 }), 2],
    ['no more pods than it completes', job({ parallelism: 2, completions: 1 }), 1],
    ['the jobs of a JobSet', jobSet(2, {}), 2],
    ['their parallelism', jobSet(1, { parallelism: 2 }), 2],
  ])('have their pods side by side: %s', (_, object, pods) => {
    expect(seats(...cluster, one, object).join().match(/GPU:j/g)?.length === 1 ? seats(...cluster, one, object)[0] : '').toBe(`${pods}x GPU:j`);
  });
});

test('pods claim devices of nodes too whose layouts the manifests say, beside those who ask by a resource', () => {
  const annotations = { 'cdk8s-gpu/layouts': JSON.stringify([{ '3g.40gb': 2 }, {}]) };
  const plain = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', labels: { 'nvidia.com/gpu.product': Gpu.H100_SXM5_80GB.productLabel, 'cdk8s-gpu/pool': 'p' }, annotations: { ...annotations, 'cdk8s-gpu/gpus-per-node': '2' } } };
  const byResource = deployment('r', [], 1, { containers: [{ name: 'c', image: 'x', resources: { limits: { 'nvidia.com/mig-3g.40gb': 1 } } }] });
  const objects = [plain, template('half', [request('3g.40gb')]), template('one', [request()]), byResource, deployment('a', ['t:half'], 2), deployment('b', ['t:one'])];
  expect(seats(...objects)).toEqual(['1x 3g.40gb:r 3g.40gb:a', '1x GPU:b']);
  expect(unseated(...objects)).toEqual([['a', 1, 'full']]);
});
