import { NIM_SERVICE_SINCE } from './nim-service-fields';
import { MilestoneRow, ReleaseTable } from './release-table';

/** Annotation by which lint knows the release that an object was written for. */
export const NIM_OPERATOR_ANNOTATION = 'cdk8s-gpu/nim-operator';

const CRDS = 'deployments/helm/k8s-nim-operator/crds';

/** The NIM Operator. What begins with a field of NIMService begins where `nim-service-fields.ts` has it. */
export const NIM_OPERATOR = new ReleaseTable({
  product: 'nim-operator',
  title: 'NIM Operator',
  releases: [
    '1.0.0', '1.0.1', '2.0.0', '2.0.1', '2.0.2', '3.0.0', '3.0.1', '3.0.2', '3.1.0', '3.1.1', '3.1.2', '3.1.3', '3.1.4',
  ],
  oldest: '3.0',
}, {
  proxy: field('proxy'),
  grpcPort: field('expose', 'service', 'grpcPort'),
  draResources: field('draResources'),
  multiNode: field('multiNode'),
  kserve: field('inferencePlatform'),
  affinity: field('affinity'),
  router: field('expose', 'router'),
  furtherContainers: field('initContainers'),
  computeDomain: field('multiNode', 'computeDomain'),
  ray: field('multiNode', 'ray'),
  cacheNodeSelector: {
    begins: '1.0.1',
    what: 'NIMCache has nodeSelector, runtimeClassName and env; gpuSelectors is gone',
    source: `NVIDIA/k8s-nim-operator@v1.0.1 ${CRDS}/apps.nvidia.com_nimcaches.yaml`,
  },
  huggingFaceCache: {
    begins: '2.0.1',
    what: 'NIMCache takes models from Hugging Face, and from a data store by the name of a model',
    source: `NVIDIA/k8s-nim-operator@v2.0.1 ${CRDS}/apps.nvidia.com_nimcaches.yaml`,
  },
  modelEndpoint: {
    begins: '3.0.0',
    what: 'NIMCache takes a model from an address: source.ngc.modelEndpoint',
    source: `NVIDIA/k8s-nim-operator@v3.0.0 ${CRDS}/apps.nvidia.com_nimcaches.yaml`,
  },
  nimBuild: {
    begins: '3.0.0',
    what: 'the kind NIMBuild exists',
    source: `NVIDIA/k8s-nim-operator@v3.0.0 ${CRDS}/apps.nvidia.com_nimbuilds.yaml`,
  },
  webhooks: {
    begins: '3.0.0',
    what: 'the operator brings webhooks that check NIMService and NIMCache',
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
  replicasWithoutDefault: {
    begins: '3.0.2',
    what: 'the CRD gives replicas no default, and refuses it beside autoscaling',
    source: `NVIDIA/k8s-nim-operator@v3.0.2 ${CRDS}/apps.nvidia.com_nimservices.yaml`,
  },
  zeroReplicas: {
    begins: '3.1.0',
    what: 'replicas may be 0',
    source: `NVIDIA/k8s-nim-operator@v3.1.0 ${CRDS}/apps.nvidia.com_nimservices.yaml`,
  },
  ingressWithoutSpec: {
    begins: '3.1.0',
    what: 'expose.ingress.enabled needs no spec: an empty Ingress is rendered',
    source: 'NVIDIA/k8s-nim-operator@v3.0.2 and @v3.1.2 '
      + 'internal/webhook/apps/v1alpha1/nimservice_webhook_validation_helper.go',
  },
  stableClaims: {
    begins: '3.1.0',
    what: 'DRA objects are of resource.k8s.io/v1; before, of v1beta2',
    source: 'NVIDIA/k8s-nim-operator@v3.0.2 and @v3.1.2 internal/controller',
  },
  kserveDeploymentMode: {
    begins: '3.1.0',
    what: 'the mode of KServe is read at serving.kserve.io/deploymentMode; before, at serving.kserve.org, and '
      + 'its absence is serverless',
    source: 'NVIDIA/k8s-nim-operator@v3.0.2 and @v3.1.2 internal/controller/platform/kserve',
  },
  pipelineEditsAreLost: {
    begins: '3.1.0',
    what: 'an edit of a NIMPipeline does not reach the NIMServices that it made',
    source: 'NVIDIA/k8s-nim-operator@v3.1.2 internal/controller/nimpipeline_controller.go#L235',
  },
  optionalAuthSecret: {
    begins: '3.1.3',
    what: 'authSecret may be left out; minReplicas may be 0 beside an External or Object metric',
    source: `NVIDIA/k8s-nim-operator@f63f74d ${CRDS}/apps.nvidia.com_nimservices.yaml; 3.1.3 as reported `
      + 'in November 2026, not read',
  },
});

/** Where a field of NIMService begins. */
function field(...path: string[]): MilestoneRow {
  const name = path.join('.');
  const begins = NIM_SERVICE_SINCE.find(([known]) => known.join('.') === name)?.[1];
  return {
    begins,
    what: `NIMService has spec.${name}`,
    source: `NVIDIA/k8s-nim-operator@v${begins} ${CRDS}/apps.nvidia.com_nimservices.yaml`,
  };
}
