// The pod that the NIM Operator makes of a NIMService (docs/facts/nim-operator.md "From a NIMService to its pods"; k8s-nim-operator manifests/deployment.yaml v3.1.2).
'use strict';
const { claimsOf } = require('./nim-claims');

const GPU = 'nvidia.com/gpu';

/** The tensor parallelism of a profile that the operator has found in the status of a NIMCache; undefined when it has not. */
function gpusOfProfile({ metadata: { namespace }, spec: { storage } }, manifests) {
  const { name, profile } = storage?.nimCache ?? {};
  if (!profile) { return undefined; }
  const cache = manifests.find(each => each.kind === 'NIMCache' && each.metadata.name === name && each.metadata.namespace === namespace);
  if (cache === undefined) { throw new Error(`NIMCache ${name} is not in the manifests, so what it holds is unknown`); }
  if (!cache.spec.source.ngc || cache.spec.source.ngc.modelEndpoint) { return undefined; }
  const found = cache.status?.profiles?.find(each => each.name === profile);
  return found && (found.config?.tensorParallelism || found.config?.tp || '1');
}

/** addGPUResources: a whole GPU (or several) is added unless the key is there, with whatever number. */
function resourcesOf(service, manifests) {
  const { resources, draResources } = service.spec;
  // nothing is added beside a claim, and what is written stays
  if (draResources !== undefined) { return { limits: resources?.limits, requests: resources?.requests, claims: claimsOf(service).ofContainer }; }
  const gpus = gpusOfProfile(service, manifests);
  if (gpus === undefined || resources?.limits?.[GPU] !== undefined || resources?.requests?.[GPU] !== undefined) {
    return { limits: resources?.limits, requests: resources?.requests };
  }
  if (resources !== undefined && !(resources.limits && resources.requests)) {
    throw new Error(`${service.metadata.name}: the operator writes into a map that is not there, and makes no pod`);
  }
  return { limits: { ...resources?.limits, [GPU]: gpus }, requests: { ...resources?.requests, [GPU]: gpus } };
}

/** A NIMService as a Deployment: the template leaves `tolerationSeconds` out, and `podAffinity` is never read. */
function deploymentOf(service, manifests) {
  const { metadata: { name, namespace }, spec } = service;
  if (spec.multiNode !== undefined) { throw new Error(`${name}: this check does not know what becomes of spec.multiNode`); }
  if (spec.inferencePlatform === 'kserve') { throw new Error(`${name}: this check does not know the pods of KServe`); }
  return {
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      replicas: spec.scale?.enabled ? spec.scale.hpa.maxReplicas : spec.replicas ?? 1,
      template: {
        metadata: { labels: { ...spec.labels, app: name } },
        spec: {
          schedulerName: spec.schedulerName,
          affinity: spec.affinity,
          nodeSelector: spec.nodeSelector,
          tolerations: spec.tolerations?.map(({ key, operator, value, effect }) => ({ key, operator, value, effect })),
          ...(spec.draResources !== undefined && { resourceClaims: claimsOf(service).ofPod }),
          containers: [{ name: `${name}-ctr`, image: `${spec.image.repository}:${spec.image.tag}`, resources: resourcesOf(service, manifests) }],
        },
      },
    },
  };
}

module.exports = { deploymentOf };
