import * as fs from 'fs';
import * as path from 'path';
import { App, Chart, Testing } from 'cdk8s';
import { NamingBackend } from './naming-backend';
import { GpuAllocation, GpuNodes } from '../../src/allocation';
import { Gpu, GpuLayout } from '../../src/hardware';
import { BACKENDS } from '../../src/operator/backends';
import { DedicatedGpu, MigPartitionedGpu, MpsSharedGpu, TimeSlicedGpu } from '../../src/pools';
import { clusterWith } from '../cluster';

/** Pools and examples over a back end that knows neither file nor policy: what comes out must not depend on the device plugin. */
const real = { ...BACKENDS };
let backend: NamingBackend;

beforeEach(() => { for (const way of Object.values(GpuAllocation)) { BACKENDS[way] = () => backend = new NamingBackend(); } });
afterAll(() => { Object.assign(BACKENDS, real); });

const KINDS_OF_BACKENDS = [
  'ConfigMap', 'ClusterPolicy', 'NodeFeatureRule', 'Node', 'DeviceClass', 'ResourceClaim', 'ResourceClaimTemplate', 'GPUCluster',
];

/** The scripts and the dashboards of a benchmark are ConfigMaps too. */
function isOfBackend({ kind, data }: any): boolean {
  return KINDS_OF_BACKENDS.includes(kind) && !Object.keys(data ?? {}).some(name => /\.(?:mjs|json)$/.test(name));
}

const folder = path.join(__dirname, '..', '..', 'examples');
const examples = fs.readdirSync(folder).filter(name => fs.existsSync(path.join(folder, name, 'chart.ts'))).flatMap(name =>
  Object.entries(jest.requireActual(path.join(folder, name, 'chart.ts')) as Record<string, new (app: App, id: string) => Chart>)
    .map(([chart, Example]) => ({ title: `${name}: ${chart}`, Example })));

test.each(examples)('$title comes out of another back end without anything of the real ones', ({ Example }) => {
  const manifests: any[] = Testing.synth(new Example(new App(), 'chart'));
  expect(manifests.length).toBeGreaterThan(0);
  expect(manifests.filter(isOfBackend)).toEqual([]);
  const others = manifests.filter(({ kind }) => kind !== 'ConfigMap'); // a benchmark says in one what it expects to find
  expect(JSON.stringify(others)).not.toMatch(/nvidia\.com\/(mig|gpu\.(shared|product)|device-plugin)/);
  expect(JSON.stringify(manifests)).toContain('gpus.example.com/');
});

test('a pool of every kind says what it means, and hands out what the back end offers', () => {
  const { chart, operator } = clusterWith();
  const on = (name: string) => GpuNodes.named([name], { gpusPerNode: 1 });
  const gpu = Gpu.A100_SXM4_80GB;
  const slices = [
    new DedicatedGpu(chart, 'whole', { operator, gpu, nodes: on('a') }).wholeGpu(),
    new MigPartitionedGpu(chart, 'mig', { operator, gpu, nodes: on('b'), layouts: [GpuLayout.of({ '3g.40gb': 2 })] }).slice('3g.40gb'),
    new TimeSlicedGpu(chart, 'turns', { operator, gpu, nodes: on('c'), replicas: 3 }).share(),
    new TimeSlicedGpu(chart, 'mig-turns', { operator, gpu, nodes: on('d'), replicas: 2, layouts: [GpuLayout.of({ '7g.80gb': 1 })] }).share(),
    new MpsSharedGpu(chart, 'mps', { operator, gpu, nodes: on('e'), replicas: 4 }).share(),
  ];
  expect(slices.map(slice => slice.access.resourceName)).toEqual([
    'gpus.example.com/whole.whole', 'gpus.example.com/mig.mig.3g.40gb', 'gpus.example.com/turns.time-sliced',
    'gpus.example.com/mig-turns.mig-time-sliced.7g.80gb', 'gpus.example.com/mps.mps',
  ]);
  expect(slices.map(slice => slice.nodeSelector)).toEqual(['whole', 'mig', 'turns', 'mig-turns', 'mps'].map(pool => ({ 'gpus.example.com/pool': pool })));
  expect(backend.pools.map(({ sharing, boards }) => [sharing, boards.flatMap(board => board.layouts!.map(String))])).toEqual([
    [undefined, []],
    [undefined, ['3g.40gb=2']],
    [{ method: 'timeSlicing', replicas: 3, profiles: [] }, []],
    [{ method: 'timeSlicing', replicas: 2, profiles: ['7g.80gb'] }, ['7g.80gb=1']],
    [{ method: 'mps', replicas: 4, profiles: [] }, []],
  ]);
  expect(operator.decisions[0]).toBe('gpu/whole is served.');
  expect(() => operator.renderMergePatch()).toThrow(/gpu\/gpu-operator: allocation is device-plugin, which has no ClusterPolicy/);
});
