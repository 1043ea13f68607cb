import { ApiObject, JsonPatch } from 'cdk8s';
import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { GpuNodes, MigStrategy, NodeLabelForm } from '../../src/allocation';
import { ClusterModel, gpusOfNode, ManifestDocument, readManifests } from '../../src/cluster';
import { Gpu, GpuLayout } from '../../src/hardware';
import { MigPartitionedGpu, MpsSharedGpu, TimeSlicedGpu } from '../../src/pools';
import { runRules } from '../../src/rules';
import { GpuChecks } from '../../src/synthesis';
import { clusterWith, plainDeployment } from '../cluster';

type Fields = Record<string, any>;

function lint(...objects: Fields[]): string[] {
  const model = new ClusterModel();
  for (const read of readManifests(objects.map(each => stringify(each)).join('---\n'), 'test.yaml')) { model.add(read as ManifestDocument); }
  return runRules(model).filter(({ rule }) => rule.startsWith('CAP-') && rule !== 'CAP-004').map(({ rule, message }) => `${rule} ${message}`);
}

const policy = (spec: Fields = {}) => ({
  apiVersion: 'nvidia.com/v1',
  kind: 'ClusterPolicy',
  metadata: { name: 'cluster-policy', annotations: { 'cdk8s-gpu/form': 'partial' } },
  spec: { mig: { strategy: 'mixed' }, migManager: { config: { name: 'layouts' } }, ...spec },
});

const configMap = (name: string, data: Fields) => ({
  apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'gpu-operator' }, data: Object.fromEntries(Object.entries(data).map(([key, each]) => [key, stringify(each)])),
});

const layouts = (configs: Fields) => configMap('layouts', { 'config.yaml': { 'version': 'v1', 'mig-configs': configs } });

const CUT = [{ 'devices': [0], 'mig-enabled': true, 'mig-devices': { '3g.40gb': 2 } }, { 'devices': [1, 2], 'mig-enabled': false }];

const node = (name: string, labels: Fields = {}, more: Fields = {}) => ({
  apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'nvidia.com/gpu.product': 'NVIDIA-A100-SXM4-80GB', 'nvidia.com/mig.config': 'slices', ...labels } }, ...more,
});

const pod = (resources: Fields, nodeSelector: Fields = { 'nvidia.com/mig.config': 'slices' }) => ({
  nodeSelector, containers: [{ name: 'main', image: 'registry.example.com/model:1', resources: { limits: resources } }],
});

const deployment = (name: string, replicas: number, spec: Fields) => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: { replicas, selector: {}, template: { spec } },
});

const SLICE = { 'nvidia.com/mig-3g.40gb': 1 };
const cluster = (...nodes: string[]) => [policy(), layouts({ slices: CUT }), ...nodes.map(name => node(name))];

