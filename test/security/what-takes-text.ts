import { Testing } from 'cdk8s';
import { ClusterPolicy, GpuAllocation, GpuNodes, GpuTaintEffect, SliceAccess } from '../../src/allocation';
import { BenchmarkArm, BenchmarkLoad, BenchmarkStrategy, GpuDashboards, NimBenchmark, VoiceBenchmarkArms, VoicePipelineBenchmark } from '../../src/benchmark';
import { ModelFootprint } from '../../src/fit';
import { Gpu, GpuLayout, GpuSliceKind } from '../../src/hardware';
import { LlmArchitecture, NimKind, NimModel } from '../../src/models';
import { NimAccessMode, NimBuild, NimCache, NimCacheSource, NimPipeline, NimService, NimStorage } from '../../src/nim';
import { GpuOperator } from '../../src/operator';
import { NimEndpoint, NimRagPipeline, NimVoicePipeline } from '../../src/pipelines';
import { DedicatedGpu, GpuDeviceTaint, GpuPlan, GpuSlice, MigPartitionedGpu, MpsSharedGpu, TimeSlicedGpu } from '../../src/pools';
import { DraDriverVersion, GpuOperatorVersion, KubernetesVersion, KueueVersion, NimOperatorVersion } from '../../src/releases';
import { GpuReport, GpuReportFormat } from '../../src/report';
import { GpuChecks } from '../../src/synthesis';
import {
  GpuQueue, GpuTeam, ModelCache, NimCaller, ServerMonitor, ServerScaling, SglangServer, TritonModelRepository, TritonServer, VllmServer,
} from '../../src/workloads';
import { plainDeployment, RELEASES } from '../cluster';
import { container, llm, maximalCaches, maximalServices, mig, whole } from '../nim/maximal';

/** A way by which a person hands text to the library, with every field that takes some. */
export interface Way {
  /** The class, or the class and its maker. */
  readonly of: string;
  /** What is given. */
  readonly given: Record<string, any>;
  /** Makes it in a fresh chart. */
  readonly make: (given: any) => unknown;
}

const benchmarkArm = (options: object = {}) =>
  BenchmarkArm.ofEndpoints({ llm: NimEndpoint.of({ url: 'http://llm:8000' }) }, { name: 'here', llmModel: 'own/model', ...options });
const NEWEST = NimOperatorVersion.V3_1_2;
const footprint = ModelFootprint.measured(1000);
const policy = {
  mpsRoot: '/run/mps',
  overrides: { driver: { env: [{ name: 'A', value: 'b' }], repository: 'registry.example.com' }, dcgmExporter: { args: ['-f', 'x'] } },
};
const claimed = { kind: GpuSliceKind.MIG, request: 'asr', profile: '1g.10gb', nodeSelector: { zone: 'a' }, tolerations: [{ key: 'a', operator: 'Equal', value: 'b' }] };
const operatorIn = (chart: any) => new GpuOperator(chart, 'gpu-operator', RELEASES);
const nodes = GpuNodes.named(['a'], { gpusPerNode: 1 });
const stage = { name: 'stage', slice: whole, footprint, acceptUncertainMemory: 'measured' };

const build = {
  profile: 'abc',
  imageTag: '1.13.1',
  modelName: 'own',
  pullSecrets: ['own-pull'],
  containerResources: { cpu: '4', memory: '8Gi' },
  env: { LOG: 'debug' },
  name: 'build',
  secretEnv: [{ name: 'HF_TOKEN', secret: 'hf', key: 'token' }],
  labels: { a: 'b' },
  annotations: { c: 'd' },
  overrides: { env: [{ name: 'A', value: 'b' }], labels: { e: 'f' } },
};

/** Overrides say anything; here are the places where a secret comes first to mind. */
const overrides = {
  env: [{ name: 'A', value: 'b' }],
  args: ['--verbose', 'now'],
  annotations: { owner: 'team' },
  readinessProbe: { probe: { httpGet: { path: '/ready', port: 'api', httpHeaders: [{ name: 'X-From', value: 'kubelet' }] } } },
  sidecarContainers: [container],
  proxy: { httpProxy: 'http://proxy:3128' },
};

const services = Object.entries(maximalServices(NEWEST)).map(([name, props]): Way => ({
  of: 'NimService',
  given: { name: name.toLowerCase(), model: NimModel.PARAKEET_1_1B_CTC_EN_US, slice: mig, footprint, nimOperator: NEWEST, ...props },
  make: given => new NimService(Testing.chart(), 'made', given),
}));

