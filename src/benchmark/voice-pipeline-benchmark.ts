import { Names } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { BenchmarkLoad } from './benchmark-load';
import { QUESTIONS } from './benchmark-options';
import { BENCHMARK } from './benchmark-prop-types';
import { VoicePipelineBenchmarkProps } from './voice-pipeline-benchmark-props';
import { hashedName } from '../kubernetes';
import { checkShape } from '../props';
import { refuseSecrets } from '../secrets';
import { addFaultTenants, checkFault, FAULT_PORT } from './fault/fault-tenant';
import { generatorConfigMap } from './generator/generator-config-map';
import { generatorFiles } from './generator/generator-files';
import { generatorJob } from './generator/generator-job';
import { RESULTS_SCHEMA } from './results/result-lines';

const IMAGE = 'docker.io/library/node:24-slim';

/** Streams that the generator must be able to pace on two cores before it measures. */
const SELF_CHECK_STREAMS = 500;

/** The most that 1 of 100 chunks of sound may be late, in ms. */
const MOST_LATE_MS = 5;

/** Of one turn in the results. */
const BYTES_PER_TURN = 900;

/** What kubelets keep of a container's log (KubeletConfiguration containerLogMaxSize, default 10Mi). */
const LOG_BYTES = 10 * 1024 * 1024;

/**
 * A Job that measures set-ups of a voice pipeline against each other: users speak in real time, the transcript goes to
 * the language model, its sentences to synthesis as they end. What it measures is printed as JSON lines, which
 * `cdk8s-gpu bench report` reads.
 *
 * The Job runs in the cluster, so no port-forward is measured; it checks itself before it measures; it has no right on
 * the Kubernetes API and passes the restricted profile.
 *
 * @example
 * const voice = new NimVoicePipeline(chart, 'voice', {
 *   asr: { model: NimModel.PARAKEET_1_1B_CTC_EN_US, slice: pool.slice('3g.40gb') },
 *   tts: { model: NimModel.MAGPIE_TTS_MULTILINGUAL, slice: pool.slice('3g.40gb') },
 *   llm: { model: NimModel.LLAMA_3_1_8B_INSTRUCT, slice: pool.wholeGpu(), serving: { contextLength: 16384, concurrency: 8 } },
 * });
 * new VoicePipelineBenchmark(chart, 'benchmark', {
 *   arms: [BenchmarkArm.ofPipeline(voice, { name: 'mig', strategy: BenchmarkStrategy.MIG })],
 *   targets: { firstAudioMs: 1500 },
 *   placement: { prometheus: 'http://prometheus.monitoring.svc:9090' },
 *   resultsClaim: 'benchmark-results',
 * });
 */
export class VoicePipelineBenchmark extends Construct {
  /** The name of the Job. */
  public readonly jobName: string;
  /** What was decided or should be known, such as how long it takes at most. */
  public readonly decisions: string[];

  /**
   * @param scope where it is
   * @param id its id
   * @param props what is compared
   * @throws when an arm lacks a stage that a load needs, or a value cannot be
   */
  constructor(scope: Construct, id: string, props: VoicePipelineBenchmarkProps) {
    super(scope, id);
    const path = this.node.path;
    refuseSecrets(path, { ...props, arms: undefined }); // before a message repeats a value
    checkShape(path, props, BENCHMARK);
    const loads = props.loads ?? BenchmarkLoad.reference();
    check(path, props, loads);
    checkFault(path, props.fault, props.arms, loads);
    const config = configOf(props, loads, Names.toDnsLabel(this, { includeHash: false, maxLen: 40 }));
    const name = hashedName(path.split('/').slice(1).join('-') || id, config);
    this.jobName = name;
    this.decisions = decisionsOf(props, loads);
    const configMap = generatorConfigMap(this, name, generatorFiles(), { ...config, configHash: name.slice(-8) });
    const { image = IMAGE, nodeSelector, resultsClaim, conversation, llmApiKey, fault } = props;
    const job = generatorJob(this, name, configMap, {
      label: 'voice-benchmark',
      image,
      command: ['node', '/program/main.mjs', '/program/config.json'],
      nodeSelector,
      resultsClaim,
      soundClaim: conversation?.soundClaim,
      llmApiKey,
      port: fault === undefined ? undefined : FAULT_PORT,
    });
    job.addDependency(configMap, ...new Set(props.arms.flatMap((arm): IConstruct[] => arm._needs)));
    if (props.fault !== undefined) { addFaultTenants(this, name, props.fault); }
  }
}

