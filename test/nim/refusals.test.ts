import { Lazy, Testing } from 'cdk8s';
import { container, llm, mig, whole } from './maximal';
import { SliceAccess } from '../../src/allocation';
import { ClusterModel, isProblem, ManifestDocument, readManifests } from '../../src/cluster';
import { ModelFootprint } from '../../src/fit';
import { Gpu, GpuSliceKind } from '../../src/hardware';
import { NimModel, Precision } from '../../src/models';
import { NimBuild, NimCache, NimCacheProps, NimCacheSource, NimInferencePlatform, NimKServeMode, NimService, NimServiceProps, NimSpread, NimStorage } from '../../src/nim';
import { GpuSlice } from '../../src/pools';
import { NimOperatorVersion } from '../../src/releases';
import { runRules } from '../../src/rules';
import { GpuChecks } from '../../src/synthesis';
import { manifestOf } from '../cluster';

const footprint = ModelFootprint.measured(1000);

function service(props: Partial<NimServiceProps> = {}): any {
  const chart = Testing.chart();
  new NimService(chart, 'asr', { name: 'asr', model: NimModel.PARAKEET_1_1B_CTC_EN_US, slice: mig, footprint, ...props });
  return manifestOf(chart, 'NIMService').spec;
}

function cache(props: Partial<NimCacheProps> = {}): any {
  const chart = Testing.chart();
  new NimCache(chart, 'cache', { model: llm, ...props });
  return manifestOf(chart, 'NIMCache').spec;
}

describe('a typo in overrides is an error with the nearest field', () => {
  test.each([
    [{ replica: 2 }, /spec.replica is no field of nim-operator 3.1.*\[SCH-001\]; write replicas/],
    [{ expose: { service: { grpcport: 1 } } }, /spec.expose.service.grpcport is no field.*write grpcPort/],
    [{ router: { hostDomainName: 'example.com', ingress: { ingressClass: 'nginx' } } }, /spec.router is no field/],
    [{ startupProbe: { probe: { initialDelay: 5 } } }, /startupProbe.probe.initialDelay is no field.*write initialDelaySeconds/],
    [{ startupProbe: { failureThreshold: 360 } }, /startupProbe.failureThreshold is no field/],
    [{ tolerations: [{ keys: 'gpu' }] }, /tolerations.0.keys is no field.*write key/],
  ])('%j', (overrides, message) => {
    expect(() => service({ overrides })).toThrow(message);
  });

  test.each([
    [{ userID: '1000' }, /spec.userID is "1000", a whole number is expected \[SCH-002\]; remove the quotes/],
    [{ expose: { service: { metricsPort: 70000 } } }, /metricsPort is 70000, at most 65535 is allowed \[SCH-004\]/],
    [{ inferencePlatform: 'kServe' }, /is "kServe", not one of "standalone", "kserve" \[SCH-003\]; write "kserve"/],
    [{ multiNode: {} }, /multiNode has no parallelism, which is required \[SCH-005\]/],
    [{ metrics: { enabled: true, serviceMonitor: { interval: '30 seconds' } } }, /interval is "30 seconds", which does not match/],
  ])('and so is a value that the CRD does not take: %j', (overrides, message) => {
    expect(() => service({ overrides })).toThrow(message);
  });

  test('the same holds for what is passed through as in Kubernetes', () => {
    expect(() => service({ affinity: { nodeAffinty: {} } })).toThrow(/spec.affinity.nodeAffinty is no field.*write nodeAffinity/);
    expect(() => service({ readinessProbe: { probe: { httpGet: { path: '/', port: 'api' }, periodSecond: 3 } } })).toThrow(/write periodSeconds/);
    expect(() => service({ tolerations: [{ key: 'a', operater: 'Exists' }] })).toThrow(/write operator/);
  });

  test('several typos are one message, the first line for itself', () => {
    const twice = () => service({ overrides: { replica: 2, expos: {} } });
    expect(twice).toThrow(/^test\/asr: spec.replica is no field.*\n {2}spec.expos is no field.*write expose$/);
  });

  test('in a NIMCache and a NIMBuild too', () => {
    expect(() => cache({ overrides: { storage: { pvc: { sizes: '1Gi' } } } })).toThrow(/spec.storage.pvc.sizes is no field.*write size/);
    const chart = Testing.chart();
    const own = new NimCache(chart, 'cache', { model: llm });
    expect(() => new NimBuild(chart, 'build', { cache: own, slice: whole, overrides: { modelname: 'x' } })).toThrow(/spec.modelname.*write modelName/);
  });

  test('a value that is known at synthesis only is left to the rules', () => {
    expect(service({ overrides: { priorityClassName: Lazy.any({ produce: () => 'voice' }) } }).priorityClassName).toBe('voice');
  });
});