describe('what nodes hand out', () => {
  test('is what their config cuts, and a name beside it is found', () => {
    expect(lint(...cluster('a'), deployment('x', 1, pod({ 'nvidia.com/mig-1g.10gb': 1 }))))
      .toEqual(['CAP-001 node a has no nvidia.com/mig-1g.10gb; it has nvidia.com/gpu, nvidia.com/mig-3g.40gb']);
    expect(lint(...cluster('a'), deployment('x', 1, pod(SLICE)), deployment('z', 2, pod({ 'nvidia.com/gpu': 1 })))).toEqual([]);
  });

  test('is more where a DeviceClass stands for a resource: a driver hands it out', () => {
    const asked = deployment('x', 1, pod({ 'nvidia.com/mig-1g.10gb': 1 }));
    const deviceClass = (name: string) => ({ apiVersion: 'resource.k8s.io/v1', kind: 'DeviceClass', metadata: { name: 'small' }, spec: { extendedResourceName: name } });
    expect(lint(...cluster('a'), asked, deviceClass('nvidia.com/mig-1g.10gb'))).toEqual([]);
    expect(lint(...cluster('a'), asked, deviceClass('nvidia.com/mig-2g.20gb'))).toHaveLength(1);
  });

  test('follows from the config that a pod selects, whatever has that label', () => {
    const found = lint(policy(), layouts({ slices: CUT }), deployment('x', 99, pod({ 'nvidia.com/mig-1g.10gb': 1 })), deployment('z', 99, pod(SLICE)));
    expect(found).toEqual(['CAP-001 the nodes with nvidia.com/mig.config=slices have no nvidia.com/mig-1g.10gb; they have nvidia.com/gpu, nvidia.com/mig-3g.40gb']);
  });

  test('is not guessed: of an unknown config, of nodes without a label, of a policy that is elsewhere, of chart values, nothing is said', () => {
    const asks = deployment('x', 9, pod({ 'nvidia.com/mig-1g.10gb': 1 }));
    expect(lint(policy(), layouts({ others: CUT }), node('a'), asks)).toEqual([]);
    expect(lint(layouts({ slices: CUT }), node('a'), asks)).toEqual([]);
    expect(lint(policy({ mig: {} }), layouts({ slices: CUT }), node('a'), asks)).toEqual([]);
    expect(lint(policy({ devicePlugin: { config: { name: 'sharing', default: 'x' } } }), layouts({ slices: CUT }), node('a'), asks)).toEqual([]);
    expect(lint(policy(), { apiVersion: 'v1', kind: 'Node', metadata: { name: 'a', labels: { 'nvidia.com/gpu.product': 'NVIDIA-H200' } } },
      deployment('x', 9, pod({ 'nvidia.com/gpu': 1 }, {})))).toEqual([]);
  });

  test('is looked up for each board: an entry for another board cuts nothing here', () => {
    const perBoard = layouts({
      slices: [
        { 'device-filter': '0x20B210DE', 'devices': 'all', 'mig-enabled': true, 'mig-devices': { '3g.40gb': 2 } },
        { 'device-filter': '0x233510DE', 'devices': 'all', 'mig-enabled': true, 'mig-devices': { '1g.18gb': 7 } },
      ],
    });
    const asks = deployment('x', 1, pod({ 'nvidia.com/mig-1g.18gb': 1 }, { 'nvidia.com/mig.config': 'slices', 'nvidia.com/gpu.product': 'NVIDIA-A100-SXM4-80GB' }));
    expect(lint(policy(), perBoard, node('a'), asks)).toEqual(['CAP-001 node a has no nvidia.com/mig-1g.18gb; it has nvidia.com/mig-3g.40gb']);
    expect(lint(policy(), perBoard, node('a'), node('b', { 'nvidia.com/gpu.product': 'NVIDIA-H200' }), deployment('x', 7, pod({ 'nvidia.com/mig-1g.18gb': 1 })))).toEqual([]);
  });

  test('is called nvidia.com/gpu under strategy single, counted in MIG devices', () => {
    const single = policy({ mig: { strategy: 'single' } });
    const file = layouts({ slices: [{ 'devices': [0, 1], 'mig-enabled': true, 'mig-devices': { '1g.10gb': 7 } }] });
    expect(lint(single, file, node('a'), deployment('x', 14, pod({ 'nvidia.com/gpu': 1 })))).toEqual([]);
    expect(lint(single, file, node('a'), deployment('x', 15, pod({ 'nvidia.com/gpu': 1 }))))
      .toEqual(['CAP-002 node a has 14 of nvidia.com/gpu, and at the most 15 are asked for: x 15']);
  });

  test('bears the base name where a profile has attributes and the device plugin is older than 0.20.0', () => {
    const file = layouts({ slices: [{ 'devices': [0], 'mig-enabled': true, 'mig-devices': { '1g.10gb+me': 1 } }] });
    const old = { ...policy(), metadata: { name: 'cluster-policy', annotations: { 'cdk8s-gpu/form': 'partial', 'cdk8s-gpu/gpu-operator': '26.3' } } };
    expect(lint(policy(), file, node('a'), deployment('x', 1, pod({ 'nvidia.com/mig-1g.10gb.me': 1 })))).toEqual([]);
    expect(lint(old, file, node('a'), deployment('x', 1, pod({ 'nvidia.com/mig-1g.10gb.me': 1 }))))
      .toEqual(['CAP-001 node a has no nvidia.com/mig-1g.10gb.me; it has nvidia.com/mig-1g.10gb']);
  });

  test('is multiplied by sharing, under the name that sharing gives it', () => {
    const sharing = configMap('sharing', {
      four: { version: 'v1', sharing: { timeSlicing: { renameByDefault: true, resources: [{ name: 'nvidia.com/mig-3g.40gb', replicas: 4 }] } } },
    });
    const shared = node('a', { 'nvidia.com/device-plugin.config': 'four' });
    const all = [policy({ devicePlugin: { config: { name: 'sharing' } } }), layouts({ slices: CUT }), sharing, shared];
    expect(lint(...all, deployment('x', 8, pod({ 'nvidia.com/mig-3g.40gb.shared': 1 })))).toEqual([]);
    expect(lint(...all, deployment('x', 9, pod({ 'nvidia.com/mig-3g.40gb.shared': 1 }))))
      .toEqual(['CAP-002 node a has 8 of nvidia.com/mig-3g.40gb.shared, and at the most 9 are asked for: x 9']);
  });

  test('is what a node reports, where its config is not among the manifests', () => {
    const reporting = (state: string) => node('a', { 'nvidia.com/mig.config': 'all-3g.40gb', 'nvidia.com/mig.config.state': state },
      { status: { allocatable: { 'cpu': '8', 'nvidia.com/mig-3g.40gb': '2' } } });
    const asks = deployment('x', 3, pod(SLICE, { 'nvidia.com/mig.config': 'all-3g.40gb' }));
    expect(lint(reporting('success'), asks)).toEqual(['CAP-002 node a has 2 of nvidia.com/mig-3g.40gb, and at the most 3 are asked for: x 3']);
    expect(lint(reporting('pending'), asks)).toEqual([]);
  });
});

