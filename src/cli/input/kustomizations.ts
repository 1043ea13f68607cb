import * as fs from 'fs';
import * as path from 'path';
import { FilesWithin } from './files-within';
import { isProblem, Layers, ManifestDocument, Overlay, overlaysIn, readManifests } from '../../cluster';
import { at, listOf, textOf } from '../../kubernetes';

const NAME = /^(?:kustomization\.ya?ml|Kustomization)$/;

/** What the Kustomizations of a tree say of its files: which are parts of others, and what they change. */
export class Kustomizations {
  /** Whether a name is that of a Kustomization. */
  public static isName(name: string): boolean {
    return NAME.test(name);
  }

  /** Absolute paths of files that are no objects of their own: patches, and what ConfigMaps are generated of. */
  public readonly partFiles = new Set<string>();

  private readonly overlays: Overlay[] = [];
  /** By the folder of a Kustomization: what it takes, and the namespace that it sets. */
  private readonly byFolder = new Map<string, { resources: string[]; components: string[]; namespace?: string }>();
  private readonly namespaces = new Map<string, Set<string>>();

  /** Takes a Kustomization in; one that cannot be read is told when it is read as a manifest. */
  public add(file: string, within: FilesWithin): void {
    const text = within.read(file);
    const document = text === undefined
      ? undefined
      : [...readManifests(text, file)].find((each): each is ManifestDocument => !isProblem(each));
    if (document === undefined || !/^(?:Kustomization|Component)?$/.test(document.kind)) { return; }
    const folder = path.dirname(file);
    const { value } = document;
    const named = (...keys: string[]) => keys.flatMap(key => listOf(value[key]))
      .flatMap(each => textOf(each) ?? [])
      .filter(each => !each.includes('://'))
      .map(each => path.resolve(folder, each));
    const components = named('components');
    this.byFolder.set(path.resolve(folder), {
      resources: [...named('resources', 'bases'), ...components],
      components,
      namespace: textOf(value.namespace),
    });
    this.overlays.push(...overlaysIn(document, each => within.read(each)));
    const patches = [...listOf(value.patches), ...listOf(value.patchesJson6902)].map(each => textOf(at(each, 'path')));
    const generated = listOf(value.configMapGenerator)
      .flatMap(each => listOf(at(each, 'files')))
      .map(each => textOf(each)?.replace(/^[^=]*=/, ''));
    for (const each of [...patches, ...listOf(value.patchesStrategicMerge).map(textOf), ...generated]) {
      if (each !== undefined && !each.includes('\n')) { this.partFiles.add(path.resolve(folder, each)); }
    }
  }

  /** What they change, once all are taken in. */
  public get layers(): Layers {
    for (const folder of this.byFolder.keys()) {
      const { namespace } = this.byFolder.get(folder)!;
      if (namespace !== undefined) { this.place(folder, namespace, new Set()); }
    }
    const none: ReadonlySet<string> = new Set();
    const reaches = new Map<string, ReadonlySet<string>>();
    const reachOf = (kustomization: string) => {
      const folder = path.dirname(path.resolve(kustomization));
      const known = reaches.get(folder) ?? this.reachOf(folder);
      reaches.set(folder, known);
      return known;
    };
    return {
      overlays: this.overlays,
      namespacesOf: file => this.namespaces.get(path.resolve(file)) ?? none,
      takes: (kustomization, file) =>
        reachOf(kustomization).has(path.resolve(NAME.test(path.basename(file)) ? path.dirname(file) : file)),
    };
  }

  /**
   * The files and folders whose objects the patches of a Kustomization may change; those of a component, of every one
   * that has it.
   */
  private reachOf(folder: string): ReadonlySet<string> {
    const holders = [...this.byFolder]
      .filter(([, { components }]) => components.includes(folder))
      .map(([each]) => each);
    const reached = new Set([folder, ...holders]);
    for (const each of reached) { // grows while it is walked
      for (const next of this.byFolder.get(each)?.resources ?? []) { reached.add(next); }
    }
    return reached;
  }

  /** Gives a namespace to all files that a Kustomization takes, those of Kustomizations in it too. */
  private place(folder: string, namespace: string, seen: Set<string>): void {
    if (seen.has(folder)) { return; }
    seen.add(folder);
    for (const resource of this.byFolder.get(folder)?.resources ?? []) {
      if (this.byFolder.has(resource)) {
        this.place(resource, namespace, seen);
      } else if (fs.existsSync(resource)) {
        this.namespaces.set(resource, (this.namespaces.get(resource) ?? new Set()).add(namespace));
      }
    }
  }
}
