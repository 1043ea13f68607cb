import { bareFileOf } from './bare-files';
import { releasedValuesOf } from './helm-releases';
import { helmValuesOf } from './helm-values';
import { withoutUnreadParts } from './unread-parts';
import { NamedChart } from './values-files';
import {
  at, DocumentText, documentTextsOf, Fields, isFields, jsonObjectsOf, LineTree, lineTree, MOST_CHARACTERS, parseYaml,
  plainValue, SourceLines, textOf, UnreadableYaml, withQuotedPlaceholders, yamlLibrary,
} from '../../kubernetes';
import { hideSecretsOfSource } from '../../secrets';
import { ManifestDocument } from '../model/document';

/** What could not be read. */
export interface ReadProblem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
  /** Whether it is well-formed, and no manifest: files of other tools are. */
  readonly isOther?: boolean;
  /** Whether a template engine has to fill it in first. */
  readonly isTemplate?: boolean;
  /** What it is, in a word or two; @default - it was not read */
  readonly title?: string;
}

/**
 * Reads the manifests of a text one document at a time, so that a document that cannot be read does not hide the
 * others.
 * @param text YAML or JSON, of any number of documents, whole or in pieces; Lists are taken apart
 * @param file how it is called in messages
 * @param forRules whether only what rules read is asked for: of built-in objects that say nothing about GPUs the rest
 * is not parsed, so faults in it are not found
 * @param named the chart that values in it are given to, as another file says it
 */
export function* readManifests(
  text: string | Iterable<string>,
  file: string,
  forRules = false,
  named?: NamedChart,
): Generator<ManifestDocument | ReadProblem> {
  let index = 0;
  let isTemplate = false;
  for (const document of documentTextsOf(typeof text === 'string' ? [text] : text)) {
    const source = forRules && document.isTooLarge !== true ? withoutUnreadParts(document.source) : document.source;
    const isNameOnly = source !== document.source;
    for (const read of readDocument({ ...document, source }, file, () => ++index, isNameOnly, named)) {
      if ('template' in read) {
        if (!isTemplate) { yield { file, line: read.template, message: TEMPLATE, isTemplate: true }; }
        isTemplate = true; // said once a file
      } else {
        yield read;
      }
    }
  }
}

const TEMPLATE = 'it is a template, not YAML; lint what it renders to, as in: helm template . | cdk8s-gpu lint -';

/** The line of a document that is no YAML before a template engine has been over it. */
interface Template { readonly template: number }

function* readDocument(
  document: DocumentText, file: string, number: () => number, isNameOnly = false, named?: NamedChart,
): Generator<ManifestDocument | ReadProblem | Template> {
  const { source, firstLine } = document;
  if (document.isTooLarge === true) {
    number();
    yield {
      file,
      line: firstLine,
      message: `the document is larger than ${MOST_CHARACTERS / 1024 ** 2} MiB, so neither it nor what follows is `
        + 'read; give its parts in files of their own',
    };
    return;
  }
  const objects = /^\s*\{\s*["}]/.test(source) ? jsonObjectsOf(document) : [];
  if (objects.length > 1) {
    for (const each of objects) { yield* readDocument(each, file, number); }
    return;
  }
  const counter = new (yamlLibrary().LineCounter)();
  const lineAt = (offset: number) => firstLine + Math.max(counter.linePos(offset).line, 1) - 1;
  const nodes = parseYaml(withQuotedPlaceholders(source), counter);
  let value: unknown;
  try {
    value = plainValue(nodes, source);
    if (/\{\{|\{%/.test(source) && hasMapForKey(nodes)) { throw new UnreadableYaml(TEMPLATE); }
  } catch (error) {
    if (!(error instanceof UnreadableYaml)) { throw error; }
    number();
    const template = source.search(/\{\{|\{%/);
    yield template >= 0
      ? { template: lineAt(template) }
      : { file, line: lineAt(error.offset), message: hideSecretsOfSource(source, error.message) };
    return;
  }
  if (value === null || value === undefined) { return; }
  const index = number();
  if (isJsonPatch(value)) { return; }
  if (!isFields(value)) {
    yield {
      file,
      line: lineAt(nodes.contents?.range?.[0] ?? 0),
      message: 'a manifest is a map with apiVersion and kind',
      isOther: true,
    };
    return;
  }
  const object = value.kind === undefined && KUSTOMIZATION.test(file) ? { kind: 'Kustomization', ...value } : value;
  const lines = () => lineTree(nodes.contents, lineAt(nodes.contents?.range?.[0] ?? 0), lineAt);
  const bare = bareFileOf(object, source, firstLine, file, index);
  const fromValues = bare === undefined ? helmValuesOf(object, file, index, lines, named) : [bare];
  if (fromValues !== undefined) {
    yield* fromValues;
  } else if (Array.isArray(itemsOf(object))) {
    const tree = lines();
    yield* objectsIn(object, file, index, () => tree);
  } else {
    yield new ManifestDocument(object, file, index, 'person', undefined, lines, [], isNameOnly);
    yield* releasedValuesOf(object, file, index, lines);
  }
}

/** The operations of RFC 6902, as Kustomize reads them from a file of their own: what they change is elsewhere. */
function isJsonPatch(value: unknown): boolean {
  return Array.isArray(value)
    && value.length > 0
    && value.every(each => typeof at(each, 'op') === 'string' && typeof at(each, 'path') === 'string');
}

/** A file that needs no kind: its name says it. */
const KUSTOMIZATION = /(?:^|[\\/])(?:kustomization\.ya?ml|Kustomization)$/;

/** The objects of a List, and of Lists in it. */
function* objectsIn(
  value: Readonly<Fields>,
  file: string,
  index: number,
  lines: SourceLines,
): Generator<ManifestDocument> {
  const items = itemsOf(value);
  if (!Array.isArray(items)) {
    yield new ManifestDocument(value, file, index, 'person', undefined, lines);
    return;
  }
  for (const [number, item] of items.entries()) {
    if (!isFields(item)) { continue; }
    const ofItem = (): LineTree => lines().child('items')?.child(number) ?? lines();
    yield* objectsIn(withKindOf(value, item), file, index, ofItem);
  }
}

function itemsOf(value: Readonly<Fields>): unknown {
  return typeof value.kind === 'string' && value.kind.endsWith('List') ? at(value, 'items') : undefined;
}

/** The API server leaves out the kind in the items of a PodList, because the list says it. */
function withKindOf(list: Readonly<Fields>, item: Readonly<Fields>): Readonly<Fields> {
  const kind = textOf(list.kind)!.slice(0, -'List'.length);
  return kind === '' || item.kind !== undefined ? item : { apiVersion: list.apiVersion, kind, ...item };
}

/** As `{{ .Values.name }}` is read where a value is expected. */
function hasMapForKey(nodes: ReturnType<typeof parseYaml>): boolean {
  const { isCollection, visit } = yamlLibrary();
  let found = false;
  visit(nodes, {
    Pair: (_, { key }) => {
      found ||= isCollection(key);
      return found ? visit.BREAK : undefined;
    },
  });
  return found;
}

/** Whether reading gave a problem. */
export function isProblem(read: ManifestDocument | ReadProblem): read is ReadProblem {
  return !(read instanceof ManifestDocument);
}
