import { Chart } from 'cdk8s';
import { parse } from 'yaml';
import { ClusterPolicy, DraAccess, DraMig, DraSetup, GpuAllocation, GpuNodes, GpuTaintEffect, MigStrategy } from '../../src/allocation';
import { celText } from '../../src/allocation/dra/cel';
import { classOfProfile } from '../../src/allocation/dra/device-classes';
import { ModelFootprint } from '../../src/fit';
import { Gpu, GpuLayout } from '../../src/hardware';
import { NimModel } from '../../src/models';
import { NimService } from '../../src/nim';
import { GpuOperatorProps } from '../../src/operator';
import { DedicatedGpu, MigPartitionedGpu, MpsSharedGpu, TimeSlicedGpu } from '../../src/pools';
import { DraDriverVersion, GpuOperatorVersion, KubernetesVersion } from '../../src/releases';
import { GpuChecks } from '../../src/synthesis';
import { clusterWith, manifestOf, manifestsOf, plainDeployment } from '../cluster';

const H100 = Gpu.H100_SXM5_80GB;
const A100 = Gpu.A100_SXM4_80GB;
const halves = GpuLayout.of({ '3g.40gb': 2 });
const on = (name: string, gpusPerNode = 2) => GpuNodes.named([name], { gpusPerNode });

function draCluster(kubernetes: string, props: Partial<GpuOperatorProps> = {}) {
  const releases = { gpuOperator: GpuOperatorVersion.V26_7, kubernetes: KubernetesVersion.of(kubernetes) };
  return clusterWith({ releases, allocation: GpuAllocation.DRA, ...props });
}

const podOf = (chart: Chart, name: string) => manifestsOf(chart, 'Deployment').find(({ metadata }) => metadata.name.includes(name)).spec.template.spec;

