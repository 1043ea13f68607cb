import { GpuShare } from '../../fit';
import { GpuSliceKind } from '../../hardware';
import { GpuSlice } from '../../pools';

/**
 * What a slice is to the fit check.
 * @param tenants how many of those that take turns on the device are counted; without effect where nobody takes turns
 * @returns undefined when its memory is not known
 */
export function shareOfSlice({ gpu, profile, kind, replicas, memoryMib }: GpuSlice, tenants: number): GpuShare | undefined {
  if (gpu === undefined) { return memoryMib === undefined ? undefined : GpuShare.ofMib(memoryMib); }
  switch (kind) {
    case GpuSliceKind.MIG: return GpuShare.migSlice(gpu, profile!);
    case GpuSliceKind.MIG_TIME_SLICED: return GpuShare.timeSlicedMigSlice(gpu, profile!, tenants);
    case GpuSliceKind.MPS: return GpuShare.mpsShare(gpu, replicas);
    case GpuSliceKind.TIME_SLICED: return GpuShare.timeSliced(gpu, tenants);
    default: return GpuShare.wholeGpu(gpu);
  }
}
