import { GpuMemory } from '../../fit';
import { GpuSliceKind } from '../../hardware';
import { GpuSlice } from '../gpu-slice';

/**
 * What a slice is to the fit check.
 * @param tenants how many of those that take turns on the device are counted; without effect where nobody takes turns
 * @returns undefined when its memory is not known
 */
export function shareOfSlice(
  { gpu, profile, kind, replicas, memoryMib, memoryIsSetAside }: GpuSlice,
  tenants: number,
): GpuMemory | undefined {
  if (gpu === undefined) { return memoryMib === undefined ? undefined : GpuMemory.ofMib(memoryMib); }
  if (memoryIsSetAside) { return GpuMemory.setAside(gpu, memoryMib!, profile); }
  switch (kind) {
    case GpuSliceKind.MIG: return GpuMemory.migSlice(gpu, profile!);
    case GpuSliceKind.MIG_TIME_SLICED: return GpuMemory.timeSlicedMigSlice(gpu, profile!, tenants);
    case GpuSliceKind.MPS: return GpuMemory.mpsShare(gpu, replicas);
    case GpuSliceKind.TIME_SLICED: return GpuMemory.timeSliced(gpu, tenants);
    default: return GpuMemory.wholeGpu(gpu);
  }
}
