import { IConstruct } from 'constructs';
import { takesFraction } from './memory-check';
import { GpuFit, GpuMemory, ModelFootprint, togetherMib, worstMeeting } from '../../fit';
import { AppChecks } from '../../synthesis';
import { GpuSlice } from '../gpu-slice';

/** A model that takes turns on a claimed device. */
interface Tenant {
  readonly construct: IConstruct;
  readonly slice: GpuSlice;
  readonly mostPods: number;
  readonly needMib: number;
}

/**
 * Adds up what may meet on one claimed device. Of devices that the device plugin shares the rules do that at synthesis,
 * for all workloads alike (MEM-001); in a claim they do not see the memory.
 */
export function noteTenant(construct: IConstruct, slice: GpuSlice, footprint: ModelFootprint, mostPods: number): void {
  if (!slice.access.isClaim || !slice.memoryIsShared || slice.memoryMib === undefined) { return; }
  const report = GpuFit.check(footprint, GpuMemory.ofMib(slice.memoryMib));
  if (report.neededWorstMib === undefined) { return; }
  const needMib = takesFraction(footprint) ? Math.floor(slice.memoryMib / slice.replicas) : report.neededWorstMib;
  const tenants = AppChecks.of(construct).shared('tenants of claimed devices', () => {
    const all: Tenant[] = [];
    construct.node.root.node.addValidation({ validate: () => crowded(all) });
    return all;
  });
  tenants.push({ construct, slice, mostPods, needMib });
}

function crowded(tenants: Tenant[]): string[] {
  const devices = new Map<string, Tenant[]>();
  for (const tenant of tenants) {
    const key = `${tenant.slice.pool} ${tenant.slice.access}`;
    const others = devices.get(key);
    if (others === undefined) { devices.set(key, [tenant]); } else { others.push(tenant); }
  }
  return [...devices.values()].flatMap(each => {
    const { slice } = each[0];
    const together = worstMeeting(each, slice.replicas);
    const sum = togetherMib(together);
    if (sum <= slice.memoryMib!) { return []; }
    return [`${together.map(tenant => `${tenant.construct.node.path} (${tenant.needMib} MiB)`).join(', ')} may meet `
      + `on one ${slice} of pool ${slice.pool}: ${sum} MiB together, the device has ${slice.memoryMib} MiB [MEM-001]. `
      + 'Use fewer replicas for the pool, '
        + 'smaller profiles, or MIG'];
  });
}
