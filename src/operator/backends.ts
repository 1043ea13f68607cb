import { Construct } from 'constructs';
import { AllocationBackend, DevicePluginBackend, DevicePluginOptions, GpuAllocation } from '../allocation';

/** The back end of each way of allocation. */
export const BACKENDS: Record<GpuAllocation, (scope: Construct, options: DevicePluginOptions) => AllocationBackend> = {
  [GpuAllocation.DEVICE_PLUGIN]: (scope, options) => new DevicePluginBackend(scope, options),
};
