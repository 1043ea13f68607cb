import { GpuAllocation, GpuNodes, GpuTaintEffect, SliceAccess } from '../../src/allocation';
import { DraDriverSettings, driverChartValues, gpuClusterSpec, operatorChartValues } from '../../src/allocation/dra/gpu-cluster';
import { Gpu, GpuLayout } from '../../src/hardware';
import { DedicatedGpu, MigPartitionedGpu, TimeSlicedGpu } from '../../src/pools';
import { GpuOperatorVersion, KubernetesVersion } from '../../src/releases';
import { clusterWith, manifestOf } from '../cluster';

const OWN = { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' };
const TEAM = { key: 'team', operator: 'Equal', value: 'a', effect: 'NoExecute' };
const settings = (more: Partial<DraDriverSettings> = {}): DraDriverSettings => ({ gates: [], sharesMemory: false, tolerations: [], ...more });

describe('the settings of the DRA driver', () => {
  test('say nothing of gates, of shared memory and of taints where there are none', () => {
    expect(gpuClusterSpec(settings())).toEqual({ draDriver: { computeDomains: { enabled: false } } });
    expect(operatorChartValues(settings()))
      .toEqual({ clusterPolicy: { deployCR: false }, gpuCluster: { deployCR: false }, driver: { nvidiaDriverCRD: { enabled: true } } });
    expect(driverChartValues(settings()))
      .toEqual({ gpuResourcesEnabledOverride: true, resources: { gpus: { enabled: true }, computeDomains: { enabled: false } } });
  });

  // a list of ours takes the place of the chart's own, so it has the toleration of GPU nodes again
  test('tolerate the taints of pools after that of GPU nodes: driver, operator and the workers of NFD', () => {
    const tolerations = [OWN, TEAM];
    expect(gpuClusterSpec(settings({ tolerations: [TEAM] }))).toMatchObject({ daemonsets: { tolerations } });
    expect(operatorChartValues(settings({ tolerations: [TEAM] }))).toMatchObject({ 'node-feature-discovery': { worker: { tolerations } } });
    expect(driverChartValues(settings({ tolerations: [TEAM] }))).toMatchObject({ kubeletPlugin: { tolerations } });
  });

  test('switch gates on in order, and the shares of memory', () => {
    const switched = settings({ gates: ['MPSSupport', 'DynamicMIG'] });
    const featureGates = '"featureGates":{"DynamicMIG":true,"MPSSupport":true}';
    expect(JSON.stringify(gpuClusterSpec(switched))).toContain(featureGates);
    expect(JSON.stringify(driverChartValues(switched))).toContain(featureGates);
    expect(gpuClusterSpec(settings({ sharesMemory: true })))
      .toMatchObject({ draDriver: { gpus: { kubeletPlugin: { env: [{ name: 'CONSUMABLE_SHARES', value: 'memory' }] } } } });
    expect(driverChartValues(settings({ sharesMemory: true }))).toHaveProperty('consumableShares');
  });
});

describe('what is decided for pools', () => {
  const nodes = (name: string) => GpuNodes.named([name]);
  const halves = GpuLayout.of({ '3g.40gb': 2 });

  test('is nothing where there are none', () => {
    const releases = { gpuOperator: GpuOperatorVersion.V26_7, kubernetes: KubernetesVersion.V1_37 };
    const { operator } = clusterWith({ releases, allocation: GpuAllocation.DRA });
    expect(operator.decisions).toEqual([]);
  });

  test('says that NFD owns the labels where a rule writes those of a MIG pool, and only there', () => {
    const said = (make: (cluster: ReturnType<typeof clusterWith>) => unknown) => {
      const cluster = clusterWith();
      make(cluster);
      return cluster.operator.decisions.some(each => each.includes('NFD owns'));
    };
    expect(said(({ chart, operator }) => new MigPartitionedGpu(chart, 'm', { operator, gpu: Gpu.A100_SXM4_80GB, nodes: nodes('a'), layout: halves }))).toBe(true);
    expect(said(({ chart, operator }) => new DedicatedGpu(chart, 'd', { operator, nodes: nodes('a') }))).toBe(false);
    expect(said(({ chart, operator }) =>
      new MigPartitionedGpu(chart, 'm', { operator, gpu: Gpu.A100_SXM4_80GB, nodes: GpuNodes.labeled({ a: 'b' }), layout: halves }))).toBe(false);
  });

  test('asks for labels only of nodes that need some', () => {
    const { chart, operator } = clusterWith();
    new DedicatedGpu(chart, 'd', { operator, nodes: GpuNodes.labeled({ a: 'b' }) });
    const mig = new MigPartitionedGpu(chart, 'm', { operator, gpu: Gpu.A100_SXM4_80GB, nodes: GpuNodes.labeled({ c: 'd' }), layout: halves });
    const label = `nvidia.com/mig.config=${mig.nodeLabels['nvidia.com/mig.config']}`;
    expect(operator.decisions.filter(each => each.includes('set these labels'))).toEqual([`gpu/m: set these labels on nodes labelled c=d: ${label}.`]);
  });

  test('writes the files of sharing in the order of their names', () => {
    const { chart, operator } = clusterWith();
    for (const name of ['z', 'b', 'k']) { new TimeSlicedGpu(chart, name, { operator, nodes: nodes(name), replicas: 2 + name.charCodeAt(0) % 5 }); }
    const keys = Object.keys(manifestOf(chart, 'ConfigMap').data);
    expect(keys).toHaveLength(3);
    expect(keys).toEqual([...keys].sort());
  });

  test('refuses profiles with attributes before 26.7, and those without never', () => {
    const { chart, operator } = clusterWith({ releases: { gpuOperator: GpuOperatorVersion.V25_10 } });
    const of = (id: string, layout: GpuLayout) => () =>
      new MigPartitionedGpu(chart, id, { operator, gpu: Gpu.A100_SXM4_80GB, nodes: nodes(id), layout });
    expect(of('a', halves)).not.toThrow();
    expect(of('b', GpuLayout.of({ '1g.10gb+me': 1, '2g.20gb': 1 }))).toThrow(/STR-004/);
  });

  test('leaves the taints of no pool out', () => {
    const { chart, operator } = clusterWith();
    const taints = [{ key: 'team', value: 'a', effect: GpuTaintEffect.NO_EXECUTE }];
    for (const id of ['d', 'e']) { new DedicatedGpu(chart, id, { operator, nodes: GpuNodes.named([id], { taints }) }); }
    expect(manifestOf(chart, 'ClusterPolicy').spec.daemonsets.tolerations).toEqual([OWN, TEAM]);
  });
});

test('the name of a claim has 253 characters at most', () => {
  expect(SliceAccess.claim('a'.repeat(253)).claimName).toHaveLength(253);
  expect(() => SliceAccess.claim('a'.repeat(254))).toThrow('is not the name of a ResourceClaim: at most 253 lower case letters');
});
