import type { LineCounter } from 'yaml';
import { bareFileOf } from './bare-files';
import { releasedValuesOf } from './helm-releases';
import { helmValuesOf } from './helm-values';
import { ListTexts, listTexts } from './list-texts';
import { withoutUnreadParts } from './unread-parts';
import { NamedChart } from './values-files';
import {
  at, checkObject, DocumentText, documentTextsOf, Fields, isFields, isItem, jsonObjectsOf, LineTree, lineTree,
  MOST_CHARACTERS, parseYaml, plainValue, SourceLines, textOf, UnreadableYaml, withQuotedPlaceholders, yamlLibrary,
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
    const how: Reading = { file, number: () => ++index, isNameOnly: source !== document.source, forRules, named };
    for (const read of readDocument({ ...document, source }, how)) {
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

/** How a document is read. */
interface Reading {
  readonly file: string;
  /** Gives it its number. */
  readonly number: () => number;
  /** Whether parts of it were left out. */
  readonly isNameOnly?: boolean;
  readonly forRules?: boolean;
  /** The chart that values are of, where their file says it. */
  readonly named?: NamedChart;
}

type Read = ManifestDocument | ReadProblem | Template;

function* readDocument(document: DocumentText, how: Reading): Generator<Read> {
  const list = document.isTooLarge === true ? undefined : listTexts(document);
  if (list === undefined) {
    yield* readWhole(document, how);
    return;
  }
  let index: number | undefined;
  const number = () => (index ??= how.number());
  let known = 0;
  for (const object of readList(list, { ...how, number })) {
    if (object !== NOT_PLAIN) {
      known++;
      yield object;
      continue;
    }
    // read as if nothing of it had been read
    for (const each of readWhole(document, { ...how, number })) {
      if (each instanceof ManifestDocument && known > 0) { known--; } else { yield each; }
    }
  }
}

/** That a part of a List cannot be read by itself. */
const NOT_PLAIN = Symbol('not plain');

/** The objects of a List whose items are parted. */
function* readList(
  { list, items }: ListTexts,
  { file, number, forRules }: Reading,
): Generator<ManifestDocument | typeof NOT_PLAIN> {
  const header = readPart(list.source);
  if (header === undefined || !isFields(header.value) || !isListWithoutItems(header.value)) {
    yield NOT_PLAIN;
    return;
  }
  const index = number();
  for (const { source: whole, firstLine } of items) {
    const source = forRules === true ? withoutUnreadParts(whole) : whole;
    const part = readPart(source);
    if (part === undefined) {
      yield NOT_PLAIN;
      return;
    }
    if (!isItem(part.value, header.value)) { // read whole, where the List says what is wrong with it
      yield NOT_PLAIN;
      return;
    }
    const { nodes, counter } = part;
    const lineAt = (offset: number) => firstLine + Math.max(counter.linePos(offset).line, 1) - 1;
    let tree: LineTree | undefined;
    const lines = () => (tree ??= lineTree(nodes.contents, firstLine, lineAt));
    const object = withKindOf(header.value, part.value);
    if (source === whole) {
      yield* objectsIn(object, file, index, lines);
    } else {
      yield new ManifestDocument(object, file, index, 'person', undefined, lines, [], true);
    }
  }
}

function isListWithoutItems(value: Readonly<Fields>): boolean {
  return typeof value.kind === 'string' && value.kind.endsWith('List') && value.items === null;
}

interface Part { readonly value: unknown; readonly nodes: ReturnType<typeof parseYaml>; readonly counter: LineCounter }

/** Undefined for what is no YAML by itself, and for what a template engine fills in. */
function readPart(source: string): Part | undefined {
  const counter = new (yamlLibrary().LineCounter)();
  const nodes = parseYaml(withQuotedPlaceholders(source), counter);
  try {
    const value = plainValue(nodes, source);
    return /\{\{|\{%/.test(source) && hasMapForKey(nodes) ? undefined : { value, nodes, counter };
  } catch (error) {
    if (!(error instanceof UnreadableYaml)) { throw error; }
    return undefined;
  }
}

function* readWhole(document: DocumentText, how: Reading): Generator<Read> {
  const { file, number, isNameOnly, named } = how;
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
    for (const each of objects) { yield* readDocument(each, { file, number }); }
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
    if (!isItem(item, value)) { continue; }
    const ofItem = (): LineTree => lines().child('items')?.child(number) ?? lines();
    yield* objectsIn(withKindOf(value, item), file, index, ofItem);
  }
  // behind its items, of which some may have been read one by one
  if (checkObject(value).length > 0) { yield new ManifestDocument(value, file, index, 'person', undefined, lines); }
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
