import { App, Chart, Testing } from 'cdk8s';
import {
  BenchmarkArm, BenchmarkFaultKind, BenchmarkLoad, BenchmarkStage, BenchmarkStrategy, ClusterPolicy, Gpu, GpuChecks, GpuLayout, GpuNodes, GpuOperator,
  GpuOperatorVersion, MigPartitionedGpu, NimEndpoint, NimModel, VoiceBenchmarkArms, VoicePipelineBenchmark, VoicePipelineBenchmarkProps,
} from '../../src';
import { beyondRestricted } from '../security/pod-profiles';

const releases = { gpuOperator: GpuOperatorVersion.V26_7 };
const node = (name: string) => GpuNodes.named([name], { gpusPerNode: 3 });
const stages = {
  asr: { model: NimModel.PARAKEET_1_1B_CTC_EN_US },
  llm: { model: NimModel.LLAMA_3_1_8B_INSTRUCT, serving: { contextLength: 16384, concurrency: 16 } },
  tts: { model: NimModel.MAGPIE_TTS_MULTILINGUAL, selector: 'name=magpie-tts-multilingual,batch_size=8' },
};

/** All five arms, each on nodes of its own. */
function allArms(): { chart: Chart; arms: BenchmarkArm[] } {
  const chart = new Chart(new App(), 'bench', { namespace: 'bench' });
  const operator = new GpuOperator(chart, 'gpu-operator', { releases, clusterPolicy: ClusterPolicy.helmValues() }); // MPS and MIG in one cluster
  const { arms } = new VoiceBenchmarkArms(chart, 'arms', {
    operator,
    gpu: Gpu.A100_SXM4_80GB,
    arms: [
      { strategy: BenchmarkStrategy.DEDICATED, nodes: node('a') },
      { strategy: BenchmarkStrategy.TIME_SLICING, nodes: node('b') },
      { strategy: BenchmarkStrategy.MPS, nodes: GpuNodes.named(['c'], { gpusPerNode: 1 }), llmNodes: GpuNodes.named(['d'], { gpusPerNode: 1 }) },
      { strategy: BenchmarkStrategy.MIG, nodes: node('e') },
      { strategy: BenchmarkStrategy.REINVEST, nodes: node('f') },
    ],
    ...stages,
    pricePerGpuHour: 2,
  });
  return { chart, arms };
}

const elsewhere = (name = 'here', more: object = {}) => BenchmarkArm.ofEndpoints({
  asr: NimEndpoint.of({ grpcTarget: 'asr.voice.svc:50051' }), tts: NimEndpoint.of({ grpcTarget: 'tts.voice.svc:50051' }), llm: NimEndpoint.of({ url: 'http://llm.voice.svc:8000' }),
}, { name, llmModel: 'meta/llama-3.1-8b-instruct', ...more });

function synth(props: VoicePipelineBenchmarkProps, chart = new Chart(new App(), 'bench', { namespace: 'bench' })) {
  const benchmark = new VoicePipelineBenchmark(chart, 'benchmark', props);
  const manifests = Testing.synth(chart) as any[];
  const program = manifests.find(({ kind, data }) => kind === 'ConfigMap' && data['config.json'] !== undefined);
  return { benchmark, chart, manifests, program, config: JSON.parse(program.data['config.json']), job: manifests.find(({ kind, metadata }) => kind === 'Job' && metadata.name === benchmark.jobName) };
}

