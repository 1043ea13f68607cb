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
  private groups?: ReadonlySet<string>[];

  constructor(private readonly together?: Together) {
    this.named = new Set((together?.named ?? []).map(each => path.normalize(each).replace(/(?<=.)[\\/]$/, '')));
  }

  /** Takes in what an object says of files. */
  public add(document: ManifestDocument): void {
    const { kind, value, file } = document;
    const group = document.apiVersion.split('/')[0];
    const folder = folderOf(file);
    if (['Kustomization', 'Component'].includes(kind) && SAMPLES.test(folder)) {
      return;
    } else if (['Kustomization', 'Component'].includes(kind) && ['kustomize.config.k8s.io', ''].includes(group)) {
      const lists = ['resources', 'bases', 'components'].flatMap(key => listOf(value[key]));
      const generated = listOf(value.configMapGenerator).flatMap(each => listOf(at(each, 'files')));
      const takes = [
        ...lists,
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
    const [first, second] = [folderOf(one), folderOf(other)];
    if (this.together === undefined ? first === second : this.isNamed(one) && this.isNamed(other)) {
      return 'together';
    }
    if (this.charts.some(each => isBelow(first, each) && isBelow(second, each))) { return 'together'; }
    const [oneTaken, otherTaken] = [one, other].map(file =>
      path.normalize(KUSTOMIZATION.test(path.basename(file)) ? path.dirname(file) : file));
    const groups = this.taken();
    if (groups.some(group => group.has(oneTaken) && group.has(otherTaken))) { return 'together'; }
    // what a chart renders to often lies beside it, and nobody applies the templates as they are
    const isTemplate = (folder: string) => this.charts.some(each => isBelow(folder, each));
    if (isTemplate(first) !== isTemplate(second)) { return 'apart'; }
    const isTaken = (file: string) => groups.some(group => group.has(file));
    const isIn = ({ folder, withFoldersBelow }: Applied, each: string) => endsIn(each, folder, !withFoldersBelow);
    if (!this.isKustomized(first)
      && !this.isKustomized(second)
      && this.applied.some(each => isIn(each, first) && isIn(each, second))) { return 'together'; }
    // of one folder, some Kustomizations take the one and others the other: alternatives
    return first !== second || (isTaken(oneTaken) && isTaken(otherTaken)) ? 'apart' : 'neighbours';
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

  private taken(): readonly ReadonlySet<string>[] {
    this.groups ??= [...this.kustomizations.values()].map(({ folder }) => {
      const reached = new Set([folder]);
      for (const each of reached) { // grows while it is walked
        for (const next of this.kustomizations.get(each)?.takes ?? []) { reached.add(next); }
      }
      return reached;
    });
    return this.groups;
  }
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
