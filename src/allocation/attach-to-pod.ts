import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { AppChecks } from '../synthesis';
import { GpuToleration } from './tolerations';

type Fields = Record<string, any>;

/** What a container and its pod get. */
export interface Attachment {
  readonly pool: string;
  readonly resources: Record<string, string>;
  readonly nodeSelector: Record<string, string>;
  readonly tolerations: GpuToleration[];
  readonly containers?: string[];
}

/** Where the pod spec stands in the kinds that do not have it at `spec.template.spec`. */
const POD_SPEC_PATH: Record<string, string[]> = {
  Pod: ['spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
  LeaderWorkerSet: ['spec', 'leaderWorkerTemplate', 'workerTemplate', 'spec'],
};
const POD_TEMPLATE_SPEC = ['spec', 'template', 'spec'];

/**
 * Edits what the workload renders, after its own class has rendered it.
 *
 * A JSON patch would come too early: the generated classes of cdk8s-plus re-render after patches are applied and drop
 * every resource quantity that is not wrapped in their own type, without an error (cdk8s#2172, cdk8s#2163).
 */
export function attachToWorkload(workload: IConstruct, attachment: Attachment): void {
  const object = apiObjectOf(workload);
  const render = object.toJson.bind(object);
  object.toJson = () => {
    try {
      const manifest = render() as Fields;
      edit(podSpecOf(manifest), attachment);
      return manifest;
    } catch (error) {
      throw new Error(`${workload.node.path}: ${(error as Error).message}`, { cause: error });
    }
  };
  // what cannot be attached must show before anything is written: cdk8s validates the whole app first, then writes chart by chart
  const checks = AppChecks.of(object);
  checks.rendered.add(object);
  checks.poolOfUser.set(object, attachment.pool);
}

function apiObjectOf(workload: IConstruct): ApiObject {
  try {
    return ApiObject.of(workload);
  } catch (error) {
    throw new Error(`${workload.node.path}: a GPU slice can be attached to a construct that renders a pod or a pod template ` +
      '(cdk8s-plus workloads, ApiObject), and this one renders no Kubernetes object', { cause: error });
  }
}

function podSpecOf(manifest: Fields): Fields {
  const path = POD_SPEC_PATH[manifest.kind] ?? POD_TEMPLATE_SPEC;
  const spec = path.reduce<any>((value, key) => value?.[key], manifest);
  if (!Array.isArray(spec?.containers) || spec.containers.length === 0) {
    throw new Error(`${manifest.kind} has no containers at ${path.join('.')}, so a GPU slice cannot be attached to it`);
  }
  return spec;
}

function edit(pod: Fields, attachment: Attachment): void {
  for (const container of chosenContainers(pod, attachment.containers)) {
    refuseSecondGpuResource(container, attachment);
    container.resources = {
      ...container.resources,
      requests: { ...container.resources?.requests, ...attachment.resources },
      limits: { ...container.resources?.limits, ...attachment.resources },
    };
  }
  for (const [key, value] of Object.entries(attachment.nodeSelector)) {
    const present = pod.nodeSelector?.[key];
    if (present !== undefined && present !== value) {
      throw new Error(`the pod selects nodes with ${key}=${present}, but the slice of ${attachment.pool} is on nodes with ` +
        `${key}=${value}; remove that selector, or attach with placement: false`);
    }
    pod.nodeSelector = { ...pod.nodeSelector, [key]: value };
  }
  const tolerated: Fields[] = pod.tolerations ?? [];
  const missing = attachment.tolerations.filter(toleration => !tolerated.some(each => sameToleration(each, toleration)));
  if (missing.length > 0) { pod.tolerations = [...tolerated, ...missing]; }
}

function chosenContainers(pod: Fields, names: string[] | undefined): Fields[] {
  const containers: Fields[] = pod.containers;
  const present = containers.map(container => container.name).join(', ');
  if (names === undefined) {
    if (containers.length === 1) { return containers; }
    throw new Error(`the pod has ${containers.length} containers (${present}); ` +
      'say which one gets the GPU: attachTo(workload, { containers: [\'name\'] })');
  }
  return names.map(name => {
    const container = containers.find(each => each.name === name);
    if (container === undefined) { throw new Error(`the pod has no container "${name}"; it has ${present}`); }
    return container;
  });
}

/** One CUDA process uses one device of one resource; two of them in a container are an accident (POD-001). */
function refuseSecondGpuResource(container: Fields, attachment: Attachment): void {
  const asked = { ...container.resources?.requests, ...container.resources?.limits };
  const other = Object.keys(asked).find(name =>
    name.startsWith('nvidia.com/') && !(name in attachment.resources) && Number(asked[name]) !== 0);
  if (other !== undefined) {
    throw new Error(`container "${container.name}" already asks for ${other}: ${asked[other]}, and would get ` +
      `${Object.keys(attachment.resources)[0]} beside it; one container takes one GPU resource [POD-001]. Remove the other request`);
  }
}

function sameToleration(a: Fields, b: GpuToleration): boolean {
  return a.key === b.key && (a.operator ?? 'Equal') === b.operator && a.value === b.value && (a.effect === undefined || a.effect === b.effect);
}
