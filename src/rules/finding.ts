import { Severity } from './rule';

/** What a rule found, as it is reported. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly fix: string;
  readonly file: string;
  readonly document: number;
  readonly line?: number;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly path: string;
  /** Why a person accepts it; then it is no longer counted. */
  readonly acknowledged?: string;
  /** Whether the rule itself failed, so that what it would have found is not known. */
  readonly isFailure?: boolean;
}
