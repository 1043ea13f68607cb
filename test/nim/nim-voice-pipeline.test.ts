import { Testing } from 'cdk8s';
import { GpuNodes, SliceAccess } from '../../src/allocation';
import { Gpu, GpuLayout, GpuSliceKind } from '../../src/hardware';
import { NimKind, NimModel } from '../../src/models';
import { NimInferencePlatform, NimServiceOptions, NimSpread } from '../../src/nim';
import { NimEndpoint, NimStagePlacement, NimVoicePipeline, NimVoicePipelineProps } from '../../src/pipelines';
import { DedicatedGpu, GpuSlice, MigPartitionedGpu, TimeSlicedGpu } from '../../src/pools';
import { NimOperatorVersion } from '../../src/releases';
import { GpuChecks } from '../../src/synthesis';
import { NimCaller } from '../../src/workloads';
import { clusterWith, manifestOf, manifestsOf } from '../cluster';

const ASR = { name: 'asr', model: NimModel.PARAKEET_1_1B_CTC_EN_US };
const SHORT = { contextLength: 8192 };
const TTS = { name: 'tts', model: NimModel.MAGPIE_TTS_MULTILINGUAL };
const LLM = { name: 'llm', model: NimModel.LLAMA_3_1_8B_INSTRUCT, imageTag: '1.13.1' };

/** Nodes of a whole and a halved A100 each, and a pipeline on them. */
function voiceOn(nodes: string[], props: (pool: MigPartitionedGpu) => NimVoicePipelineProps) {
  const { chart, operator } = clusterWith();
  const pool = new MigPartitionedGpu(chart, 'mig', {
    operator,
    gpu: Gpu.A100_SXM4_80GB,
    nodes: GpuNodes.named(nodes, { gpusPerNode: 2 }),
    layouts: [GpuLayout.of({ '3g.40gb': 2 }), GpuLayout.whole()],
  });
  return { chart, voice: new NimVoicePipeline(chart, 'voice', props(pool)) };
}

const all = (pool: MigPartitionedGpu): NimVoicePipelineProps => ({
  asr: { ...ASR, slice: pool.slice('3g.40gb') },
  llm: { ...LLM, slice: pool.wholeGpu(), serving: SHORT },
  tts: { ...TTS, slice: pool.slice('3g.40gb') },
});

const variable = (chart: any, service: RegExp, name: string) =>
  manifestOf(chart, 'NIMService', service).spec.env?.find((each: any) => each.name === name)?.value;

describe('a stage that runs elsewhere', () => {
  test('is called like one that runs here, and nothing is made for it', () => {
    const { chart, voice } = voiceOn(['a'], pool => ({ ...all(pool), llm: undefined, llmEndpoint: NimEndpoint.of({ url: 'https://llm.example.com' }) }));
    expect(manifestsOf(chart, 'NIMService').map(each => each.metadata.name)).toEqual(['asr', 'tts']);
    expect(voice.llm).toBeUndefined();
    expect(voice.environment()).toEqual({
      ASR_URL: 'http://asr:9000',
      ASR_GRPC_TARGET: 'asr:50051',
      ASR_HEALTH_URL: 'http://asr:9000/v1/health/ready',
      LLM_URL: 'https://llm.example.com',
      LLM_HEALTH_URL: 'https://llm.example.com/v1/health/ready',
      TTS_URL: 'http://tts:9000',
      TTS_GRPC_TARGET: 'tts:50051',
      TTS_HEALTH_URL: 'http://tts:9000/v1/health/ready',
    });
  });

  test('may be known by its gRPC target alone, and a stage that is left out gives no variable', () => {
    const voice = new NimVoicePipeline(Testing.chart(), 'voice', { asrEndpoint: NimEndpoint.of({ grpcTarget: 'asr.speech.svc:50051' }) });
    expect(voice.environment()).toEqual({ ASR_GRPC_TARGET: 'asr.speech.svc:50051' });
    expect([voice.llmEndpoint, voice.tts, voice.ttsEndpoint]).toEqual([undefined, undefined, undefined]);
  });

  test('cannot run here too', () => {
    expect(() => voiceOn(['a'], pool => ({ ...all(pool), asrEndpoint: NimEndpoint.of({ grpcTarget: 'asr:50051' }) })))
      .toThrow('gpu/voice/asr: the stage is given as a NIM and as an endpoint that exists; give one of them');
  });
});

