import type * as yaml from 'yaml';

/** Keys and indices from the root of a document. */
export type Path = readonly (string | number)[];

/** Who wrote a manifest: what our own constructs generate is held to a stricter severity than what a person wrote. */
export type Author = 'construct' | 'person';

/** Where something stands: in a manifest, or in a file inside one of its strings. */
export interface Place {
  readonly document: ManifestDocument;
  readonly path: Path;
  readonly embedded?: EmbeddedFile;
  readonly embeddedPath?: Path;
}

/** A map as it was read. */
export type Fields = Record<string, unknown>;

/** The line of a key, and of those below it. */
export interface LineTree {
  readonly line: number;
  readonly children?: ReadonlyMap<string | number, LineTree>;
}

/** Where a document stands in its file, told on demand. */
export type SourceLines = () => LineTree;

/** The lines of every key below a node of a parsed text. */
export function lineTree(node: unknown, line: number, lineAt: (offset: number) => number): LineTree {
  const { isMap, isScalar, isSeq } = yamlLibrary();
  const offsetOf = (each: unknown) => (each as { range?: [number, number, number] | null } | null)?.range?.[0];
  const children = new Map<string | number, LineTree>();
  if (isMap(node)) {
    for (const { key, value } of node.items) {
      const offset = offsetOf(key);
      children.set(String(isScalar(key) ? key.value : key), lineTree(value, offset === undefined ? line : lineAt(offset), lineAt));
    }
  } else if (isSeq(node)) {
    node.items.forEach((item, index) => {
      const offset = offsetOf(item);
      children.set(index, lineTree(item, offset === undefined ? line : lineAt(offset), lineAt));
    });
  }
  return children.size === 0 ? { line } : { line, children };
}

/** Whether the spec of a kind is plainly a part of one; a person forgets one of the things that an object is made of, not nearly all. */
const LOOKS_LIKE_A_PART: Readonly<Record<string, (spec: Readonly<Fields>) => boolean>> = {
  NIMService: ({ image, authSecret, storage }) => [at(image, 'repository'), authSecret, storage].filter(each => each !== undefined).length < 2,
  NIMCache: ({ source, storage }) => {
    const sources = Object.values(fieldsOf(source));
    const saysHow = sources.some(each => at(each, 'modelPuller') !== undefined || at(each, 'authSecret') !== undefined);
    return !saysHow && (source === undefined || storage === undefined || sources.length > 0);
  },
};

/** One Kubernetes object as it was read. */
export class ManifestDocument {
  public readonly apiVersion: string;
  public readonly kind: string;
  public readonly name: string;
  public readonly namespace?: string;

  constructor(
    public readonly value: Readonly<Fields>,
    public readonly file: string,
    /** Number of the document in its file, from 1. */
    public readonly index: number,
    public readonly author: Author = 'person',
    public readonly constructPath?: string,
    private source?: SourceLines,
  ) {
    const metadata = fieldsOf(value.metadata);
    this.apiVersion = textOf(value.apiVersion) ?? '';
    this.kind = textOf(value.kind) ?? '';
    this.name = textOf(metadata.name) ?? textOf(metadata.generateName) ?? '';
    this.namespace = textOf(metadata.namespace);
  }

  public get labels(): Record<string, string> {
    return stringsOf(fieldsOf(this.value.metadata).labels);
  }

  public get annotations(): Record<string, string> {
    return stringsOf(fieldsOf(this.value.metadata).annotations);
  }

  /**
   * Whether it says only a part of an object, so that what it leaves out is no fault: marked so, for server-side apply, or a
   * Kustomize patch, by what it lacks or by a directive of strategic merge.
   */
  public get isPartial(): boolean {
    if (this.annotations['cdk8s-gpu/form'] === 'partial' || '$patch' in this.value) { return true; }
    return Object.keys(this.spec).length > 0 && (LOOKS_LIKE_A_PART[this.kind]?.(this.spec) ?? false);
  }

  public get spec(): Readonly<Fields> {
    return fieldsOf(this.value.spec);
  }

  /** The line of the key at a path, or of the nearest key above it that exists; undefined for what was never text. */
  public line(path: Path): number | undefined {
    let lines: LineTree | undefined = this.source?.();
    let line = lines?.line;
    for (const key of path) {
      lines = lines?.children?.get(key);
      if (lines === undefined) { break; }
      line = lines.line;
    }
    return line;
  }

  /** Keeps the lines and lets go of the parsed text, which is many times larger. */
  public settle(): void {
    const lines = this.source?.();
    this.source = lines && (() => lines);
  }
}

