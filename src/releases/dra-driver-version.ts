import { DRA_DRIVER } from './dra-driver';
import { pointsOf } from './release';

/**
 * A release of the NVIDIA DRA driver. Releases are compared by their order: one that came out after this library has
 * what the newest known one has.
 *
 * Source: kubernetes-sigs/dra-driver-nvidia-gpu, pkg/featuregates at v0.2 to v0.5.1; NVIDIA/k8s-dra-driver-gpu for the
 * first ones.
 */
export class DraDriverVersion {
  /** 0.1, which its tags call 25.3. */
  public static readonly V0_1 = DraDriverVersion.of('0.1');
  /** 0.2, which its tags call 25.8: gates for time-slicing and MPS. */
  public static readonly V0_2 = DraDriverVersion.of('0.2');
  /** 0.3, which its tags call 25.12: dynamic MIG, whole functions, health checks. */
  public static readonly V0_3 = DraDriverVersion.of('0.3');
  /** 0.4, any patch: device metadata. */
  public static readonly V0_4 = DraDriverVersion.of('0.4');
  /** 0.5, any patch: consumable shares. */
  public static readonly V0_5 = DraDriverVersion.of('0.5');
  /** 0.5.1, which GPU Operator 26.7.2 brings. */
  public static readonly V0_5_1 = DraDriverVersion.of('0.5.1');

  /**
   * Any release, also one that came out after this library.
   * @param version such as `0.5`, which stands for every patch of it, `0.5.1`, or a release of the first year by its
   * date, such as `25.8`
   * @throws for what is no release
   */
  public static of(version: string): DraDriverVersion {
    return new DraDriverVersion(DRA_DRIVER.of(version));
  }

  /** The releases that this library knows by name, oldest first. */
  public static all(): DraDriverVersion[] {
    return Object.values(this).filter((each): each is DraDriverVersion => each instanceof DraDriverVersion);
  }

  /** The numbers, such as `0.5.1`. */
  public readonly version: string;

  private constructor(version: string) {
    this.version = version;
  }

  /** Whether this release is the other one or later. */
  public isAtLeast(other: DraDriverVersion): boolean {
    return pointsOf(this.version).first >= pointsOf(other.version).first;
  }

  /** The numbers. */
  public toString(): string {
    return this.version;
  }
}