const caches = Object.entries(maximalCaches(NEWEST)).map(([name, props]): Way => ({
  of: 'NimCache', given: { name, model: llm, nimOperator: NEWEST, ...props }, make: given => new NimCache(Testing.chart(), 'made', given),
}));

const makers: Way[] = [
  { of: 'NimCacheSource.ngc', given: { selector: { engine: 'vllm', precision: 'fp8', gpus: [{ product: 'h100', ids: ['233010de'] }] } }, make: each => NimCacheSource.ngc(each.selector) },
  { of: 'NimCacheSource.ngcProfiles', given: { profiles: ['abc'] }, make: each => NimCacheSource.ngcProfiles(...[each.profiles].flat()) },
  { of: 'NimCacheSource.ngcEndpoint', given: { modelEndpoint: 'ngc://org/team/model:1' }, make: each => NimCacheSource.ngcEndpoint(each.modelEndpoint) },
  {
    of: 'NimCacheSource.huggingFace',
    given: { options: { namespace: 'own', modelName: 'm', revision: 'main', endpoint: 'https://mirror.example.com' } },
    make: each => NimCacheSource.huggingFace(each.options),
  },
  {
    of: 'NimCacheSource.dataStore',
    given: { options: { namespace: 'own', datasetName: 'm', revision: 'main', endpoint: 'https://store.example.com/v1/hf' } },
    make: each => NimCacheSource.dataStore(each.options),
  },
  {
    of: 'NimStorage.newPvc',
    given: { options: { size: '80Gi', storageClass: 'fast', accessMode: NimAccessMode.READ_WRITE_MANY, name: 'models', subPath: 'asr', annotations: { keep: 'yes' } } },
    make: each => NimStorage.newPvc(each.options),
  },
  { of: 'NimStorage.existingPvc', given: { claimName: 'models', subPath: 'asr' }, make: each => NimStorage.existingPvc(each.claimName, each.subPath) },
  { of: 'NimStorage.cache', given: { profile: 'abc' }, make: each => NimStorage.cache(new NimCache(Testing.chart(), 'c', { model: llm }), each.profile) },
  { of: 'NimStorage.cacheNamed', given: { name: 'models', profile: 'abc' }, make: each => NimStorage.cacheNamed(each.name, each.profile) },
  { of: 'NimStorage.hostPath', given: { directory: '/var/models' }, make: each => NimStorage.hostPath(each.directory) },
  { of: 'NimStorage.emptyDir', given: { sizeLimit: '60Gi' }, make: each => NimStorage.emptyDir(each.sizeLimit) },
  {
    of: 'NimEndpoint.of',
    given: { options: { url: 'https://llm.example.com', grpcTarget: 'llm:50051', healthUrl: 'https://llm.example.com/ready' } },
    make: each => NimEndpoint.of(each.options),
  },
  { of: 'NimCaller.pods', given: { labels: { app: 'agent' } }, make: each => NimCaller.pods(each.labels) },
  { of: 'NimCaller.podsOfNamespace', given: { namespace: 'a', labels: { app: 'b' } }, make: each => NimCaller.podsOfNamespace(each.namespace, each.labels) },
  { of: 'NimCaller.namespace', given: { namespace: 'a' }, make: each => NimCaller.namespace(each.namespace) },
  { of: 'NimCaller.namespacesLabeled', given: { labels: { team: 'a' } }, make: each => NimCaller.namespacesLabeled(each.labels) },
  { of: 'NimCaller.addresses', given: { cidr: '10.0.0.0/8' }, make: each => NimCaller.addresses(each.cidr) },
  { of: 'GpuNodes.named', given: { names: ['a'], options: { taints: [{ key: 'k', value: 'v', effect: GpuTaintEffect.NO_SCHEDULE }] } }, make: each => GpuNodes.named(each.names, each.options) },
  {
    of: 'GpuPlanPools',
    given: { nodeLabel: 'example.com/pool', taints: [{ key: 'k', value: 'v', effect: GpuTaintEffect.NO_SCHEDULE }] },
    make: options => {
      const chart = Testing.chart();
      return GpuPlan.of({ gpus: [{ gpu: Gpu.A30 }], workloads: [{ name: 'a', profiles: ['1g'] }] }).deploy(chart, operatorIn(chart), options);
    },
  },
  {
    of: 'GpuPlan.of',
    given: { gpus: [{ gpu: Gpu.A30, nodes: ['node-a'] }], workloads: [{ name: 'a', profiles: ['1g'] }] },
    make: each => GpuPlan.of(each),
  },
  { of: 'GpuNodes.labeled', given: { labels: { pool: 'gpu' }, options: { taints: [{ key: 'k', value: 'v', effect: GpuTaintEffect.NO_SCHEDULE }] } }, make: each => GpuNodes.labeled(each.labels, each.options) },
  { of: 'GpuNodes.withBoard', given: { options: { taints: [{ key: 'k', value: 'v', effect: GpuTaintEffect.NO_SCHEDULE }] } }, make: each => GpuNodes.withBoard(each.options) },
  ...(['partial', 'full'] as const).map((way): Way => ({ of: `ClusterPolicy.${way}`, given: { name: 'cluster-policy', ...policy }, make: each => ClusterPolicy[way](each) })),
  { of: 'ClusterPolicy.mergePatch', given: policy, make: each => ClusterPolicy.mergePatch(each) },
  { of: 'SliceAccess.resource', given: { name: 'nvidia.com/gpu' }, make: each => SliceAccess.resource(each.name) },
  { of: 'SliceAccess.claim', given: { name: 'speech', request: 'asr' }, make: each => SliceAccess.claim(each.name, each.request) },
  { of: 'SliceAccess.claimTemplate', given: { name: 'speech', request: 'asr' }, make: each => SliceAccess.claimTemplate(each.name, each.request) },
  { of: 'GpuSlice.ofClaim', given: { name: 'speech', device: claimed }, make: each => GpuSlice.ofClaim(each.name, each.device) },
  { of: 'GpuSlice.ofClaimTemplate', given: { name: 'speech', device: claimed }, make: each => GpuSlice.ofClaimTemplate(each.name, each.device) },
  { of: 'GpuOperatorVersion.of', given: { version: '26.7' }, make: each => GpuOperatorVersion.of(each.version) },
  { of: 'NimOperatorVersion.of', given: { version: '3.1' }, make: each => NimOperatorVersion.of(each.version) },
  { of: 'KubernetesVersion.of', given: { version: '1.36' }, make: each => KubernetesVersion.of(each.version) },
  { of: 'KueueVersion.of', given: { version: '0.17' }, make: each => KueueVersion.of(each.version) },
  { of: 'DraDriverVersion.of', given: { version: '0.5' }, make: each => DraDriverVersion.of(each.version) },
  { of: 'NimModel.custom', given: { id: 'own', options: { kind: NimKind.LLM, image: 'registry.example.com/own', tag: '1' } }, make: each => NimModel.custom(each.id, each.options) },
  {
    of: 'GpuSlice',
    given: {
      access: SliceAccess.resource('nvidia.com/gpu'), kind: GpuSliceKind.WHOLE, pool: 'p', profile: '1g.10gb', nodeSelector: { zone: 'a' }, tolerations: [{ key: 'a', operator: 'Equal', value: 'b' }],
    },
    make: given => new GpuSlice(given),
  },
  { of: 'GpuSlice.attachTo', given: { containers: ['main'] }, make: given => whole.attachTo(plainDeployment(Testing.chart(), 'workload'), given) },
  {
    of: 'GpuReport.enable',
    given: { title: 'East', fileName: 'gpus', formats: [GpuReportFormat.HTML] },
    make: given => GpuReport.enable(Testing.chart(), given),
  },
  {
    of: 'GpuChecks.acknowledge',
    given: { rule: 'MIG-027', reason: 'meant' },
    make: ({ rule, reason }) => GpuChecks.acknowledge(new NimCache(Testing.chart(), 'c', { model: llm }), rule, reason),
  },
];

