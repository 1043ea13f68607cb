// Cases in which pods must stay Pending, each beside the same case without the fault, in which all of them run.
'use strict';
const { NimSpread, NimStagePlacement } = require('../../../lib');
const { servicesOfPipeline, speechService, uniformSlices, voicePipeline } = require('./charts');
const { manifestsOf } = require('./examples-placed');
const { A100, H100, L40S, machine } = require('./machines');

const SELECTOR = "node(s) didn't match Pod's node affinity/selector";
const TAINT = 'untolerated taint';

/** The manifests with one workload of them alone. */
const only = (name, manifests) => manifests.filter(each => !['NIMService', 'Deployment'].includes(each.kind) || each.metadata.name === name);

/** A copy of the manifests in which the object of this kind, or its text, is another. */
function edited(manifests, kind, change) {
  const copy = structuredClone(manifests);
  const objects = copy.filter(each => each.kind === kind);
  if (objects.length === 0) { throw new Error(`there is no ${kind} to edit`); }
  for (const object of objects) { change(object); }
  if (JSON.stringify(copy) === JSON.stringify(manifests)) { throw new Error(`the edit of ${kind} changes nothing`); }
  return copy;
}

/** A NIM that runs from a profile of a cache, as the operator finds it when the cache is ready. */
function cached(manifests) {
  const service = manifests.find(each => each.kind === 'NIMService');
  const cache = {
    apiVersion: service.apiVersion, kind: 'NIMCache', metadata: { name: 'models', namespace: service.metadata.namespace },
    spec: { source: { ngc: { modelPuller: 'nvcr.io/nim/example:1', authSecret: 'ngc-api-secret' } } },
    status: { profiles: [{ name: 'a-profile', config: { tp: '1' } }] },
  };
  return [...edited(manifests, 'NIMService', each => { each.spec.storage = { nimCache: { name: 'models', profile: 'a-profile' } }; }), cache];
}

const withoutZero = manifests => edited(manifests, 'NIMService', ({ spec }) => {
  for (const map of [spec.resources.limits, spec.resources.requests]) { delete map['nvidia.com/gpu']; }
});
const withoutTolerations = (manifests, kind, key) => edited(manifests, kind, ({ spec }) => {
  const pod = spec.template?.spec ?? spec;
  pod.tolerations = pod.tolerations.filter(each => each.key !== key);
});

/**
 * Each case: manifests and machines, how many pods are bound, on how many nodes, and why the rest waits; `unlike` says what differs in
 * the case without the fault.
 */
