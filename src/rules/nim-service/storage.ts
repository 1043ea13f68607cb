import { at, Fields, fieldsOf, isFields } from '../../cluster';
import { isQuantity, isSet, mostReplicasOf, nimServiceRule } from '../nim-rule';
import { Rule } from '../rule';

const ACCESS_MODES = ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'];

/** Rules about where a NIMService keeps its model. */
export const NIM_STORAGE_RULES: Rule[] = [
  nimServiceRule('NIM-040', function* ({ storage }) {
    const sources = sourcesOf(storage);
    if (sources.length > 1) {
      yield { path: ['storage', sources[1]], message: `storage names ${sources.join(', ')}; one of them is used and the others are ignored in silence`, fix: 'keep one' };
    }
  }),
  nimServiceRule('NIM-041', function* ({ storage }, { document }) {
    if (sourcesOf(storage).length === 0 && document.annotations['cdk8s-gpu/form'] !== 'partial') {
      yield { path: ['storage'], message: 'storage names no source, and every reconcile fails', fix: 'give nimCache, pvc, emptyDir or hostPath' };
    }
  }),
  nimServiceRule('NIM-042', function* (spec) {
    const pvc = createdPvc(spec);
    if (pvc !== undefined && !(isSet(pvc.size) && isQuantity(pvc.size))) {
      yield { path: ['storage', 'pvc', 'size'], message: `pvc.create needs a size, and it is ${isSet(pvc.size) ? `"${String(pvc.size)}"` : 'missing'}`, fix: 'write a quantity such as 50Gi' };
    }
  }),
  nimServiceRule('NIM-043', function* (spec) {
    const pvc = createdPvc(spec);
    if (pvc !== undefined && (!isSet(pvc.volumeAccessMode) || pvc.volumeAccessMode === '')) {
      yield { path: ['storage', 'pvc', 'volumeAccessMode'], message: 'pvc.create needs volumeAccessMode; without it Kubernetes refuses the claim', fix: `write one of ${ACCESS_MODES.join(', ')}` };
    }
  }),
  nimServiceRule('NIM-044', function* (spec) {
    const mode = createdPvc(spec)?.volumeAccessMode;
    if (isSet(mode) && mode !== '' && !ACCESS_MODES.includes(String(mode))) {
      yield { path: ['storage', 'pvc', 'volumeAccessMode'], message: `volumeAccessMode "${String(mode)}" is none that Kubernetes knows`, fix: `write one of ${ACCESS_MODES.join(', ')}` };
    }
  }),
  nimServiceRule('NIM-045', function* ({ storage }) {
    const pvc = at(storage, 'pvc');
    if (isFields(pvc) && pvc.create !== true && (!isSet(pvc.name) || pvc.name === '')) {
      yield { path: ['storage', 'pvc'], message: 'storage.pvc neither names a claim nor asks for one', fix: 'write name, or create: true with size and volumeAccessMode' };
    }
  }),
  nimServiceRule('NIM-046', function* ({ storage }) {
    const cache = fieldsOf(at(storage, 'nimCache'));
    if (isSet(cache.profile) && cache.profile !== '' && (!isSet(cache.name) || cache.name === '')) {
      yield { path: ['storage', 'nimCache', 'profile'], message: 'nimCache.profile without nimCache.name is ignored', fix: 'name the NIMCache' };
    }
  }),
  nimServiceRule('NIM-047', function* ({ storage }) {
    const limit = at(storage, 'sharedMemorySizeLimit');
    if (isSet(limit) && /^[-+]?0*(?:\.0*)?(?:[a-zA-Z]*)$/.test(String(limit))) {
      yield { path: ['storage', 'sharedMemorySizeLimit'], message: `sharedMemorySizeLimit is ${String(limit)}; it must be more than 0`, fix: 'write a quantity such as 16Gi, or leave it out' };
    }
  }),
  nimServiceRule('NIM-048', function* ({ storage }, { document }, model) {
    const name = at(storage, 'nimCache', 'name');
    const caches = typeof name === 'string' ? model.cachesNamed(name) : [];
    if (caches.length > 0 && !caches.some(({ namespace }) => namespace === document.namespace)) {
      const elsewhere = caches.map(({ namespace }) => namespace ?? 'the default namespace').join(', ');
      yield {
        path: ['storage', 'nimCache', 'name'],
        message: `NIMCache ${String(name)} is in ${elsewhere}, and the service in ${document.namespace ?? 'the default namespace'}; it is looked for in its own namespace only`,
        fix: 'put both into one namespace',
      };
    }
  }),
  nimServiceRule('NIM-050', function* (spec) {
    const newer = isSet(at(spec, 'storage', 'emptyDir')) ? ['storage', 'emptyDir'] : isSet(spec.affinity) ? ['affinity'] : undefined;
    if (newer !== undefined) {
      yield { path: newer, message: `${newer.join('.')} is unknown before NIM Operator 3.0.2 and dropped`, fix: newer.length > 1 ? 'use another storage, or upgrade' : 'use nodeSelector, or upgrade' };
    }
  }),
  nimServiceRule('NIM-051', function* (spec) {
    const mode = createdPvc(spec)?.volumeAccessMode;
    const pods = mostReplicasOf(spec);
    if ((mode === 'ReadWriteOnce' || mode === 'ReadWriteOncePod') && (pods > 1 || isSet(spec.multiNode))) {
      yield {
        path: ['storage', 'pvc', 'volumeAccessMode'],
        message: `${mode} with ${isSet(spec.multiNode) ? 'multiNode' : `up to ${pods} replicas`}: pods on a second node cannot mount it`,
        fix: 'use ReadWriteMany with a storage class that has it, or a NIMCache',
      };
    }
  }),
];

function sourcesOf(storage: unknown): string[] {
  return ['nimCache', 'pvc', 'emptyDir', 'hostPath'].filter(each => isSet(at(storage, each)) && at(storage, each) !== '' && !isEmptyCache(each, at(storage, each)));
}

/** `nimCache: {}` is how some charts write that there is none. */
function isEmptyCache(source: string, value: unknown): boolean {
  return source === 'nimCache' && isFields(value) && Object.values(value).every(each => !isSet(each) || each === '');
}

function createdPvc({ storage }: Readonly<Fields>): Readonly<Fields> | undefined {
  const pvc = at(storage, 'pvc');
  return isFields(pvc) && pvc.create === true ? pvc : undefined;
}
