import { blockDeviceIssues, hostPortIssues, nameServerIssues } from './host-shapes';
import { resourceNameIssues } from './quota-shapes';
import { contradiction, isEmpty, isNumber, Issues, isWhole, missing, repeatedIn, wrongValue } from './shape-issue';
import { claimIssues } from './storage-shapes';
import { divisorIssues, volumeIssues } from './volume-shapes';
import { at, Fields, fieldsOf, isFields, listOf, Path, plainText, textOf } from '../../fields';
import { isQuantity, quantityOf } from '../../quantity';

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'];

/** What the API server refuses in a pod spec, wherever it stands. */
export function* podIssues(object: Readonly<Fields>, path: Path): Issues {
  const pod = fieldsOf(at(object, ...path));
  const volumes = new Map([
    ...listOf(pod.volumes).map(each => [at(each, 'name'), each] as const),
    ...claimTemplatesOf(object).map(each => [at(each, 'metadata', 'name'), { persistentVolumeClaim: {} }] as const),
  ]);
  yield* nameServerIssues(path, pod);
  yield* hostPortIssues([...path, 'containers'], pod.containers);
  yield* deadlineIssues(object, path, pod.activeDeadlineSeconds);
  const sysctls = listOf(at(pod, 'securityContext', 'sysctls')).map(each => at(each, 'name'));
  yield* repeatedIn([...path, 'securityContext', 'sysctls'], sysctls);
  for (const [index, toleration] of listOf(pod.tolerations).entries()) {
    yield* tolerationIssues([...path, 'tolerations', index], fieldsOf(toleration));
  }
  for (const [index, volume] of listOf(pod.volumes).entries()) {
    const place = [...path, 'volumes', index];
    yield* volumeIssues(place, volume);
    yield* claimIssues(
      [...place, 'ephemeral', 'volumeClaimTemplate', 'spec'],
      at(volume, 'ephemeral', 'volumeClaimTemplate', 'spec'),
    );
  }
  for (const list of ['initContainers', 'containers']) {
    for (const [index, each] of listOf(pod[list]).entries()) {
      const container = fieldsOf(each);
      const place = [...path, list, index];
      if (isFields(container.resources)) { yield* resourceIssues([...place, 'resources'], container.resources); }
      if (Array.isArray(container.env)) { yield* envIssues([...place, 'env'], container.env); }
      yield* envFromIssues([...place, 'envFrom'], listOf(container.envFrom));
      yield* hookIssues([...place, 'lifecycle'], container.lifecycle, pod.terminationGracePeriodSeconds);
      for (const probe of PROBES) {
        if (isFields(container[probe])) { yield* probeIssues([...place, probe], container[probe]); }
        const often = at(container, probe, 'successThreshold');
        if (probe === 'readinessProbe' || !isNumber(often) || often <= 1) { continue; }
        yield wrongValue([...place, probe, 'successThreshold'], `is ${often}, and a ${probe} takes 1`, 'write 1');
      }
      if (isWhole(object) && ((container.image ?? '') === '') && isFields(each)) {
        yield missing(place, 'has no image, which is required', 'add image');
      }
      // a patch that adds a mount says no image, and its volume may be there already
      if (container.image === undefined || object.kind === 'PodTemplate') { continue; }
      yield* blockDeviceIssues([...place, 'volumeDevices'], container.volumeDevices, volumes);
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

/** Kinds that start their pods again when they end (pkg/apis/apps/validation ValidatePodTemplateSpecForReplicaSet). */
const RUN_ON = ['DaemonSet', 'Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet'];

function* deadlineIssues(object: Readonly<Fields>, path: Path, seconds: unknown): Issues {
  if (!isNumber(seconds) || !RUN_ON.includes(plainText(object.kind))) { return; }
  const what = `is given, and pods of a ${plainText(object.kind)} run on`;
  yield contradiction([...path, 'activeDeadlineSeconds'], what, 'remove it, or write a Job');
}

function* tolerationIssues(path: Path, { key, operator, value, effect, tolerationSeconds }: Readonly<Fields>): Issues {
  if (operator === 'Exists' && typeof value === 'string' && value !== '') {
    yield contradiction(
      [...path, 'value'],
      'is given with operator Exists, which takes none',
      'remove it, or write operator: Equal',
    );
  }
  if (isEmpty(key) && operator !== 'Exists') {
    yield contradiction(
      key === '' ? [...path, 'key'] : path,
      key === '' ? 'is empty, which only operator Exists may be' : 'has no key, which only operator Exists does without',
      'name the key, or write operator: Exists',
    );
  }
  if (isNumber(tolerationSeconds) && effect !== 'NoExecute') {
    yield contradiction(
      [...path, 'tolerationSeconds'],
      isEmpty(effect) ? 'is given without an effect' : `is given with effect ${plainText(effect)}`,
      'write effect: NoExecute, or remove it',
    );
  }
}

function* resourceIssues(path: Path, { limits, requests }: Readonly<Fields>): Issues {
  yield* resourceNameIssues([...path, 'limits'], limits, 'container');
  yield* resourceNameIssues([...path, 'requests'], requests, 'container');
  for (const [field, amounts] of Object.entries({ limits, requests })) {
    for (const [name, amount] of Object.entries(fieldsOf(amounts))) {
      if (!isQuantity(amount) || quantityOf(amount)! >= 0) { continue; }
      yield wrongValue([...path, field, name], `is ${plainText(amount)}, less than nothing`, 'write 0 or more');
    }
  }
  for (const [name, requested] of Object.entries(fieldsOf(requests))) {
    const written = at(limits, name);
    const limit = written === null ? 0 : written; // the API server reads a null as none at all
    if (limit === undefined || !isQuantity(limit) || !isQuantity(requested)) { continue; }
    if (!name.includes('/') && quantityOf(requested)! > quantityOf(limit)!) {
      yield contradiction(
        [...path, 'requests', name],
        `is ${plainText(requested)}, more than the limit of ${written === null ? 'null, which is 0' : plainText(limit)}`,
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
    yield* divisorIssues([...path, index, 'valueFrom', 'resourceFieldRef'], from.resourceFieldRef);
    const sources = Object.keys(from).filter(key => isFields(from[key]));
    if (sources.length === 0) {
      yield missing([...path, index, 'valueFrom'], 'has no source', 'add one, such as secretKeyRef');
    }
    if (sources.length > 1) {
      yield contradiction([...path, index, 'valueFrom'], `has ${sources.join(' and ')}`, 'keep one of them');
    }
  }
}

function* envFromIssues(path: Path, sources: readonly unknown[]): Issues {
  for (const [index, source] of sources.entries()) {
    const given = ['configMapRef', 'secretRef'].filter(name => isFields(at(source, name)));
    if (given.length === 2) { yield contradiction([...path, index], `has ${given.join(' and ')}`, 'keep one of them'); }
    if (given.length === 0) {
      yield missing([...path, index], 'has neither configMapRef nor secretRef', 'add one of them');
    }
  }
}

const HANDLERS = ['exec', 'grpc', 'httpGet', 'tcpSocket'];

function* probeIssues(path: Path, probe: Readonly<Fields>): Issues {
  const handlers = HANDLERS.filter(handler => isFields(probe[handler]));
  if (handlers.length > 1) { yield contradiction(path, `has ${handlers.join(' and ')}`, 'keep one of them'); }
  if (handlers.length === 0) { yield missing(path, 'has no handler', `add one of ${HANDLERS.join(', ')}`); }
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
