/** Fewer columns are not worth wrapping for. */
const LEAST_COLUMNS = 40;

/**
 * A line broken between words, to so many columns, the lines after the first indented; as it is where nobody says how
 * wide it may be.
 */
export function wrapped(line: string, indent: number, columns: number | undefined): string {
  if (columns === undefined || columns < LEAST_COLUMNS || line.length <= columns) { return line; }
  const end = line.lastIndexOf(' ', columns);
  // what has no space to break at, such as a path, stays whole
  const at = end > indent ? end : line.indexOf(' ', columns);
  if (at < 0) { return line; }
  return `${line.slice(0, at).trimEnd()}\n${wrapped(
    ' '.repeat(indent) + line.slice(at + 1).trimStart(),
    indent,
    columns,
  )}`;
}
