import { isPodKind } from '../../kubernetes';

/** Kinds that rules are about, beside those with pods. */
const READ_KINDS = new Set([
  'ClusterPolicy', 'ConfigMap', 'Node', 'NodeFeatureRule', 'NVIDIADriver', 'GPUCluster', 'NodeFeature',
  'NodeFeatureGroup', 'NodeFeatureDiscovery', 'Kustomization', 'Component', 'NIMService', 'NIMPipeline', 'NIMCache',
  'NIMBuild', 'ResourceClaim', 'ResourceClaimTemplate', 'DeviceClass', 'ComputeDomain', 'Namespace', 'HelmValues',
  'HorizontalPodAutoscaler', 'ScaledObject', 'DeviceTaintRule', 'ResourceQuota', 'ClusterQueue', 'LocalQueue',
  'ResourceSlice',
]);

/**
 * Groups of kinds whose names others have too: Kyverno has ClusterPolicies, Longhorn has Nodes, Flux has
 * Kustomizations.
 */
const GROUPS = new Map([
  ['ClusterPolicy', 'nvidia.com'], ['Node', ''], ['Kustomization', 'kustomize.config.k8s.io'],
  ['Component', 'kustomize.config.k8s.io'],
  ['DeviceTaintRule', 'resource.k8s.io'], ['ResourceSlice', 'resource.k8s.io'], ['ResourceQuota', ''],
  ['ClusterQueue', 'kueue.x-k8s.io'], ['LocalQueue', 'kueue.x-k8s.io'],
]);

/** Whether any rule reads objects of a kind; objects of another may hold pods that show by their shape. */
export function isRead(kind: string, apiVersion: string): boolean {
  return READ_KINDS.has(kind) || isPodKind(kind, apiVersion);
}

/** Whether a kind only has the name of one that rules are about. */
export function isOfOthers(kind: string, apiVersion: string): boolean {
  const group = GROUPS.get(kind);
  return apiVersion !== ''
    && group !== undefined
    && group !== (apiVersion.includes('/') ? apiVersion.split('/')[0] : '');
}