describe('five arms from one prop', () => {
  const { chart, arms } = allArms();
  const { config, benchmark } = synth({ arms, placement: { prometheus: 'http://prometheus.monitoring.svc:9090' }, resultsClaim: 'results' }, chart);
  const arm = (name: string) => config.arms.find((each: any) => each.name === name);

  test('nothing in them is an error of the rules', () => {
    expect(GpuChecks.of(chart).errors).toEqual([]);
  });

  test('each says how many boards it takes and what they cost', () => {
    expect(config.arms.map(({ name, gpus, pricePerHour }: any) => [name, gpus, pricePerHour])).toEqual([
      ['dedicated', 3, 2], ['time-slicing', 2, 2], ['mps', 2, 2], ['mig', 2, 2], ['reinvest', 3, 2],
    ]);
  });

  test('each says where its pods must be', () => {
    expect(arm('mig').placement.stages).toEqual([
      { stage: 'asr', namespace: 'bench', podPattern: '^mig-asr-[a-z0-9]+-[a-z0-9]{5}$', pods: 1, product: 'NVIDIA-A100-SXM4-80GB', profile: '3g.40gb' },
      { stage: 'llm', namespace: 'bench', podPattern: '^mig-llm-[a-z0-9]+-[a-z0-9]{5}$', pods: 1, product: 'NVIDIA-A100-SXM4-80GB' },
      { stage: 'tts', namespace: 'bench', podPattern: '^mig-tts-[a-z0-9]+-[a-z0-9]{5}$', pods: 1, product: 'NVIDIA-A100-SXM4-80GB', profile: '3g.40gb' },
    ]);
    expect([arm('mig').placement.together, arm('mig').placement.apart]).toEqual([[['asr', 'tts']], [['llm', 'asr'], ['llm', 'tts']]]);
    expect([arm('dedicated').placement.together, arm('dedicated').placement.apart]).toEqual([[], [['llm', 'asr'], ['llm', 'tts'], ['asr', 'tts']]]);
    // one board of a node is shared in time as one MIG device of the whole board
    expect(arm('time-slicing').placement.stages[0].profile).toBe('7g.80gb');
    expect(arm('reinvest').placement.stages[1].pods).toBe(2);
  });

  test('each is called in the cluster, and the model by its name', () => {
    expect(arm('mps')).toMatchObject({
      asr: { target: 'mps-asr.bench.svc:50051' }, llm: { url: 'http://mps-llm.bench.svc:8000', model: 'meta/llama-3.1-8b-instruct' }, tts: { target: 'mps-tts.bench.svc:50051' },
    });
  });

  test('it tells how long it takes', () => {
    // 5 x 5 x ((135 + 90) + (375 + 90)) s
    expect(benchmark.decisions).toEqual(['it takes at most 288 minutes once the stages are ready: 5 repetitions of 5 arms and 2 loads']);
  });
});

test('the Job runs the program of this package, byte for byte, in the restricted profile and without a right', () => {
  const { job, program, manifests } = synth({ arms: [elsewhere()] });
  expect(Object.keys(program.data)).toEqual(expect.arrayContaining(['main.mjs', 'turn.mjs', 'grpc.mjs', 'config.json']));
  expect(program.immutable).toBe(true);
  const pod = job.spec.template.spec;
  expect(beyondRestricted(pod)).toEqual([]);
  expect(pod).toMatchObject({ automountServiceAccountToken: false, restartPolicy: 'Never' });
  expect(pod.containers[0]).toMatchObject({ command: ['node', '/program/main.mjs', '/program/config.json'], resources: { requests: { cpu: '2' }, limits: { cpu: '2' } } });
  expect(pod.containers[0].securityContext.readOnlyRootFilesystem).toBe(true);
  expect(manifests.map(({ kind }) => kind)).toEqual(['ConfigMap', 'Job']);
});

test('another configuration is another Job, and the same one the same', () => {
  const name = (seed: number) => synth({ arms: [elsewhere()], seed }).benchmark.jobName;
  expect(name(1)).toBe(name(1));
  expect(name(1)).not.toBe(name(2));
});

test('a key is named and never written', () => {
  const { job, config } = synth({ arms: [elsewhere()], llmApiKey: { secret: 'llm', key: 'token' } });
  expect(job.spec.template.spec.containers[0].env).toEqual([{ name: 'LLM_API_KEY', valueFrom: { secretKeyRef: { name: 'llm', key: 'token' } } }]);
  expect(config.arms[0].llm.apiKeyFrom).toBe('LLM_API_KEY');
});

