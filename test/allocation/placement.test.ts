import { ApiObject, Testing } from 'cdk8s';
import { GpuNodes, GpuTaintEffect, MigStrategy, SliceAccess } from '../../src/allocation';
import { WantedDevice } from '../../src/allocation/allocation-backend';
import { helmValues, mergePatch, partialSpec } from '../../src/allocation/device-plugin/cluster-policy-spec';
import { productLabelOf } from '../../src/allocation/device-plugin/product-label';
import { nodeFeatureRuleEntry } from '../../src/allocation/node-feature-rule';
import { PoolDeclaration } from '../../src/allocation/pool-declaration';
import { tolerates, tolerationsOf } from '../../src/allocation/tolerations';
import { Gpu, GpuSliceKind } from '../../src/hardware';
import { GpuSlice } from '../../src/pools';
import { plainDeployment } from '../cluster';

const { NO_SCHEDULE, NO_EXECUTE, PREFER_NO_SCHEDULE } = GpuTaintEffect;
const OWN = { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' };

/** The pod of a Deployment that a slice was attached to. */
function attached(podSpec: Record<string, unknown>, tolerations = [OWN], nodeSelector: Record<string, string> = { pool: 'a' }): any {
  const slice = new GpuSlice({ access: SliceAccess.resource('nvidia.com/gpu'), kind: GpuSliceKind.WHOLE, pool: 'gpu/a', nodeSelector, tolerations });
  const chart = Testing.chart();
  slice.attachTo(plainDeployment(chart, 'w', podSpec));
  return Testing.synth(chart)[0].spec.template.spec;
}

describe('a toleration that the pod has already', () => {
  const equal = { key: 'dedicated', operator: 'Equal', value: 'llm', effect: 'NoSchedule' };

  // k8s.io/api/core/v1: no operator means Equal, and no effect means every effect
  test.each<[string, typeof OWN & { value?: string }, Record<string, unknown>, boolean]>([
    ['the same', OWN, OWN, true],
    ['the same for every effect', OWN, { key: OWN.key, operator: 'Exists' }, true],
    ['another key', OWN, { ...OWN, key: 'nvidia.com/mig' }, false],
    ['another operator', OWN, { ...OWN, operator: 'Equal' }, false],
    ['no operator, which is Equal', OWN, { key: OWN.key, effect: 'NoSchedule' }, false],
    ['another effect', OWN, { ...OWN, effect: 'NoExecute' }, false],
    ['a value', equal, equal, true],
    ['a value without an operator', equal, { key: 'dedicated', value: 'llm', effect: 'NoSchedule' }, true],
    ['another value', equal, { ...equal, value: 'asr' }, false],
    ['no value', equal, { key: 'dedicated', operator: 'Equal', effect: 'NoSchedule' }, false],
  ])('%s', (_, own, present, isThere) => {
    expect(attached({ tolerations: [present] }, [own]).tolerations).toEqual(isThere ? [present] : [present, own]);
  });

  test('is joined by those that are missing alone', () => {
    expect(attached({ tolerations: [equal] }, [OWN, equal]).tolerations).toEqual([equal, OWN]);
  });
});

describe('a node selector of the pod', () => {
  test('that is equal stays, and others beside it', () => {
    expect(attached({ nodeSelector: { pool: 'a', zone: 'z' } }).nodeSelector).toEqual({ pool: 'a', zone: 'z' });
    expect(attached({ nodeSelector: { zone: 'z' } }, [OWN], { pool: 'a', product: 'b' }).nodeSelector).toEqual({ zone: 'z', pool: 'a', product: 'b' });
  });

  test('that is another one is refused', () => {
    expect(() => attached({ nodeSelector: { pool: 'b' } })).toThrow('the pod selects nodes with pool=b, but the slice of gpu/a is on nodes with pool=a; remove that selector');
  });
});

describe('a node affinity of the pod', () => {
  const requiring = (...nodeSelectorTerms: unknown[]) =>
    ({ affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } } });
  const term = (...matchExpressions: unknown[]) => ({ matchExpressions });

  // k8s.io/component-helpers/scheduling/corev1/nodeaffinity
  test.each<[string, unknown, boolean]>([
    ['In with the value', { key: 'pool', operator: 'In', values: ['b', 'a'] }, true], ['In without it', { key: 'pool', operator: 'In', values: ['b'] }, false],
    ['NotIn without the value', { key: 'pool', operator: 'NotIn', values: ['b'] }, true], ['NotIn with it', { key: 'pool', operator: 'NotIn', values: ['a'] }, false],
    ['Exists', { key: 'pool', operator: 'Exists' }, true], ['DoesNotExist', { key: 'pool', operator: 'DoesNotExist' }, false],
    ['a key that the slice does not say', { key: 'zone', operator: 'DoesNotExist' }, true],
  ])('%s', (_, expression, isPossible) => {
    const attach = () => attached(requiring(term(expression)));
    if (isPossible) { expect(attach).not.toThrow(); } else { expect(attach).toThrow(/the pod requires a node affinity with pool .*is on nodes with pool=a/); }
  });

  test('is possible where one of its terms is, and a term where all of it is', () => {
    const [good, bad] = [{ key: 'pool', operator: 'Exists' }, { key: 'pool', operator: 'In', values: ['b', 'c'] }];
    expect(() => attached(requiring(term(bad), term(good)))).not.toThrow();
    expect(() => attached(requiring(term(good, bad)))).toThrow('the pod requires a node affinity with pool In b, c, but');
    expect(() => attached(requiring())).not.toThrow();
  });
});

