import { GPU_OPERATOR } from './gpu-operator';
import { pointsOf } from './release';

/**
 * A release of the NVIDIA GPU Operator. Releases are compared by their order: one that came out after this library,
 * such as `GpuOperatorVersion.of('26.10')`, has what the newest known one has.
 *
 * Source: gpu-operator tags v25.10.1 to v26.7.2 and the operand versions that they pin.
 */
export class GpuOperatorVersion {
  /** 25.10, any patch: device plugin 0.18, mig-parted 0.13; the shipped list of MIG configs is static. */
  public static readonly V25_10 = GpuOperatorVersion.of('25.10');
  /**
   * 26.3, any patch: device plugin 0.19, mig-parted 0.14; MIG configs are generated on each node unless a custom file
   * is named.
   */
  public static readonly V26_3 = GpuOperatorVersion.of('26.3');
  /**
   * 26.7, any patch: device plugin 0.20, mig-parted 0.15; `+me` resources of their own, `packed` allocation,
   * GPUCluster.
   */
  public static readonly V26_7 = GpuOperatorVersion.of('26.7');
  /** 26.7.1: device plugin 0.20.1, mig-parted 0.15.1. */
  public static readonly V26_7_1 = GpuOperatorVersion.of('26.7.1');
  /** 26.7.2: DRA driver 0.5.1. */
  public static readonly V26_7_2 = GpuOperatorVersion.of('26.7.2');

  /**
   * Any release, also one that came out after this library.
   * @param version such as `26.7`, which stands for every patch of it, or `26.7.1`
   * @throws for what is no release, and for one before 25.10
   */
  public static of(version: string): GpuOperatorVersion {
    return new GpuOperatorVersion(GPU_OPERATOR.of(version));
  }

  /** The releases that this library knows by name, oldest first. */
  public static all(): GpuOperatorVersion[] {
    return Object.values(this).filter((each): each is GpuOperatorVersion => each instanceof GpuOperatorVersion);
  }

  /** The numbers, such as `26.7` or `26.7.1`. */
  public readonly version: string;

  private constructor(version: string) {
    this.version = version;
  }

  /** Whether this release is the other one or later. */
  public isAtLeast(other: GpuOperatorVersion): boolean {
    return pointsOf(this.version).first >= pointsOf(other.version).first;
  }

  /** The numbers. */
  public toString(): string {
    return this.version;
  }
}
