import { Chart } from 'cdk8s';
import { SliceAccess } from '../../src/allocation';
import { ModelFootprint } from '../../src/fit';
import { Gpu, GpuSliceKind } from '../../src/hardware';
import { NimKind, NimModel } from '../../src/models';
import {
  NimAccessMode, NimBuild, NimCache, NimCacheProps, NimCacheSource, NimContainer, NimInferencePlatform, NimKServeMode,
  NimPipeline, NimQosProfile, NimRouter, NimService, NimServiceProps, NimSpread, NimStorage,
} from '../../src/nim';
import { GpuSlice } from '../../src/pools';
import { NimOperatorVersion } from '../../src/releases';

export const mig = new GpuSlice({
  access: SliceAccess.resource('nvidia.com/mig-3g.40gb'),
  kind: GpuSliceKind.MIG,
  pool: 'gpu/mig',
  gpu: Gpu.A100_SXM4_80GB,
  profile: '3g.40gb',
  nodeSelector: { 'nvidia.com/mig.config': 'support-1', 'dedicated': '8' },
  tolerations: [{ key: 'gpu', operator: 'Exists', effect: 'NoSchedule' }],
});
export const whole = new GpuSlice({ access: SliceAccess.resource('nvidia.com/gpu'), kind: GpuSliceKind.WHOLE, pool: 'gpu/whole', gpu: Gpu.H100_SXM5_80GB });
export const llm = NimModel.custom('own-llm', { kind: NimKind.LLM, image: 'registry.example.com/own-llm', tag: '1.13.1' });
const embedder = NimModel.custom('own-embedder', { kind: NimKind.EMBEDDING, image: 'registry.example.com/own-embedder', tag: '1' });

export const container: NimContainer = {
  name: 'fetch',
  image: { repository: 'registry.example.com/fetch', tag: '1', pullPolicy: 'Always', pullSecrets: ['other-secret'] },
  command: ['/bin/fetch'],
  args: ['--all'],
  env: [{ name: 'A', value: 'b' }],
  workingDir: '/work',
};

const pickerRouter: NimRouter = {
  hostDomainName: 'example.com',
  annotations: { owner: 'platform' },
  gateway: {
    name: 'main',
    namespace: 'gateways',
    httpRoutesEnabled: true,
    grpcRoutesEnabled: true,
    backendRef: { group: 'inference.networking.k8s.io', kind: 'InferencePool', name: 'pool' },
  },
  eppConfig: {
    containerSpec: container,
    config: {
      apiVersion: 'inference.networking.x-k8s.io/v1alpha1',
      kind: 'EndpointPickerConfig',
      featureGates: ['dataLayer'],
      plugins: [{ name: 'queue', type: 'queue-scorer', parameters: 'e30=' }],
      schedulingProfiles: [{ name: 'default', plugins: [{ pluginRef: 'queue', weight: 1 }] }],
      saturationDetector: { queueDepthThreshold: 5, kvCacheUtilThreshold: 0.8, metricsStalenessThreshold: '200ms' },
      data: { sources: [{ pluginRef: 'source', extractors: [{ pluginRef: 'extractor' }] }] },
    },
    ports: [{ name: 'grpc', containerPort: 9002, protocol: 'TCP', hostPort: 9002, hostIP: '127.0.0.1' }],
    startupProbe: { grpc: { port: 9003 } },
    readinessProbe: { grpc: { port: 9003 } },
    livenessProbe: { grpc: { port: 9003 } },
  },
};

const probe = (path: string) => ({ enabled: true, probe: { httpGet: { path, port: 'api' }, periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 6 } });
const metrics = [{ type: 'Pods', pods: { metric: { name: 'num_requests_waiting' }, target: { type: 'AverageValue', averageValue: '10' } } }];

