import { DeviceFacts } from '../../kubernetes';

/** The driver of GPUs and MIG devices, and the domain of what it says of them. */
export const GPU_DRIVER = 'gpu.nvidia.com';

/** How a request for a part of a capacity is rounded (k8s.io/api/resource/v1 CapacityRequestPolicy). */
export interface CapacityPolicy {
  readonly least?: number;
  readonly most?: number;
  readonly step?: number;
  readonly validValues?: readonly number[];
  /** What a claim takes that asks for no part. */
  readonly byDefault?: number;
}

/** A taint that keeps claims from a device. */
export interface DeviceTaint {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}

/** A GPU or MIG device that claims may get. */
export interface GpuDevice extends DeviceFacts {
  readonly name: string;
  /** The GPU that it is or is of, by what tells it from others of its node. */
  readonly board: string;
  /** The MIG profile; undefined for a whole GPU. */
  readonly profile?: string;
  /** What it takes of the counters of its node, by `set/counter`. */
  readonly consumes: ReadonlyMap<string, number>;
  /** By `domain/name`. */
  readonly policies: ReadonlyMap<string, CapacityPolicy>;
  readonly taints: readonly DeviceTaint[];
}

/** What claims may get of one node, in the order in which the scheduler tries it. */
export interface NodeDevices {
  readonly devices: readonly GpuDevice[];
  /** How much there is of each counter, by `set/counter`. */
  readonly counters: ReadonlyMap<string, number>;
}

/** What a request takes of a device's capacity: the part that it asks for, rounded up, or all of it. */
export function consumedOf(
  { capacity, policies }: GpuDevice,
  asked: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> | undefined {
  const parts = new Map<string, number>();
  for (const [name, all] of capacity) {
    const policy = policies.get(name);
    const part = rounded(asked.get(name) ?? policy?.byDefault ?? all, policy);
    if (part === undefined || part > all) { return undefined; }
    parts.set(name, part);
  }
  return [...asked.keys()].every(name => capacity.has(name)) ? parts : undefined;
}

/** Undefined for more than the policy gives (structured/internal/incubating/consumable_capacity.go). */
function rounded(amount: number, policy: CapacityPolicy | undefined): number | undefined {
  if (policy?.validValues !== undefined) { return policy.validValues.find(each => each >= amount); }
  const { least = 0, most = Infinity, step } = policy ?? {};
  const above = Math.max(amount, least);
  const whole = step === undefined || step <= 0 ? above : least + Math.ceil((above - least) / step) * step;
  return whole > most ? undefined : whole;
}