describe('the profile that nobody chose', () => {
  test('streams, for recognition, and says so', () => {
    const { chart, voice } = voiceOn(['a'], all);
    expect(variable(chart, /^asr$/, 'NIM_TAGS_SELECTOR')).toBe('mode=str,vad=silero');
    expect(voice.decisions[0]).toMatch(/^asr: no selector was given; "mode=str,vad=silero" was chosen.*3g.40gb on NVIDIA-A100-SXM4-80GB it streams. Give selector/);
  });

  test('takes less where the slice is small', () => {
    const { chart, operator } = clusterWith();
    const pool = new MigPartitionedGpu(chart, 'mig', {
      operator, gpu: Gpu.A100_SXM4_80GB, nodes: GpuNodes.named(['a'], { gpusPerNode: 1 }), layout: GpuLayout.of({ '1g.10gb': 7 }),
    });
    new NimVoicePipeline(chart, 'voice', { asr: { ...ASR, slice: pool.slice('1g.10gb') } });
    expect(variable(chart, /^asr$/, 'NIM_TAGS_SELECTOR')).toBe('mode=str,vad=default,diarizer=disabled');
  });

  test.each([
    ['half an A100', (): GpuSlice => wholeOf(Gpu.A100_SXM4_80GB, 2), 'batch_size=8'],
    ['a whole H200', (): GpuSlice => wholeOf(Gpu.H200_SXM_141GB, 1), 'batch_size=64'],
    // one of two tenants has a fair part of the memory only, although the device has room for one large batch
    ['half an H200', (): GpuSlice => wholeOf(Gpu.H200_SXM_141GB, 2), 'batch_size=8'],
  ])('has the largest batch that fits, for synthesis on %s', (_, slice, batch) => {
    const chart = Testing.chart();
    const voice = new NimVoicePipeline(chart, 'voice', { tts: { ...TTS, slice: slice() } });
    expect(variable(chart, /^tts$/, 'NIM_TAGS_SELECTOR')).toBe(`name=magpie-tts-multilingual,${batch}`);
    expect(voice.decisions).toHaveLength(1);
  });

  test('has the model\'s own context where that fits, for a language model, and else one that does; the engine is told', () => {
    const contextOn = (profile: string) => {
      const chart = Testing.chart();
      const slice = new GpuSlice({ access: SliceAccess.resource(`nvidia.com/mig-${profile}`), kind: GpuSliceKind.MIG, pool: 'p', gpu: Gpu.A100_SXM4_80GB, profile });
      const { decisions } = new NimVoicePipeline(chart, 'voice', { llm: { ...LLM, slice } });
      return { decisions, context: Number(variable(chart, /^llm$/, 'NIM_MAX_MODEL_LEN')) };
    };
    expect(contextOn('3g.40gb')).toEqual({ decisions: [], context: 131072 });
    const { decisions, context } = contextOn('2g.20gb');
    expect(context % 1024).toBe(0);
    expect(context).toBeGreaterThan(1024);
    expect(context).toBeLessThan(131072);
    expect(decisions).toEqual([expect.stringContaining(`a context of ${context} tokens for one request at a time was chosen`)]);
  });

  test.each<[string, Partial<NimServiceOptions>]>([
    ['a selector', { selector: 'mode=str,vad=default' }],
    ['an environment variable', { env: { NIM_TAGS_SELECTOR: 'mode=str,vad=default' } }],
  ])('is not chosen beside %s', (_, given) => {
    const { chart, voice } = voiceOn(['a'], pool => ({ asr: { ...ASR, ...given, slice: pool.wholeGpu() } }));
    expect(variable(chart, /^asr$/, 'NIM_TAGS_SELECTOR')).toBe('mode=str,vad=default');
    expect(voice.decisions).toEqual([]);
  });

  test('is not chosen where nothing surely fits: the memory check says what would', () => {
    const slice = new GpuSlice({ access: SliceAccess.resource('nvidia.com/mig-1g.10gb'), kind: GpuSliceKind.MIG, pool: 'p', gpu: Gpu.A100_SXM4_80GB, profile: '1g.10gb' });
    expect(() => new NimVoicePipeline(Testing.chart(), 'voice', { tts: { ...TTS, slice } })).toThrow(/test\/voice\/tts: magpie-tts-multilingual needs at least.*MEM-001/);
  });

  test('is not chosen on a board that is not known', () => {
    const slice = new GpuSlice({ access: SliceAccess.resource('nvidia.com/gpu'), kind: GpuSliceKind.WHOLE, pool: 'p' });
    const voice = new NimVoicePipeline(Testing.chart(), 'voice', { tts: { ...TTS, slice, acceptUncertainMemory: 'tried' } });
    expect(voice.decisions).toEqual([]);
  });
});

