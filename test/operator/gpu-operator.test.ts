import { Chart, Testing } from 'cdk8s';
import { parse } from 'yaml';
import { ClusterPolicy, GpuNodes, GpuTaintEffect, MigStrategy, NodeLabelForm } from '../../src/allocation';
import { Gpu, GpuLayout } from '../../src/hardware';
import { GpuOperator } from '../../src/operator';
import { DedicatedGpu, MigPartitionedGpu, MpsSharedGpu, TimeSlicedGpu } from '../../src/pools';
import { GpuOperatorVersion } from '../../src/releases';
import { clusterWith, manifestOf, manifestsOf, RELEASES } from '../cluster';

const A100 = Gpu.A100_SXM4_80GB;
const halves = GpuLayout.of({ '3g.40gb': 2 });
const onNode = (name: string, gpusPerNode = 1) => GpuNodes.named([name], { gpusPerNode });

describe('what no pool needs is not written', () => {
  test('an operator without pools writes nothing', () => {
    const { chart } = clusterWith();
    expect(Testing.synth(chart)).toEqual([]);
  });

  test('dedicated GPUs need labels for their pods to find them, and nothing else', () => {
    const { chart, operator } = clusterWith();
    new DedicatedGpu(chart, 'llm', { operator, gpu: A100, nodes: onNode('gpu-1') });
    expect(Testing.synth(chart).map(manifest => manifest.kind)).toEqual(['NodeFeatureRule']);
  });

  test('a MIG pool without sharing has no device-plugin ConfigMap', () => {
    const { chart, operator } = clusterWith();
    new MigPartitionedGpu(chart, 'mig', { operator, gpu: A100, nodes: onNode('gpu-1'), layouts: [halves] });
    expect(manifestsOf(chart, 'ConfigMap')).toHaveLength(1);
    expect(manifestOf(chart, 'ClusterPolicy').spec.devicePlugin).toBeUndefined();
  });

  test('a time-sliced pool without MIG has no mig-parted file and leaves the strategy alone', () => {
    const { chart, operator } = clusterWith();
    new TimeSlicedGpu(chart, 'shared', { operator, gpu: A100, nodes: onNode('gpu-1'), replicas: 2 });
    expect(manifestOf(chart, 'ClusterPolicy').spec).toEqual({ devicePlugin: { config: { name: manifestOf(chart, 'ConfigMap').metadata.name } } });
  });
});

describe('the mig-parted file', () => {
  test('stands under config.yaml in the operator\'s namespace and always has all-disabled', () => {
    const { chart, operator } = clusterWith({ namespace: 'nvidia' });
    const pool = new MigPartitionedGpu(chart, 'support', { operator, gpu: A100, nodes: onNode('gpu-1', 3), layouts: [halves, GpuLayout.whole(), GpuLayout.whole()] });
    const map = manifestOf(chart, 'ConfigMap');
    expect(map.metadata.namespace).toBe('nvidia');
    expect(Object.keys(map.data)).toEqual(['config.yaml']);
    expect(parse(map.data['config.yaml'])).toEqual({
      'version': 'v1',
      'mig-configs': {
        'all-disabled': [{ 'devices': 'all', 'mig-enabled': false }],
        [pool.nodeLabels['nvidia.com/mig.config']]: [
          { 'devices': [0], 'mig-enabled': true, 'mig-devices': { '3g.40gb': 2 } },
          { 'devices': [1, 2], 'mig-enabled': false },
        ],
      },
    });
  });

  test('tells several board types apart by their PCI ids', () => {
    const { chart, operator } = clusterWith();
    const pool = new MigPartitionedGpu(chart, 'mig', {
      operator,
      gpu: A100,
      layout: halves,
      nodes: GpuNodes.named(['a', 'b']),
      otherBoards: [{ gpu: Gpu.A100_PCIE_40GB, layout: GpuLayout.of({ '3g.20gb': 2 }) }],
    });
    expect(parse(manifestOf(chart, 'ConfigMap').data['config.yaml'])['mig-configs'][pool.nodeLabels['nvidia.com/mig.config']]).toEqual([
      { 'device-filter': '0x20B210DE', 'devices': 'all', 'mig-enabled': true, 'mig-devices': { '3g.40gb': 2 } },
      { 'device-filter': ['0x20F110DE', '0x20B110DE'], 'devices': 'all', 'mig-enabled': true, 'mig-devices': { '3g.20gb': 2 } },
    ]);
  });

  test('a changed layout is a changed config name, a changed ConfigMap name and a changed label', () => {
    const synth = (layout: GpuLayout) => {
      const { chart, operator } = clusterWith();
      new MigPartitionedGpu(chart, 'mig', { operator, gpu: A100, nodes: onNode('gpu-1'), layouts: [layout] });
      return {
        map: manifestOf(chart, 'ConfigMap').metadata.name,
        policy: manifestOf(chart, 'ClusterPolicy').spec.migManager.config.name,
        label: manifestOf(chart, 'NodeFeatureRule').spec.rules[0].labels['nvidia.com/mig.config'],
      };
    };
    const [one, same, other] = [synth(halves), synth(halves), synth(GpuLayout.of({ '2g.20gb': 3 }))];
    expect(same).toEqual(one);
    expect(one.policy).toBe(one.map);
    for (const key of ['map', 'policy', 'label'] as const) { expect(other[key]).not.toBe(one[key]); }
  });

  test('the name of one pool\'s config does not change when another pool is added', () => {
    const { chart, operator } = clusterWith();
    const pool = new MigPartitionedGpu(chart, 'mig', { operator, gpu: A100, nodes: onNode('gpu-1'), layouts: [halves] });
    const before = pool.nodeLabels['nvidia.com/mig.config'];
    new MigPartitionedGpu(chart, 'other', { operator, gpu: A100, nodes: onNode('gpu-2'), layouts: [GpuLayout.of({ '7g.80gb': 1 })] });
    expect(manifestOf(chart, 'NodeFeatureRule').spec.rules[0].labels).toEqual({ 'nvidia.com/mig.config': before });
  });
});

