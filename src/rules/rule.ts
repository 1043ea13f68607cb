import { ClusterModel, EmbeddedFile, ManifestDocument } from '../cluster';
import { Path } from '../kubernetes';

/** How bad a finding is. */
export type Severity = 'error' | 'warning' | 'info';

/** What a check found. */
export interface RuleFinding {
  readonly document: ManifestDocument;
  readonly path: Path;
  /** The file inside the manifest that the path continues in. */
  readonly file?: EmbeddedFile;
  readonly filePath?: Path;
  readonly message: string;
  readonly fix: string;
  /** Where the manifests show more or less than the rule takes for granted: another severity than that of its text. */
  readonly severity?: Severity;
}

/** Everything that a person may want to know of a rule. */
export interface RuleText {
  readonly id: string;
  readonly area: string;
  /** For what our own constructs generate. */
  readonly severity: Severity;
  /** For what a person wrote; `none`: not reported. */
  readonly lintSeverity: Severity | 'none';
  readonly sentence: string;
  readonly why: string;
  readonly evidence: string;
  /** First and last releases that it applies to. */
  readonly minGpuOperator?: string;
  readonly maxGpuOperator?: string;
  readonly minNimOperator?: string;
  readonly maxNimOperator?: string;
  readonly minKubernetes?: string;
  readonly maxKubernetes?: string;
  readonly minDraDriver?: string;
  readonly maxDraDriver?: string;
  /** Why manifests cannot show it; then it is text alone, without a check. */
  readonly notCheckable?: string;
  readonly bad: string;
  readonly good: string;
}

/** A check, under the id of its text. */
export interface Rule {
  readonly id: string;
  check(model: ClusterModel): Iterable<RuleFinding>;
}