describe('callers', () => {
  const withCallers = (more: Partial<NimVoicePipelineProps> = {}) => voiceOn(['a'], pool => ({
    ...all(pool), callers: [NimCaller.pods({ app: 'agent' }), NimCaller.podsOfNamespace('load', { role: 'tester' })], ...more,
  })).chart;
  const policyOf = (chart: any, stage: string) => manifestsOf(chart, 'NetworkPolicy').find(each => each.spec.podSelector.matchLabels.app === stage);

  test('that nobody names: the whole cluster, and no policy is written', () => {
    expect(manifestsOf(voiceOn(['a'], all).chart, 'NetworkPolicy')).toEqual([]);
  });

  test('reach the ports of the stage that they call, and nobody else does', () => {
    expect(policyOf(withCallers(), 'asr').spec).toEqual({
      podSelector: { matchLabels: { app: 'asr' } },
      policyTypes: ['Ingress'],
      ingress: [{
        from: [
          { podSelector: { matchLabels: { app: 'agent' } } },
          { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'load' } }, podSelector: { matchLabels: { role: 'tester' } } },
        ],
        ports: [{ protocol: 'TCP', port: 9000 }, { protocol: 'TCP', port: 50051 }],
      }],
    });
    expect(policyOf(withCallers(), 'llm').spec.ingress[0].ports).toEqual([{ protocol: 'TCP', port: 8000 }]);
    expect(manifestsOf(withCallers(), 'NetworkPolicy')).toHaveLength(3);
  });

  test('find an overridden port open', () => {
    const { chart } = voiceOn(['a'], pool => ({
      asr: { ...ASR, slice: pool.wholeGpu(), overrides: { expose: { service: { port: 9100, grpcPort: 50151, metricsPort: 8002 } } } },
      callers: [NimCaller.namespace('agents')],
      monitor: NimCaller.namespace('monitoring'),
    }));
    const ports = policyOf(chart, 'asr').spec.ingress.map((rule: any) => rule.ports.map((each: any) => each.port));
    expect(ports).toEqual([[9100, 50151], [9100, 8002]]);
  });

  test('and the monitor: it reaches the metrics and no gRPC port', () => {
    const chart = withCallers({ monitor: NimCaller.namespacesLabeled({ team: 'platform' }) });
    expect(policyOf(chart, 'asr').spec.ingress[1]).toEqual({
      from: [{ namespaceSelector: { matchLabels: { team: 'platform' } } }], ports: [{ protocol: 'TCP', port: 9000 }],
    });
    expect(() => withCallers({ callers: undefined, monitor: NimCaller.namespace('m') })).toThrow(/gpu\/voice: monitor is let in beside callers.*give callers too/);
  });

  test('of a NIM that spans nodes reach its LeaderWorkerSet, whose workers reach each other', () => {
    const { chart } = voiceOn(['a', 'b'], pool => ({
      llm: { ...LLM, slice: pool.wholeGpu(), serving: SHORT, overrides: { multiNode: { parallelism: { tensor: 1, pipeline: 2 } } } },
      callers: [NimCaller.addresses('10.0.0.0/16')],
    }));
    expect(policyOf(chart, 'llm-lws').spec.ingress).toEqual([
      { from: [{ ipBlock: { cidr: '10.0.0.0/16' } }], ports: [{ protocol: 'TCP', port: 8000 }] },
      { from: [{ podSelector: { matchLabels: { app: 'llm-lws' } } }] },
    ]);
  });

  test('of a stage behind a router must include its gateway: a decision says so', () => {
    const { voice } = voiceOn(['a'], pool => ({
      llm: {
        ...LLM,
        slice: pool.wholeGpu(),
        serving: SHORT,
        overrides: { expose: { router: { hostDomainName: 'example.com', ingress: { ingressClass: 'nginx' } } } },
      },
      callers: [NimCaller.namespace('agents')],
    }));
    expect(voice.decisions).toEqual([expect.stringMatching(/^llm: it is exposed through a router and has a NetworkPolicy; name the pods of the gateway/)]);
  });

  test('cannot be nobody, nor those of a KServe platform', () => {
    expect(() => withCallers({ callers: [] })).toThrow('gpu/voice: callers is empty, so nobody could call; name some, or leave it out for the whole cluster');
    expect(() => voiceOn(['a'], pool => ({
      llm: { ...LLM, slice: pool.wholeGpu(), serving: SHORT, overrides: { inferencePlatform: 'kserve' } }, callers: [NimCaller.namespace('x')],
    }))).toThrow(/gpu\/voice\/llm: inferencePlatform kserve makes pods without the label app=llm/);
  });

  test('are refused when they would be everyone', () => {
    expect(() => NimCaller.pods({})).toThrow(/NimCaller.pods needs at least one label/);
    expect(() => NimCaller.namespacesLabeled({})).toThrow(/NimCaller.namespacesLabeled needs at least one label/);
    expect(() => NimCaller.namespace('')).toThrow(/"" cannot be the name of a namespace/);
    expect(() => NimCaller.addresses('10.0.0.0')).toThrow(/"10.0.0.0" is no CIDR/);
    expect(() => NimCaller.addresses('10.0.0.0/33')).toThrow(/no CIDR/);
  });
});

