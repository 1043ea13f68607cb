import { GpuSliceKind } from '../../hardware';

/** Whether a strategy is possible at all. */
export interface GpuStrategyGate {
  /** The strategy. */
  readonly strategy: GpuSliceKind;
  /** Whether it is. */
  readonly passed: boolean;
  /** Why, in numbers. */
  readonly reason: string;
  /** Where that is known from. */
  readonly evidence: string;
}

/** What speaks for a strategy, or against it. */
export interface GpuStrategyScore {
  /** The strategy. */
  readonly strategy: GpuSliceKind;
  /** 1 or 2 for it, -1 or -2 against it; 3 or -3 where it was measured here. */
  readonly points: number;
  /** What speaks so. */
  readonly reason: string;
  /** Where that is known from. */
  readonly evidence: string;
}