describe('the MIG strategy', () => {
  test('is mixed where there is MIG and no MPS', () => {
    const { chart, operator } = clusterWith();
    new MigPartitionedGpu(chart, 'mig', { operator, gpu: A100, nodes: onNode('gpu-1'), layouts: [halves] });
    expect(manifestOf(chart, 'ClusterPolicy').spec.mig).toEqual({ strategy: 'mixed' });
  });

  test('is left to each node where MPS is in the cluster too, whichever pool comes first', () => {
    for (const mpsFirst of [true, false]) {
      const { chart, operator } = clusterWith({ clusterPolicy: ClusterPolicy.full() });
      const mps = () => new MpsSharedGpu(chart, 'mps', { operator, gpu: Gpu.L4, nodes: onNode('gpu-2'), replicas: 4 });
      if (mpsFirst) { mps(); }
      const mig = new MigPartitionedGpu(chart, 'mig', { operator, gpu: A100, nodes: onNode('gpu-1'), layouts: [halves] });
      if (!mpsFirst) { mps(); }
      expect(manifestOf(chart, 'ClusterPolicy').spec.mig).toBeUndefined();
      const sharing = manifestOf(chart, 'ConfigMap', /sharing/).data;
      expect(parse(sharing[mig.nodeLabels['nvidia.com/device-plugin.config']])).toEqual({ version: 'v1', flags: { migStrategy: 'mixed' } });
      expect(operator.decisions.join('\n')).toMatch(/stays unset .* gpu\/mps uses MPS/);
    }
  });

  test('that must be unset cannot be said in a partial object, can in a merge patch, and is empty in Helm values', () => {
    const { chart, operator } = clusterWith();
    new MigPartitionedGpu(chart, 'mig', { operator, gpu: A100, nodes: onNode('gpu-1'), layouts: [halves] });
    new MpsSharedGpu(chart, 'mps', { operator, gpu: Gpu.L4, nodes: onNode('gpu-2'), replicas: 4 });
    expect(() => Testing.synth(chart)).toThrow(/gpu\/gpu-operator\] spec.mig.strategy must be unset.*STR-005.*mergePatch\(\) or ClusterPolicy.helmValues\(\)/);
    expect(parse(operator.renderMergePatch()).spec.mig).toEqual({ strategy: null });
    expect(parse(operator.renderHelmValues()).mig).toEqual({ strategy: '' });
  });

  test('mixed, asked for by name, refuses an MPS pool', () => {
    const { chart, operator } = clusterWith({ migStrategy: MigStrategy.MIXED });
    expect(() => new MpsSharedGpu(chart, 'mps', { operator, nodes: onNode('gpu-2'), replicas: 4 }))
      .toThrow(/gpu\/mps: MPS cannot be used in a cluster whose migStrategy is "mixed".*STR-006.*Leave migStrategy of gpu\/gpu-operator out/);
  });

  test('none refuses a MIG pool', () => {
    const { chart, operator } = clusterWith({ migStrategy: MigStrategy.NONE });
    expect(() => new MigPartitionedGpu(chart, 'mig', { operator, gpu: A100, nodes: onNode('a'), layouts: [halves] })).toThrow(/STR-008/);
  });
});

