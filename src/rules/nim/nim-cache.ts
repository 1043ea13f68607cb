import { ACCESS_MODES, gpuResourcesOf, isSet, ofCaches, ofWholeCaches } from './nim-check';
import { at, fieldsOf, isFields, isPositive, listOf, NO_PROXY_ENTRIES, wrongNoProxyEntry } from '../../kubernetes';
import { NIM_OPERATOR } from '../../releases';
import { shown } from '../../text';
import { REFUSED } from '../false-alarms';
import { defineRule, Rule } from '../rule';

/** Rules about a NIMCache. */
export const NIM_CACHE_RULES: Rule[] = [
  defineRule({
    id: 'NIM-150',
    name: 'cache-volume',
    area: 'NIMCache',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'spec.storage.pvc must be given',
    why: 'webhook; without it the operator looks for an existing claim <name>-pvc',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/webhook/apps/v1alpha1/nimcache_webhook_validation_helper.go '
      + 'validateNIMCacheStorageConfiguration; NVIDIA/k8s-nim-operator@f63f74d7 internal/shared/pvc.go GetPVCName',
    check: ofWholeCaches(function* ({ storage }, { name }) {
      if (!isSet(at(storage, 'pvc'))) {
        yield {
          path: ['storage'],
          message: `storage without pvc: the job looks for an existing claim ${name}-pvc`,
          fix: 'write storage.pvc',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-151',
    name: 'cache-volume-size',
    area: 'NIMCache',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byOperator,
    sentence: 'storage.pvc.create: true needs a size above zero and a volumeAccessMode that Kubernetes knows',
    why: 'as for NIMService: fails at reconcile, no CRD or webhook check',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/shared/pvc.go ConstructPVC',
    check: ofWholeCaches(function* ({ storage }) {
      const pvc = at(storage, 'pvc');
      if (!isFields(pvc) || pvc.create !== true) { return; }
      if (!isPositive(pvc.size)) {
        yield {
          path: ['storage', 'pvc', 'size'],
          message: `pvc.create needs a size, and it is ${isSet(pvc.size) ? `"${shown(pvc.size)}"` : 'missing'}`,
          fix: 'write a quantity such as 50Gi',
        };
      }
      if (!isSet(pvc.volumeAccessMode) || pvc.volumeAccessMode === '') {
        yield {
          path: ['storage', 'pvc', 'volumeAccessMode'],
          message: 'pvc.create needs volumeAccessMode',
          fix: 'write ReadWriteMany, or ReadWriteOnce for one node',
        };
      } else if (!ACCESS_MODES.includes(shown(pvc.volumeAccessMode))) {
        yield {
          path: ['storage', 'pvc', 'volumeAccessMode'],
          message: `volumeAccessMode "${shown(pvc.volumeAccessMode)}" is none that Kubernetes knows`,
          fix: `write one of ${ACCESS_MODES.join(', ')}`,
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-152',
    name: 'cache-host-path',
    area: 'NIMCache',
    severity: 'error',
    lintSeverity: 'warning',
    aboutKey: true,
    sentence: 'storage.hostPath is left out',
    why: 'the controller never reads it; the job mounts the PVC',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/controller/nimcache_controller.go constructJob; deprecated in '
      + 'the types',
    check: ofCaches(function* ({ storage }) {
      const host = at(storage, 'hostPath');
      if (isSet(host) && host !== '') {
        yield {
          path: ['storage', 'hostPath'],
          message: 'storage.hostPath is never read: the job mounts a claim',
          fix: 'write storage.pvc',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-153',
    name: 'cache-resources-form',
    area: 'NIMCache',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byDropping,
    sentence: 'spec.resources takes cpu and memory directly, not limits/requests',
    why: 'own type with two quantities; other keys are dropped',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimcaches; '
      + 'NVIDIA/k8s-nim-operator@f63f74d7 api/apps/v1alpha1/nimcache_types.go Resources',
    check: ofCaches(function* ({ resources }) {
      for (const key of ['limits', 'requests'].filter(each => isSet(at(resources, each)))) {
        yield {
          path: ['resources', key],
          message: `resources.${key} is dropped: a NIMCache has cpu and memory directly`,
          fix: 'write resources: {cpu, memory}',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-154',
    name: 'cache-node-label',
    area: 'NIMCache',
    severity: 'warning',
    lintSeverity: 'info',
    refusedAtOnce: true,
    sentence: 'without spec.nodeSelector the job needs nodes labelled feature.node.kubernetes.io/pci-10de.present=true',
    why: 'default set by the operator; clusters without Node Feature Discovery leave the job Pending',
    evidence: 'NVIDIA/k8s-nim-operator@v3.1.2 api/apps/v1alpha1/nimcache_types.go#L320 GetNodeSelectors; '
      + 'NVIDIA/k8s-nim-operator@v3.0.2 api/apps/v1alpha1/nimcache_types.go#L308',
    *check(model) {
      // the GPU Operator brings Node Feature Discovery, and a rule of it needs it
      if (model.policies.length > 0 || model.ofKind('NodeFeatureRule').length > 0) { return; }
      const caches = model.ofKind('NIMCache')
        .filter(({ spec }) => Object.keys(fieldsOf(spec.nodeSelector)).length === 0);
      if (caches.length === 0) { return; }
      yield {
        document: caches[0],
        path: ['spec', 'nodeSelector'],
        message: 'without nodeSelector the caching job '
          + `(${caches.slice(0, 5)
            .map(({ name }) => name)
            .join(', ')}${caches.length > 5 ? ', …' : ''}) waits for a node that `
          + 'Node Feature Discovery labelled feature.node.kubernetes.io/pci-10de.present=true',
        fix: 'where NFD does not run, write a nodeSelector such as kubernetes.io/os: linux; caching needs no GPU',
      };
    },
  }),
  defineRule({
    id: 'NIM-155',
    name: 'cache-profiles-for-slice',
    area: 'NIMCache',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'a cache whose model runs on a MIG slice gives explicit model.profiles',
    why: 'without them profiles are matched by model.gpus or by the node label nvidia.com/gpu.product, which MIG '
      + 'strategy single changes; no match ends in \'no profiles are selected for caching\'',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/controller/nimcache_controller.go reconcileModelSelection, '
      + 'GetNodeGPUProducts, constructJob',
    *check(model) {
      const onMig = new Map(model.nimServices
        .filter(({ spec }) => gpuResourcesOf(spec).some(name => name.startsWith('nvidia.com/mig-')))
        .map(({ document, spec, name }) =>
          [`${document.namespace ?? ''}/${shown(at(spec, 'storage', 'nimCache', 'name'))}`, name]));
      for (const document of model.ofKind('NIMCache')) {
        const user = onMig.get(`${document.namespace ?? ''}/${document.name}`);
        const ngc = at(document.spec, 'source', 'ngc');
        const chosen = isSet(at(ngc, 'modelEndpoint'))
          || listOf(at(ngc, 'model', 'profiles')).length > 0
          || listOf(at(ngc, 'model', 'gpus')).length > 0;
        if (user === undefined || !isFields(ngc) || chosen) { continue; }
        yield {
          document,
          path: ['spec', 'source', 'ngc'],
          message: `${user} runs this model on a MIG slice, and without profiles the operator goes by `
            + 'nvidia.com/gpu.product, which MIG can change: it may find none to cache',
          fix: 'write model.profiles',
        };
      }
    },
  }),
  defineRule({
    id: 'NIM-156',
    name: 'cache-cert-config',
    area: 'NIMCache',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byOperator,
    since: NIM_OPERATOR.milestones.webhooks,
    sentence: 'certConfig must not be used; use proxy.certConfigMap',
    why: 'the reconcile returns a bad-request error',
    evidence: 'NVIDIA/k8s-nim-operator@v3.1.2 internal/controller/nimcache_controller.go#L1442; '
      + 'NVIDIA/k8s-nim-operator@v3.0.2 internal/controller/nimcache_controller.go#L1261',
    check: ofCaches(function* ({ certConfig }) {
      if (isSet(certConfig)) {
        yield {
          path: ['certConfig'],
          message: 'certConfig ends every reconcile with an error',
          fix: 'use proxy.certConfigMap',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-157',
    name: 'cache-immutable',
    area: 'NIMCache',
    severity: 'info',
    lintSeverity: 'info',
    sentence: 'the whole spec is immutable with the webhook; source.ngc.modelPuller always (CEL)',
    why: 'webhook on update, CEL on the one field',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/webhook/apps/v1alpha1/nimcache_webhook_validation_helper.go '
      + 'validateImmutableNIMCacheSpec; NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD '
      + 'nimcaches CEL on modelPuller',
    notCheckable: 'It is about a change of an object that exists; manifests show one state only.',
    bad: '# editing profiles of an existing NIMCache',
    good: '# new NIMCache with a new name',
  }),
  defineRule({
    id: 'NIM-158',
    name: 'proxy-address',
    area: 'NIMCache',
    severity: 'error',
    lintSeverity: 'warning',
    since: NIM_OPERATOR.milestones.webhooks,
    refusedAtOnce: true,
    sentence: 'proxy.httpProxy and httpsProxy start with http:// or https://; noProxy entries are '
      + 'host names, IPs or CIDRs',
    why: 'webhook, NIMCache only',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/webhook/apps/v1alpha1/nimcache_webhook_validation_helper.go '
      + 'validateProxyConfiguration',
    check: ofCaches(function* ({ proxy }) {
      for (const key of ['httpProxy', 'httpsProxy']) {
        const url = at(proxy, key);
        if (isSet(url) && url !== '' && !/^https?:\/\//.test(shown(url))) {
          yield {
            path: [
              'proxy',
              key,
            ],
            message: `${key} "${shown(url)}" does not begin with http:// or https://`,
            fix: `write http://${shown(url)}`,
          };
        }
      }
      const wrong = wrongNoProxyEntry(shown(at(proxy, 'noProxy') ?? ''));
      if (wrong !== undefined) {
        yield {
          path: ['proxy', 'noProxy'],
          message: `noProxy entry "${wrong}" is no host name, address or network to the webhook`,
          fix: NO_PROXY_ENTRIES,
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-159',
    name: 'cache-gpu-selectors',
    area: 'NIMCache',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byDropping,
    since: NIM_OPERATOR.milestones.cacheNodeSelector,
    sentence: 'gpuSelectors was replaced by nodeSelector; NIMCache has no affinity',
    why: 'unknown fields are dropped',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimcaches field history',
    check: ofCaches(function* (spec) {
      if (isSet(spec.gpuSelectors)) {
        yield {
          path: ['gpuSelectors'],
          message: 'gpuSelectors is no field since 1.0.1 and is dropped',
          fix: 'use nodeSelector',
        };
      }
      if (isSet(spec.affinity)) {
        yield { path: ['affinity'], message: 'a NIMCache has no affinity; it is dropped', fix: 'use nodeSelector' };
      }
    }),
  }),
  defineRule({
    id: 'NIM-160',
    name: 'hugging-face-secret-key',
    area: 'NIMCache',
    severity: 'info',
    lintSeverity: 'info',
    sentence: 'an hf cache secret needs key HF_TOKEN, also in the authSecret of the NIMService that uses it',
    why: 'the NIMService takes HF_TOKEN as a required secret key for hf and dataStore caches',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/controller/platform/standalone/nimservice.go IsHFModel branch',
    notCheckable: 'The keys of a Secret are not read: lint never looks at secret values, and Secrets are rarely among '
      + 'the manifests.',
    bad: '# secret with NGC_API_KEY only',
    good: '# secret with HF_TOKEN',
  }),
  defineRule({
    id: 'NIM-161',
    name: 'cache-without-gpu',
    area: 'NIMCache',
    severity: 'info',
    lintSeverity: 'info',
    sentence: 'caching never needs a GPU',
    why: 'the job requests cpu and memory only',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/controller/nimcache_controller.go constructJob; '
      + 'NVIDIA/k8s-nim-operator#179',
    notCheckable: 'A NIMCache has no field for a GPU; what is written under resources.limits is found by NIM-153.',
    bad: '# nvidia.com/gpu for the cache job',
    good: 'resources: {cpu: "4", memory: 16Gi}',
  }),
  defineRule({
    id: 'NIM-162',
    name: 'cache-volume-name',
    area: 'NIMCache',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'storage.pvc without create: true needs a name',
    why: 'webhook; without it the operator expects an existing claim <name>-pvc',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/webhook/apps/v1alpha1/nimcache_webhook_validation_helper.go '
      + 'validatePVCConfiguration; NVIDIA/k8s-nim-operator@f63f74d7 internal/shared/pvc.go GetPVCName',
    check: ofWholeCaches(function* ({ storage }, { name }) {
      const pvc = at(storage, 'pvc');
      if (isFields(pvc) && pvc.create !== true && (!isSet(pvc.name) || pvc.name === '')) {
        yield {
          path: ['storage', 'pvc'],
          message: `storage.pvc neither names a claim nor asks for one; the job looks for ${name}-pvc`,
          fix: 'write name, or create: true',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-163',
    name: 'cache-existing-volume',
    area: 'NIMCache',
    severity: 'info',
    lintSeverity: 'info',
    sentence: 'pvc.create: true with an existing claim of that name uses the existing one',
    why: 'the claim is created only when it is not found',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/controller/nimcache_controller.go reconcilePVC',
    notCheckable: 'Whether a claim of that name exists is seen in the cluster only.',
    bad: '# expecting a fresh volume',
    good: '# a new pvc.name',
  }),
];
