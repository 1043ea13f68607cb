import { Testing } from 'cdk8s';
import { DraAccess, DraMig, DraSetup, GpuAllocation, GpuNodes } from '../../src/allocation';
import { Gpu, GpuLayout } from '../../src/hardware';
import { GpuOperatorProps } from '../../src/operator';
import { DeviceTaintEffect, GpuDeviceTaint, GpuDeviceTaintProps, MigPartitionedGpu } from '../../src/pools';
import { DraDriverVersion, GpuOperatorVersion, KubernetesVersion } from '../../src/releases';
import { GpuChecks } from '../../src/synthesis';
import { clusterWith } from '../cluster';

function taintIn(kubernetes: KubernetesVersion, props: Partial<GpuDeviceTaintProps> = {}, operatorProps: Partial<GpuOperatorProps> = {}) {
  const releases = { gpuOperator: GpuOperatorVersion.V26_7, kubernetes };
  const { chart, operator } = clusterWith({ allocation: GpuAllocation.DRA, releases, ...operatorProps });
  const pool = new MigPartitionedGpu(chart, 'cut', {
    operator, gpu: Gpu.H100_SXM5_80GB, nodes: GpuNodes.named(['h100-1', 'h100-2'], { gpusPerNode: 2 }), layout: GpuLayout.of({ '3g.40gb': 2 }),
  });
  const taint = new GpuDeviceTaint(chart, 'drain', { pool, node: 'h100-1', ...props });
  const [written] = Testing.synth(chart).filter(({ kind }: any) => kind === 'DeviceTaintRule');
  return { written, taint, operator, errors: GpuChecks.of(chart).errors };
}

const V1_37 = KubernetesVersion.V1_37;

test('one slice of one board is taken out of use, by the name that the driver publishes', () => {
  const { written, taint, errors } = taintIn(V1_37, { minor: 1, profile: '3g.40gb', start: 4, value: 'planned' });
  expect(taint.device).toBe('gpu-1-mig-3g40gb-9-4');
  expect([written.apiVersion, written.metadata.namespace, written.spec]).toEqual(['resource.k8s.io/v1', undefined, {
    deviceSelector: { driver: 'gpu.nvidia.com', pool: 'h100-1', device: 'gpu-1-mig-3g40gb-9-4' },
    taint: { key: 'cdk8s-gpu/maintenance', value: 'planned', effect: 'NoExecute' },
  }]);
  expect(errors).toEqual([]);
});

test.each<[Partial<GpuDeviceTaintProps>, string | undefined]>([
  [{}, undefined], [{ minor: 0 }, 'gpu-0'], [{ minor: 0, profile: '7g.80gb' }, 'gpu-0-mig-7g80gb-0-0'], [{ minor: 0, profile: '1g.10gb', start: 6 }, 'gpu-0-mig-1g10gb-19-6'],
])('%j is device %s', (props, device) => {
  const { taint, written, errors } = taintIn(V1_37, { ...props, effect: DeviceTaintEffect.NO_SCHEDULE });
  expect([taint.device, written.spec.deviceSelector.device, written.spec.taint.effect, errors]).toEqual([device, device, 'NoSchedule', []]);
});

test('before driver 0.3 a MIG device is called by numbers alone: profile id, start and size', () => {
  const releases = { gpuOperator: GpuOperatorVersion.V26_7, kubernetes: V1_37, draDriver: DraDriverVersion.V0_2 };
  const of = (draDriver: DraDriverVersion) =>
    taintIn(V1_37, { minor: 1, profile: '3g.40gb', start: 4 }, { releases: { ...releases, draDriver }, dra: { mig: DraMig.STATIC, setup: DraSetup.DRIVER_CHART } }).taint.device;
  expect(of(DraDriverVersion.V0_2)).toBe('gpu-1-mig-9-4-4');
  expect(of(DraDriverVersion.V0_3)).toBe('gpu-1-mig-3g40gb-9-4');
});

