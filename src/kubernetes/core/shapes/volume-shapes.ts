import { contradiction, isEmpty, Issues, missing, wrongValue } from './shape-issue';
import { at, isFields, listOf, Path, plainText, textOf } from '../../fields';
import { isQuantity, quantityOf } from '../../quantity';

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
  const size = at(volume, 'emptyDir', 'sizeLimit');
  if (isQuantity(size) && quantityOf(size)! < 0) {
    yield wrongValue([...path, 'emptyDir', 'sizeLimit'], `is ${plainText(size)}, less than nothing`, 'write 0 or more');
  }
}

/** Units in which a container is told of its processors, and of its memory and disk. */
const OF_CPU = ['1m', '1'];
const OF_BYTES = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

/** pkg/apis/core/validation validateContainerResourceDivisor: none, which is 0, stands for 1. */
export function* divisorIssues(path: Path, field: unknown): Issues {
  const divisor = at(field, 'divisor');
  const [, resource] = /^(?:limits|requests)\.(.+)$/.exec(textOf(at(field, 'resource')) ?? '') ?? [];
  if (resource === undefined || !isQuantity(divisor)) { return; }
  const units = resource === 'cpu' ? OF_CPU : OF_BYTES;
  const amount = quantityOf(divisor)!;
  if (amount === 0 || units.some(unit => quantityOf(unit) === amount)) { return; }
  yield wrongValue(
    [...path, 'divisor'],
    `is ${plainText(divisor)}, and ${resource} is told in units of ${units.join(', ')}`,
    'write one of them',
  );
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
    const ofContainer = at(item, 'resourceFieldRef');
    yield* divisorIssues([...place, 'resourceFieldRef'], ofContainer);
    if (isFields(ofContainer) && isEmpty(ofContainer.containerName)) {
      yield missing([...place, 'resourceFieldRef'], 'has no containerName, which a volume must say', 'add it');
    }
    if (given.length === 0) { yield missing(place, 'has neither fieldRef nor resourceFieldRef', 'add one of them'); }
  }
}
