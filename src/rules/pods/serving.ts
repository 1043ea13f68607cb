import { dataParallelOf, firstArgumentOf, nimSpreadOf, PIPELINE_PARALLEL, tensorParallelOf } from './serving-arguments';
import { isServing } from './serving-images';
import { asItRuns } from './serving-runtimes';
import { GpuContainer, Workload } from '../../cluster';
import { at, isTemplated, quantityOf } from '../../kubernetes';
import { joinOf } from '../folders';
import { ofPods } from '../of-pods';
import { defineRule, Rule } from '../rule';

/** Kinds whose pods share one model over several nodes, or whose containers get their GPUs elsewhere. */
const SPREAD = new Set(['RayCluster', 'RayService', 'RayJob', 'LeaderWorkerSet', 'MPIJob', 'PyTorchJob', 'TrainJob', 'JobSet', 'ServingRuntime',
  'ClusterServingRuntime', 'LLMInferenceService', 'DynamoGraphDeployment', 'DynamoComponentDeployment', 'PodCliqueSet']);

function wholeOf(text: string | undefined): number {
  return text !== undefined && /^[1-9]\d{0,3}$/.test(text) ? Number(text) : 1;
}

/** GPUs that one copy of a model is spread over. */
function spreadOf(container: GpuContainer): number {
  return wholeOf(tensorParallelOf(container)) * wholeOf(firstArgumentOf(container, ...PIPELINE_PARALLEL));
}

