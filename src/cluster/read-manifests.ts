import { at, isFields, lineTree, ManifestDocument, yamlLibrary } from './document';

/** What could not be read. */
export interface ReadProblem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/**
 * Reads the manifests of a text one document at a time, so that a document that cannot be read does not hide the others.
 * @param text YAML or JSON, of any number of documents; Lists are taken apart
 * @param file how it is called in messages
 */
export function* readManifests(text: string, file: string): Generator<ManifestDocument | ReadProblem> {
  let index = 0;
  for (const { source, firstLine } of documentsOf(text.replace(/^\uFEFF/, '').replace(/\r\n/g, '\n'))) {
    const counter = new (yamlLibrary().LineCounter)();
    const nodes = yamlLibrary().parseDocument(source, { version: '1.1', uniqueKeys: false, logLevel: 'silent', merge: true, lineCounter: counter });
    if (nodes.errors.length > 0) {
      const { message, linePos } = nodes.errors[0];
      index++;
      yield { file, line: firstLine + (linePos?.[0].line ?? 1) - 1, message: message.split('\n')[0] };
      continue;
    }
    let value: unknown;
    try {
      value = nodes.toJS({ maxAliasCount: 1000 });
    } catch (error) {
      index++;
      yield { file, line: firstLine, message: (error as Error).message };
      continue;
    }
    if (value === null || value === undefined) { continue; }
    index++;
    if (!isFields(value)) {
      yield { file, line: firstLine, message: 'a manifest is a map with apiVersion and kind' };
      continue;
    }
    const items = typeof value.kind === 'string' && value.kind.endsWith('List') ? at(value, 'items') : undefined;
    const lineAt = (offset: number) => firstLine + counter.linePos(offset).line - 1;
    const lines = () => lineTree(nodes.contents, lineAt(nodes.contents?.range?.[0] ?? 0), lineAt);
    if (!Array.isArray(items)) {
      yield new ManifestDocument(value, file, index, 'person', undefined, lines);
      continue;
    }
    const ofItems = lines().children?.get('items');
    for (const [number, item] of items.entries()) {
      const ofItem = ofItems?.children?.get(number);
      if (isFields(item)) { yield new ManifestDocument(item, file, index, 'person', undefined, ofItem && (() => ofItem)); }
    }
  }
}

/** The texts between the document markers. */
function* documentsOf(text: string): Generator<{ source: string; firstLine: number }> {
  let start = 0;
  let firstLine = 1;
  const marker = /^---(?:[ \t].*)?$/gm;
  for (let match = marker.exec(text); match !== null; match = marker.exec(text)) {
    const source = text.slice(start, match.index);
    if (/\S/.test(source)) { yield { source, firstLine }; }
    firstLine += source.split('\n').length - 1;
    // what stands behind the marker belongs to the next document; its line is the marker's
    start = match.index + 3;
  }
  const last = text.slice(start);
  if (/\S/.test(last)) { yield { source: last, firstLine }; }
}

/** Whether reading gave a problem. */
export function isProblem(read: ManifestDocument | ReadProblem): read is ReadProblem {
  return !(read instanceof ManifestDocument);
}
