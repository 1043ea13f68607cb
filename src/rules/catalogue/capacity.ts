import { RuleText } from '../rule';

/* eslint-disable @stylistic/max-len -- a table of sentences */
/** What the rules about what the pools hold say, and why. */
export const CAPACITY_RULE_TEXTS: RuleText[] = [
  {
    id: 'CAP-001',
    area: 'capacity',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'a GPU resource that a pod asks for must be one that the nodes it selects hand out',
    why: 'the pods stay Pending. What nodes hand out follows from their nvidia.com/mig.config and nvidia.com/device-plugin.config, the MIG strategy and what is shared, where all of that is among the manifests; of names that only differ by strategy or by .shared, POD-004 tells',
    evidence: 'k8s-device-plugin internal/rm/device_map.go, internal/rm/rm.go; Kubernetes scheduler, NodeResourcesFit',
    bad: 'nodeSelector: {nvidia.com/mig.config: slices}   # cuts 3g.40gb alone\ncontainers: [{name: main, resources: {limits: {nvidia.com/mig-1g.10gb: 1}}}]',
    good: 'nodeSelector: {nvidia.com/mig.config: slices}\ncontainers: [{name: main, resources: {limits: {nvidia.com/mig-3g.40gb: 1}}}]',
  },
  {
    id: 'CAP-002',
    area: 'capacity',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'what all pods together ask of a pool, replicas and autoscaling included, must not be more than it has',
    why: 'the pods beyond stay Pending, at the latest when an autoscaler wants them. Counted where the number of nodes and of GPUs is known: from Node objects, from names in a NodeFeatureRule, from configs that list GPU indices, nvidia.com/gpu.count, or the annotations cdk8s-gpu/nodes and cdk8s-gpu/gpus-per-node. Jobs are not counted: they wait for room',
    evidence: 'Kubernetes scheduler, NodeResourcesFit; extended resources are whole numbers and never overcommitted',
    bad: 'replicas: 3   # of pods with nvidia.com/mig-3g.40gb; the only node has two',
    good: 'replicas: 2',
  },
  {
    id: 'CAP-003',
    area: 'capacity',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'a pod must not ask for more of a GPU resource than any node that it may run on has',
    why: 'a pod runs on one node, so it stays Pending however many nodes there are',
    evidence: 'Kubernetes scheduler, NodeResourcesFit',
    bad: 'limits: {nvidia.com/gpu: 8}   # the nodes have 4 GPUs each',
    good: 'limits: {nvidia.com/gpu: 4}',
  },
];
