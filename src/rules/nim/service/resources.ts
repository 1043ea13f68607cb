import { ClusterModel, ManifestDocument, NimServiceView } from '../../../cluster';
import { at, Fields, fieldsOf, isFields, isTemplated, listOf } from '../../../kubernetes';
import { shown } from '../../../text';
import { Rule, Severity } from '../../rule';
import { cacheOf, gpuResourcesIn, gpuResourcesOf, isSet, nimServiceRule, wholeNimServiceRule } from '../nim-rule';

/** Rules about the GPUs that a NIMService asks for, and those that the operator adds. */
export const NIM_RESOURCE_RULES: Rule[] = [
  nimServiceRule('NIM-010', (_, service, model) => secondGpu(service, model, name => name.startsWith('nvidia.com/mig-'))),
  nimServiceRule('NIM-011', (_, service, model) => secondGpu(service, model, name => name.endsWith('.shared') && !name.startsWith('nvidia.com/mig-'))),
  wholeNimServiceRule('NIM-012', function* (spec, service, model) {
    const { resources } = spec;
    if (!operatorMayAddGpu(service, model) || !isFields(resources) || namesWholeGpu(spec)) { return; }
    const empty = ['limits', 'requests'].filter(each => !isTemplated(resources[each]) && Object.keys(fieldsOf(resources[each])).length === 0);
    if (empty.length > 0) {
      yield {
        path: ['resources'],
        message: `resources without ${empty.join(' and ')}, with storage.nimCache.profile and no nvidia.com/gpu: the operator writes into a map that is not there and fails on every reconcile`,
        fix: 'write nvidia.com/gpu under limits and requests ("0" beside another GPU resource), or leave resources out',
        severity: certainty(service, model),
      };
    }
  }),
  wholeNimServiceRule('NIM-013', function* (spec, service, model) {
    if (gpuResourcesOf(spec).length > 0 || listOf(spec.draResources).length > 0 || asksForOtherDevice(spec)) { return; }
    // a zero says that no GPU is wanted from the operator either
    if (operatorMayAddGpu(service, model) && !namesWholeGpu(spec)) { return; }
    yield { path: ['resources'], message: `nothing says a GPU: no GPU resource, no draResources and ${whyNoneIsAdded(service)}, so the pod gets none`, fix: 'write nvidia.com/gpu or a slice under resources.limits' };
  }),
  nimServiceRule('NIM-015', function* (spec) {
    const [resource] = gpuResourcesOf(spec);
    if (listOf(spec.draResources).length > 0 && resource !== undefined) {
      yield { path: ['resources'], message: `draResources and ${resource}: the pod asks for a claimed device and for one of the device plugin`, fix: 'keep one of them' };
    }
  }),
  nimServiceRule('NIM-016', function* ({ resources }) {
    if (listOf(at(resources, 'claims')).length > 0) {
      yield { path: ['resources', 'claims'], message: 'resources.claims is dropped when the pod is made', fix: 'use draResources' };
    }
  }),
  nimServiceRule('NIM-017', function* ({ resources }) {
    const [limits, requests] = [fieldsOf(at(resources, 'limits')), fieldsOf(at(resources, 'requests'))];
    for (const name of gpuResourcesIn(requests).filter(each => String(limits[each]) !== String(requests[each]))) {
      yield {
        path: ['resources', 'requests', name],
        message: `${name} is requested ${shown(requests[name])} with ${name in limits ? `a limit of ${shown(limits[name])}` : 'no limit'}; Kubernetes refuses the pod`,
        fix: 'write the same under limits',
      };
    }
  }),
];

/** A slice without the key nvidia.com/gpu: the operator adds a whole GPU beside it. */
function* secondGpu(service: NimServiceView, model: ClusterModel, isSlice: (name: string) => boolean) {
  const { spec } = service;
  const slice = gpuResourcesOf(spec).find(isSlice);
  if (slice === undefined || !operatorMayAddGpu(service, model) || namesWholeGpu(spec)) { return; }
  const asked = ['limits', 'requests'].find(each => slice in fieldsOf(at(spec, 'resources', each)))!;
  yield {
    path: ['resources', asked, slice],
    message: `${slice} without nvidia.com/gpu beside it: with nimCache.profile the operator adds a whole GPU to it, and the pod stays Pending`,
    fix: 'write nvidia.com/gpu: "0" under limits and requests',
    severity: certainty(service, model),
  };
}

/** It adds one for an explicit profile, without claims, and not for other caches than those of NGC (k8s-nim-operator addGPUResources). */
function operatorMayAddGpu(service: NimServiceView, model: ClusterModel): boolean {
  const cache = cacheOf(service, model);
  return explicitProfile(service) !== undefined && listOf(service.spec.draResources).length === 0 && (cache === undefined || isNgcCache(cache));
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
  return explicitProfile(service) === undefined ? 'no nimCache.profile' : 'a nimCache.profile for which the operator adds none';
}

/** A resource of another vendor's plugin, or of a DeviceClass: it may well be a GPU. */
function asksForOtherDevice({ resources }: Readonly<Fields>): boolean {
  return ['limits', 'requests'].some(each => Object.keys(fieldsOf(at(resources, each))).some(name => name.includes('/') && !name.startsWith('nvidia.com/')));
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
