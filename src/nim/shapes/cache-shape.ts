import { CONTAINER_RESOURCES, CONTAINERS, MODEL, PROXY, SECRET_ENV, SLICE, VERSION } from './service-shape';
import { ANY, FLAG, listOf, made, mapOf, needed, NUMBER, Shape, struct, TEXT } from './shape';
import { GpuToleration } from '../../operator';
import { NimBuildProps } from '../nim-build';
import { NimCacheProps, NimCacheResources } from '../nim-cache';
import { NIM_PVC } from '../nim-pvc';

export const NIM_CACHE: Shape<NimCacheProps> = {
  model: needed(MODEL),
  imageTag: TEXT,
  source: made('a NimCacheSource, such as NimCacheSource.ngc()', '_toSpec'),
  authSecret: TEXT,
  pullSecret: TEXT,
  profiles: listOf(TEXT),
  pvc: struct(NIM_PVC),
  existingPvc: TEXT,
  resources: struct<NimCacheResources>({ cpu: TEXT, memory: TEXT }),
  anyNode: FLAG,
  nodeSelector: mapOf(TEXT),
  tolerations: listOf(struct<GpuToleration>({ key: needed(TEXT), operator: needed(TEXT), value: TEXT, effect: TEXT })),
  runtimeClassName: TEXT,
  proxy: PROXY,
  env: mapOf(TEXT),
  secretEnv: SECRET_ENV,
  userId: NUMBER,
  groupId: NUMBER,
  initContainers: CONTAINERS,
  nimOperator: VERSION,
  name: TEXT,
  overrides: mapOf(ANY),
};

export const NIM_BUILD: Shape<NimBuildProps> = {
  cache: needed(made('a NimCache', 'model')),
  slice: needed(SLICE),
  profile: TEXT,
  imageTag: TEXT,
  modelName: TEXT,
  pullSecrets: listOf(TEXT),
  containerResources: CONTAINER_RESOURCES,
  env: mapOf(TEXT),
  secretEnv: SECRET_ENV,
  labels: mapOf(TEXT),
  annotations: mapOf(TEXT),
  nimOperator: VERSION,
  name: TEXT,
  overrides: mapOf(ANY),
};
