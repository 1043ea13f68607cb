/**
 * A release of the NVIDIA NIM Operator. A field that the release does not know would be dropped by the API server without a word,
 * so writing one is an error here.
 *
 * Source: k8s-nim-operator tags v3.0.0 to v3.1.2 and their CRDs.
 */
export enum NimOperatorVersion {
  /** 3.0.0: DRA, multi-node, KServe, NIMBuild. */
  V3_0_0 = '3.0.0',
  /** 3.0.1. */
  V3_0_1 = '3.0.1',
  /** 3.0.2: affinity, storage on the node's disk; the CRD refuses `replicas` beside autoscaling. */
  V3_0_2 = '3.0.2',
  /** 3.1.0: router, init and sidecar containers, compute domains, zero replicas; DRA needs Kubernetes 1.34. */
  V3_1_0 = '3.1.0',
  /** 3.1.1: Ray over several nodes. */
  V3_1_1 = '3.1.1',
  /** 3.1.2: priority class, labels of the Service. */
  V3_1_2 = '3.1.2',
}

/** Annotation by which lint knows the release that an object was written for. */
export const NIM_OPERATOR_ANNOTATION = 'cdk8s-gpu/nim-operator';