describe('taints', () => {
  test('are tolerated by value where they have one', () => {
    expect(tolerationsOf([{ key: 'a', effect: NO_EXECUTE }, { key: 'b', value: 'c', effect: PREFER_NO_SCHEDULE }])).toEqual([
      { key: 'a', operator: 'Exists', effect: 'NoExecute' }, { key: 'b', operator: 'Equal', value: 'c', effect: 'PreferNoSchedule' },
    ]);
  });

  // k8s.io/api/core/v1 Toleration.ToleratesTaint
  test.each<[Parameters<typeof tolerates>[0], boolean]>([
    [{ key: 'a', operator: 'Exists' }, true], [{ key: 'a', operator: 'Exists', effect: 'NoSchedule' }, true], [{ key: 'a', operator: 'Exists', effect: 'NoExecute' }, false],
    [{ key: 'b', operator: 'Exists' }, false], [{ operator: 'Exists' }, true], [{ operator: 'Equal' }, false], [{ operator: 'Exists', effect: 'NoExecute' }, false],
    [{ key: 'a', operator: 'Equal', value: 'v' }, true], [{ key: 'a', value: 'v' }, true], [{ key: 'a', operator: 'Equal', value: 'w' }, false], [{ key: 'a', operator: 'Equal' }, false],
  ])('%j tolerates a=v:NoSchedule: %s', (toleration, expected) => {
    expect(tolerates(toleration, { key: 'a', value: 'v', effect: NO_SCHEDULE })).toBe(expected);
  });

  test('without a value are tolerated by an equal nothing', () => {
    expect(tolerates({ key: 'a', operator: 'Equal' }, { key: 'a', effect: NO_SCHEDULE })).toBe(true);
    expect(tolerates({ key: 'a', operator: 'Equal', value: '' }, { key: 'a', effect: NO_SCHEDULE })).toBe(true);
  });
});

