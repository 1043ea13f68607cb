import { ManifestDocument } from '../../../cluster';
import { at, Fields, fieldsOf, isFields, isPositive } from '../../../kubernetes';
import { shown } from '../../../text';
import { Rule } from '../../rule';
import { ACCESS_MODES, cacheOf, isSet, mostReplicasOf, nimServiceRule, wholeNimServiceRule } from '../nim-rule';

/** Rules about where a NIMService keeps its model. */
export const NIM_STORAGE_RULES: Rule[] = [
  nimServiceRule('NIM-040', function* ({ storage }) {
    const sources = sourcesOf(storage);
    if (sources.length > 1) {
      yield { path: ['storage', sources[1]], message: `storage names ${sources.join(', ')}; one of them is used and the others are ignored in silence`, fix: 'keep one' };
    }
  }),
  wholeNimServiceRule('NIM-041', function* ({ storage }) {
    if (sourcesOf(storage).length === 0 && (isFields(storage) || !isSet(storage))) {
      yield { path: ['storage'], message: 'storage names no source, and every reconcile fails', fix: 'give nimCache, pvc, emptyDir or hostPath' };
    }
  }),
  wholeNimServiceRule('NIM-042', function* (spec) {
    const pvc = createdPvc(spec);
    if (pvc === undefined) { return; }
    const is = !isSet(pvc.size) || pvc.size === '' ? 'missing' : isPositive(pvc.size) ? undefined : `"${shown(pvc.size)}"`;
    if (is !== undefined) {
      yield { path: ['storage', 'pvc', 'size'], message: `pvc.create needs a size above zero, and it is ${is}`, fix: 'write a quantity such as 50Gi' };
    }
  }),
  wholeNimServiceRule('NIM-043', function* (spec) {
    const pvc = createdPvc(spec);
    if (pvc !== undefined && (!isSet(pvc.volumeAccessMode) || pvc.volumeAccessMode === '')) {
      yield { path: ['storage', 'pvc', 'volumeAccessMode'], message: 'pvc.create needs volumeAccessMode; without it Kubernetes refuses the claim', fix: `write one of ${ACCESS_MODES.join(', ')}` };
    }
  }),
  nimServiceRule('NIM-044', function* (spec) {
    const mode = createdPvc(spec)?.volumeAccessMode;
    if (isSet(mode) && mode !== '' && !ACCESS_MODES.includes(String(mode))) {
      yield { path: ['storage', 'pvc', 'volumeAccessMode'], message: `volumeAccessMode "${shown(mode)}" is none that Kubernetes knows`, fix: `write one of ${ACCESS_MODES.join(', ')}` };
    }
  }),
  wholeNimServiceRule('NIM-045', function* ({ storage }) {
    const pvc = at(storage, 'pvc');
    if (sourcesOf(storage).includes('pvc') && isFields(pvc) && pvc.create !== true && (!isSet(pvc.name) || pvc.name === '')) {
      yield { path: ['storage', 'pvc'], message: 'storage.pvc neither names a claim nor asks for one', fix: 'write name, or create: true with size and volumeAccessMode' };
    }
  }),
  wholeNimServiceRule('NIM-046', function* ({ storage }) {
    const cache = fieldsOf(at(storage, 'nimCache'));
    if (isSet(cache.profile) && cache.profile !== '' && (!isSet(cache.name) || cache.name === '')) {
      yield { path: ['storage', 'nimCache', 'profile'], message: 'nimCache.profile without nimCache.name is ignored', fix: 'name the NIMCache' };
    }
  }),
  nimServiceRule('NIM-047', function* ({ storage }) {
    const limit = at(storage, 'sharedMemorySizeLimit');
    if (isPositive(limit) === false) {
      yield { path: ['storage', 'sharedMemorySizeLimit'], message: `sharedMemorySizeLimit is ${shown(limit)}; it must be more than 0`, fix: 'write a quantity such as 16Gi, or leave it out' };
    }
  }),
  nimServiceRule('NIM-048', function* ({ storage }, { document }, model) {
    const name = at(storage, 'nimCache', 'name');
    const caches = typeof name === 'string' ? model.cachesNamed(name) : [];
    // without a namespace an object goes where it is applied to, which may be the other's
    const isElsewhere = ({ namespace }: ManifestDocument) => namespace !== undefined && namespace !== document.namespace;
    if (document.namespace !== undefined && caches.length > 0 && caches.every(isElsewhere)) {
      const elsewhere = caches.map(({ namespace }) => namespace).join(', ');
      yield {
        path: ['storage', 'nimCache', 'name'],
        message: `NIMCache ${shown(name)} is in ${elsewhere}, and the service in ${document.namespace}; it is looked for in its own namespace only`,
        fix: 'put both into one namespace',
      };
    }
  }),
  nimServiceRule('NIM-050', function* (spec) {
    for (const path of [['storage', 'emptyDir'], ['affinity']].filter(each => isSet(at(spec, ...each)))) {
      const fix = path.length > 1 ? 'use another storage, or upgrade' : 'use nodeSelector, or upgrade';
      yield { path, message: `${path.join('.')} is unknown before NIM Operator 3.0.2 and dropped`, fix };
    }
  }),
  nimServiceRule('NIM-051', function* (spec, service, model) {
    const pods = isSet(spec.multiNode) ? 'multiNode' : mostReplicasOf(spec) > 1 ? `up to ${mostReplicasOf(spec)} replicas` : undefined;
    if (pods === undefined) { return; }
    const own = createdPvc(spec)?.volumeAccessMode;
    const shared = createdPvc(fieldsOf(cacheOf(service, model)?.spec))?.volumeAccessMode;
    if (isOfOneNode(own)) {
      yield {
        path: ['storage', 'pvc', 'volumeAccessMode'],
        message: `${shown(own)} with ${pods}: pods on a second node cannot mount it`,
        fix: 'use ReadWriteMany with a storage class that has it, or a NIMCache',
      };
    } else if (isOfOneNode(shared)) {
      yield {
        path: ['storage', 'nimCache', 'name'],
        message: `the NIMCache is ${shown(shared)}, with ${pods} here: pods on a second node cannot mount it`,
        fix: 'make the NIMCache with ReadWriteMany, on a storage class that has it',
      };
    }
  }),
];

/** What the webhook counts as a storage source (nimservice_webhook_validation_helper.go validateServiceStorageConfiguration). */
function sourcesOf(storage: unknown): string[] {
  return ['nimCache', 'pvc', 'emptyDir', 'hostPath'].filter(each => !isEmpty(each, at(storage, each)));
}

/** `nimCache: {}` and `pvc: {name: ""}` are how charts write that there is none; `emptyDir: {}` is one. */
function isEmpty(source: string, value: unknown): boolean {
  if (!isSet(value) || value === '') { return true; }
  return source !== 'emptyDir' && isFields(value) && Object.values(value).every(each => !isSet(each) || each === '' || (isFields(each) && Object.keys(each).length === 0));
}

function isOfOneNode(mode: unknown): boolean {
  return mode === 'ReadWriteOnce' || mode === 'ReadWriteOncePod';
}

function createdPvc({ storage }: Readonly<Fields>): Readonly<Fields> | undefined {
  const pvc = at(storage, 'pvc');
  return isFields(pvc) && pvc.create === true ? pvc : undefined;
}