function cases() {
  const voiceMig = only('asr', manifestsOf(['voice-mig/voice-mig.k8s.yaml']));
  const oneBoard = cached(only('reranker', manifestsOf(['rag-mig/one-board.k8s.yaml'])));
  const shared = cached(only('asr', manifestsOf(['voice-time-sliced/two-pools.k8s.yaml'])));
  const embedder = only('embedder', manifestsOf(['mixed-fleet/mixed-fleet.k8s.yaml', 'mixed-fleet/cluster-policy.patch.yaml']));
  const threeA100 = [machine('gpu-node-1', A100, 3)];
  const search = [machine('l40s-1', L40S, 4, { taints: [{ key: 'team', value: 'search', effect: 'NoSchedule' }] })];
  const nodes = ['a', 'b', 'c'];
  const machines = (names, gpus) => names.map(name => machine(name, A100, gpus));
  return [
    {
      name: 'a MIG slice without nvidia.com/gpu: "0", to which the NIM Operator adds a whole GPU',
      machines: [machine('gpu-node-1', H100, 1)], manifests: withoutZero(oneBoard),
      bound: 0, because: 'Insufficient nvidia.com/gpu', unlike: { manifests: oneBoard },
    },
    {
      name: 'a renamed share without nvidia.com/gpu: "0", to which the NIM Operator adds a whole GPU',
      machines: [machine('gpu-node-1', A100, 1)], manifests: withoutZero(shared),
      bound: 0, because: 'Insufficient nvidia.com/gpu', unlike: { manifests: shared },
    },
    {
      name: 'a pod that does not tolerate the taint of GPU nodes',
      machines: threeA100, manifests: withoutTolerations(voiceMig, 'NIMService', 'nvidia.com/gpu'), bound: 0, because: TAINT, unlike: { manifests: voiceMig },
    },
    {
      name: 'a pod that does not tolerate a taint of its pool',
      machines: search, manifests: withoutTolerations(embedder, 'Deployment', 'team'), bound: 0, because: TAINT, unlike: { manifests: embedder },
    },
    {
      name: 'a layout that does not fit the board, so that mig-manager says failed',
      machines: threeA100, bound: 0, because: SELECTOR, unlike: { manifests: voiceMig },
      manifests: edited(voiceMig, 'ConfigMap', each => { each.data['config.yaml'] = each.data['config.yaml'].replace('3g.40gb: 2', '3g.40gb: 3'); }),
    },
    {
      name: 'a node that still has the label of another layout',
      machines: threeA100, bound: 0, because: SELECTOR, unlike: { manifests: voiceMig },
      manifests: edited(voiceMig, 'NodeFeatureRule', each => { each.spec.rules[0].labels['nvidia.com/mig.config'] = 'all-disabled'; }),
    },
    {
      name: 'a ClusterPolicy with strategy single on boards that are cut for mixed',
      machines: threeA100, bound: 0, because: SELECTOR, unlike: { manifests: voiceMig },
      manifests: edited(voiceMig, 'ClusterPolicy', each => { each.spec.mig.strategy = 'single'; }),
    },
    {
      name: 'a device-plugin file that the ConfigMap does not have',
      machines: [machine('gpu-node-1', A100, 1)], bound: 0, because: SELECTOR, unlike: { manifests: shared },
      manifests: edited(shared, 'ConfigMap', each => { each.data = {}; }),
    },
    {
      name: 'a machine with other boards than the pool declares',
      machines: [machine('gpu-node-1', H100, 3)], manifests: voiceMig, bound: 0, because: SELECTOR, unlike: { machines: threeA100 },
    },
    {
      name: 'the last of as many replicas as autoscaling may make, with one GPU too few',
      machines: machines(['a'], 2), manifests: speechService(['a'], 3, { autoscaling: { maxReplicas: 3, metrics: [] } }),
      bound: 2, because: 'Insufficient nvidia.com/gpu',
      unlike: { machines: machines(['a'], 3) },
    },
    {
      name: 'the last replica that a HorizontalPodAutoscaler may add to a Deployment, with one slice too few',
      machines: machines(['a'], 2), manifests: uniformSlices(['a'], 1, 15),
      bound: 14, because: 'Insufficient nvidia.com/gpu', unlike: { manifests: uniformSlices(['a'], 1, 14) },
    },
    {
      name: 'a service of a NIMPipeline, with one GPU too few',
      machines: machines(['a'], 1), manifests: servicesOfPipeline(['a'], 2),
      bound: 1, because: 'Insufficient nvidia.com/gpu', unlike: { machines: machines(['a'], 2) },
    },
    {
      name: 'a slice too many under strategy single, where slices are nvidia.com/gpu',
      machines: machines(['a'], 2), manifests: uniformSlices(['a'], 15),
      bound: 14, because: 'Insufficient nvidia.com/gpu', unlike: { manifests: uniformSlices(['a'], 14) },
    },
    {
      name: 'stages on ONE_NODE, on nodes that have a GPU too few for all of them',
      machines: machines(nodes, 2), manifests: voicePipeline(nodes, 3, NimStagePlacement.ONE_NODE), bound: 2, on: 1, because: "didn't match pod affinity rules",
      unlike: { machines: machines(nodes, 3), on: 1 },
    },
    {
      name: 'the same on ONE_NODE; without a placement they use two nodes',
      machines: machines(nodes, 2), manifests: voicePipeline(nodes, 3, NimStagePlacement.ONE_NODE), bound: 2, on: 1, because: 'Insufficient nvidia.com/gpu',
      unlike: { manifests: voicePipeline(nodes, 3) },
    },
    {
      name: 'stages with SPREAD, on a node fewer than there are stages',
      machines: machines(['a', 'b'], 3), manifests: voicePipeline(nodes, 3, NimStagePlacement.SPREAD),
      bound: 2, on: 2, because: "didn't match pod anti-affinity rules",
      unlike: { machines: machines(nodes, 3), on: 3 },
    },
    {
      name: 'the same with SPREAD; without a placement they share a node',
      machines: machines(['a'], 3), manifests: voicePipeline(nodes, 3, NimStagePlacement.SPREAD),
      bound: 1, on: 1, because: "didn't match pod anti-affinity rules",
      unlike: { manifests: voicePipeline(nodes, 3), on: 1 },
    },
    {
      name: 'replicas that must be on different nodes, on a node fewer than replicas',
      machines: machines(['a', 'b'], 3), manifests: speechService(nodes, 3, { replicas: 3, spreadOverNodes: NimSpread.REQUIRED }), bound: 2, on: 2,
      because: "didn't match pod anti-affinity rules", unlike: { manifests: speechService(nodes, 3, { replicas: 3, spreadOverNodes: NimSpread.PREFERRED }), on: 2 },
    },
  ];
}

module.exports = { cases };
