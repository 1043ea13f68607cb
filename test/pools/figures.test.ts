import { Testing } from 'cdk8s';
import { parse } from 'yaml';
import { GpuAllocation, GpuNodes, SliceAccess } from '../../src/allocation';
import { InferenceEngine, ModelFootprint } from '../../src/fit';
import { Gpu, GpuLayout, GpuSliceKind } from '../../src/hardware';
import { LlmArchitecture } from '../../src/models';
import { DedicatedGpu, GpuSlice, MigPartitionedGpu, MpsSharedGpu, TimeSlicedGpu } from '../../src/pools';
import { takesFraction } from '../../src/pools/memory/memory-check';
import { shareOfSlice } from '../../src/pools/memory/share-of-slice';
import { checkReplicas, checkSetAside } from '../../src/pools/sharing-limits';
import { GpuOperatorVersion, KubernetesVersion } from '../../src/releases';
import { clusterWith, manifestOf } from '../cluster';

// Every figure was worked out by hand.

const A100 = Gpu.A100_SXM4_80GB;
const whole = GpuLayout.whole();
const halves = GpuLayout.of({ '3g.40gb': 2 });
const mixed = GpuLayout.of({ '3g.40gb': 1, '2g.20gb': 1, '1g.10gb': 1 });
const nodes = (count: number, gpusPerNode?: number) => GpuNodes.named(Array.from({ length: count }, (_, index) => `n-${index}`), { gpusPerNode });
const dra = { releases: { gpuOperator: GpuOperatorVersion.V26_7, kubernetes: KubernetesVersion.V1_37 }, allocation: GpuAllocation.DRA };

describe('how many there are of a slice', () => {
  const mig = (layouts: GpuLayout | GpuLayout[], on: GpuNodes) => {
    const { chart, operator } = clusterWith();
    return new MigPartitionedGpu(chart, 'mig', { operator, gpu: A100, nodes: on, ...(Array.isArray(layouts) ? { layouts } : { layout: layouts }) });
  };

  test('is nodes times GPUs times those of a layout, where all GPUs have one', () => {
    expect(mig(halves, nodes(3, 4)).slice('3g.40gb').capacity).toBe(3 * 4 * 2);
    expect(mig(mixed, nodes(3, 4)).slice('1g.10gb').capacity).toBe(3 * 4 * 1);
  });

  test('is nodes times the sum of the layouts, where each GPU has its own', () => {
    const pool = mig([halves, mixed, whole, whole], nodes(5));
    expect([pool.slice('3g.40gb').capacity, pool.slice('1g.10gb').capacity, pool.wholeGpu().capacity]).toEqual([5 * 3, 5, 5 * 2]);
  });

  test('is not known where the GPUs of a node are not, or the nodes', () => {
    expect(mig(halves, nodes(3)).slice('3g.40gb').capacity).toBeUndefined();
    expect(mig(halves, GpuNodes.labeled({ a: 'b' }, { gpusPerNode: 2 })).slice('3g.40gb').capacity).toBeUndefined();
    expect(mig(halves, GpuNodes.labeled({ a: 'b' }, { gpusPerNode: 2, count: 2 })).slice('3g.40gb').capacity).toBe(8);
  });

  test('is not known where a node may have any of several boards', () => {
    const { chart, operator } = clusterWith();
    const pool = new MigPartitionedGpu(chart, 'mig', {
      operator, gpu: A100, nodes: nodes(2, 2), layouts: [halves, whole], otherBoards: [{ gpu: Gpu.H100_SXM5_80GB, layouts: [GpuLayout.of({ '1g.10gb': 7 }), whole] }],
    });
    expect([pool.slice('3g.40gb').capacity, pool.wholeGpu().capacity]).toEqual([undefined, undefined]);
    expect(pool.slice('1g.10gb')).toMatchObject({ gpu: Gpu.H100_SXM5_80GB, memoryMib: 9984 });
    expect(() => pool.slice('1g.10gb', { gpu: A100 })).toThrow('gpu/mig: no GPU of the pool has a 1g.10gb; it has 3g.40gb=2, whole (A100 SXM4 80GB); 1g.10gb=7, whole (H100 SXM5 80GB) [CAP-001]');
  });

  test('is every GPU of a dedicated pool, and as many shares as replicas', () => {
    const { chart, operator } = clusterWith();
    expect(new DedicatedGpu(chart, 'd', { operator, gpu: A100, nodes: nodes(3, 4) }).wholeGpu()).toMatchObject({ capacity: 12, memoryMib: 81920 });
    expect(new DedicatedGpu(chart, 'e', { operator, nodes: GpuNodes.named(['x']) }).wholeGpu()).toMatchObject({ capacity: undefined, memoryMib: undefined });
    expect(new TimeSlicedGpu(chart, 't', { operator, gpu: Gpu.L40S, nodes: GpuNodes.named(['y'], { gpusPerNode: 4 }), replicas: 3 }).share()).toMatchObject({ capacity: 12, memoryMib: 45459 });
  });
});

