import { isEmpty, Issues, missing, wrongValue } from './shape-issue';
import { at, Fields, fieldsOf, isFields, listOf, Path } from '../../fields';
import { isPositive } from '../../quantity';

/** The claims that an object is or makes: pkg/apis/core/validation ValidatePersistentVolumeClaimSpec. */
export function* claimIssues(path: Path, spec: unknown): Issues {
  if (!isFields(spec)) { return; }
  const resources = fieldsOf(spec.resources);
  const storage = at(resources, 'requests', 'storage');
  const place = [...path, 'resources', 'requests'];
  // the field itself is reported where it is missing
  if (isFields(spec.resources) && storage === undefined) {
    yield missing(place, 'has no storage, which every claim asks for', 'add storage');
  } else if (storage === null || isPositive(storage) === false) {
    yield wrongValue([...place, 'storage'], 'is no size, and must be more than 0', 'write a size such as 100Gi');
  }
}

/** Maps in a PersistentVolume that do not say where it is. */
const NO_SOURCES = ['capacity', 'claimRef', 'nodeAffinity'];

/** pkg/apis/core/validation ValidatePersistentVolumeSpec. */
export function* volumeOfClusterIssues(object: Readonly<Fields>): Issues {
  const spec = object.spec;
  if (!isFields(spec)) { return; }
  if (isFields(spec.capacity)) {
    const storage = at(spec.capacity, 'storage');
    if (storage === undefined) {
      yield missing(['spec', 'capacity'], 'has no storage', 'add storage');
    } else if (storage === null || isPositive(storage) === false) {
      yield wrongValue(['spec', 'capacity', 'storage'], 'is no size, and must be more than 0', 'write a size such as 100Gi');
    }
  }
  if (!Object.keys(spec).some(key => isFields(spec[key]) && !NO_SOURCES.includes(key))) {
    yield missing(['spec'], 'says of no kind of storage what it is', 'add csi, nfs or another');
  }
  if (isFields(spec.local) && isEmpty(spec.nodeAffinity)) {
    yield missing(['spec'], 'has no nodeAffinity, which a local volume needs', 'add it');
  }
}

/** The claims that pods of a StatefulSet get. */
export function* claimTemplateIssues(object: Readonly<Fields>): Issues {
  for (const [index, template] of listOf(at(object, 'spec', 'volumeClaimTemplates')).entries()) {
    const path = ['spec', 'volumeClaimTemplates', index];
    if (isFields(template) && isEmpty(template.spec)) {
      yield missing(path, 'has no spec, which is required', 'add spec');
    }
    yield* claimIssues([...path, 'spec'], at(template, 'spec'));
  }
}
