import { App, Chart, Testing } from 'cdk8s';
import { ClusterPolicy, GpuNodes, GpuTaintEffect } from '../../src/allocation';
import { Gpu, GpuLayout } from '../../src/hardware';
import { GpuOperator } from '../../src/operator';
import { refuseConflict } from '../../src/operator/pool-conflicts';
import { DedicatedGpu, MigPartitionedGpu, MpsSharedGpu, TimeSlicedGpu } from '../../src/pools';
import { clusterWith, plainDeployment, RELEASES } from '../cluster';

const gpu = Gpu.A100_SXM4_80GB;
const nodes = GpuNodes.named(['a'], { gpusPerNode: 1 });
const layouts = [GpuLayout.of({ '3g.40gb': 2 })];

/** What a program in JavaScript, a cast or a value from a file can hand over: a sentence, never a TypeError. */
describe('props that no compiler saw', () => {
  const pools: [string, (props: any) => unknown, Record<string, unknown>][] = [
    ['DedicatedGpu', props => new DedicatedGpu(props.chart, 'p', props.given), { nodes }],
    ['MigPartitionedGpu', props => new MigPartitionedGpu(props.chart, 'p', props.given), { nodes, gpu, layouts }],
    ['TimeSlicedGpu', props => new TimeSlicedGpu(props.chart, 'p', props.given), { nodes, gpu, replicas: 2, layouts, profiles: ['3g.40gb'], devicePlugin: { renameByDefault: true } }],
    ['MpsSharedGpu', props => new MpsSharedGpu(props.chart, 'p', props.given), { nodes, gpu, replicas: 2, devicePlugin: { renameByDefault: true } }],
  ];
  const wrong = [null, 7, 'text', [], {}, () => 1];

  test.each(pools)('%s names the prop and what to give, for every prop and every kind of value', (_, make, right) => {
    const { operator } = clusterWith();
    for (const key of ['operator', ...Object.keys(right)]) {
      for (const value of wrong) {
        const { chart } = clusterWith();
        let message = '';
        try { make({ chart, given: { operator, ...right, [key]: value } }); } catch (error) { message = `${(error as Error).name}: ${(error as Error).message}`; }
        expect(message).not.toMatch(/^TypeError|Cannot read|is not a function|undefined/);
      }
    }
    expect(() => make({ chart: clusterWith().chart, given: undefined })).toThrow('gpu/p: the props are missing; give an object with');
    expect(() => make({ chart: clusterWith().chart, given: {} })).toThrow('gpu/p: operator is missing; give the GpuOperator of the cluster');
  });

  test('name the nearest prop for one that is unknown', () => {
    const { chart, operator } = clusterWith();
    expect(() => new MigPartitionedGpu(chart, 'p', { operator, nodes, gpu, layout: layouts[0], layots: layouts } as any))
      .toThrow('gpu/p: layots is no property there; did you mean layouts?');
    expect(() => new TimeSlicedGpu(chart, 'p', { operator, nodes, replicas: 2, devicePlugin: { renameByDefalt: true } } as any))
      .toThrow('gpu/p: devicePlugin.renameByDefalt is no property there; did you mean renameByDefault?');
  });

  test.each<[string, any, RegExp]>([
    ['nothing', undefined, /the props are missing; give an object with releases/],
    ['no releases', {}, /releases is missing; give an object/],
    ['a release as text', { releases: { gpuOperator: '26.7' } }, /releases.gpuOperator is a text; give a release such as GpuOperatorVersion.of/],
    ['a form of the policy as text', { ...RELEASES, clusterPolicy: 'partial' }, /clusterPolicy is a text; give one such as ClusterPolicy.partial/],
    ['a namespace that is none', { ...RELEASES, namespace: 'GPU_Operator' }, /namespace "GPU_Operator" is no name of a namespace/],
    ['an unknown strategy', { ...RELEASES, migStrategy: 'both' }, /migStrategy is "both"; give one of none, single, mixed/],
    ['an old name', { ...RELEASES, clusterPolicyName: 'x' }, /clusterPolicyName is no property there; did you mean clusterPolicy\?/],
  ])('of GpuOperator: %s', (_, props, message) => {
    expect(() => new GpuOperator(Testing.chart(), 'op', props)).toThrow(message);
  });

  test('of ClusterPolicy: values that a manifest cannot hold are refused with a secret in them', () => {
    expect(() => ClusterPolicy.partial({ overrides: { driver: { token: `ghp_${'a'.repeat(36)}` } } })).toThrow(/ClusterPolicy/);
  });

  test.each<[string, () => GpuNodes, RegExp]>([
    ['names that are no list', () => GpuNodes.named('a' as any), /names is a text; give a list/],
    ['a label key', () => GpuNodes.labeled({ 'a b': 'x' }), /"a b" is no key/],
    ['a label value', () => GpuNodes.labeled({ pool: 'a b' }), /pool has the value "a b"/],
    ['a number as label value', () => GpuNodes.labeled({ pool: 7 as any }), /labels\.pool is 7; give a text/],
    ['a taint effect', () => GpuNodes.named(['a'], { taints: [{ key: 'team', effect: 'NoRun' as any }] }), /taints\[0\].effect is "NoRun"; give one of NoSchedule, PreferNoSchedule, NoExecute/],
    ['a taint key', () => GpuNodes.named(['a'], { taints: [{ key: '', effect: GpuTaintEffect.NO_EXECUTE }] }), /a taint: "" is no key/],
    ['an unknown option', () => GpuNodes.named(['a'], { gpuPerNode: 1 } as any), /gpuPerNode is no property there; did you mean gpusPerNode\?/],
  ])('of GpuNodes: %s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});

test('replicas that cannot reach the kubelet in one message are refused', () => {
  const { chart, operator } = clusterWith();
  expect(() => new TimeSlicedGpu(chart, 'many', { operator, nodes, replicas: 1e9 })).toThrow(/1000000000 replicas of a device do not fit the message.*77672 at most/);
  expect(new TimeSlicedGpu(chart, 'p', { operator, nodes, replicas: 100 }).share().replicas).toBe(100);
});

describe('pools of one operator', () => {
  test('have names of their own, also in two charts and after lower-casing', () => {
    const app = new App();
    const [first, second] = ['one', 'two'].map(id => new Chart(app, id));
    const operator = new GpuOperator(first, 'gpu-operator', RELEASES);
    new DedicatedGpu(first, 'llm', { operator, nodes });
    expect(() => new DedicatedGpu(second, 'llm', { operator, nodes: GpuNodes.named(['b']) })).toThrow(/two\/llm: its name in labels and files is "llm", as that of pool one\/llm/);
    expect(() => new DedicatedGpu(first, 'LLM', { operator, nodes: GpuNodes.named(['c']) })).toThrow(/one\/LLM: its name in labels and files is "llm"/);
  });

  test('cannot both have all nodes with one PCI id, unless the subsystem tells the boards apart', () => {
    const { chart, operator } = clusterWith();
    const all = GpuNodes.withBoard();
    new DedicatedGpu(chart, 'a16', { operator, gpu: Gpu.A16, nodes: all });
    new DedicatedGpu(chart, 'a2', { operator, gpu: Gpu.A2, nodes: all }); // the same PCI id, another subsystem
    expect(() => new DedicatedGpu(chart, 'again', { operator, gpu: Gpu.A2, nodes: all })).toThrow(/all nodes with A2.* are already in pool gpu\/a2/);
    const declared = (id: string, subsystems: string[]) => ({
      path: `gpu/${id}`, name: id, nodes: all, boards: [], gpus: [{ id, name: id, pciDeviceIds: ['0x25B610DE'], pciSubsystemIds: subsystems } as unknown as Gpu],
    });
    expect(() => refuseConflict(declared('unknown', []), declared('known', ['0x14A9']))).toThrow(/unknown has a PCI id of known, so all its nodes are already in pool gpu\/known/);
    expect(() => refuseConflict(declared('one', ['0x157E']), declared('known', ['0x14A9']))).not.toThrow();
  });

  test('are of its App', () => {
    const { operator } = clusterWith();
    expect(() => new DedicatedGpu(Testing.chart(), 'p', { operator, nodes })).toThrow(/operator gpu\/gpu-operator is in another App/);
  });
});

test('a slice of another cluster of the same App is an error at synthesis', () => {
  const app = new App();
  const [east, west] = ['east', 'west'].map(id => new Chart(app, id));
  const operator = new GpuOperator(east, 'gpu-operator', RELEASES);
  new GpuOperator(west, 'gpu-operator', RELEASES);
  const pool = new DedicatedGpu(east, 'llm', { operator, nodes });
  pool.wholeGpu().attachTo(plainDeployment(west, 'stray'));
  expect(() => Testing.synth(west)).toThrow(/west\/stray: it is in the cluster of west\/gpu-operator, and takes a slice of pool east\/llm/);
});
