import { KUEUE } from './kueue';
import { pointsOf } from './release';

/**
 * A release of Kueue. Releases are compared by their order: one that came out after this library has what the newest
 * known one has.
 *
 * Source: kubernetes-sigs/kueue, config/components/crd/bases at v0.14.0 to v0.19.2.
 */
export class KueueVersion {
  /** 0.14: the API is v1beta1. */
  public static readonly V0_14 = KueueVersion.of('0.14');
  /** 0.15: the API is v1beta2, beside v1beta1. */
  public static readonly V0_15 = KueueVersion.of('0.15');
  /**
   * 0.16: objects are stored as v1beta2, and a workload may ask for none of a resource that its queue does not cover.
   */
  public static readonly V0_16 = KueueVersion.of('0.16');
  /** 0.17. */
  public static readonly V0_17 = KueueVersion.of('0.17');
  /** 0.18: claims of templates are counted, where the Configuration maps their classes. */
  public static readonly V0_18 = KueueVersion.of('0.18');
  /** 0.19: resources that DeviceClasses stand for are known as such. */
  public static readonly V0_19 = KueueVersion.of('0.19');

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
