import { LlmServerProps } from './engines/llm-server-props';
import { ModelServerProps, SecretKey, ServerHostResources } from './model-server-props';
import { ServerRollout } from './server-rollout';
import { SERVING, SLICE } from '../../nim';
import { ANY, listOf, made, mapOf, needed, NUMBER, oneOf, Shape, struct, TEXT, textLike } from '../../props';
import { CALLER } from '../network/caller-policy';

const SECRET_KEY = struct<SecretKey>({ secret: needed(TEXT), key: needed(TEXT) });

export const MODEL_SERVER: Shape<ModelServerProps> = {
  slice: needed(SLICE),
  version: needed(textLike('the release that is in the image, such as 0.31.0 of vLLM or 26.10 of Triton, as a text')),
  image: TEXT,
  name: TEXT,
  replicas: NUMBER,
  scaling: made(
    'a ServerScaling, such as ServerScaling.keda({ prometheus, maxReplicas: 2, waitingPerReplica: 5 })',
    '_write',
  ),
  rollout: oneOf(ServerRollout),
  footprint: made('a ModelFootprint, such as ModelFootprint.measured(15000)', 'subject'),
  acceptUncertainMemory: TEXT,
  metrics: made('a ServerMonitor, such as ServerMonitor.service()', '_write'),
  callers: listOf(CALLER),
  monitor: CALLER,
  hostResources: struct<ServerHostResources>({ cpu: TEXT, memory: TEXT, cpuLimit: TEXT, memoryLimit: TEXT }),
  sharedMemory: TEXT,
  env: mapOf(TEXT),
  secretEnv: mapOf(SECRET_KEY),
  args: listOf(TEXT),
  pullSecrets: listOf(TEXT),
  userId: NUMBER,
  labels: mapOf(TEXT),
  annotations: mapOf(TEXT),
  nodeSelector: mapOf(TEXT),
  tolerations: listOf(mapOf(ANY)),
  affinity: mapOf(ANY),
  priorityClassName: TEXT,
  runtimeClassName: TEXT,
  serviceAccountName: TEXT,
};

export const LLM_SERVER: Shape<LlmServerProps> = {
  ...MODEL_SERVER,
  model: needed(made(
    'an architecture such as LlmArchitecture.of(\'meta-llama/Llama-3.1-8B-Instruct\')',
    'nativePrecision',
  )),
  serving: SERVING,
  source: TEXT,
  servedName: TEXT,
  huggingFaceToken: SECRET_KEY,
  cache: made('a ModelCache, such as ModelCache.existingClaim(\'models\')', '_toVolume'),
  downloadMegabytesPerSecond: NUMBER,
  startupSeconds: NUMBER,
};
