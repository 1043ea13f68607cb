import { ReadProblem } from '../../cluster';
import { Finding } from '../../rules';

/** What a report is made of. */
export interface LintResult {
  readonly findings: Finding[];
  readonly problems: ReadProblem[];
  readonly files: number;
  readonly documents: number;
}
