import { Gpu, GpuSliceKind } from '../hardware';
import { PoolDeclaration } from './pool-declaration';
import { SliceAccess } from './slice-access';
import { GpuToleration } from './tolerations';

/** A device that somebody wants of a pool. */
export interface WantedDevice {
  readonly kind: GpuSliceKind;
  /** The board; undefined when the pool does not know it. */
  readonly gpu?: Gpu;
  /** The MIG profile, of a MIG device. */
  readonly profile?: string;
}

/** How a pod gets at a device of a pool. */
export interface DeviceOffer {
  readonly access: SliceAccess;
  /** The nodes that have it. */
  readonly nodeSelector: Record<string, string>;
  readonly tolerations: GpuToleration[];
}

/** What makes the devices of pools out of the GPUs of a cluster, and hands them to pods. One a cluster. */
export interface AllocationBackend {
  /**
   * Takes a pool in, and writes what its nodes need. Pools of the cluster may follow, so what depends on all of them is settled at synthesis.
   * @throws what the back end cannot do, with the rule and the way out
   */
  register(pool: PoolDeclaration): void;

  /** How a pod gets at a device of a pool that has registered. */
  offer(pool: PoolDeclaration, device: WantedDevice): DeviceOffer;

  /** The labels that make a node part of a pool; final when every pool has registered. */
  labelsOf(pool: PoolDeclaration): Record<string, string>;

  /** What was worked out, in sentences, with the reasons. */
  decisions(): string[];

  /** What of it a person must do, because no manifest can. */
  actions(): string[];
}
