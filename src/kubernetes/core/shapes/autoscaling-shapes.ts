import { contradiction, isEmpty, isNumber, Issues, missing, wrongValue } from './shape-issue';
import { at, Fields, fieldsOf, isFields, listOf, Path, plainText, textOf } from '../../fields';
import { isPositive } from '../../quantity';

/** The field that a kind of metric is written under. */
const SOURCES: Readonly<Record<string, string>> = {
  ContainerResource: 'containerResource', External: 'external', Object: 'object', Pods: 'pods', Resource: 'resource',
};

/** The fields that a kind of target needs one of. */
const TARGETS: Readonly<Record<string, string>> = {
  AverageValue: 'averageValue', Utilization: 'averageUtilization', Value: 'value',
};

/** pkg/apis/autoscaling/validation ValidateHorizontalPodAutoscaler. */
export function* autoscalerIssues(object: Readonly<Fields>): Issues {
  const { minReplicas, maxReplicas, scaleTargetRef, metrics } = fieldsOf(object.spec);
  if (isNumber(minReplicas) && isNumber(maxReplicas) && minReplicas > maxReplicas) {
    yield contradiction(
      ['spec', 'maxReplicas'],
      `is ${maxReplicas}, less than minReplicas (${minReplicas})`,
      'raise maxReplicas, or lower minReplicas',
    );
  }
  if (object.apiVersion !== 'autoscaling/v2') { return; }
  if (isFields(scaleTargetRef)) { yield* targetIssues(scaleTargetRef); }
  const kinds = listOf(metrics).map(metric => at(metric, 'type'));
  if (minReplicas === 0 && !kinds.some(kind => kind === 'Object' || kind === 'External')) {
    yield contradiction(
      ['spec', 'minReplicas'],
      'is 0, which needs a metric of type Object or External',
      'write 1, or add such a metric',
    );
  }
  for (const [index, metric] of listOf(metrics).entries()) { yield* metricIssues(['spec', 'metrics', index], metric); }
}

/** The one core kind that scales, ReplicationController, is of no group. */
function* targetIssues({ apiVersion, kind }: Readonly<Fields>): Issues {
  if (kind === 'ReplicationController') { return; }
  if (apiVersion === undefined || apiVersion === null) {
    yield missing(['spec', 'scaleTargetRef'], 'has no apiVersion, which says the group of what scales', 'add apiVersion');
  } else if (typeof apiVersion === 'string' && !apiVersion.includes('/')) {
    yield wrongValue(
      ['spec', 'scaleTargetRef', 'apiVersion'],
      `is "${apiVersion}", without the group that what scales is of`,
      'write a group and a version, such as apps/v1',
    );
  }
}

function* metricIssues(path: Path, metric: unknown): Issues {
  const type = textOf(at(metric, 'type')) ?? '';
  if (!isFields(metric) || !Object.hasOwn(SOURCES, type)) { return; }
  const source = metric[SOURCES[type]];
  if (!isFields(source)) {
    yield missing(path, `has no ${SOURCES[type]}, which type ${type} needs`, `add ${SOURCES[type]}`);
    return;
  }
  const others = Object.values(SOURCES).filter(name => name !== SOURCES[type] && isFields(metric[name]));
  if (others.length > 0) {
    yield contradiction(path, `has ${others.join(' and ')}, and is of type ${type}`, `keep ${SOURCES[type]} alone`);
  }
  const target = fieldsOf(source.target);
  for (const field of ['averageValue', 'value']) {
    if (isPositive(target[field]) !== false) { continue; }
    const place = [...path, SOURCES[type], 'target', field];
    yield wrongValue(place, `is ${plainText(target[field])}, and must be more than 0`, 'write a larger amount');
  }
  const kind = textOf(target.type) ?? '';
  if (Object.hasOwn(TARGETS, kind) && isEmpty(target[TARGETS[kind]])) {
    const place = [...path, SOURCES[type], 'target'];
    yield missing(place, `has no ${TARGETS[kind]}, which type ${kind} needs`, `add ${TARGETS[kind]}`);
  }
}
