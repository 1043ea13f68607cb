import { ManifestDocument } from '../../../cluster';
import { at, Fields, fieldsOf, isFields, isPositive } from '../../../kubernetes';
import { NIM_OPERATOR } from '../../../releases';
import { shown } from '../../../text';
import { REFUSED } from '../../false-alarms';
import { defineRule, Rule } from '../../rule';
import { ACCESS_MODES, cacheOf, isSet, mostReplicasOf, ofNimServices, ofWholeNimServices } from '../nim-check';

/** Rules about where a NIMService keeps its model. */
export const NIM_STORAGE_RULES: Rule[] = [
  defineRule({
    id: 'NIM-040',
    name: 'several-storage-sources',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'warning',
    refusedAtOnce: true,
    sentence: 'exactly one of storage.nimCache, pvc, emptyDir, hostPath',
    why: 'refused by the webhook; without it the first of nimCache.name, pvc.create, pvc.name, emptyDir, hostPath '
      + 'wins silently',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/webhook/apps/v1alpha1/nimservice_webhook_validation_helper.go '
      + 'validateServiceStorageConfiguration; NVIDIA/k8s-nim-operator@f63f74d7 '
      + 'internal/controller/platform/standalone/nimservice.go reconcileNIMService',
    check: ofNimServices(function* ({ storage }) {
      const sources = sourcesOf(storage);
      if (sources.length > 1) {
        yield {
          path: ['storage', sources[1]],
          message: `storage names ${sources.join(', ')}; one of them is used and the others are ignored in silence`,
          fix: 'keep one',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-041',
    name: 'storage-missing',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byOperator,
    sentence: 'a storage source is required',
    why: 'the reconcile fails: neither external PVC name, NIMCache volume, empty dir or local host path',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/controller/platform/standalone/nimservice.go '
      + 'reconcileNIMService; v3.0.2 alike',
    check: ofWholeNimServices(function* ({ storage }) {
      if (sourcesOf(storage).length === 0 && (isFields(storage) || !isSet(storage))) {
        yield {
          path: ['storage'],
          message: 'storage names no source, and every reconcile fails',
          fix: 'give nimCache, pvc, emptyDir or hostPath',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-042',
    name: 'pvc-size',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byOperator,
    sentence: 'storage.pvc.create: true needs storage.pvc.size, a quantity above zero',
    why: 'fails only at reconcile: failed to parse size for pvc creation; a claim of zero or less is refused by '
      + 'Kubernetes',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/shared/pvc.go ConstructPVC',
    check: ofWholeNimServices(function* (spec) {
      const pvc = createdPvc(spec);
      if (pvc === undefined) { return; }
      const is = !isSet(pvc.size) || pvc.size === ''
        ? 'missing'
        : isPositive(pvc.size)
          ? undefined
          : `"${shown(pvc.size)}"`;
      if (is !== undefined) {
        yield {
          path: ['storage', 'pvc', 'size'],
          message: `pvc.create needs a size above zero, and it is ${is}`,
          fix: 'write a quantity such as 50Gi',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-043',
    name: 'pvc-access-mode',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byOperator,
    sentence: 'storage.pvc.create: true needs storage.pvc.volumeAccessMode',
    why: 'an empty access mode is put into the claim, which Kubernetes refuses',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/shared/pvc.go ConstructPVC',
    check: ofWholeNimServices(function* (spec) {
      const pvc = createdPvc(spec);
      if (pvc !== undefined && (!isSet(pvc.volumeAccessMode) || pvc.volumeAccessMode === '')) {
        yield {
          path: ['storage', 'pvc', 'volumeAccessMode'],
          message: 'pvc.create needs volumeAccessMode; without it Kubernetes refuses the claim',
          fix: `write one of ${ACCESS_MODES.join(', ')}`,
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-044',
    name: 'access-mode-value',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byOperator,
    refusedAtOnce: true,
    sentence: 'storage.pvc.volumeAccessMode (with create: true; unused otherwise) is ReadWriteOnce, ReadOnlyMany, '
      + 'ReadWriteMany or ReadWriteOncePod',
    why: 'webhook; Kubernetes refuses others when the claim is created',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/webhook/apps/v1alpha1/nimservice_webhook_validation_helper.go '
      + 'validPVCAccessModeStrs',
    check: ofNimServices(function* (spec) {
      const mode = createdPvc(spec)?.volumeAccessMode;
      if (isSet(mode) && mode !== '' && !ACCESS_MODES.includes(shown(mode))) {
        yield {
          path: ['storage', 'pvc', 'volumeAccessMode'],
          message: `volumeAccessMode "${shown(mode)}" is none that Kubernetes knows`,
          fix: `write one of ${ACCESS_MODES.join(', ')}`,
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-045',
    name: 'pvc-name',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byWebhook,
    sentence: 'storage.pvc without create: true needs a name, unless all of it is empty',
    why: 'webhook; without it the operator finds no storage source',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/webhook/apps/v1alpha1/nimcache_webhook_validation_helper.go '
      + 'validatePVCConfiguration; NVIDIA/k8s-nim-operator@f63f74d7 '
      + 'internal/controller/platform/standalone/nimservice.go',
    check: ofWholeNimServices(function* ({ storage }) {
      const pvc = at(storage, 'pvc');
      if (sourcesOf(storage).includes('pvc')
        && isFields(pvc)
        && pvc.create !== true
        && (!isSet(pvc.name) || pvc.name === '')) {
        yield {
          path: ['storage', 'pvc'],
          message: 'storage.pvc neither names a claim nor asks for one',
          fix: 'write name, or create: true with size and volumeAccessMode',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-046',
    name: 'profile-without-cache',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'storage.nimCache.profile needs storage.nimCache.name',
    why: 'webhook; without a name the profile is ignored',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/webhook/apps/v1alpha1/nimservice_webhook_validation_helper.go '
      + 'validateServiceStorageConfiguration',
    check: ofWholeNimServices(function* ({ storage }) {
      const cache = fieldsOf(at(storage, 'nimCache'));
      if (isSet(cache.profile) && cache.profile !== '' && (!isSet(cache.name) || cache.name === '')) {
        yield {
          path: ['storage', 'nimCache', 'profile'],
          message: 'nimCache.profile without nimCache.name is ignored',
          fix: 'name the NIMCache',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-047',
    name: 'shared-memory-limit',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'warning',
    since: NIM_OPERATOR.milestones.webhooks,
    sentence: 'storage.sharedMemorySizeLimit, if set, is above 0',
    why: 'webhook',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/webhook/apps/v1alpha1/nimservice_webhook_validation_helper.go '
      + 'validateServiceStorageConfiguration',
    check: ofNimServices(function* ({ storage }) {
      const limit = at(storage, 'sharedMemorySizeLimit');
      if (isPositive(limit) === false) {
        yield {
          path: ['storage', 'sharedMemorySizeLimit'],
          message: `sharedMemorySizeLimit is ${shown(limit)}; it must be more than 0`,
          fix: 'write a quantity such as 16Gi, or leave it out',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-048',
    name: 'cache-of-other-namespace',
    area: 'NIMService',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'the NIMCache of storage.nimCache.name must be in the namespace of the NIMService',
    why: 'otherwise the NIMService is Failed: NIMCache not found',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 '
      + 'internal/controller/platform/standalone/nimservice.go reconcileNIMService',
    check: ofNimServices(function* ({ storage }, { document }, model) {
      const name = at(storage, 'nimCache', 'name');
      const caches = typeof name === 'string' ? model.cachesNamed(name) : [];
      // without a namespace an object goes where it is applied to, which may be the other's
      const isElsewhere = ({ namespace }: ManifestDocument) =>
        namespace !== undefined && namespace !== document.namespace;
      if (document.namespace !== undefined && caches.length > 0 && caches.every(isElsewhere)) {
        const elsewhere = caches.map(({ namespace }) => namespace).join(', ');
        yield {
          path: ['storage', 'nimCache', 'name'],
          message: `NIMCache ${shown(name)} is in ${elsewhere}, and the service in ${document.namespace}; it is `
            + 'looked for in its own namespace only',
          fix: 'put both into one namespace',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-049',
    name: 'pvc-immutable',
    area: 'NIMService',
    severity: 'info',
    lintSeverity: 'info',
    since: NIM_OPERATOR.milestones.webhooks,
    sentence: 'storage.pvc of an object created with pvc.create: true cannot be changed',
    why: 'webhook on update',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/webhook/apps/v1alpha1/nimservice_webhook_validation_helper.go '
      + 'validatePVCImmutability',
    notCheckable: 'It is about a change of an object that exists; manifests show one state only.',
    bad: '# raising pvc.size later',
    good: '# new object, or resize the PVC itself',
  }),
  defineRule({
    id: 'NIM-050',
    name: 'storage-field-release',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: `from NIM Operator ${NIM_OPERATOR.milestones.affinity.begins} on both are there: so only for releases `
      + 'before that',
    until: NIM_OPERATOR.milestones.affinity,
    sentence: 'storage.emptyDir and spec.affinity need operator 3.0.2',
    why: 'unknown fields are dropped, emptyDir then leaves no storage source',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimservices field history',
    check: ofNimServices(function* (spec) {
      for (const path of [['storage', 'emptyDir'], ['affinity']].filter(each => isSet(at(spec, ...each)))) {
        const fix = path.length > 1 ? 'use another storage, or upgrade' : 'use nodeSelector, or upgrade';
        yield {
          path,
          message: `${path.join('.')} is unknown before NIM Operator `
            + `${NIM_OPERATOR.milestones.affinity.begins} and dropped`,
          fix,
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-051',
    name: 'read-write-once-replicas',
    area: 'NIMService',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'a ReadWriteOnce volume, of the NIMService or of its NIMCache, serves one replica on one node',
    why: 'pods on a second node cannot mount it',
    evidence: 'Kubernetes volume access modes; multi-node samples use ReadWriteMany',
    check: ofNimServices(function* (spec, service, model) {
      const pods = isSet(spec.multiNode)
        ? 'multiNode'
        : mostReplicasOf(spec) > 1
          ? `up to ${mostReplicasOf(spec)} replicas`
          : undefined;
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
  }),
];

/**
 * What the webhook counts as a storage source (nimservice_webhook_validation_helper.go
 * validateServiceStorageConfiguration).
 */
function sourcesOf(storage: unknown): string[] {
  return ['nimCache', 'pvc', 'emptyDir', 'hostPath'].filter(each => !isEmpty(each, at(storage, each)));
}

/** `nimCache: {}` and `pvc: {name: ""}` are how charts write that there is none; `emptyDir: {}` is one. */
function isEmpty(source: string, value: unknown): boolean {
  if (!isSet(value) || value === '') { return true; }
  return source !== 'emptyDir'
    && isFields(value)
    && Object.values(value)
      .every(each => !isSet(each) || each === '' || (isFields(each) && Object.keys(each).length === 0));
}

function isOfOneNode(mode: unknown): boolean {
  return mode === 'ReadWriteOnce' || mode === 'ReadWriteOncePod';
}

function createdPvc({ storage }: Readonly<Fields>): Readonly<Fields> | undefined {
  const pvc = at(storage, 'pvc');
  return isFields(pvc) && pvc.create === true ? pvc : undefined;
}