describe('the product label of a device', () => {
  const gpu = (...productLabels: string[]) => ({ productLabels }) as unknown as Gpu;
  const pool = (more: Partial<PoolDeclaration> = {}) => ({ boards: [], ...more }) as unknown as PoolDeclaration;
  const of = (device: WantedDevice, strategy = MigStrategy.MIXED, declaration = pool()) => productLabelOf(declaration, device, strategy);
  const { WHOLE, MIG, TIME_SLICED, MIG_TIME_SLICED, MPS } = GpuSliceKind;
  const board = gpu('NVIDIA-X');

  // k8s-device-plugin internal/lm/resource.go
  test.each<[string, { kind: GpuSliceKind; profile?: string }, MigStrategy, string]>([
    ['a whole GPU', { kind: WHOLE }, MigStrategy.MIXED, 'NVIDIA-X'], ['a slice under mixed', { kind: MIG, profile: '1g.5gb' }, MigStrategy.MIXED, 'NVIDIA-X'],
    ['a slice under single', { kind: MIG, profile: '1g.5gb' }, MigStrategy.SINGLE, 'NVIDIA-X-MIG-1g.5gb'], ['a share', { kind: TIME_SLICED }, MigStrategy.MIXED, 'NVIDIA-X-SHARED'],
    ['an MPS share', { kind: MPS }, MigStrategy.SINGLE, 'NVIDIA-X-SHARED'],
    ['a shared slice under mixed', { kind: MIG_TIME_SLICED, profile: '1g.5gb' }, MigStrategy.MIXED, 'NVIDIA-X'],
    ['a shared slice under single', { kind: MIG_TIME_SLICED, profile: '1g.5gb' }, MigStrategy.SINGLE, 'NVIDIA-X-MIG-1g.5gb-SHARED'],
  ])('of %s', (_, device, strategy, label) => { expect(of({ ...device, gpu: board }, strategy)).toBe(label); });

  test('has no suffix where a share is renamed', () => {
    expect(of({ kind: TIME_SLICED, gpu: board }, MigStrategy.MIXED, pool({ devicePlugin: { renameByDefault: true } }))).toBe('NVIDIA-X');
    expect(of({ kind: TIME_SLICED, gpu: board }, MigStrategy.MIXED, pool({ devicePlugin: { renameByDefault: false } }))).toBe('NVIDIA-X-SHARED');
  });

  // a label value has 63 characters at most: 56 and "-SHARED" are 63
  test('is not selected where it is longer than a label value may be', () => {
    expect(of({ kind: TIME_SLICED, gpu: gpu('x'.repeat(56)) })).toBe(`${'x'.repeat(56)}-SHARED`);
    expect(of({ kind: TIME_SLICED, gpu: gpu('x'.repeat(57)) })).toBeUndefined();
  });

  test('is not selected where it is not certain', () => {
    expect(of({ kind: WHOLE })).toBeUndefined();
    expect(of({ kind: WHOLE, gpu: gpu() })).toBeUndefined();
    expect(of({ kind: WHOLE, gpu: gpu('a', 'b') })).toBeUndefined();
    expect(of({ kind: WHOLE, gpu: board }, MigStrategy.MIXED, pool({ boards: [{}, {}] as never }))).toBeUndefined();
    expect(of({ kind: WHOLE, gpu: board }, MigStrategy.MIXED, pool({ boards: [{}] as never }))).toBe('NVIDIA-X');
  });
});