describe('a field that the release does not know is an error that names both', () => {
  test.each<[NimOperatorVersion, Partial<NimServiceProps>, RegExp]>([
    [NimOperatorVersion.V3_0_0, { spreadOverNodes: NimSpread.PREFERRED }, /spec.affinity is known from NIM Operator 3.0.2 on, and 3.0.0 drops it \[NIM-102\]/],
    [NimOperatorVersion.V3_0_1, { slice: whole, storage: NimStorage.emptyDir() }, /spec.storage.emptyDir is known from NIM Operator 3.0.2 on, and 3.0.1/],
    [NimOperatorVersion.V3_0_2, { initContainers: [container] }, /spec.initContainers is known from NIM Operator 3.1.0 on, and 3.0.2/],
    [NimOperatorVersion.V3_0_2, { expose: { router: { hostDomainName: 'example.com' } } }, /spec.expose.router is known from NIM Operator 3.1.0/],
    [NimOperatorVersion.V3_1_0, { slice: whole, multiNode: { parallelism: { tensor: 1, pipeline: 2 }, ray: {} } }, /multiNode.ray is known from NIM Operator 3.1.1/],
    [NimOperatorVersion.V3_1_1, { priorityClassName: 'voice' }, /spec.priorityClassName is known from NIM Operator 3.1.2 on, and 3.1.1/],
    [NimOperatorVersion.V3_1_1, { expose: { service: { labels: { a: 'b' } } } }, /expose.service.labels is known from NIM Operator 3.1.2/],
    [NimOperatorVersion.V3_0_2, { overrides: { sidecarContainers: [container] } }, /sidecarContainers is known from NIM Operator 3.1.0/],
    [NimOperatorVersion.V3_0_2, { replicas: 0 }, /spec.replicas is 0, at least 1 is needed/],
  ])('%s: %j', (nimOperator, props, message) => {
    expect(() => service({ nimOperator, ...props })).toThrow(message);
  });

  test('and it is said once', () => {
    const once = () => service({ nimOperator: NimOperatorVersion.V3_0_2, initContainers: [container] });
    expect(once).toThrow(/^[^\n]*$/);
  });

  test('the newest release takes them all, and nothing is annotated when none is named', () => {
    const chart = Testing.chart();
    new NimService(chart, 'asr', { model: NimModel.PARAKEET_1_1B_CTC_EN_US, slice: mig, footprint, priorityClassName: 'voice' });
    expect(manifestOf(chart, 'NIMService').metadata.annotations).not.toHaveProperty(['cdk8s-gpu/nim-operator']);
  });
});

