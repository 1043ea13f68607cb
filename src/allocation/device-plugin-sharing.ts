/**
 * How the plugin picks among the replicas of several GPUs (`flags.plugin.sharedDevicesAllocationPolicy`, device plugin
 * 0.20).
 */
export enum SharedDevicesAllocationPolicy {
  /** Prefer the GPU with the fewest replicas in use: spreads tenants over the GPUs of a node. The plugin's default. */
  DISTRIBUTED = 'distributed',
  /** Prefer the GPU with the most replicas in use: fills one GPU before the next. */
  PACKED = 'packed',
}

/** What only the device plugin can do with shared devices; Dynamic Resource Allocation has no word for it. */
export interface DevicePluginSharing {
  /**
   * Advertise the shared resource as `<name>.shared`, so that nobody gets a share by asking for a GPU.
   * @default false
   */
  readonly renameByDefault?: boolean;
  /**
   * Refuse containers that ask for more than one share: they would get no more compute or memory for it. Under MPS
   * `false` needs GPU Operator 26.7 (DP-017).
   * @default true
   */
  readonly failRequestsGreaterThanOne?: boolean;
  /**
   * How shares are spread over the GPUs of a node. Needs GPU Operator 26.7 (DP-010).
   * @default - the plugin's own: distributed
   */
  readonly allocationPolicy?: SharedDevicesAllocationPolicy;
}
