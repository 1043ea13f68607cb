/** How the devices of a cluster get to pods. */
export enum GpuAllocation {
  /** The device plugin of the GPU Operator: extended resources such as `nvidia.com/mig-3g.40gb`. */
  DEVICE_PLUGIN = 'device-plugin',
  /** The NVIDIA driver for Dynamic Resource Allocation: DeviceClasses and claims. */
  DRA = 'dra',
}
