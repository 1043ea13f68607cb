import { CoreIssue } from './check-core';
import { at, Fields, fieldsOf, isFields, listOf, Path, plainText, textOf } from '../fields';
import { isTemplated } from '../placeholder';
import { podTemplatesOf } from '../pods/pod-templates';
import { isQuantity, quantityOf } from '../quantity';

/**
 * What the API server refuses because two fields of an object do not go together (kubernetes/kubernetes@v1.37.2
 * pkg/apis/{core,apps,batch,autoscaling}/validation/validation.go). Only fields that are there are held against each
 * other, so that a patch is not taken for a broken object.
 */
export function contradictionsIn(object: Readonly<Fields>): CoreIssue[] {
  return [
    ...selectorIssues(object),
    ...kindIssues(object),
    ...podTemplatesOf(object).flatMap(({ path }) => [...podIssues(object, path)]),
  ];
}

type Issues = Generator<CoreIssue>;

function contradiction(path: Path, what: string, fix: string): CoreIssue {
  return { problem: 'contradiction', path: [...path], message: `${path.join('.')} ${what}`, fix };
}

const WITH_SELECTOR = ['DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'];

function* selectorIssues(object: Readonly<Fields>): Issues {
  const labels = at(object, 'spec', 'template', 'metadata', 'labels');
  const wanted = at(object, 'spec', 'selector', 'matchLabels');
  if (!WITH_SELECTOR.includes(plainText(object.kind)) || !isFields(labels) || !isFields(wanted)) { return; }
  for (const [key, value] of Object.entries(wanted)) {
    if (typeof value !== 'string' || at(labels, key) === value || typeof (at(labels, key) ?? '') !== 'string') {
      continue;
    }
    const has = at(labels, key) === undefined ? 'does not have it' : `has "${plainText(at(labels, key))}"`;
    yield contradiction(
      ['spec', 'selector', 'matchLabels', key],
      `is "${value}", and the pod template ${has}`,
      'give selector and template the same label',
    );
  }
}

function* kindIssues(object: Readonly<Fields>): Issues {
  const spec = fieldsOf(object.spec);
  switch (object.kind) {
    case 'HorizontalPodAutoscaler':
      if (isNumber(spec.minReplicas) && isNumber(spec.maxReplicas) && spec.minReplicas > spec.maxReplicas) {
        yield contradiction(
          ['spec', 'maxReplicas'],
          `is ${spec.maxReplicas}, less than minReplicas (${spec.minReplicas})`,
          'raise maxReplicas, or lower minReplicas',
        );
      }
      break;
    case 'Service':
      if (listOf(spec.ports).length > 1) {
        for (const [index, port] of listOf(spec.ports).entries()) {
          if (isFields(port) && (port.name ?? '') === '') {
            yield contradiction(
              ['spec', 'ports', index],
              'has no name, which a Service of several ports needs',
              'name every port',
            );
          }
        }
      }
      break;
    case 'Job': yield* restartIssues(object, ['spec', 'template', 'spec']); break;
    case 'CronJob': yield* restartIssues(object, ['spec', 'jobTemplate', 'spec', 'template', 'spec']); break;
    default: break;
  }
}

/** A pod of a Job that is always started again would never end. */
function* restartIssues(object: Readonly<Fields>, pod: Path): Issues {
  const policy = at(object, ...pod, 'restartPolicy');
  if (policy === 'Always') {
    yield contradiction(
      [...pod, 'restartPolicy'],
      'is Always, and a Job takes Never and OnFailure',
      'write Never or OnFailure',
    );
  }
}

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'];

function* podIssues(object: Readonly<Fields>, path: Path): Issues {
  const pod = fieldsOf(at(object, ...path));
  const volumes = new Set([...listOf(pod.volumes), ...claimTemplatesOf(object)].map(each =>
    at(each, 'name') ?? at(each, 'metadata', 'name')));
  for (const [index, toleration] of listOf(pod.tolerations).entries()) {
    yield* tolerationIssues([...path, 'tolerations', index], fieldsOf(toleration));
  }
  for (const list of ['initContainers', 'containers']) {
    for (const [index, each] of listOf(pod[list]).entries()) {
      const container = fieldsOf(each);
      const place = [...path, list, index];
      if (isFields(container.resources)) { yield* resourceIssues([...place, 'resources'], container.resources); }
      if (Array.isArray(container.env)) { yield* envIssues([...place, 'env'], container.env); }
      for (const probe of PROBES) {
        if (isFields(container[probe])) { yield* probeIssues([...place, probe], container[probe]); }
      }
      if (isWhole(object) && ((container.image ?? '') === '') && isFields(each)) {
        yield {
          problem: 'missing',
          path: place,
          message: `${place.join('.')} has no image, which is required`,
          fix: 'add image',
        };
      }
      // a patch that adds a mount says no image, and its volume may be there already
      if (container.image === undefined || container.volumeMounts === undefined || object.kind === 'PodTemplate') {
        continue;
      }
      for (const [number, mount] of listOf(container.volumeMounts).entries()) {
        const name = textOf(at(mount, 'name'));
        if (name !== undefined && name !== '' && !volumes.has(name)) {
          yield contradiction(
            [...place, 'volumeMounts', number, 'name'],
            `is "${name}", and the pod has no volume of that name`,
            'add the volume, or correct the name',
          );
        }
      }
    }
  }
}