describe('the smallest of several slices', () => {
  const pool = (layouts: GpuLayout[], otherBoards?: { gpu: Gpu; layouts: GpuLayout[] }[]) => {
    const { chart, operator } = clusterWith(dra);
    return new MigPartitionedGpu(chart, 'mig', { operator, gpu: A100, nodes: nodes(2, layouts.length), layouts, otherBoards });
  };

  test('says its own profile and memory, and counts them all', () => {
    expect(pool([mixed, halves]).firstAvailable(['3g.40gb', '1g.10gb', '3g.40gb'])).toMatchObject({ profile: '1g.10gb', memoryMib: 9728, capacity: 2 * (1 + 3) });
  });

  test('is told by memory slices before compute slices', () => {
    const both = GpuLayout.of({ '1g.20gb': 1, '2g.20gb': 1, '1g.10gb': 1 });
    expect(pool([both]).firstAvailable(['2g.20gb', '1g.20gb']).profile).toBe('1g.20gb');
    expect(pool([both]).firstAvailable(['1g.20gb', '1g.10gb']).profile).toBe('1g.10gb');
  });

  test('is of 2 to 8 profiles of one board', () => {
    const all = GpuLayout.of({ '1g.10gb': 1, '2g.20gb': 1, '3g.40gb': 1 });
    expect(() => pool([all]).firstAvailable(['1g.10gb', '1g.10gb'])).toThrow('firstAvailable takes 2 to 8 different profiles, got 1; for one profile use slice()');
    expect(() => pool([all]).firstAvailable([])).toThrow('got 0');
    const two = pool([GpuLayout.of({ '4g.40gb': 1 })], [{ gpu: Gpu.H100_SXM5_80GB, layouts: [all] }]);
    expect(() => two.firstAvailable(['4g.40gb', '1g.10gb'])).toThrow('the profiles of firstAvailable are of different boards; make a pool for each board');
  });

  test('of a board has all of several together where one layout has, each as often as it is wanted', () => {
    const mig = pool([halves, mixed]);
    expect(mig.onOneBoard(['3g.40gb', '3g.40gb']).map(({ profile, memoryMib, capacity }) => [profile, memoryMib, capacity])).toEqual([['3g.40gb', 40192, undefined], ['3g.40gb', 40192, undefined]]);
    expect(mig.onOneBoard(['3g.40gb', '1g.10gb'])).toHaveLength(2);
    expect(() => mig.onOneBoard(['1g.10gb', '1g.10gb'])).toThrow('no GPU of the pool has 1g.10gb and 1g.10gb together');
    expect(() => mig.onOneBoard(['3g.40gb'])).toThrow('onOneBoard takes 2 to 32 profiles, got 1; for one slice use slice()');
    expect(() => mig.onOneBoard(Array<string>(33).fill('1g.10gb'))).toThrow('onOneBoard takes 2 to 32 profiles, got 33');
    expect(() => mig.onOneBoard(Array<string>(32).fill('1g.10gb'))).toThrow('together');
  });
});

