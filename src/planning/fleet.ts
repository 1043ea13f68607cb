import { ModelFootprint } from '../fit';
import { Gpu, GpuLayout } from '../hardware';

/** What has to stand between the replicas of a workload and their neighbours on the same board. */
export enum GpuPlanIsolation {
  /** A whole board for each replica: no neighbours at all. */
  DEDICATED = 'dedicated',
  /** Memory, compute and faults are kept apart by the hardware: a MIG device or a whole board. */
  HARDWARE = 'hardware',
  /** Anything, also a turn on a shared board: neighbours can end each other. */
  ANY = 'any',
}

/** How far apart the replicas of one workload stand. */
export enum GpuPlanSpread {
  /** They may share a board. */
  NONE = 'none',
  /** No two on one board. */
  BOARDS = 'boards',
  /** No two on one node. */
  NODES = 'nodes',
}

/** A node that is cut already, and how. */
export interface GpuPlanNode {
  /** The name of the node. */
  readonly name: string;
  /** The layout of each GPU, in the order of the NVML index. */
  readonly layouts: GpuLayout[];
}

/** Boards of one type that a plan may use. */
export interface GpuPlanSupply {
  /** The type of board. */
  readonly gpu: Gpu;
  /**
   * How many there are.
   * @default - as many as are needed
   */
  readonly count?: number;
  /**
   * What one board costs an hour, in any currency. Say it for all types or for none.
   * @default 1 - the plan uses as few boards as it can
   */
  readonly costPerHour?: number;
  /**
   * How many of them each node has.
   * @default 1
   */
  readonly gpusPerNode?: number;
  /**
   * Names of the nodes, in the order in which they are filled.
   * @default - the nodes have no names yet
   */
  readonly nodes?: string[];
  /**
   * Nodes that are cut already. They count towards `count`, and keep their layouts unless changing them pays.
   * @default - every board is new
   */
  readonly current?: GpuPlanNode[];
  /**
   * What it costs to drain a node of `current` and cut it anew, in the currency of `costPerHour`.
   * @default 1
   */
  readonly touchCost?: number;
}

/** A way to run a workload that was measured: so much a second on such a slice. */
export interface GpuPlanOption {
  /** The MIG profile, such as `3g.40gb`; `whole` for a whole board. */
  readonly profile: string;
  /** What one replica does there, in the unit of `demand`, such as requests a second. */
  readonly throughput: number;
  /**
   * The board on which it was measured.
   * @default - every board that has the profile
   */
  readonly gpu?: Gpu;
}

/**
 * Models that are to run, all replicas alike. Say what one replica needs in exactly one of `memoryMib`, `footprint`,
 * `profiles` and `options`.
 */
export interface GpuPlanWorkload {
  /** What it is called. */
  readonly name: string;
  /**
   * How many replicas; of a workload with `options`, the least.
   * @default 1
   */
  readonly replicas?: number;
  /**
   * MiB that one replica needs, as `nvidia-smi` prints them.
   * @default - said otherwise
   */
  readonly memoryMib?: number;
  /**
   * The model; a slice will do where it fits also in the worst case.
   * @default - said otherwise
   */
  readonly footprint?: ModelFootprint;
  /**
   * MIG profiles of which any will do, such as `3g.40gb`. `3g` is the plain profile of three compute slices of each
   * board, and `whole` a whole board.
   * @default - said otherwise
   */
  readonly profiles?: string[];
  /**
   * What all replicas have to do together, in any unit a second. Needs `options`.
   * @default - said otherwise
   */
  readonly demand?: number;
  /**
   * Ways to run one replica, with what it does there.
   * @default - said otherwise
   */
  readonly options?: GpuPlanOption[];
  /**
   * What keeps replicas and their neighbours apart.
   * @default GpuPlanIsolation.HARDWARE
   */
  readonly isolation?: GpuPlanIsolation;
  /**
   * How far apart its replicas stand.
   * @default GpuPlanSpread.NONE
   */
  readonly spread?: GpuPlanSpread;
  /**
   * Memory that stays free beside what it needs, as a fraction: 0.1 asks for a tenth more.
   * @default 0
   */
  readonly headroom?: number;
}

/** Boards and what is to run on them. */
export interface GpuFleet {
  /** The boards. */
  readonly gpus: GpuPlanSupply[];
  /** The workloads. */
  readonly workloads: GpuPlanWorkload[];
}

/** How hard a plan is searched for. */
export interface GpuPlanOptions {
  /**
   * After how many steps of the search the best plan so far is taken, with its bound. Steps and not seconds, so that
   * every machine comes to the same plan.
   * @default 200000
   */
  readonly maxSteps?: number;
}
