import { KUBERNETES } from './kubernetes';
import { pointsOf } from './release';

/**
 * A version of Kubernetes. Versions are compared by their order: one that came out after this library has what the
 * newest known one has.
 *
 * Source: kubernetes/kubernetes, pkg/features/kube_features.go at v1.34 to v1.38.0-beta.0.
 */
export class KubernetesVersion {
  /** 1.31: no API of DRA that NVIDIA's driver speaks. */
  public static readonly V1_31 = KubernetesVersion.of('1.31');
  /** 1.32: DRA as `resource.k8s.io/v1beta1`, off unless somebody switches it on. */
  public static readonly V1_32 = KubernetesVersion.of('1.32');
  /** 1.33: DRA as `resource.k8s.io/v1beta2`, off unless somebody switches it on. */
  public static readonly V1_33 = KubernetesVersion.of('1.33');
  /** 1.34: DRA is stable, as `resource.k8s.io/v1`. */
  public static readonly V1_34 = KubernetesVersion.of('1.34');
  /** 1.35: DRA can no longer be switched off. */
  public static readonly V1_35 = KubernetesVersion.of('1.35');
  /** 1.36: partitionable devices, consumable capacity and extended resources are on by default. */
  public static readonly V1_36 = KubernetesVersion.of('1.36');
  /** 1.37: device taints and extended resources are stable; a HorizontalPodAutoscaler may go down to zero. */
  public static readonly V1_37 = KubernetesVersion.of('1.37');
  /** 1.38: partitionable devices are stable. Known from its first beta. */
  public static readonly V1_38 = KubernetesVersion.of('1.38');

  /**
   * Any release, also one that came out after this library.
   * @param version such as `1.36`, which stands for every patch of it, or what a kubelet says, such as `v1.34.2-eks-1`
   * @throws for what is no version
   */
  public static of(version: string): KubernetesVersion {
    return new KubernetesVersion(KUBERNETES.of(version));
  }

  /** The releases that this library knows by name, oldest first. */
  public static all(): KubernetesVersion[] {
    return Object.values(this).filter((each): each is KubernetesVersion => each instanceof KubernetesVersion);
  }

  /** The numbers, such as `1.38`. */
  public readonly version: string;

  private constructor(version: string) {
    this.version = version;
  }

  /** Whether this release is the other one or later. */
  public isAtLeast(other: KubernetesVersion): boolean {
    return pointsOf(this.version).first >= pointsOf(other.version).first;
  }

  /** The numbers. */
  public toString(): string {
    return this.version;
  }
}
