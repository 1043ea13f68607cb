import { countOf, LintResult } from './lint-result';

/** For scripts; what is not known is null. */
export function jsonReport({ findings, files, documents, inBaseline }: LintResult): string {
  return withoutControls(JSON.stringify({
    findings: findings.map(({ rule, severity, message, fix, file, document, line, kind, name, namespace, path, acknowledged }) => ({
      rule, severity, message, fix, file, document, line: line ?? null, kind, name, namespace: namespace ?? null, path, acknowledged,
    })),
    summary: { ...countOf(findings), files, documents },
    inBaseline,
  }, null, 2));
}

/** JSON in which no text has a control character that a terminal would act on; JSON.stringify writes out those below a space alone. */
export function withoutControls(json: string): string {
  return json.replace(/[\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, each => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
