export * from './nim-build';
export * from './nim-cache';
export { NimCacheSource, NimQosProfile } from './nim-cache-source';
export type { NimCacheGpu, NimDataStoreOptions, NimHuggingFaceOptions, NimProfileSelector, NimRepositoryOptions } from './nim-cache-source';
export type { NimContainer, NimContainerImage } from './service/nim-container';
export type { NimDisruptionBudget } from './service/nim-disruption-budget';
export type { NimClaimCreation, NimClaimDevice, NimDeviceAttribute, NimDeviceCapacity, NimDraResource } from './service/nim-dra';
export type { NimEnvironmentSettings, NimSecretEnv } from './service/nim-environment';
export type {
  NimConfigMapKey, NimEppConfig, NimExposedService, NimExposure, NimRouter, NimRouterGateway, NimRouterIngress,
} from './service/nim-exposure';
export { NimInferencePlatform, NimKServeMode } from './service/nim-kserve';
export type { NimLora } from './service/nim-lora';
export type { NimMetrics, NimServiceMonitor } from './service/nim-metrics';
export type { NimComputeDomain, NimMpi, NimMultiNode, NimParallelism, NimRay } from './service/nim-multi-node';
export { NimOperatorVersion } from './nim-operator-version';
export * from './nim-pipeline';
export { NimSpread } from './service/nim-pod';
export type { NimContainerResources, NimPodSettings } from './service/nim-pod';
export type { NimProbe, NimProbeSettings } from './service/nim-probes';
export type { NimProxy } from './service/nim-proxy';
export * from './nim-service';
export * from './nim-service-options';
export { NimStorage } from './nim-storage';
export type { NimPvcOptions } from './nim-pvc';
export * from './nim-voice-pipeline';
export * from './nim-rag-pipeline';
export * from './stages';
