import { Chart } from 'cdk8s';
import { parse } from 'yaml';
import { DraMig, DraSetup, GpuAllocation, GpuNodes } from '../../src/allocation';
import { GpuFit, GpuMemory, ModelFootprint } from '../../src/fit';
import { Gpu, GpuIsolation, GpuLayout } from '../../src/hardware';
import { NimModel } from '../../src/models';
import { NimService } from '../../src/nim';
import { GpuOperatorProps } from '../../src/operator';
import { MigPartitionedGpu, MpsSharedGpu, TimeSlicedGpu } from '../../src/pools';
import { DraDriverVersion, GpuOperatorVersion, KubernetesVersion } from '../../src/releases';
import { GpuChecks } from '../../src/synthesis';
import { clusterWith, manifestOf, manifestsOf, plainDeployment } from '../cluster';

const A100 = Gpu.A100_SXM4_80GB; // 81920 MiB, of which CUDA sees less
const on = (name: string, gpusPerNode = 2) => GpuNodes.named([name], { gpusPerNode });

function draCluster(kubernetes: string, props: Partial<GpuOperatorProps> = {}) {
  const releases = { gpuOperator: GpuOperatorVersion.V26_7, kubernetes: KubernetesVersion.of(kubernetes) };
  return clusterWith({ releases, allocation: GpuAllocation.DRA, ...props });
}

type Cluster = ReturnType<typeof draCluster>;
const turnsOf = ({ chart, operator }: Cluster, replicas = 4) => new TimeSlicedGpu(chart, 'turns', { operator, gpu: A100, nodes: on('a'), replicas });
const requestsOf = (chart: Chart) => manifestsOf(chart, 'ResourceClaimTemplate').map(({ spec }) => spec.spec.devices.requests);

