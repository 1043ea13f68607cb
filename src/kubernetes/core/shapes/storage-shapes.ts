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