describe('bad input', () => {
  test.each([NaN, -1, 0, 1.5, Infinity, 70000])('%d is no port', port => {
    expect(() => service({ expose: { service: { port } } })).toThrow(/expose.service.port must be a whole number from 1 to 65535, got/);
    expect(() => service({ expose: { service: { grpcPort: port } } })).toThrow(/grpcPort/);
  });

  test.each([NaN, -1, 1.5, Infinity])('%d is no count', count => {
    const wrong = new RegExp(`whole number from \\d+.*got ${count}`);
    expect(() => service({ userId: count })).toThrow(wrong);
    expect(() => service({ replicas: count })).toThrow(wrong);
    expect(() => service({ startupSeconds: count })).toThrow(wrong);
    expect(() => service({ slice: whole, model: llm, multiNode: { parallelism: { tensor: count, pipeline: 2 } } })).toThrow(wrong);
    expect(() => service({ slice: whole, model: llm, multiNode: { parallelism: { tensor: 1, pipeline: count } } })).toThrow(wrong);
    expect(() => service({ disruptionBudget: { minAvailable: count } })).toThrow(wrong);
    expect(() => service({ slice: whole, model: llm, lora: { source: '/l', maxRank: count } })).toThrow(wrong);
    expect(() => cache({ userId: count })).toThrow(wrong);
    expect(() => cache({ source: NimCacheSource.ngc({ tensorParallelism: count }) })).toThrow(wrong);
  });

  test.each(['', '  '])('"%s" is no name', empty => {
    const wrong = /is empty/;
    expect(() => service({ authSecret: empty })).toThrow(wrong);
    expect(() => service({ pullSecrets: [empty] })).toThrow(wrong);
    expect(() => service({ imageTag: empty })).toThrow(wrong);
    expect(() => service({ selector: empty })).toThrow(wrong);
    expect(() => service({ schedulerName: empty })).toThrow(wrong);
    expect(() => service({ storage: NimStorage.existingPvc(empty) })).toThrow(wrong);
    expect(() => service({ storage: NimStorage.cacheNamed(empty) })).toThrow(wrong);
    expect(() => service({ expose: { router: { hostDomainName: 'a.com', ingress: { ingressClass: empty } } } })).toThrow(wrong);
    expect(() => service({ sidecarContainers: [{ ...container, name: empty }] })).toThrow(wrong);
    expect(() => cache({ pullSecret: empty })).toThrow(wrong);
    expect(() => cache({ existingPvc: empty })).toThrow(wrong);
    expect(() => cache({ source: NimCacheSource.ngcEndpoint(empty) })).toThrow(wrong);
    expect(() => cache({ source: NimCacheSource.huggingFace({ namespace: empty, modelName: 'm' }) })).toThrow(wrong);
    expect(() => cache({ profiles: [empty] })).toThrow(wrong);
  });

  test.each(['0', '-1Gi', '5 GB', '', '1Gib'])('"%s" is no size', size => {
    expect(() => service({ sharedMemory: size })).toThrow(/sharedMemory ".*" is no quantity above 0 \[NIM-047\]/);
    expect(() => service({ containerResources: { cpu: size } })).toThrow(/containerResources.cpu/);
    expect(() => service({ storage: NimStorage.newPvc({ size }) })).toThrow(/NIM-042/);
    expect(() => cache({ resources: { memory: size } })).toThrow(/resources.memory/);
  });
});