function check(
  path: string,
  { arms, repetitions = 5, seed = 1, conversation = {} }: VoicePipelineBenchmarkProps,
  loads: BenchmarkLoad[],
): void {
  if (arms.length === 0) { throw new Error(`${path}: arms is empty; give at least one, and two to compare`); }
  if (loads.length === 0) { throw new Error(`${path}: loads is empty; leave it out for the reference's two`); }
  refuseRepeated(path, 'arm', arms.map(({ name }) => name));
  refuseRepeated(path, 'load', loads.map(({ name }) => name));
  for (const [what, value] of [['repetitions', repetitions], ['seed', seed]] as const) {
    if (!Number.isInteger(value) || value < 1) {
      throw new Error(`${path}: ${what} is ${value}; give a whole number from 1`);
    }
  }
  for (const load of loads) {
    for (const arm of arms) {
      const missing = load._stages.filter(stage => !arm._stages.includes(stage));
      if (missing.length > 0) {
        throw new Error(`${path}: load ${load.name} needs ${missing.join(' and ')}, which arm ${arm.name} does not `
          + 'have; give the arm all stages, or leave that load out');
      }
    }
  }
  if (conversation.sentences !== undefined && conversation.soundClaim !== undefined) {
    throw new Error(`${path}: give either sentences or soundClaim`);
  }
  if (conversation.sentences?.length === 0) {
    throw new Error(`${path}: conversation.sentences is empty; leave it out for the built-in questions`);
  }
  const needsSpeech = conversation.soundClaim === undefined && loads.some(load => load._stages.includes('asr'));
  if (needsSpeech && !arms[0]._stages.includes('tts')) {
    throw new Error(`${path}: arm ${arms[0].name} has no tts to speak the users' sentences; give recordings `
      + '(conversation.soundClaim), or name an arm with tts first');
  }
}

function refuseRepeated(path: string, what: string, names: string[]): void {
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw new Error(`${path}: two ${what}s are called "${repeated}"; results could not be told apart`);
  }
}

function configOf(props: VoicePipelineBenchmarkProps, loads: BenchmarkLoad[], name: string): Record<string, unknown> {
  const {
    arms,
    repetitions = 5,
    seed = 1,
    targets = {},
    conversation = {},
    placement,
    fault,
    llmApiKey,
    resultsClaim,
    readySeconds = 3600,
  } = props;
  const apiKey = llmApiKey === undefined ? {} : { apiKeyFrom: 'LLM_API_KEY' };
  return {
    schema: RESULTS_SCHEMA,
    name,
    seed,
    repetitions,
    arms: arms.map(arm => {
      const config = arm._config();
      return config.llm === undefined ? config : { ...config, llm: { ...config.llm, ...apiKey } };
    }),
    loads: loads.map(load => load._config()),
    settings: {
      chunkMs: 100,
      timeoutMs: 60000,
      language: conversation.language ?? 'en-US',
      systemPrompt: conversation.systemPrompt ?? 'You answer a caller on the telephone. Use short, plain sentences.',
      maxTokens: conversation.answerTokens ?? 96,
      fixedLength: conversation.fixedLength ?? true,
      speechRateHz: conversation.speechRateHz ?? 22050,
      mostLateMs: MOST_LATE_MS,
      seed,
    },
    sound: conversation.soundClaim === undefined
      ? { sentences: conversation.sentences ?? QUESTIONS }
      : { folder: '/sound' },
    targets,
    placement,
    fault: fault === undefined ? undefined : { port: FAULT_PORT },
    selfCheck: { streams: SELF_CHECK_STREAMS, seconds: 5, p99LateMs: MOST_LATE_MS },
    readySeconds,
    output: { stdout: true, folder: resultsClaim === undefined ? undefined : '/results' },
  };
}

function decisionsOf(
  { arms, repetitions = 5, placement, resultsClaim }: VoicePipelineBenchmarkProps,
  loads: BenchmarkLoad[],
): string[] {
  const seconds = repetitions * arms.length * loads.reduce((sum, load) => sum + load._wholeSeconds, 0);
  const decisions = [`it takes at most ${Math.ceil(seconds / 60)} minutes once the stages are ready: ${repetitions} `
    + `repetitions of ${arms.length} arms and ${loads.length} loads`];
  // a turn of speech, answer and pause takes a user 5 s and more
  const bytes = BYTES_PER_TURN * repetitions * arms.length * loads.reduce(
    (sum, load) => sum + load._streams * load._wholeSeconds / 5,
    0,
  );
  if (resultsClaim === undefined && bytes > LOG_BYTES) {
    decisions.push(`results may take ${Math.round(bytes / 1024 / 1024)} MiB, and kubelets keep 10 MiB of a log `
      + 'unless told otherwise; give resultsClaim, or lines will be missing');
  }
  if (repetitions < 3) {
    decisions.push('fewer than 3 repetitions give no intervals, so the report will name no winner');
  }
  if (placement === undefined) {
    decisions.push('nothing checks on which boards the pods run; give placement, or the arms may '
      + 'not be what their names say');
  }
  const [max] = loads.map(load => load._streams).sort((a, b) => b - a);
  if (max > SELF_CHECK_STREAMS) {
    decisions.push(`a load has ${max} streams, and the generator checks itself with ${SELF_CHECK_STREAMS}; the `
      + 'report tells where it was too slow');
  }
  return decisions;
}

