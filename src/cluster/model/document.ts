import type * as yaml from 'yaml';
import { isRead } from './read-kinds';
import {
  at, Fields, fieldsOf, LineTree, lineTree, listOf, parseYaml, Path, plainValue, SourceLines, stringsOf, textOf,
  yamlLibrary,
} from '../../kubernetes';

/** Who wrote a manifest: what our own constructs generate is held to a stricter severity than what a person wrote. */
export type Author = 'construct' | 'person';

/** Where something stands: in a manifest, or in a file inside one of its strings. */
export interface Place {
  readonly document: ManifestDocument;
  readonly path: Path;
  readonly embedded?: EmbeddedFile;
  readonly embeddedPath?: Path;
}

/** Says that an object is what a chart makes of values, whose fields are the chart's and not those of Kubernetes. */
export const FROM_VALUES = 'cdk8s-gpu/from-values';

/** Says that a Kustomization puts something before or behind the name. */
export const RENAMED = 'cdk8s-gpu/renamed';

/**
 * Whether the spec of a kind is plainly a part of one; a person forgets one of the things that an object is made of,
 * not nearly all.
 */
const LOOKS_LIKE_A_PART: Readonly<Record<string, (spec: Readonly<Fields>) => boolean>> = {
  NIMService: ({ image, authSecret, storage }) =>
    [at(image, 'repository'), authSecret, storage].filter(each => each !== undefined).length < 2,
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
  private partial?: boolean;

  constructor(
    public readonly value: Readonly<Fields>,
    public readonly file: string,
    /** Number of the document in its file, from 1. */
    public readonly index: number,
    public readonly author: Author = 'person',
    public readonly constructPath?: string,
    private source?: SourceLines,
    /** Parts of it that stand elsewhere, as Kustomize lays them over it; the last counts. */
    private readonly overlays: readonly ManifestDocument[] = [],
    /** Whether only what it is and what it is called was read: it says nothing about GPUs. */
    public readonly isNameOnly: boolean = false,
    /**
     * The Kustomization that generates it, or the Kustomization or Chart.yaml that a program rendered it of; its file
     * is then the one that it comes of.
     */
    public readonly rendering?: string,
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

  /** What its annotations say to this library. */
  public get ownAnnotations(): readonly (readonly [string, unknown])[] {
    return Object.entries(fieldsOf(fieldsOf(this.value.metadata).annotations))
      .filter(([key]) => key.startsWith('cdk8s-gpu/'));
  }

  /**
   * Whether it says only a part of an object, so that what it leaves out is no fault: marked so, for server-side apply,
   * or a Kustomize patch, by what it lacks or by a directive of strategic merge.
   */
  public get isPartial(): boolean {
    return this.partial ??= this.saysOnlyAPart();
  }

  private saysOnlyAPart(): boolean {
    if (this.annotations['cdk8s-gpu/form'] === 'partial' || '$patch' in this.value) { return true; }
    // what a test of a cluster compares it with
    if (this.value.spec === undefined && this.value.status !== undefined) { return true; }
    return Object.keys(this.spec).length > 0
      && (Object.hasOwn(LOOKS_LIKE_A_PART, this.kind) && LOOKS_LIKE_A_PART[this.kind](this.spec));
  }

  /** Whether an operator of NVIDIA made it and keeps it as it is, as in what `kubectl get` prints of a cluster. */
  public get isOwnedByOperator(): boolean {
    return this.controllers.some(each =>
      /^(?:[\w-]+\.)?nvidia\.com\//.test(textOf(each.apiVersion) ?? '')
        || (this.kind === 'Pod' && each.kind === 'DaemonSet'));
  }

  /**
   * Whether it is a file of the GPU Operator's own, which its code completes before it makes the object: it adds
   * volumes, names and images (NVIDIA/gpu-operator@a22dbf67 assets, controllers/object_controls.go).
   */
  public get isAssetOfOperator(): boolean {
    return this.namespace === 'FILLED BY THE OPERATOR';
  }

  /** Whether a controller made it, of another object that says how many there are. */
  public get hasController(): boolean {
    return this.controllers.length > 0;
  }

  private get controllers(): Readonly<Fields>[] {
    return listOf(fieldsOf(this.value.metadata).ownerReferences)
      .map(fieldsOf)
      .filter(({ controller }) => controller === true);
  }

  /** Whether rules know nothing of its kind, and it is read for pods that show by their shape. */
  public get isOfUnknownKind(): boolean {
    return this.author === 'person' && this.value.spec !== undefined && !isRead(this.kind, this.apiVersion);
  }

  public get spec(): Readonly<Fields> {
    return fieldsOf(this.value.spec);
  }

  /** The object with another value, of which parts stand elsewhere. */
  public overlaidBy(value: Readonly<Fields>, overlays: readonly ManifestDocument[]): ManifestDocument {
    return new ManifestDocument(value, this.file, this.index, this.author, this.constructPath, this.source, overlays,
      this.isNameOnly, this.rendering);
  }

  /** The object as a program rendered it, whose parts stand where they stood before. */
  public renderedAs(value: Readonly<Fields>, rendering: string): ManifestDocument {
    const { file, index, author, constructPath, source, overlays, isNameOnly } = this;
    return new ManifestDocument(value, file, index, author, constructPath, source, overlays, isNameOnly, rendering);
  }

  /** Where the value at a path is written: in itself, or in the last part that is laid over it and has the path. */
  public originOf(path: Path): ManifestDocument {
    return path.length === 0
      ? this
      : [...this.overlays].reverse().find(part => at(part.value, ...path) !== undefined) ?? this;
  }

  /** The line of the key at a path, or of the nearest key above it that exists; undefined for what was never text. */
  public line(path: Path): number | undefined {
    const told = this.source?.();
    this.source = told && (() => told); // every finding of it asks
    return told && lineIn(told, path);
  }

  /**
   * The document with a part of its value, and with its lines. Of one that was read from text, nothing else stays: the
   * parsed text is many times larger, and every string in it would keep the whole text.
   */
  public withPart(part: Readonly<Fields>): ManifestDocument {
    const lines = this.source?.();
    return new ManifestDocument(lines === undefined ? part : JSON.parse(JSON.stringify(part)) as Fields,
      this.file, this.index, this.author, this.constructPath, lines && (() => lines), this.overlays, this.isNameOnly,
      this.rendering);
  }
}

/** A file in a string of a manifest, such as `config.yaml` in a ConfigMap. */
export class EmbeddedFile {
  private parsed?: { value: unknown; error?: string };

  constructor(public readonly document: ManifestDocument, public readonly path: Path, public readonly text: string) {}

  /**
   * Its content as the operands' parsers read it: YAML 1.1, the last of repeated keys. Undefined when it is no YAML.
   */
  public get value(): unknown {
    return this.read().value;
  }

  /** Why it cannot be read. */
  public get error(): string | undefined {
    return this.read().error;
  }

  /** The parsed document with its nodes, for what the values alone do not show. */
  public nodes(): yaml.Document.Parsed {
    return positions(this.text).nodes;
  }

  /** The line in the manifest's file of a key inside this file. */
  public line(path: Path): number | undefined {
    const start = this.document.originOf(this.path).line(this.path);
    return start === undefined ? undefined : start + lineOf(this.text, path);
  }

  private read(): { value: unknown; error?: string } {
    if (this.parsed === undefined) {
      try {
        this.parsed = { value: plainValue(this.nodes(), this.text) };
      } catch (error) {
        this.parsed = { value: undefined, error: (error as Error).message };
      }
    }
    return this.parsed;
  }
}

interface Positions {
  readonly text: string;
  readonly nodes: yaml.Document.Parsed;
  readonly lines: yaml.LineCounter;
  /** The lines of every key, once somebody asks for one. */
  tree?: LineTree;
}

/**
 * The texts asked about last: the findings of one List or one ConfigMap share their text, and each would parse it
 * again.
 */
const recent: Positions[] = [];

function positions(text: string): Positions {
  const known = recent.find(each => each.text === text);
  if (known !== undefined) { return known; }
  const lines = new (yamlLibrary().LineCounter)();
  recent.unshift({ text, nodes: parseYaml(text, lines), lines });
  recent.length = Math.min(recent.length, 4);
  return recent[0];
}

/** The line, from 1, of the key at a path; of the nearest one above where it does not exist. */
function lineOf(text: string, path: Path): number {
  const known = positions(text);
  const lineAt = (offset: number) => known.lines.linePos(offset).line || 1;
  known.tree ??= lineTree(known.nodes.contents, lineAt(known.nodes.contents?.range?.[0] ?? 0), lineAt);
  return lineIn(known.tree, path);
}

/** The line of the key at a path, or of the nearest key above it that exists. */
function lineIn(tree: LineTree, path: Path): number {
  let lines: LineTree | undefined = tree;
  let { line } = tree;
  for (const key of path) {
    lines = lines?.child(key);
    if (lines === undefined) { break; }
    ({ line } = lines);
  }
  return line;
}
