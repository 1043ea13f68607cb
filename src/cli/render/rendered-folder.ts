import * as fs from 'fs';
import * as path from 'path';
import { isProblem, Layers, ManifestDocument, overlaid, readManifests, ReadProblem } from '../../cluster';

/** What a program rendered of a folder, put back to the files that it comes of. */
export class RenderedFolder {
  /** What the files said before, by kind. */
  private readonly sources = new Map<string, ManifestDocument[]>();

  /**
   * @param by the Kustomization or Chart.yaml that it is rendered of
   * @param covers whether a file is part of what was rendered, and so no manifest of its own
   */
  constructor(
    private readonly by: string,
    private readonly output: string,
    private readonly layers: Layers,
    public readonly covers: (file: string) => boolean,
  ) {}

  /** Takes in what a file said before it was rendered, so that findings can name its lines. */
  public take(source: ManifestDocument): void {
    const placed = overlaid(source, { ...this.layers, overlays: this.ownOverlays() });
    const others = this.sources.get(source.kind);
    if (others === undefined) { this.sources.set(source.kind, [placed]); } else { others.push(placed); }
  }

  /** The objects that were rendered. */
  public* objects(forRules: boolean): Generator<ManifestDocument | ReadProblem> {
    for (const { file, text } of piecesOf(this.output, this.by)) {
      for (const read of readManifests(text, file, forRules)) {
        if (isProblem(read)) {
          yield { ...read, line: 1, message: `what it renders to cannot be read: ${read.message}` };
        } else {
          yield this.placed(read, file);
        }
      }
    }
  }

  /** Where several Kustomizations patch one base, those that this one takes: the others are alternatives. */
  private ownOverlays(): Layers['overlays'] {
    return this.layers.overlays.filter(({ kustomization }) =>
      path.resolve(kustomization) === path.resolve(this.by) || this.layers.takes(this.by, kustomization));
  }

  /** An object at the lines that it was written at; where nobody knows them, in the file that it was rendered of. */
  private placed(object: ManifestDocument, file: string): ManifestDocument {
    const { value, name, kind, index, isNameOnly } = object;
    const source = file === this.by ? sourceOf(name, this.sources.get(kind) ?? []) : undefined;
    return source?.renderedAs(value, this.by)
      ?? new ManifestDocument(value, file, index, 'person', undefined, undefined, [], isNameOnly, this.by);
  }
}

/**
 * The object of that name, else the one whose name is the longest part of it: Kustomize puts a prefix and a suffix
 * around names, and a hash behind those of what it generates.
 */
function sourceOf(name: string, sources: readonly ManifestDocument[]): ManifestDocument | undefined {
  const parts = sources.filter(each => each.name !== '' && name.includes(each.name));
  const longest = Math.max(...parts.map(each => each.name.length));
  return sources.find(each => each.name === name) ?? parts.find(each => each.name.length === longest);
}

/** Helm writes above each document which template it comes of, as in `# Source: chart/templates/pod.yaml`. */
const SOURCE = /^---\n# Source: [^\n/]+\/([^\n]+)$/m;

/** What was printed, by the file that it comes of. */
function piecesOf(output: string, by: string): { file: string; text: string }[] {
  const [first, ...rest] = output.split(SOURCE);
  const pieces = first.trim() === '' ? [] : [{ file: by, text: first }];
  for (let index = 0; index < rest.length; index += 2) {
    const file = path.join(path.dirname(by), rest[index]);
    // that of a chart in an archive is nowhere
    const isThere = !rest[index].split('/').includes('..') && fs.existsSync(file);
    pieces.push({ file: isThere ? file : by, text: rest[index + 1] });
  }
  return pieces;
}
