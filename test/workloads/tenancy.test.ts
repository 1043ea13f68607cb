import { ApiObject, Chart, Testing } from 'cdk8s';
import * as kplus28 from 'cdk8s-plus-28';
import * as kplus34 from 'cdk8s-plus-34';
import { DraAccess, GpuAllocation, GpuNodes, GpuTaintEffect } from '../../src/allocation';
import { Gpu, GpuLayout, GpuSliceKind } from '../../src/hardware';
import { GpuOperatorProps } from '../../src/operator';
import { DedicatedGpu, GpuSlice, MigPartitionedGpu, TimeSlicedGpu } from '../../src/pools';
import { GpuOperatorVersion, KubernetesVersion, KueueVersion } from '../../src/releases';
import { AppChecks, GpuChecks } from '../../src/synthesis';
import { GpuQueue, GpuQueueProps, GpuTeam, NimCaller, PodSecurityLevel } from '../../src/workloads';
import { clusterWith, plainDeployment } from '../cluster';

const releases = { gpuOperator: GpuOperatorVersion.V26_7, kubernetes: KubernetesVersion.V1_37, kueue: KueueVersion.V0_17 };

function setting(props: Partial<GpuOperatorProps> = {}) {
  const { app, chart, operator } = clusterWith({ releases, ...props });
  const taints = [{ key: 'team', value: 'gpu', effect: GpuTaintEffect.NO_SCHEDULE }];
  const gpu = Gpu.A100_SXM4_80GB;
  const cut = new MigPartitionedGpu(chart, 'cut', { operator, gpu, nodes: GpuNodes.named(['a'], { gpusPerNode: 2, taints }), layout: GpuLayout.of({ '3g.40gb': 2 }) });
  const whole = new DedicatedGpu(chart, 'whole', { operator, gpu, nodes: GpuNodes.labeled({ 'example.com/pool': 'whole' }, { gpusPerNode: 8, count: 1 }) });
  return { chart: new Chart(app, 'tenancy', { namespace: 'kueue-system' }), mig: cut.slice('3g.40gb'), gpu: whole.wholeGpu() };
}

const written = (chart: Chart, kind: string): any[] => Testing.synth(chart).filter((each: any) => each.kind === kind);
const byClaims = { allocation: GpuAllocation.DRA, dra: { access: DraAccess.CLAIM } };

