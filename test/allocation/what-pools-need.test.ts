import {
  ClusterPolicy, DraAccess, DraMig, GpuAllocation, GpuNodes, GpuTaintEffect, MigBoardLayouts, NodeLabelForm, PoolDeclaration, PoolSharing,
} from '../../src/allocation';
import { layoutRules } from '../../src/allocation/device-plugin/layout-rules';
import { migPartedFile } from '../../src/allocation/device-plugin/mig-parted-file';
import { devicesOf, refuseUnlessPossible } from '../../src/allocation/dra/refusals';
import { tolerationsOfAll } from '../../src/allocation/tolerations';
import { Gpu, GpuLayout } from '../../src/hardware';
import { DedicatedGpu, MigPartitionedGpu, TimeSlicedGpu } from '../../src/pools';
import { GpuOperatorVersion, KubernetesVersion } from '../../src/releases';
import { clusterWith, manifestsOf, plainDeployment } from '../cluster';

const H100 = Gpu.H100_SXM5_80GB;
const whole = GpuLayout.whole();
const halves = GpuLayout.of({ '3g.40gb': 2 });
const mixed = GpuLayout.of({ '3g.40gb': 1, '1g.10gb': 2 });

function declared(boards: MigBoardLayouts[], nodes: GpuNodes, more: Partial<PoolDeclaration> = {}): PoolDeclaration {
  return { path: 'app/pool', name: 'pool', nodes, gpus: boards.map(({ gpu }) => gpu), boards, ...more };
}

describe('how many devices a claim can get', () => {
  const on = (count: number, gpusPerNode?: number) => GpuNodes.named(Array.from({ length: count }, (_, index) => `n-${index}`), { gpusPerNode });
  const uncounted = GpuNodes.labeled({ a: 'b' }, { gpusPerNode: 4 });

  test.each<[string, MigBoardLayouts[], GpuNodes, string | undefined, number | undefined]>([
    ['whole GPUs of nodes', [], on(3, 4), undefined, 12],
    ['whole GPUs, not known how many a node has', [], on(3), undefined, undefined],
    ['whole GPUs of nodes that nobody counted', [], uncounted, undefined, undefined],
    ['slices, each GPU cut alike', [{ gpu: H100, layout: mixed }], on(3, 4), '1g.10gb', 3 * 4 * 2],
    ['slices that no layout has', [{ gpu: H100, layout: mixed }], on(3, 4), '2g.20gb', 0],
    ['slices, each GPU cut alike, not known how many', [{ gpu: H100, layout: mixed }], on(3), '1g.10gb', undefined],
    ['slices, each GPU cut its own way', [{ gpu: H100, layouts: [mixed, halves, whole] }], on(5), '3g.40gb', 5 * (1 + 2)],
    ['GPUs left whole beside slices', [{ gpu: H100, layouts: [mixed, whole, whole] }], on(5), undefined, 5 * 2],
    ['slices of two boards of a node', [{ gpu: H100, layouts: [mixed] }, { gpu: Gpu.A100_SXM4_80GB, layouts: [halves] }], on(2), '3g.40gb', 2 * (1 + 2)],
    ['slices of two boards, one not known how often', [{ gpu: H100, layout: mixed }, { gpu: Gpu.A100_SXM4_80GB, layouts: [halves] }], on(2), '3g.40gb', undefined],
  ])('%s', (_, boards, nodes, profile, expected) => {
    expect(devicesOf(declared(boards, nodes), profile)).toBe(expected);
  });
});

describe('what a driver cannot do for a pool beside others', () => {
  const nodes = GpuNodes.named(['a']);
  const mps: PoolSharing = { method: 'mps', replicas: 2, profiles: [] };
  const cut = declared([{ gpu: H100, layout: halves }], nodes, { path: 'app/cut' });
  const shared = declared([], nodes, { path: 'app/mps', gpus: [H100], sharing: mps });
  const plain = declared([], nodes, { path: 'app/plain' });
  const asks: unknown[] = [];
  const note = (...needed: unknown[]) => { asks.push(needed); };
  const releases = { need: note, needOfDriver: note } as never;
  const refused = (pool: PoolDeclaration, others: PoolDeclaration[], mig: DraMig) => () => refuseUnlessPossible(pool, others, mig, releases);

  test('MPS beside GPUs that are cut as claims come, whichever is first, and not beside those that were cut before', () => {
    expect(refused(cut, [plain, shared], DraMig.DYNAMIC)).toThrow('app/mps: it is shared through MPS, and app/cut is cut as claims come');
    expect(refused(shared, [plain, cut], DraMig.DYNAMIC)).toThrow('app/mps: it is shared through MPS, and app/cut is cut as claims come');
    expect(refused(cut, [plain, shared], DraMig.STATIC)).not.toThrow();
    expect(refused(shared, [plain, cut], DraMig.STATIC)).not.toThrow();
    expect(refused(cut, [plain], DraMig.DYNAMIC)).not.toThrow();
  });

  test('gates are asked for where something is cut as claims come, or shared through MPS', () => {
    const asked = (pool: PoolDeclaration, mig: DraMig) => {
      asks.length = 0;
      refused(pool, [], mig)();
      return JSON.stringify(asks).match(/partitionableDevices|DynamicMIG|MPSSupport/g) ?? [];
    };
    expect(asked(cut, DraMig.DYNAMIC)).toEqual(['partitionableDevices', 'DynamicMIG']);
    expect(asked(cut, DraMig.STATIC)).toEqual([]);
    expect(asked(shared, DraMig.DYNAMIC)).toEqual(['MPSSupport']);
    expect(asked(plain, DraMig.DYNAMIC)).toEqual([]);
  });
});