/** A file in a string of a manifest, such as `config.yaml` in a ConfigMap. */
export class EmbeddedFile {
  private parsed?: { value: unknown; error?: string };

  constructor(public readonly document: ManifestDocument, public readonly path: Path, public readonly text: string) {}

  /** Its content as the operands' parsers read it: YAML 1.1, the last of repeated keys. Undefined when it is no YAML. */
  public get value(): unknown {
    return this.read().value;
  }

  /** Why it cannot be read. */
  public get error(): string | undefined {
    return this.read().error;
  }

  /** The parsed document with its nodes, for what the values alone do not show. */
  public nodes(): yaml.Document.Parsed {
    return parseNodes(this.text);
  }

  /** The line in the manifest's file of a key inside this file. */
  public line(path: Path): number | undefined {
    const start = this.document.line(this.path);
    return start === undefined ? undefined : start + lineOf(this.text, path);
  }

  private read(): { value: unknown; error?: string } {
    if (this.parsed === undefined) {
      const nodes = this.nodes();
      try {
        this.parsed = nodes.errors.length > 0 ? { value: undefined, error: nodes.errors[0].message.split('\n')[0].replace(/:$/, '') } : { value: toPlain(nodes) };
      } catch (error) {
        // an alias without an anchor, one inside its own anchor, or aliases that multiply
        this.parsed = { value: undefined, error: (error as Error).message.split('\n')[0] };
      }
    }
    return this.parsed;
  }
}

/** A map, or an empty one where there is none. */
export function fieldsOf(value: unknown): Readonly<Fields> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Fields : {};
}

/** Whether a value is a map. */
export function isFields(value: unknown): value is Readonly<Fields> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A list, or an empty one where there is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A string, or undefined. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The value at a path, or undefined. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Fields)[key] : undefined), value);
}

/** A map of strings, as labels and selectors are; what is no string is written as one. */
export function stringsOf(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(fieldsOf(value)).map(([key, each]) => [key, String(each ?? '')]));
}

/**
 * How Kubernetes and the operands read YAML: 1.1 less base-60 numbers and dates, which stay strings (go.yaml.in/yaml/v2 resolve.go), and of
 * repeated keys the last.
 */
export const YAML_OF_KUBERNETES = {
  version: '1.1',
  uniqueKeys: false,
  logLevel: 'silent',
  merge: true,
  customTags: (tags: yaml.Tags) => tags.filter(tag => typeof tag === 'string' || !(tag.format === 'TIME' || tag.tag.endsWith(':timestamp'))),
} as const;

function parseNodes(text: string): yaml.Document.Parsed {
  return yamlLibrary().parseDocument(text, YAML_OF_KUBERNETES) as yaml.Document.Parsed;
}

function toPlain(nodes: yaml.Document.Parsed): unknown {
  const value: unknown = nodes.toJS({ maxAliasCount: 1000 });
  JSON.stringify(value); // throws for an alias inside its own anchor: no operand can read that either
  return value;
}

interface Positions { readonly text: string; readonly nodes: yaml.Document.Parsed; readonly lines: yaml.LineCounter }

/** The texts asked about last: the findings of one List or one ConfigMap share their text, and each would parse it again. */
const recent: Positions[] = [];

function positions(text: string): Positions {
  const known = recent.find(each => each.text === text);
  if (known !== undefined) { return known; }
  const lines = new (yamlLibrary().LineCounter)();
  const nodes = yamlLibrary().parseDocument(text, { ...YAML_OF_KUBERNETES, lineCounter: lines });
  recent.unshift({ text, nodes: nodes as yaml.Document.Parsed, lines });
  recent.length = Math.min(recent.length, 4);
  return recent[0];
}

/** The line, from 1, of the key at a path; of the nearest one above where it does not exist. */
function lineOf(text: string, path: Path): number {
  const { nodes, lines } = positions(text);
  const { isMap, isPair, isSeq } = yamlLibrary();
  let node: unknown = nodes.contents;
  let offset = nodes.contents?.range?.[0] ?? 0;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find(each => isPair(each) && String((each.key as { value?: unknown })?.value ?? each.key) === String(key));
      if (pair === undefined) { break; }
      offset = (pair.key as { range?: [number, number, number] }).range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      const item = node.items[Number(key)] as { range?: [number, number, number] } | undefined;
      if (item === undefined) { break; }
      offset = item.range?.[0] ?? offset;
      node = item;
    } else {
      break;
    }
  }
  return lines.linePos(offset).line || 1;
}

let library: typeof yaml | undefined;

/** The YAML library, loaded when there is text to read: an app without files need not pay for it. */
export function yamlLibrary(): typeof yaml {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  library ??= require('yaml') as typeof yaml;
  return library;
}
