import { ClusterModel, ManifestDocument, NimServiceView } from '../../../cluster';
import { at, Fields, fieldsOf, isFields, isTemplated, listOf } from '../../../kubernetes';
import { NIM_OPERATOR } from '../../../releases';
import { shown } from '../../../text';
import { REFUSED } from '../../false-alarms';
import { defineRule, Rule, Severity } from '../../rule';
import { cacheOf, gpuResourcesIn, gpuResourcesOf, isSet, ofNimServices, ofWholeNimServices } from '../nim-check';

/** Rules about the GPUs that a NIMService asks for, and those that the operator adds. */
export const NIM_RESOURCE_RULES: Rule[] = [
  defineRule({
    id: 'NIM-010',
    name: 'profile-with-mig-resource',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'with storage.nimCache.profile set, a nvidia.com/mig-* resource needs a nvidia.com/gpu key (value "0") '
      + 'beside it',
    why: 'otherwise the operator adds nvidia.com/gpu: <tensor parallelism or 1> to limits and requests; the pod asks '
      + 'for a full GPU and a slice and stays Pending',
    evidence: 'NVIDIA/k8s-nim-operator@v3.0.2 internal/controller/platform/standalone/nimservice.go#L1022 '
      + 'addGPUResources; NVIDIA/k8s-nim-operator@v3.1.2 internal/controller/platform/standalone/nimservice.go#L1307; '
      + 'NVIDIA/k8s-nim-operator@f63f74d7 internal/controller/platform/standalone/nimservice.go#L1312; '
      + 'NVIDIA/k8s-nim-operator@f63f74d7 internal/controller/platform/kserve/nimservice.go',
    check: ofNimServices((_, service, model) => secondGpu(service, model, name => name.startsWith('nvidia.com/mig-'))),
  }),
  defineRule({
    id: 'NIM-011',
    name: 'profile-with-shared-resource',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'with storage.nimCache.profile set, a renamed shared resource (nvidia.com/gpu.shared) needs a '
      + 'nvidia.com/gpu key (value "0") beside it',
    why: 'same injection as for MIG: the check looks only for the key nvidia.com/gpu',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/controller/platform/standalone/nimservice.go addGPUResources',
    check: ofNimServices((_, service, model) =>
      secondGpu(service, model, name => name.endsWith('.shared') && !name.startsWith('nvidia.com/mig-'))),
  }),
  defineRule({
    id: 'NIM-012',
    name: 'profile-with-partial-resources',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'with storage.nimCache.profile set and no nvidia.com/gpu key, spec.resources must be absent or have both '
      + 'limits and requests non-empty (not limits only, requests only or {})',
    why: 'the operator writes into a nil map and panics on every reconcile',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/controller/platform/standalone/nimservice.go addGPUResources, '
      + 'last lines',
    check: ofWholeNimServices(function* (spec, service, model) {
      const { resources } = spec;
      if (!operatorMayAddGpu(service, model) || !isFields(resources) || namesWholeGpu(spec)) { return; }
      const empty = ['limits', 'requests'].filter(each =>
        !isTemplated(resources[each]) && Object.keys(fieldsOf(resources[each])).length === 0);
      if (empty.length > 0) {
        yield {
          path: ['resources'],
          message: `resources without ${empty.join(' and ')}, with storage.nimCache.profile and no nvidia.com/gpu: `
            + 'the operator writes into a map that is not there and fails on every reconcile',
          fix: 'write nvidia.com/gpu under limits and requests ("0" beside another GPU '
            + 'resource), or leave resources out',
          severity: certainty(service, model),
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-013',
    name: 'nim-without-gpu',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'a NIMService needs its GPU stated: a GPU resource, draResources, or an NGC NIMCache '
      + 'with an explicit profile',
    why: 'without nimCache.profile the operator adds nothing and the pod gets no GPU',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/controller/platform/standalone/nimservice.go '
      + 'reconcileNIMService (gpuResources only inside modelProfile != "" and IsOptimizedNIM)',
    check: ofWholeNimServices(function* (spec, service, model) {
      if (gpuResourcesOf(spec).length > 0 || listOf(spec.draResources).length > 0 || asksForOtherDevice(spec)) {
        return;
      }
      // a zero says that no GPU is wanted from the operator either
      if (operatorMayAddGpu(service, model) && !namesWholeGpu(spec)) { return; }
      yield {
        path: ['resources'],
        message: 'nothing says a GPU: no GPU resource, no draResources and '
          + `${whyNoneIsAdded(service)}, so the pod gets none`,
        fix: 'write nvidia.com/gpu or a slice under resources.limits',
      };
    }),
  }),
  defineRule({
    id: 'NIM-014',
    name: 'zero-quantity',
    area: 'NIMService',
    severity: 'info',
    lintSeverity: 'info',
    sentence: 'a nvidia.com/* quantity of zero is not a request: rules that allow one GPU resource per container must '
      + 'skip zeros',
    why: 'nvidia.com/gpu: "0" is the documented way to switch off the injection',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/controller/platform/standalone/nimservice.go addGPUResources '
      + 'tests the key, not the value',
    notCheckable: 'It is what the rules about GPU resources go by (POD-001, NIM-010, NIM-015), '
      + 'not a fault of a manifest.',
    bad: '# flagging {nvidia.com/mig-1g.10gb: 1, nvidia.com/gpu: "0"} as two GPU resources',
    good: '# counting only quantities > 0',
  }),
  defineRule({
    id: 'NIM-015',
    name: 'dra-with-gpu-resource',
    area: 'NIMService',
    severity: 'warning',
    lintSeverity: 'warning',
    since: NIM_OPERATOR.milestones.draResources,
    sentence: 'a NIMService has draResources, or GPU keys in spec.resources, not both',
    why: 'the operator skips its own injection but passes both on: the pod asks for a device-plugin GPU and a claim',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/controller/platform/standalone/nimservice.go addGPUResources '
      + 'first branch; NVIDIA/k8s-nim-operator@f63f74d7 api/apps/v1alpha1/nimservice_types.go GetResources',
    check: ofNimServices(function* (spec) {
      const [resource] = gpuResourcesOf(spec);
      if (listOf(spec.draResources).length > 0 && resource !== undefined) {
        yield {
          path: ['resources'],
          message: `draResources and ${resource}: the pod asks for a claimed device and for one of the device plugin`,
          fix: 'keep one of them',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-016',
    name: 'nim-resource-claims',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byDropping,
    since: NIM_OPERATOR.milestones.draResources,
    sentence: 'spec.resources.claims must not be set; use draResources',
    why: 'refused by the webhook; otherwise dropped when the pod is rendered',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/webhook/apps/v1alpha1/nimservice_webhook_validation_helper.go '
      + 'validateResourcesConfiguration; NVIDIA/k8s-nim-operator@f63f74d7 api/apps/v1alpha1/nimservice_types.go '
      + 'GetResources copies only limits and requests',
    check: ofNimServices(function* ({ resources }) {
      if (listOf(at(resources, 'claims')).length > 0) {
        yield {
          path: ['resources', 'claims'],
          message: 'resources.claims is dropped when the pod is made',
          fix: 'use draResources',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-017',
    name: 'gpu-limits-and-requests',
    area: 'NIMService',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'extended resources need limits, and requests equal to limits',
    why: 'Kubernetes does not overcommit extended resources; requests alone are refused',
    evidence: 'Kubernetes documentation, extended resources',
    check: ofNimServices(function* ({ resources }) {
      const [limits, requests] = [fieldsOf(at(resources, 'limits')), fieldsOf(at(resources, 'requests'))];
      for (const name of gpuResourcesIn(requests).filter(each => shown(limits[each]) !== shown(requests[each]))) {
        yield {
          path: ['resources', 'requests', name],
          message: `${name} is requested ${shown(requests[name])} with `
            + `${Object.hasOwn(limits, name) ? `a limit of ${shown(limits[name])}` : 'no limit'}; `
            + 'Kubernetes refuses the pod',
          fix: 'write the same under limits',
        };
      }
    }),
  }),
];

/** A slice without the key nvidia.com/gpu: the operator adds a whole GPU beside it. */
function* secondGpu(service: NimServiceView, model: ClusterModel, isSlice: (name: string) => boolean) {
  const { spec } = service;
  const slice = gpuResourcesOf(spec).find(isSlice);
  if (slice === undefined || !operatorMayAddGpu(service, model) || namesWholeGpu(spec)) { return; }
  const asked = ['limits', 'requests'].find(each => Object.hasOwn(fieldsOf(at(spec, 'resources', each)), slice))!;
  yield {
    path: ['resources', asked, slice],
    message: `${slice} without nvidia.com/gpu beside it: with nimCache.profile the operator adds a whole GPU to it, `
      + 'and the pod stays Pending',
    fix: 'write nvidia.com/gpu: "0" under limits and requests',
    severity: certainty(service, model),
  };
}

/**
 * It adds one for an explicit profile, without claims, and not for other caches than those of NGC (k8s-nim-operator
 * addGPUResources).
 */
function operatorMayAddGpu(service: NimServiceView, model: ClusterModel): boolean {
  const cache = cacheOf(service, model);
  return explicitProfile(service) !== undefined
    && listOf(service.spec.draResources).length === 0
    && (cache === undefined || isNgcCache(cache));
}

function explicitProfile({ spec }: NimServiceView): string | undefined {
  const profile = at(spec, 'storage', 'nimCache', 'profile');
  return typeof profile === 'string' && profile !== '' ? profile : undefined;
}

function isNgcCache({ spec }: ManifestDocument): boolean {
  const ngc = at(spec, 'source', 'ngc');
  return isFields(ngc) && (!isSet(ngc.modelEndpoint) || ngc.modelEndpoint === '');
}

function whyNoneIsAdded(service: NimServiceView): string {
  return explicitProfile(service) === undefined
    ? 'no nimCache.profile'
    : 'a nimCache.profile for which the operator adds none';
}

/** A resource of another vendor's plugin, or of a DeviceClass: it may well be a GPU. */
function asksForOtherDevice({ resources }: Readonly<Fields>): boolean {
  return ['limits', 'requests'].some(each =>
    Object.keys(fieldsOf(at(resources, each))).some(name => name.includes('/') && !name.startsWith('nvidia.com/')));
}

function namesWholeGpu({ resources }: Readonly<Fields>): boolean {
  return ['limits', 'requests'].some(each => 'nvidia.com/gpu' in fieldsOf(at(resources, each)));
}

/** An NGC cache among the manifests makes it certain, when it holds the profile. */
function certainty(service: NimServiceView, model: ClusterModel): Severity | undefined {
  const cache = cacheOf(service, model);
  if (cache === undefined || !isNgcCache(cache)) { return undefined; }
  const held = listOf(at(cache.spec, 'source', 'ngc', 'model', 'profiles'));
  return held.length === 0 || held.includes('all') || held.includes(explicitProfile(service)) ? 'error' : undefined;
}