describe('node labels', () => {
  test('that NFD owns make the policy leave unlabelled nodes alone', () => {
    const policyDefault = (form: NodeLabelForm) => {
      const { chart, operator } = clusterWith({ nodeLabels: form });
      new MigPartitionedGpu(chart, 'mig', { operator, gpu: A100, nodes: onNode('gpu-1'), layouts: [halves] });
      return manifestOf(chart, 'ClusterPolicy').spec.migManager.config.default;
    };
    expect(policyDefault(NodeLabelForm.NODE_FEATURE_RULE)).toBe('');
    expect(policyDefault(NodeLabelForm.NODE_OBJECTS)).toBe('all-disabled');
  });

  test('can be partial Node objects, cluster-scoped even in a chart with a namespace', () => {
    const app = Testing.app();
    const chart = new Chart(app, 'gpu', { namespace: 'voice' });
    const operator = new GpuOperator(chart, 'op', { ...RELEASES, nodeLabels: NodeLabelForm.NODE_OBJECTS });
    const pool = new MigPartitionedGpu(chart, 'mig', { operator, gpu: A100, nodes: GpuNodes.named(['b', 'a']), layout: halves });
    expect(manifestsOf(chart, 'Node')).toEqual(['a', 'b'].map(name => ({
      apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'nvidia.com/mig.config': pool.nodeLabels['nvidia.com/mig.config'] } },
    })));
    expect(manifestOf(chart, 'ClusterPolicy').metadata.namespace).toBeUndefined();
  });

  test('by board match the PCI id as NFD writes it and spare nodes that another pool names', () => {
    const { chart, operator } = clusterWith();
    new MigPartitionedGpu(chart, 'mig', { operator, gpu: A100, nodes: GpuNodes.withBoard(), layout: halves });
    new DedicatedGpu(chart, 'llm', { operator, gpu: A100, nodes: onNode('gpu-9') });
    const rule = manifestOf(chart, 'NodeFeatureRule').spec.rules[0];
    expect(rule.matchFeatures).toEqual([
      { feature: 'pci.device', matchExpressions: { vendor: { op: 'In', value: ['10de'] }, device: { op: 'In', value: ['20b2'] } } },
      { feature: 'system.name', matchExpressions: { nodename: { op: 'NotIn', value: ['gpu-9'] } } },
    ]);
  });

  test('tell boards apart by subsystem where the PCI id does not', () => {
    const { chart, operator } = clusterWith();
    new DedicatedGpu(chart, 'a16', { operator, gpu: Gpu.A16, nodes: GpuNodes.withBoard() });
    expect(manifestOf(chart, 'NodeFeatureRule').spec.rules[0].matchFeatures[0].matchExpressions)
      .toMatchObject({ device: { value: ['25b6'] }, subsystem_device: { value: ['14a9'] } });
  });

  test('for nodes given by label are handed out, and a rule for them is refused', () => {
    const { chart, operator } = clusterWith();
    const nodes = GpuNodes.labeled({ 'cloud/pool': 'l40s' });
    const pool = new TimeSlicedGpu(chart, 'shared', { operator, nodes, replicas: 2 });
    expect(pool.nodeLabels).toEqual({ 'nvidia.com/device-plugin.config': pool.nodeLabels['nvidia.com/device-plugin.config'] });
    expect(manifestsOf(chart, 'NodeFeatureRule')).toEqual([]);
    expect(operator.decisions.join()).toContain(`set these labels on nodes labelled cloud/pool=l40s: nvidia.com/device-plugin.config=${pool.nodeLabels['nvidia.com/device-plugin.config']}`);
    expect(() => new TimeSlicedGpu(chart, 'other', { operator, nodes, replicas: 2, nodeLabels: NodeLabelForm.NODE_FEATURE_RULE }))
      .toThrow(/cannot match nodes labelled cloud\/pool=l40s/);
  });

  test('put a node in one pool only', () => {
    const { chart, operator } = clusterWith();
    new DedicatedGpu(chart, 'llm', { operator, nodes: GpuNodes.named(['a', 'b']) });
    expect(() => new TimeSlicedGpu(chart, 'shared', { operator, nodes: GpuNodes.named(['b']), replicas: 2 }))
      .toThrow('gpu/shared: node b is already in pool gpu/llm');
  });
});

