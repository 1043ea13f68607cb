import { NIM_OPERATOR } from './nim-operator';
import { pointsOf } from './release';

/**
 * A release of the NVIDIA NIM Operator. The API server drops a field that the release does not know without a word, so
 * writing one is an error here. Releases are compared by their order: one that came out after this library has what the
 * newest known one has.
 *
 * Source: k8s-nim-operator tags v3.0.0 to v3.1.4 and their CRDs.
 */
export class NimOperatorVersion {
  /** 3.0.0: DRA, multi-node, KServe, NIMBuild. */
  public static readonly V3_0_0 = NimOperatorVersion.of('3.0.0');
  /** 3.0.1. */
  public static readonly V3_0_1 = NimOperatorVersion.of('3.0.1');
  /** 3.0.2: affinity, storage on the node's disk; the CRD refuses `replicas` beside autoscaling. */
  public static readonly V3_0_2 = NimOperatorVersion.of('3.0.2');
  /** 3.1.0: router, init and sidecar containers, compute domains, zero replicas; DRA needs Kubernetes 1.34. */
  public static readonly V3_1_0 = NimOperatorVersion.of('3.1.0');
  /** 3.1.1: Ray over several nodes. */
  public static readonly V3_1_1 = NimOperatorVersion.of('3.1.1');
  /** 3.1.2: priority class, labels of the Service. */
  public static readonly V3_1_2 = NimOperatorVersion.of('3.1.2');
  /** 3.1.3: `authSecret` is optional, autoscaling may go down to zero. */
  public static readonly V3_1_3 = NimOperatorVersion.of('3.1.3');
  /** 3.1.4. */
  public static readonly V3_1_4 = NimOperatorVersion.of('3.1.4');

  /**
   * Any release, also one that came out after this library.
   * @param version such as `3.1`, which stands for every patch of it, or `3.1.2`
   * @throws for what is no release, and for one before 3.0
   */
  public static of(version: string): NimOperatorVersion {
    return new NimOperatorVersion(NIM_OPERATOR.of(version));
  }

  /** The releases that this library knows by name, oldest first. */
  public static all(): NimOperatorVersion[] {
    return Object.values(this).filter((each): each is NimOperatorVersion => each instanceof NimOperatorVersion);
  }

  /** The numbers, such as `3.1.4`. */
  public readonly version: string;

  private constructor(version: string) {
    this.version = version;
  }

  /** Whether this release is the other one or later. */
  public isAtLeast(other: NimOperatorVersion): boolean {
    return pointsOf(this.version).first >= pointsOf(other.version).first;
  }

  /** The numbers. */
  public toString(): string {
    return this.version;
  }
}
