import { ANY, FLAG, listOf, made, mapOf, needed, NUMBER, oneOf, Shape, struct, TEXT } from './shape';
import { FitAssumptions, InferenceEngine, LlmServingOptions } from '../../fit';
import { KvCacheType, Precision } from '../../models';
import { NimOperatorVersion } from '../nim-operator-version';
import { NimAutoscaling, NimServiceOptions, NimServiceProps, NimServiceSettings } from '../nim-service-options';
import { NimContainer, NimContainerImage } from '../service/nim-container';
import { NimDisruptionBudget } from '../service/nim-disruption-budget';
import { NimClaimDevice, NimDeviceAttribute, NimDeviceCapacity, NimDraResource, NimClaimCreation } from '../service/nim-dra';
import { NimSecretEnv } from '../service/nim-environment';
import { NimConfigMapKey, NimEppConfig, NimExposedService, NimExposure, NimRouter, NimRouterGateway, NimRouterIngress } from '../service/nim-exposure';
import { NimInferencePlatform, NimKServeMode } from '../service/nim-kserve';
import { NimLora } from '../service/nim-lora';
import { NimMetrics, NimServiceMonitor } from '../service/nim-metrics';
import { NimComputeDomain, NimMpi, NimMultiNode, NimParallelism, NimRay } from '../service/nim-multi-node';
import { NimContainerResources, NimSpread } from '../service/nim-pod';
import { NimProbe } from '../service/nim-probes';
import { NimProxy } from '../service/nim-proxy';

export const MODEL = made('a NIM of the catalogue, such as NimModel.PARAKEET_1_1B_CTC_EN_US, or NimModel.of(...)', 'memoryFigures');
export const SLICE = made('a slice of a pool, such as pool.slice(\'3g.40gb\') or pool.wholeGpu()', 'resourceName');
export const SECRET_ENV = listOf(struct<NimSecretEnv>({ name: needed(TEXT), secret: needed(TEXT), key: needed(TEXT) }));
export const CONTAINER_RESOURCES = struct<NimContainerResources>({ cpu: TEXT, memory: TEXT, cpuLimit: TEXT, memoryLimit: TEXT });
export const PROXY = struct<NimProxy>({ httpProxy: TEXT, httpsProxy: TEXT, noProxy: TEXT, certConfigMap: TEXT });
export const VERSION = oneOf(NimOperatorVersion);

const CONTAINER = struct<NimContainer>({
  name: needed(TEXT),
  image: needed(struct<NimContainerImage>({ repository: needed(TEXT), tag: needed(TEXT), pullPolicy: TEXT, pullSecrets: listOf(TEXT) })),
  command: listOf(TEXT),
  args: listOf(TEXT),
  env: listOf(mapOf(ANY)),
  workingDir: TEXT,
});
export const CONTAINERS = listOf(CONTAINER);

const PROBE = struct<NimProbe>({ enabled: FLAG, probe: mapOf(ANY) });

const SERVING = struct<LlmServingOptions>({
  contextLength: NUMBER,
  concurrency: NUMBER,
  precision: oneOf(Precision),
  kvCache: oneOf(KvCacheType),
  engine: oneOf(InferenceEngine),
  fraction: NUMBER,
  tensorParallel: NUMBER,
  eager: FLAG,
  maxNumSeqs: NUMBER,
  maxNumBatchedTokens: NUMBER,
  loraSlots: NUMBER,
  loraRank: NUMBER,
  weightBytes: NUMBER,
  assumptions: struct<FitAssumptions>({ activationsMib: NUMBER, cudaGraphsMib: NUMBER, processOverheadMib: NUMBER, trtllmOverheadMib: NUMBER }),
});

const PICKER = struct<NimEppConfig>({
  containerSpec: needed(CONTAINER),
  configMapRef: struct<NimConfigMapKey>({ name: needed(TEXT), key: needed(TEXT) }),
  config: mapOf(ANY),
  ports: listOf(mapOf(ANY)),
  startupProbe: mapOf(ANY),
  readinessProbe: mapOf(ANY),
  livenessProbe: mapOf(ANY),
});

const EXPOSURE = struct<NimExposure>({
  service: struct<NimExposedService>({
    type: TEXT, port: NUMBER, grpcPort: NUMBER, metricsPort: NUMBER, annotations: mapOf(TEXT), labels: mapOf(TEXT),
  }),
  router: struct<NimRouter>({
    hostDomainName: needed(TEXT),
    annotations: mapOf(TEXT),
    ingress: struct<NimRouterIngress>({ ingressClass: needed(TEXT), tlsSecretName: TEXT }),
    gateway: struct<NimRouterGateway>({
      name: needed(TEXT), namespace: needed(TEXT), httpRoutesEnabled: FLAG, grpcRoutesEnabled: FLAG, backendRef: mapOf(ANY),
    }),
    eppConfig: PICKER,
  }),
});