function claimTemplatesOf(object: Readonly<Fields>): readonly unknown[] {
  return listOf(at(object, 'spec', 'volumeClaimTemplates'));
}

/** A patch says no selector. */
function isWhole(object: Readonly<Fields>): boolean {
  return !WITH_SELECTOR.includes(plainText(object.kind)) || isFields(at(object, 'spec', 'selector'));
}

function* tolerationIssues(path: Path, { key, operator, value, effect, tolerationSeconds }: Readonly<Fields>): Issues {
  if (operator === 'Exists' && typeof value === 'string' && value !== '') {
    yield contradiction(
      [...path, 'value'],
      'is given with operator Exists, which takes none',
      'remove it, or write operator: Equal',
    );
  }
  if (key === '' && operator !== 'Exists') {
    yield contradiction(
      [...path, 'key'],
      'is empty, which only operator Exists may be',
      'name the key, or write operator: Exists',
    );
  }
  if (isNumber(tolerationSeconds) && typeof effect === 'string' && effect !== 'NoExecute') {
    yield contradiction(
      [...path, 'tolerationSeconds'],
      `is given with effect ${effect}`,
      'write effect: NoExecute, or remove it',
    );
  }
}

/** pkg/apis/core/helper IsStandardContainerResourceName; every other resource has a domain before its name. */
const STANDARD = /^(?:cpu|memory|ephemeral-storage|hugepages-.+|attachable-volumes-.+)$/;

function* resourceIssues(path: Path, { limits, requests }: Readonly<Fields>): Issues {
  for (const [list, amounts] of [['limits', limits], ['requests', requests]] as const) {
    for (const name of Object.keys(fieldsOf(amounts))) {
      if (!name.includes('/') && !STANDARD.test(name) && !isTemplated(name)) {
        yield {
          problem: 'value',
          path: [...path, list, name],
          message: `${[...path, list, name].join('.')} is no resource that Kubernetes knows, and has `
            + 'no domain before its name',
          fix: 'write cpu, memory, ephemeral-storage, or a name such as nvidia.com/gpu',
        };
      }
    }
  }
  for (const [name, requested] of Object.entries(fieldsOf(requests))) {
    const limit = at(limits, name);
    if (limit === undefined || limit === null || !isQuantity(limit) || !isQuantity(requested)) { continue; }
    if (!name.includes('/') && quantityOf(requested)! > quantityOf(limit)!) {
      yield contradiction(
        [...path, 'requests', name],
        `is ${plainText(requested)}, more than the limit of ${plainText(limit)}`,
        'raise the limit, or lower the request',
      );
    }
  }
}

function* envIssues(path: Path, env: readonly unknown[]): Issues {
  for (const [index, variable] of env.entries()) {
    const from = at(variable, 'valueFrom');
    if (!isFields(from)) { continue; }
    const value = at(variable, 'value');
    if (typeof value === 'string' && value !== '') {
      yield contradiction([...path, index, 'valueFrom'], 'stands beside a value', 'keep one of them');
    }
    const sources = Object.keys(from).filter(key => isFields(from[key]));
    if (sources.length > 1) {
      yield contradiction([...path, index, 'valueFrom'], `has ${sources.join(' and ')}`, 'keep one of them');
    }
  }
}

const HANDLERS = ['exec', 'grpc', 'httpGet', 'tcpSocket'];

function* probeIssues(path: Path, probe: Readonly<Fields>): Issues {
  const handlers = HANDLERS.filter(handler => isFields(probe[handler]));
  if (handlers.length > 1) { yield contradiction(path, `has ${handlers.join(' and ')}`, 'keep one of them'); }
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}