describe('a rule that labels nodes', () => {
  const board = (device: string[], subsystem: string[] = []) => ({ pciDeviceIds: device, pciSubsystemIds: subsystem }) as unknown as Gpu;
  const labels = { a: 'b' };
  const device = (ids: string[], more = {}) => ({ feature: 'pci.device', matchExpressions: { vendor: { op: 'In', value: ['10de'] }, device: { op: 'In', value: ids }, ...more } });
  const named = (op: string, ...value: string[]) => ({ feature: 'system.name', matchExpressions: { nodename: { op, value } } });

  test('matches names where nodes were named, whatever is named elsewhere', () => {
    expect(nodeFeatureRuleEntry('p', GpuNodes.named(['n2', 'n1']), [], labels, ['n1', 'n2', 'n3'])).toEqual({ name: 'p', labels, matchFeatures: [named('In', 'n1', 'n2')] });
  });

  test('matches the device of a board, as NFD prints it', () => {
    expect(nodeFeatureRuleEntry('p', GpuNodes.withBoard(), [board(['0x20F110DE', '0x20B110DE', '0x20b110DE'])], labels, [])).toEqual({ name: 'p', labels, matchFeatures: [device(['20b1', '20f1'])] });
  });

  test('matches the subsystem where only that tells a board, and leaves nodes alone that others name', () => {
    expect(nodeFeatureRuleEntry('p', GpuNodes.withBoard(), [board(['0x20B210DE'], ['0X157E', '0x147F10DE'])], labels, ['n1'])).toEqual({
      name: 'p', labels, matchFeatures: [device(['20b2'], { subsystem_device: { op: 'In', value: ['147f', '157e'] } }), named('NotIn', 'n1')],
    });
  });

  test('matches any of several boards', () => {
    expect(nodeFeatureRuleEntry('p', GpuNodes.withBoard(), [board(['0x20B210DE']), board(['0x233010DE'])], labels, ['n1'])).toEqual({
      name: 'p', labels, matchAny: [{ matchFeatures: [device(['20b2']), named('NotIn', 'n1')] }, { matchFeatures: [device(['2330']), named('NotIn', 'n1')] }],
    });
  });
});

describe('the fields of a ClusterPolicy', () => {
  const toleration = { key: 'dedicated', operator: 'Exists', effect: 'NoSchedule' };

  test('are none where nothing is said', () => {
    expect([mergePatch({}), helmValues({}), partialSpec({})]).toEqual([{ spec: {} }, {}, {}]);
  });

  // deployments/gpu-operator/values.yaml of gpu-operator: the workers' own list, which ours replaces
  test('of Helm repeat what NFD\'s workers tolerate by the chart', () => {
    const control = (key: string) => ({ key: `node-role.kubernetes.io/${key}`, operator: 'Equal', value: '', effect: 'NoSchedule' });
    expect(helmValues({ daemonsetTolerations: [toleration] })).toEqual({
      'daemonsets': { tolerations: [toleration] },
      'node-feature-discovery': { worker: { tolerations: [control('master'), control('control-plane'), toleration] } },
    });
    expect(mergePatch({ daemonsetTolerations: [toleration] })).toEqual({ spec: { daemonsets: { tolerations: [toleration] } } });
  });

  test('unset a strategy by null in a patch and by nothing in Helm, and cannot in an object', () => {
    expect(mergePatch({ migStrategy: null })).toEqual({ spec: { mig: { strategy: null } } });
    expect(helmValues({ migStrategy: null })).toEqual({ mig: { strategy: '' } });
    expect(() => partialSpec({ migStrategy: null })).toThrow(/STR-005/);
    expect(partialSpec({ migStrategy: MigStrategy.SINGLE })).toEqual({ mig: { strategy: 'single' } });
    expect(helmValues({ migStrategy: MigStrategy.MIXED })).toEqual({ mig: { strategy: 'mixed' } });
  });

  test('name the files, and what nodes without a label get', () => {
    expect(partialSpec({ migConfigName: 'm', devicePluginConfigName: 'd' })).toEqual({
      migManager: { config: { name: 'm', default: 'all-disabled' } }, devicePlugin: { config: { name: 'd' } },
    });
    expect(partialSpec({ migConfigName: 'm', migConfigDefault: '', rebootForMigMode: true })).toEqual({
      migManager: { config: { name: 'm', default: '' }, env: [{ name: 'WITH_REBOOT', value: 'true' }] },
    });
    expect(partialSpec({ rebootForMigMode: true })).toEqual({ migManager: { env: [{ name: 'WITH_REBOOT', value: 'true' }] } });
    expect(partialSpec({ rebootForMigMode: false })).toEqual({});
  });

  test('say the folder of MPS beside the file of the plugin, and not in Helm', () => {
    expect(partialSpec({ devicePluginConfigName: 'd', mpsRoot: '/x' })).toEqual({ devicePlugin: { config: { name: 'd' }, mps: { root: '/x' } } });
    expect(mergePatch({ mpsRoot: '/x' })).toEqual({ spec: { devicePlugin: { mps: { root: '/x' } } } });
    expect(() => helmValues({ mpsRoot: '/x' })).toThrow(/MPS-005/);
  });
});

