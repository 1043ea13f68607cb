import { Names } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { BenchmarkArm } from './arms/benchmark-arm';
import { BenchmarkLoad, BenchmarkStage } from './benchmark-load';
import { NIM_BENCHMARK } from './benchmark-prop-types';
import { hashedName } from '../kubernetes';
import { checkShape } from '../props';
import { refuseSecrets } from '../secrets';
import { generatorConfigMap } from './generator/generator-config-map';
import { aiperfFile } from './generator/generator-files';
import { generatorJob } from './generator/generator-job';
import { NimBenchmarkProps } from './nim-benchmark-props';
import { RESULTS_SCHEMA } from './results/result-lines';
import { VoicePipelineBenchmark } from './voice-pipeline-benchmark';

/** Named in several places of public code; whether it can be pulled without a key of NGC is not known. */
const IMAGE = 'nvcr.io/nvidia/ai-dynamo/aiperf:0.12.0';

/**
 * AIPerf's loop for a request may be held up so long, in ms, before it is what is measured: it counts from when the
 * request was due.
 */
const MOST_LATE_MS = 50;

/** Seconds in which requests may end after the load. */
const DRAIN_SECONDS = 30;

/** Seconds that AIPerf takes to start and to write, on two cores. */
const AROUND_SECONDS = 20;

/**
 * A Job that measures one kind of server under rising load: language models and embeddings with NVIDIA's AIPerf, speech
 * with the generator of `VoicePipelineBenchmark`, since AIPerf does not speak Riva's interface.
 * `cdk8s-gpu bench report` reads the results of both.
 *
 * @example
 * const llm = new NimService(chart, 'llm', {
 *   model: NimModel.LLAMA_3_1_8B_INSTRUCT,
 *   imageTag: '1.13.1',
 *   slice: pool.slice('3g.40gb'),
 *   serving: { contextLength: 8192, concurrency: 4 },
 * });
 * new NimBenchmark(chart, 'benchmark', {
 *   arms: [BenchmarkArm.ofNim(llm, { name: 'mig', strategy: BenchmarkStrategy.MIG })],
 *   concurrencies: [1, 8, 32],
 *   targets: { firstTokenMs: 500, interTokenMs: 30 },
 *   resultsClaim: 'benchmark-results',
 * });
 */
export class NimBenchmark extends Construct {
  /** The name of the Job. */
  public readonly jobName: string;
  /** What was decided or should be known, such as how long it takes at most. */
  public readonly decisions: string[];

  /**
   * @param scope where it is
   * @param id its id
   * @param props what is compared
   * @throws when the arms are not of one kind, or a value cannot be
   */
  constructor(scope: Construct, id: string, props: NimBenchmarkProps) {
    super(scope, id);
    const path = this.node.path;
    refuseSecrets(path, { ...props, arms: undefined }); // before a message repeats a value
    checkShape(path, props, NIM_BENCHMARK);
    const stage = stageOf(path, props.arms);
    if (stage === 'asr' || stage === 'tts') {
      const { jobName, decisions } = speechBenchmark(this, stage, props);
      this.jobName = jobName;
      this.decisions = decisions;
      return;
    }
    check(path, props);
    const loads = loadsOf(stage, props);
    const config = configOf(props, loads, Names.toDnsLabel(this, { includeHash: false, maxLen: 40 }));
    const name = hashedName(path.split('/').slice(1).join('-') || id, config);
    this.jobName = name;
    this.decisions = decisionsOf(props, loads);
    const configMap = generatorConfigMap(this, name, aiperfFile(), { ...config, configHash: name.slice(-8) });
    const {
      image = IMAGE,
      pullSecrets = props.image === undefined ? ['ngc-secret'] : [],
      nodeSelector,
      resultsClaim,
      apiKey,
    } = props;
    const job = generatorJob(this, name, configMap, {
      label: 'nim-benchmark',
      image,
      pullSecrets,
      command: ['python3', '/program/with_aiperf.py', '/program/config.json'],
      nodeSelector,
      resultsClaim,
      llmApiKey: apiKey,
      writes: true,
      memory: '4Gi',
    });
    job.addDependency(configMap, ...new Set(props.arms.flatMap((arm): IConstruct[] => arm._needs)));
  }
}

