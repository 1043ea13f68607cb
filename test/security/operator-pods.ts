/** A pod that comes of a manifest, and the row of docs/security.md that speaks of it. */
export interface MadePod { readonly row: string; readonly pod: any }

/** Kinds that the library writes and that no pod comes of. The pods of the GPU Operator are its own, in its own namespace, and not shaped here. */
export const WITHOUT_PODS = [
  'PrometheusRule', 'ClusterPolicy', 'ConfigMap', 'NodeFeatureRule', 'Node', 'NetworkPolicy', 'PodDisruptionBudget',
  'GPUCluster', 'DeviceClass', 'ResourceClaim', 'ResourceClaimTemplate',
  'Service', 'PersistentVolumeClaim', 'ServiceMonitor', 'PodMonitor', 'ScaledObject', 'HorizontalPodAutoscaler',
  'Namespace', 'ResourceQuota', 'LocalQueue', 'ClusterQueue', 'ResourceFlavor',
];

/** The NIM Operator's defaults (k8s-nim-operator api/apps/v1alpha1, GetUserID and GetGroupID; docs/facts/nim-operator.md "Fields and defaults"). */
const USER = 1000;
const GROUP = 2000;

/**
 * The pods that come of a manifest, as far as security goes. For kinds of the NIM Operator they are shaped here as its templates shape them:
 * k8s-nim-operator manifests/deployment.yaml, lws.yaml and inferenceservice.yaml (a pod security context with user and groups, containers
 * without any; seccomp on TKGS only), internal/controller/nimcache_controller.go constructJob and nimbuild_controller.go (containers with one).
 */
export function podsOf(manifest: any): MadePod[] {
  switch (manifest.kind) {
    case 'NIMService': return podsOfService(manifest.spec);
    case 'NIMPipeline': return manifest.spec.services.flatMap((service: any) => podsOfService(service.spec));
    case 'NIMCache': return [{ row: 'NIMCache: the download', pod: guarded(manifest.spec.userID, manifest.spec.groupID) }];
    case 'NIMBuild': return [{ row: 'NIMBuild: the build', pod: guarded(undefined, undefined) }];
    case 'Job': return [{ row: 'VoicePipelineBenchmark: the generator and its tenants', pod: manifest.spec.template.spec }];
    case 'Deployment': return [{ row: isServer(manifest) ? 'VllmServer, SglangServer, TritonServer' : 'a workload of your own', pod: manifest.spec.template.spec }];
    default: return [];
  }
}

/** Servers of this library call their only container so. */
function isServer({ spec }: any): boolean {
  return spec.template.spec.containers[0].name === 'server';
}

function podsOfService(spec: any): MadePod[] {
  const contexts = { securityContext: { runAsUser: spec.userID ?? USER, runAsGroup: spec.groupID ?? GROUP, fsGroup: spec.groupID ?? GROUP } };
  const bare = (containers: any[] | undefined) => (containers ?? []).map(({ name }) => ({ name }));
  const pod = { ...contexts, initContainers: bare(spec.initContainers), containers: [{ name: 'nim' }, ...bare(spec.sidecarContainers)], volumes: volumesOf(spec) };
  const epp = spec.expose?.router?.eppConfig;
  return [
    { row: rowOf(spec), pod },
    // the endpoint picker is a pod of the operator's own making, of which the manifest says containers and ports
    ...(epp?.ports === undefined ? [] : [{ row: 'NIMService: the endpoint picker with a hostPort', pod: { containers: [{ name: 'epp', ports: epp.ports }] } }]),
  ];
}

function rowOf(spec: any): string {
  if (spec.userID === 0) { return 'NIMService with userId 0'; }
  return spec.storage.hostPath === undefined ? 'NIMService' : 'NIMService with NimStorage.hostPath';
}

function volumesOf({ storage, proxy }: any): any[] {
  const { hostPath, emptyDir } = storage;
  const store = hostPath !== undefined ? { hostPath: { path: hostPath } } : emptyDir !== undefined ? { emptyDir: {} } : { persistentVolumeClaim: {} };
  const authority = proxy?.certConfigMap === undefined ? [] : [{ name: 'ca', configMap: {} }];
  return [{ name: 'dshm', emptyDir: { medium: 'Memory' } }, { name: 'model-store', ...store }, ...authority];
}

function guarded(user: number | undefined, group: number | undefined): any {
  const as = { runAsUser: user ?? USER, runAsNonRoot: true };
  return {
    securityContext: { ...as, fsGroup: group ?? GROUP },
    containers: [{ name: 'main', securityContext: { ...as, runAsGroup: group ?? GROUP, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } }],
    volumes: [{ name: 'nim-cache-volume', persistentVolumeClaim: {} }],
  };
}
