/** How bad a finding is. */
export enum GpuFindingSeverity {
  /** It cannot work: synthesis stops. */
  ERROR = 'error',
  /** It may not do what is meant: printed by `app.synth()`. */
  WARNING = 'warning',
  /** Good to know. */
  INFO = 'info',
}

/** What a rule found in the manifests of an app. */
export interface GpuFinding {
  /** Id of the rule; `cdk8s-gpu explain ID` tells more. */
  readonly rule: string;
  /**
   * How bad it is: for what this library generated as strict as can be, for an object of your own as in
   * `cdk8s-gpu lint`.
   */
  readonly severity: GpuFindingSeverity;
  /** What is wrong, with the numbers. */
  readonly message: string;
  /** The way out. */
  readonly fix: string;
  /** Path of the construct that writes the object. */
  readonly constructPath: string;
  /** Kind of the object. */
  readonly kind: string;
  /** Name of the object. */
  readonly name: string;
  /**
   * Namespace of the object.
   * @default - it names none
   */
  readonly namespace?: string;
  /** The place in the object, keys joined by dots. */
  readonly path: string;
  /**
   * Why somebody accepts it; then it stops nothing.
   * @default - nobody did
   */
  readonly acknowledged?: string;
}
