import { Gpu, MigProfile } from '../../src/hardware';

/** A value of an attribute, as CEL has it of one: a text, or a version, which is a type of Kubernetes' own and a text here. */
type Values = Record<string, string>;

/** A device as a selector sees it (k8s.io/dynamic-resource-allocation cel/compile.go). */
export interface CelDevice {
  readonly driver: string;
  readonly attributes: Record<string, Values>;
  readonly capacity: Record<string, Values>;
}

/**
 * The devices of a board as NVIDIA's driver publishes them, with exactly the attributes that each kind has: a MIG device has a profile, a whole
 * GPU has none (kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/deviceinfo.go Attributes, mig.go CommonAttributesMig).
 */
export function devicesOf(gpu: Gpu): CelDevice[] {
  const common = {
    productName: gpu.nvmlProductNames[0] ?? gpu.name,
    brand: 'Nvidia',
    architecture: gpu.architecture,
    cudaComputeCapability: `${gpu.computeCapability ?? '9.0'}.0`,
    driverVersion: '580.95.5',
    cudaDriverVersion: '13.0.0',
  };
  const mib = (count: number | undefined) => `${count ?? 0}Mi`;
  const whole = device({ type: 'gpu', uuid: `GPU-${gpu.id}`, ...common }, { memory: mib(gpu.totalMib) });
  const slice = (profile: MigProfile) => device({ type: 'mig', profile: profile.name, parentUUID: `GPU-${gpu.id}`, ...common }, { memory: mib(profile.memoryMib) });
  return [whole, ...gpu.profiles.filter(({ name }) => !/c\./.test(name)).map(slice)];
}

/** A device of another driver, which has none of the attributes. */
export const FOREIGN: CelDevice = { driver: 'dra.example.com', attributes: { 'dra.example.com': { profile: '1g.10gb' } }, capacity: {} };

function device(attributes: Values, capacity: Values): CelDevice {
  return { driver: 'gpu.nvidia.com', attributes: { 'gpu.nvidia.com': attributes }, capacity: { 'gpu.nvidia.com': capacity } };
}