describe('a team', () => {
  test('has a namespace, a quota of slices and its pods to itself', () => {
    const { chart, mig, gpu } = setting();
    new GpuTeam(chart, 'vision', {
      namespace: 'vision',
      podSecurity: PodSecurityLevel.RESTRICTED,
      labels: { cost: 'a' },
      allowances: [{ slice: mig, count: 2 }, { slice: gpu, count: 0 }],
      callers: [NimCaller.namespace('gateway')],
    });
    expect(written(chart, 'Namespace')).toEqual([{
      apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'vision', labels: { 'cost': 'a', 'pod-security.kubernetes.io/enforce': 'restricted' } },
    }]);
    expect(written(chart, 'ResourceQuota')).toEqual([expect.objectContaining({
      metadata: { name: 'gpus', namespace: 'vision' },
      spec: { hard: { 'requests.nvidia.com/mig-3g.40gb': '2', 'requests.nvidia.com/gpu': '0' } },
    })]);
    const [{ metadata, spec }] = written(chart, 'NetworkPolicy');
    expect([metadata.namespace, spec.podSelector, spec.ingress]).toEqual(['vision', {}, [{
      from: [{ podSelector: {} }, { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'gateway' } } }],
    }]]);
    expect(GpuChecks.of(chart).errors).toEqual([]);
  });

  test('may be in a namespace that is there', () => {
    const { chart, mig } = setting();
    new GpuTeam(chart, 'vision', { namespace: 'vision', createNamespace: false, allowances: [{ slice: mig, count: 1 }] });
    expect(Testing.synth(chart).map(({ kind }: any) => kind)).toEqual(['ResourceQuota']);
  });

  test('is allowed resources under DRA too, and claims by the class of their devices', () => {
    const quota = (props: Partial<GpuOperatorProps>) => {
      const { chart, mig, gpu } = setting(props);
      new GpuTeam(chart, 'vision', { namespace: 'vision', allowances: [{ slice: mig, count: 2 }, { slice: gpu, count: 3 }, { slice: mig, count: 1 }] });
      return written(chart, 'ResourceQuota')[0].spec.hard;
    };
    expect(quota({ allocation: GpuAllocation.DRA })).toEqual({ 'requests.nvidia.com/mig-3g.40gb': '3', 'requests.nvidia.com/gpu': '3' });
    expect(quota(byClaims)).toEqual({ 'mig.nvidia.com.deviceclass.resource.k8s.io/devices': '3', 'gpu.nvidia.com.deviceclass.resource.k8s.io/devices': '3' });
  });

  test.each<[string, (setting_: ReturnType<typeof setting>) => unknown, RegExp]>([
    ['more than its pool has', ({ chart, mig }) => new GpuTeam(chart, 't', { namespace: 't', allowances: [{ slice: mig, count: 5 }] }),
      /tenancy\/t: allowances allows 5 of nvidia.com\/mig-3g.40gb on .*, and pool gpu\/cut has 4 \[CAP-002\]/],
    ['half a slice', ({ chart, mig }) => new GpuTeam(chart, 't', { namespace: 't', allowances: [{ slice: mig, count: 0.5 }] }), /must be a whole number from 0, got 0.5/],
    ['a claim of others', ({ chart }) => new GpuTeam(chart, 't', { namespace: 't', allowances: [{ slice: GpuSlice.ofClaim('c', { kind: GpuSliceKind.WHOLE }), count: 1 }] }),
      /the devices of claim c are of a class that is not known here/],
    ['no name', ({ chart }) => new GpuTeam(chart, 't', { namespace: 'Team', allowances: [] }), /namespace "Team" is no name of a namespace/],
    ['labels of a namespace that is there', ({ chart }) => new GpuTeam(chart, 't', { namespace: 't', createNamespace: false, labels: { a: 'b' }, allowances: [] }), /createNamespace is false; set them where it is made/],
    ['callers of whom there are none', ({ chart }) => new GpuTeam(chart, 't', { namespace: 't', allowances: [], callers: [] }), /callers is empty/],
  ])('is refused %s', (_, make, message) => {
    expect(() => make(setting())).toThrow(message);
  });
});

