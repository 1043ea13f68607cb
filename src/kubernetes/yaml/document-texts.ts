/** The text of one document, and where it stands in its file. */
export interface DocumentText {
  readonly source: string;
  readonly firstLine: number;
  /** Whether it is larger than is read; then there is no source, and nothing behind it is read. */
  readonly isTooLarge?: boolean;
}

/**
 * Characters of a document. The API server takes 3 MiB for an object (k8s.io/apiserver pkg/server/config.go); a List
 * has many.
 */
export const MOST_CHARACTERS = 64 * 1024 * 1024;

/** The texts between the document markers. */
export function* documentTextsOf(pieces: Iterable<string>, most = MOST_CHARACTERS): Generator<DocumentText> {
  let lines: string[] = [];
  let characters = 0;
  let firstLine = 1;
  let number = 0;
  for (const line of linesOf(pieces, most)) {
    number++;
    characters += line.length + 1;
    const starts = /^---(?:[ \t]|$)/.test(line);
    if (!starts && !/^\.\.\.(?:[ \t]|$)/.test(line)) {
      if (characters > most) {
        yield { source: '', firstLine, isTooLarge: true };
        return;
      }
      lines.push(line);
      continue;
    }
    if (lines.some(each => /\S/.test(each))) { yield { source: lines.join('\n'), firstLine }; }
    // what stands behind a marker belongs to the next document; its line is the marker's
    lines = starts ? [line.slice(3)] : [''];
    characters = lines[0].length;
    firstLine = number;
  }
  if (lines.some(each => /\S/.test(each))) { yield { source: lines.join('\n'), firstLine }; }
}

/**
 * Lines without their ends, of a text that comes in pieces: line feeds, carriage returns or both, as go.yaml.in/yaml/v2
 * breaks lines. One that is longer than a document may be is the last.
 */
function* linesOf(pieces: Iterable<string>, most: number): Generator<string> {
  let rest: string[] = [];
  let length = 0;
  let first = true;
  let pending = '';
  for (const piece of pieces) {
    let text = pending + (first ? piece.replace(/^\uFEFF/, '') : piece);
    first &&= piece === '';
    pending = text.endsWith('\r') ? '\r' : ''; // its line feed may come with the next piece
    if (pending !== '') { text = text.slice(0, -1); }
    const lines = text.includes('\r') ? text.split(/\r\n?|\n/) : text.split('\n');
    rest.push(lines[0]);
    length += lines[0].length;
    if (length > most) { break; }
    if (lines.length === 1) { continue; }
    lines[0] = rest.join('');
    rest = [lines.pop()!];
    [{ length }] = rest;
    yield* lines;
  }
  yield rest.join('');
}

/**
 * The objects of a text in which JSON objects stand one after another, as `jq` and `kubectl` write and read them; empty
 * when it is something else.
 */
export function jsonObjectsOf({ source, firstLine }: DocumentText): DocumentText[] {
  const objects: DocumentText[] = [];
  let level = 0;
  let start = 0;
  let line = firstLine;
  let startLine = firstLine;
  for (const { 0: token, index } of source.matchAll(/"(?:[^"\\\n]|\\.)*"|[{}[\]]|\n|[^\s"{}[\]]+/g)) {
    if (token === '\n') { line++; continue; }
    if (level === 0) {
      if (token !== '{') { return []; }
      [start, startLine] = [index, line];
    }
    if (token === '{' || token === '[') { level++; }
    if (token === '}' || token === ']') { level--; }
    if (level === 0) { objects.push({ source: source.slice(start, index + 1), firstLine: startLine }); }
  }
  return level === 0 ? objects : [];
}
