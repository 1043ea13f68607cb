import { at, Fields, listOf, numberIn, Path } from '../fields';

/**
 * The most pods that come at one time of the pod spec at a path, as its own object says; a HorizontalPodAutoscaler is
 * another object. Undefined for what has no such number: a pod on every node, and jobs, which wait until there is room.
 */
export type Pods = (object: Readonly<Fields>, path: Path) => number | undefined;

export const onePod: Pods = () => 1;

export const withoutNumber: Pods = () => undefined;

/** Of what other objects take pods from. */
export const noPods: Pods = () => 0;

export const replicas: Pods = object => numberOf(at(object, 'spec', 'replicas')) ?? 1;

/** `replicas` in the same map as the pod spec. */
export const replicasBeside = (place: string): Pods =>
  object => numberOf(at(object, ...place.split('.'), 'replicas')) ?? 1;

/** `replicas` so many steps above the pod spec. */
export const replicasAbove = (steps: number): Pods =>
  (object, path) => numberOf(at(object, ...path.slice(0, -steps), 'replicas')) ?? 1;

/** Each replica of the set has as many pods of a clique as that says (ai-dynamo/grove@1bf619bb operator/api/core/v1alpha1). */
export const replicasOfClique: Pods = (object, path) => replicas(object, path)! * replicasAbove(1)(object, path)!;

/**
 * A Job runs as many pods side by side as it says, and no more than it has to complete (kubernetes/kubernetes@v1.37.2
 * pkg/controller/job/job_controller.go manageJob).
 */
export const parallelism = (job: string): Pods => object => podsOfJob(at(object, ...job.split('.')));

/** Each replica of a replicated job is a Job (kubernetes-sigs/jobset api/jobset/v1alpha2 jobset_types.go). */
export const jobSetPods: Pods = (object, path) => {
  const replicated = at(object, ...path.slice(0, path.indexOf('template')));
  return (numberOf(at(replicated, 'replicas')) ?? 1) * podsOfJob(at(replicated, 'template', 'spec'));
};

/** Volcano: the tasks of a job run together (volcano.sh/apis batch/v1alpha1 job.go TaskSpec). */
export const replicasOfTask: Pods = (object, path) =>
  numberOf(at(object, ...path.slice(0, path.indexOf('template')), 'replicas')) ?? 1;

function podsOfJob(job: unknown): number {
  return Math.min(numberOf(at(job, 'parallelism')) ?? 1, numberOf(at(job, 'completions')) ?? Infinity);
}

/** One replica is a leader, and the workers beside it; without a leader's template all are of the workers'. */
export const leaderWorkerSetPods: Pods = (object, path) => {
  const spec = at(object, 'spec');
  const size = numberOf(at(spec, 'leaderWorkerTemplate', 'size')) ?? 1;
  const hasLeader = at(spec, 'leaderWorkerTemplate', 'leaderTemplate') !== undefined;
  const ofReplica = path.includes('leaderTemplate') ? 1 : hasLeader ? size - 1 : size;
  return (numberOf(at(spec, 'replicas')) ?? 1) * ofReplica;
};

export const headPods: Pods = onePod;

/**
 * Ray scales a group up to `maxReplicas` where its autoscaler runs; each replica is `numOfHosts` pods (KubeRay
 * RayCluster API).
 */
export const rayWorkers: Pods = (object, path) => {
  const groups = path.indexOf('workerGroupSpecs');
  const cluster = at(object, ...path.slice(0, groups));
  const group = listOf(at(cluster, 'workerGroupSpecs'))[Number(path[groups + 1])];
  const scales = at(cluster, 'enableInTreeAutoscaling') === true;
  const count = (scales ? numberOf(at(group, 'maxReplicas')) : undefined) ?? numberOf(at(group, 'replicas')) ?? 1;
  return count * (numberOf(at(group, 'numOfHosts')) ?? 1);
};

/** KServe takes `maxReplicas: 0` for no limit (KServe ComponentExtensionSpec). */
export const kserveReplicas: Pods = (object, path) => {
  const component = at(object, ...path);
  const most = numberOf(at(component, 'maxReplicas'));
  return most === 0 ? undefined : most ?? numberOf(at(component, 'minReplicas')) ?? 1;
};

/**
 * Knative scales without a limit unless an annotation of the revision names one; 0 is none (knative/serving pkg
 * autoscaling).
 */
export const knativePods: Pods = object => {
  const annotations = at(object, 'spec', 'template', 'metadata', 'annotations');
  const limit = numberIn(at(annotations, 'autoscaling.knative.dev/max-scale')
    ?? at(annotations, 'autoscaling.knative.dev/maxScale')
    ?? 0);
  return Number.isInteger(limit) && limit > 0 ? limit : undefined;
};

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
