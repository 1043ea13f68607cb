import { parse } from 'yaml';
import { GpuNodes, MigStrategy, SharedDevicesAllocationPolicy, SliceAccess } from '../../src/allocation';
import { Gpu, GpuIsolation, GpuLayout, GpuSliceKind } from '../../src/hardware';
import { DedicatedGpu, MigPartitionedGpu, MpsSharedGpu, TimeSlicedGpu } from '../../src/pools';
import { GpuOperatorVersion } from '../../src/releases';
import { clusterWith, manifestOf } from '../cluster';

const A100 = Gpu.A100_SXM4_80GB;
const whole = GpuLayout.whole();
const nodes = GpuNodes.named(['gpu-1', 'gpu-2'], { gpusPerNode: 3 });

describe('MigPartitionedGpu', () => {
  const layouts = [GpuLayout.of({ '3g.40gb': 2 }), whole, whole];

  test('hands out slices with resource, memory, number and place', () => {
    const { chart, operator } = clusterWith();
    const pool = new MigPartitionedGpu(chart, 'mig', { operator, gpu: A100, nodes, layouts });
    const slice = pool.slice('3g.40gb');
    expect(slice).toMatchObject({ access: SliceAccess.resource('nvidia.com/mig-3g.40gb'), kind: GpuSliceKind.MIG, memoryMib: 40192, capacity: 4, replicas: 1 });
    expect(slice.isolation).toBe(GpuIsolation.HARDWARE);
    expect(slice.nodeSelector).toEqual({
      'nvidia.com/mig.config': pool.nodeLabels['nvidia.com/mig.config'], 'nvidia.com/mig.config.state': 'success', 'nvidia.com/gpu.product': 'NVIDIA-A100-SXM4-80GB',
    });
    expect(pool.wholeGpu()).toMatchObject({ access: SliceAccess.resource('nvidia.com/gpu'), capacity: 4 });
  });

  test('asks for no whole GPU beside a slice, so that the NIM Operator adds none', () => {
    const { chart, operator } = clusterWith();
    const pool = new MigPartitionedGpu(chart, 'mig', { operator, gpu: A100, nodes, layouts });
    expect(pool.slice('3g.40gb').resources).toEqual({ 'nvidia.com/mig-3g.40gb': '1', 'nvidia.com/gpu': '0' });
    expect(pool.wholeGpu().resources).toEqual({ 'nvidia.com/gpu': '1' });
  });

  test('under single, slices are nvidia.com/gpu and the product label says the profile', () => {
    const { chart, operator } = clusterWith({ migStrategy: MigStrategy.SINGLE });
    const pool = new MigPartitionedGpu(chart, 'mig', { operator, gpu: A100, nodes, layout: GpuLayout.of({ '1g.10gb': 7 }) });
    expect(pool.slice('1g.10gb')).toMatchObject({ access: SliceAccess.resource('nvidia.com/gpu'), capacity: 42 });
    expect(pool.slice('1g.10gb').nodeSelector['nvidia.com/gpu.product']).toBe('NVIDIA-A100-SXM4-80GB-MIG-1g.10gb');
  });

  test('under single, a product label longer than a label may be is not selected', () => {
    const { chart, operator } = clusterWith({ migStrategy: MigStrategy.SINGLE });
    const pool = new MigPartitionedGpu(chart, 'mig', { operator, gpu: Gpu.RTX_PRO_6000_MAXQ, nodes, layout: GpuLayout.of({ '1g.24gb': 4 }) });
    expect(Object.keys(pool.slice('1g.24gb').nodeSelector)).not.toContain('nvidia.com/gpu.product');
  });

  test.each<[string, () => Partial<ConstructorParameters<typeof MigPartitionedGpu>[2]>, RegExp]>([
    ['a layout that does not fit', () => ({ layouts: [GpuLayout.of({ '3g.40gb': 2, '1g.10gb': 1 }), whole, whole] }),
      /gpu\/mig: layout 1g.10gb=1,3g.40gb=2 does not fit NVIDIA-A100-SXM4-80GB: needs 9 memory slices, the GPU has 8; compute slices 7 of 7 \[MIG-032\]/],
    ['too few layouts', () => ({ layouts: [whole] }), /1 layouts for nodes with 3 GPUs.*MIG-015/],
    ['both forms of layouts', () => ({ layouts, layout: layouts[0] }), /give either layout/],
    ['a board without MIG', () => ({ gpu: Gpu.L40S, layouts }), /L40S 48GB cannot do MIG \[MIG-016\]/],
    ['nothing cut', () => ({ layouts: [whole, whole, whole] }), /use DedicatedGpu/],
    ['the same board twice', () => ({ layouts, otherBoards: [{ gpu: A100, layouts }] }), /given twice \[MIG-027\]/],
    ['a compute instance under mixed', () => ({ layout: GpuLayout.of({ '1c.3g.40gb': 1 }) }), /1c.3g.40gb/],
  ])('refuses %s', (_, props, message) => {
    const { chart, operator } = clusterWith();
    expect(() => new MigPartitionedGpu(chart, 'mig', { operator, gpu: A100, nodes, ...props() } as any)).toThrow(message);
  });

  test('refuses two profiles under single', () => {
    const { chart, operator } = clusterWith({ migStrategy: MigStrategy.SINGLE });
    expect(() => new MigPartitionedGpu(chart, 'mig', { operator, gpu: A100, nodes, layouts })).toThrow(/STR-001/);
  });

  test('refuses +me before 26.7, where it has no resource of its own', () => {
    const layout = GpuLayout.of({ '1g.10gb+me': 1 });
    for (const version of [GpuOperatorVersion.V25_10, GpuOperatorVersion.V26_3]) {
      const { chart, operator } = clusterWith({ releases: { gpuOperator: version } });
      expect(() => new MigPartitionedGpu(chart, 'mig', { operator, gpu: A100, nodes, layout })).toThrow(/1g.10gb\+me under the name of the base profile.*STR-004/);
    }
    const { chart, operator } = clusterWith({ releases: { gpuOperator: GpuOperatorVersion.V26_7 } });
    expect(new MigPartitionedGpu(chart, 'mig', { operator, gpu: A100, nodes, layout }).slice('1g.10gb+me').access.resourceName).toBe('nvidia.com/mig-1g.10gb.me');
  });

  test('refuses a slice and a whole GPU that no layout has, saying what there is', () => {
    const { chart, operator } = clusterWith();
    const pool = new MigPartitionedGpu(chart, 'mig', { operator, gpu: A100, nodes, layout: GpuLayout.of({ '3g.40gb': 2 }) });
    expect(() => pool.slice('1g.10gb')).toThrow('gpu/mig: no GPU of the pool has a 1g.10gb; it has 3g.40gb=2 [CAP-001]');
    expect(() => pool.wholeGpu()).toThrow(/no GPU of the pool is left whole/);
  });

  test('leaves the number of slices unknown when the number of nodes is', () => {
    const { chart, operator } = clusterWith();
    const pool = new MigPartitionedGpu(chart, 'mig', { operator, gpu: A100, nodes: GpuNodes.withBoard(), layout: GpuLayout.of({ '3g.40gb': 2 }) });
    expect(pool.slice('3g.40gb').capacity).toBeUndefined();
  });
});

