import { LintResult } from './lint-result';
import { Finding, Severity } from '../../rules';
import { counted, visible, wrapped } from '../../text';

/** How the text is to look: a terminal of the command line is one. */
export interface TextStyle {
  readonly colors: boolean;
  /** Width to wrap at; undefined leaves lines whole. */
  readonly columns?: number;
}

const COLOR: Record<Severity, string> = { error: '31', warning: '33', info: '36' };

/** Where the message stands, behind its line. */
const INDENT = 9;

/** For people: grouped by file, the way out below each finding. */
export function textReport({ findings, problems, files, documents }: LintResult, style: TextStyle): string {
  const paint = (code: string, text: string) => (style.colors ? `\u001b[${code}m${text}\u001b[0m` : text);
  const lines: string[] = [];
  const entry = (line: number | undefined, color: string, mark: string, text: string, rule = '') =>
    wrapped(`  ${String(line ?? '').padStart(5)}  ${mark}  ${visible(text)}  ${rule}`.trimEnd(), INDENT, style.columns)
      .replace(mark, () => paint(color, mark))
      .replace(new RegExp(`${rule}$`), found => (rule === '' ? found : paint('2', found)));
  const problemsOf = byFile(problems);
  const findingsOf = byFile(findings);
  for (const file of [...new Set([...problemsOf.keys(), ...findingsOf.keys()])].sort()) {
    lines.push(paint('1', file));
    for (const { line, message } of problemsOf.get(file) ?? []) { lines.push(entry(line, '31', 'unreadable', message)); }
    for (const { line, severity, message, rule, kind, name, fix, acknowledged } of findingsOf.get(file) ?? []) {
      lines.push(acknowledged === undefined ? entry(line, COLOR[severity], severity, message, rule) : entry(line, '2', 'accepted', message, rule));
      const object = visible(`${kind} ${name}:`);
      lines.push(wrapped(`${' '.repeat(INDENT)}${object} ${visible(acknowledged ?? fix)}`, INDENT, style.columns).replace(object, () => paint('2', object)));
    }
    lines.push('');
  }
  const { error, warning, info } = countOf(findings);
  const counts = [counted(error, 'error'), counted(warning, 'warning'), counted(info, 'note')].join(', ');
  const unread = problems.length === 0 ? '' : `, ${problems.length} unreadable`;
  lines.push(`${counts} in ${counted(files, 'file')}, ${counted(documents, 'document')}${unread}`);
  return lines.join('\n');
}

/** For scripts; what is not known is null. */
export function jsonReport({ findings, files, documents }: LintResult): string {
  return JSON.stringify({
    findings: findings.map(({ rule, severity, message, fix, file, document, line, kind, name, namespace, path, acknowledged }) => ({
      rule, severity, message, fix, file, document, line: line ?? null, kind, name, namespace: namespace ?? null, path, acknowledged,
    })),
    summary: { ...countOf(findings), files, documents },
  }, null, 2);
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

function byFile<T extends { readonly file: string }>(all: readonly T[]): Map<string, T[]> {
  const files = new Map<string, T[]>();
  for (const each of all) {
    const others = files.get(each.file);
    if (others === undefined) { files.set(each.file, [each]); } else { others.push(each); }
  }
  return files;
}

/** Accepted findings are shown, not counted. */
function countOf(findings: readonly Finding[]): Record<Severity, number> {
  const of = (severity: Severity) => findings.filter(each => each.severity === severity && each.acknowledged === undefined).length;
  return { error: of('error'), warning: of('warning'), info: of('info') };
}