describe('an MPS pool', () => {
  const share = (props: Partial<ConstructorParameters<typeof MpsSharedGpu>[2]>) => {
    const { chart, operator } = clusterWith();
    return new MpsSharedGpu(chart, 'mps', { operator, nodes: nodes(2, 2), replicas: 2, ...props });
  };

  test.each([[Gpu.L40S, 48, 959], [Gpu.V100_SXM2_32GB, 16, 2048], [Gpu.T4, 48, 320], [undefined, 48, undefined]])('of %s takes %i clients, each with %s MiB', (gpu, replicas, memoryMib) => {
    expect(share({ gpu, replicas }).share()).toMatchObject({ memoryMib, replicas, capacity: 4 * replicas });
  });

  test('of a board that cannot do MPS is refused', () => {
    const none = Gpu.all().find(({ supportsMps }) => !supportsMps)!;
    expect(() => share({ gpu: none })).toThrow(`gpu/mps: ${none.name} cannot be shared through MPS [MPS-002]; use TimeSlicedGpu`);
  });

  test('sets no memory aside', () => {
    expect(() => share({ gpu: Gpu.L40S }).share({ memoryMib: 1000 })).toThrow('MPS gives each client the same part of the memory');
  });

  // MPS without the field refuses by itself, in every release (DP-017)
  test.each([[undefined, undefined], [true, true], [false, false]])('says of requests for several shares what was asked for: %s is %s in the file', (failRequestsGreaterThanOne, written) => {
    const { chart, operator } = clusterWith();
    const pool = new MpsSharedGpu(chart, 'mps', { operator, gpu: Gpu.L40S, nodes: nodes(1), replicas: 4, devicePlugin: { failRequestsGreaterThanOne } });
    const file = parse(manifestOf(chart, 'ConfigMap').data[pool.nodeLabels['nvidia.com/device-plugin.config']]);
    expect(file).toEqual({
      version: 'v1',
      sharing: { mps: { renameByDefault: false, ...(written !== undefined && { failRequestsGreaterThanOne: written }), resources: [{ name: 'nvidia.com/gpu', replicas: 4 }] } },
    });
  });

  test('is beside a MIG strategy of each node, and refused under mixed', () => {
    const { chart, operator } = clusterWith({ migStrategy: 'mixed' as never });
    expect(() => new MpsSharedGpu(chart, 'mps', { operator, nodes: nodes(1), replicas: 2 })).toThrow(/STR-006/);
  });
});

describe('what a slice is to the fit check', () => {
  const slice = (more: Partial<ConstructorParameters<typeof GpuSlice>[0]>) =>
    new GpuSlice({ access: SliceAccess.resource('nvidia.com/gpu'), kind: GpuSliceKind.WHOLE, pool: 'p', ...more });
  const limit = (more: Parameters<typeof slice>[0], tenants = 1) => shareOfSlice(slice(more), tenants)?.limitMib;

  test('is its memory where the board is not known, and nothing where that is not known either', () => {
    expect([limit({ memoryMib: 1000 }), limit({})]).toEqual([1000, undefined]);
  });

  // A100: 40,192 MiB of 3g.40gb; 0.97 of 81,920 are 79,462.4
  test.each<[string, Parameters<typeof slice>[0], number]>([
    ['a whole board', {}, 79_462], ['a slice', { kind: GpuSliceKind.MIG, profile: '3g.40gb' }, 40_192],
    ['a third of a slice', { kind: GpuSliceKind.MIG_TIME_SLICED, profile: '3g.40gb' }, 13_397], ['a third of a board', { kind: GpuSliceKind.TIME_SLICED }, 26_487],
    ['an MPS share by its replicas', { kind: GpuSliceKind.MPS, replicas: 4 }, 20_480],
    ['what is set aside', { kind: GpuSliceKind.TIME_SLICED, memoryMib: 5000, memoryIsSetAside: true }, 5000],
  ])('is %s', (_, more, mib) => { expect(limit({ gpu: A100, ...more }, 3)).toBe(mib); });

  test('is a part of the device for engines that take a fraction', () => {
    const llama = LlmArchitecture.of('meta-llama/Llama-3.1-8B-Instruct');
    expect(takesFraction(ModelFootprint.ofLlm(llama))).toBe(true);
    expect(takesFraction(ModelFootprint.ofLlm(llama, { engine: InferenceEngine.LLAMA_CPP }))).toBe(false);
    expect(takesFraction(ModelFootprint.measured(1000))).toBe(false);
  });
});

