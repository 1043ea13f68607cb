/** More GPUs in one node are a slip of the pen: no machine has them. */
export const MOST_GPUS_PER_NODE = 64;
