import { SharedDevicesAllocationPolicy } from '../device-plugin-sharing';
import { MigStrategy } from '../mig-strategy';

/** A resource that is shared, and by how many. */
export interface SharedResource {
  /** The resource before it is renamed: `nvidia.com/gpu` or `nvidia.com/mig-7g.80gb`. */
  readonly name: string;
  readonly replicas: number;
}

/** How the GPUs of a node are shared, in the words of k8s-device-plugin api/config/v1. */
export interface SharingConfig {
  readonly method: 'timeSlicing' | 'mps';
  readonly resources: SharedResource[];
  readonly renameByDefault?: boolean;
  readonly failRequestsGreaterThanOne?: boolean;
}

/** One key of the device-plugin ConfigMap. */
export interface DevicePluginConfig {
  readonly migStrategy?: MigStrategy;
  readonly allocationPolicy?: SharedDevicesAllocationPolicy;
  readonly sharing?: SharingConfig;
}

/**
 * The config as the plugin reads it. Only what was asked for is written; the operator sets the rest by environment
 * (DP-011).
 */
export function devicePluginFile(config: DevicePluginConfig): Record<string, unknown> {
  const file: Record<string, unknown> = { version: 'v1' };
  const flags: Record<string, unknown> = {};
  if (config.migStrategy !== undefined) { flags.migStrategy = config.migStrategy; }
  if (config.allocationPolicy !== undefined) {
    flags.plugin = { sharedDevicesAllocationPolicy: config.allocationPolicy };
  }
  if (Object.keys(flags).length > 0) { file.flags = flags; }
  if (config.sharing !== undefined) {
    const { method, resources, renameByDefault, failRequestsGreaterThanOne } = config.sharing;
    const block: Record<string, unknown> = {};
    if (renameByDefault !== undefined) { block.renameByDefault = renameByDefault; }
    if (failRequestsGreaterThanOne !== undefined) { block.failRequestsGreaterThanOne = failRequestsGreaterThanOne; }
    block.resources = resources.map(({ name, replicas }) => ({ name, replicas }));
    file.sharing = { [method]: block };
  }
  return file;
}