const MULTI_NODE = struct<NimMultiNode>({
  parallelism: needed(struct<NimParallelism>({ tensor: needed(NUMBER), pipeline: needed(NUMBER) })),
  mpi: struct<NimMpi>({ mpiStartTimeout: NUMBER }),
  ray: struct<NimRay>({ rayPort: NUMBER }),
  computeDomain: struct<NimComputeDomain>({ create: FLAG, name: TEXT }),
});

const CLAIM_DEVICE = struct<NimClaimDevice>({
  name: needed(TEXT),
  count: NUMBER,
  deviceClassName: TEXT,
  driverName: TEXT,
  attributeSelectors: listOf(struct<NimDeviceAttribute>({
    key: needed(TEXT), op: TEXT, stringValue: TEXT, intValue: NUMBER, boolValue: FLAG, versionValue: TEXT,
  })),
  capacitySelectors: listOf(struct<NimDeviceCapacity>({ key: needed(TEXT), op: TEXT, value: needed(TEXT) })),
  celExpressions: listOf(TEXT),
});

const CLAIMS = listOf(struct<NimDraResource>({
  resourceClaimName: TEXT,
  resourceClaimTemplateName: TEXT,
  claimCreationSpec: struct<NimClaimCreation>({ devices: needed(listOf(CLAIM_DEVICE)), generateName: TEXT }),
  requests: listOf(TEXT),
}));

const SETTINGS: Shape<NimServiceSettings> = {
  model: needed(MODEL),
  imageTag: TEXT,
  serving: SERVING,
  footprint: made('a ModelFootprint, such as ModelFootprint.measured(15000)', 'subject'),
  acceptUncertainMemory: TEXT,
  replicas: NUMBER,
  autoscaling: struct<NimAutoscaling>({
    minReplicas: NUMBER, maxReplicas: needed(NUMBER), metrics: needed(listOf(mapOf(ANY))), behavior: mapOf(ANY), annotations: mapOf(TEXT),
  }),
  storage: made('a NimStorage, such as NimStorage.newPvc()', '_toSpec'),
  readOnlyStorage: FLAG,
  sharedMemory: TEXT,
  expose: EXPOSURE,
  metrics: struct<NimMetrics>({
    serviceMonitor: needed(struct<NimServiceMonitor>({
      additionalLabels: mapOf(TEXT), annotations: mapOf(TEXT), interval: TEXT, scrapeTimeout: TEXT,
    })),
  }),
  multiNode: MULTI_NODE,
  proxy: PROXY,
  inferencePlatform: oneOf(NimInferencePlatform),
  kserveMode: oneOf(NimKServeMode),
  disruptionBudget: struct<NimDisruptionBudget>({ minAvailable: NUMBER, maxUnavailable: NUMBER }),
  nimOperator: VERSION,
  name: TEXT,
  overrides: mapOf(ANY),
  containerResources: CONTAINER_RESOURCES,
  labels: mapOf(TEXT),
  annotations: mapOf(TEXT),
  command: listOf(TEXT),
  args: listOf(TEXT),
  userId: NUMBER,
  groupId: NUMBER,
  nodeSelector: mapOf(TEXT),
  tolerations: listOf(mapOf(ANY)),
  affinity: mapOf(ANY),
  spreadOverNodes: oneOf(NimSpread),
  schedulerName: TEXT,
  runtimeClassName: TEXT,
  priorityClassName: TEXT,
  initContainers: CONTAINERS,
  sidecarContainers: CONTAINERS,
  startupSeconds: NUMBER,
  startupProbe: PROBE,
  readinessProbe: PROBE,
  livenessProbe: PROBE,
  selector: TEXT,
  env: mapOf(TEXT),
  secretEnv: SECRET_ENV,
  envValueFrom: listOf(mapOf(ANY)),
  lora: struct<NimLora>({ source: needed(TEXT), refreshSeconds: NUMBER, maxGpuLoras: NUMBER, maxCpuLoras: NUMBER, maxRank: NUMBER }),
};

export const NIM_SERVICE: Shape<NimServiceProps> = { ...SETTINGS, slice: SLICE, draResources: CLAIMS, authSecret: TEXT, pullSecrets: listOf(TEXT) };

/** What a stage of a pipeline is given. */
export const NIM_STAGE: Shape<NimServiceOptions> = { ...SETTINGS, slice: needed(SLICE) };
