import { countOf, LintResult } from './lint-result';
import { Finding, Severity } from '../../rules';
import { counted, inShort, messageInShort, printed, withoutCommands, wrapped } from '../../text';

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

/** Findings of one rule that say different things, in a file and in all: nobody reads more, and JSON has them. */
const MOST_IN_FILE = 50;
const MOST_OF_RULE = 500;

const HAS_ALL = '--format json has all';

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
  const limits = new Limits();
  for (const file of [...new Set([...problemsOf.keys(), ...notesOf.keys(), ...groupsOf.keys()])].sort()) {
    const start = lines.push(paint('1', printed(inShort(file, LONGEST_PATH))));
    limits.beginFile();
    for (const { line, message, title = 'unreadable' } of problemsOf.get(file) ?? []) {
      if (limits.lets(title)) { lines.push(entry(line, '31', title, message)); }
    }
    for (const { line, message, title = 'not read' } of notesOf.get(file) ?? []) {
      if (limits.lets(title)) { lines.push(entry(line, '36', title, message)); }
    }
    for (const [first, ...others] of groupsOf.get(file) ?? []) {
      const { line, severity, message, rule, kind, name, fix, acknowledged } = first;
      if (!limits.lets(rule, 1 + others.length)) { continue; }
      lines.push(acknowledged === undefined
        ? entry(line, COLOR[severity], severity, message, rule)
        : entry(line, '2', 'accepted', message, rule));
      below(printed(`${kind} ${inShort(name)}:`), messageInShort(acknowledged ?? fix));
      if (others.length > 0) { below('also:', placesOf(others, file)); }
    }
    if (lines.length === start) {
      lines.pop(); // nothing of it is said
    } else {
      lines.push(...limits.leftOfFile().map(each => `${' '.repeat(INDENT)}and ${each} in this file; ${HAS_ALL}`), '');
    }
  }
  lines.push(...limits.leftOfFiles().map(each => `and ${each} in other files; ${HAS_ALL}`));
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
  return withoutCommands(lines.join('\n'));
}

/** The longest path that Linux takes. */
const LONGEST_PATH = 4096;

/** What is said of each rule, and how much of it is left out: of the file that is written, and of those left out whole. */
class Limits {
  private readonly said = new Map<string, number>();
  private inFile = new Map<string, number>();
  private leftInFile = new Map<string, number>();
  private readonly leftInFiles = new Map<string, number>();

  public beginFile(): void {
    for (const [what, count] of this.leftInFile) { add(this.leftInFiles, what, count); }
    this.inFile = new Map();
    this.leftInFile = new Map();
  }

  /** Whether one more may be said, which stands for so many findings. */
  public lets(what: string, count = 1): boolean {
    const isLet = (this.inFile.get(what) ?? 0) < MOST_IN_FILE && (this.said.get(what) ?? 0) < MOST_OF_RULE;
    if (isLet) {
      add(this.inFile, what, 1);
      add(this.said, what, 1);
    } else {
      add(this.leftInFile, what, count);
    }
    return isLet;
  }

  /** What is left out of this file, where something of the file is said. */
  public leftOfFile(): string[] {
    const left = inWords(this.leftInFile);
    this.leftInFile = new Map();
    return left;
  }

  /** What is left out of the files of which nothing is said. */
  public leftOfFiles(): string[] {
    this.beginFile();
    return inWords(this.leftInFiles);
  }
}

const inWords = (counts: ReadonlyMap<string, number>) => [...counts].map(([what, count]) => `${count} more: ${what}`);

function add(counts: Map<string, number>, what: string, count: number): void {
  counts.set(what, (counts.get(what) ?? 0) + count);
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
    .map(each => `${each.file === file ? 'line ' : `${each.file}:`}${each.line ?? '?'} (${each.kind} ${inShort(each.name)})`);
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