describe('placement', () => {
  const affinity = (chart: any, name: RegExp) => manifestOf(chart, 'NIMService', name).spec.affinity;
  const near = (...values: string[]) => ({
    requiredDuringSchedulingIgnoredDuringExecution: [
      { labelSelector: { matchExpressions: [{ key: 'app', operator: 'In', values }] }, topologyKey: 'kubernetes.io/hostname' },
    ],
  });

  test('is free unless asked', () => {
    expect(affinity(voiceOn(['a'], all).chart, /^asr$/)).toBeUndefined();
  });

  test('on one node binds each stage to all of them, itself included, so that the first can start', () => {
    const { chart } = voiceOn(['a', 'b'], pool => ({ ...all(pool), placement: NimStagePlacement.ONE_NODE }));
    expect(affinity(chart, /^asr$/)).toEqual({ podAffinity: near('asr', 'llm', 'tts') });
    expect(affinity(chart, /^llm$/)).toEqual({ podAffinity: near('asr', 'llm', 'tts') });
  });

  test('spread keeps each stage from the others, and not its replicas from each other', () => {
    const { chart } = voiceOn(['a', 'b', 'c'], pool => ({ ...all(pool), placement: NimStagePlacement.SPREAD }));
    expect(affinity(chart, /^llm$/)).toEqual({ podAntiAffinity: near('asr', 'tts') });
  });

  test('adds to the affinity that is there already', () => {
    const beside = { topologyKey: 'rack', labelSelector: { matchLabels: { db: 'x' } } };
    const own = { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [beside] }, nodeAffinity: {} };
    const { chart } = voiceOn(['a'], pool => ({ asr: { ...ASR, slice: pool.wholeGpu(), overrides: { affinity: own } }, placement: NimStagePlacement.ONE_NODE }));
    expect(affinity(chart, /^asr$/)).toEqual({
      nodeAffinity: {},
      podAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [beside, ...near('asr').requiredDuringSchedulingIgnoredDuringExecution],
      },
    });
  });

  test('on one node is refused for slices of nodes that exclude each other', () => {
    const { chart, operator } = clusterWith();
    const [one, two] = ['one', 'two'].map(id => new DedicatedGpu(chart, id, { operator, gpu: Gpu.A100_SXM4_80GB, nodes: GpuNodes.named([id], { gpusPerNode: 1 }) }));
    expect(() => new NimVoicePipeline(chart, 'voice', {
      asr: { ...ASR, slice: one.wholeGpu() }, tts: { ...TTS, slice: two.wholeGpu() }, placement: NimStagePlacement.ONE_NODE,
    })).toThrow(/gpu\/voice: asr and tts cannot be on one node: their slices are on nodes with \S+=\S+ \(pool gpu\/one\) and \S+ \(pool gpu\/two\)/);
  });

  test('on one node counts what a node has, not the pool', () => {
    expect(() => voiceOn(['a', 'b'], pool => ({
      ...all(pool), llm: { ...LLM, slice: pool.wholeGpu(), serving: SHORT, replicas: 2 }, placement: NimStagePlacement.ONE_NODE,
    }))).toThrow(/gpu\/voice: on one node, the stages need 2 of nvidia.com\/gpu on NVIDIA-A100-SXM4-80GB, and a node of pool gpu\/mig has 1; ask for fewer/);
  });

  test('spread needs as many nodes as stages', () => {
    expect(() => voiceOn(['a', 'b'], pool => ({ ...all(pool), placement: NimStagePlacement.SPREAD })))
      .toThrow('gpu/voice: 3 stages cannot each have a node of their own: pool gpu/mig has 2 nodes; add nodes, or leave placement out');
  });

  test('on one node excludes replicas on different nodes', () => {
    expect(() => voiceOn(['a', 'b'], pool => ({
      asr: { ...ASR, slice: pool.slice('3g.40gb'), replicas: 2, spreadOverNodes: NimSpread.REQUIRED }, placement: NimStagePlacement.ONE_NODE,
    }))).toThrow(/gpu\/voice\/asr: the stages are to be on one node, and the replicas of this one on different nodes; leave out/);
  });

  test('cannot hold for a NIM that spans nodes', () => {
    expect(() => voiceOn(['a'], pool => ({
      llm: { ...LLM, slice: pool.wholeGpu(), serving: SHORT, overrides: { multiNode: { parallelism: { tensor: 1, pipeline: 2 } } } },
      placement: NimStagePlacement.ONE_NODE,
    }))).toThrow(/gpu\/voice\/llm: spec.multiNode leaves the affinity without effect/);
  });
});