describe('MIG devices that the driver makes for claims', () => {
  test('are asked for by the resource of the device plugin, for which a class stands', () => {
    const { chart, operator } = draCluster('1.37');
    const pool = new MigPartitionedGpu(chart, 'mig', { operator, gpu: H100, nodes: on('a'), layouts: [halves, GpuLayout.whole()] });
    expect(pool.slice('3g.40gb').access.resourceName).toBe('nvidia.com/mig-3g.40gb');
    expect(pool.slice('3g.40gb').resources).toEqual({ 'nvidia.com/mig-3g.40gb': '1', 'nvidia.com/gpu': '0' });
    expect(pool.slice('3g.40gb').nodeSelector).toEqual({ 'cdk8s-gpu/pool': 'mig' });
    expect(pool.wholeGpu().access.resourceName).toBe('nvidia.com/gpu');
    expect(manifestsOf(chart, 'DeviceClass')).toEqual([
      {
        apiVersion: 'resource.k8s.io/v1',
        kind: 'DeviceClass',
        metadata: {
          name: 'mig-3g-40gb.gpu.nvidia.com',
          annotations: { 'cdk8s-gpu/needs': 'Kubernetes: DRAPartitionableDevices; Kubernetes: DRAExtendedResource; DRA driver: DynamicMIG' },
        },
        spec: {
          selectors: [{
            cel: {
              expression: "device.driver == 'gpu.nvidia.com' && device.attributes['gpu.nvidia.com'].type == 'mig' "
            + "&& device.attributes['gpu.nvidia.com'].profile == '3g.40gb'",
            },
          }],
          extendedResourceName: 'nvidia.com/mig-3g.40gb',
        },
      },
      expect.objectContaining({
        spec: {
          selectors: [{ cel: { expression: "device.driver == 'gpu.nvidia.com' && device.attributes['gpu.nvidia.com'].type == 'gpu'" } }],
          extendedResourceName: 'nvidia.com/gpu',
        },
      }),
    ]);
    expect(manifestOf(chart, 'GPUCluster')).toMatchObject({
      metadata: { name: 'gpu-cluster' }, spec: { draDriver: { featureGates: { DynamicMIG: true }, computeDomains: { enabled: false } } },
    });
    expect(manifestOf(chart, 'NodeFeatureRule').spec.rules[0].labels).toEqual({ 'cdk8s-gpu/pool': 'mig' });
    expect(GpuChecks.of(chart).errors).toEqual([]);
  });

  test.each(['1.34', '1.35'])('are refused on Kubernetes %s with the gate off, by its name, because boards would be given out twice', kubernetes => {
    const { chart, operator } = draCluster(kubernetes);
    expect(() => new MigPartitionedGpu(chart, 'mig', { operator, gpu: H100, nodes: on('a'), layouts: [halves, halves] }))
      .toThrow(/gpu\/mig: Kubernetes .* has the feature gate DRAPartitionableDevices off: .*gives a board out twice.*kubernetesGates: \['DRAPartitionableDevices'\].*1.36 or later/);
  });

  test('go by claims where the gate of extended resources is off, and a person is told what to switch on', () => {
    const { chart, operator } = draCluster('1.35', { dra: { kubernetesGates: ['DRAPartitionableDevices'] } });
    const pool = new MigPartitionedGpu(chart, 'mig', { operator, gpu: H100, nodes: on('a'), layouts: [halves, halves] });
    const slice = pool.slice('3g.40gb');
    expect(slice.access.claimTemplateName).toMatch(/^mig-3g-40gb-[0-9a-f]{8}$/);
    slice.attachTo(plainDeployment(chart, 'w'));
    const template = manifestOf(chart, 'ResourceClaimTemplate');
    expect(template.metadata.name).toBe(slice.access.claimTemplateName);
    expect(template.spec.spec.devices.requests).toEqual([
      { name: 'gpu', exactly: { deviceClassName: 'mig.nvidia.com', selectors: [{ cel: { expression: "device.attributes['gpu.nvidia.com'].profile == '3g.40gb'" } }] } },
    ]);
    expect(podOf(chart, 'w')).toMatchObject({
      resourceClaims: [{ name: 'gpu', resourceClaimTemplateName: template.metadata.name }],
      containers: [{ resources: { claims: [{ name: 'gpu', request: 'gpu' }] } }],
      nodeSelector: { 'cdk8s-gpu/pool': 'mig' },
    });
    expect(operator.decisions.join('\n')).toMatch(/off by itself must be on everywhere: DRAPartitionableDevices \(off by itself in Kubernetes 1.35\)/);
    expect(manifestsOf(chart, 'DeviceClass')).toEqual([]);
  });

  test('are refused where the driver is too old for the gate', () => {
    const releases = { gpuOperator: GpuOperatorVersion.V26_7, kubernetes: KubernetesVersion.V1_37, draDriver: DraDriverVersion.V0_2 };
    const { chart, operator } = clusterWith({ releases, allocation: GpuAllocation.DRA, dra: { setup: DraSetup.DRIVER_CHART } });
    expect(() => new MigPartitionedGpu(chart, 'mig', { operator, gpu: H100, nodes: on('a'), layouts: [halves, halves] })).toThrow(/DRA driver 0.2 has no feature gate DynamicMIG.*from 0.3/);
  });

  test('need no gate where somebody cut the GPUs beforehand, and a person is told to', () => {
    const { chart, operator } = draCluster('1.34.2', { dra: { mig: DraMig.STATIC } });
    const pool = new MigPartitionedGpu(chart, 'mig', { operator, gpu: A100, nodes: on('a'), layouts: [halves, GpuLayout.whole()] });
    expect(pool.slice('3g.40gb').access.isClaim).toBe(true);
    expect(manifestOf(chart, 'GPUCluster').spec.draDriver.featureGates).toBeUndefined();
    expect(operator.decisions).toEqual(['gpu/mig: cut node a as 3g.40gb=2, whole before the DRA driver starts; nobody does it for you under a GPUCluster.']);
  });

  test('on Ampere need MIG mode before the driver starts, which a person is told', () => {
    const { chart, operator } = draCluster('1.37');
    new MigPartitionedGpu(chart, 'mig', { operator, gpu: A100, nodes: on('a'), layouts: [halves, halves] });
    expect(operator.decisions.join('\n')).toContain('switch MIG mode on, on node a');
  });
});

