import { KUEUE } from './kueue';
import { pointsOf } from './release';

/**
 * A release of Kueue. Releases are compared by their order: one that came out after this library has what the newest known one has.
 *
 * Source: kubernetes-sigs/kueue, config/components/crd/bases at v0.14.0 to v0.17.0.
 */
export class KueueVersion {
  /** 0.14: the API is v1beta1. */
  public static readonly V0_14 = KueueVersion.of('0.14');
  /** 0.15: the API is v1beta2, beside v1beta1. */
  public static readonly V0_15 = KueueVersion.of('0.15');
  /** 0.16. */
  public static readonly V0_16 = KueueVersion.of('0.16');
  /** 0.17: objects are stored as v1beta2. */
  public static readonly V0_17 = KueueVersion.of('0.17');

  /**
   * Any release, also one that came out after this library.
   * @param version such as `0.17`, which stands for every patch of it
   * @throws for what is no release
   */
  public static of(version: string): KueueVersion {
    return new KueueVersion(KUEUE.of(version));
  }

  /** The releases that this library knows by name, oldest first. */
  public static all(): KueueVersion[] {
    return Object.values(this).filter((each): each is KueueVersion => each instanceof KueueVersion);
  }

  /** The numbers, such as `0.17`. */
  public readonly version: string;

  private constructor(version: string) {
    this.version = version;
  }

  /** Whether this release is the other one or later. */
  public isAtLeast(other: KueueVersion): boolean {
    return pointsOf(this.version).first >= pointsOf(other.version).first;
  }

  /** The numbers. */
  public toString(): string {
    return this.version;
  }
}