describe('memory that is set aside', () => {
  test('is claimed by each pod of its own, from any device of the pool', () => {
    const cluster = draCluster('1.37');
    const share = turnsOf(cluster).share(undefined, { memoryMib: 20480 });
    expect(share).toMatchObject({ memoryMib: 20480, memoryIsSetAside: true, memoryIsShared: false, isolation: GpuIsolation.NONE });
    expect(share).toMatchObject({ replicas: 4, capacity: 8 });
    share.attachTo(plainDeployment(cluster.chart, 'w'));
    expect(requestsOf(cluster.chart)).toEqual([[{ name: 'gpu', exactly: { deviceClassName: 'gpu.nvidia.com', capacity: { requests: { memory: '20Gi' } } } }]]);
    expect(manifestOf(cluster.chart, 'GPUCluster').spec.draDriver).toEqual({
      featureGates: { ConsumableShares: true },
      gpus: { kubeletPlugin: { env: [{ name: 'CONSUMABLE_SHARES', value: 'memory' }] } },
      computeDomains: { enabled: false },
    });
    expect(manifestOf(cluster.chart, 'ResourceClaimTemplate').metadata.annotations['cdk8s-gpu/needs']).toBe('Kubernetes: DRAConsumableCapacity; DRA driver: ConsumableShares');
    expect(cluster.operator.decisions.join('\n')).toContain('The scheduler keeps the account, and nothing else does');
    expect(GpuChecks.of(cluster.chart).errors).toEqual([]);
  });

  test('is written as Kubernetes writes it back', () => {
    const cluster = draCluster('1.37');
    const pool = turnsOf(cluster, 8);
    for (const memoryMib of [10240, 10241]) { pool.share(undefined, { memoryMib }).attachTo(plainDeployment(cluster.chart, `w-${memoryMib}`)); }
    expect(requestsOf(cluster.chart).map(([{ exactly }]) => exactly.capacity.requests.memory)).toEqual(['10Gi', '10241Mi']);
  });

  test('of a MIG device is refused: the first claim would take its multiprocessors, and so all of it', () => {
    const { chart, operator } = draCluster('1.37');
    const layouts = [GpuLayout.of({ '3g.40gb': 2 }), GpuLayout.whole()];
    const pool = new TimeSlicedGpu(chart, 'turns', { operator, gpu: A100, nodes: on('a'), replicas: 2, layouts });
    expect(() => pool.share('3g.40gb', { memoryMib: 15000 })).toThrow(/memory of a 3g.40gb cannot be claimed in parts: .*multiprocessors.*no other fits/);
  });

  test.each([
    [Gpu.H100_SXM5_80GB, DraMig.DYNAMIC, /gpu\/turns: its memory is claimed in parts, and gpu\/mig is cut as claims come: of a whole H100.*DraMig.STATIC/],
    [Gpu.H100_SXM5_80GB, DraMig.STATIC, undefined],
    [A100, DraMig.DYNAMIC, undefined],
    [Gpu.L40S, DraMig.DYNAMIC, undefined],
  ])('of a whole %s beside GPUs that are cut (%s) is refused where the driver publishes more than memory, whichever comes first', (gpu, mig, message) => {
    const cut = ({ chart, operator }: Cluster) =>
      new MigPartitionedGpu(chart, 'mig', { operator, gpu: Gpu.H100_SXM5_80GB, nodes: on('b'), layout: GpuLayout.of({ '3g.40gb': 2 }) });
    const setAside = ({ chart, operator }: Cluster) =>
      new TimeSlicedGpu(chart, 'turns', { operator, gpu, nodes: on('a'), replicas: 8 }).share(undefined, { memoryMib: 20480 });
    for (const [first, second] of [[cut, setAside], [setAside, cut]]) {
      const cluster = draCluster('1.37', { dra: { mig } });
      first(cluster);
      if (message === undefined) { second(cluster); } else { expect(() => second(cluster)).toThrow(message); }
    }
  });

  test('lets pods of several namespaces and several sizes onto one device, and the whole device be had by another', () => {
    const cluster = draCluster('1.37');
    const pool = turnsOf(cluster);
    const [one, other] = ['one', 'other'].map(namespace => new Chart(cluster.app, namespace, { namespace }));
    pool.share(undefined, { memoryMib: 20480 }).attachTo(plainDeployment(one, 'w'));
    pool.share(undefined, { memoryMib: 20480 }).attachTo(plainDeployment(other, 'w'));
    pool.share(undefined, { memoryMib: 51200 }).attachTo(plainDeployment(other, 'x'));
    pool.wholeGpu().attachTo(plainDeployment(other, 'y'));
    expect(manifestsOf(cluster.chart, 'ResourceClaimTemplate').map(({ metadata }) => metadata.namespace)).toEqual(['one', 'other', 'other']);
  });

  test('is what an engine gets, which sees the whole board', () => {
    const cluster = draCluster('1.37');
    const slice = turnsOf(cluster, 2).share(undefined, { memoryMib: 40960 });
    const serving = { contextLength: 8192, concurrency: 4 };
    new NimService(cluster.chart, 'llm', { model: NimModel.LLAMA_3_1_8B_INSTRUCT, slice, serving });
    const fraction = manifestOf(cluster.chart, 'NIMService').spec.env.find(({ name }: any) => name === 'NIM_GPU_MEM_FRACTION').value;
    // the accounts add up to 81920 MiB, of which not all is usable: each takes its part of what is
    expect(Number(fraction)).toBeGreaterThan(0.45);
    expect(Number(fraction)).toBeLessThanOrEqual(0.5);
    expect(() => new NimService(cluster.chart, 'big', {
      model: NimModel.PARAKEET_1_1B_CTC_EN_US, slice, footprint: ModelFootprint.measured(41000),
    })).toThrow(/40960 MiB of NVIDIA-A100-SXM4-80GB.*\[MEM-001\]/s);
  });

  test.each<[string, string, object | undefined, RegExp]>([
    ['on Kubernetes 1.35 with its gate off', '1.35', undefined,
      /feature gate DRAConsumableCapacity off: .*takes the whole device.*kubernetesGates: \['DRAConsumableCapacity'\].*1.36 or later/],
    ['on Kubernetes 1.34, whose scheduler looks at the first device only', '1.34.2', { kubernetesGates: ['DRAConsumableCapacity'] },
      /Kubernetes 1.34.2 cannot have the feature gate DRAConsumableCapacity on: from 1.35 .*first device of a slice.*1.36 or later/],
    ['on Kubernetes 1.33, which has no such gate', '1.33', { setup: DraSetup.DRIVER_CHART, kubernetesGates: ['DRAConsumableCapacity'] },
      /1.33 cannot have the feature gate DRAConsumableCapacity/],
  ])('is refused %s, by its name', (_, kubernetes, dra, message) => {
    const pool = turnsOf(draCluster(kubernetes, { dra }));
    expect(() => pool.share(undefined, { memoryMib: 20480 })).toThrow(message);
  });

  test('is refused where the driver is too old', () => {
    const releases = { gpuOperator: GpuOperatorVersion.V26_7, kubernetes: KubernetesVersion.V1_37, draDriver: DraDriverVersion.V0_4 };
    const pool = turnsOf(clusterWith({ releases, allocation: GpuAllocation.DRA, dra: { setup: DraSetup.DRIVER_CHART } }));
    expect(() => pool.share(undefined, { memoryMib: 20480 })).toThrow(/DRA driver 0.4 has no feature gate ConsumableShares.*from 0.5/);
  });

  test('beside MPS is refused, whichever comes first', () => {
    const mps = ({ chart, operator }: Cluster) => new MpsSharedGpu(chart, 'mps', { operator, gpu: Gpu.L4, nodes: on('b'), replicas: 4 });
    const setAside = (cluster: Cluster) => turnsOf(cluster).share(undefined, { memoryMib: 20480 });
    for (const [first, second] of [[mps, setAside], [setAside, mps]]) {
      const cluster = draCluster('1.37');
      first(cluster);
      expect(() => second(cluster)).toThrow(/gpu\/mps: it is shared through MPS, and memory of gpu\/turns is claimed in parts: .*\[DRA-010\]/);
    }
    expect(() => mps(draCluster('1.37')).share({ memoryMib: 1000 })).toThrow(/MPS gives each client the same part.*\[DRA-010\]/);
  });

  test('must be a part of a device, and no more parts of one than there are replicas', () => {
    const pool = turnsOf(draCluster('1.37'));
    expect(() => pool.share(undefined, { memoryMib: 90000 })).toThrow(/90000 MiB are to be set aside, and a device of the pool has 81920 \[CAP-001\]/);
    expect(() => pool.share(undefined, { memoryMiB: 20480 } as any)).toThrow(/gpu\/turns: share.*memoryMiB.*memoryMib/s);
    expect(() => pool.share(undefined, { memoryMib: '20480' } as any)).toThrow(/memoryMib/);
    expect(() => pool.share(undefined, null as any)).toThrow(/gpu\/turns: share/);
    expect(() => pool.share(undefined, { memoryMib: 10.5 })).toThrow(/must be a whole number of MiB/);
    expect(() => pool.share(undefined, { memoryMib: 16384 })).toThrow(/let 5 containers onto a device of 81920 MiB, and the pool has replicas: 4; set at least 16385 MiB/);
    expect(pool.share(undefined, { memoryMib: 16385 }).capacity).toBe(8);
    expect(() => pool.share(undefined, { memoryMib: 20480, group: 'speech' })).toThrow(/give one of group and memoryMib/);
  });

  test('is refused by the device plugin, which names the one that can', () => {
    const cluster = clusterWith();
    expect(() => turnsOf(cluster).share(undefined, { memoryMib: 20480 })).toThrow(/cannot say how much memory of a device is set aside for a container; a claim can: allocation: GpuAllocation.DRA/);
  });

  test('goes into the values of the driver\'s own chart', () => {
    const cluster = draCluster('1.37', { dra: { setup: DraSetup.DRIVER_CHART } });
    turnsOf(cluster).share(undefined, { memoryMib: 20480 });
    expect(parse(cluster.operator.renderHelmValues())).toMatchObject({ featureGates: { ConsumableShares: true }, consumableShares: 'memory' });
  });
});