describe('a queue', () => {
  const inQueue = (props: Partial<GpuQueueProps> = {}, operator: Partial<GpuOperatorProps> = {}) => {
    const made = setting(operator);
    const queue = new GpuQueue(made.chart, 'research', { name: 'research', quotas: [{ slice: made.mig, count: 4 }, { slice: made.gpu, count: 2 }], ...props });
    const team = new GpuTeam(made.chart, 'vision', { namespace: 'vision', allowances: [], queue });
    return { ...made, queue, team };
  };

  test('has a flavor for the nodes of each pool, and quotas for each flavor', () => {
    const { chart, mig, gpu } = inQueue({ cohort: 'all', cpu: '64', memory: '512Gi' });
    const flavors = written(chart, 'ResourceFlavor');
    const expected = [mig, gpu].map(({ nodeSelector, tolerations }) => ['kueue.x-k8s.io/v1beta2', undefined, { nodeLabels: nodeSelector, tolerations }]);
    expect(flavors.map(({ apiVersion, metadata, spec }) => [apiVersion, metadata.namespace, spec])).toEqual(expected);
    const [cut, whole] = flavors.map(({ metadata }) => metadata.name);
    const host = [{ name: 'cpu', nominalQuota: '64' }, { name: 'memory', nominalQuota: '512Gi' }];
    expect(written(chart, 'ClusterQueue')[0].spec).toEqual({
      cohortName: 'all',
      namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['vision'] }] },
      resourceGroups: [{
        coveredResources: ['nvidia.com/gpu', 'nvidia.com/mig-3g.40gb', 'cpu', 'memory'],
        flavors: [
          { name: cut, resources: [{ name: 'nvidia.com/gpu', nominalQuota: '0' }, { name: 'nvidia.com/mig-3g.40gb', nominalQuota: '4' }, ...host] },
          { name: whole, resources: [{ name: 'nvidia.com/gpu', nominalQuota: '2' }, { name: 'nvidia.com/mig-3g.40gb', nominalQuota: '0' }, ...host] },
        ],
      }],
    });
    expect(written(chart, 'LocalQueue')).toEqual([{
      apiVersion: 'kueue.x-k8s.io/v1beta2', kind: 'LocalQueue', metadata: { name: 'gpus', namespace: 'vision' }, spec: { clusterQueue: 'research' },
    }]);
    expect(GpuChecks.of(chart).errors).toEqual([]);
  });

  test('is written as its release reads it, also one that comes later', () => {
    const of = (kueue: KueueVersion) => written(inQueue({ kueue, cohort: 'all' }).chart, 'ClusterQueue').map(({ apiVersion, spec }) => [apiVersion, spec.cohort, spec.cohortName])[0];
    expect(of(KueueVersion.V0_14)).toEqual(['kueue.x-k8s.io/v1beta1', 'all', undefined]);
    for (const kueue of [KueueVersion.V0_15, KueueVersion.V0_17, KueueVersion.of('0.99')]) { expect(of(kueue)).toEqual(['kueue.x-k8s.io/v1beta2', undefined, 'all']); }
    expect(() => inQueue({}, { releases: { gpuOperator: GpuOperatorVersion.V26_7 } })).toThrow(/tenancy\/research: the API of Kueue changes with its releases; say which/);
    expect(() => KueueVersion.of('0.9')).toThrow(/Kueue 0.9 is older than 0.14/);
  });

  test('lends and borrows in a cohort', () => {
    const { mig, chart } = setting();
    const queue = new GpuQueue(chart, 'a', { quotas: [{ slice: mig, count: 3, borrowingLimit: 1, lendingLimit: 2 }], cohort: 'all' });
    new GpuTeam(chart, 't', { namespace: 't', allowances: [], queue });
    expect(written(chart, 'ClusterQueue')[0].spec.resourceGroups[0].flavors[0].resources)
      .toEqual([{ name: 'nvidia.com/mig-3g.40gb', nominalQuota: '3', borrowingLimit: '1', lendingLimit: '2' }]);
  });

  test('shares its flavors with other queues over the same pool', () => {
    const { mig, chart } = setting();
    for (const id of ['a', 'b']) { new GpuTeam(chart, `team-${id}`, { namespace: id, allowances: [], queue: new GpuQueue(chart, id, { quotas: [{ slice: mig, count: 2 }] }) }); }
    expect(written(chart, 'ResourceFlavor')).toHaveLength(1);
    expect(written(chart, 'ClusterQueue')).toHaveLength(2);
  });

  test('takes slices of DRA by their resource', () => {
    expect(written(inQueue({}, { allocation: GpuAllocation.DRA }).chart, 'ClusterQueue')[0].spec.resourceGroups[0].coveredResources).toEqual(['nvidia.com/gpu', 'nvidia.com/mig-3g.40gb']);
  });

  const withClasses = { ...byClaims, dra: { ...byClaims.dra, profileClasses: true } };

  test('takes slices that are claimed, each profile by a class of its own, and says what Kueue must be told', () => {
    const { chart, mig, gpu, queue } = inQueue({ kueue: KueueVersion.V0_18 }, withClasses);
    expect(written(chart, 'ClusterQueue')[0].spec.resourceGroups[0].coveredResources).toEqual(['nvidia.com/gpu', 'nvidia.com/mig-3g.40gb']);
    expect(queue.deviceClassMappings).toEqual([
      { name: 'nvidia.com/gpu', deviceClassNames: ['gpu.nvidia.com'] },
      { name: 'nvidia.com/mig-3g.40gb', deviceClassNames: ['mig-3g-40gb.gpu.nvidia.com'] },
    ]);
    mig.attachTo(plainDeployment(chart, 'one'));
    gpu.attachTo(plainDeployment(chart, 'two'));
    const all = chart.node.root.node.findAll().filter((each): each is ApiObject => each instanceof ApiObject).map(each => each.toJson());
    // what a claim names is the class that is mapped, and the class is there
    const named = all.filter(({ kind }) => kind === 'ResourceClaimTemplate').map(({ spec }) => spec.spec.devices.requests[0].exactly);
    expect(named).toEqual([{ deviceClassName: 'mig-3g-40gb.gpu.nvidia.com' }, { deviceClassName: 'gpu.nvidia.com' }]);
    const [{ metadata, spec }] = all.filter(({ kind }) => kind === 'DeviceClass');
    expect([metadata.name, spec.extendedResourceName, spec.selectors[0].cel.expression])
      .toEqual(['mig-3g-40gb.gpu.nvidia.com', undefined, expect.stringContaining("profile == '3g.40gb'")]);
    expect(AppChecks.of(chart).actions.flatMap(each => each()).filter(each => each.startsWith('Kueue'))).toEqual([
      'Kueue counts claims by its Configuration, which is of the whole cluster: write resources: {deviceClassMappings: '
      + '[{name: nvidia.com/gpu, deviceClassNames: [gpu.nvidia.com]}, {name: nvidia.com/mig-3g.40gb, deviceClassNames: [mig-3g-40gb.gpu.nvidia.com]}]} '
      + 'into it (managerConfig.controllerManagerConfigYaml of its chart), and restart its controller.',
    ]);
  });

  test('has nothing to tell Kueue of slices that are asked for by a resource', () => {
    const { chart, queue } = inQueue({ kueue: KueueVersion.V0_19 }, { allocation: GpuAllocation.DRA });
    expect(queue.deviceClassMappings).toEqual([]);
    expect(AppChecks.of(chart).actions.flatMap(each => each()).join()).not.toContain('Kueue');
  });

  test('refuses claims that Kueue does not count, or not by themselves', () => {
    expect(() => inQueue({ kueue: KueueVersion.V0_17 }, withClasses)).toThrow(/Kueue 0.17.* is asked for by a claim; upgrade to 0.18.0, or take DraAccess.EXTENDED_RESOURCE/);
    expect(() => inQueue({ kueue: KueueVersion.V0_18 }, byClaims)).toThrow(/of mig.nvidia.com as all MIG devices are; give the GpuOperator dra: \{ profileClasses: true \}/);
    const queueOf = (slice: GpuSlice, chart: Chart) => new GpuQueue(new Chart(chart, `of-${slice.kind}`), 'q', { kueue: KueueVersion.V0_18, quotas: [{ slice, count: 1 }] });
    const { chart, operator } = clusterWith({ releases, ...withClasses });
    const gpu = Gpu.H100_SXM5_80GB;
    const cut = new MigPartitionedGpu(chart, 'h', { operator, gpu, nodes: GpuNodes.named(['h'], { gpusPerNode: 2 }), layout: GpuLayout.of({ '3g.40gb': 1, '1g.10gb': 2 }) });
    const turns = new TimeSlicedGpu(chart, 't', { operator, gpu, nodes: GpuNodes.named(['t'], { gpusPerNode: 1 }), replicas: 2 });
    expect(() => queueOf(turns.share(), chart)).toThrow(/does not count a claim that is named.*\[TEN-014\]/);
    expect(() => queueOf(cut.firstAvailable(['3g.40gb', '1g.10gb']), chart)).toThrow(/with exactly and a count.*give what slice\(\) or wholeGpu\(\) return/);
  });

  test('of a team counts each profile by itself where each has a class', () => {
    const { chart, mig } = setting(withClasses);
    new GpuTeam(chart, 'vision', { namespace: 'vision', allowances: [{ slice: mig, count: 2 }] });
    expect(written(chart, 'ResourceQuota')[0].spec.hard).toEqual({ 'mig-3g-40gb.gpu.nvidia.com.deviceclass.resource.k8s.io/devices': '2' });
  });

  test.each([['cdk8s-plus-28', kplus28], ['cdk8s-plus-34', kplus34]])('takes a Job of %s in, in the namespace of the team', (_, module) => {
    const kplus = module as typeof kplus28;
    const { chart, team, mig } = inQueue();
    const app = new Chart(chart.node.root as any, 'app', { namespace: 'vision' });
    const job = new kplus.Job(app, 'train', { containers: [{ image: 'example.com/train:1' }] });
    mig.attachTo(job);
    team.submit(job);
    expect(written(app, 'Job')[0].metadata.labels).toMatchObject({ 'kueue.x-k8s.io/queue-name': 'gpus' });
    expect(() => team.submit(plainDeployment(chart, 'elsewhere'))).toThrow(/tenancy\/elsewhere: it is in namespace kueue-system, and the queue of tenancy\/vision is in vision/);
  });

  test.each<[string, (made: ReturnType<typeof setting>) => unknown, RegExp]>([
    ['of nothing', ({ chart }) => new GpuQueue(chart, 'q', { quotas: [] }), /tenancy\/q: quotas is empty/],
    ['of more than the pool has', ({ chart, mig }) => new GpuQueue(chart, 'q', { quotas: [{ slice: mig, count: 5 }] }), /quotas allows 5 of .* has 4 \[CAP-002\]/],
    ['that borrows of nobody', ({ chart, mig }) => new GpuQueue(chart, 'q', { quotas: [{ slice: mig, count: 1, borrowingLimit: 1 }] }), /borrowingLimit of .* has no meaning without a cohort/],
    ['that lends more than it has', ({ chart, mig }) => new GpuQueue(chart, 'q', { cohort: 'c', quotas: [{ slice: mig, count: 1, lendingLimit: 2 }] }), /lendingLimit 2 of .* is more than the 1/],
    ['with CPU that is none', ({ chart, mig }) => new GpuQueue(chart, 'q', { cpu: 'many', quotas: [{ slice: mig, count: 1 }] }), /cpu "many" is no quantity/],
    ['that nobody is in', ({ chart, mig }) => new GpuQueue(chart, 'q', { quotas: [{ slice: mig, count: 1 }] }) && Testing.synth(chart), /no team is in the queue/],
    ['beside another that hands out the same', ({ chart, mig }) => {
      for (const id of ['a', 'b']) { new GpuTeam(chart, `team-${id}`, { namespace: id, allowances: [], queue: new GpuQueue(chart, id, { quotas: [{ slice: mig, count: 3 }] }) }); }
      chart.node.root.node.validate().forEach(error => { throw new Error(error); });
    }, /queues hand out 6 of .* together \(tenancy\/a 3, tenancy\/b 3\), and pool gpu\/cut has 4 \[CAP-002\]/],
    ['for a NIM, of which Kueue sees the Deployment', ({ chart, mig }) => {
      const queue = new GpuQueue(chart, 'q', { quotas: [{ slice: mig, count: 1 }] });
      const nim = new ApiObject(chart, 'nim', { apiVersion: 'apps.nvidia.com/v1alpha1', kind: 'NIMService', metadata: { namespace: 't' } });
      new GpuTeam(chart, 't', { namespace: 't', allowances: [], queue }).submit(nim);
    }, /tenancy\/nim: Kueue knows no NIMService.* Give the NIM labels: \{ 'kueue.x-k8s.io\/queue-name': 'gpus' \}/],
    ['for a team without one', ({ chart }) => new GpuTeam(chart, 't', { namespace: 't', allowances: [] }).submit(plainDeployment(chart, 'w')), /tenancy\/t: the team has no queue/],
  ])('is refused %s', (_, make, message) => {
    expect(() => make(setting())).toThrow(message);
  });
});
