import { Gpu, GpuSliceKind } from '../hardware';
import { GpuReleases } from '../releases';
import { ClusterPolicy } from './device-plugin/cluster-policy';
import { DraOptions } from './dra/dra-options';
import { MigStrategy } from './mig-strategy';
import { NodeLabelForm } from './node-label-form';
import { PoolDeclaration } from './pool-declaration';
import { SliceAccess } from './slice-access';
import { GpuToleration } from './tolerations';

/** What a back end is told of its cluster; each refuses what is for the other. */
export interface AllocationOptions {
  readonly releases: GpuReleases;
  readonly namespace: string;
  readonly nodeLabels?: NodeLabelForm;
  /** For the device plugin. */
  readonly migStrategy?: MigStrategy;
  /** For the device plugin. */
  readonly clusterPolicy?: ClusterPolicy;
  /** For Dynamic Resource Allocation. */
  readonly dra?: DraOptions;
}

/** A device that somebody wants of a pool. */
export interface WantedDevice {
  readonly kind: GpuSliceKind;
  /** The board; undefined when the pool does not know it. */
  readonly gpu?: Gpu;
  /** The MIG profile, of a MIG device. */
  readonly profile?: string;
  /** Of a shared device: those of one group share one. Claims only. */
  readonly group?: string;
  /** Of a shared device: the memory that is set aside for each. Claims only. */
  readonly memoryMib?: number;
  /** Profiles of which the first that is free will do. Claims only. */
  readonly anyOf?: string[];
  /** One of several MIG devices that must be on one board. Claims only. */
  readonly together?: { readonly profiles: string[]; readonly index: number };
}

/** Somebody who takes a device. */
export interface DeviceUse {
  /** Construct path, for messages. */
  readonly user: string;
  /** Of the pods. */
  readonly namespace?: string;
  /** How many devices each container gets. */
  readonly count: number;
}

/** How a pod gets at a device of a pool. */
export interface DeviceOffer {
  readonly access: SliceAccess;
  /** The nodes that have it. */
  readonly nodeSelector: Record<string, string>;
  readonly tolerations: GpuToleration[];
  /** How many may take it, where the pool's own count does not hold. */
  readonly capacity?: number;
  /** Whether no manifest says how many there are, so that no rule counts them. */
  readonly isUncounted?: boolean;
  /** The DeviceClass that claims of it name; undefined where no claim does. */
  readonly deviceClass?: string;
  /** Writes what the pods of a user need to get at it, and says how they do; left out where `access` says it all. */
  readonly give?: (use: DeviceUse) => SliceAccess;
}

/** The form of an object that takes single devices out of use. */
export interface TaintRuleForm {
  readonly apiVersion: string;
  /** What it needs, for people and for the rules. */
  readonly annotations: Record<string, string>;
  /** Whether the driver calls MIG devices by numbers alone. */
  readonly namesByNumber?: boolean;
}

/** What makes the devices of pools out of the GPUs of a cluster, and hands them to pods. One a cluster. */
export interface AllocationBackend {
  /**
   * Takes a pool in, and writes what its nodes need. Pools of the cluster may follow, so what depends on all of them is
   * settled at synthesis.
   * @throws what the back end cannot do, with the rule and the way out
   */
  register(pool: PoolDeclaration): void;

  /** How a pod gets at a device of a pool that has registered. */
  offer(pool: PoolDeclaration, device: WantedDevice): DeviceOffer;

  /**
   * How single devices of a pool are taken out of use.
   * @param place construct path of who asks, for messages
   * @throws where they cannot be, with the way out
   */
  taintRule(place: string, pool: PoolDeclaration): TaintRuleForm;

  /** The labels that make a node part of a pool; final when every pool has registered. */
  labelsOf(pool: PoolDeclaration): Record<string, string>;

  /** What was worked out, in sentences, with the reasons. */
  decisions(): string[];

  /** What of it a person must do, because no manifest can. */
  actions(): string[];
}