describe('the ClusterPolicy', () => {
  test('in full has every section that the CRD requires, and on 25.10 the default runtime', () => {
    const required = ['daemonsets', 'dcgm', 'dcgmExporter', 'devicePlugin', 'driver', 'gfd', 'nodeStatusExporter', 'operator', 'toolkit'];
    for (const version of [GpuOperatorVersion.V25_10, GpuOperatorVersion.V26_3, GpuOperatorVersion.V26_7]) {
      const { chart } = clusterWith({ releases: { gpuOperator: version }, clusterPolicy: ClusterPolicy.full() });
      const spec = manifestOf(chart, 'ClusterPolicy').spec;
      expect(Object.keys(spec)).toEqual(expect.arrayContaining(required));
      expect(spec.operator).toEqual(version === GpuOperatorVersion.V25_10 ? { defaultRuntime: 'containerd' } : {});
    }
  });

  test.each([
    ['a merge patch', ClusterPolicy.mergePatch()], ['Helm values', ClusterPolicy.helmValues()], ['nobody', ClusterPolicy.unmanaged()],
  ])('by %s is not among the manifests', (_, clusterPolicy) => {
    const { chart, operator } = clusterWith({ clusterPolicy });
    new MigPartitionedGpu(chart, 'mig', { operator, gpu: A100, nodes: onNode('gpu-1'), layouts: [halves] });
    expect(manifestsOf(chart, 'ClusterPolicy')).toEqual([]);
  });

  test('says the same in every form', () => {
    const withPolicy = (clusterPolicy: ClusterPolicy) => {
      const { chart, operator } = clusterWith({ clusterPolicy });
      new MigPartitionedGpu(chart, 'mig', { operator, gpu: A100, nodes: onNode('gpu-1'), layouts: [halves] });
      return { chart, operator };
    };
    const options = { rebootForMigMode: true };
    const partial = manifestOf(withPolicy(ClusterPolicy.partial(options)).chart, 'ClusterPolicy').spec;
    expect(partial.migManager.env).toEqual([{ name: 'WITH_REBOOT', value: 'true' }]);
    expect(parse(withPolicy(ClusterPolicy.mergePatch(options)).operator.renderMergePatch()).spec).toEqual(partial);
    expect(parse(withPolicy(ClusterPolicy.helmValues(options)).operator.renderHelmValues())).toEqual(partial);
    expect(manifestOf(withPolicy(ClusterPolicy.full(options)).chart, 'ClusterPolicy').spec).toMatchObject(partial);
  });

  test('takes overrides last, map by map', () => {
    const overrides = { devicePlugin: { env: [] }, driver: { enabled: false } };
    const { chart, operator } = clusterWith({ clusterPolicy: ClusterPolicy.partial({ overrides }) });
    new TimeSlicedGpu(chart, 'shared', { operator, nodes: onNode('a'), replicas: 2 });
    expect(manifestOf(chart, 'ClusterPolicy').spec).toMatchObject({ devicePlugin: { env: [], config: { name: expect.any(String) } }, driver: { enabled: false } });
  });

  test('asked for as Helm values after all cannot have an MPS root, which the chart never renders', () => {
    const { operator } = clusterWith({ clusterPolicy: ClusterPolicy.mergePatch({ mpsRoot: '/mnt/mps' }) });
    expect(parse(operator.renderMergePatch()).spec.devicePlugin.mps).toEqual({ root: '/mnt/mps' });
    expect(() => operator.renderHelmValues()).toThrow(/gpu\/gpu-operator: mpsRoot \/mnt\/mps cannot .*MPS-005/);
  });

  test('tolerates the taints of the pools beside the built-in one', () => {
    const { chart, operator } = clusterWith();
    const pool = new DedicatedGpu(chart, 'llm', { operator, nodes: GpuNodes.named(['a'], { taints: [{ key: 'team', value: 'llm', effect: GpuTaintEffect.NO_SCHEDULE }] }) });
    const team = { key: 'team', operator: 'Equal', value: 'llm', effect: 'NoSchedule' };
    const builtIn = { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' };
    expect(manifestOf(chart, 'ClusterPolicy').spec.daemonsets.tolerations).toEqual([builtIn, team]);
    expect(pool.wholeGpu().tolerations).toEqual([builtIn, team]);
  });
});

test('overrides must not take away what the operator\'s pods tolerate for the pools', () => {
  const taints = [{ key: 'team', value: 'llm', effect: GpuTaintEffect.NO_SCHEDULE }];
  const synth = (tolerations: unknown[]) => {
    const { chart, operator } = clusterWith({ clusterPolicy: ClusterPolicy.partial({ overrides: { daemonsets: { tolerations } } }) });
    new DedicatedGpu(chart, 'llm', { operator, nodes: GpuNodes.named(['a'], { taints }) });
    return () => Testing.synth(chart);
  };
  expect(synth([{ key: 'nvidia.com/gpu', operator: 'Exists' }])).toThrow(/overrides replace spec.daemonsets.tolerations.*the taint team=llm:NoSchedule/);
  for (const enough of [{ operator: 'Exists' }, { key: 'team', operator: 'Exists' }, { key: 'team', value: 'llm', effect: 'NoSchedule' }]) {
    expect(synth([enough])).not.toThrow();
  }
  expect(synth([{ key: 'team', value: 'llm', effect: 'NoExecute' }])).toThrow(/team=llm:NoSchedule/);
});

test('Helm values keep what the NFD workers tolerate by the chart itself: the list of a value replaces that of the chart', () => {
  const { chart, operator } = clusterWith({ clusterPolicy: ClusterPolicy.helmValues() });
  new DedicatedGpu(chart, 'llm', { operator, nodes: GpuNodes.named(['a'], { taints: [{ key: 'team', value: 'llm', effect: GpuTaintEffect.NO_SCHEDULE }] }) });
  const { tolerations } = parse(operator.renderHelmValues())['node-feature-discovery'].worker;
  expect(tolerations.map(({ key }: { key: string }) => key)).toEqual([
    'node-role.kubernetes.io/master', 'node-role.kubernetes.io/control-plane', 'nvidia.com/gpu', 'team',
  ]);
});

test('a chart has one GpuOperator', () => {
  const { chart } = clusterWith();
  expect(() => new GpuOperator(chart, 'second', RELEASES)).toThrow(/gpu\/second: chart "gpu" already has the GpuOperator gpu\/gpu-operator.*CP-003/);
});

test('the same program gives the same bytes', () => {
  const synth = () => {
    const { chart, operator } = clusterWith();
    new MigPartitionedGpu(chart, 'mig', { operator, gpu: A100, nodes: onNode('gpu-1'), layouts: [halves] });
    new TimeSlicedGpu(chart, 'ts', { operator, nodes: onNode('gpu-2'), replicas: 2 });
    return JSON.stringify(Testing.synth(chart));
  };
  expect(synth()).toBe(synth());
});

test('Helm values and patches say a thing at each place, without anchors', () => {
  const { chart, operator } = clusterWith();
  const taints = [{ key: 'team', value: 'a', effect: GpuTaintEffect.NO_SCHEDULE }];
  new TimeSlicedGpu(chart, 'shared', { operator, gpu: A100, nodes: GpuNodes.named(['gpu-1'], { gpusPerNode: 1, taints }), replicas: 2 });
  const values = operator.renderHelmValues();
  expect(parse(values)['node-feature-discovery'].worker.tolerations).toEqual(expect.arrayContaining(parse(values).daemonsets.tolerations));
  for (const text of [values, operator.renderMergePatch()]) { expect(text).not.toMatch(/(?:^|\s)[&*]\w/); }
});

test('a node has no thousand GPUs', () => {
  expect(() => onNode('gpu-1', 1e9)).toThrow(/gpusPerNode 1000000000 is more than any node has \(64 at most\)/);
  expect(onNode('gpu-1', 64).gpusPerNode).toBe(64);
});