describe('nodes', () => {
  test.each<[string, () => GpuNodes, string]>([
    ['65 GPUs in one', () => GpuNodes.withBoard({ gpusPerNode: 65 }), 'gpusPerNode 65 is more than any node has (64 at most)'],
    ['no GPU in one', () => GpuNodes.withBoard({ gpusPerNode: 0 }), 'gpusPerNode must be a whole number from 1, got 0'],
    ['none of them', () => GpuNodes.withBoard({ count: 0 }), 'count must be a whole number from 1, got 0'],
    ['half of one', () => GpuNodes.withBoard({ count: 1.5 }), 'count must be a whole number from 1, got 1.5'],
    ['a name of 254 characters', () => GpuNodes.named(['n'.repeat(254)]), 'is not a node name'],
    ['a name that ends with a dash', () => GpuNodes.named(['n-']), '"n-" is not a node name'],
    ['a label that is no key', () => GpuNodes.labeled({ 'a b': 'c' }), '"a b" is no key'],
    ['a label that has no value', () => GpuNodes.labeled({ a: 'b c' }), 'a has the value "b c"'],
    ['a taint that is no key', () => GpuNodes.withBoard({ taints: [{ key: '-', effect: NO_SCHEDULE }] }), 'a taint: "-" is no key'],
    ['a taint with a value of 64', () => GpuNodes.withBoard({ taints: [{ key: 'a', value: 'v'.repeat(64), effect: NO_SCHEDULE }] }), 'a taint: a has the value'],
    ['a count of other names', () => GpuNodes.named(['a', 'b'], { count: 1 }), 'GpuNodes.named: count 1 contradicts the 2 names given; leave count out'],
  ])('with %s are refused', (_, make, message) => { expect(make).toThrow(message); });

  test('at the edge are taken', () => {
    expect(GpuNodes.withBoard({ gpusPerNode: 64, count: 1 })).toMatchObject({ gpusPerNode: 64, count: 1, byBoard: true, names: [], labels: {} });
    expect(GpuNodes.named(['n'.repeat(253), 'a'], { count: 2 })).toMatchObject({ count: 2, byBoard: false, names: ['a', 'n'.repeat(253)] });
    expect(GpuNodes.labeled({ a: '' })).toMatchObject({ byBoard: false, labels: { a: '' }, names: [], count: undefined });
    expect(GpuNodes.withBoard({ taints: [{ key: 'a', effect: NO_SCHEDULE }] }).taints).toEqual([{ key: 'a', effect: NO_SCHEDULE }]);
  });

  test('are described in messages as they were given', () => {
    const gpus = [Gpu.A30, Gpu.L40S];
    expect([GpuNodes.named(['b']), GpuNodes.named(['b', 'a']), GpuNodes.labeled({ x: '1', y: '2' }), GpuNodes.withBoard()].map(each => each._describe(gpus)))
      .toEqual(['node b', 'nodes a, b', 'nodes labelled x=1,y=2', `nodes with ${Gpu.A30.name} or ${Gpu.L40S.name}`]);
  });

  test('are not changed from outside', () => {
    const nodes = GpuNodes.named(['a'], { taints: [{ key: 'k', effect: NO_SCHEDULE }] });
    nodes.names.push('b');
    nodes.taints.pop();
    expect([nodes.names, nodes.taints.length]).toEqual([['a'], 1]);
  });
});

test('an object that is no workload is told so', () => {
  const slice = new GpuSlice({ access: SliceAccess.resource('nvidia.com/gpu'), kind: GpuSliceKind.WHOLE, pool: 'gpu/a' });
  const chart = Testing.chart();
  slice.attachTo(new ApiObject(chart, 'w', { apiVersion: 'v1', kind: 'Pod', spec: { containers: [] } }));
  expect(() => Testing.synth(chart)).toThrow();
});
