/** Where a line stands in what began above it. */
interface State {
  /** The quote that is open. */
  quote?: '"' | '\'';
  /** Brackets and braces that are open. */
  depth: number;
  /** Columns that a continuation needs at least: more than what it continues has. */
  column: number;
  /** The column of the key or dash of a block scalar, whose text is no YAML. */
  block?: number;
}

/**
 * A text in which what continues a quoted text, a list in brackets or a map in braces is indented, an alias that is a
 * key has a space before its colon, and a comment one behind a quote. The parser of kubectl asks for none of that
 * (go.yaml.in/yaml/v2 scannerc.go); ours does. Lines stay where they are.
 */
export function withIndentedContinuations(text: string): string {
  const state: State = { depth: 0, column: 0 };
  return text.split('\n').map(line => continued(line, state)).join('\n');
}

function continued(line: string, state: State): string {
  const indent = line.length - line.trimStart().length;
  if (state.block !== undefined) {
    if (line.trim() === '' || indent > state.block) { return line; }
    state.block = undefined;
  }
  if (state.quote !== undefined || state.depth > 0) {
    const moved = line.trim() === '' ? line : ' '.repeat(state.column) + line;
    scan(moved, moved.length - line.length, state);
    return moved;
  }
  const start = /^[ ]*(?:[-?] +)*/.exec(line)![0].length;
  state.column = start + 2;
  return scan(line, start, state);
}

/**
 * Follows a line from a position on; it comes back with a space behind an alias that is a key, and before a comment
 * right behind a quote.
 */
function scan(line: string, from: number, state: State): string {
  let atStart = true; // of a value, where quotes and brackets mean something
  let [out, added] = [line, 0];
  const addSpace = (at: number) => {
    out = `${out.slice(0, at + added)} ${out.slice(at + added)}`;
    added++;
  };
  for (let index = from; index < line.length; index++) {
    const character = line[index];
    if (state.quote !== undefined) {
      if (state.quote === '"' && character === '\\') { index++; continue; }
      if (character !== state.quote) { continue; }
      if (state.quote === '\'' && line[index + 1] === '\'') { index++; continue; }
      state.quote = undefined;
      atStart = false;
      if (line[index + 1] === '#') {
        addSpace(index + 1);
        break;
      }
      continue;
    }
    const [before, after] = [line[index - 1] ?? ' ', line[index + 1] ?? ' '];
    if (character === ' ' || character === '\t') { continue; }
    if (character === '#' && /\s/.test(before)) { break; }
    if (state.depth > 0 && ',[]{}'.includes(character)) {
      state.depth += '[{'.includes(character) ? 1 : character === ',' ? 0 : -1;
      atStart = true;
    } else if (character === ':' && (/\s/.test(after) || (state.depth > 0 && (before === '"' || before === '\'')))) {
      atStart = true;
    } else if (!atStart) {
      continue;
    } else if (character === '"' || character === '\'') {
      state.quote = character;
    } else if (character === '[' || character === '{') {
      state.depth++;
    } else if (character === '!' || character === '&') {
      // a tag or an anchor stands before the value
      while (index + 1 < line.length && !/\s/.test(line[index + 1])) { index++; }
    } else if ((character === '|' || character === '>')
      && state.depth === 0
      && /^[|>][\d+-]{0,2}\s*(?:#.*)?$/.test(line.slice(index))) {
      state.block = keyColumn(line);
      break;
    } else {
      const alias = character === '*' && state.depth === 0
        ? /^\*[\w-]{1,200}(?=:(?:\s|$))/.exec(line.slice(index, index + 210))?.[0]
        : undefined;
      if (alias !== undefined) { addSpace(index + alias.length); }
      atStart = false;
    }
  }
  return out;
}

/** The column of the last key or dash of a line that ends with the sign of a block scalar. */
function keyColumn(line: string): number {
  const dashes = /^[ ]*(?:[-?] +)*/.exec(line)![0];
  const isKey = /:\s/.test(line.slice(dashes.length));
  return isKey ? dashes.length : Math.max(dashes.trimEnd().length - 1, 0);
}