test('results and sound come from claims where there are some', () => {
  const { job, config } = synth({ arms: [elsewhere()], resultsClaim: 'results', conversation: { soundClaim: 'calls' } });
  expect(job.spec.template.spec.volumes.map(({ name }: any) => name)).toEqual(['program', 'results', 'sound']);
  expect([config.output.folder, config.sound]).toEqual(['/results', { folder: '/sound' }]);
});

test('what should be known is said: a log that is too small, too few repetitions, nothing that checks the placement', () => {
  expect(synth({ arms: [elsewhere()], repetitions: 2, loads: [BenchmarkLoad.closed('huge', 800, { seconds: 3600 })] }).benchmark.decisions.slice(1)).toEqual([
    expect.stringMatching(/^results may take \d+ MiB, and kubelets keep 10 MiB of a log/),
    'fewer than 3 repetitions give no intervals, so the report will name no winner',
    'nothing checks on which boards the pods run; give placement, or the arms may not be what their names say',
    'a load has 800 streams, and the generator checks itself with 500; the report tells where it was too slow',
  ]);
});

describe('a fault', () => {
  const pool = (chart: Chart) => new MigPartitionedGpu(chart, 'pool', {
    operator: new GpuOperator(chart, 'gpu-operator', { releases }), gpu: Gpu.A100_SXM4_80GB, nodes: GpuNodes.named(['a'], { gpusPerNode: 1 }), layout: GpuLayout.of({ '2g.20gb': 3 }),
  });
  const loads = [BenchmarkLoad.closed('heavy', 20, { seconds: 120, faultAfterSeconds: 60 })];

  test('is done by a tenant with a slice beside the stages, in the restricted profile', () => {
    const chart = new Chart(new App(), 'bench', { namespace: 'bench' });
    const slice = pool(chart).slice('2g.20gb');
    const { manifests, benchmark, config } = synth({ arms: [elsewhere('mig')], loads, fault: { kind: BenchmarkFaultKind.ILLEGAL_ACCESS, tenants: [{ arm: 'mig', slice }] } }, chart);
    const tenant = manifests.find(({ kind, metadata }) => kind === 'Job' && metadata.name.includes('tenant'));
    const pod = tenant.spec.template.spec;
    expect(beyondRestricted(pod)).toEqual([]);
    expect(pod.containers[0].command).toEqual(['python3', '/program/tenant.py', `http://${benchmark.jobName}:8090/fault/mig`, 'illegal-access']);
    expect(pod.containers[0].resources.limits).toMatchObject({ 'nvidia.com/mig-2g.20gb': '1' });
    expect(config.fault).toEqual({ port: 8090 });
    expect(manifests.find(({ kind }) => kind === 'Service').spec.selector).toEqual({ 'app.kubernetes.io/instance': benchmark.jobName });
  });

  test.each([
    [{ loads }, 'load heavy has faultAfterSeconds, and there is no fault'],
    [{ fault: { kind: BenchmarkFaultKind.KILLED, tenants: [] } }, 'no load has faultAfterSeconds'],
    [{ loads, fault: { kind: BenchmarkFaultKind.KILLED, tenants: [] } }, 'fault.tenants is empty'],
  ])('is refused where nothing would come of it: %#', (props, message) => {
    expect(() => synth({ arms: [elsewhere()], ...props })).toThrow(message);
  });
});

