/** The node labels that the GPU Operator's operands read and write. */
export const LABEL = {
  /** Selects an entry of the mig-parted file (mig-parted cmd/nvidia-mig-manager/main.go). */
  migConfig: 'nvidia.com/mig.config',
  /** What mig-manager made of it: pending, rebooting, success or failed. */
  migConfigState: 'nvidia.com/mig.config.state',
  /** Selects a key of the device-plugin ConfigMap (k8s-device-plugin cmd/config-manager/main.go). */
  devicePluginConfig: 'nvidia.com/device-plugin.config',
  /** The product, with `-MIG-<profile>` and `-SHARED` where they apply (k8s-device-plugin internal/lm/resource.go). */
  gpuProduct: 'nvidia.com/gpu.product',
  /** Ours: the pool that a node belongs to, where no label of the operands says it. */
  pool: 'cdk8s-gpu/pool',
} as const;

/**
 * Annotations by which objects of ours tell the rules what Kubernetes has no field for (src/cluster/node-pools.ts reads
 * them).
 */
export const ANNOTATION = {
  /** On a Node `3`, on a NodeFeatureRule by rule `support=3,shared=4`. */
  gpusPerNode: 'cdk8s-gpu/gpus-per-node',
  /** On a NodeFeatureRule that knows nodes by their board: `fleet=12`. */
  nodes: 'cdk8s-gpu/nodes',
  /**
   * How the GPUs are cut, or may be, where no file of the operands says it: on a Node `[{"3g.40gb":2}]`, one entry for
   * all GPUs or one each and `{}` for a whole one; on a NodeFeatureRule by rule, `{"cut":[{"3g.40gb":2},{}]}`.
   */
  layouts: 'cdk8s-gpu/layouts',
  /** Findings that a person accepts, with reasons (src/rules/acknowledgement.ts reads it). */
  acknowledge: 'cdk8s-gpu/acknowledge',
  /** On an object of Dynamic Resource Allocation: the feature gates that it needs, for people. */
  needs: 'cdk8s-gpu/needs',
} as const;
