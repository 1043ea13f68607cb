import { checkText, checkWhole, FLAG, given, needed, NUMBER, struct, TEXT } from '../../props';

/** How a model is spread over GPUs and nodes. */
export interface NimParallelism {
  /** GPUs of each node that every layer is spread over. Each pod asks for that many whole GPUs. */
  readonly tensor: number;
  /** Nodes that the layers are spread over. */
  readonly pipeline: number;
}

/** The IMEX domain of an NVLink rack (NVIDIA DRA driver). NIM Operator 3.1 and later. */
export interface NimComputeDomain {
  /**
   * Whether the operator makes one. Not with `name`.
   * @default false
   */
  readonly create?: boolean;
  /**
   * One that exists.
   * @default - none
   */
  readonly name?: string;
}

/** MPI between the nodes. */
export interface NimMpi {
  /**
   * How long the nodes may take to find each other, in seconds.
   * @default 300
   */
  readonly mpiStartTimeout?: number;
}

/** Ray between the nodes, for NIM 2.x. NIM Operator 3.1.1 and later. */
export interface NimRay {
  /**
   * Port of the head node.
   * @default 6379
   */
  readonly rayPort?: number;
}

/**
 * A NIM over several nodes, as a LeaderWorkerSet. The storage must be shared (ReadWriteMany, or a NIMCache that is),
 * and autoscaling, affinity, command, arguments and runtime class have no effect.
 */
export interface NimMultiNode {
  /** GPUs a node, and nodes. */
  readonly parallelism: NimParallelism;
  /**
   * MPI, for NIM 1.x. Not with `ray`.
   * @default - MPI with the operator's default
   */
  readonly mpi?: NimMpi;
  /**
   * Ray, for NIM 2.x. Not with `mpi`.
   * @default - MPI
   */
  readonly ray?: NimRay;
  /**
   * The IMEX domain.
   * @default - none
   */
  readonly computeDomain?: NimComputeDomain;
}

/** `multiNode` of a NIMService. */
export function toMultiNode(place: string, multiNode: NimMultiNode | undefined): Record<string, unknown> {
  if (multiNode === undefined) { return {}; }
  const { parallelism, mpi, ray, computeDomain } = multiNode;
  checkWhole(place, 'multiNode.parallelism.tensor', parallelism.tensor, 1);
  checkWhole(place, 'multiNode.parallelism.pipeline', parallelism.pipeline, 1);
  checkWhole(place, 'multiNode.mpi.mpiStartTimeout', mpi?.mpiStartTimeout, 1);
  checkWhole(place, 'multiNode.ray.rayPort', ray?.rayPort, 1, 65535);
  if (mpi !== undefined && ray !== undefined) {
    throw new Error(`${place}: multiNode has mpi and ray, and the API server refuses both together [NIM-096]; give `
      + 'ray for NIM 2.x, mpi for 1.x');
  }
  checkText(place, 'multiNode.computeDomain.name', computeDomain?.name);
  if (computeDomain !== undefined && (computeDomain.create === true) === (computeDomain.name !== undefined)) {
    throw new Error(`${place}: multiNode.computeDomain either has create: true or names one that exists `
      + '[NIM-097]; give one of them');
  }
  return {
    multiNode: {
      backendType: 'lws',
      parallelism: given(parallelism, 'tensor', 'pipeline'),
      ...(mpi !== undefined && { mpi: given(mpi, 'mpiStartTimeout') }),
      ...(ray !== undefined && { ray: given(ray, 'rayPort') }),
      ...(computeDomain !== undefined && { computeDomain: given(computeDomain, 'create', 'name') }),
    },
  };
}
export const MULTI_NODE = struct<NimMultiNode>({
  parallelism: needed(struct<NimParallelism>({ tensor: needed(NUMBER), pipeline: needed(NUMBER) })),
  mpi: struct<NimMpi>({ mpiStartTimeout: NUMBER }),
  ray: struct<NimRay>({ rayPort: NUMBER }),
  computeDomain: struct<NimComputeDomain>({ create: FLAG, name: TEXT }),
});
