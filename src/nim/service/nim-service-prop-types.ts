import { CONTAINERS } from './nim-container';
import { NimDisruptionBudget } from './nim-disruption-budget';
import { CLAIMS } from './nim-dra';
import { SECRET_ENV } from './nim-environment';
import { EXPOSURE } from './nim-exposure';
import { NimInferencePlatform, NimKServeMode } from './nim-kserve';
import { NimLora } from './nim-lora';
import { NimMetrics, NimServiceMonitor } from './nim-metrics';
import { MULTI_NODE } from './nim-multi-node';
import { CONTAINER_RESOURCES, NimSpread } from './nim-pod';
import { PROBE } from './nim-probes';
import { PROXY } from './nim-proxy';
import { NimAutoscaling, NimServiceOptions, NimServiceProps, NimServiceSettings } from './nim-service-props';
import { ANY, FLAG, listOf, made, mapOf, needed, NUMBER, oneOf, Shape, struct, TEXT } from '../../props';
import { MODEL, SERVING, SLICE, VERSION } from '../common-prop-types';

const SETTINGS: Shape<NimServiceSettings> = {
  model: needed(MODEL),
  imageTag: TEXT,
  serving: SERVING,
  footprint: made('a ModelFootprint, such as ModelFootprint.measured(15000)', 'subject'),
  acceptUncertainMemory: TEXT,
  replicas: NUMBER,
  autoscaling: struct<NimAutoscaling>({
    minReplicas: NUMBER,
    maxReplicas: needed(NUMBER),
    metrics: needed(listOf(mapOf(ANY))),
    behavior: mapOf(ANY),
    annotations: mapOf(TEXT),
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
  lora: struct<NimLora>({
    source: needed(TEXT),
    refreshSeconds: NUMBER,
    maxGpuLoras: NUMBER,
    maxCpuLoras: NUMBER,
    maxRank: NUMBER,
  }),
};

export const NIM_SERVICE: Shape<NimServiceProps> = {
  ...SETTINGS,
  slice: SLICE,
  draResources: CLAIMS,
  authSecret: TEXT,
  pullSecrets: listOf(TEXT),
};

/** What a stage of a pipeline is given. */
export const NIM_STAGE: Shape<NimServiceOptions> = { ...SETTINGS, slice: needed(SLICE) };