/** GPUs, MIG devices or shares that a container asks for. */
function devicesOf({ limits, requests }: GpuContainer): number {
  const counts = Object.entries({ ...requests, ...limits })
    .filter(([name]) => /^nvidia\.com\/(?:gpu(?:\.shared)?|mig-.+)$/.test(name))
    .map(([, count]) => quantityOf(count) ?? 0);
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Whether KServe spreads the model over several nodes. */
function isMultiNode({ document }: Workload): boolean {
  return at(document.spec, 'predictor', 'workerSpec') !== undefined;
}

/**
 * GPUs that KServe has the engine of an LLMInferenceService spread over, where no worker takes a part: its preset for
 * one node gives `parallelism.tensor` to vLLM.
 */
function tensorOfKServe({ document, path }: Workload, { name }: GpuContainer): number {
  const pods = path.slice(0, -1);
  if (document.kind !== 'LLMInferenceService' || path.at(-1) !== 'template' || name !== 'main') { return 1; }
  const tensor = at(document.value, ...pods, 'parallelism', 'tensor');
  return typeof tensor === 'number' && at(document.value, ...pods, 'worker') === undefined ? tensor : 1;
}

/**
 * Dynamo mounts memory at /dev/shm unless told otherwise (ai-dynamo/dynamo@015d780b deploy/operator/api/v1alpha1
 * common.go SharedMemorySpec).
 */
function isOfDynamo({ document }: Workload): boolean {
  return document.kind.startsWith('Dynamo');
}

function isNim({ document }: Workload): boolean {
  return document.kind.startsWith('NIM');
}

/** NIMs that stand on one node, with the GPUs that they are given: as an object of the NIM Operator, or in a pod. */
function isNimOnOneNode({ document, path }: Workload, { image, env }: GpuContainer): boolean {
  const isRun = document.kind.startsWith('NIM')
    ? at(document.value, ...path, 'multiNode') === undefined
    : /^nvcr\.io\/nim\//.test(image ?? '') && !SPREAD.has(document.kind);
  return isRun && env.NIM_NUM_COMPUTE_NODES === undefined && env.NIM_MULTI_NODE === undefined;
}

/** Whether vLLM runs in a container, and not in another release than the variable was read in. */
function isVllm(container: GpuContainer): boolean {
  return isServing(container)
    && (/(?:^|\/)vllm/.test(container.image ?? '')
      || container.args.some(each => /(?:^|[\s/.])vllm(?:$|[\s.])/.test(each)));
}

/** Whether a container asks for a device of another vendor, whose builds of an engine are others. */
function isOfOtherVendor({ limits, requests }: GpuContainer): boolean {
  return Object.keys({ ...limits, ...requests })
    .some(name => /^(?:habana\.ai|amd\.com|gpu\.intel\.com|google\.com|aws\.amazon\.com|huawei\.com)\//.test(name));
}

/** Rules about the engines that serve models. */
export const SERVING_RULES: Rule[] = [
  defineRule({
    id: 'POD-016',
    name: 'small-shared-memory',
    area: 'pods',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'a container that spreads a model over several GPUs has more than the default 64 MiB of /dev/shm',
    why: 'NCCL and the workers of the engine exchange data there, and the start ends with "Error while '
      + 'creating shared memory segment"',
    evidence: 'vllm-project/vllm#1710; vllm-project/vllm#7466; vllm-project/production-stack#97; '
      + 'vllm-project/production-stack#276',
    check: ofPods(function* (model) {
      for (const workload of model.distinctWorkloads.filter(each => !isNim(each) && !isOfDynamo(each))) {
        const { document, path, containers } = workload;
        if (at(document.value, ...path, 'hostIPC') === true) { continue; }
        for (const container of containers) {
          const running = asItRuns(model, workload, container);
          // a runtime that is not seen may mount it
          if (running === undefined || running.mountPaths.includes('/dev/shm')) { continue; }
          const parallel = spreadOf(running);
          if (parallel < 2) { continue; }
          yield {
            document,
            path: container.path,
            message: `container ${container.name} spreads its model over ${parallel} GPUs, and `
              + '/dev/shm has the default 64 MiB',
            fix: 'mount a volume at /dev/shm: emptyDir: {medium: Memory, sizeLimit: 8Gi}',
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'POD-017',
    name: 'parallel-above-gpus',
    area: 'pods',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'an engine spreads its model over no more GPUs than its container asks for',
    why: 'it does not start: it sees the GPUs of the container alone. Kinds that spread one model over '
      + 'several nodes are left out',
    evidence: 'vllm-project/vllm, vllm/config/parallel.py ParallelConfig (world size against '
      + 'the GPUs that are visible); kserve/kserve@aaac4e29 config/llmisvcconfig/config-llm-template.yaml '
      + '(.Spec.Parallelism.Tensor; at 01a639ac the preset for one node did not read it yet); '
      + 'docs.nvidia.com/nim/large-language-models/2.0.4/reference/environment-variables.html',
    check: ofPods(function* (model) {
      for (const workload of model.distinctWorkloads.filter(({ document }) => document.kind === 'LLMInferenceService')) {
        for (const container of workload.containers) {
          const [parallel, devices] = [tensorOfKServe(workload, container), devicesOf(container)];
          if (devices < 1 || parallel <= devices) { continue; }
          yield {
            document: workload.document,
            path: [...container.path, 'resources'],
            message: `container ${container.name} asks for ${devices} GPUs, and parallelism.tensor is ${parallel}`,
            fix: `ask for ${parallel}, or write tensor: ${devices}`,
          };
        }
      }
      for (const workload of model.distinctWorkloads) {
        for (const written of workload.containers) {
          const container = asItRuns(model, workload, written) ?? written;
          const [parallel, devices] = [nimSpreadOf(container), devicesOf(container)];
          if (devices < 1 || parallel <= devices || !isNimOnOneNode(workload, container)) { continue; }
          yield {
            document: workload.document,
            path: [...container.path, 'resources'],
            message: `container ${container.name} is told to spread its model over ${parallel} GPUs and asks for ${devices}`,
            fix: `ask for ${parallel}, or spread it over ${devices}`,
          };
        }
      }
      for (const workload of model.distinctWorkloads.filter(each =>
        !isNim(each) && !SPREAD.has(each.document.kind) && !isMultiNode(each))) {
        for (const written of workload.containers) {
          const container = asItRuns(model, workload, written) ?? written;
          const copies = wholeOf(dataParallelOf(container));
          const parallel = spreadOf(container) * copies;
          const devices = devicesOf(container);
          const isSpread = firstArgumentOf(container, '--distributed-executor-backend') === 'ray'
            || firstArgumentOf(container, '--nnodes', '--dist-init-addr') !== undefined;
          if (devices < 1 || parallel <= devices || isSpread) { continue; }
          yield {
            document: workload.document,
            path: [...container.path, 'resources'],
            message: `container ${container.name} spreads its model over ${parallel} GPUs `
              + `${copies > 1 ? `(${copies} copies) ` : ''}and asks for ${devices}`,
            fix: `ask for ${parallel}, or spread it over ${devices}`,
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'POD-018',
    name: 'vllm-port-variable',
    area: 'pods',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'a pod with enableServiceLinks: false or a VLLM_PORT of its own works, and so does a pod that '
      + 'started before the Service. Where the Service stands in another folder and no namespace is written, '
      + 'nothing is said',
    sentence: 'no Service in the namespace of a vLLM pod is called vllm, unless the pod has enableServiceLinks: '
      + 'false or its own VLLM_PORT',
    why: 'Kubernetes gives every container of the namespace the variable VLLM_PORT=tcp://..., and vLLM, which '
      + 'reads it as a number, exits',
    evidence: 'vllm-project/vllm, vllm/envs.py VLLM_PORT; vllm-project/vllm#34199; vllm-project/vllm#18209; '
      + 'Kubernetes documentation, service environment variables',
    *check(model) {
      for (const { document, path, containers } of model.workloads.filter(each => !isNim(each))) {
        const services = at(document.value, ...path, 'enableServiceLinks') === false
          ? []
          : model.identities.places('Service', 'vllm', document.namespace).filter(each => each.isNotLinked !== true);
        if (services.length === 0) { continue; }
        const joins = services.map(service => joinOf(model, document, service));
        const isSaid = document.namespace !== undefined && !isTemplated(document.namespace);
        const isNamespaceSaid = isSaid && services.some(({ namespace }) => namespace === document.namespace);
        if (!joins.includes('together') && !isNamespaceSaid) { continue; }
        for (const container of containers.filter(each =>
          isVllm(each) && !isOfOtherVendor(each) && each.env.VLLM_PORT === undefined)) {
          yield {
            document,
            path: container.path,
            message: `container ${container.name}: Kubernetes sets VLLM_PORT to the address of the Service vllm, which `
              + 'vLLM reads as a port number, and exits',
            fix: 'write enableServiceLinks: false in the pod spec, beside containers, or give the Service another name',
            ...!joins.includes('together') && { severity: 'warning' as const },
          };
        }
      }
    },
  }),
];