describe('what cannot be is refused, with the way out', () => {
  test.each<[string, () => unknown, string]>([
    ['no arm', () => synth({ arms: [] }), 'bench/benchmark: arms is empty; give at least one, and two to compare'],
    ['an arm twice', () => synth({ arms: [elsewhere(), elsewhere()] }), 'two arms are called "here"'],
    ['a load twice', () => synth({ arms: [elsewhere()], loads: [BenchmarkLoad.closed('a', 1), BenchmarkLoad.open('a', 1)] }), 'two loads are called "a"'],
    ['a stage that is not there', () => synth({
      arms: [BenchmarkArm.ofEndpoints({ llm: NimEndpoint.of({ url: 'http://llm:8000' }) }, { name: 'llm-only', llmModel: 'm' })],
    }), 'load light needs asr and tts, which arm llm-only does not have'],
    ['speech without gRPC', () => synth({
      arms: [BenchmarkArm.ofEndpoints({ asr: NimEndpoint.of({ url: 'http://asr:9000' }) }, { name: 'x' })], loads: BenchmarkLoad.sweep(BenchmarkStage.ASR, [1]), conversation: { soundClaim: 'x' },
    }), 'arm x: asr has no gRPC target'],
    ['a model without a name', () => synth({
      arms: [BenchmarkArm.ofEndpoints({ llm: NimEndpoint.of({ url: 'http://llm:8000' }) }, { name: 'x' })], loads: BenchmarkLoad.sweep(BenchmarkStage.LLM, [1]),
    }), 'arm x: give llmModel'],
    ['recognition without anybody to speak', () => synth({
      arms: [BenchmarkArm.ofEndpoints({ asr: NimEndpoint.of({ grpcTarget: 'asr:50051' }) }, { name: 'x' })], loads: BenchmarkLoad.sweep(BenchmarkStage.ASR, [1]),
    }), 'arm x has no tts to speak the users\' sentences'],
    ['half a user', () => BenchmarkLoad.closed('x', 0.5), 'load x: users is 0.5; give a whole number from 1'],
    ['no turns', () => BenchmarkLoad.open('x', 0), 'load x: turnsPerSecond is 0'],
    ['a name with spaces', () => BenchmarkLoad.closed('my load', 1), '"my load" cannot be the name of a load'],
    ['no time', () => BenchmarkLoad.closed('x', 1, { seconds: 0 }), 'load x: seconds is 0'],
    ['a fault after the end', () => BenchmarkLoad.closed('x', 1, { seconds: 60, faultAfterSeconds: 60 }), 'load x: faultAfterSeconds is 60, and 60 s are measured'],
    ['an empty sweep', () => BenchmarkLoad.sweep(BenchmarkStage.TTS, []), 'a sweep of tts needs numbers of streams'],
    ['a name that is none', () => elsewhere('My Arm'), '"My Arm" cannot be the name of an arm'],
    ['half a board', () => elsewhere('x', { gpus: 1.5 }), 'arm x: gpus is 1.5'],
    ['no repetition', () => synth({ arms: [elsewhere()], repetitions: 0 }), 'repetitions is 0; give a whole number from 1'],
    ['both kinds of sound', () => synth({ arms: [elsewhere()], conversation: { soundClaim: 'a', sentences: ['b'] } }), 'give either sentences or soundClaim'],
    ['a secret in a prop', () => synth({ arms: [elsewhere()], image: 'x', conversation: { systemPrompt: `key nvapi-${'a'.repeat(64)}` } }), 'secret'],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message);
  });

  test('MPS on one node with the language model', () => {
    const chart = new Chart(new App(), 'bench');
    const operator = new GpuOperator(chart, 'gpu-operator', { releases });
    const arms = (strategy: BenchmarkStrategy, gpusPerNode = 3) => new VoiceBenchmarkArms(chart, strategy, {
      operator, gpu: Gpu.A100_SXM4_80GB, arms: [{ strategy, nodes: GpuNodes.named(['a'], { gpusPerNode }) }], ...stages,
    });
    expect(() => arms(BenchmarkStrategy.MPS)).toThrow('MPS shares every board of a node [DP-008], so the language model needs nodes of its own; give llmNodes');
    expect(() => arms(BenchmarkStrategy.MIG, 1)).toThrow('the nodes have 1 boards; give nodes with gpusPerNode of 2 or more, or llmNodes');
    expect(() => arms(BenchmarkStrategy.OTHER)).toThrow('strategy "other" has no set-up of its own');
  });
});
