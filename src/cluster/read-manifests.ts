import { at, isFields, lineTree, ManifestDocument, YAML_OF_KUBERNETES, yamlLibrary } from './document';
import { releasedValuesOf } from './helm-releases';
import { helmValuesOf } from './helm-values';
import { hideSecrets } from '../secrets';
import { withQuotedPlaceholders } from './template';

/** What could not be read. */
export interface ReadProblem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/**
 * Reads the manifests of a text one document at a time, so that a document that cannot be read does not hide the others.
 * @param text YAML or JSON, of any number of documents, whole or in pieces; Lists are taken apart
 * @param file how it is called in messages
 */
export function* readManifests(text: string | Iterable<string>, file: string): Generator<ManifestDocument | ReadProblem> {
  let index = 0;
  for (const { source, firstLine } of documentsOf(typeof text === 'string' ? [text] : text)) {
    const counter = new (yamlLibrary().LineCounter)();
    const nodes = yamlLibrary().parseDocument(withQuotedPlaceholders(source), { ...YAML_OF_KUBERNETES, lineCounter: counter });
    if (nodes.errors.length > 0) {
      const { message, linePos } = nodes.errors[0];
      index++;
      yield { file, line: firstLine + (linePos?.[0].line ?? 1) - 1, message: hideSecrets(message.split('\n')[0].replace(/:$/, '')) };
      continue;
    }
    let value: unknown;
    try {
      value = nodes.toJS({ maxAliasCount: 1000 });
    } catch (error) {
      index++;
      yield { file, line: firstLine, message: hideSecrets((error as Error).message) };
      continue;
    }
    if (value === null || value === undefined) { continue; }
    index++;
    if (isJsonPatch(value)) { continue; } // Kustomize trees have them in files of their own
    if (!isFields(value)) {
      yield { file, line: firstLine, message: 'a manifest is a map with apiVersion and kind' };
      continue;
    }
    const items = typeof value.kind === 'string' && value.kind.endsWith('List') ? at(value, 'items') : undefined;
    const lineAt = (offset: number) => firstLine + counter.linePos(offset).line - 1;
    const lines = () => lineTree(nodes.contents, lineAt(nodes.contents?.range?.[0] ?? 0), lineAt);
    const fromValues = helmValuesOf(value, file, index, lines);
    if (fromValues !== undefined) {
      yield* fromValues;
      continue;
    }
    if (!Array.isArray(items)) {
      yield new ManifestDocument(value, file, index, 'person', undefined, lines);
      yield* releasedValuesOf(value, file, index, lines);
      continue;
    }
    const ofItems = lines().children?.get('items');
    for (const [number, item] of items.entries()) {
      const ofItem = ofItems?.children?.get(number);
      if (isFields(item)) { yield new ManifestDocument(item, file, index, 'person', undefined, ofItem && (() => ofItem)); }
    }
  }
}

/** Whether a list is a JSON patch (RFC 6902). */
function isJsonPatch(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(each => typeof at(each, 'op') === 'string' && typeof at(each, 'path') === 'string');
}

/** The texts between the document markers. */
function* documentsOf(pieces: Iterable<string>): Generator<{ source: string; firstLine: number }> {
  let lines: string[] = [];
  let firstLine = 1;
  let number = 0;
  for (const line of linesOf(pieces)) {
    number++;
    if (!/^---(?:[ \t]|$)/.test(line)) {
      lines.push(line);
      continue;
    }
    if (lines.some(each => /\S/.test(each))) { yield { source: lines.join('\n'), firstLine }; }
    // what stands behind the marker belongs to the next document; its line is the marker's
    lines = [line.slice(3)];
    firstLine = number;
  }
  if (lines.some(each => /\S/.test(each))) { yield { source: lines.join('\n'), firstLine }; }
}

/** Lines without their ends, whatever the ends, of a text that comes in pieces. */
function* linesOf(pieces: Iterable<string>): Generator<string> {
  let rest = '';
  let first = true;
  for (const piece of pieces) {
    const lines = (rest + (first ? piece.replace(/^\uFEFF/, '') : piece)).split('\n');
    first = false;
    rest = lines.pop()!;
    for (const line of lines) { yield line.endsWith('\r') ? line.slice(0, -1) : line; }
  }
  yield rest;
}

/** Whether reading gave a problem. */
export function isProblem(read: ManifestDocument | ReadProblem): read is ReadProblem {
  return !(read instanceof ManifestDocument);
}
