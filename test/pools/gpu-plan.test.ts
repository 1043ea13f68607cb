import { ApiObject, Chart, Testing } from 'cdk8s';
import { Gpu, GpuLayout } from '../../src/hardware';
import { GpuOperator } from '../../src/operator';
import { GpuFleet, GpuPlanIsolation } from '../../src/planning';
import { GpuPlan } from '../../src/pools';
import { GpuChecks } from '../../src/synthesis';
import { RELEASES } from '../cluster';

const A100 = Gpu.A100_SXM4_80GB;

function chartOf(fleet: GpuFleet) {
  const chart = new Chart(Testing.app(), 'chart', { namespace: 'models' });
  const operator = new GpuOperator(chart, 'gpu-operator', RELEASES);
  return { chart, plan: GpuPlan.of(fleet), deploy: () => GpuPlan.of(fleet).deploy(chart, operator) };
}

const deployment = (chart: Chart, name: string) => new ApiObject(chart, name, {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image: 'example.com/model' }] } },
  },
});

test('the three A100 of the reference: a node with one board cut and two free, and each workload gets its slice', () => {
  const { chart, deploy } = chartOf({
    gpus: [{ gpu: A100, count: 3, gpusPerNode: 3, nodes: ['gpu-node-1'] }],
    workloads: [{ name: 'asr', profiles: ['3g.40gb'] }, { name: 'tts', profiles: ['3g.40gb'] }, { name: 'llm', profiles: ['whole'] }],
  });
  const pools = deploy();
  expect(pools.pools.map(pool => pool.nodes.names)).toEqual([['gpu-node-1']]);
  expect(pools.slice('asr').resources).toEqual({ 'nvidia.com/mig-3g.40gb': '1', 'nvidia.com/gpu': '0' });
  expect(pools.slice('llm').resources).toEqual({ 'nvidia.com/gpu': '1' });
  for (const name of ['asr', 'tts', 'llm']) { pools.slice(name).attachTo(deployment(chart, name)); }
  expect(GpuChecks.of(chart).errors).toEqual([]);
});

test('nodes without names are chosen by a label, those cut alike together', () => {
  const { deploy } = chartOf({ gpus: [{ gpu: A100 }], workloads: [{ name: 'a', profiles: ['3g'], replicas: 4 }, { name: 'b', profiles: ['whole'] }] });
  const { pools } = deploy();
  expect(pools.map(({ nodes }) => [nodes.labels, nodes.count]).sort()).toEqual([
    [{ 'cdk8s-gpu/plan-pool': 'a100-sxm4-80gb-1' }, expect.any(Number)], [{ 'cdk8s-gpu/plan-pool': 'a100-sxm4-80gb-2' }, expect.any(Number)],
  ]);
});

test('shared boards become a pool with as many replicas as tenants', () => {
  const { deploy } = chartOf({ gpus: [{ gpu: Gpu.L40S }], workloads: [{ name: 'a', memoryMib: 9000, replicas: 5, isolation: GpuPlanIsolation.ANY }] });
  const pools = deploy();
  expect(pools.slice('a')).toMatchObject({ kind: 'mps', replicas: 5 });
});

test('a workload on several kinds of slice says so, and hands out each with its replicas', () => {
  const { deploy } = chartOf({
    gpus: [{ gpu: A100, count: 1, costPerHour: 1 }, { gpu: Gpu.A30, costPerHour: 2 }],
    workloads: [{ name: 'a', profiles: ['2g'], replicas: 5 }],
  });
  const pools = deploy();
  expect(() => pools.slice('a')).toThrow(/the replicas of a take several kinds of slice: .*placements\('a'\)/);
  expect(pools.placements('a').reduce((sum, { replicas }) => sum + replicas, 0)).toBe(5);
});

test('what cannot be is not deployed, and the reason is told', () => {
  const { deploy } = chartOf({ gpus: [{ gpu: A100, count: 0 }], workloads: [{ name: 'a', profiles: ['1g'] }] });
  expect(deploy).toThrow('there is no plan to deploy (infeasible): a: the boards have no room for it (there are 0 of NVIDIA-A100-SXM4-80GB)');
});

test('a second plan keeps the nodes that serve as they are', () => {
  const current = [{ name: 'n1', layouts: [GpuLayout.of({ '3g.40gb': 2 })] }];
  const { plan, deploy } = chartOf({ gpus: [{ gpu: A100, count: 2, current, nodes: ['n1', 'n2'] }], workloads: [{ name: 'a', profiles: ['3g'], replicas: 3 }] });
  expect(plan.result.drains).toEqual([]);
  expect(deploy().pools.map(pool => pool.nodes.names)).toEqual([['n1'], ['n2']]);
});
