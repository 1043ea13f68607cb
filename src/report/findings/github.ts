import { LintResult } from './lint-result';
import { Severity } from '../../rules';
import { counted, inShort, visible } from '../../text';

/**
 * GitHub shows as many annotations of each kind for a step (GitHub Docs, "Workflow commands", limits of annotations).
 */
const MOST_SHOWN = 10;

/** The longest path that Linux takes. */
const LONGEST_PATH = 4096;

const COMMAND: Record<Severity, string> = { error: 'error', warning: 'warning', info: 'notice' };

/** An annotation of GitHub Actions. */
interface Annotation {
  readonly command: string;
  readonly file: string;
  readonly line: number;
  readonly title: string;
  readonly text: string;
}

/** For the annotations of GitHub Actions: errors first, as many as are shown, and how many there are beside them. */
export function githubReport({ findings, problems, notes = [] }: LintResult): string {
  const all: Annotation[] = [
    ...findings.filter(each => each.acknowledged === undefined).map(({ severity, file, line, rule, message, fix }) =>
      ({ command: COMMAND[severity], file, line: line ?? 1, title: rule, text: `${message}. ${fix}` })),
    ...problems.map(({
      file,
      line,
      message,
      title = 'unreadable',
    }) => ({ command: 'error', file, line, title, text: message })),
    ...notes.map(({
      file,
      line,
      message,
      title = 'not read',
    }) => ({ command: 'notice', file, line, title, text: message })),
  ];
  const byCommand = Object.values(COMMAND).map(command => all.filter(each => each.command === command));
  const left = byCommand.map(each => Math.max(each.length - MOST_SHOWN, 0));
  const rest = left.flatMap((count, index) =>
    (count === 0 ? [] : [counted(count, ['error', 'warning', 'note'][index])]));
  const shown = byCommand.flatMap(each => each.slice(0, MOST_SHOWN)).map(lineOf);
  return [
    ...shown,
    ...rest.length === 0
      ? []
      : [`cdk8s-gpu: GitHub shows ${MOST_SHOWN} of each kind; there are ${rest.join(', ')} more: see --format text`],
  ].join('\n');
}

function lineOf({ command, file, line, title, text }: Annotation): string {
  const path = property(inShort(file, LONGEST_PATH));
  return `::${command} file=${path},line=${line},title=${property(title)}::${data(text)}`;
}

/** A text that cannot end the command, and says nothing to a terminal. */
function data(text: string): string {
  return text.replace(/[^\r\n]+/g, visible).replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function property(text: string): string {
  return data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}