describe('memory of a pool', () => {
  const mig = (gpu: Gpu, layouts: GpuLayout[]) => {
    const { chart, operator } = clusterWith(dra);
    return new MigPartitionedGpu(chart, 'mig', { operator, gpu, nodes: nodes(1), layouts });
  };

  test('of a GPU that is left whole is what is usable, or the total where that is not known', () => {
    expect(mig(Gpu.H100_SXM5_80GB, [halves, whole]).wholeGpu().memoryMib).toBe(81_079);
    expect(mig(A100, [halves, whole]).wholeGpu().memoryMib).toBe(81_920);
  });

  test('of the smallest of several slices is not known where one of them is not', () => {
    expect(mig(Gpu.GH200_144GB, [GpuLayout.of({ '1g.18gb': 1, '3g.72gb': 1 })]).firstAvailable(['1g.18gb', '3g.72gb']).memoryMib).toBeUndefined();
  });
});

describe('memory that is set aside', () => {
  const check = (memoryMib: number, deviceMib: number | undefined = 10_000, replicas = 4) => () => checkSetAside('p', memoryMib, deviceMib, replicas);

  // 10,000 MiB for 4 at most: 2,001 let 4 in, and 2,000 five
  test('lets no more containers onto a device than the pool has replicas', () => {
    expect(check(2001)).not.toThrow();
    expect(check(2000)).toThrow('p: shares of 2000 MiB let 5 containers onto a device of 10000 MiB, and the pool has replicas: 4; set at least 2001 MiB aside, or raise replicas');
    expect(check(1, 1, 1)).not.toThrow();
  });

  test('is a part of the device', () => {
    expect(check(10_000)).not.toThrow();
    expect(check(10_001)).toThrow('p: 10001 MiB are to be set aside, and a device of the pool has 10000 [CAP-001]; ask for less');
    expect(() => checkSetAside('p', 1000, undefined, 4)).toThrow('p: memoryMib is a part of the memory of a device, and that of this pool is not known');
  });

  test.each([0, -1, 0.5, NaN])('is a whole number of MiB, not %d', memoryMib => {
    expect(check(memoryMib)).toThrow(`p: memoryMib must be a whole number of MiB from 1, got ${memoryMib}`);
  });

  // 81,920 MiB in 4 of 20,480 on each of 4 GPUs; without it all who share name one claim, so one device with 8 replicas
  test('makes as many seats as it fits into a device', () => {
    const { chart, operator } = clusterWith(dra);
    const pool = new TimeSlicedGpu(chart, 't', { operator, gpu: A100, nodes: nodes(2, 2), replicas: 8 });
    expect(pool.share(undefined, { memoryMib: 20_480 })).toMatchObject({ memoryMib: 20_480, memoryIsSetAside: true, capacity: 16 });
    expect(pool.share()).toMatchObject({ memoryMib: 81_920, memoryIsSetAside: false, capacity: 8 });
    expect(pool.wholeGpu()).toMatchObject({ capacity: 4, memoryMib: 81_920 });
  });
});

// the plugin names devices in one message of 4 MiB at most, each in 54 bytes: 4,194,304 / 54 = 77,672.3
test('replicas are 2 to 77,672', () => {
  for (const replicas of [2, 77_672]) { expect(() => checkReplicas('p', replicas)).not.toThrow(); }
  expect(() => checkReplicas('p', 77_673)).toThrow('which takes 77672 at most');
  for (const replicas of [1, 2.5, NaN]) { expect(() => checkReplicas('p', replicas)).toThrow(`p: replicas must be a whole number from 2, got ${replicas} [DP-004]`); }
});