describe('gates that somebody switched on', () => {
  const gates = ['DRAPartitionableDevices', 'DRAExtendedResource', 'DRAConsumableCapacity'];
  test('are no errors of the rules, which go by what Kubernetes has on by itself', () => {
    const cluster = draCluster('1.35', { dra: { kubernetesGates: gates } });
    const layout = GpuLayout.of({ '3g.40gb': 2 });
    const pool = new MigPartitionedGpu(cluster.chart, 'mig', { operator: cluster.operator, gpu: Gpu.H100_SXM5_80GB, nodes: on('b'), layout });
    pool.slice('3g.40gb').attachTo(plainDeployment(cluster.chart, 'w'));
    turnsOf(cluster).share(undefined, { memoryMib: 20480 }).attachTo(plainDeployment(cluster.chart, 'x'));
    expect(() => cluster.app.synthYaml()).not.toThrow();
  });

  test('are nothing that an object is accepted for where they are on by themselves', () => {
    const cluster = draCluster('1.37', { dra: { mig: DraMig.DYNAMIC, kubernetesGates: gates } });
    turnsOf(cluster).share(undefined, { memoryMib: 20480 }).attachTo(plainDeployment(cluster.chart, 'x'));
    expect(cluster.app.synthYaml()).not.toContain('cdk8s-gpu/acknowledge');
  });
});

test('a part of a device leaves as much unused of it as the device has that cannot be used', () => {
  const half = GpuMemory.setAside(A100, 40960);
  expect(half).toMatchObject({ limitMib: 40960, visibleMib: GpuMemory.wholeGpu(A100).visibleMib, needsFraction: true });
  const most = half._safeMib;
  expect(most * 2).toBeLessThanOrEqual(half.visibleMib);
  expect(GpuFit.check(ModelFootprint.measured(most), half).verdict).toBe('fits');
});
