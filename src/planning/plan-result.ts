import { Gpu, GpuLayout, GpuSliceKind } from '../hardware';

/** How a search for a plan ended. */
export enum GpuPlanStatus {
  /** The plan is proved to be the cheapest. */
  OPTIMAL = 'optimal',
  /** There is a plan, and a bound below which none can be; between them nothing is proved. */
  BOUNDED = 'bounded',
  /** There is no plan: see `reasons`. */
  INFEASIBLE = 'infeasible',
}

/** A part of a board and what stands on it. */
export interface GpuPlanSlice {
  /** The MIG profile; `whole` for a whole board or a share of one. */
  readonly profile: string;
  /**
   * First placement unit on the board, of a MIG device.
   * @default - no MIG device, or the placements of the board are not known
   */
  readonly start?: number;
  /**
   * Placement units that it takes.
   * @default - as for `start`
   */
  readonly size?: number;
  /**
   * MiB that it holds.
   * @default - not known
   */
  readonly memoryMib?: number;
  /**
   * The workload of which a replica stands on it.
   * @default - it is free
   */
  readonly workload?: string;
  /**
   * MiB that the replica needs in the worst case.
   * @default - free, or asked for by profile
   */
  readonly neededMib?: number;
}

/** Boards that are cut and used alike. */
export interface GpuPlanBoards {
  /** The type of board. */
  readonly gpu: Gpu;
  /** How each is handed out: whole, by MIG, in turns or through MPS. */
  readonly kind: GpuSliceKind;
  /** How each is cut. */
  readonly layout: GpuLayout;
  /** How many there are. */
  readonly count: number;
  /**
   * How many share each, of shared boards: the replicas of the device plugin.
   * @default - not shared
   */
  readonly tenants?: number;
  /** What is on each, in the order of the placement. */
  readonly slices: GpuPlanSlice[];
  /**
   * Compute slices of each that no workload uses. A profile of one compute slice and two memory slices strands compute,
   * one of three and four of seven and eight.
   * @default - the board has no MIG
   */
  readonly freeComputeSlices?: number;
  /**
   * Memory slices of each that no workload uses.
   * @default - the board has no MIG
   */
  readonly freeMemorySlices?: number;
}

/** A layout and how many boards have it. */
export interface GpuPlanLayout {
  /** The type of board. */
  readonly gpu: Gpu;
  /** How each is handed out. */
  readonly kind: GpuSliceKind;
  /** How each is cut. */
  readonly layout: GpuLayout;
  /** How many boards. */
  readonly count: number;
  /**
   * How many tenants share a board, of a shared one.
   * @default - not shared
   */
  readonly tenants?: number;
}

/** Replicas of a workload on slices of one kind. */
export interface GpuPlanAssignment {
  /** The workload. */
  readonly workload: string;
  /** The type of board. */
  readonly gpu: Gpu;
  /** How the slice is made. */
  readonly kind: GpuSliceKind;
  /** The MIG profile, or `whole`. */
  readonly profile: string;
  /** How many replicas. */
  readonly replicas: number;
}

/** What the same workloads would cost, placed as people do today. Undefined where it cannot be done. */
export interface GpuPlanBaselines {
  /**
   * A whole board for each replica.
   * @default - the boards do not suffice for it
   */
  readonly wholeGpu?: number;
  /**
   * Every board cut into slices of one profile; a replica may take a larger slice than it asked for.
   * @default - the boards do not suffice for it
   */
  readonly uniformProfile?: number;
  /**
   * Largest first, each on the first board that still has room.
   * @default - the boards do not suffice for it
   */
  readonly firstFitDecreasing?: number;
}

/** The GPUs of one node, and how they are cut. */
export interface GpuPlanNodeLayout {
  /** The name of the node; `NVIDIA-A100-SXM4-80GB-1` and so on where it has none yet. */
  readonly node: string;
  /** The type of its boards. */
  readonly gpu: Gpu;
  /**
   * Index in `boards` for each GPU of the node, in the order of the NVML index; -1 for one that the plan leaves free.
   */
  readonly boards: number[];
}

/** A node that a change of plan drains. */
export interface GpuPlanDrain {
  /** The node. */
  readonly node: string;
  /** The layouts that it has now. */
  readonly from: GpuLayout[];
  /** The layouts that it gets. */
  readonly to: GpuLayout[];
  /** Replicas that have no slice while it is drained, all those before it being done. */
  readonly waiting: number;
}

/** What a search for a plan found. Cost, lower bound and gap always stand together. */
export interface GpuPlanResult {
  /** How the search ended. */
  readonly status: GpuPlanStatus;
  /** Whether the plan is proved to be the cheapest. */
  readonly optimal: boolean;
  /** Boards that the plan uses. */
  readonly gpus: number;
  /** What they cost an hour: the number of boards where no prices are given. */
  readonly cost: number;
  /** No plan costs less than this. */
  readonly lowerBound: number;
  /** `(cost - lowerBound) / cost`: 0 is proved. */
  readonly gap: number;
  /** Every layout and how many boards have it. */
  readonly layouts: GpuPlanLayout[];
  /** Where the replicas of each workload go. */
  readonly assignments: GpuPlanAssignment[];
  /** The boards with what stands on them. */
  readonly boards: GpuPlanBoards[];
  /** The nodes with their boards. */
  readonly nodes: GpuPlanNodeLayout[];
  /** The same workloads placed as people do today. */
  readonly baselines: GpuPlanBaselines;
  /** Nodes of `current` that are drained and cut anew, in this order. */
  readonly drains: GpuPlanDrain[];
  /** Why there is no plan: which workload, and what it lacks. Empty when there is one. */
  readonly reasons: string[];
  /** What to know about the plan. */
  readonly notes: string[];
  /** Steps that the search took. */
  readonly steps: number;
}

/** What first fit makes of a series of arrivals. */
export interface GpuArrivalResult {
  /** How many asked for a slice. */
  readonly arrivals: number;
  /** How many have one at the end, or had one until they left. */
  readonly placed: number;
  /** How many still wait at the end. */
  readonly waiting: number;
  /**
   * Arrivals that had to wait although one board had enough compute and memory slices free, only not side by side:
   * counted from 0.
   */
  readonly stranded: number[];
  /**
   * Compute slices of those present at the end that the boards could hold, cut as well as can be: capacity promised.
   */
  readonly promised: number;
  /** Compute slices that they hold: capacity reached. */
  readonly reached: number;
  /**
   * An order of those present at the end in which first fit reaches what is promised; empty when the given order does,
   * or none is known.
   */
  readonly betterOrder: number[];
  /**
   * Layouts that reach what is promised whatever the order, when the boards are cut so from the start; empty when
   * nothing is lost.
   */
  readonly staticLayouts: GpuPlanLayout[];
  /** The boards at the end of the series, in order. */
  readonly boards: GpuArrivalBoard[];
}

/** One board at the end of a series of arrivals. */
export interface GpuArrivalBoard {
  /** The type of board. */
  readonly gpu: Gpu;
  /** What stands on it: slices with their placements. `workload` is the name of the arrival. */
  readonly slices: GpuPlanSlice[];
}
