export * from './nim-build';
export * from './nim-cache';
export { NimCacheSource, NimQosProfile } from './nim-cache-source';
export type { NimCacheGpu, NimDataStoreOptions, NimHuggingFaceOptions, NimProfileSelector, NimRepositoryOptions } from './nim-cache-source';
export type { NimContainer, NimContainerImage } from './nim-container';
export type { NimDisruptionBudget } from './nim-disruption-budget';
export type { NimClaimCreation, NimClaimDevice, NimDeviceAttribute, NimDeviceCapacity, NimDraResource } from './nim-dra';
export type { NimEnvironmentSettings, NimSecretEnv } from './nim-environment';
export type {
  NimConfigMapKey, NimEppConfig, NimExposedService, NimExposure, NimRouter, NimRouterGateway, NimRouterIngress,
} from './nim-exposure';
export { NimInferencePlatform, NimKServeMode } from './nim-kserve';
export type { NimLora } from './nim-lora';
export type { NimMetrics, NimServiceMonitor } from './nim-metrics';
export type { NimComputeDomain, NimMpi, NimMultiNode, NimParallelism, NimRay } from './nim-multi-node';
export { NimOperatorVersion } from './nim-operator-version';
export * from './nim-pipeline';
export { NimSpread } from './nim-pod';
export type { NimContainerResources, NimPodSettings } from './nim-pod';
export type { NimProbe, NimProbeSettings } from './nim-probes';
export type { NimProxy } from './nim-proxy';
export * from './nim-service';
export * from './nim-service-options';
export { NimStorage } from './nim-storage';
export type { NimPvcOptions } from './nim-storage';
export * from './nim-voice-pipeline';
export * from './nim-rag-pipeline';
export * from './stages';