describe('what excludes each other', () => {
  const scaled = { maxReplicas: 2, metrics: [] };
  test.each<[string, Partial<NimServiceProps>, RegExp]>([
    ['slice and claims', { draResources: [{ resourceClaimName: 'c' }] }, /give exactly one of them/],
    ['neither slice nor claims', { slice: undefined }, /give exactly one of them/],
    ['several nodes and autoscaling', { slice: whole, autoscaling: scaled, multiNode: { parallelism: { tensor: 1, pipeline: 2 } } }, /NIM-005/],
    ['MPI and Ray', { slice: whole, multiNode: { parallelism: { tensor: 1, pipeline: 2 }, mpi: {}, ray: {} } }, /NIM-096/],
    ['several nodes and KServe', { slice: whole, inferencePlatform: NimInferencePlatform.KSERVE, multiNode: { parallelism: { tensor: 1, pipeline: 2 } } }, /NIM-086/],
    ['several nodes and spread', { slice: whole, spreadOverNodes: NimSpread.REQUIRED, multiNode: { parallelism: { tensor: 1, pipeline: 2 } } }, /spreadOverNodes goes by/],
    ['KServe and a disruption budget', { inferencePlatform: NimInferencePlatform.KSERVE, disruptionBudget: { minAvailable: 1 } }, /disruptionBudget goes by/],
    ['a KServe mode without KServe', { kserveMode: NimKServeMode.STANDARD }, /kserveMode has no meaning/],
    ['ingress and gateway', { expose: { router: { hostDomainName: 'a.com', ingress: { ingressClass: 'n' }, gateway: { name: 'g', namespace: 'n' } } } }, /NIM-070/],
    ['a domain in capitals', { expose: { router: { hostDomainName: 'Example.com' } } }, /NIM-072/],
    ['gRPC routes without a port', { model: llm, slice: whole, expose: { router: { hostDomainName: 'a.com', gateway: { name: 'g', namespace: 'n', grpcRoutesEnabled: true } } } }, /NIM-073/],
    ['two ways to say the start', { startupSeconds: 60, startupProbe: {} }, /startupSeconds and startupProbe/],
    ['a probe without handler', { readinessProbe: { probe: { periodSeconds: 3 } } }, /NIM-056/],
    ['an empty monitor', { metrics: { serviceMonitor: {} } }, /NIM-082/],
    ['a domain that is neither made nor named', { slice: whole, multiNode: { parallelism: { tensor: 1, pipeline: 2 }, computeDomain: {} } }, /NIM-097/],
    ['a domain that is both', { slice: whole, multiNode: { parallelism: { tensor: 1, pipeline: 2 }, computeDomain: { create: true, name: 'x' } } }, /NIM-097/],
    ['the label app', { labels: { app: 'x' } }, /NIM-034/],
    ['a class that is a number', { priorityClassName: '100' }, /NIM-036/],
    ['a subPath that is a number', { storage: NimStorage.newPvc({ subPath: '2024' }) }, /NIM-032/],
    ['two sidecars of a name', { sidecarContainers: [container, container] }, /sidecarContainers has fetch twice/],
    ['a variable twice', { env: { A: 'b' }, secretEnv: [{ name: 'A', secret: 's', key: 'k' }] }, /the variable A is given twice/],
    ['a value in envValueFrom', { envValueFrom: [{ name: 'LOG', value: 'debug' }] }, /an entry of envValueFrom/],
    ['a proxy without scheme', { proxy: { httpProxy: 'proxy:3128' } }, /NIM-158/],
    ['a budget of both', { disruptionBudget: { minAvailable: 1, maxUnavailable: 1 } }, /exactly one of minAvailable and maxUnavailable/],
    ['a budget of nothing', { disruptionBudget: {} }, /exactly one of minAvailable and maxUnavailable/],
    ['LoRA for speech', { lora: { source: '/loras' } }, /only language models take LoRA adapters/],
    ['LoRA from nowhere', { slice: whole, model: llm, lora: { source: 'loras' } }, /no absolute directory/],
    ['two GPUs of slices', { model: llm, serving: { tensorParallel: 2 } }, /2 GPUs a pod need whole GPUs/],
    ['one claim for several pods', { slice: undefined, acceptUncertainMemory: 'm', replicas: 2, draResources: [{ resourceClaimName: 'c' }] }, /one claim for several replicas/],
    ['claims whose memory nobody answers for', { slice: undefined, footprint: undefined, draResources: [{ resourceClaimName: 'c' }] }, /acceptUncertainMemory/],
  ])('%s', (_, props, message) => {
    expect(() => service(props)).toThrow(message);
  });

  test('a password in a proxy is refused and not repeated', () => {
    const refused = () => service({ proxy: { httpsProxy: 'http://me:very-private@proxy:3128' } });
    expect(refused).toThrow(/proxy.httpsProxy has a password in it/);
    expect(refused).not.toThrow(/very-private/);
  });

  test.each<[string, object, RegExp]>([
    ['no value', { attributeSelectors: [{ key: 'profile' }] }, /attribute profile has no value/],
    ['two values', { attributeSelectors: [{ key: 'profile', stringValue: 'a', intValue: 1 }] }, /2 values/],
    ['a text that is greater', { attributeSelectors: [{ key: 'profile', op: 'GreaterThan', stringValue: 'a' }] }, /takes Equal or NotEqual/],
    ['a key twice', { attributeSelectors: [{ key: 'memory', intValue: 1 }], capacitySelectors: [{ key: 'memory', value: '1Gi' }] }, /selects by memory twice/],
    ['selectors and CEL', { attributeSelectors: [{ key: 'a', intValue: 1 }], celExpressions: ['true'] }, /celExpressions beside selectors/],
    ['CEL that YAML reads otherwise', { celExpressions: ['!device.ok'] }, /does not survive the operator's template/],
    ['CEL with a choice', { celExpressions: ['a ? b : c'] }, /does not survive/],
    ['CEL with a comment', { celExpressions: ['a #b'] }, /does not survive/],
    ['no device', { count: 0 }, /count must be a whole number from 1/],
    ['an unknown comparison', { capacitySelectors: [{ key: 'memory', op: 'Near', value: '1Gi' }] }, /is "Near", not one of/],
  ])('a claim with %s', (_, device, message) => {
    const draResources = [{ claimCreationSpec: { devices: [{ name: 'gpu', ...device }] } }];
    expect(() => service({ slice: undefined, acceptUncertainMemory: 'm', footprint: undefined, draResources })).toThrow(message);
  });

  test.each<[string, Partial<NimCacheProps>, RegExp]>([
    ['profiles and a source', { profiles: ['a'], source: NimCacheSource.ngc() }, /source and profiles/],
    ['all beside others', { source: NimCacheSource.ngcProfiles('all', 'a') }, /NIM-147/],
    ['a new claim and an old one', { pvc: {}, existingPvc: 'a' }, /give one of them/],
    ['any node and some', { anyNode: true, nodeSelector: { a: 'b' } }, /contradict each other/],
    ['an empty selector', { nodeSelector: {} }, /NIM-154/],
    ['no model', { source: NimCacheSource.huggingFace({ namespace: 'n' }) }, /NIM-145/],
    ['model and data set', { source: NimCacheSource.huggingFace({ namespace: 'n', modelName: 'm', datasetName: 'd' }) }, /NIM-145/],
    ['no URL', { source: NimCacheSource.huggingFace({ namespace: 'n', modelName: 'm', endpoint: 'huggingface.co' }) }, /NIM-143/],
    ['a data store without its path', { source: NimCacheSource.dataStore({ endpoint: 'http://d:8000', modelName: 'm' }) }, /NIM-144\]; write http:\/\/d:8000\/v1\/hf/],
    ['a secret in the open', { env: { HF_TOKEN: 'hf-1' } }, /HF_TOKEN looks like a secret/],
  ])('a cache with %s', (_, props, message) => {
    expect(() => cache(props)).toThrow(message);
  });
});