/** All that a server takes, for the servers of language models and for Triton. */
const server = {
  image: 'registry.example.com/server:1',
  name: 'server',
  acceptUncertainMemory: 'measured',
  hostResources: { cpu: '4', memory: '16Gi', cpuLimit: '8', memoryLimit: '32Gi' },
  sharedMemory: '4Gi',
  env: { LOG: 'debug' },
  secretEnv: { API_KEY: { secret: 'api', key: 'key' } },
  args: ['--verbose'],
  pullSecrets: ['own-pull'],
  labels: { a: 'b' },
  annotations: { c: 'd' },
  nodeSelector: { zone: 'a' },
  tolerations: [{ key: 'a', operator: 'Equal', value: 'b' }],
  affinity: { nodeAffinity: {} },
  priorityClassName: 'high',
  runtimeClassName: 'nvidia',
  serviceAccountName: 'server',
};
const llmServer = { ...server, version: '0.31.0', source: 'own/llama', servedName: 'llama', huggingFaceToken: { secret: 'hf', key: 'token' } };
const ofLlama = { model: LlmArchitecture.of('meta-llama/Llama-3.1-8B-Instruct'), slice: mig, serving: { contextLength: 4096 } };
const queue = { maxReplicas: 2, waitingPerReplica: 5 };
const claim = { size: '80Gi', storageClass: 'fast', accessMode: NimAccessMode.READ_WRITE_MANY, annotations: { keep: 'yes' } };