test('the version of the API is that of the release, once the gate is said to be on', () => {
  const of = (kubernetes: KubernetesVersion) => taintIn(kubernetes, { minor: 0 }, { dra: { kubernetesGates: ['DRADeviceTaintRules', 'DRAPartitionableDevices'] } });
  expect(of(KubernetesVersion.of('1.36')).written.apiVersion).toBe('resource.k8s.io/v1beta2');
  expect(of(KubernetesVersion.of('1.35')).written.apiVersion).toBe('resource.k8s.io/v1alpha3');
  expect(of(KubernetesVersion.of('1.36')).errors).toEqual([]);
  expect(of(KubernetesVersion.of('1.36')).operator.decisions.join()).toContain('DRADeviceTaintRules (off by itself in Kubernetes 1.36)');
  expect(of(KubernetesVersion.of('1.99')).written.apiVersion).toBe('resource.k8s.io/v1');
});

test('a person is told where Kubernetes evicts nobody who asked for the device by a resource', () => {
  const told = (kubernetes: KubernetesVersion, access: DraAccess) =>
    taintIn(kubernetes, { minor: 0 }, { dra: { access, kubernetesGates: ['DRADeviceTaintRules', 'DRAPartitionableDevices'] } }).operator.decisions.join();
  expect(told(KubernetesVersion.of('1.36'), DraAccess.EXTENDED_RESOURCE)).toContain('evicts no pod that asked for a device by a resource');
  expect(told(KubernetesVersion.of('1.36'), DraAccess.CLAIM)).not.toContain('evicts no pod');
  expect(told(V1_37, DraAccess.EXTENDED_RESOURCE)).not.toContain('evicts no pod');
});

test.each<[string, () => unknown, RegExp]>([
  ['where the gate is off', () => taintIn(KubernetesVersion.of('1.36')), /gpu\/drain: Kubernetes 1.36 has the feature gate DRADeviceTaintRules off: it serves no DeviceTaintRule \[DRA-090\]. Switch it on everywhere/],
  ['where there is no gate', () => taintIn(KubernetesVersion.of('1.34'), {}, { dra: { kubernetesGates: ['DRAPartitionableDevices'] } }), /Kubernetes 1.34 cannot have the feature gate DRADeviceTaintRules on: from 1.35/],
  ['under the device plugin', () => taintIn(V1_37, {}, { allocation: GpuAllocation.DEVICE_PLUGIN }), /gpu\/drain: gpu\/cut is handed out by the device plugin, .* drain the node \(kubectl drain\), or use GpuAllocation.DRA/],
  ['a node of another pool', () => taintIn(V1_37, { node: 'h100-3' }), /pool gpu\/cut has no node h100-3; it has h100-1, h100-2/],
  ['a GPU too many', () => taintIn(V1_37, { minor: 2 }), /minor 2 is of a GPU that no node of gpu\/cut has: there are 2 in each, from 0 on/],
  ['a profile without a GPU', () => taintIn(V1_37, { profile: '3g.40gb' }), /profile and start are of a GPU; say which by minor/],
  ['a profile of another board', () => taintIn(V1_37, { minor: 0, profile: '3g.20gb' }), /have no profile 3g.20gb; they have 1g.10gb/],
  ['no place', () => taintIn(V1_37, { minor: 0, profile: '3g.40gb' }), /a 3g.40gb may begin at several memory slices, and start does not say which; give one of 0, 4/],
  ['a place that is none', () => taintIn(V1_37, { minor: 0, profile: '3g.40gb', start: 2 }), /no 3g.40gb begins at memory slice 2; give one of 0, 4/],
  ['a place of nothing', () => taintIn(V1_37, { minor: 0, start: 2 }), /start is of a MIG device; say its profile/],
  ['a key that is none', () => taintIn(V1_37, { key: 'a b' }), /key "a b" cannot be the key of a taint \[DRA-092\]/],
  ['a value that is none', () => taintIn(V1_37, { value: 'a b' }), /value "a b" cannot be the value of a taint \[DRA-092\]/],
])('is refused %s', (_, make, message) => {
  expect(make).toThrow(message);
});
