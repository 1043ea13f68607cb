import * as path from 'path';
import { isProblem, readManifests } from '../../cluster';
import { ManifestFile } from '../input/manifest-files';

/** A folder with a Chart.yaml. */
export interface Chart {
  /** The Chart.yaml. */
  readonly file: string;
  /** Whether a file is what `helm template` makes manifests of; other values files are alternatives, and stay. */
  covers(file: string): boolean;
}

/** The charts among files that can be rendered: those in `charts/` of another are rendered with it. */
export function chartsIn(files: readonly ManifestFile[]): Chart[] {
  const charts = files.filter(({ file }) => path.basename(file) === 'Chart.yaml').map(each => ({
    ...each,
    folder: path.resolve(path.dirname(each.file)),
  }));
  return charts
    .filter(({ folder }) => !charts.some(other => isBelow(folder, path.join(other.folder, 'charts'))))
    .filter(each => !isLibrary(each))
    .map(({ file, folder }) => ({
      file,
      covers: each => path.resolve(each) === path.join(folder, 'values.yaml')
        || ['templates', 'charts', 'crds'].some(part => isBelow(path.resolve(each), path.join(folder, part))),
    }));
}

/** Helm renders no chart of `type: library`. */
function isLibrary({ file, within }: ManifestFile): boolean {
  const text = within.read(file) ?? '';
  return [...readManifests(text, file)].some(each => !isProblem(each) && each.value.type === 'library');
}

function isBelow(file: string, folder: string): boolean {
  return file.startsWith(folder + path.sep);
}