test('the release of the operator holds for all stages, but for one that says its own', () => {
  const { chart } = voiceOn(['a'], pool => ({
    asr: { ...ASR, slice: pool.slice('3g.40gb') },
    tts: { ...TTS, slice: pool.slice('3g.40gb'), nimOperator: NimOperatorVersion.V3_1_2 },
    nimOperator: NimOperatorVersion.V3_0_2,
  }));
  const releases = manifestsOf(chart, 'NIMService').map(each => each.metadata.annotations['cdk8s-gpu/nim-operator']);
  expect(releases).toEqual(['3.0.2', '3.1.2']);
  expect(() => voiceOn(['a'], pool => ({ asr: { ...ASR, slice: pool.wholeGpu(), priorityClassName: 'x' }, nimOperator: NimOperatorVersion.V3_0_2 })))
    .toThrow(/gpu\/voice\/asr: spec.priorityClassName is known from NIM Operator 3.1.2 on/);
});

test('stages count all replicas that they may have against the pool', () => {
  expect(() => voiceOn(['a'], pool => ({
    asr: { ...ASR, slice: pool.slice('3g.40gb'), autoscaling: { maxReplicas: 2, metrics: [] } }, tts: { ...TTS, slice: pool.slice('3g.40gb') },
  }))).toThrow(/gpu\/voice: asr, tts need 3 of nvidia.com\/mig-3g.40gb on NVIDIA-A100-SXM4-80GB, and pool gpu\/mig has 2 \[CAP-002\]/);
});

