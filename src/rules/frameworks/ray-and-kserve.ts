import { ClusterModel, Workload } from '../../cluster';
import { at, isFields, plainText, textOf } from '../../kubernetes';
import { asked } from '../pods/pod-resources';
import { defineRule, Rule } from '../rule';

/** Resources that Ray counts as its GPUs (kuberay ray-operator/controllers/ray/utils, IsGPUResourceKey). */
const GPU_OF_RAY = /gpu$|nvidia\.com\/mig-\d+g\.\d+gb$/;

const RAY_KINDS = new Set(['RayCluster', 'RayService', 'RayJob']);

/** Whether a group of a Ray cluster says itself how many GPUs its pods have. */
function saysGpus({ document, path }: Workload): boolean {
  const group = at(document.value, ...path.slice(0, -2)); // of template.spec
  const params = at(group, 'rayStartParams');
  return at(params, 'num-gpus') !== undefined
    || /GPU/.test(plainText(at(params, 'resources')))
    || at(group, 'resources', 'GPU') !== undefined;
}

/**
 * Frameworks of which KServe has an image with CUDA and one without (kserve
 * pkg/controller/v1beta1/inferenceservice/utils, UpdateImageTag; kserve#4640).
 */
const WITH_CPU_IMAGE = new Set(['huggingface', 'tensorflow', 'pytorch']);

/** Models of InferenceServices for which KServe chooses the image. */
function* chosenImages(model: ClusterModel): Generator<Workload> {
  for (const workload of model.workloads) {
    const predictor = at(workload.document.value, 'spec', 'predictor');
    const served = at(predictor, 'model');
    const format = textOf(at(served, 'modelFormat', 'name'))
      ?? [...WITH_CPU_IMAGE].find(name => isFields(at(predictor, name)))
      ?? '';
    const isFixed = ['image', 'runtimeVersion', 'runtime'].some(field =>
      at(served ?? at(predictor, format), field) !== undefined);
    if (workload.document.kind === 'InferenceService'
      && workload.path.join('.') === 'spec.predictor'
      && WITH_CPU_IMAGE.has(format)
      && !isFixed) { yield workload; }
  }
}

/** Rules about operators that know GPUs by the names of their resources. */
export const RAY_AND_KSERVE_RULES: Rule[] = [
  defineRule({
    id: 'POD-026',
    name: 'resource-unknown-to-ray',
    area: 'pods',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'a group of a Ray cluster whose GPU resource is renamed says num-gpus in rayStartParams',
    why: 'KubeRay counts resources whose names end in gpu, and nvidia.com/mig-<n>g.<m>gb; of nvidia.com/gpu.shared or '
      + 'mig-1g.10gb.me it tells Ray nothing, so that tasks and deployments that need a GPU wait for ever beside one',
    evidence: 'ray-project/kuberay@6adfaee4 ray-operator/controllers/ray/utils/resources.go IsGPUResourceKey; '
      + 'ray-project/kuberay@6adfaee4 ray-operator/controllers/ray/common/pod.go (rayStartParams num-gpus)',
    *check(model) {
      for (const workload of model.workloads.filter(({ document }) => RAY_KINDS.has(document.kind))) {
        const [container] = workload.containers;
        const names = container === undefined
          ? []
          : asked(container).map(([name]) => name).filter(name => Object.hasOwn(container.limits, name));
        if (names.length === 0
          || names.some(name => GPU_OF_RAY.test(name))
          || saysGpus(workload)
          || !workload.path.includes('template')) { continue; }
        yield {
          document: workload.document,
          path: [...container.path, 'resources', 'limits', names[0]],
          message: `container ${container.name}: Ray does not take ${names[0]} for a GPU, and `
            + 'its pods have none for Ray',
          fix: `write num-gpus: "${plainText(container.limits[names[0]])}" under rayStartParams of the group`,
        };
      }
    },
  }),
  defineRule({
    id: 'POD-027',
    name: 'resource-unknown-to-kserve',
    area: 'pods',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'an InferenceService with a renamed GPU resource names its image or its runtimeVersion',
    why: 'KServe takes the image with CUDA where it sees nvidia.com/gpu, and since kserve#4642 (August 2025) '
      + 'nvidia.com/mig-*; beside nvidia.com/gpu.shared it takes the one for the processor',
    evidence: 'kserve/kserve#4640; kserve/kserve#4642; kserve/kserve@0006bfc3 pkg/utils/utils.go IsGPUEnabled',
    *check(model) {
      for (const { document, containers } of chosenImages(model)) {
        for (const container of containers) {
          const names = asked(container).map(([name]) => name);
          if (names.length === 0 || names.includes('nvidia.com/gpu')) { continue; }
          const isMig = names.some(name => name.startsWith('nvidia.com/mig-'));
          yield {
            document,
            path: [...container.path, 'resources'],
            message: `container ${container.name}: KServe ${isMig ? 'before August 2025 ' : ''}does not take `
              + `${names[0]} for a GPU, and runs the image for the processor`,
            fix: 'write runtimeVersion with the tag of the image for GPUs, such as v0.15.2-gpu',
            ...isMig && { severity: 'info' as const },
          };
        }
      }
    },
  }),
];