/** Services that say, together, all that props can say to a release. */
export function maximalServices(release: NimOperatorVersion): Record<string, Partial<NimServiceProps>> {
  const from = (first: NimOperatorVersion) => release.isAtLeast(first);
  const from31 = from(NimOperatorVersion.V3_1_0);
  const from312 = from(NimOperatorVersion.V3_1_2);
  return {
    full: {
      slice: from(NimOperatorVersion.V3_0_2) ? mig : new GpuSlice({ access: SliceAccess.resource('nvidia.com/mig-3g.40gb'), kind: GpuSliceKind.MIG, pool: 'p', memoryMib: 40000 }),
      authSecret: 'own-key',
      pullSecrets: ['own-pull'],
      imageTag: '1.5.0',
      replicas: 2,
      selector: 'mode=str',
      labels: { team: 'speech' },
      annotations: { note: 'full' },
      command: ['start'],
      args: ['-v'],
      userId: 1000,
      groupId: 2000,
      nodeSelector: { zone: 'a-1' },
      tolerations: [{ key: 'spot', operator: 'Exists' }],
      schedulerName: 'gang',
      runtimeClassName: 'kata',
      ...(from(NimOperatorVersion.V3_0_2) && { affinity: { podAffinity: {} }, spreadOverNodes: NimSpread.REQUIRED }),
      ...(from312 && { priorityClassName: 'voice' }),
      ...(from31 && { initContainers: [container], sidecarContainers: [container] }),
      containerResources: { cpu: '4', memory: '16Gi', cpuLimit: '8', memoryLimit: '32Gi' },
      storage: NimStorage.newPvc({ size: '80Gi', storageClass: 'fast', accessMode: NimAccessMode.READ_WRITE_MANY, name: 'models', subPath: 'asr', annotations: { keep: 'yes' } }),
      readOnlyStorage: false,
      sharedMemory: '8Gi',
      expose: {
        service: { type: 'NodePort', port: 9000, grpcPort: 50051, metricsPort: 8002, annotations: { a: 'b' }, ...(from312 && { labels: { c: 'd' } }) },
        ...(from31 && { router: pickerRouter }),
      },
      startupProbe: probe('/v1/health/ready'),
      readinessProbe: probe('/v1/health/ready'),
      livenessProbe: probe('/v1/health/live'),
      metrics: { serviceMonitor: { additionalLabels: { release: 'prometheus' }, annotations: { a: 'b' }, interval: '30s', scrapeTimeout: '10s' } },
      proxy: { httpProxy: 'http://proxy:3128', httpsProxy: 'http://proxy:3128', noProxy: '10.0.0.0/8,.svc', certConfigMap: 'proxy-ca' },
      inferencePlatform: NimInferencePlatform.STANDALONE,
      env: { LOG: 'debug' },
      secretEnv: [{ name: 'HF_TOKEN', secret: 'hf', key: 'token' }],
      envValueFrom: [{ name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
      disruptionBudget: { maxUnavailable: 1 },
    },
    scaled: {
      slice: whole,
      model: llm,
      lora: { source: '/model-store/loras', refreshSeconds: 60, maxGpuLoras: 4, maxCpuLoras: 8, maxRank: 16 },
      autoscaling: { minReplicas: 2, maxReplicas: 4, metrics, behavior: { scaleDown: { stabilizationWindowSeconds: 600 } }, annotations: { a: 'b' } },
      storage: NimStorage.cacheNamed('own-llm', 'abc'),
      ...(from31 && {
        expose: {
          router: {
            hostDomainName: 'example.com',
            ingress: { ingressClass: 'nginx', tlsSecretName: 'tls' },
            eppConfig: { containerSpec: container, configMapRef: { name: 'picker', key: 'config.yaml' } },
          },
        },
      }),
    },
    ray: {
      slice: whole,
      model: llm,
      storage: NimStorage.existingPvc('models', 'llm'),
      multiNode: {
        parallelism: { tensor: 8, pipeline: 2 },
        ...(from(NimOperatorVersion.V3_1_1) && { ray: { rayPort: 6380 } }),
        ...(from31 && { computeDomain: { create: true } }),
      },
    },
    mpi: {
      slice: whole,
      model: llm,
      multiNode: { parallelism: { tensor: 8, pipeline: 2 }, mpi: { mpiStartTimeout: 600 }, ...(from31 && { computeDomain: { name: 'rack' } }) },
    },
    claimed: {
      slice: undefined,
      model: llm,
      footprint: undefined,
      acceptUncertainMemory: 'claims are for 40 GiB and more',
      storage: NimStorage.hostPath('/var/models'),
      draResources: [
        { resourceClaimTemplateName: 'template', requests: ['gpu'] },
        {
          claimCreationSpec: {
            generateName: 'llm',
            devices: [
              {
                name: 'gpu',
                count: 1,
                deviceClassName: 'mig.nvidia.com',
                driverName: 'gpu.nvidia.com',
                attributeSelectors: [
                  { key: 'profile', stringValue: '3g.40gb' }, { key: 'cores', op: 'GreaterThan', intValue: 1 }, { key: 'ecc', boolValue: true },
                  { key: 'driverVersion', op: 'GreaterThanOrEqual', versionValue: '570.0.0' },
                ],
                capacitySelectors: [{ key: 'memory', op: 'GreaterThanOrEqual', value: '40Gi' }],
              },
              { name: 'other', celExpressions: ["device.attributes['gpu.nvidia.com'].profile == '1g.10gb'"] },
            ],
          },
        },
      ],
    },
    oneClaim: { slice: undefined, footprint: undefined, acceptUncertainMemory: 'measured', draResources: [{ resourceClaimName: 'shared' }] },
    ...(from(NimOperatorVersion.V3_0_2) && { temporary: { slice: mig, storage: NimStorage.emptyDir('60Gi') } }),
    kserve: { slice: whole, model: llm, inferencePlatform: NimInferencePlatform.KSERVE, kserveMode: NimKServeMode.STANDARD },
  };
}

/** Caches that say, together, all that props can say to a release. */
export function maximalCaches(release: NimOperatorVersion): Record<string, Partial<NimCacheProps>> {
  return {
    'full-cache': {
      source: NimCacheSource.ngc({
        engine: 'tensorrt_llm',
        precision: 'fp8',
        tensorParallelism: 1,
        qosProfile: NimQosProfile.LATENCY,
        lora: true,
        buildable: false,
        gpus: [{ product: 'h100', ids: ['233010de'] }],
      }),
      imageTag: '1.13.1',
      authSecret: 'own-key',
      pullSecret: 'own-pull',
      resources: { cpu: '2', memory: '8Gi' },
      anyNode: true,
      tolerations: [{ key: 'gpu', operator: 'Exists' }],
      runtimeClassName: 'kata',
      userId: 1000,
      groupId: 2000,
      proxy: { httpProxy: 'http://proxy:3128', httpsProxy: 'http://proxy:3128', noProxy: 'localhost', certConfigMap: 'proxy-ca' },
      env: { LOG: 'debug' },
      secretEnv: [{ name: 'HF_TOKEN', secret: 'hf', key: 'token' }],
      pvc: { size: '80Gi', storageClass: 'fast', accessMode: NimAccessMode.READ_WRITE_MANY, name: 'models', subPath: 'llm', annotations: { keep: 'yes' } },
      ...(release.isAtLeast(NimOperatorVersion.V3_1_0) && { initContainers: [container] }),
    },
    'profile-cache': { source: NimCacheSource.ngcProfiles('abc', 'def'), existingPvc: 'models' },
    'endpoint-cache': { source: NimCacheSource.ngcEndpoint('ngc://org/team/model:1') },
    'hf-cache': { source: NimCacheSource.huggingFace({ namespace: 'meta-llama', modelName: 'Llama-3.1-8B-Instruct', revision: 'main' }) },
    'hf-data-cache': { source: NimCacheSource.huggingFace({ namespace: 'own', datasetName: 'voices', endpoint: 'https://mirror.example.com' }) },
    'store-cache': { source: NimCacheSource.dataStore({ endpoint: 'http://datastore:8000/v1/hf', modelName: 'own', revision: '2' }) },
    'store-data-cache': { source: NimCacheSource.dataStore({ endpoint: 'http://datastore:8000/v1/hf', namespace: 'team', datasetName: 'own' }) },
  };
}

/** Every kind in every form, for a release. */
export function maximalChart(scope: Chart, release: NimOperatorVersion): void {
  for (const [name, props] of Object.entries(maximalServices(release))) {
    new NimService(scope, name, {
      name: name.toLowerCase(),
      model: NimModel.PARAKEET_1_1B_CTC_EN_US,
      slice: mig,
      footprint: ModelFootprint.measured(1000),
      nimOperator: release,
      ...props,
    });
  }
  for (const [name, props] of Object.entries(maximalCaches(release))) {
    new NimCache(scope, name, { name, model: llm, nimOperator: release, ...props });
  }
  const cache = new NimCache(scope, 'buildable', { name: 'buildable', model: llm, source: NimCacheSource.ngc({ buildable: true }), nimOperator: release });
  new NimBuild(scope, 'build', {
    cache,
    profile: 'abc',
    imageTag: '1.13.1',
    modelName: 'own-engine',
    nimOperator: release,
    slice: new GpuSlice({
      access: SliceAccess.resource('nvidia.com/gpu'), kind: GpuSliceKind.WHOLE, pool: 'p', nodeSelector: { zone: 'a-1' }, tolerations: mig.tolerations,
    }),
    env: { LOG: 'debug' },
    secretEnv: [{ name: 'HF_TOKEN', secret: 'hf', key: 'token' }],
    labels: { a: 'b' },
    annotations: { c: 'd' },
    containerResources: { cpu: '4', memory: '64Gi' },
  });
  const footprint = ModelFootprint.measured(1000);
  new NimPipeline(scope, 'pipeline', {
    nimOperator: release,
    services: [
      { name: 'embedder', service: { model: embedder, slice: whole, footprint } },
      { name: 'generator', service: { model: llm, slice: whole, footprint }, dependencies: [{ name: 'embedder', envName: 'EMBEDDER_URL' }] },
      { name: 'spare', service: { model: llm, slice: whole, footprint }, enabled: false },
    ],
  });
}
