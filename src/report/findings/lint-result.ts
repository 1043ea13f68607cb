import { ReadProblem } from '../../cluster';
import { Finding, Severity } from '../../rules';

/** What is no fault and worth knowing. */
export type LintNote = ReadProblem;

/** What a report is made of. */
export interface LintResult {
  readonly findings: readonly Finding[];
  readonly problems: readonly ReadProblem[];
  readonly files: number;
  readonly documents: number;
  /** What was not read, or read otherwise than somebody may think, where that is no fault. */
  readonly notes?: readonly LintNote[];
  readonly understood?: Understood;
  /** Findings that a baseline has, which are not reported. */
  readonly inBaseline?: number;
}

/** What of the manifests the rules could be about. */
export interface Understood {
  readonly objects: number;
  /** Objects whose pods ask for a GPU. */
  readonly askForGpus: number;
  readonly clusterPolicies: number;
}

/** Accepted findings are shown, not counted. */
export function countOf(findings: readonly Finding[]): Record<Severity, number> {
  const of = (severity: Severity) =>
    findings.filter(each => each.severity === severity && each.acknowledged === undefined).length;
  return { error: of('error'), warning: of('warning'), info: of('info') };
}
