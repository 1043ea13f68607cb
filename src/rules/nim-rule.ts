import { Rule, Severity } from './rule';
import { at, ClusterModel, Fields, fieldsOf, ManifestDocument, NimServiceView, Path, textOf } from '../cluster';

/** What a check of one NIMService or NIMCache says: the path is below its `spec`. */
export interface SpecFinding {
  readonly path: Path;
  readonly message: string;
  readonly fix: string;
  readonly severity?: Severity;
}

/** A check of the spec of every NIMService, also of those in a NIMPipeline. */
export function nimServiceRule(
  id: string, check: (spec: Readonly<Fields>, service: NimServiceView, model: ClusterModel) => Iterable<SpecFinding>,
): Rule {
  return {
    id,
    *check(model) {
      for (const service of model.nimServices) {
        for (const { path, ...found } of check(service.spec, service, model)) {
          yield { document: service.document, path: [...service.path, ...path], ...found };
        }
      }
    },
  };
}

/** A check of the spec of every object of a kind. */
export function specRule(
  id: string, kind: string, check: (spec: Readonly<Fields>, document: ManifestDocument, model: ClusterModel) => Iterable<SpecFinding>,
): Rule {
  return {
    id,
    *check(model) {
      for (const document of model.ofKind(kind)) {
        for (const { path, ...found } of check(document.spec, document, model)) { yield { document, path: ['spec', ...path], ...found }; }
      }
    },
  };
}

/** Whether a field is there with something in it; null is like a field that is absent. */
export function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Whether a value is to be filled in by a template or a shell, so that nobody knows it yet. */
export function isTemplated(value: unknown): boolean {
  return typeof value === 'string' && /\{\{|\$\{|\$\(/.test(value);
}

/** Whether a value is a number that Kubernetes reads as a quantity (apimachinery pkg/api/resource/quantity.go). */
export function isQuantity(value: unknown): boolean {
  return /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+|[numkMGTPE]|[KMGTPE]i)?$/.test(String(value));
}

/** GPU resources of a map of quantities, without those of zero, which ask for nothing. */
export function gpuResourcesIn(quantities: unknown): string[] {
  return Object.entries(fieldsOf(quantities))
    .filter(([name, quantity]) => name.startsWith('nvidia.com/') && !/^0+$/.test(String(quantity)))
    .map(([name]) => name);
}

/** The GPU resources that a NIMService asks for. */
export function gpuResourcesOf(spec: Readonly<Fields>): string[] {
  return [...new Set([...gpuResourcesIn(at(spec, 'resources', 'limits')), ...gpuResourcesIn(at(spec, 'resources', 'requests'))])];
}

/** The NIMCache that a service uses, when it is among the manifests. */
export function cacheOf({ spec, document }: NimServiceView, model: ClusterModel): ManifestDocument | undefined {
  const name = textOf(at(spec, 'storage', 'nimCache', 'name'));
  return name === undefined ? undefined : model.cachesNamed(name).find(({ namespace }) => namespace === document.namespace);
}

/** The most replicas of a service. */
export function mostReplicasOf(spec: Readonly<Fields>): number {
  const most = at(spec, 'scale', 'enabled') === true ? at(spec, 'scale', 'hpa', 'maxReplicas') : spec.replicas;
  return typeof most === 'number' ? most : 1;
}

/** A value of an environment variable; undefined when it is not there or comes from elsewhere. */
export function variable(spec: Readonly<Fields>, name: string): { value: string; path: Path } | undefined {
  const env = Array.isArray(spec.env) ? spec.env as unknown[] : [];
  const index = env.findIndex(each => at(each, 'name') === name);
  const value = at(env[index], 'value');
  return isSet(value) ? { value: String(value), path: ['env', index] } : undefined;
}
