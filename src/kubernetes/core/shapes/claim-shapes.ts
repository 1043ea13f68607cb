import { contradiction, isEmpty, Issues, repeatedIn } from './shape-issue';
import { at, Fields, isFields, listOf, Path } from '../../fields';

/** What does not go together in a claim for devices (pkg/apis/resource/validation validateDeviceClaim). */
export function* deviceClaimIssues(object: Readonly<Fields>, path: Path): Issues {
  const devices = at(object, ...path);
  for (const field of ['constraints', 'config']) {
    for (const [index, each] of listOf(at(devices, field)).entries()) {
      if (each !== null && !isFields(each)) { continue; }
      const place = [...path, field, index];
      yield* repeatedIn([...place, 'requests'], listOf(at(each, 'requests')));
      if (field === 'constraints' && isEmpty(at(each, 'matchAttribute')) && isEmpty(at(each, 'distinctAttribute'))) {
        yield contradiction(place, 'has neither matchAttribute nor distinctAttribute', 'write one of them');
      }
    }
  }
}
