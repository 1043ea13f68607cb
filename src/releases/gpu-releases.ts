import { DraDriverVersion } from './dra-driver-version';
import { GpuOperatorVersion } from './gpu-operator-version';
import { KubernetesVersion } from './kubernetes-version';
import { KueueVersion } from './kueue-version';
import { NimOperatorVersion } from './nim-operator-version';

/**
 * The releases of a cluster, said once for all that is written for it. None has a default that moves with this library:
 * an upgrade of the library would then change manifests.
 */
export interface GpuReleases {
  /** The GPU Operator. */
  readonly gpuOperator: GpuOperatorVersion;
  /**
   * Kubernetes. Needed for Dynamic Resource Allocation.
   * @default - unknown: rules that need it say nothing
   */
  readonly kubernetes?: KubernetesVersion;
  /**
   * The NIM Operator: NIMs refuse fields that it does not know.
   * @default - unknown: NIMs may have any field that this library knows
   */
  readonly nimOperator?: NimOperatorVersion;
  /**
   * The NVIDIA DRA driver. Needed for Dynamic Resource Allocation.
   * @default - unknown: rules that need it say nothing
   */
  readonly draDriver?: DraDriverVersion;
  /**
   * Kueue. Needed for a `GpuQueue`.
   * @default - unknown
   */
  readonly kueue?: KueueVersion;
}
