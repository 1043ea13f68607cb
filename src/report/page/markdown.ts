import { shownSafely } from './markup';

/**
 * Text of others in Markdown: shown as it is written. No markup of it counts, and on a forge it mentions nobody and
 * refers to no issue (GitHub Flavored Markdown 0.29, 6.1 backslash escapes; mentions and references are made of the
 * text after that, so a zero-width space parts them).
 */
export function plainMd(text: string): string {
  return oneLine(text).replace(/[\\`*_{}[\]<>#|~&$]/g, '\\$&').replace(/[@]|\\#/g, '$&\u200b').replace(/^(\s*)::/, '$1\\::');
}

/** Text of others as code, in which nothing counts; in a table the bar is escaped all the same (GFM 4.10). */
export function codeMd(text: string): string {
  const line = withoutCommand(oneLine(text));
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  const pad = line.startsWith('`') || line.endsWith('`') || line === '' ? ' ' : '';
  return `${fence}${pad}${line.replace(/\|/g, '\\|')}${pad}${fence}`;
}

/** A table; the cells are finished Markdown. Columns of numbers are set right. */
export function tableMd(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numbers: readonly number[] = [],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(head),
    line(head.map((_, column) => (numbers.includes(column) ? '---:' : '---'))),
    ...rows.map(line),
  ].join('\n');
}

/** Text as a block that is shown letter by letter; longer than any row of backticks in it. */
export function blockMd(lines: readonly string[]): string {
  const text = lines.map(line => withoutCommand(oneLine(line))).join('\n');
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

/** No command to what runs a pipeline (src/text/printable.ts); a zero-width space parts its signs. */
function withoutCommand(line: string): string {
  return line.replace(/^(\s*)::/, '$1:\u200b:').replace(/##(?=\[|vso\[)/gi, '##\u200b');
}

function oneLine(text: string): string {
  return shownSafely(text).replace(/[\r\n\u2028\u2029]/g, ' ');
}
