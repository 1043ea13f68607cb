// The pods that come of manifests once their controllers have run: as many as there may be at most.
'use strict';
const { deploymentOf } = require('./nim-pods');

const COUNT = { Deployment: 'replicas', ReplicaSet: 'replicas', StatefulSet: 'replicas', Job: 'parallelism' };
/** Kinds that make no pods which matter here; any other kind is an error, so that none is forgotten. */
const WITHOUT_PODS = new Set([
  'ClusterPolicy', 'ClusterQueue', 'ConfigMap', 'DeviceClass', 'GPUCluster', 'HorizontalPodAutoscaler', 'LocalQueue', 'Namespace', 'NetworkPolicy', 'NIMCache',
  'Node', 'NodeFeatureRule', 'PersistentVolumeClaim', 'PodDisruptionBudget', 'PrometheusRule', 'ResourceClaim', 'ResourceClaimTemplate', 'ResourceFlavor',
  'ResourceQuota', 'ScaledObject', 'Secret', 'Service', 'ServiceMonitor',
]);

/** Objects that hold a pod template, those of other operators made first. */
function workloadsOf(manifests) {
  return manifests.flatMap(each => {
    if (each.kind === undefined || WITHOUT_PODS.has(each.kind)) { return []; }
    if (each.kind === 'NIMService') { return [deploymentOf(each, manifests)]; }
    if (each.kind === 'NIMPipeline') {
      return each.spec.services.filter(({ enabled }) => enabled === true)
        .map(({ name, spec }) => deploymentOf({ metadata: { name, namespace: each.metadata.namespace }, spec }, manifests));
    }
    if (each.kind === 'Pod' || COUNT[each.kind] !== undefined) { return [each]; }
    throw new Error(`this check does not know what pods come of a ${each.kind}`);
  });
}

function replicasOf({ kind, metadata, spec }, manifests) {
  const scaler = manifests.find(each => ['HorizontalPodAutoscaler', 'ScaledObject'].includes(each.kind) && each.spec.scaleTargetRef.kind === kind
    && each.spec.scaleTargetRef.name === metadata.name && each.metadata.namespace === metadata.namespace);
  return scaler?.spec.maxReplicas ?? scaler?.spec.maxReplicaCount ?? spec[COUNT[kind]] ?? 1;
}

/** A pod of a workload. Volumes stay out: where storage is, is not what this check is about. */
function podOf({ kind, metadata, spec }, number) {
  const template = kind === 'Pod' ? { metadata, spec } : spec.template;
  const { volumes, ...rest } = template.spec;
  return {
    apiVersion: 'v1', kind: 'Pod',
    metadata: { name: `${metadata.name}-${number}`, namespace: metadata.namespace ?? 'default', labels: template.metadata?.labels },
    spec: { ...rest, containers: rest.containers.map(({ volumeMounts, ...container }) => container) },
  };
}

/** @returns {{ name: string, pods: object[], another: (number: number) => object }[]} for each workload its pods, and a maker of more */
function podsOf(manifests) {
  return workloadsOf(manifests).map(workload => ({
    name: workload.metadata.name,
    pods: Array.from({ length: replicasOf(workload, manifests) }, (_, number) => podOf(workload, number)),
    another: number => podOf(workload, `more-${number}`),
  }));
}

module.exports = { podsOf };
