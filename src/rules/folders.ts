import * as path from 'path';
import { ClusterModel, ManifestDocument } from '../cluster';
import { at, listOf, textOf } from '../kubernetes';

/** Where an object stands. */
type Placed = Pick<ManifestDocument, 'file' | 'constructPath'>;

/** The folders that each Kustomization takes its resources from, itself and those of the Kustomizations that it takes among them. */
const joined = new WeakMap<ClusterModel, { documents: number; groups: ReadonlySet<string>[] }>();

/**
 * Whether two objects stand in different folders that nothing joins: such folders are often alternatives, or the manifests of several clusters.
 * A Kustomization joins what it takes in; what constructs write is always of one app.
 */
export function areApart(model: ClusterModel, one: Placed, other: Placed): boolean {
  const [first, second] = [folderOf(one), folderOf(other)];
  if (one.constructPath !== undefined || other.constructPath !== undefined || first === second) { return false; }
  return !groupsOf(model).some(group => group.has(first) && group.has(second));
}

const folderOf = ({ file }: Placed) => path.normalize(path.dirname(file));

function groupsOf(model: ClusterModel): readonly ReadonlySet<string>[] {
  const known = joined.get(model);
  if (known !== undefined && known.documents === model.documents.length) { return known.groups; }
  const kustomizations = new Map([...model.ofKind('Kustomization'), ...model.ofKind('Component')].map(each => [folderOf(each), each]));
  const groups = [...kustomizations.keys()].map(folder => {
    const reached = new Set([folder]);
    for (const each of reached) { // grows while it is walked
      for (const next of takenBy(kustomizations.get(each))) { reached.add(next); }
    }
    return reached;
  });
  joined.set(model, { documents: model.documents.length, groups });
  return groups;
}

/** Folders of the files and Kustomizations that one names. */
function takenBy(kustomization: ManifestDocument | undefined): string[] {
  if (kustomization === undefined) { return []; }
  const entries = ['resources', 'bases', 'components'].flatMap(field => listOf(kustomization.value[field])).flatMap(entry => textOf(entry) ?? []);
  return entries.map(entry => path.normalize(path.join(folderOf(kustomization), /\.(?:ya?ml|json)$/.test(entry) ? path.dirname(entry) : entry)).replace(/\/$/, ''));
}

/** Patches of Kustomizations and of their components. */
export function* kustomizePatches(model: ClusterModel): Generator<{ document: ManifestDocument; field: string; index: number; patch: unknown }> {
  for (const document of [...model.ofKind('Kustomization'), ...model.ofKind('Component')]) {
    for (const field of ['patches', 'patchesJson6902', 'patchesStrategicMerge']) {
      for (const [index, patch] of listOf(document.value[field]).entries()) { yield { document, field, index, patch }; }
    }
  }
}

/** The files that Kustomizations take for patches, by the number of documents when they were gathered. */
const patchFiles = new WeakMap<ClusterModel, { documents: number; files: ReadonlySet<string> }>();

/** Whether a Kustomization among the manifests takes the file of an object for a patch. */
export function isKustomizePatch(model: ClusterModel, { file }: Placed): boolean {
  let known = patchFiles.get(model);
  if (known === undefined || known.documents !== model.documents.length) {
    const files = [...kustomizePatches(model)].flatMap(({ document, patch }) => {
      const named = textOf(patch) ?? textOf(at(patch, 'path'));
      return named === undefined ? [] : [path.join(folderOf(document), named)];
    });
    known = { documents: model.documents.length, files: new Set(files) };
    patchFiles.set(model, known);
  }
  return known.files.has(path.normalize(file));
}
