import { Construct } from 'constructs';
import { AllocationBackend, AllocationOptions, DevicePluginBackend, DraBackend, GpuAllocation } from '../allocation';

/** The back end of each way of allocation. */
export const BACKENDS: Record<GpuAllocation, (scope: Construct, options: AllocationOptions) => AllocationBackend> = {
  [GpuAllocation.DEVICE_PLUGIN]: (scope, options) => new DevicePluginBackend(scope, options),
  [GpuAllocation.DRA]: (scope, options) => new DraBackend(scope, options),
};