/**
 * What is wrong in six of the operator's own samples (config/samples/nim/serving, main): five have `replicas` beside
 * `scale.enabled`, one has `router` outside of `expose`.
 */
describe('mistakes that the operator\'s own samples make', () => {
  const sample = (spec: string) => `apiVersion: apps.nvidia.com/v1alpha1
kind: NIMService
metadata: {name: llm, namespace: nim}
spec:
  image: {repository: registry.example.com/llm, tag: "2"}
  authSecret: key
  storage: {nimCache: {name: llm}}
  resources: {limits: {nvidia.com/gpu: 1}}
  ${spec}`;
  const scale = 'scale: {enabled: true, hpa: {maxReplicas: 2, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]}}';
  const rulesOf = (text: string) => {
    const model = new ClusterModel({});
    for (const read of readManifests(text, 'llm.yaml')) {
      if (!isProblem(read)) { model.add(read as ManifestDocument); }
    }
    return runRules(model).filter(({ severity }) => severity === 'error').map(({ rule }) => rule);
  };
  const kserve = `inferencePlatform: kserve\n  annotations: {serving.kserve.io/deploymentMode: Standard}\n  replicas: 1\n  ${scale}`;
  const full = `replicas: 1\n  ${scale}\n  metrics: {enabled: true, serviceMonitor: {additionalLabels: {release: prometheus}}}`;

  test.each([
    ['autoscaling of an LLM', `replicas: 1\n  ${scale}\n  expose: {service: {port: 8000}}`, 'NIM-004'],
    ['autoscaling of a multi-LLM', `env: [{name: NIM_MODEL_NAME, value: own}]\n  replicas: 1\n  ${scale}\n  expose: {service: {port: 8000}}`, 'NIM-004'],
    ['an LLM in full', `${full}\n  expose: {service: {port: 8000}}`, 'NIM-004'],
    ['a multi-LLM in full', `env: [{name: NIM_MODEL_NAME, value: own}]\n  ${full}\n  expose: {service: {port: 8000}}`, 'NIM-004'],
    ['an LLM on KServe', `${kserve}\n  expose: {service: {port: 8000}}`, 'NIM-004'],
    ['a router beside expose', 'router: {hostDomainName: example.com, ingress: {ingressClass: nginx}}\n  expose: {service: {port: 8000}}', 'NIM-077'],
  ])('%s is found by its rule', (_, spec, rule) => {
    expect(rulesOf(sample(spec))).toContain(rule);
  });

  test('and cannot be written by a construct', () => {
    const autoscaling = { maxReplicas: 2, metrics: [] };
    expect(() => service({ replicas: 1, autoscaling })).toThrow(/NIM-004/);
    expect(() => service({ overrides: { scale: { enabled: true, hpa: { maxReplicas: 2 } } } })).toThrow(/NIM-004/);
    expect(() => service({ autoscaling, overrides: { replicas: 1 } })).toThrow(/NIM-004/);
    expect(() => service({ slice: whole, model: llm, inferencePlatform: NimInferencePlatform.KSERVE, kserveMode: NimKServeMode.STANDARD, replicas: 1, autoscaling })).toThrow(/NIM-004/);
    expect(() => service({ overrides: { router: { hostDomainName: 'example.com' } } })).toThrow(/spec.router is no field/);
  });
});

