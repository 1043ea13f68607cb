import { countOf, LintResult } from './lint-result';
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

/** Places of equal findings that are named. */
const MOST_PLACES = 5;

/** For people: grouped by file, equal findings once, the way out below each. */
export function textReport(result: LintResult, style: TextStyle): string {
  const { findings, problems, files, documents, notes = [], understood, inBaseline = 0 } = result;
  const paint = (code: string, text: string) => (style.colors ? `\u001b[${code}m${text}\u001b[0m` : text);
  const lines: string[] = [];
  const entry = (line: number | undefined, color: string, mark: string, text: string, rule = '') => {
    const whole = wrapped(
      `  ${String(line ?? '').padStart(5)}  ${mark}  ${printed(text)}  ${rule}`.trimEnd(),
      INDENT,
      style.columns,
    ).replace(
      mark,
      () => paint(color, mark),
    );
    return rule === '' || !whole.endsWith(rule) ? whole : whole.slice(0, -rule.length) + paint('2', rule);
  };
  const below = (object: string, text: string) =>
    lines.push(wrapped(`${' '.repeat(INDENT)}${object} ${printed(text)}`, INDENT, style.columns).replace(
      object,
      () => paint('2', object),
    ));
  const problemsOf = byFile(problems, ({ file }) => file);
  const notesOf = byFile(notes, ({ file }) => file);
  const groupsOf = byFile(equalOnes(findings), ([{ file }]) => file);
  for (const file of [...new Set([...problemsOf.keys(), ...notesOf.keys(), ...groupsOf.keys()])].sort()) {
    lines.push(paint('1', printed(file)));
    for (const { line, message, title = 'unreadable' } of problemsOf.get(file) ?? []) {
      lines.push(entry(line, '31', title, message));
    }
    for (const { line, message, title = 'not read' } of notesOf.get(file) ?? []) {
      lines.push(entry(line, '36', title, message));
    }
    for (const [first, ...others] of groupsOf.get(file) ?? []) {
      const { line, severity, message, rule, kind, name, fix, acknowledged } = first;
      lines.push(acknowledged === undefined
        ? entry(line, COLOR[severity], severity, message, rule)
        : entry(line, '2', 'accepted', message, rule));
      below(printed(`${kind} ${name}:`), acknowledged ?? fix);
      if (others.length > 0) { below('also:', placesOf(others, file)); }
    }
    lines.push('');
  }
  const { error, warning, info } = countOf(findings);
  const byRule = countedByRule(findings);
  if (byRule.length > 1) { lines.push(wrapped(`by rule: ${byRule.join(', ')}`, INDENT, style.columns)); }
  if (understood !== undefined) {
    const { objects, askForGpus, clusterPolicies } = understood;
    const policies = clusterPolicies === 1 ? '1 ClusterPolicy' : `${clusterPolicies} ClusterPolicies`;
    const asking = `${askForGpus} ${askForGpus === 1 ? 'asks' : 'ask'} for GPUs`;
    lines.push(wrapped(
      `understood: ${counted(files, 'file')}, ${counted(objects, 'object')}, ${asking}, ${policies}`,
      INDENT,
      style.columns,
    ));
  }
  const counts = [counted(error, 'error'), counted(warning, 'warning'), counted(info, 'note')].join(', ');
  const unread = problems.length === 0 ? '' : `, ${problems.length} unreadable`;
  const known = inBaseline === 0 ? '' : `, ${inBaseline} in the baseline`;
  lines.push(`${counts} in ${counted(files, 'file')}, ${counted(documents, 'document')}${unread}${known}`);
  return lines.join('\n');
}

/**
 * A text without control characters, and without the signs that GitHub Actions and Azure Pipelines take for commands
 * wherever a line begins with them.
 */
function printed(text: string): string {
  return visible(text).replace(/^::/, '\\u003a:').replace(/##(?=\[)/g, '#\\u0023');
}

/** Findings that say the same, together, in the order of the first of each. */
function equalOnes(findings: readonly Finding[]): [Finding, ...Finding[]][] {
  const groups = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const { rule, severity, message, fix, acknowledged } = finding;
    const key = JSON.stringify([rule, severity, message, fix, acknowledged]);
    const group = groups.get(key);
    if (group === undefined) { groups.set(key, [finding]); } else { group.push(finding); }
  }
  return [...groups.values()];
}

function placesOf(findings: readonly Finding[], file: string): string {
  const places = findings.slice(0, MOST_PLACES)
    .map(each => `${each.file === file ? 'line ' : `${each.file}:`}${each.line ?? '?'} (${each.kind} ${each.name})`);
  return [...places, ...findings.length > MOST_PLACES ? [`and ${findings.length - MOST_PLACES} more`] : []].join(', ');
}

function countedByRule(findings: readonly Finding[]): string[] {
  const counts = new Map<string, number>();
  for (const { rule } of findings.filter(each => each.acknowledged === undefined)) {
    counts.set(rule, (counts.get(rule) ?? 0) + 1);
  }
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([rule, count]) => `${rule} ${count}`);
}

function byFile<T>(all: readonly T[], fileOf: (each: T) => string): Map<string, T[]> {
  const files = new Map<string, T[]>();
  for (const each of all) {
    const others = files.get(fileOf(each));
    if (others === undefined) { files.set(fileOf(each), [each]); } else { others.push(each); }
  }
  return files;
}
