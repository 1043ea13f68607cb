export type { LintResult } from './findings/lint-result';
export { sarifReport } from './findings/sarif';
export { githubReport, jsonReport, textReport } from './findings/text';
export { releasesOf } from './rules-page';
