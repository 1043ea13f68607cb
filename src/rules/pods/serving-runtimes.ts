import { ClusterModel, GpuContainer, withConfigMapVariables, Workload } from '../../cluster';
import { at, textOf } from '../../kubernetes';

/** Whether KServe lays the container over one of a serving runtime or of a preset, which may mount what it needs. */
function isOfRuntime({ document }: Workload, { path }: GpuContainer): boolean {
  return document.kind === 'LLMInferenceService'
    || (document.kind === 'InferenceService' && typeof path.at(-1) === 'string');
}

/** The containers of serving runtimes that KServe runs a model in, by the kind and name of the runtime. */
function runtimesOf(model: ClusterModel): ReadonlyMap<string, GpuContainer> {
  return model.once(runtimesOf, () => new Map(model.workloads
    .filter(({ document: { kind } }) => kind === 'ServingRuntime' || kind === 'ClusterServingRuntime')
    .flatMap(({ document, containers }) => {
      const container = containers.find(({ name }) => name === 'kserve-container')
        ?? (containers.length === 1 ? containers[0] : undefined);
      return container === undefined ? [] : [[`${document.kind} ${document.name}`, container] as const];
    })));
}

/**
 * A container as it runs: with the variables of ConfigMaps, and over that of the runtime that an InferenceService
 * names, whose own arguments come last and so count (kserve/kserve pkg/controller/v1beta1/inferenceservice/utils
 * MergeRuntimeContainers). Undefined where the runtime is not among the manifests.
 */
export function asItRuns(model: ClusterModel, workload: Workload, written: GpuContainer): GpuContainer | undefined {
  const container = withConfigMapVariables(model, workload, written);
  if (!isOfRuntime(workload, container)) { return container; }
  const name = textOf(at(workload.document.value, ...container.path, 'runtime'));
  const runtime = ['ServingRuntime', 'ClusterServingRuntime']
    .map(kind => runtimesOf(model).get(`${kind} ${name}`))
    .find(each => each !== undefined);
  if (runtime === undefined) { return undefined; }
  return {
    ...container,
    image: container.image ?? runtime.image,
    model: container.model ?? runtime.model,
    env: { ...runtime.env, ...container.env },
    args: [...container.args, ...runtime.args],
    mountPaths: [...container.mountPaths, ...runtime.mountPaths],
    limits: { ...runtime.limits, ...container.limits },
    requests: { ...runtime.requests, ...container.requests },
  };
}