describe('TimeSlicedGpu', () => {
  test('shares every GPU of its nodes', () => {
    const { chart, operator } = clusterWith();
    const pool = new TimeSlicedGpu(chart, 'ts', { operator, gpu: A100, nodes, replicas: 2 });
    expect(parse(manifestOf(chart, 'ConfigMap').data[pool.nodeLabels['nvidia.com/device-plugin.config']])).toEqual({
      version: 'v1',
      sharing: { timeSlicing: { renameByDefault: false, failRequestsGreaterThanOne: true, resources: [{ name: 'nvidia.com/gpu', replicas: 2 }] } },
    });
    const share = pool.share();
    expect(share).toMatchObject({ access: SliceAccess.resource('nvidia.com/gpu'), kind: GpuSliceKind.TIME_SLICED, capacity: 12, replicas: 2, memoryIsShared: true });
    expect(share.isolation).toBe(GpuIsolation.NONE);
    expect(share.nodeSelector['nvidia.com/gpu.product']).toBe('NVIDIA-A100-SXM4-80GB-SHARED');
  });

  test('renamed, is a resource of its own and keeps the product label', () => {
    const { chart, operator } = clusterWith();
    const share = new TimeSlicedGpu(chart, 'ts', { operator, gpu: A100, nodes, replicas: 2, devicePlugin: { renameByDefault: true } }).share();
    expect(share.resources).toEqual({ 'nvidia.com/gpu.shared': '1', 'nvidia.com/gpu': '0' });
    expect(share.nodeSelector['nvidia.com/gpu.product']).toBe('NVIDIA-A100-SXM4-80GB');
  });

  test('shares a MIG device of one GPU and leaves the others whole', () => {
    const { chart, operator } = clusterWith();
    const pool = new TimeSlicedGpu(chart, 'ts', { operator, gpu: A100, nodes, replicas: 2, layouts: [GpuLayout.of({ '7g.80gb': 1 }), whole, whole] });
    expect(pool.share()).toMatchObject({ access: SliceAccess.resource('nvidia.com/mig-7g.80gb'), kind: GpuSliceKind.MIG_TIME_SLICED, memoryMib: 80384, capacity: 4 });
    expect(pool.wholeGpu()).toMatchObject({ access: SliceAccess.resource('nvidia.com/gpu'), kind: GpuSliceKind.WHOLE, capacity: 4 });
    expect(parse(manifestOf(chart, 'ConfigMap', /sharing/).data[pool.nodeLabels['nvidia.com/device-plugin.config']])).toMatchObject({
      flags: { migStrategy: 'mixed' }, sharing: { timeSlicing: { resources: [{ name: 'nvidia.com/mig-7g.80gb', replicas: 2 }] } },
    });
    expect(manifestOf(chart, 'ClusterPolicy').spec.mig.strategy).toBe('mixed');
  });

  test.each([0, 1, 1.5, -2, NaN])('refuses %d replicas', replicas => {
    const { chart, operator } = clusterWith();
    expect(() => new TimeSlicedGpu(chart, 'ts', { operator, nodes, replicas })).toThrow(/from 2, got .*DP-004/);
  });

  test('has an allocation policy from 26.7', () => {
    const allocationPolicy = SharedDevicesAllocationPolicy.PACKED;
    const old = clusterWith({ releases: { gpuOperator: GpuOperatorVersion.V26_3 } });
    expect(() => new TimeSlicedGpu(old.chart, 'ts', { operator: old.operator, nodes, replicas: 2, devicePlugin: { allocationPolicy } })).toThrow(/DP-010/);
    const { chart, operator } = clusterWith();
    const pool = new TimeSlicedGpu(chart, 'ts', { operator, nodes, replicas: 2, devicePlugin: { allocationPolicy } });
    expect(parse(manifestOf(chart, 'ConfigMap').data[pool.nodeLabels['nvidia.com/device-plugin.config']]).flags).toEqual({ plugin: { sharedDevicesAllocationPolicy: 'packed' } });
  });

  test('refuses to share a profile that no layout has', () => {
    const { chart, operator } = clusterWith();
    expect(() => new TimeSlicedGpu(chart, 'ts', { operator, gpu: A100, nodes, replicas: 2, layouts: [GpuLayout.of({ '3g.40gb': 2 }), whole, whole], profiles: ['7g.80gb'] }))
      .toThrow(/profile 7g.80gb is to be shared, but the layouts have 3g.40gb \[DP-007\]/);
  });
});

