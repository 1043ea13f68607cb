import * as path from 'path';
import { ManifestDocument } from './document';
import { at, listOf, textOf } from '../../kubernetes';

/** What a person says of which files are of one cluster; where nobody says anything, the files of a folder are. */
export interface Together {
  /** Whether all files are. */
  readonly all?: boolean;
  /** Files and folders that somebody named: as with `kubectl apply -f FOLDER`, the files directly in them are. */
  readonly named?: readonly string[];
}

/** How two files stand to each other: of one cluster, in one folder and no more, or nothing joins them. */
export type Joined = 'together' | 'neighbours' | 'apart';

/** What was said of a file, worked out once: pairs of files are asked about, and there may be many. */
interface Placed {
  readonly folder: string;
  readonly isNamed: boolean;
  /** The charts for which the file is a template. */
  readonly charts: ReadonlySet<number>;
  /** What Kustomizations take together with the file. */
  readonly groups: ReadonlySet<number>;
  /** What is applied as it is with the file in it. */
  readonly applied: ReadonlySet<number>;
}

/** A folder that a deployment tool applies as it is. */
interface Applied {
  readonly folder: string;
  readonly withFoldersBelow: boolean;
}

const KUSTOMIZATION = /^(?:kustomization\.ya?ml|Kustomization)$/;

/**
 * Where the Operator SDK and kubebuilder keep an example of each kind. Their Kustomization lists all for the bundle
 * (kubebuilder book, "config/samples"), and nobody applies them together.
 */
const SAMPLES = /(?:^|[\\/])config[\\/]samples$/;

/**
 * Which files are of one cluster: those that a Kustomization takes, that a chart has for templates, that an Application
 * of Argo CD or a Kustomization of Flux applies, and those that a person named. Other folders are often alternatives,
 * or the manifests of several clusters.
 */
export class FileGroups {
  private readonly kustomizations = new Map<string, { takes: string[]; folder: string }>();
  private readonly applied: Applied[] = [];
  private readonly charts: string[] = [];
  private readonly named: ReadonlySet<string>;
  /** The groups that a file or folder is in, by its path. */
  private groups?: ReadonlyMap<string, ReadonlySet<number>>;
  private readonly placed = new Map<string, Placed>();

  constructor(private readonly together?: Together) {
    this.named = new Set((together?.named ?? []).map(each => path.normalize(each).replace(/(?<=.)[\\/]$/, '')));
  }

  /** Takes in what an object says of files. */
  public add(document: ManifestDocument): void {
    const { kind, value, file } = document;
    this.placed.clear();
    const group = document.apiVersion.split('/')[0];
    const folder = folderOf(file);
    if (['Kustomization', 'Component'].includes(kind) && SAMPLES.test(folder)) {
      return;
    } else if (['Kustomization', 'Component'].includes(kind) && ['kustomize.config.k8s.io', ''].includes(group)) {
      const lists = ['resources', 'bases', 'components'].flatMap(key => listOf(value[key]));
      const generated = listOf(value.configMapGenerator).flatMap(each => listOf(at(each, 'files')));
      const values = listOf(value.helmCharts).flatMap(each =>
        [at(each, 'valuesFile'), ...listOf(at(each, 'additionalValuesFiles'))]);
      const takes = [
        ...lists,
        ...values,
        ...generated.map(each => textOf(each)?.replace(/^[^=]*=/, '')),
      ].flatMap(each => textOf(each) ?? []);
      this.kustomizations.set(folder, {
        folder,
        takes: takes.map(each => path.normalize(path.join(folder, each)).replace(/(?<=.)[\\/]$/, '')),
      });
      this.groups = undefined;
    } else if (kind === 'Kustomization' && group === 'kustomize.toolkit.fluxcd.io') {
      this.apply(at(document.spec, 'path'), true);
    } else if (kind === 'Application' && group === 'argoproj.io') {
      for (const source of [document.spec.source, ...listOf(document.spec.sources)]) {
        if (at(source, 'chart') === undefined) {
          this.apply(at(source, 'path'), at(source, 'directory', 'recurse') === true);
        }
      }
    } else if (kind === '' && path.basename(file) === 'Chart.yaml' && textOf(value.name) !== undefined) {
      this.charts.push(path.join(folder, 'templates'));
    }
  }