describe('what is asked for', () => {
  const short = (asked: string, each: string) => [`CAP-002 node a has 2 of nvidia.com/mig-3g.40gb, and at the most ${asked} are asked for: ${each}`];

  test('is added up over workloads', () => {
    expect(lint(...cluster('a'), deployment('x', 1, pod(SLICE)), deployment('z', 1, pod(SLICE)))).toEqual([]);
    expect(lint(...cluster('a'), deployment('x', 1, pod(SLICE)), deployment('z', 2, pod(SLICE)))).toEqual(short('3', 'x 1, z 2'));
    expect(lint(...cluster('a', 'b'), deployment('x', 1, pod(SLICE)), deployment('z', 3, pod(SLICE)))).toEqual([]);
  });

  test('counts the most that an autoscaler may want', () => {
    const hpa = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'x' }, spec: { scaleTargetRef: { kind: 'Deployment', name: 'x' }, maxReplicas: 5 } };
    expect(lint(...cluster('a'), deployment('x', 1, pod(SLICE)), hpa)).toEqual(short('5', 'x 5'));
    const nim = (scale: Fields) => ({
      apiVersion: 'apps.nvidia.com/v1alpha1',
      kind: 'NIMService',
      metadata: { name: 'tts' },
      spec: { image: { repository: 'r', tag: '1' }, authSecret: 's', resources: { limits: { ...SLICE, 'nvidia.com/gpu': 0 } }, nodeSelector: { 'nvidia.com/mig.config': 'slices' }, ...scale },
    });
    expect(lint(...cluster('a'), nim({ scale: { enabled: true, hpa: { maxReplicas: 4 } } }))).toEqual(short('4', 'tts 4'));
    expect(lint(...cluster('a'), nim({ scale: { enabled: false, hpa: { maxReplicas: 4 } }, replicas: 2 }))).toEqual([]);
  });

  test('leaves out jobs, which wait, zero replicas, and services of a pipeline that do not run', () => {
    const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' }, spec: { parallelism: 9, template: { spec: pod(SLICE) } } };
    const service = (name: string, enabled?: boolean) => ({
      name, ...enabled !== undefined && { enabled }, spec: { replicas: 3, resources: { limits: SLICE }, nodeSelector: { 'nvidia.com/mig.config': 'slices' } },
    });
    const pipeline = (...services: Fields[]) => ({ apiVersion: 'apps.nvidia.com/v1alpha1', kind: 'NIMPipeline', metadata: { name: 'p' }, spec: { services } });
    expect(lint(...cluster('a'), job, deployment('x', 0, pod(SLICE)), pipeline(service('off', false), service('open')))).toEqual([]);
    expect(lint(...cluster('a'), pipeline(service('runs', true)))).toEqual(short('3', 'p/runs 3'));
  });

  test.each<[string, Fields, string]>([
    ['LeaderWorkerSet', { replicas: 2, leaderWorkerTemplate: { size: 3, workerTemplate: { spec: pod(SLICE) } } }, '6'],
    ['RayCluster', { headGroupSpec: { template: { spec: pod({}) } }, enableInTreeAutoscaling: true, workerGroupSpecs: [{ replicas: 1, maxReplicas: 7, template: { spec: pod(SLICE) } }] }, '7'],
    ['InferenceService', { predictor: { minReplicas: 1, maxReplicas: 3, ...pod(SLICE) } }, '3'],
    ['StatefulSet', { replicas: 4, template: { spec: pod(SLICE) } }, '4'],
  ])('counts the pods of a %s', (kind, spec, pods) => {
    expect(lint(...cluster('a'), { apiVersion: 'x/v1', kind, metadata: { name: 'x' }, spec })).toEqual(short(pods, `x ${pods}`));
  });

  test('counts a DaemonSet once a node, and says nothing of an InferenceService without a limit', () => {
    const daemons = { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'd' }, spec: { template: { spec: pod(SLICE) } } };
    expect(lint(...cluster('a'), daemons, deployment('x', 1, pod(SLICE)))).toEqual([]);
    expect(lint(...cluster('a'), daemons, deployment('x', 2, pod(SLICE)))).toEqual(short('3', 'd 1, x 2'));
    const open = { apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService', metadata: { name: 'x' }, spec: { predictor: { maxReplicas: 0, ...pod(SLICE) } } };
    expect(lint(...cluster('a'), open)).toEqual([]);
  });

  test('of one pod must fit one node, init containers beside the others counted once', () => {
    expect(lint(...cluster('a', 'b'), deployment('x', 1, pod({ 'nvidia.com/gpu': 3 }))))
      .toEqual(['CAP-003 a pod asks for 3 of nvidia.com/gpu, and nodes a, b have at most 2 each: no node can take it']);
    const limits = { resources: { limits: { 'nvidia.com/gpu': 2 } } };
    expect(lint(...cluster('a'), deployment('x', 1, { ...pod({ 'nvidia.com/gpu': 2 }), initContainers: [{ name: 'i', ...limits }] }))).toEqual([]);
    expect(lint(...cluster('a', 'b'), deployment('x', 1, { nodeSelector: { 'nvidia.com/mig.config': 'slices' }, containers: [{ name: 'a', ...limits }, { name: 'b', ...limits }] })))
      .toEqual(['CAP-003 a pod asks for 4 of nvidia.com/gpu, and nodes a, b have at most 2 each: no node can take it']);
  });
});

