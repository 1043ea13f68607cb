import { GpuLayout } from '../../src/hardware';
import { runRules } from '../../src/rules';
import { asText, claim, clusterOf, deployment, podWith, PublishedNode, request, template } from '../cluster/resource-slices';
import { modelOfText } from '../report/charts';

type Fields = Record<string, any>;

const HALVES = GpuLayout.of({ '3g.40gb': 2 });
const WHOLE = GpuLayout.whole();
const node = (boards: PublishedNode['boards'], more: Partial<PublishedNode> = {}): PublishedNode => ({ name: 'n1', boards, ...more });
const half = template('half', [request('3g.40gb')]);
const one = template('one', [request()]);

const capacity = (...objects: Fields[]) => runRules(modelOfText(asText(objects))).filter(({ rule }) => /^CAP-00[123]$/.test(rule));
const says = (...objects: Fields[]) => capacity(...objects).map(({ rule, severity, message }) => `${rule} ${severity} ${message}`);

describe('claims of templates, on devices that are published', () => {
  const cluster = clusterOf(node([HALVES, WHOLE]));

  test('that are as many as the devices are no finding, and one more is a warning with the numbers', () => {
    expect(says(...cluster, half, deployment('a', ['t:half'], 2))).toEqual([]);
    expect(says(...cluster, half, deployment('a', ['t:half'], 2), deployment('b', ['t:half']))).toEqual([
      'CAP-002 warning node n1 has 2 of 3g.40gb, and at the most 3 are claimed: a 2, b 1',
    ]);
  });

  test('that leave no device for one pod more stop a rolling update for ever, and say how it goes on', () => {
    const stuck = (...objects: Fields[]) => runRules(modelOfText(asText(objects))).filter(({ rule }) => rule === 'CAP-004')
      .map(({ name, path, message, severity }) => `${severity} ${name} ${path}: ${message}`);
    const full = deployment('a', ['t:half'], 2);
    expect(stuck(...cluster, half, full)).toEqual([
      'warning a spec.strategy: node n1 has 2 of 3g.40gb, of which 2 are in use: at an update the new pod stays Pending, and no old one is stopped before it is ready',
    ]);
    expect(stuck(...cluster, half, deployment('a', ['t:half'], 1), deployment('b', ['t:half'], 1))).toHaveLength(2);
    expect(stuck(...cluster, half, deployment('a', ['t:half'], 1))).toEqual([]); // one is left
    expect(stuck(...cluster, half, { ...full, spec: { ...full.spec, strategy: { type: 'Recreate' } } })).toEqual([]);
    expect(stuck(...cluster, half, deployment('a', ['t:half'], 3))).toEqual([]); // CAP-002 tells
    expect(stuck(...cluster, claim('ours', [request()]), deployment('a', ['c:ours'], 5))).toEqual([]); // the new pod shares it
    expect(stuck(...cluster, template('two', [request('3g.40gb', { count: 2 })]), deployment('a', ['t:two'], 1))).toHaveLength(1);
  });

  test('are told at the place where the pod names them, with the way out', () => {
    const [{ kind, name, path, fix }] = capacity(...cluster, half, deployment('a', ['t:half'], 3));
    expect([kind, name, path]).toEqual(['Deployment', 'a', 'spec.template.spec.resourceClaims']);
    expect(fix).toBe('lower the replicas, or add nodes; the pods beyond stay Pending. Nodes that no file here shows may have room');
  });

  test('count what an autoscaler may want', () => {
    const hpa = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'h', namespace: 'a' }, spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' }, minReplicas: 1, maxReplicas: 5, metrics: [] } };
    expect(says(...cluster, half, deployment('a', ['t:half'], 1), hpa).join()).toContain('at the most 5 are claimed: a 5');
  });

  test('of count count so often', () => {
    expect(says(...cluster, template('two', [request('3g.40gb', { count: 2 })]), deployment('a', ['t:two'], 2)).join()).toContain('2 of 3g.40gb, and at the most 4');
  });

  test('with alternatives compete for all of those, and with adminAccess for none', () => {
    const first = template('first', [{ firstAvailable: [{ name: 'h', ...request('3g.40gb') }, { name: 'w', ...request() }] }]);
    expect(says(...cluster, first, deployment('a', ['t:first'], 3))).toEqual([]);
    expect(says(...cluster, first, half, one, deployment('a', ['t:first'], 1), deployment('b', ['t:half'], 2), deployment('c', ['t:one']))).toEqual([
      'CAP-002 warning node n1 has 3 of 3g.40gb or GPU, and at the most 4 are claimed: a 1, b 2, c 1',
    ]);
    expect(says(...cluster, template('look', [request('3g.40gb', { adminAccess: true })]), deployment('m', ['t:look'], 9))).toEqual([]);
  });

  test('are one where pods share them by name', () => {
    expect(says(...cluster, claim('ours', [request()]), deployment('a', ['c:ours'], 5), deployment('b', ['c:ours'], 5))).toEqual([]);
    expect(says(...cluster, claim('ours', [request()]), claim('theirs', [request()]), deployment('a', ['c:ours'], 5), deployment('b', ['c:theirs']))).toEqual([
      'CAP-002 warning node n1 has 1 of GPU, and at the most 2 are claimed: a 1, b 1',
    ]);
  });

  test('of a job are counted alone: it waits for others, and never has more pods than there are devices', () => {
    const job = (name: string, parallelism: number) => ({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace: 'a' }, spec: { parallelism, template: { spec: podWith(['t:half'], { restartPolicy: 'Never' }) } } });
    expect(says(...cluster, half, job('a', 2), job('b', 2))).toEqual([]);
    expect(says(...cluster, half, job('a', 3))).toEqual(['CAP-002 warning node n1 has 2 of 3g.40gb, and the job claims 3 at one time']);
  });

  test('say nothing where devices of a node are missing among the files, or where the pods may run elsewhere', () => {
    const [counters] = clusterOf(node(['onClaim'], { name: 'n2' }));
    const many = deployment('a', ['t:half'], 9);
    expect(says(...cluster, counters, half, many)).toEqual([]);
    const unknown = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n3', labels: { 'nvidia.com/gpu.product': 'NVIDIA-H100-80GB-HBM3' } } };
    expect(says(...cluster, unknown, half, many)).toEqual([]);
  });

  test('that select nothing that is there are told what there is', () => {
    expect(says(...cluster, template('t', [request('7g.80gb')]), deployment('a', ['t:t']))).toEqual([
      'CAP-001 warning request r0 selects none of the devices of node n1: it wants 7g.80gb, and there are 3g.40gb, whole GPUs',
    ]);
  });

  test('that no node can meet together are told so, and those that another order would meet are not', () => {
    const pair = template('pair', [request('3g.40gb'), request()], [{ requests: ['r0', 'r1'], matchAttribute: 'gpu.nvidia.com/parentUUID' }]);
    expect(says(...cluster, pair, deployment('a', ['t:pair'])).join()).toContain('CAP-003 warning node n1 does not meet all that one pod claims');
    const two = template('two', [request(undefined, { count: 2 })]);
    expect(says(...clusterOf(node([WHOLE]), node([WHOLE], { name: 'n2' })), two, deployment('a', ['t:two'])).join()).toContain('CAP-003');
  });
});