  /** How two files stand to each other. */
  public joined(one: string, other: string): Joined {
    if (one === other || this.together?.all === true) { return 'together'; }
    const [first, second] = [this.place(one), this.place(other)];
    if (this.together === undefined ? first.folder === second.folder : first.isNamed && second.isNamed) {
      return 'together';
    }
    if (meet(first.charts, second.charts) || meet(first.groups, second.groups)) { return 'together'; }
    // what a chart renders to often lies beside it, and nobody applies the templates as they are
    if ((first.charts.size > 0) !== (second.charts.size > 0)) { return 'apart'; }
    if (!this.isKustomized(first.folder)
      && !this.isKustomized(second.folder)
      && meet(first.applied, second.applied)) { return 'together'; }
    // of one folder, some Kustomizations take the one and others the other: alternatives
    return first.folder !== second.folder || (first.groups.size > 0 && second.groups.size > 0) ? 'apart' : 'neighbours';
  }

  private place(file: string): Placed {
    let placed = this.placed.get(file);
    if (placed === undefined) {
      const folder = folderOf(file);
      const taken = path.normalize(KUSTOMIZATION.test(path.basename(file)) ? path.dirname(file) : file);
      placed = {
        folder,
        isNamed: this.isNamed(file),
        charts: placesIn(this.charts, each => isBelow(folder, each)),
        groups: this.taken().get(taken) ?? NONE,
        applied: placesIn(this.applied, each => endsIn(folder, each.folder, !each.withFoldersBelow)),
      };
      this.placed.set(file, placed);
    }
    return placed;
  }

  private apply(written: unknown, withFoldersBelow: boolean): void {
    const folder = path.posix.normalize(textOf(written) ?? '').replace(/^(?:\.?\/)+|\/$/g, '');
    if (folder !== '' && folder !== '.' && !folder.includes('{{')) { this.applied.push({ folder, withFoldersBelow }); }
  }

  private isNamed(file: string): boolean {
    return this.named.has(path.normalize(file)) || this.named.has(folderOf(file));
  }

  /** Whether the folder has a Kustomization, which then says what is taken. */
  private isKustomized(folder: string): boolean {
    return this.kustomizations.has(folder);
  }

  private taken(): ReadonlyMap<string, ReadonlySet<number>> {
    if (this.groups === undefined) {
      const groups = new Map<string, Set<number>>();
      for (const [number, folder] of [...this.kustomizations.keys()].entries()) {
        const reached = new Set([folder]);
        for (const each of reached) { // grows while it is walked
          for (const next of this.kustomizations.get(each)?.takes ?? []) { reached.add(next); }
        }
        for (const each of reached) { groups.set(each, (groups.get(each) ?? new Set()).add(number)); }
      }
      this.groups = groups;
    }
    return this.groups;
  }
}

const NONE: ReadonlySet<number> = new Set();

/** The places of those in a list for which something holds. */
function placesIn<T>(list: readonly T[], holds: (each: T) => boolean): ReadonlySet<number> {
  return new Set(list.flatMap((each, index) => (holds(each) ? [index] : [])));
}

function meet(one: ReadonlySet<number>, other: ReadonlySet<number>): boolean {
  const [few, many] = one.size < other.size ? [one, other] : [other, one];
  return [...few].some(each => many.has(each));
}

const folderOf = (file: string) => path.normalize(path.dirname(file));

function isBelow(folder: string, root: string): boolean {
  return folder === root || folder.startsWith(root + path.sep);
}

/**
 * Whether the last folders of a path are these, or where more may follow, whether they stand in it: the root of a
 * repository is not known.
 */
function endsIn(folder: string, names: string, isWhole: boolean): boolean {
  const text = `/${folder.split(path.sep).join('/')}/`;
  return isWhole ? text.endsWith(`/${names}/`) : text.includes(`/${names}/`);
}
