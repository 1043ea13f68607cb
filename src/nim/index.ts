export { NimBuild } from './cache/nim-build';
export type { NimBuildProps } from './cache/nim-build';
export { NimCache } from './cache/nim-cache';
export type { NimCacheProps, NimCacheResources } from './cache/nim-cache';
export { NimCacheSource, NimQosProfile } from './cache/nim-cache-source';
export type {
  NimCacheGpu, NimDataStoreOptions, NimHuggingFaceOptions, NimProfileSelector, NimRepositoryOptions,
} from './cache/nim-cache-source';
export { NimAccessMode } from './cache/nim-pvc';
export type { NimPvcOptions } from './cache/nim-pvc';
export { NimStorage } from './cache/nim-storage';
export { NimPipeline } from './nim-pipeline';
export type { NimPipelineDependency, NimPipelineProps, NimPipelineService } from './nim-pipeline';
export { NimService } from './nim-service';
export { podLabels } from './pod-labels';
export { SERVING, SLICE, VERSION } from './common-prop-types';
export { mostReplicasOf, objectOf, writtenSpec } from './rendered-spec';
export type { WrittenSpec } from './rendered-spec';
export type { NimContainer, NimContainerImage } from './service/nim-container';
export type { NimDisruptionBudget } from './service/nim-disruption-budget';
export type {
  NimClaimCreation, NimClaimDevice, NimDeviceAttribute, NimDeviceCapacity, NimDraResource,
} from './service/nim-dra';
export type { NimEnvironmentSettings, NimSecretEnv } from './service/nim-environment';
export type {
  NimConfigMapKey, NimEppConfig, NimExposedService, NimExposure, NimRouter, NimRouterGateway, NimRouterIngress,
} from './service/nim-exposure';
export { NimInferencePlatform, NimKServeMode } from './service/nim-kserve';
export type { NimLora } from './service/nim-lora';
export type { NimMetrics, NimServiceMonitor } from './service/nim-metrics';
export type { NimComputeDomain, NimMpi, NimMultiNode, NimParallelism, NimRay } from './service/nim-multi-node';
export { NimSpread } from './service/nim-pod';
export type { NimContainerResources, NimPodSettings } from './service/nim-pod';
export type { NimProbe, NimProbeSettings } from './service/nim-probes';
export type { NimProxy } from './service/nim-proxy';
export type {
  NimAutoscaling, NimServiceOptions, NimServiceProps, NimServiceSettings,
} from './service/nim-service-props';
export { NIM_STAGE } from './service/nim-service-prop-types';
export { checkSelector } from './service/nim-selector';
