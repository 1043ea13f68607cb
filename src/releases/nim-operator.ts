import { ReleaseTable } from './release-table';

/** Annotation by which lint knows the release that an object was written for. */
export const NIM_OPERATOR_ANNOTATION = 'cdk8s-gpu/nim-operator';

const CRD = 'deployments/helm/k8s-nim-operator/crds';

/** The NIM Operator. The fields of a NIMService by release stand in `nim-service-fields.ts`. */
export const NIM_OPERATOR = new ReleaseTable({
  product: 'nim-operator',
  title: 'NIM Operator',
  releases: [
    '1.0.0', '1.0.1', '2.0.0', '2.0.1', '2.0.2', '3.0.0', '3.0.1', '3.0.2', '3.1.0', '3.1.1', '3.1.2', '3.1.3', '3.1.4',
  ],
  oldest: '3.0',
}, {
  cacheNodeSelector: {
    begins: '1.0.1',
    what: 'NIMCache has nodeSelector, runtimeClassName and env; gpuSelectors is gone',
    source: `NVIDIA/k8s-nim-operator@v1.0.1 ${CRD}/apps.nvidia.com_nimcaches.yaml`,
  },
  huggingFaceCache: {
    begins: '2.0.1',
    what: 'NIMCache takes models from Hugging Face and from a data store',
    source: `NVIDIA/k8s-nim-operator@v2.0.1 ${CRD}/apps.nvidia.com_nimcaches.yaml`,
  },
  webhooks: {
    begins: '3.0.0',
    what: 'the operator has webhooks for NIMService and NIMCache, and the fields of DRA, several nodes and KServe',
    source: 'NVIDIA/k8s-nim-operator@v3.0.0 internal/webhook/apps/v1alpha1',
  },
  proxyNeedsCertificates: {
    ends: '3.0.2',
    what: 'a NIMService with a proxy and without certConfigMap gets pods that the API server refuses',
    source: 'NVIDIA/k8s-nim-operator#700, mended in #714',
  },
  cacheProxyNeedsCertificates: {
    ends: '3.1.1',
    what: 'a NIMCache with a proxy and without certConfigMap gets a job that the API server refuses',
    source: 'NVIDIA/k8s-nim-operator#700, mended in #845',
  },
  replicasBesideAutoscalingRefused: {
    begins: '3.0.2',
    what: 'the CRD refuses replicas beside autoscaling, and gives replicas no default',
    source: `NVIDIA/k8s-nim-operator@v3.0.2 ${CRD}/apps.nvidia.com_nimservices.yaml`,
  },
  affinity: {
    begins: '3.0.2',
    what: 'NIMService has affinity and storage.emptyDir',
    source: `NVIDIA/k8s-nim-operator@v3.0.2 ${CRD}/apps.nvidia.com_nimservices.yaml`,
  },
  router: {
    begins: '3.1.0',
    what: 'NIMService has expose.router, init and sidecar containers and compute domains, and may have no replica',
    source: `NVIDIA/k8s-nim-operator@v3.1.0 ${CRD}/apps.nvidia.com_nimservices.yaml`,
  },
  stableClaims: {
    begins: '3.1.0',
    what: 'DRA objects are of resource.k8s.io/v1; before, of v1beta2',
    source: 'NVIDIA/k8s-nim-operator@v3.0.2 and @v3.1.2 internal/controller',
  },
  kserveDeploymentMode: {
    begins: '3.1.0',
    what: 'the mode of KServe is read at serving.kserve.io/deploymentMode; before, at serving.kserve.org, and its absence is serverless (NIM-091)',
    source: 'NVIDIA/k8s-nim-operator@v3.0.2 and @v3.1.2 internal/controller/platform/kserve',
  },
  pipelineEditsAreLost: {
    begins: '3.1.0',
    what: 'an edit of a NIMPipeline does not reach the NIMServices that it made',
    source: 'NVIDIA/k8s-nim-operator@v3.1.2 internal/controller/nimpipeline_controller.go#L235',
  },
  ray: {
    begins: '3.1.1',
    what: 'multiNode.ray exists; a NIM needs no model of its own',
    source: `NVIDIA/k8s-nim-operator@v3.1.1 ${CRD}/apps.nvidia.com_nimservices.yaml`,
  },
  optionalAuthSecret: {
    begins: '3.1.3',
    what: 'authSecret may be left out; minReplicas may be 0 beside an External or Object metric',
    source: `NVIDIA/k8s-nim-operator@f63f74d ${CRD}/apps.nvidia.com_nimservices.yaml, release notes of 3.1.3`,
  },
});