const servers: Way[] = [
  { of: 'VllmServer', given: llmServer, make: given => new VllmServer(Testing.chart(), 'made', { ...ofLlama, ...given }) },
  { of: 'SglangServer', given: { ...llmServer, version: '0.5.23' }, make: given => new SglangServer(Testing.chart(), 'made', { ...ofLlama, ...given }) },
  {
    of: 'TritonServer',
    given: { ...server, version: '26.10' },
    make: given => new TritonServer(Testing.chart(), 'made', { slice: mig, footprint, modelRepository: TritonModelRepository.claim('models'), ...given }),
  },
  { of: 'TritonModelRepository.claim', given: { claimName: 'models', subPath: 'a' }, make: each => TritonModelRepository.claim(each.claimName, each.subPath) },
  {
    of: 'TritonModelRepository.objectStore',
    given: { uri: 's3://models/a', credentials: { AWS_SECRET_ACCESS_KEY: { secret: 's3', key: 'key' } } },
    make: each => TritonModelRepository.objectStore(each.uri, each.credentials),
  },
  { of: 'ModelCache.newClaim', given: claim, make: each => ModelCache.newClaim(each) },
  { of: 'ModelCache.existingClaim', given: { claimName: 'models', subPath: 'a' }, make: each => ModelCache.existingClaim(each.claimName, each.subPath) },
  { of: 'ModelCache.emptyDir', given: { sizeLimit: '60Gi' }, make: each => ModelCache.emptyDir(each.sizeLimit) },
  ...(['service', 'pods'] as const).map((way): Way => ({
    of: `ServerMonitor.${way}`, given: { labels: { release: 'a' }, interval: '30s', scrapeTimeout: '10s' }, make: each => ServerMonitor[way](each),
  })),
  { of: 'ServerScaling.keda', given: { ...queue, prometheus: 'http://prometheus:9090', authentication: 'prometheus' }, make: each => ServerScaling.keda(each) },
  { of: 'ServerScaling.hpa', given: { ...queue, metricName: 'waiting' }, make: each => ServerScaling.hpa(each) },
  {
    of: 'GpuQueue',
    given: { quotas: [{ slice: mig, count: 1 }], cohort: 'all', cpu: '64', memory: '512Gi', name: 'queue' },
    make: given => new GpuQueue(Testing.chart(), 'made', { kueue: KueueVersion.V0_17, ...given }),
  },
  {
    of: 'GpuDeviceTaint',
    given: { node: 'a', key: 'example.com/maintenance', value: 'planned' },
    make: given => {
      const chart = Testing.chart();
      const releases = { gpuOperator: GpuOperatorVersion.V26_7, kubernetes: KubernetesVersion.V1_37 };
      const operator = new GpuOperator(chart, 'surrounding-operator', { releases, allocation: GpuAllocation.DRA });
      const pool = new DedicatedGpu(chart, 'surrounding-pool', { operator, nodes: GpuNodes.labeled({ 'example.com/pool': 'gpu' }) });
      return new GpuDeviceTaint(chart, 'made', { pool, ...given });
    },
  },
  {
    of: 'GpuTeam',
    given: { namespace: 'team', labels: { cost: 'a' }, allowances: [{ slice: mig, count: 1 }] },
    make: given => new GpuTeam(Testing.chart(), 'made', given),
  },
];

