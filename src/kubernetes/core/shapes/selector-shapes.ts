import { contradiction, isEmpty, isNumber, Issues, missing } from './shape-issue';
import { at, Fields, fieldsOf, isFields, listOf, plainText, textOf } from '../../fields';

/** Whether an object selects the pods that it makes (pkg/apis/apps/validation ValidatePodTemplateSpecForReplicaSet). */
export function* selectorIssues(object: Readonly<Fields>): Issues {
  const labels = at(object, 'spec', 'template', 'metadata', 'labels');
  const selector = at(object, 'spec', 'selector');
  const wanted = at(selector, 'matchLabels');
  if (!isFields(selector)) { return; }
  if (isEmpty(wanted) && isEmpty(selector.matchExpressions)) {
    yield missing(['spec', 'selector'], 'selects by nothing', 'add matchLabels');
    return;
  }
  if (isEmpty(labels)) {
    if (isFields(at(object, 'spec', 'template'))) {
      const path = ['spec', 'template', 'metadata'];
      yield missing(path, 'has no labels, and spec.selector selects pods by them', 'add the labels of the selector');
    }
    return;
  }
  if (!isFields(labels)) { return; }
  yield* expressionIssues(labels, selector.matchExpressions);
  if (!isFields(wanted)) { return; }
  for (const [key, given] of Object.entries(wanted)) {
    const value = given ?? ''; // the API server reads a null as an empty text
    const label = at(labels, key);
    const has = label ?? (label === null ? '' : undefined);
    if (typeof value !== 'string' || has === value || typeof (has ?? '') !== 'string') { continue; }
    yield contradiction(
      ['spec', 'selector', 'matchLabels', key],
      `is "${value}", and the pod template ${has === undefined ? 'does not have it' : `has "${plainText(has)}"`}`,
      'give selector and template the same label',
    );
  }
}

/** The expressions of the selector, of which the labels must fulfil each. */
function* expressionIssues(labels: Readonly<Fields>, expressions: unknown): Issues {
  for (const [index, expression] of listOf(expressions).entries()) {
    const key = textOf(at(expression, 'key')) ?? '';
    const operator = textOf(at(expression, 'operator')) ?? '';
    const values = listOf(at(expression, 'values')).map(each => each ?? ''); // the API server reads a null so
    const label = Object.hasOwn(labels, key) ? labels[key] ?? '' : undefined;
    const lacksValues = values.length === 0 && (operator === 'In' || operator === 'NotIn'); // told where they are missing
    if (key === '' || lacksValues || (label !== undefined && typeof label !== 'string')) { continue; }
    const isMet = {
      In: label !== undefined && values.includes(label),
      NotIn: label === undefined || !values.includes(label),
      Exists: label !== undefined,
      DoesNotExist: label === undefined,
    };
    if (!Object.hasOwn(isMet, operator) || isMet[operator as keyof typeof isMet]) { continue; }
    yield contradiction(
      ['spec', 'selector', 'matchExpressions', index],
      `asks for ${key} ${operator} ${values.map(plainText).join(', ')}`.trimEnd()
        + `, and the pod template ${label === undefined ? 'does not have it' : `has "${label}"`}`,
      'give selector and template labels that agree',
    );
  }
}

/**
 * A rollout that may neither add a pod nor take one away stands still (pkg/apis/apps/validation
 * ValidateRollingUpdateDeployment, ValidateRollingUpdateDaemonSet).
 */
export function* rolloutIssues(object: Readonly<Fields>, strategy: 'strategy' | 'updateStrategy'): Issues {
  const { maxSurge, maxUnavailable } = fieldsOf(at(object, 'spec', strategy, 'rollingUpdate'));
  // without a surge a DaemonSet adds none, and a Deployment a quarter
  const addsNone = isNone(maxSurge) || (strategy === 'updateStrategy' && isEmpty(maxSurge));
  if (!isNone(maxUnavailable) || !addsNone) { return; }
  yield contradiction(
    ['spec', strategy, 'rollingUpdate', 'maxUnavailable'],
    'is 0, and so is maxSurge, so that no pod could be replaced',
    'raise one of them',
  );
}

function isNone(share: unknown): boolean {
  return share === 0 || share === '0%';
}

/** A Deployment that says nothing is given ten minutes (pkg/apis/apps/v1 defaults.go). */
const DEADLINE_SECONDS = 600;

/** A rollout may not be given up before its first pod counts (pkg/apis/apps/validation ValidateDeploymentSpec). */
export function* progressIssues(object: Readonly<Fields>): Issues {
  const { progressDeadlineSeconds, minReadySeconds } = fieldsOf(object.spec);
  const deadline = isNumber(progressDeadlineSeconds) ? progressDeadlineSeconds : DEADLINE_SECONDS;
  const ready = isNumber(minReadySeconds) ? minReadySeconds : 0;
  if (deadline > ready) { return; }
  yield contradiction(
    ['spec', isNumber(progressDeadlineSeconds) ? 'progressDeadlineSeconds' : 'minReadySeconds'],
    isNumber(progressDeadlineSeconds)
      ? `is ${deadline}, no more than minReadySeconds (${ready})`
      : `is ${ready}, and progressDeadlineSeconds is ${deadline} by default`,
    'write a longer progressDeadlineSeconds',
  );
}