describe('where pods may go', () => {
  test('a selector that no pool is known by leads elsewhere', () => {
    expect(lint(...cluster('a'), deployment('x', 9, pod({ 'nvidia.com/mig-1g.10gb': 1 }, { 'cloud.example.com/pool': 'h100' })))).toEqual([]);
  });

  test('without a selector: anywhere, so only what no pool has is found', () => {
    expect(lint(...cluster('a'), deployment('x', 1, pod({ 'nvidia.com/mig-1g.10gb': 1 }, {}))))
      .toEqual(['CAP-001 node a has no nvidia.com/mig-1g.10gb; it has nvidia.com/gpu, nvidia.com/mig-3g.40gb']);
  });

  test('node affinity counts like a selector, alternatives do not', () => {
    const affinity = (...nodeSelectorTerms: Fields[]) => ({
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
    });
    const term = { matchExpressions: [{ key: 'nvidia.com/mig.config', operator: 'In', values: ['slices'] }] };
    const elsewhere = { matchExpressions: [{ key: 'zone', operator: 'In', values: ['b'] }] };
    expect(lint(...cluster('a'), deployment('x', 3, { ...pod(SLICE, {}), ...affinity(term) }))).toHaveLength(1);
    expect(lint(policy(), layouts({ slices: CUT, other: CUT }), node('a'), node('b', { 'nvidia.com/mig.config': 'other' }), deployment('x', 3, { ...pod(SLICE, {}), ...affinity(term) })))
      .toHaveLength(1);
    expect(lint(...cluster('a'), deployment('x', 2, { ...pod(SLICE, {}), ...affinity(term, elsewhere) }))).toEqual([]);
  });

  test('two pools with one selector give room together; a workload that needs one of them is counted there', () => {
    const pools = [policy(), layouts({ slices: CUT }), node('a', { 'cdk8s-gpu/pool': 'one' }), node('b', { 'cdk8s-gpu/pool': 'two' })];
    const anywhere = (replicas: number) => deployment('any', replicas, pod(SLICE));
    const first = (replicas: number) => deployment('first', replicas, pod(SLICE, { 'nvidia.com/mig.config': 'slices', 'cdk8s-gpu/pool': 'one' }));
    expect(lint(...pools, anywhere(2), first(2))).toEqual([]);
    expect(lint(...pools, anywhere(3), first(2))).toEqual(['CAP-002 node a and node b have 4 of nvidia.com/mig-3g.40gb, and at the most 5 are asked for: any 3, first 2']);
    expect(lint(...pools, anywhere(1), first(3))).toEqual(['CAP-002 node a has 2 of nvidia.com/mig-3g.40gb, and at the most 3 are asked for: first 3']);
  });

  test('a Node and a NodeFeatureRule that name one node speak of the same', () => {
    const bare = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'a', labels: { 'nvidia.com/gpu.product': 'NVIDIA-A100-SXM4-80GB', 'nvidia.com/gpu.count': '3' } } };
    const rule = {
      apiVersion: 'nfd.k8s-sigs.io/v1alpha1',
      kind: 'NodeFeatureRule',
      metadata: { name: 'labels' },
      spec: { rules: [{ name: 'support', labels: { 'nvidia.com/mig.config': 'slices' }, matchFeatures: [{ feature: 'system.name', matchExpressions: { nodename: { op: 'In', value: ['a'] } } }] }] },
    };
    expect(lint(policy(), layouts({ slices: CUT }), bare, rule, deployment('x', 3, pod(SLICE)))).toEqual([expect.stringMatching(/^CAP-002 node a has 2/)]);
  });
});