test('KServe in Knative mode with autoscaling is an error at synthesis', () => {
  const chart = Testing.chart();
  new NimService(chart, 'llm', {
    name: 'llm',
    model: llm,
    slice: whole,
    footprint,
    inferencePlatform: NimInferencePlatform.KSERVE,
    kserveMode: NimKServeMode.KNATIVE,
    autoscaling: { maxReplicas: 2, metrics: [] },
  });
  expect(GpuChecks.of(chart).errors.map(({ rule }) => rule)).toContain('NIM-087');
});

describe('a slip of the pen in a selector', () => {
  test.each([
    ['mode=stream', /selector "mode=stream" has mode=stream; mode is one of str, str-thr, ofl, all. Give one, or a newer one by env NIM_TAGS_SELECTOR/],
    ['mode=str,vad:silero', /the part "vad:silero", which is no key=value; write it as in mode=str,vad=silero/],
    ['mode=str,dairizer=disabled', /has "dairizer", which no speech NIM knows; write diarizer/],
    ['batchsize=8', /write batch_size/],
    ['batch_size=many', /give a whole number/],
    ['mode=str,', /no key=value/],
  ])('%s is refused with what was meant', (selector, message) => {
    expect(() => service({ selector })).toThrow(message);
  });

  test.each(['name=parakeet-1-1b-ctc-en-us,mode=str-thr,vad=silero,diarizer=sortformer', 'type=en-US,mode=str', 'model_type=rmir,batch_size=32', 'flavour=new'])('%s passes', selector => {
    expect(service({ selector }).env).toContainEqual({ name: 'NIM_TAGS_SELECTOR', value: selector });
  });

  test('is passed on for a language model, whose profiles are called otherwise', () => {
    expect(service({ model: llm, selector: 'precision:fp8' }).env).toContainEqual({ name: 'NIM_TAGS_SELECTOR', value: 'precision:fp8' });
  });
});

test('the cache of another model is refused', () => {
  const chart = Testing.chart();
  const other = new NimCache(chart, 'cache', { name: 'llms', model: llm });
  expect(() => new NimService(chart, 'asr', { model: NimModel.PARAKEET_1_1B_CTC_EN_US, slice: mig, footprint, storage: NimStorage.cache(other) }))
    .toThrow('test/asr: storage is the cache llms of own-llm, and this is parakeet-1-1b-ctc-en-us; give the cache of this model');
});

