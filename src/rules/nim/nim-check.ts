import { ClusterModel, ManifestDocument, NimServiceView } from '../../cluster';
import { at, Fields, fieldsOf, isTemplated, listOf, Path, textOf } from '../../kubernetes';
import { shown } from '../../text';
import { Check, Severity } from '../rule';

/** What a check of one NIMService or NIMCache says: the path is below its `spec`. */
export interface SpecFinding {
  readonly path: Path;
  readonly message: string;
  readonly fix: string;
  readonly severity?: Severity;
}

type NimServiceCheck = (spec: Readonly<Fields>, service: NimServiceView, model: ClusterModel) => Iterable<SpecFinding>;

/** A check of the spec of every NIMService, also of those in a NIMPipeline. */
export function ofNimServices(check: NimServiceCheck): Check {
  return function* (model) {
    for (const service of model.nimServices) {
      for (const { path, ...found } of check(service.spec, service, model)) {
        yield { document: service.document, path: [...service.path, ...path], ...found, dormant: service.disabled };
      }
    }
  };
}

/** A check that finds something missing: not of a part of a NIMService. */
export function ofWholeNimServices(check: NimServiceCheck): Check {
  return ofNimServices((spec, service, model) => (service.document.isPartial ? [] : check(spec, service, model)));
}

/** A check of the spec of every object of a kind. */
export function ofSpecs(
  kind: string,
  check: (spec: Readonly<Fields>, document: ManifestDocument, model: ClusterModel) => Iterable<SpecFinding>,
): Check {
  return function* (model) {
    for (const document of model.ofKind(kind)) {
      for (const { path, ...found } of check(document.spec, document, model)) {
        yield { document, path: ['spec', ...path], ...found };
      }
    }
  };
}

/** A check that finds something missing: not of a part of an object. */
export function ofWholeSpecs(...[kind, check]: Parameters<typeof ofSpecs>): Check {
  return ofSpecs(kind, (spec, document, model) => (document.isPartial ? [] : check(spec, document, model)));
}

/** A check of the spec of a NIMCache. */
export type CacheCheck = Parameters<typeof ofSpecs>[1];

/** A check of the spec of every NIMCache. */
export function ofCaches(check: CacheCheck): Check {
  return ofSpecs('NIMCache', check);
}

/** A check that finds something missing: not of a part of a NIMCache. */
export function ofWholeCaches(check: CacheCheck): Check {
  return ofWholeSpecs('NIMCache', check);
}

/** Whether a field is there with something in it; null is like a field that is absent. */
export function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/**
 * Whether the operator can make a Service of a name, which is that of the NIMService: a DNS label that begins with a
 * letter (RFC 1035). One that begins with a digit is for Kubernetes to say: its gate RelaxedServiceNameValidation lets
 * that through (KEP-5311).
 */
export function canNameService(name: string): boolean | 'perhaps' {
  if (!/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) { return false; }
  return /^[a-z]/.test(name) ? true : 'perhaps';
}

/** What `accessModes` of a PersistentVolumeClaim takes (core/v1). */
export const ACCESS_MODES = ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'];

/** GPU resources of a map of quantities, without those of zero, which ask for nothing. */
export function gpuResourcesIn(quantities: unknown): string[] {
  return Object.entries(fieldsOf(quantities))
    .filter(([name, quantity]) => name.startsWith('nvidia.com/') && !/^0+$/.test(shown(quantity)))
    .map(([name]) => name);
}

/** The GPU resources that a NIMService asks for. */
export function gpuResourcesOf(spec: Readonly<Fields>): string[] {
  return [...new Set([
    ...gpuResourcesIn(at(spec, 'resources', 'limits')),
    ...gpuResourcesIn(at(spec, 'resources', 'requests')),
  ])];
}

/** The NIMCache that a service uses, when it is among the manifests. */
export function cacheOf({ spec, document }: NimServiceView, model: ClusterModel): ManifestDocument | undefined {
  const name = textOf(at(spec, 'storage', 'nimCache', 'name'));
  const caches = name === undefined ? [] : model.cachesNamed(name);
  // without a namespace an object goes where it is applied to, which may be the other's
  return caches.find(({ namespace }) => namespace === document.namespace)
    ?? caches.find(({ namespace }) => namespace === undefined || document.namespace === undefined);
}

/** The most replicas of a service. */
export function mostReplicasOf(spec: Readonly<Fields>): number {
  const most = at(spec, 'scale', 'enabled') === true ? at(spec, 'scale', 'hpa', 'maxReplicas') : spec.replicas;
  return typeof most === 'number' ? most : 1;
}

/**
 * A value of an environment variable, the last of several; undefined when it is not there, comes from elsewhere, or is
 * not known yet.
 */
export function variable(spec: Readonly<Fields>, name: string): { value: string; path: Path } | undefined {
  const env = listOf(spec.env);
  const index = env.map(each => at(each, 'name')).lastIndexOf(name);
  const value = at(env[index], 'value');
  return isSet(value) && !isTemplated(value) ? { value: shown(value), path: ['env', index] } : undefined;
}

