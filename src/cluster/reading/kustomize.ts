import * as path from 'path';
import { at, fieldsOf, LineTree, listOf, textOf } from '../../kubernetes';
import { ManifestDocument } from '../model/document';

/**
 * The ConfigMaps that a Kustomization generates of files and literals: the usual way to keep a mig-parted file as a
 * file. Findings in one that is made of one file point into that file. What cannot be opened is left out:
 * `kustomize build` says so.
 * @param read the text of a file; undefined for what may not be opened, such as one outside the folder that is checked
 */
export function generatedConfigMaps(
  kustomization: ManifestDocument,
  read: (file: string) => string | undefined,
): ManifestDocument[] {
  const folder = path.dirname(kustomization.file);
  return listOf(kustomization.value.configMapGenerator).flatMap(generator => {
    const name = textOf(at(generator, 'name'));
    // merge and replace change one that is generated elsewhere
    if (name === undefined || !['create', undefined].includes(textOf(at(generator, 'behavior')))) { return []; }
    const files = listOf(at(generator, 'files'))
      .filter((each): each is string => typeof each === 'string')
      .map(each => keyAndRest(each) ?? [path.basename(each), each]);
    const literals = listOf(at(generator, 'literals'))
      .flatMap(each => (typeof each === 'string' ? [keyAndRest(each)] : []))
      .filter(each => each !== undefined);
    const contents = files.map(([key, file]) => [key, read(path.join(folder, file))] as const);
    if (contents.some(([, content]) => content === undefined)) { return []; }
    const namespace = textOf(at(generator, 'namespace')) ?? textOf(kustomization.value.namespace);
    const annotations = fieldsOf(at(generator, 'options', 'annotations'));
    const value = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name,
        ...namespace !== undefined && { namespace },
        annotations,
      },
      data: Object.fromEntries([...contents, ...literals]),
    };
    const onlyFile = files.length === 1 && literals.length === 0 ? path.join(folder, files[0][1]) : undefined;
    return [new ManifestDocument(
      value,
      onlyFile ?? kustomization.file,
      onlyFile === undefined ? kustomization.index : 1,
      'person',
      undefined,
      onlyFile === undefined ? undefined : () => WHOLE_FILE,
      [],
      false,
      kustomization.file, // another may generate one of the same file
    )];
  });
}

/** The content begins in the first line of its file, where in a manifest it begins below its key. */
const WHOLE_FILE: LineTree = {
  line: 1,
  child: key => (key === 'data' ? { line: 1, child: () => ({ line: 0, child: () => undefined }) } : undefined),
};

function keyAndRest(text: string): [string, string] | undefined {
  const sign = text.indexOf('=');
  return sign <= 0 ? undefined : [text.slice(0, sign), text.slice(sign + 1)];
}
