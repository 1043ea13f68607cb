import { contradiction, Issues, missing } from './shape-issue';
import { at, isFields, listOf, Path } from '../../fields';

/** What is no kind of a volume, or of a source of a projected one. */
const BESIDE = ['name'];

/** What the API server refuses in a volume of a pod (pkg/apis/core/validation validateVolumeSource). */
export function* volumeIssues(path: Path, volume: unknown): Issues {
  yield* severalKinds(path, volume);
  for (const [index, source] of listOf(at(volume, 'projected', 'sources')).entries()) {
    const place = [...path, 'projected', 'sources', index];
    yield* severalKinds(place, source);
    yield* podFieldIssues([...place, 'downwardAPI', 'items'], at(source, 'downwardAPI', 'items'));
  }
  yield* podFieldIssues([...path, 'downwardAPI', 'items'], at(volume, 'downwardAPI', 'items'));
}

function* severalKinds(path: Path, volume: unknown): Issues {
  if (!isFields(volume)) { return; }
  const kinds = Object.keys(volume).filter(key => !BESIDE.includes(key) && isFields(volume[key]));
  if (kinds.length > 1) { yield contradiction(path, `has ${kinds.join(' and ')}`, 'keep one of them'); }
}

/** A file of the downward API holds a field of the pod, or a resource of a container. */
function* podFieldIssues(path: Path, items: unknown): Issues {
  for (const [index, item] of listOf(items).entries()) {
    const given = ['fieldRef', 'resourceFieldRef'].filter(name => isFields(at(item, name)));
    const place = [...path, index];
    if (given.length === 2) { yield contradiction(place, `has ${given.join(' and ')}`, 'keep one of them'); }
    if (given.length === 0) { yield missing(place, 'has neither fieldRef nor resourceFieldRef', 'add one of them'); }
  }
}
