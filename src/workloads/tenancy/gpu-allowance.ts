import { SLICE } from '../../nim';
import { GpuSlice } from '../../pools';
import { checkWhole, needed, NUMBER, Shape } from '../../props';

/** How many of a slice somebody may have. */
export interface GpuAllowance {
  /** Which. */
  readonly slice: GpuSlice;
  /** How many at one time. 0 is none, which keeps a team from the slices that it has no other word on. */
  readonly count: number;
}

export const ALLOWANCE: Shape<GpuAllowance> = { slice: needed(SLICE), count: needed(NUMBER) };

/** @throws when it is no number of slices, or more than the pool has */
export function checkAllowance(place: string, what: string, { slice, count }: GpuAllowance, least: number): void {
  checkWhole(place, `${what}: count of ${slice}`, count, least);
  if (slice.capacity !== undefined && count > slice.capacity) {
    throw new Error(`${place}: ${what} allows ${count} of ${slice}, and pool ${slice.pool} has ${slice.capacity} `
      + '[CAP-002]; allow at most that many');
  }
}

/**
 * What a ResourceQuota calls a slice: an extended resource by its requests; claims by the class of their devices, which
 * is that of all profiles together unless `dra: { profileClasses: true }` gives each a class of its own (k8s.io/api@v0.37.2 core/v1 types.go ResourceClaimsPerClass).
 * @throws for a claim that this app does not make, whose class is not known here
 */
export function quotaKey(place: string, slice: GpuSlice): string {
  const { access, profile } = slice;
  if (access.resourceName !== undefined) { return `requests.${access.resourceName}`; }
  if (slice._give === undefined) {
    throw new Error(`${place}: the devices of ${access} are of a class that is not known here, because this app does `
      + 'not make the claim; write that quota by hand');
  }
  const deviceClass = slice._deviceClass ?? (profile === undefined ? 'gpu.nvidia.com' : 'mig.nvidia.com');
  return `${deviceClass}.deviceclass.resource.k8s.io/devices`;
}