describe('devices that are shared', () => {
  test('are one claim for a group, with no config and no gate for turns at the default interval', () => {
    const { chart, operator } = draCluster('1.37');
    const pool = new TimeSlicedGpu(chart, 'turns', { operator, gpu: A100, nodes: on('a'), replicas: 2 });
    const share = pool.share(undefined, { group: 'speech' });
    expect(share).toMatchObject({ capacity: 2, replicas: 2, memoryIsShared: true });
    share.attachTo(plainDeployment(chart, 'asr'));
    pool.share(undefined, { group: 'speech' }).attachTo(plainDeployment(chart, 'tts'));
    const claim = manifestOf(chart, 'ResourceClaim');
    expect(claim.spec).toEqual({ devices: { requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpu.nvidia.com' } }] } });
    expect(['asr', 'tts'].map(name => podOf(chart, name).resourceClaims)).toEqual(Array(2).fill([{ name: 'gpu', resourceClaimName: claim.metadata.name }]));
    expect(pool.wholeGpu().access.resourceName).toBe('nvidia.com/gpu');
    expect(manifestOf(chart, 'GPUCluster').spec.draDriver.featureGates).toBeUndefined();
  });

  test('must hold what may meet on them', () => {
    const { chart, operator } = draCluster('1.37');
    const share = new TimeSlicedGpu(chart, 'turns', { operator, gpu: A100, nodes: on('a'), replicas: 2 }).share();
    for (const [id, mib] of [['a', 30000], ['b', 45000]] as const) {
      new NimService(chart, id, { model: NimModel.PARAKEET_1_1B_CTC_EN_US, slice: share, footprint: ModelFootprint.measured(mib) });
    }
    expect(() => manifestsOf(chart, 'NIMService')).not.toThrow();
    new NimService(chart, 'c', { model: NimModel.PARAKEET_1_1B_CTC_EN_US, slice: share, footprint: ModelFootprint.measured(40000) });
    expect(() => manifestsOf(chart, 'NIMService')).toThrow(/gpu\/b \(45000 MiB\), gpu\/c \(40000 MiB\) may meet on one claim .*85000 MiB together.*MEM-001/);
  });

  test('through MPS say the limits of each client in the claim, and need the gate', () => {
    const { chart, operator } = draCluster('1.37');
    const pool = new MpsSharedGpu(chart, 'mps', { operator, gpu: Gpu.L40S, nodes: on('a'), replicas: 10 });
    const share = pool.share();
    share.attachTo(plainDeployment(chart, 'w'));
    expect(manifestOf(chart, 'ResourceClaim').spec.devices.config).toEqual([{
      requests: ['gpu'],
      opaque: {
        driver: 'gpu.nvidia.com',
        parameters: {
          apiVersion: 'resource.nvidia.com/v1beta1',
          kind: 'GpuConfig',
          sharing: { strategy: 'MPS', mpsConfig: { defaultActiveThreadPercentage: 10, defaultPinnedDeviceMemoryLimit: `${share.memoryMib}Mi` } },
        },
      },
    }]);
    expect(manifestOf(chart, 'GPUCluster').spec.draDriver.featureGates).toEqual({ MPSSupport: true });
    expect(GpuChecks.of(chart).errors).toEqual([]);
  });

  test('are of one namespace, and of no more groups than there are GPUs', () => {
    const { app, chart, operator } = draCluster('1.37');
    const pool = new TimeSlicedGpu(chart, 'turns', { operator, gpu: A100, nodes: on('a'), replicas: 2 });
    const [one, other] = ['one', 'other'].map(namespace => new Chart(app, namespace, { namespace }));
    pool.share().attachTo(plainDeployment(one, 'w'));
    expect(() => pool.share().attachTo(plainDeployment(other, 'w'))).toThrow(/other\/w: it is in namespace other, and the claim turns-shared-.* is used in namespace one/);
    pool.share(undefined, { group: 'second' }).attachTo(plainDeployment(other, 'x'));
    expect(() => pool.share(undefined, { group: 'third' })).toThrow(/3 groups of share\(\) need 3 GPUs, and the pool has 2 \[CAP-001\]/);
  });

  test('through MPS cannot be beside GPUs that are cut as claims come, whichever pool comes first', () => {
    for (const mpsFirst of [true, false]) {
      const { chart, operator } = draCluster('1.37');
      const mps = () => new MpsSharedGpu(chart, 'mps', { operator, gpu: Gpu.L4, nodes: on('b'), replicas: 4 });
      const mig = () => new MigPartitionedGpu(chart, 'mig', { operator, gpu: H100, nodes: on('a'), layouts: [halves, halves] });
      const [first, second] = mpsFirst ? [mps, mig] : [mig, mps];
      first();
      expect(second).toThrow(/gpu\/mps: it is shared through MPS, and gpu\/mig is cut as claims come: .*MPSSupport and DynamicMIG \[DRA-001\]/);
    }
  });

  test('through MPS need the board, whose memory is divided', () => {
    const { chart, operator } = draCluster('1.37');
    expect(() => new MpsSharedGpu(chart, 'mps', { operator, nodes: on('b'), replicas: 4 })).toThrow(/give it a gpu/);
  });
});

describe('what only a claim can say', () => {
  const pools = (cluster: ReturnType<typeof clusterWith>) => new MigPartitionedGpu(cluster.chart, 'mig', {
    operator: cluster.operator, gpu: H100, nodes: on('a', 1), layouts: [GpuLayout.of({ '3g.40gb': 1, '2g.20gb': 1, '1g.20gb': 1 })],
  });

  test('the first of several profiles that is free, the smallest first, with the memory of the smallest', () => {
    const cluster = draCluster('1.37');
    const slice = pools(cluster).firstAvailable(['3g.40gb', '1g.20gb', '2g.20gb']);
    const memoryMib = Math.min(...['3g.40gb', '2g.20gb', '1g.20gb'].map(name => H100.profile(name).memoryMib!));
    expect(slice).toMatchObject({ profile: '1g.20gb', capacity: 3, memoryMib });
    slice.attachTo(plainDeployment(cluster.chart, 'w'));
    const [request] = manifestOf(cluster.chart, 'ResourceClaimTemplate').spec.spec.devices.requests;
    expect(request.firstAvailable.map(({ name, selectors }: any) => [name, /'([^']*)'$/.exec(selectors[0].cel.expression)![1]]))
      .toEqual([['choice-1', '1g.20gb'], ['choice-2', '2g.20gb'], ['choice-3', '3g.40gb']]);
  });

  test('two slices of one board, for two containers of a pod', () => {
    const cluster = draCluster('1.37');
    const [asr, tts] = pools(cluster).onOneBoard(['1g.20gb', '2g.20gb']);
    const workload = plainDeployment(cluster.chart, 'w', { containers: ['asr', 'tts'].map(name => ({ name, image: 'example.com/image:1' })) });
    asr.attachTo(workload, { containers: ['asr'] });
    tts.attachTo(workload, { containers: ['tts'] });
    const template = manifestOf(cluster.chart, 'ResourceClaimTemplate');
    expect(template.spec.spec.devices.constraints).toEqual([{ requests: ['slice-1', 'slice-2'], matchAttribute: 'gpu.nvidia.com/parentUUID' }]);
    expect(podOf(cluster.chart, 'w').resourceClaims).toEqual([{ name: 'gpu', resourceClaimTemplateName: template.metadata.name }]);
    expect(GpuChecks.of(cluster.chart).errors).toEqual([]);
  });

  test('several whole GPUs by one claim', () => {
    const { chart, operator } = draCluster('1.37', { dra: { access: DraAccess.CLAIM } });
    const pool = new DedicatedGpu(chart, 'llm', { operator, gpu: H100, nodes: on('a', 8) });
    pool.wholeGpu().attachTo(plainDeployment(chart, 'w'), { count: 4 });
    expect(manifestOf(chart, 'ResourceClaimTemplate').spec.spec.devices.requests).toEqual([{ name: 'gpu', exactly: { deviceClassName: 'gpu.nvidia.com', count: 4 } }]);
    expect(() => pool.wholeGpu().attachTo(plainDeployment(chart, 'x'), { count: 33 })).toThrow(/33 GPUs of one claim; Kubernetes gives a claim 32 devices at most/);
  });

  test('is refused by the device plugin, which names the one that can', () => {
    const cluster = clusterWith();
    const pool = pools(cluster);
    expect(() => pool.firstAvailable(['3g.40gb', '1g.20gb'])).toThrow(/the device plugin cannot say that one of several profiles will do; a claim can: allocation: GpuAllocation.DRA/);
    expect(() => pool.onOneBoard(['3g.40gb', '1g.20gb'])).toThrow(/cannot say that several slices are on one board/);
    const turns = new TimeSlicedGpu(cluster.chart, 'turns', { operator: cluster.operator, nodes: on('b'), replicas: 2 });
    expect(() => turns.share(undefined, { group: 'x' })).toThrow(/cannot say which containers share one device/);
  });

  test('is refused for what no layout has together', () => {
    const pool = pools(draCluster('1.37'));
    expect(() => pool.onOneBoard(['3g.40gb', '3g.40gb'])).toThrow(/no GPU of the pool has 3g.40gb and 3g.40gb together; it has 1g.20gb=1,2g.20gb=1,3g.40gb=1 \[CAP-001\]/);
    expect(() => pool.firstAvailable(['3g.40gb'])).toThrow(/takes 2 to 8 different profiles, got 1/);
  });
});

describe('the driver', () => {
  test('by its own chart is told its gates in values, and a person to switch the device plugin off', () => {
    const { chart, operator } = draCluster('1.37', { dra: { setup: DraSetup.DRIVER_CHART } });
    new MigPartitionedGpu(chart, 'mig', { operator, gpu: H100, nodes: on('a'), layouts: [halves, halves] });
    expect(manifestsOf(chart, 'GPUCluster')).toEqual([]);
    expect(parse(operator.renderHelmValues())).toEqual({
      gpuResourcesEnabledOverride: true,
      resources: { gpus: { enabled: true }, computeDomains: { enabled: false } },
      featureGates: { DynamicMIG: true },
    });
    expect(operator.decisions.join('\n')).toContain('The device plugin must not run where the DRA driver does');
  });

  test('by a GPUCluster goes with a chart that deploys neither object, and tolerates the taints of the pools', () => {
    const { chart, operator } = draCluster('1.37');
    const taints = [{ key: 'team', value: 'llm', effect: GpuTaintEffect.NO_SCHEDULE }];
    new DedicatedGpu(chart, 'llm', { operator, gpu: H100, nodes: GpuNodes.named(['a'], { taints }) });
    expect(parse(operator.renderHelmValues())).toMatchObject({
      clusterPolicy: { deployCR: false }, gpuCluster: { deployCR: false }, driver: { nvidiaDriverCRD: { enabled: true } },
    });
    expect(manifestOf(chart, 'GPUCluster').spec.daemonsets.tolerations.map(({ key }: any) => key)).toEqual(['nvidia.com/gpu', 'team']);
    expect(() => operator.renderMergePatch()).toThrow(/allocation is dra, which has no ClusterPolicy/);
  });
});

describe('what does not go together is refused', () => {
  const releases = { gpuOperator: GpuOperatorVersion.V26_7, kubernetes: KubernetesVersion.V1_37 };
  test.each<[string, Partial<GpuOperatorProps>, RegExp]>([
    ['an unknown Kubernetes', { releases: { gpuOperator: GpuOperatorVersion.V26_7 } }, /goes by the release of Kubernetes; give releases/],
    ['an old Kubernetes', { releases: { ...releases, kubernetes: KubernetesVersion.V1_32 } }, /Kubernetes 1.32 has no Dynamic Resource Allocation/],
    ['a GPUCluster with an old operator', { releases: { ...releases, gpuOperator: GpuOperatorVersion.V26_3 } }, /GPU Operator 26.3 knows no GPUCluster.*DRIVER_CHART/],
    ['a GPUCluster on Kubernetes 1.34.1', { releases: { ...releases, kubernetes: KubernetesVersion.of('1.34.1') } }, /needs Kubernetes 1.34.2 or later.*DRA-023/],
    ['resources with their gate off', { releases: { ...releases, kubernetes: KubernetesVersion.V1_35 }, dra: { access: DraAccess.EXTENDED_RESOURCE } }, /DRAExtendedResource off/],
    ['a gate that decides nothing', { dra: { kubernetesGates: ['DRAPartitionableDevice'] } }, /"DRAPartitionableDevice", which decides nothing here/],
    ['a MIG strategy', { migStrategy: MigStrategy.MIXED }, /migStrategy is for the device plugin/],
    ['a ClusterPolicy', { clusterPolicy: ClusterPolicy.full() }, /clusterPolicy is for the device plugin/],
  ])('%s', (_, props, message) => {
    expect(() => clusterWith({ releases, allocation: GpuAllocation.DRA, ...props })).toThrow(message);
  });

  test('options of the device plugin on a pool, and of claims without them', () => {
    const { chart, operator } = draCluster('1.37');
    expect(() => new TimeSlicedGpu(chart, 'p', { operator, nodes: on('a'), replicas: 2, devicePlugin: { renameByDefault: true } }))
      .toThrow(/devicePlugin.renameByDefault is for the device plugin/);
    expect(() => clusterWith({ dra: { mig: DraMig.STATIC } })).toThrow(/dra is for allocation: GpuAllocation.DRA/);
  });
});

test('claims before Kubernetes 1.34 are of v1beta2', () => {
  const { chart, operator } = draCluster('1.33', { dra: { setup: DraSetup.DRIVER_CHART } });
  new DedicatedGpu(chart, 'llm', { operator, gpu: H100, nodes: on('a') }).wholeGpu().attachTo(plainDeployment(chart, 'w'));
  expect(manifestOf(chart, 'ResourceClaimTemplate').apiVersion).toBe('resource.k8s.io/v1beta2');
});

test('a template stands once in each namespace of its users', () => {
  const { app, chart, operator } = draCluster('1.37', { dra: { access: DraAccess.CLAIM } });
  const slice = new DedicatedGpu(chart, 'llm', { operator, gpu: H100, nodes: on('a') }).wholeGpu();
  for (const [namespace, id] of [['one', 'x'], ['one', 'y'], ['two', 'z']]) {
    const found = app.node.tryFindChild(namespace) as Chart | undefined;
    slice.attachTo(plainDeployment(found ?? new Chart(app, namespace, { namespace }), id));
  }
  expect(manifestsOf(chart, 'ResourceClaimTemplate').map(({ metadata }) => metadata.namespace)).toEqual(['one', 'two']);
});

test('names of classes are those of DNS, and differ for every profile of every board', () => {
  const byName = new Map<string, string>();
  for (const gpu of Gpu.all()) {
    for (const { name } of gpu.profiles.filter(profile => !/c\./.test(profile.name))) {
      const { name: className, extendedResourceName } = classOfProfile(gpu, name);
      expect(className).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);
      expect(byName.get(className) ?? extendedResourceName).toBe(extendedResourceName);
      byName.set(className, extendedResourceName);
    }
  }
  expect(new Set(byName.values()).size).toBe(byName.size);
});

test('text in CEL cannot end its quotes', () => {
  expect(celText("it's a \\ \n tab\t ü 😀")).toBe("'it\\'s a \\\\ \\u000a tab\\u0009 \\u00fc \\U0001f600'");
});
