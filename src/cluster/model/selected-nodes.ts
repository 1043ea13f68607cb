import { ClusterModel, LabelValue } from './cluster-model';
import { ManifestDocument } from './document';

type Labels = Readonly<Record<string, string>>;

/** The Node objects that have all of some labels: of the labels that the fewest have, those few are looked at. */
export function nodesWith(model: ClusterModel, selector: Labels): readonly ManifestDocument[] {
  const pairs = Object.entries(selector);
  if (pairs.length === 0) { return model.ofKind('Node'); }
  let fewest: readonly LabelValue[] | undefined;
  for (const [key, value] of pairs) {
    const having = model.labelsWith(key, value);
    if (fewest === undefined || having.length < fewest.length) { fewest = having; }
  }
  return fewest!.filter(({ document, together }) =>
    document.kind === 'Node' && pairs.every(([key, value]) => together[key] === value)).map(({ document }) => document);
}
