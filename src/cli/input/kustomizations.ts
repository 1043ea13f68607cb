import * as fs from 'fs';
import * as path from 'path';
import { FilesWithin } from './files-within';
import { isProblem, Layers, ManifestDocument, Overlay, overlaysIn, readManifests } from '../../cluster';
import { at, Fields, listOf, textOf } from '../../kubernetes';

const NAME = /^(?:kustomization\.ya?ml|Kustomization)$/;

/** What one of them says. */
interface Kustomized {
  readonly file: string;
  readonly isComponent: boolean;
  readonly resources: readonly string[];
  readonly namespace?: string;
  /** Whether it puts something before or behind the names of all objects. */
  readonly renames: boolean;
  /** What it names that is fetched from the net. */
  readonly remotes: readonly string[];
  readonly hasCharts: boolean;
}

/**
 * What Kustomize fetches: by HTTP, or as a git repository (kubernetes-sigs/kustomize@api/v0.20.1
 * api/internal/git/repospec.go, api/internal/loader/fileloader.go).
 */
const REMOTE = /^(?:git::|gh:)|:\/\/|^[\w.-]+@[\w.-]+[:/]|^(?:www\.)?github\.com[/:]|[?&](?:ref|version)=|\.git(?:[/?]|$)|_git\//i;

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
  private readonly byFolder = new Map<string, Kustomized>();
  /** By the folder of a component: those of the Kustomizations that have it. */
  private readonly holders = new Map<string, Set<string>>();
  private readonly namespaces = new Map<string, Set<string>>();
  private readonly renamed = new Set<string>();

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
    for (const each of components) {
      this.holders.set(each, (this.holders.get(each) ?? new Set()).add(path.resolve(folder)));
    }
    this.byFolder.set(path.resolve(folder), {
      file,
      isComponent: document.kind === 'Component',
      resources: [...named('resources', 'bases'), ...components],
      namespace: textOf(value.namespace),
      renames: [value.namePrefix, value.nameSuffix].some(each => each !== undefined && each !== ''),
      remotes: filesNamedIn(value).filter(each => REMOTE.test(each)),
      hasCharts: ['helmCharts', 'helmChartInflationGenerator'].some(key => listOf(value[key]).length > 0),
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
      const { namespace, renames } = this.byFolder.get(folder)!;
      if (namespace === undefined && !renames) { continue; }
      for (const file of this.filesOf(folder)) {
        if (namespace !== undefined) {
          this.namespaces.set(file, (this.namespaces.get(file) ?? new Set()).add(namespace));
        }
        if (renames) { this.renamed.add(file); }
      }
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
      isRenamed: file => this.renamed.has(path.resolve(file)),
      takes: (kustomization, file) =>
        reachOf(kustomization).has(path.resolve(NAME.test(path.basename(file)) ? path.dirname(file) : file)),
    };
  }

  /** The Kustomizations that no other takes: what they render to is what is deployed. */
  public roots(): string[] {
    const all = [...this.byFolder];
    const taken = new Set(all.flatMap(([folder, { resources }]) => resources.filter(each => each !== folder)));
    return all.filter(([folder, { isComponent }]) => !isComponent && !taken.has(folder)).map(([, { file }]) => file);
  }

  /** What a Kustomization and those that it takes name of the net. */
  public remotes(root: string, layers: Layers): string[] {
    return this.takenBy(root, layers).flatMap(({ remotes }) => remotes);
  }

  /** Those among a Kustomization and what it takes that inflate Helm charts. */
  public withCharts(root: string, layers: Layers): string[] {
    return this.takenBy(root, layers).filter(({ hasCharts }) => hasCharts).map(({ file }) => file);
  }

  private takenBy(root: string, { takes }: Layers): Kustomized[] {
    return [...this.byFolder.values()].filter(({ file }) => file === root || takes(root, file));
  }

  /**
   * The files and folders whose objects the patches of a Kustomization may change; those of a component, of every one
   * that has it.
   */
  private reachOf(folder: string): ReadonlySet<string> {
    const reached = new Set([folder, ...this.holders.get(folder) ?? []]);
    for (const each of reached) { // grows while it is walked
      for (const next of this.byFolder.get(each)?.resources ?? []) { reached.add(next); }
    }
    return reached;
  }

  /** The files that a Kustomization takes, those of Kustomizations in it too. */
  private filesOf(folder: string): string[] {
    const folders = new Set([folder]);
    const files = new Set<string>();
    for (const each of folders) { // grows while it is walked
      for (const resource of this.byFolder.get(each)?.resources ?? []) {
        if (this.byFolder.has(resource)) {
          folders.add(resource);
        } else if (fs.existsSync(resource)) { files.add(resource); }
      }
    }
    return [...files];
  }
}

/** Fields that list files and folders, as texts or under a key. */
const FIELDS_OF_FILES = [
  'resources', 'bases', 'components', 'crds', 'configurations', 'generators', 'transformers', 'validators',
  'patchesStrategicMerge',
];

/** All that a Kustomization has kustomize open, inline texts left out. */
function filesNamedIn(value: Readonly<Fields>): string[] {
  const generators = [...listOf(value.configMapGenerator), ...listOf(value.secretGenerator)];
  const named = [
    ...FIELDS_OF_FILES.flatMap(field => listOf(value[field])),
    ...['patches', 'patchesJson6902', 'replacements'].flatMap(field => listOf(value[field])).map(each => at(each, 'path')),
    ...generators.flatMap(each => ['files', 'envs'].flatMap(key => listOf(at(each, key)))),
    ...generators.map(each => at(each, 'env')),
    at(value, 'openapi', 'path'),
  ];
  return named.flatMap(each => textOf(each) ?? []).filter(each => !each.includes('\n')).map(each => each.replace(/^[\w.-]+=/, ''));
}