test('a precision that the board does not have is refused, where the NIM says so', () => {
  const a100 = new GpuSlice({ access: SliceAccess.resource('nvidia.com/gpu'), kind: GpuSliceKind.WHOLE, pool: 'p', gpu: Gpu.A100_SXM4_80GB });
  const nano = { model: NimModel.NEMOTRON_3_NANO, slice: a100 };
  expect(() => service({ ...nano, serving: { precision: Precision.FP8 } })).toThrow(/nemotron-3-nano in fp8 needs compute capability 8.9 or later, A100 SXM4 80GB has 8.0; give another board, precision/);
  expect(() => service({ ...nano, selector: 'precision=fp8,tp=1' })).toThrow(/in fp8 needs compute capability 8.9/);
  expect(() => service({ ...nano, serving: { precision: Precision.BF16 } })).not.toThrow();
});

describe('what a newcomer writes first', () => {
  const source = (modelName: string) => NimCacheSource.huggingFace({ namespace: 'meta-llama', modelName });

  test('a model of Hugging Face with its namespace in the name', () => {
    expect(() => cache({ source: source('meta-llama/Llama-3.1-8B-Instruct') })).toThrow(/the operator puts namespace meta-llama before it \[NIM-184\]; write Llama-3.1-8B-Instruct$/);
    expect(() => cache({ source: source('other/Llama') })).toThrow(/write Llama, with namespace other$/);
    expect(cache({ source: source('Llama-3.1-8B-Instruct') }).source.hf.modelName).toBe('Llama-3.1-8B-Instruct');
  });

  const utilization = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } };
  const byValue = { type: 'Resource', resource: { name: 'cpu', target: { type: 'AverageValue', averageValue: '2' } } };

  test('autoscaling by the utilization of what is not requested', () => {
    const autoscaling = { maxReplicas: 3, metrics: [utilization] };
    expect(() => service({ autoscaling })).toThrow(/autoscaling by cpu utilization.*\[NIM-185\]; give containerResources.cpu/);
    expect(service({ autoscaling, containerResources: { cpu: '4' } }).resources.requests.cpu).toBe('4');
    expect(service({ autoscaling: { maxReplicas: 3, metrics: [byValue] } }).scale.enabled).toBe(true);
  });

  test('overrides that drop the toleration of the pool', () => {
    const TAINT = [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }];
    const tainted = new GpuSlice({ access: SliceAccess.resource('nvidia.com/gpu'), kind: GpuSliceKind.WHOLE, pool: 'p', gpu: Gpu.of('h200-sxm-141gb'), tolerations: TAINT });
    const own = { key: 'team', operator: 'Exists' };
    expect(() => service({ slice: tainted, overrides: { tolerations: [own] } })).toThrow(/that of the taint nvidia.com\/gpu of the pool's nodes would be lost/);
    expect(service({ slice: tainted, overrides: { tolerations: [{ operator: 'Exists' }] } }).tolerations).toEqual([{ operator: 'Exists' }]);
    expect(service({ slice: tainted, overrides: { tolerations: [own, { key: 'nvidia.com/gpu', operator: 'Exists' }] } }).tolerations).toHaveLength(2);
    expect(service({ slice: tainted, tolerations: [own] }).tolerations).toHaveLength(2);
  });
});

test('autoscaling down to none, which 3.1.3 and a metric from outside make possible', () => {
  const toNone = (type: string, nimOperator?: string) => () => service({
    autoscaling: { minReplicas: 0, maxReplicas: 3, metrics: [{ type }] },
    ...nimOperator !== undefined && { nimOperator: NimOperatorVersion.of(nimOperator) },
  });
  expect(toNone('External', '3.1.3')().scale.hpa.minReplicas).toBe(0);
  expect(toNone('Object', '3.2')().scale.hpa.minReplicas).toBe(0);
  expect(toNone('External', '3.1.2')).toThrow(/0 needs NIM Operator 3.1.3 and a metric of type External or Object/);
  expect(toNone('External')).toThrow('[NIM-007]');
  expect(toNone('Resource', '3.1.4')).toThrow('[NIM-007]');
});
