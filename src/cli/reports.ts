import { LintResult } from './lint-result';
import { Terminal } from './terminal';
import { Finding, ruleTexts, Severity } from '../rules';

/** For people: grouped by file, the way out below each finding. */
export function textReport({ findings, problems, files, documents }: LintResult, terminal: Terminal): string {
  const paint = (code: string, text: string) => (terminal.colors ? `\u001b[${code}m${text}\u001b[0m` : text);
  const color: Record<Severity, string> = { error: '31', warning: '33', info: '36' };
  const lines: string[] = [];
  for (const file of [...new Set([...problems, ...findings].map(each => each.file))].sort()) {
    lines.push(paint('1', file));
    for (const problem of problems.filter(each => each.file === file)) {
      lines.push(`  ${String(problem.line).padStart(5)}  ${paint('31', 'unreadable')}  ${problem.message}`);
    }
    for (const finding of findings.filter(each => each.file === file)) {
      const mark = finding.acknowledged === undefined ? paint(color[finding.severity], finding.severity) : paint('2', 'accepted');
      lines.push(`  ${String(finding.line ?? '').padStart(5)}  ${mark}  ${finding.message}  ${paint('2', finding.rule)}`);
      lines.push(`         ${paint('2', `${finding.kind} ${finding.name}:`)} ${finding.acknowledged ?? finding.fix}`);
    }
    lines.push('');
  }
  const { error, warning, info } = countOf(findings);
  const read = `${files} ${files === 1 ? 'file' : 'files'}, ${documents} ${documents === 1 ? 'document' : 'documents'}`;
  const unread = problems.length === 0 ? '' : `, ${problems.length} unreadable`;
  lines.push(`${error} errors, ${warning} warnings, ${info} notes in ${read}${unread}`);
  return lines.join('\n');
}

/** For scripts. */
export function jsonReport({ findings, files, documents }: LintResult): string {
  return JSON.stringify({ findings, summary: { ...countOf(findings), files, documents } }, null, 2);
}

/** For the annotations of GitHub Actions. */
export function githubReport({ findings, problems }: LintResult): string {
  const escape = (text: string) => text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
  const property = (text: string) => escape(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
  const command: Record<Severity, string> = { error: 'error', warning: 'warning', info: 'notice' };
  return [
    ...problems.map(({ file, line, message }) => `::error file=${property(file)},line=${line}::${escape(message)}`),
    ...findings.filter(each => each.acknowledged === undefined).map(({ severity, file, line, rule, message, fix }) =>
      `::${command[severity]} file=${property(file)},line=${line ?? 1},title=${property(rule)}::${escape(`${message}. ${fix}`)}`),
  ].join('\n');
}

/** For code scanning: SARIF 2.1.0. */
export function sarifReport({ findings }: LintResult): string {
  const level: Record<Severity, string> = { error: 'error', warning: 'warning', info: 'note' };
  const used = new Set(findings.map(each => each.rule));
  const rules = ruleTexts().filter(text => used.has(text.id));
  const index = new Map(rules.map((text, position) => [text.id, position]));
  return JSON.stringify({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{
      tool: {
        driver: {
          name: 'cdk8s-gpu',
          rules: rules.map(({ id, sentence, why }) => ({ id, shortDescription: { text: sentence }, fullDescription: { text: why } })),
        },
      },
      results: findings.map(finding => ({
        ruleId: finding.rule,
        ruleIndex: index.get(finding.rule),
        level: level[finding.severity],
        message: { text: `${finding.message}. ${finding.fix}` },
        locations: [{
          physicalLocation: { artifactLocation: { uri: finding.file.replace(/\\/g, '/') }, region: { startLine: finding.line ?? 1 } },
          logicalLocations: [{ fullyQualifiedName: [finding.namespace, finding.kind, finding.name].filter(Boolean).join('/') }],
        }],
        ...(finding.acknowledged !== undefined && { suppressions: [{ kind: 'inSource', justification: finding.acknowledged }] }),
      })),
    }],
  }, null, 2);
}

/** Accepted findings are shown, not counted. */
function countOf(findings: Finding[]): Record<Severity, number> {
  const of = (severity: Severity) => findings.filter(each => each.severity === severity && each.acknowledged === undefined).length;
  return { error: of('error'), warning: of('warning'), info: of('info') };
}
