import { resourceNameIssues } from './quota-shapes';
import { contradiction, isNumber, Issues, isWhole, missing, wrongValue } from './shape-issue';
import { claimIssues } from './storage-shapes';
import { at, Fields, fieldsOf, isFields, listOf, Path, plainText, textOf } from '../../fields';
import { isQuantity, quantityOf } from '../../quantity';

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'];

/** What the API server refuses in a pod spec, wherever it stands. */
export function* podIssues(object: Readonly<Fields>, path: Path): Issues {
  const pod = fieldsOf(at(object, ...path));
  const volumes = new Set([...listOf(pod.volumes), ...claimTemplatesOf(object)].map(each =>
    at(each, 'name') ?? at(each, 'metadata', 'name')));
  for (const [index, toleration] of listOf(pod.tolerations).entries()) {
    yield* tolerationIssues([...path, 'tolerations', index], fieldsOf(toleration));
  }
  for (const [index, volume] of listOf(pod.volumes).entries()) {
    const place = [...path, 'volumes', index, 'ephemeral', 'volumeClaimTemplate', 'spec'];
    yield* claimIssues(place, at(volume, 'ephemeral', 'volumeClaimTemplate', 'spec'));
  }
  for (const list of ['initContainers', 'containers']) {
    for (const [index, each] of listOf(pod[list]).entries()) {
      const container = fieldsOf(each);
      const place = [...path, list, index];
      if (isFields(container.resources)) { yield* resourceIssues([...place, 'resources'], container.resources); }
      if (Array.isArray(container.env)) { yield* envIssues([...place, 'env'], container.env); }
      yield* hookIssues([...place, 'lifecycle'], container.lifecycle, pod.terminationGracePeriodSeconds);
      for (const probe of PROBES) {
        if (isFields(container[probe])) { yield* probeIssues([...place, probe], container[probe]); }
      }
      if (isWhole(object) && ((container.image ?? '') === '') && isFields(each)) {
        yield missing(place, 'has no image, which is required', 'add image');
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

function* resourceIssues(path: Path, { limits, requests }: Readonly<Fields>): Issues {
  yield* resourceNameIssues([...path, 'limits'], limits, 'container');
  yield* resourceNameIssues([...path, 'requests'], requests, 'container');
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

/** A pod that says nothing is given as long to end (pkg/apis/core/v1 defaults.go). */
const GRACE_SECONDS = 30;

const HOOKS = ['postStart', 'preStop'];
const HOOK_HANDLERS = ['exec', 'httpGet', 'sleep', 'tcpSocket'];

function* hookIssues(path: Path, lifecycle: unknown, grace: unknown): Issues {
  for (const name of HOOKS) {
    const hook = at(lifecycle, name);
    if (!isFields(hook)) { continue; }
    const place = [...path, name];
    const handlers = HOOK_HANDLERS.filter(handler => isFields(hook[handler]));
    if (handlers.length === 0) {
      yield missing(place, 'has no handler', `add one of ${HOOK_HANDLERS.join(', ')}`);
    }
    if (handlers.length > 1) { yield contradiction(place, `has ${handlers.join(' and ')}`, 'keep one of them'); }
    const seconds = at(hook, 'sleep', 'seconds');
    const most = isNumber(grace) ? grace : GRACE_SECONDS;
    if (isNumber(seconds) && (seconds < 0 || seconds > most)) {
      yield wrongValue(
        [...place, 'sleep', 'seconds'],
        `is ${seconds}, and the pod has ${most} seconds to end`,
        `write 0 to ${most}, or raise terminationGracePeriodSeconds`,
      );
    }
  }
}