const constructs: Way[] = [
  ...servers,
  ...services,
  { of: 'NimService', given: { model: llm, slice: whole, footprint, overrides }, make: given => new NimService(Testing.chart(), 'made', given) },
  ...caches,
  {
    of: 'NimCache',
    given: { model: llm, profiles: ['abc'], existingPvc: 'models', nodeSelector: { a: 'b' }, overrides: { env: [{ name: 'A', value: 'b' }] } },
    make: given => new NimCache(Testing.chart(), 'made', given),
  },
  {
    of: 'NimBuild',
    given: build,
    make: given => {
      const chart = Testing.chart();
      return new NimBuild(chart, 'made', { cache: new NimCache(chart, 'c', { model: llm }), slice: whole, ...given });
    },
  },
  {
    of: 'NimPipeline',
    given: {
      name: 'rag',
      services: [
        { name: 'embedder', service: { model: llm, slice: whole, footprint, env: { LOG: 'debug' } } },
        { name: 'generator', service: { model: llm, slice: whole, footprint, overrides }, dependencies: [{ name: 'embedder', envName: 'EMBEDDER', envValue: 'http://embedder' }] },
      ],
    },
    make: given => new NimPipeline(Testing.chart(), 'made', given),
  },
  {
    of: 'NimVoicePipeline',
    given: { authSecret: 'key', pullSecrets: ['pull'], asr: { ...stage, model: NimModel.PARAKEET_1_1B_CTC_EN_US, selector: 'mode=str', env: { LOG: 'debug' } } },
    make: given => new NimVoicePipeline(Testing.chart(), 'made', given),
  },
  {
    of: 'NimRagPipeline',
    given: {
      authSecret: 'key',
      pullSecrets: ['pull'],
      llm: { ...stage, model: llm, env: { LOG: 'debug' } },
      ingestion: { ocr: { ...stage, name: 'ocr', model: NimModel.NEMOTRON_OCR, env: { LOG: 'debug' } } },
    },
    make: given => new NimRagPipeline(Testing.chart(), 'made', given),
  },
  {
    of: 'GpuOperator',
    given: {
      namespace: 'gpu-operator',
      ...RELEASES,
      dra: { kubernetesGates: ['DRAExtendedResource'] },
    },
    make: given => new GpuOperator(Testing.chart(), 'made', given),
  },
  {
    of: 'MigPartitionedGpu',
    given: { nodeLabels: 'handed-out' },
    make: given => {
      const chart = Testing.chart();
      return new MigPartitionedGpu(chart, 'made', { operator: operatorIn(chart), gpu: Gpu.A100_SXM4_80GB, nodes, layout: GpuLayout.whole(), ...given });
    },
  },
  {
    of: 'TimeSlicedGpu',
    given: { nodeLabels: 'handed-out', profiles: ['3g.40gb'], allocationPolicy: 'packed' },
    make: given => {
      const chart = Testing.chart();
      return new TimeSlicedGpu(chart, 'made', { operator: operatorIn(chart), gpu: Gpu.A100_SXM4_80GB, nodes, layouts: [GpuLayout.of({ '3g.40gb': 2 })], replicas: 2, ...given });
    },
  },
  {
    of: 'MpsSharedGpu',
    given: { nodeLabels: 'handed-out' },
    make: given => {
      const chart = Testing.chart();
      return new MpsSharedGpu(chart, 'made', { operator: operatorIn(chart), nodes, replicas: 2, ...given });
    },
  },
  {
    of: 'VoiceBenchmarkArms',
    given: { arms: [{ strategy: BenchmarkStrategy.MIG, profile: '3g.40gb' }], asr: { model: NimModel.PARAKEET_1_1B_CTC_EN_US, env: { LOG: 'debug' } } },
    make: given => {
      const chart = Testing.chart();
      const arms = Array.isArray(given.arms) ? given.arms.map((arm: unknown) => (typeof arm === 'object' && arm !== null ? { nodes: GpuNodes.named(['a'], { gpusPerNode: 3 }), ...arm } : arm)) : given.arms;
      const stages = { llm: { model: llm, footprint }, tts: { model: NimModel.MAGPIE_TTS_MULTILINGUAL, footprint } };
      return new VoiceBenchmarkArms(chart, 'made', { operator: operatorIn(chart), gpu: Gpu.A100_SXM4_80GB, ...stages, ...given, arms });
    },
  },
  {
    of: 'VoicePipelineBenchmark',
    given: {
      image: 'node:24-slim',
      nodeSelector: { pool: 'cpu' },
      resultsClaim: 'results',
      conversation: { sentences: ['How are you?'], language: 'en-US', systemPrompt: 'Answer.' },
      placement: { exporters: ['http://dcgm:9400/metrics'], prometheus: 'http://prometheus:9090' },
      llmApiKey: { secret: 'llm', key: 'token' },
      fault: { kind: 'killed', image: 'python:3.13-slim', tenants: [] },
    },
    make: given => new VoicePipelineBenchmark(Testing.chart(), 'made', { arms: [benchmarkArm()], ...given }),
  },
  {
    of: 'NimBenchmark',
    given: {
      image: 'registry.example.com/aiperf:0.13.0',
      pullSecrets: ['own-pull'],
      nodeSelector: { pool: 'cpu' },
      resultsClaim: 'results',
      apiKey: { secret: 'llm', key: 'token' },
    },
    make: given => new NimBenchmark(Testing.chart(), 'made', { arms: [benchmarkArm()], ...given }),
  },
  {
    of: 'GpuDashboards',
    given: { dashboardLabels: { labels: 'a' }, ruleLabels: { release: 'b' } },
    make: given => new GpuDashboards(Testing.chart(), 'made', given),
  },
  {
    of: 'BenchmarkArm.ofEndpoints',
    given: { name: 'here', llmModel: 'own/model', inputType: 'query', voice: 'Aria' },
    make: given => benchmarkArm(given),
  },
  { of: 'BenchmarkLoad.closed', given: { name: 'heavy' }, make: given => BenchmarkLoad.closed(given.name, 5) },
  { of: 'BenchmarkLoad.open', given: { name: 'heavy' }, make: given => BenchmarkLoad.open(given.name, 5) },
  {
    of: 'BenchmarkArm.ofPipeline',
    given: { name: 'here', llmModel: 'own/model', voice: 'Aria' },
    make: given => BenchmarkArm.ofPipeline(new NimVoicePipeline(Testing.chart(), 'made', { llmEndpoint: NimEndpoint.of({ url: 'http://llm:8000' }) }), given),
  },
  {
    of: 'BenchmarkArm.ofNim',
    given: { name: 'here', llmModel: 'own/model', inputType: 'query', voice: 'Aria' },
    make: given => BenchmarkArm.ofNim(new NimService(Testing.chart(), 'made', { model: llm, slice: whole, footprint }), given),
  },
  {
    of: 'DedicatedGpu',
    given: { nodeLabels: 'handed-out' },
    make: given => {
      const chart = Testing.chart();
      return new DedicatedGpu(chart, 'made', { operator: operatorIn(chart), nodes, ...given });
    },
  },
];

