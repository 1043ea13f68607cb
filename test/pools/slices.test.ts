import { GpuAllocation, GpuNodes, SliceAccess } from '../../src/allocation';
import { ModelFootprint } from '../../src/fit';
import { Gpu, GpuLayout, GpuSliceKind } from '../../src/hardware';
import { LlmArchitecture } from '../../src/models';
import { DedicatedGpu, GpuPlan, GpuSlice, MigPartitionedGpu, TimeSlicedGpu } from '../../src/pools';
import { noteTenant } from '../../src/pools/memory/tenants';
import { GpuOperatorVersion, KubernetesVersion } from '../../src/releases';
import { clusterWith, plainDeployment } from '../cluster';

const A100 = Gpu.A100_SXM4_80GB;
const dra = { releases: { gpuOperator: GpuOperatorVersion.V26_7, kubernetes: KubernetesVersion.V1_37 }, allocation: GpuAllocation.DRA };

test('of two boards that have the profile, the slice is of the one that is asked for', () => {
  const { chart, operator } = clusterWith();
  const layout = GpuLayout.of({ '3g.40gb': 2 });
  const pool = new MigPartitionedGpu(chart, 'mig', {
    operator, gpu: A100, nodes: GpuNodes.named(['a']), layout, otherBoards: [{ gpu: Gpu.H100_SXM5_80GB, layout }],
  });
  expect(pool.slice('3g.40gb').gpu).toBe(A100);
  expect(pool.slice('3g.40gb', { gpu: Gpu.H100_SXM5_80GB })).toMatchObject({ gpu: Gpu.H100_SXM5_80GB });
});

test.each([0, -1, 1.5, NaN])('a pod cannot ask for %d GPUs', count => {
  const { chart, operator } = clusterWith();
  const slice = new DedicatedGpu(chart, 'd', { operator, gpu: A100, nodes: GpuNodes.named(['a'], { gpusPerNode: 4 }) }).wholeGpu();
  expect(() => slice.attachTo(plainDeployment(chart, 'w'), { count })).toThrow(`count must be a whole number from 1, got ${count}`);
});

test('what a claim hands out has the memory of its profile, of its board, or none that is known', () => {
  const of = (device: Parameters<typeof GpuSlice.ofClaim>[1]) => GpuSlice.ofClaim('speech', device).memoryMib;
  expect(of({ kind: GpuSliceKind.MIG, gpu: A100, profile: '3g.40gb' })).toBe(40_192);
  expect(of({ kind: GpuSliceKind.WHOLE, gpu: Gpu.H100_SXM5_80GB })).toBe(81_079);
  expect(of({ kind: GpuSliceKind.WHOLE, gpu: A100 })).toBe(81_920);
  expect(of({ kind: GpuSliceKind.MPS, gpu: A100 })).toBeUndefined();
  expect(of({ kind: GpuSliceKind.WHOLE })).toBeUndefined();
  expect(of({ kind: GpuSliceKind.WHOLE, memoryMib: 1000 })).toBe(1000);
});

test('profiles that are not there are told beside those that are, in their order', () => {
  const { chart, operator } = clusterWith();
  const layouts = [GpuLayout.of({ '3g.40gb': 1, '2g.20gb': 1 }), GpuLayout.of({ '1g.10gb': 7 })];
  expect(() => new TimeSlicedGpu(chart, 't', { operator, gpu: A100, nodes: GpuNodes.named(['a']), replicas: 2, layouts, profiles: ['7g.80gb'] }))
    .toThrow('profile 7g.80gb is to be shared, but the layouts have 1g.10gb, 2g.20gb, 3g.40gb [DP-007]');
});

test('a plan plays arrivals on its boards, and reads them first', () => {
  const plan = GpuPlan.of({ gpus: [{ gpu: A100, count: 1 }], workloads: [{ name: 'a', profiles: ['3g.40gb'] }] });
  const arrivals = ['3g.40gb', '3g.40gb', '1g.10gb'].map((profile, index) => ({ name: String(index), profile }));
  expect(plan.simulate(arrivals)).toMatchObject({ arrivals: 3, placed: 2, waiting: 1 });
  expect(() => plan.simulate([{ profile: '3g.40gb' } as never])).toThrow('GpuPlan.simulate: arrivals[0].name is missing');
});

describe('those that take turns on a claimed device', () => {
  // 81,920 MiB of an A100, for two
  const errors = (...footprints: ModelFootprint[]) => {
    const { chart } = clusterWith(dra);
    const slice = new GpuSlice({
      access: SliceAccess.claim('shared'), kind: GpuSliceKind.TIME_SLICED, pool: 'gpu/t', gpu: A100, replicas: 2, memoryMib: 81_920,
    });
    footprints.forEach((footprint, index) => { noteTenant(plainDeployment(chart, `w${index}`), slice, footprint, 1); });
    return chart.node.root.node.validate().join();
  };
  const engine = ModelFootprint.ofLlm(LlmArchitecture.of('meta-llama/Llama-3.1-8B-Instruct'));

  test('meet by what they need, and an engine that takes a fraction by its part', () => {
    expect(errors(ModelFootprint.measured(30_000), ModelFootprint.measured(30_000))).toBe('');
    expect(errors(engine, ModelFootprint.measured(20_000))).toBe('');
    expect(errors(engine, ModelFootprint.measured(45_000))).toContain('gpu/w1 (45000 MiB), gpu/w0 (40960 MiB) may meet on one claim shared on '
      + 'NVIDIA-A100-SXM4-80GB of pool gpu/t: 85960 MiB together, the device has 81920 MiB [MEM-001]');
  });
});