describe('at synthesis', () => {
  test('the pools of an app hold what they say, in every form of their labels', () => {
    for (const nodeLabels of [NodeLabelForm.NODE_FEATURE_RULE, NodeLabelForm.NODE_OBJECTS]) {
      const { chart, operator } = clusterWith({ nodeLabels });
      const pool = new MigPartitionedGpu(chart, 'p', {
        operator, gpu: Gpu.H100_SXM5_80GB, nodes: GpuNodes.named(['a', 'b'], { gpusPerNode: 4 }), layout: GpuLayout.of({ '1g.10gb': 7 }),
      });
      const slice = pool.slice('1g.10gb');
      expect(slice.capacity).toBe(56);
      for (const [id, replicas] of [['x', 50], ['z', 6]] as const) {
        const workload = plainDeployment(chart, id);
        workload.addJsonPatch(JsonPatch.add('/spec/replicas', replicas));
        slice.attachTo(workload);
      }
      expect(GpuChecks.of(chart).findings.filter(({ rule }) => rule.startsWith('CAP-') && rule !== 'CAP-004')).toEqual([]);
      slice.attachTo(plainDeployment(chart, 'beyond'));
      expect(GpuChecks.of(chart).errors.concat(GpuChecks.of(chart).warnings).map(({ rule, message }) => `${rule} ${message}`))
        .toEqual([expect.stringMatching(/^CAP-002 nodes a, b have 56 of nvidia.com\/mig-1g.10gb, and at the most 57 are asked for: .* 50, .* 6, .* 1$/)]);
    }
  });

  test('a pool by board has room where its number of nodes is said', () => {
    const { chart, operator } = clusterWith();
    const pool = new TimeSlicedGpu(chart, 'p', { operator, gpu: Gpu.L4, nodes: GpuNodes.withBoard({ count: 2, gpusPerNode: 1 }), replicas: 3 });
    const workload = new ApiObject(chart, 'x', {
      apiVersion: 'apps/v1', kind: 'Deployment', spec: { replicas: 7, template: { spec: { containers: [{ name: 'main', image: 'registry.example.com/x:1' }] } } },
    });
    pool.share().attachTo(workload);
    expect(GpuChecks.of(chart).warnings.map(({ rule, message }) => `${rule} ${message}`)).toEqual([expect.stringMatching(/^CAP-002 the nodes of rule p have 6 of nvidia.com\/gpu, and at the most 7 are asked for/)]);
  });

  /** What the library says of its own pools, and what the rules read out of the manifests, are the same number. */
  test('capacity of a slice is what the rules count, for pools of every kind', () => {
    const shapes = fc.record({
      nodes: fc.integer({ min: 1, max: 4 }),
      gpusPerNode: fc.integer({ min: 1, max: 8 }),
      replicas: fc.integer({ min: 2, max: 8 }),
      kind: fc.constantFrom('mig', 'single', 'mps', 'time-sliced'),
      form: fc.constantFrom(NodeLabelForm.NODE_FEATURE_RULE, NodeLabelForm.NODE_OBJECTS),
    });
    fc.assert(fc.property(shapes, ({ nodes, gpusPerNode, replicas, kind, form }) => {
      const { chart, operator } = clusterWith({ nodeLabels: form, ...kind === 'single' && { migStrategy: MigStrategy.SINGLE } });
      const named = GpuNodes.named(Array.from({ length: nodes }, (_, index) => `n${index}`), { gpusPerNode });
      const common = { operator, gpu: Gpu.H100_SXM5_80GB, nodes: named };
      const slice = kind === 'mps' ? new MpsSharedGpu(chart, 'p', { ...common, replicas }).share()
        : kind === 'time-sliced' ? new TimeSlicedGpu(chart, 'p', { ...common, replicas }).share()
          : new MigPartitionedGpu(chart, 'p', { ...common, layout: GpuLayout.of({ '2g.20gb': 3 }) }).slice('2g.20gb');
      const asking = (count: number) => {
        const workload = new ApiObject(chart, `w-${count}`, {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: `w-${count}` },
          spec: { replicas: count, template: { spec: { containers: [{ name: 'main', image: 'registry.example.com/x:1' }] } } },
        });
        slice.attachTo(workload);
      };
      const capacity = () => GpuChecks.of(chart).findings.filter(({ rule }) => rule === 'CAP-002').length;
      asking(slice.capacity!);
      expect(capacity()).toBe(0);
      asking(1);
      expect(capacity()).toBe(1);
    }), { numRuns: 40 });
  });
});

test('a Node with more GPUs than any machine has says nothing of how many there are', () => {
  const counted = (count: number) => {
    const text = stringify({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'a', labels: { 'nvidia.com/gpu.count': String(count) } } });
    const [read] = [...readManifests(text, 'test.yaml')];
    return gpusOfNode(read as ManifestDocument);
  };
  expect([8, 64, 65, 4096].map(counted)).toEqual([8, 64, undefined, undefined]);
});
