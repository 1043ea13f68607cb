import { countOf, LintResult } from './lint-result';
import { jsonText } from '../../text';

/** For scripts; what is not known is null. */
export function jsonReport({ findings, files, documents, inBaseline }: LintResult): string {
  return jsonText({
    findings: findings.map(({
      rule,
      severity,
      message,
      fix,
      file,
      document,
      line,
      kind,
      name,
      namespace,
      path,
      acknowledged,
    }) => ({
      rule,
      severity,
      message,
      fix,
      file,
      document,
      line: line
        ?? null,
      kind,
      name,
      namespace: namespace ?? null,
      path,
      acknowledged,
    })),
    summary: { ...countOf(findings), files, documents },
    inBaseline,
  });
}