describe('boards that are cut when claims come', () => {
  const cluster = clusterOf(node(['onClaim']));

  test('hold as many of a profile as their counters allow', () => {
    expect(says(...cluster, half, deployment('a', ['t:half'], 2))).toEqual([]);
    expect(says(...cluster, half, deployment('a', ['t:half'], 3))).toEqual(['CAP-002 warning node n1 has 2 of 3g.40gb, and at the most 3 are claimed: a 3']);
    expect(says(...cluster, template('small', [request('1g.10gb')]), deployment('a', ['t:small'], 7))).toEqual([]);
    expect(says(...cluster, template('small', [request('1g.10gb')]), deployment('a', ['t:small'], 8)).join()).toContain('has 7 of 1g.10gb');
  });

  test('hold no more memory slices than they have, of whatever profiles', () => {
    const asked = [template('small', [request('1g.10gb')]), deployment('b', ['t:small'], 1)];
    expect(says(...cluster, half, deployment('a', ['t:half'], 2), ...asked)).toEqual(['CAP-002 warning node n1 has 8 memory slices, and at the most 9 are claimed: a 8, b 1']);
    expect(says(...cluster, half, deployment('a', ['t:half'], 1), ...asked)).toEqual([]);
  });
});

test('parts of memory are added up', () => {
  const part = (name: string, memory: string) => template(name, [request(undefined, { capacity: { requests: { memory } } })]);
  const cluster = clusterOf(node([WHOLE, WHOLE], { isShared: true }));
  expect(says(...cluster, part('p', '40Gi'), deployment('a', ['t:p'], 3))).toEqual([]);
  expect(says(...cluster, part('p', '40Gi'), deployment('a', ['t:p'], 5)).join()).toMatch(/^CAP-002 warning node n1 has 159\.\d GiB of memory, and at the most 200 GiB are claimed: a 200 GiB$/);
});

test('layouts that the manifests say count as what is published', () => {
  const written = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', labels: { 'nvidia.com/gpu.product': 'NVIDIA-H100-80GB-HBM3', 'cdk8s-gpu/pool': 'p' }, annotations: { 'cdk8s-gpu/layouts': JSON.stringify([{ '3g.40gb': 2 }]), 'cdk8s-gpu/gpus-per-node': '1' } } };
  expect(says(written, half, deployment('a', ['t:half'], 2))).toEqual([]);
  expect(says(written, half, deployment('a', ['t:half'], 3))).toEqual(['CAP-002 warning node n has 2 of 3g.40gb, and at the most 3 are claimed: a 3']);
});