/** The one stage that all arms have. */
function stageOf(path: string, arms: BenchmarkArm[]): string {
  if (arms.length === 0) { throw new Error(`${path}: arms is empty; give at least one, and two to compare`); }
  const kinds = arms.map(arm => ({ name: arm.name, stages: arm._stages }));
  const mixed = kinds.find(({ stages }) => stages.length !== 1);
  if (mixed !== undefined) {
    throw new Error(`${path}: arm ${mixed.name} has ${mixed.stages.join(', ') || 'no stage'}, and this benchmark `
      + 'measures one kind of server; give BenchmarkArm.ofNim, BenchmarkArm.ofEndpoints with one endpoint, or measure '
      + 'the pipeline with VoicePipelineBenchmark');
  }
  const other = kinds.find(({ stages: [stage] }) => stage !== kinds[0].stages[0]);
  if (other !== undefined) {
    throw new Error(`${path}: arm ${kinds[0].name} is ${kinds[0].stages[0]} and arm ${other.name} is `
      + `${other.stages[0]}; they cannot be compared, so give each a benchmark of its own`);
  }
  const names = arms.map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw new Error(`${path}: two arms are called "${repeated}"; results could not be told apart`);
  }
  return kinds[0].stages[0];
}

function speechBenchmark(scope: Construct, stage: 'asr' | 'tts', props: NimBenchmarkProps): VoicePipelineBenchmark {
  const path = scope.node.path;
  if (props.requestsPerSecond !== undefined) {
    throw new Error(`${path}: requestsPerSecond is not for ${stage}; give concurrencies, or BenchmarkLoad.open to `
      + 'a VoicePipelineBenchmark');
  }
  if (props.apiKey !== undefined) {
    throw new Error(`${path}: apiKey is not for ${stage}; NIMs of speech ask for none in the cluster`);
  }
  const { arms, concurrencies = [1, 4, 16, 64], seconds, warmUpSeconds } = props;
  const {
    repetitions,
    seed,
    targets,
    conversation,
    placement,
    resultsClaim,
    image,
    nodeSelector,
    readySeconds,
  } = props;
  const loads = BenchmarkLoad.sweep(stage === 'asr' ? BenchmarkStage.ASR : BenchmarkStage.TTS, concurrencies, {
    ...(seconds !== undefined && { seconds }), ...(warmUpSeconds !== undefined && { warmUpSeconds }),
  });
  return new VoicePipelineBenchmark(scope, 'Speech', {
    arms, loads, repetitions, seed, targets, conversation, placement, resultsClaim, image, nodeSelector, readySeconds,
  });
}

function check(path: string, props: NimBenchmarkProps): void {
  const { repetitions = 5, seed = 1, promptWords = 150, answerTokens = 128 } = props;
  const { concurrencies, requestsPerSecond, seconds = 60, warmUpSeconds = 10 } = props;
  for (const [what, value] of Object.entries({ repetitions, seed, promptWords, answerTokens })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new Error(`${path}: ${what} is ${value}; give a whole number from 1`);
    }
  }
  for (const [what, value] of Object.entries({ seconds, warmUpSeconds })) {
    if (!(value > 0 && Number.isFinite(value))) {
      throw new Error(`${path}: ${what} is ${value}; give a number above 0`);
    }
  }
  if (concurrencies?.length === 0 && (requestsPerSecond ?? []).length === 0) {
    throw new Error(`${path}: there is no load; give concurrencies or requestsPerSecond`);
  }
  for (const value of concurrencies ?? []) {
    if (!Number.isInteger(value) || value < 1) {
      throw new Error(`${path}: concurrencies has ${value}; give whole numbers from 1`);
    }
  }
  for (const value of requestsPerSecond ?? []) {
    if (!(value > 0 && Number.isFinite(value))) {
      throw new Error(`${path}: requestsPerSecond has ${value}; give numbers above 0`);
    }
  }
  for (const [what, values] of Object.entries({ concurrencies, requestsPerSecond })) {
    if (new Set(values).size !== (values ?? []).length) {
      throw new Error(`${path}: ${what} names a load twice; results could not be told apart`);
    }
  }
  if (props.placement !== undefined) {
    throw new Error(`${path}: placement is for speech alone, since AIPerf does not look where pods run`);
  }
  if (props.conversation !== undefined) {
    throw new Error(`${path}: conversation is for speech alone; give promptWords and answerTokens`);
  }
}