/** Every way by which text comes into a manifest. */
export const WAYS: readonly Way[] = [...constructs, ...makers];

/** Makers whose text looks something up in a catalogue, is only printed, or takes no text: it stands in no manifest. */
export const NO_WAY: readonly string[] = [
  'GpuReport.render',
  'BenchmarkLoad.reference', 'BenchmarkLoad.sweep',
  'Gpu.all', 'Gpu.of', 'Gpu.find', 'Gpu.fromProductLabel', 'Gpu.findByProductLabel', 'Gpu.fromPciDeviceId', 'Gpu.findByPciDeviceId',
  'GpuLayout.of', 'GpuLayout.whole', 'GpuLayout.parse', 'MigProfileName.parse', 'MigProfileName.find',
  'LlmArchitecture.all', 'LlmArchitecture.ids', 'LlmArchitecture.of', 'LlmArchitecture.find', 'LlmArchitecture.fromHuggingFaceConfig',
  'NimModel.all', 'NimModel.of', 'NimModel.find', 'NimModel.findByImage',
  'GpuMemory.wholeGpu', 'GpuMemory.migSlice', 'GpuMemory.mpsShare', 'GpuMemory.setAside', 'GpuMemory.timeSliced', 'GpuMemory.timeSlicedMigSlice', 'GpuMemory.ofMib',
  'GpuFit.check', 'GpuFit.explain', 'ModelFootprint.measured', 'ModelFootprint.ofLlm', 'ModelFootprint.ofNim',
  'StrategyAdvice.of', 'BenchmarkReport.of', 'GpuChecks.of', 'GpuChecks.enable', 'NimEndpoint.ofService', 'ClusterPolicy.helmValues', 'ClusterPolicy.unmanaged',
  'GpuOperatorVersion.all', 'NimOperatorVersion.all', 'KubernetesVersion.all', 'DraDriverVersion.all', 'KueueVersion.all',
];