test('a pipeline with everything asked for passes our own rules', () => {
  const { chart } = voiceOn(['a'], pool => ({
    ...all(pool), callers: [NimCaller.pods({ app: 'agent' })], monitor: NimCaller.namespace('monitoring'), placement: NimStagePlacement.ONE_NODE,
  }));
  expect(GpuChecks.of(chart).errors).toEqual([]);
});

test('a stage that KServe runs has no endpoint that is known here, and a decision says where to read it', () => {
  const { voice } = voiceOn(['a'], pool => ({ llm: { ...LLM, slice: pool.wholeGpu(), serving: SHORT, inferencePlatform: NimInferencePlatform.KSERVE } }));
  expect(voice.llmEndpoint).toBeUndefined();
  expect(voice.environment()).toEqual({});
  expect(voice.decisions).toEqual(['llm: KServe names its host, so it has no endpoint here; read status.url of the InferenceService llm']);
});

describe('an endpoint', () => {
  test.each([
    [{}, /needs a url, a grpcTarget, or both/],
    [{ url: 'llm:8000' }, /url "llm:8000" is no http or https URL/],
    [{ url: 'http://llm:8000/' }, /ends in "\/"/],
    [{ grpcTarget: 'grpc://asr:50051' }, /grpcTarget "grpc:\/\/asr:50051" is no host:port/],
    [{ grpcTarget: 'asr:70000' }, /port from 1 to 65535/],
    [{ grpcTarget: 'asr:1', healthUrl: 'asr' }, /healthUrl "asr" is no http/],
  ])('%j is refused', (options, message) => {
    expect(() => NimEndpoint.of(options)).toThrow(message);
  });

  test('with a password is refused without repeating it', () => {
    const withPassword = () => NimEndpoint.of({ url: 'https://me:not-to-be-seen@llm.example.com' });
    expect(withPassword).toThrow(/has a password in it/);
    expect(withPassword).not.toThrow(/not-to-be-seen/);
  });

  test('gives variables only under a name that can be one', () => {
    expect(() => NimEndpoint.of({ grpcTarget: '[::1]:50051' }).environment('1-asr')).toThrow(/"1-asr" cannot start the name/);
  });
});

test('a NIM of one\'s own runs a stage', () => {
  const { chart, operator } = clusterWith();
  const pool = new TimeSlicedGpu(chart, 'ts', { operator, gpu: Gpu.L4, nodes: GpuNodes.named(['a'], { gpusPerNode: 1 }), replicas: 2 });
  const model = NimModel.custom('mine', { kind: NimKind.TTS, image: 'registry.example.com/mine', tag: '2', memoryMib: 5000 });
  const voice = new NimVoicePipeline(chart, 'voice', { tts: { name: 'tts', model, slice: pool.share() } });
  expect(voice.ttsEndpoint?.grpcTarget).toBe('tts:50051');
});

/** A GPU, or a turn on it. */
function wholeOf(gpu: Gpu, replicas: number): GpuSlice {
  return new GpuSlice({
    access: SliceAccess.resource('nvidia.com/gpu'), kind: replicas > 1 ? GpuSliceKind.TIME_SLICED : GpuSliceKind.WHOLE, pool: 'p', gpu, replicas, memoryMib: gpu.usableMib,
  });
}
