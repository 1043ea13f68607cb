import { contradiction, isEmpty, isNumber, Issues, missing, wrongValue } from './shape-issue';
import { at, Fields, fieldsOf, isFields, listOf, Path, textOf } from '../../fields';

/** What does not go together in the spec of a Job (pkg/apis/batch/validation/validation.go). */
export function* jobIssues(object: Readonly<Fields>, path: Path): Issues {
  const spec = fieldsOf(at(object, ...path));
  yield* restartIssues(object, [...path, 'template', 'spec']);
  if (spec.completionMode === 'Indexed' && isEmpty(spec.completions)) {
    yield missing(path, 'has no completions, which completionMode Indexed needs', 'add completions');
  }
  yield* indexIssues(path, spec);
  const name = textOf(at(object, 'metadata', 'name')) ?? '';
  if (object.kind === 'Job' && spec.completionMode === 'Indexed' && name.includes('.')) {
    yield wrongValue(['metadata', 'name'], `is "${name}"; its pods are hosts of that name, which takes no "."`, 'rename it');
  }
  const pod = fieldsOf(at(spec, 'template', 'spec'));
  const containers = [...listOf(pod.containers), ...listOf(pod.initContainers)].map(each => at(each, 'name'));
  for (const [index, rule] of listOf(at(spec, 'podFailurePolicy', 'rules')).entries()) {
    if (!isFields(rule)) { continue; }
    yield* failureIssues([...path, 'podFailurePolicy', 'rules', index], rule, containers);
  }
}

/** Fields that count by index. */
const BY_INDEX = ['backoffLimitPerIndex', 'maxFailedIndexes', 'successPolicy'];

/** What a Job says of its indices (pkg/apis/batch/validation validateJobSpec, validateSuccessPolicy). */
function* indexIssues(path: Path, spec: Readonly<Fields>): Issues {
  const { completionMode, completions, maxFailedIndexes, backoffLimitPerIndex, successPolicy } = spec;
  const given = BY_INDEX.filter(field => !isEmpty(spec[field]) || isFields(spec[field]));
  if (given.length > 0 && isEmpty(completionMode)) {
    yield missing(path, `has ${given.join(' and ')}, and no completionMode`, 'add completionMode: Indexed');
  } else if (given.length > 0 && completionMode === 'NonIndexed') {
    yield contradiction(
      [...path, given[0]],
      'is given, and completionMode is NonIndexed',
      'write Indexed, or remove it',
    );
  }
  if (isNumber(maxFailedIndexes) && isEmpty(backoffLimitPerIndex)) {
    yield missing(path, 'has maxFailedIndexes, and no backoffLimitPerIndex', 'add backoffLimitPerIndex');
  }
  if (isNumber(maxFailedIndexes) && isNumber(completions) && maxFailedIndexes > completions) {
    const what = `is ${maxFailedIndexes}, more than completions (${completions})`;
    yield contradiction([...path, 'maxFailedIndexes'], what, `write ${completions} at most`);
  }
  if (Array.isArray(at(successPolicy, 'rules')) && isEmpty(at(successPolicy, 'rules'))) {
    yield missing([...path, 'successPolicy'], 'has no rules', 'add a rule');
  }
  for (const [index, rule] of listOf(at(successPolicy, 'rules')).entries()) {
    const place = [...path, 'successPolicy', 'rules', index];
    const count = at(rule, 'succeededCount');
    if (isNumber(count) && isNumber(completions) && count > completions) {
      const what = `is ${count}, more than completions (${completions})`;
      yield contradiction([...place, 'succeededCount'], what, `write ${completions} at most`);
    }
    if (isEmpty(count) && isEmpty(at(rule, 'succeededIndexes'))) {
      yield missing(place, 'has neither succeededCount nor succeededIndexes', 'add one of them');
    }
    const indexes = textOf(at(rule, 'succeededIndexes')) ?? '';
    if (indexes !== '' && !/^\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*$/.test(indexes)) {
      yield wrongValue([...place, 'succeededIndexes'], 'is no list of indices', 'write one, as in 0,2-4');
    }
  }
}

/** A pod of a Job that is always started again would never end. */
function* restartIssues(object: Readonly<Fields>, path: Path): Issues {
  const pod = at(object, ...path);
  if (!isFields(pod)) { return; }
  if (pod.restartPolicy === 'Always') {
    yield contradiction(
      [...path, 'restartPolicy'],
      'is Always, and a Job takes Never and OnFailure',
      'write Never or OnFailure',
    );
  } else if (isEmpty(pod.restartPolicy)) {
    yield missing(path, 'has no restartPolicy, which a Job must say', 'add restartPolicy: Never, or OnFailure');
  }
}

function* failureIssues(path: Path, rule: Readonly<Fields>, containers: readonly unknown[]): Issues {
  const exit = fieldsOf(rule.onExitCodes);
  const sides = [isFields(rule.onExitCodes), !isEmpty(rule.onPodConditions)].filter(each => each).length;
  if (sides !== 1) {
    yield contradiction(
      path,
      `has ${sides === 0 ? 'neither' : 'both'} onExitCodes ${sides === 0 ? 'nor' : 'and'} onPodConditions`,
      'write one of them',
    );
  }
  const name = textOf(exit.containerName);
  if (name !== undefined && containers.length > 0 && !containers.includes(name)) {
    yield contradiction(
      [...path, 'onExitCodes', 'containerName'],
      `is "${name}", and no container of the pod has that name`,
      'write the name of a container',
    );
  }
  const zero = listOf(exit.values).indexOf(0);
  if (exit.operator === 'In' && zero >= 0) {
    yield contradiction(
      [...path, 'onExitCodes', 'values', zero],
      'is 0, with which a container ends well, and the operator is In',
      'remove it',
    );
  }
}