describe('the mig-parted file', () => {
  test('has its configs in the order of their names, after all-disabled', () => {
    const entry = [{ 'devices': 'all', 'mig-enabled': true, 'mig-devices': { '3g.40gb': 2 } }] as never;
    expect(Object.keys(migPartedFile(new Map([['z', entry], ['b', entry], ['k', entry]]))['mig-configs'])).toEqual(['all-disabled', 'b', 'k', 'z']);
  });

  test('tells several boards apart by their PCI ids, and must know them', () => {
    const of = (...gpus: Gpu[]) => layoutRules('app/pool', gpus.map(gpu => ({ gpu, layout: whole })));
    expect(of(H100, Gpu.A30).map(({ deviceFilters }) => deviceFilters)).toEqual([H100.pciDeviceIds, Gpu.A30.pciDeviceIds]);
    expect(of(Gpu.GB300_STATION_252GB).map(({ deviceFilters }) => deviceFilters)).toEqual([undefined]);
    expect(() => of(H100, Gpu.GB300_STATION_252GB))
      .toThrow(`app/pool: the PCI id of ${Gpu.GB300_STATION_252GB.name} is not known, so it cannot be told from the other board of the pool`);
  });
});

describe('taints of pools', () => {
  const taint = (key: string, value?: string) => ({ key, value, effect: GpuTaintEffect.NO_SCHEDULE });

  test('are tolerated once, in one order, whichever node comes first', () => {
    const nodes = [[taint('b'), taint('a', '1')], [], [taint('a', '1'), taint('a', '0')]].map(taints => ({ taints }));
    const expected = [
      { key: 'a', operator: 'Equal', value: '0', effect: 'NoSchedule' }, { key: 'a', operator: 'Equal', value: '1', effect: 'NoSchedule' },
      { key: 'b', operator: 'Exists', effect: 'NoSchedule' },
    ];
    expect(tolerationsOfAll(nodes)).toEqual(expected);
    expect(tolerationsOfAll([...nodes].reverse())).toEqual(expected);
    expect(tolerationsOfAll([])).toEqual([]);
  });

  test('are told to a person for the workers of NFD, where the chart\'s values do not say them', () => {
    const said = (clusterPolicy: ClusterPolicy, taints: ReturnType<typeof taint>[]) => {
      const { chart, operator } = clusterWith({ clusterPolicy });
      new DedicatedGpu(chart, 'd', { operator, nodes: GpuNodes.named(['a'], { taints }) });
      return operator.decisions.some(each => each.includes('workers must tolerate them too'));
    };
    expect(said(ClusterPolicy.partial(), [taint('team')])).toBe(true);
    expect(said(ClusterPolicy.helmValues(), [taint('team')])).toBe(false);
    expect(said(ClusterPolicy.partial(), [])).toBe(false);
  });
});

test('a Node object says how many GPUs it has, and its layouts where a claim cuts it, or nothing', () => {
  const annotations = (gpusPerNode: number | undefined, more: object = {}) => {
    const { chart, operator } = clusterWith({ nodeLabels: NodeLabelForm.NODE_OBJECTS, ...more });
    new MigPartitionedGpu(chart, 'm', { operator, gpu: H100, nodes: GpuNodes.named(['a'], { gpusPerNode }), layout: halves });
    return manifestsOf(chart, 'Node').map(({ metadata }: any) => metadata.annotations);
  };
  expect(annotations(2)).toEqual([{ 'cdk8s-gpu/gpus-per-node': '2' }]);
  expect(annotations(undefined)).toEqual([undefined]);
});

describe('by claims', () => {
  const releases = { gpuOperator: GpuOperatorVersion.V26_7, kubernetes: KubernetesVersion.V1_37 };
  const cluster = (dra: object) => clusterWith({ releases, allocation: GpuAllocation.DRA, dra });

  test('nobody cuts beforehand what the driver cuts as claims come', () => {
    const told = (mig: DraMig) => {
      const { chart, operator } = cluster({ mig });
      new MigPartitionedGpu(chart, 'm', { operator, gpu: H100, nodes: GpuNodes.named(['a'], { gpusPerNode: 1 }), layout: halves });
      return operator.decisions.filter(each => each.includes('before the DRA driver starts'));
    };
    expect(told(DraMig.DYNAMIC)).toEqual([]);
    expect(told(DraMig.STATIC)).toHaveLength(1);
  });

  test('a class offers a resource where pods ask by resources, and not where they claim', () => {
    const offered = (access: DraAccess) => {
      const { chart, operator } = cluster({ access });
      new MigPartitionedGpu(chart, 'm', { operator, gpu: H100, nodes: GpuNodes.named(['a']), layout: halves }).slice('3g.40gb').attachTo(plainDeployment(chart, 'w'));
      return manifestsOf(chart, 'DeviceClass').map(({ spec }: any) => spec.extendedResourceName);
    };
    expect(offered(DraAccess.EXTENDED_RESOURCE)).toEqual(['nvidia.com/mig-3g.40gb']);
    expect(offered(DraAccess.CLAIM)).toEqual([undefined]);
  });
});

test('a shared pool beside a cut one needs no gate of the other', () => {
  const { chart, operator } = clusterWith();
  new TimeSlicedGpu(chart, 't', { operator, gpu: H100, nodes: GpuNodes.named(['t']), replicas: 2 });
  new MigPartitionedGpu(chart, 'm', { operator, gpu: H100, nodes: GpuNodes.named(['m']), layout: halves });
  expect(operator.decisions.join()).not.toContain('gate');
});
