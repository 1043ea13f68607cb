import * as path from 'path';
import { Severity } from './rule';
import { ClusterModel, Joined, ManifestDocument } from '../cluster';
import { at, listOf, textOf } from '../kubernetes';

/** Where an object stands. */
type Placed = Pick<ManifestDocument, 'file' | 'constructPath' | 'rendering'>;

/**
 * Whether two objects stand in files that nothing joins: such files are often alternatives, or the manifests of several
 * clusters. What constructs write is always of one app.
 */
export function areApart(model: ClusterModel, one: Placed, other: Placed): boolean {
  return joinOf(model, one, other) === 'apart';
}

/** How the files of two objects stand to each other. */
export function joinOf(model: ClusterModel, one: Placed, other: Placed): Joined {
  return one.constructPath !== undefined || other.constructPath !== undefined
    ? 'together'
    : model.files.joined(one.rendering ?? one.file, other.rendering ?? other.file);
}

/**
 * The severity of a finding about two objects: a note where they stand in one folder and nothing says that they are of
 * one cluster.
 */
export function severityTogether(model: ClusterModel, one: Placed, other: Placed): { severity?: Severity } {
  return joinOf(model, one, other) === 'together' ? {} : { severity: 'info' };
}

const folderOf = ({ file }: Placed) => path.normalize(path.dirname(file));

/** Patches of Kustomizations and of their components. */
export function* kustomizePatches(model: ClusterModel): Generator<{
  document: ManifestDocument;
  field: string;
  index: number;
  patch: unknown;
}> {
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
