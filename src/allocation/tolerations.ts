
/** A toleration as Kubernetes writes it. */

export interface GpuToleration {
  /** The taint's key. */
  readonly key: string;
  /** `Exists` or `Equal`. */
  readonly operator: string;
  /**
   * The taint's value, with `Equal`.
   * @default - any
   */
  readonly value?: string;
  /**
   * The taint's effect.
   * @default - all effects
   */
  readonly effect?: string;
}
