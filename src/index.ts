export {
  Gpu, GpuArchitecture, GpuFigureStatus, GpuIsolation, GpuLayout, GpuSliceKind, MigProfile, MigProfileName,
} from './hardware';
export type { GpuEngines, GpuLayoutCheck, MigPlacement } from './hardware';
export { KvCacheType, LlmArchitecture, NimKind, NimMemoryMeaning, NimModel, Precision } from './models';
export type { NimMemoryFigure, NimModelOptions } from './models';
export { FitVerdict, GpuFit, GpuMemory, InferenceEngine, ModelFootprint } from './fit';
export type { FitAssumptions, FitComponent, FitReport, LlmServingOptions, NimFootprintOptions } from './fit';
export {
  BenchmarkReport, GpuEnvironment, GpuPlanIsolation, GpuPlanSpread, GpuPlanStatus, StrategyAdvice,
} from './planning';
export type { GpuStrategyGate, GpuStrategyQuestion, GpuStrategyScore } from './planning';
export type {
  GpuArrival, GpuArrivalBoard, GpuArrivalResult, GpuFleet, GpuPlanAssignment, GpuPlanBaselines, GpuPlanBoards,
  GpuPlanDrain, GpuPlanLayout, GpuPlanNode, GpuPlanNodeLayout, GpuPlanOption, GpuPlanOptions, GpuPlanResult,
  GpuPlanSlice, GpuPlanSupply, GpuPlanWorkload,
} from './planning';
export { DraDriverVersion, GpuOperatorVersion, KubernetesVersion, KueueVersion, NimOperatorVersion } from './releases';
export type { GpuReleases } from './releases';
export { GpuChecks, GpuFindingSeverity } from './synthesis';
export type { GpuCheckReleases, GpuFinding } from './synthesis';
export {
  ClusterPolicy, DraAccess, DraMig, DraSetup, GpuAllocation, GpuNodes, GpuTaintEffect, MigStrategy, NodeLabelForm,
  SharedDevicesAllocationPolicy, SliceAccess,
} from './allocation';
export type {
  ClusterPolicyHelmOptions, ClusterPolicyOptions, ClusterPolicyPatchOptions, DevicePluginSharing, DraOptions,
  GpuNodesOptions, GpuTaint, GpuToleration, MigBoardLayouts,
} from './allocation';
export { GpuOperator } from './operator';
export type { GpuOperatorProps, IGpuOperator } from './operator';
export { DeviceTaintEffect, GpuDeviceTaint } from './pools';
export type { GpuDeviceTaintProps } from './pools';
export { DedicatedGpu, GpuPool, GpuSlice, MigPartitionedGpu, MpsSharedGpu, TimeSlicedGpu } from './pools';
export { GpuPlan, GpuPlanPools } from './pools';
export type { GpuPlanDeployOptions, GpuPlanPlacement } from './pools';
export type {
  DedicatedGpuProps, GpuAttachOptions, GpuClaimedDevice, GpuPoolProps, GpuShareOptions, GpuSliceProps, IGpuPool,
  MigPartitionedGpuProps, MigSliceOptions, MpsSharedGpuProps, TimeSlicedGpuProps,
} from './pools';
export {
  NimAccessMode, NimBuild, NimCache, NimCacheSource, NimInferencePlatform, NimKServeMode, NimPipeline, NimQosProfile,
  NimService, NimSpread, NimStorage,
} from './nim';
export type {
  NimAutoscaling, NimBuildProps, NimCacheGpu, NimCacheProps, NimCacheResources, NimClaimCreation, NimClaimDevice,
  NimComputeDomain, NimConfigMapKey, NimContainer, NimContainerImage, NimContainerResources, NimDataStoreOptions,
  NimDeviceAttribute, NimDeviceCapacity, NimDisruptionBudget, NimDraResource, NimEnvironmentSettings,
  NimEppConfig, NimExposedService, NimExposure, NimHuggingFaceOptions, NimLora, NimMetrics, NimMpi, NimMultiNode,
  NimParallelism, NimPipelineDependency, NimPipelineProps, NimPipelineService, NimPodSettings, NimProbe,
  NimProbeSettings, NimProfileSelector, NimProxy, NimPvcOptions, NimRay, NimRepositoryOptions, NimRouter,
  NimRouterGateway, NimRouterIngress, NimSecretEnv, NimServiceMonitor, NimServiceOptions, NimServiceProps,
  NimServiceSettings,
} from './nim';
export {
  GpuQueue, GpuTeam, ModelCache, ModelServer, NimCaller, PodSecurityLevel, ServerMonitor, ServerRollout, ServerScaling,
  SglangServer, TritonModelRepository, TritonServer, VllmServer,
} from './workloads';
export type {
  DeviceClassMapping, GpuAllowance, GpuQueueProps, GpuQueueQuota, GpuTeamProps, HpaScalingOptions, KedaScalingOptions,
  LlmServerProps, ModelClaimOptions, ModelServerProps, QueueScalingOptions, SecretKey, ServerHostResources,
  ServerMonitorOptions, ServerPodSettings, SglangServerProps, TritonServerProps, VllmServerProps,
} from './workloads';
export { NimEndpoint, NimRagPipeline, NimStagePlacement, NimVoicePipeline } from './pipelines';
export type { NimEndpointOptions, NimRagPipelineProps, NimStagesProps, NimVoicePipelineProps } from './pipelines';
export { GpuReport, GpuReportFormat } from './report';
export type { GpuReportOptions } from './report';
export {
  BenchmarkArm, BenchmarkFaultKind, BenchmarkLoad, BenchmarkStage, BenchmarkStrategy, GpuDashboards, NimBenchmark,
  VoiceBenchmarkArms, VoicePipelineBenchmark,
} from './benchmark';
export type {
  BenchmarkArmOptions, BenchmarkConversation, BenchmarkEndpoints, BenchmarkFault, BenchmarkFaultTenant,
  BenchmarkLoadOptions, BenchmarkPlacementSource, BenchmarkProps, BenchmarkSecret, BenchmarkTargets,
  ClosedLoadOptions,
  GpuDashboardsProps, VoiceBenchmarkArm, VoiceBenchmarkArmsProps, NimBenchmarkProps, VoicePipelineBenchmarkProps,
} from './benchmark';