/** A load as both generators write it. */
interface RequestLoad {
  readonly name: string;
  readonly stage: string;
  readonly kind: 'closed' | 'open';
  readonly users?: number;
  readonly turnsPerSecond?: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly drainSeconds: number;
}

function loadsOf(
  stage: string,
  { concurrencies, requestsPerSecond = [], seconds = 60, warmUpSeconds = 10 }: NimBenchmarkProps,
): RequestLoad[] {
  const time = { seconds, warmUpSeconds, drainSeconds: DRAIN_SECONDS };
  const atOnce = concurrencies ?? (requestsPerSecond.length > 0 ? [] : [1, 4, 16, 64]);
  return [
    ...atOnce.map((users): RequestLoad => ({ name: `${stage}-${users}`, stage, kind: 'closed', users, ...time })),
    ...requestsPerSecond.map((rate): RequestLoad =>
      ({
        name: `${stage}-${String(rate).replace('.', '-')}-per-second`,
        stage,
        kind: 'open',
        turnsPerSecond: rate,
        ...time,
      })),
  ];
}

function configOf(props: NimBenchmarkProps, loads: RequestLoad[], name: string): Record<string, unknown> {
  const { arms, repetitions = 5, seed = 1, targets = {}, apiKey, resultsClaim, readySeconds = 3600 } = props;
  const { promptWords = 150, answerTokens = 128, fixedLength = true } = props;
  const key = apiKey === undefined ? {} : { apiKeyFrom: 'LLM_API_KEY' };
  const keyed = (server: object | undefined) => (server === undefined ? undefined : { ...server, ...key });
  return {
    schema: RESULTS_SCHEMA,
    name,
    seed,
    repetitions,
    arms: arms.map(arm => {
      const { placement, llm, embedding, ...config } = arm._config();
      return { ...config, llm: keyed(llm as object | undefined), embedding: keyed(embedding as object | undefined) };
    }),
    loads,
    settings: { promptWords, maxTokens: answerTokens, fixedLength, timeoutMs: 60000, mostLateMs: MOST_LATE_MS, seed },
    targets,
    readySeconds,
    output: { folder: resultsClaim === undefined ? undefined : '/results' },
  };
}

function decisionsOf({ arms, repetitions = 5, resultsClaim }: NimBenchmarkProps, loads: RequestLoad[]): string[] {
  const ofLoads = loads.reduce(
    (sum, load) => sum + load.seconds + load.warmUpSeconds + 2 * load.drainSeconds + AROUND_SECONDS,
    0,
  );
  const seconds = repetitions * arms.length * ofLoads;
  return [
    `it takes at most ${Math.ceil(seconds / 60)} minutes once the servers are ready: ${repetitions} repetitions of `
      + `${arms.length} arms and ${loads.length} loads`,
    'nothing checks on which boards the pods run, since AIPerf does not look',
    ...(repetitions < 3 ? ['fewer than 3 repetitions give no intervals, so the report will name no winner'] : []),
    ...(resultsClaim === undefined
      ? ['results are in the log alone, a line a request, and kubelets keep 10 MiB of a log unless told otherwise; '
        + 'give resultsClaim, or lines may be missing'] : []),
  ];
}