describe('MpsSharedGpu', () => {
  test('gives each client its part of the board', () => {
    const { chart, operator } = clusterWith();
    const share = new MpsSharedGpu(chart, 'mps', { operator, gpu: Gpu.L40S, nodes, replicas: 10 }).share();
    expect(share).toMatchObject({ memoryMib: 4606, capacity: 60, kind: GpuSliceKind.MPS, memoryIsShared: false });
    expect(share.isolation).toBe(GpuIsolation.LIMITS);
  });

  test.each([[Gpu.L40S, 49, 48], [Gpu.V100_SXM2_32GB, 17, 16], [undefined, 49, 48]])('%s takes no %i clients', (gpu, replicas, limit) => {
    const { chart, operator } = clusterWith();
    expect(() => new MpsSharedGpu(chart, 'mps', { operator, gpu, nodes, replicas })).toThrow(new RegExp(`${replicas} replicas, but MPS takes at most ${limit} clients.*MPS-002`));
  });

  test('cannot relax the limit of one share before 26.7', () => {
    const { chart, operator } = clusterWith({ releases: { gpuOperator: GpuOperatorVersion.V26_3 } });
    expect(() => new MpsSharedGpu(chart, 'mps', { operator, nodes, replicas: 2, devicePlugin: { failRequestsGreaterThanOne: false } })).toThrow(/DP-017/);
  });
});

describe('DedicatedGpu', () => {
  test('is found by a label of its own where the nodes have none', () => {
    const { chart, operator } = clusterWith();
    const pool = new DedicatedGpu(chart, 'llm', { operator, gpu: A100, nodes });
    expect(pool.wholeGpu().nodeSelector).toEqual({ 'cdk8s-gpu/pool': 'llm', 'nvidia.com/gpu.product': 'NVIDIA-A100-SXM4-80GB' });
    expect(manifestOf(chart, 'NodeFeatureRule').spec.rules[0].labels).toEqual({ 'cdk8s-gpu/pool': 'llm' });
  });

  test('is found by the label that the nodes already have', () => {
    const { chart, operator } = clusterWith();
    const pool = new DedicatedGpu(chart, 'llm', { operator, nodes: GpuNodes.labeled({ 'cloud/pool': 'a100' }) });
    expect(pool.wholeGpu().nodeSelector).toEqual({ 'cloud/pool': 'a100' });
    expect(pool.nodeLabels).toEqual({});
  });
});

describe('GpuNodes', () => {
  test.each<[string, () => GpuNodes, RegExp]>([
    ['no names', () => GpuNodes.named([]), /at least one/],
    ['a name twice', () => GpuNodes.named(['a', 'a']), /node a twice/],
    ['a name that is none', () => GpuNodes.named(['GPU_1']), /"GPU_1" is not a node name/],
    ['a count that contradicts', () => GpuNodes.named(['a'], { count: 2 }), /contradicts/],
    ['no labels', () => GpuNodes.labeled({}), /at least one label/],
    ['half a GPU', () => GpuNodes.withBoard({ gpusPerNode: 0.5 }), /gpusPerNode must be a whole number from 1, got 0.5/],
    ['more GPUs than a node has', () => GpuNodes.withBoard({ gpusPerNode: 65 }), /gpusPerNode 65 is more than any node has \(64 at most\)/],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(message);
  });

  test('by board need the board', () => {
    const { chart, operator } = clusterWith();
    expect(() => new DedicatedGpu(chart, 'llm', { operator, nodes: GpuNodes.withBoard() })).toThrow(/gpu\/llm: GpuNodes.withBoard\(\) needs the pool's gpu/);
  });
});