describe('a pool of turns', () => {
  const turns = (props: Partial<ConstructorParameters<typeof TimeSlicedGpu>[2]>) => {
    const { chart, operator } = clusterWith();
    return new TimeSlicedGpu(chart, 't', { operator, gpu: A100, nodes: nodes(2), replicas: 3, ...props });
  };

  test('on MIG devices shares those of its profiles', () => {
    const pool = turns({ layouts: [mixed, halves, whole], profiles: ['3g.40gb', '1g.10gb'] });
    expect(pool.share('3g.40gb')).toMatchObject({ memoryMib: 40192, capacity: 2 * 3 * 3, replicas: 3 });
    expect(pool.share('1g.10gb')).toMatchObject({ memoryMib: 9728, capacity: 2 * 3 });
    expect(pool.wholeGpu()).toMatchObject({ capacity: 2 });
    expect(() => pool.share()).toThrow('gpu/t: the pool shares 1g.10gb, 3g.40gb; say which');
    expect(() => pool.share('2g.20gb')).toThrow('gpu/t: the pool shares 1g.10gb, 3g.40gb; not 2g.20gb');
  });

  test('on whole GPUs has no profile, and none that is whole', () => {
    expect(() => turns({}).share('1g.10gb')).toThrow('gpu/t: the pool shares whole GPUs, not 1g.10gb; give it layouts, or call share() alone');
    expect(() => turns({}).wholeGpu()).toThrow(/gpu\/t: every GPU of the pool is shared \[CAP-001\]/);
    expect(() => turns({ layouts: [halves] }).wholeGpu()).toThrow(/CAP-001/);
  });

  test('has something to share', () => {
    expect(() => turns({ gpu: undefined, layouts: [halves] })).toThrow('gpu/t: layouts need the gpu that they are for');
    expect(() => turns({ layouts: [whole] })).toThrow('gpu/t: the layouts have no MIG device to share; leave layouts out to share whole GPUs [DP-003]');
    expect(() => turns({ layouts: [halves], profiles: [] })).toThrow('[DP-003]');
    expect(() => turns({ profiles: ['3g.40gb'] })).toThrow('gpu/t: profile 3g.40gb is to be shared, but the layouts have no MIG device [DP-007]');
  });
});

describe('layouts of a pool', () => {
  const mig = (props: Partial<ConstructorParameters<typeof MigPartitionedGpu>[2]>) => () => {
    const { chart, operator } = clusterWith();
    return new MigPartitionedGpu(chart, 'mig', { operator, gpu: A100, nodes: nodes(1), ...props });
  };

  test.each<[string, Parameters<typeof mig>[0], string]>([
    ['none at all', {}, 'gpu/mig: give either layout (one for every GPU of the node) or layouts (one per GPU index) for A100 SXM4 80GB'],
    ['an empty list', { layouts: [] }, 'gpu/mig: layouts is empty; give one per GPU of the node'],
    ['one whole layout for all', { layout: whole }, 'gpu/mig: every GPU is left whole; use DedicatedGpu, which needs no MIG'],
    ['more than there are GPUs', { nodes: nodes(1, 1), layouts: [halves, whole] }, 'gpu/mig: 2 layouts for nodes with 1 GPUs'],
    ['one of several that does not fit', { layouts: [whole, GpuLayout.of({ '3g.40gb': 3 })] }, '[MIG-032]'],
    ['a board twice', { layout: halves, otherBoards: [{ gpu: Gpu.H100_SXM5_80GB, layout: halves }, { gpu: Gpu.H100_SXM5_80GB, layout: halves }] },
      'gpu/mig: H100 SXM5 80GB is given twice [MIG-027]; give each board once'],
  ])('%s are refused', (_, props, message) => { expect(mig(props)).toThrow(message); });

  test('are as many as the GPUs of a node, where that is known', () => {
    expect(mig({ nodes: nodes(1, 2), layouts: [halves, whole] })).not.toThrow();
    expect(mig({ nodes: nodes(1), layouts: [halves, whole] })).not.toThrow();
  });
});

test('a pool by board needs a board whose PCI id is known', () => {
  const { chart, operator } = clusterWith();
  const unknown = Gpu.GB300_STATION_252GB; // it has that of its sibling, so its own is left out
  expect(() => new DedicatedGpu(chart, 'd', { operator, gpu: unknown, nodes: GpuNodes.withBoard() }))
    .toThrow(`gpu/d: the PCI id of ${unknown.name} is not known, so its nodes must be given by name or by label`);
  expect(() => new DedicatedGpu(chart, 'e', { operator, gpu: unknown, nodes: nodes(1) })).not.toThrow();
  expect(() => new DedicatedGpu(chart, 'f', { operator, gpu: A100, nodes: GpuNodes.withBoard() })).not.toThrow();
  expect(Testing.synth(chart).length).toBeGreaterThan(0);
});
