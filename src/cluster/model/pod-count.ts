import { ManifestDocument } from './document';
import { at, listOf, Path } from '../../kubernetes';

/**
 * The most pods that come at one time of the pod template at a path, as its own object says; a HorizontalPodAutoscaler is another
 * object. Undefined for what has no such number: a pod on every node, and jobs, which wait until there is room.
 */
export function mostPodsOf(document: ManifestDocument, path: Path): number | undefined {
  const { spec } = document;
  switch (document.kind) {
    case 'Pod': return 1;
    case 'DaemonSet': case 'Job': case 'CronJob': return undefined;
    case 'LeaderWorkerSet': return (numberOf(spec.replicas) ?? 1) * podsOfGroup(spec, path);
    case 'RayCluster': return path[1] === 'workerGroupSpecs' ? rayWorkers(spec, listOf(spec.workerGroupSpecs)[Number(path[2])]) : 1;
    case 'InferenceService': return kservePods(at(document.value, ...path));
    case 'NIMService': return nimPods(spec);
    case 'NIMPipeline': {
      const service = at(document.value, ...path.slice(0, 3));
      return at(service, 'enabled') === true ? nimPods(at(service, 'spec')) : 0; // left out, the operator takes it for false (NIM-170)
    }
    default: return numberOf(spec.replicas) ?? 1;
  }
}

/** Pods of one replica that come of a template: the leader, and the workers beside it; without a leader's template all are of the workers'. */
function podsOfGroup(spec: unknown, path: Path): number {
  const size = numberOf(at(spec, 'leaderWorkerTemplate', 'size')) ?? 1;
  if (path[2] === 'leaderTemplate') { return 1; }
  return at(spec, 'leaderWorkerTemplate', 'leaderTemplate') === undefined ? size : size - 1;
}

/** Ray scales a group up to `maxReplicas` where its autoscaler runs; each replica is `numOfHosts` pods (KubeRay RayCluster API). */
function rayWorkers(spec: unknown, group: unknown): number {
  const scales = at(spec, 'enableInTreeAutoscaling') === true;
  const replicas = (scales ? numberOf(at(group, 'maxReplicas')) : undefined) ?? numberOf(at(group, 'replicas')) ?? 1;
  return replicas * (numberOf(at(group, 'numOfHosts')) ?? 1);
}

/** KServe takes `maxReplicas: 0` for no limit (KServe ComponentExtensionSpec). */
function kservePods(predictor: unknown): number | undefined {
  const most = numberOf(at(predictor, 'maxReplicas'));
  return most === 0 ? undefined : most ?? numberOf(at(predictor, 'minReplicas')) ?? 1;
}

/** A replica that spans nodes is a LeaderWorkerSet of as many pods as there are pipeline stages (nim-operator.md 2). */
function nimPods(spec: unknown): number {
  const most = at(spec, 'scale', 'enabled') === true ? numberOf(at(spec, 'scale', 'hpa', 'maxReplicas')) : undefined;
  const pods = numberOf(at(spec, 'multiNode', 'parallelism', 'pipeline')) ?? 1;
  return (most ?? numberOf(at(spec, 'replicas')) ?? 1) * pods;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
