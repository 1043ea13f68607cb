import type { Argv, CommandModule } from 'yargs';
import { ModelFootprint } from '../../fit';
import { LlmArchitecture, NimModel } from '../../models';
import { GpuEnvironment, GpuPlanIsolation, StrategyAdvice } from '../../planning';
import { STRATEGY } from '../../report';
import { jsonText, withoutCommands, wrapped } from '../../text';
import { benchmarkReport } from '../input/benchmark-report';
import { boardNamed } from '../input/find-board';
import { Terminal, UsageError } from '../shell/terminal';

interface AdviseArguments {
  gpu?: string;
  tenants?: number;
  memoryMib?: number;
  model?: string;
  selector?: string;
  context?: number;
  concurrency?: number;
  isolation?: string;
  environment?: string;
  busy?: number;
  burstsOverlap?: boolean;
  bandwidthBound?: boolean;
  tailLatency?: boolean;
  reconfiguredOften?: boolean;
  unsharedGpus?: boolean;
  dra?: boolean;
  results?: string[];
  load?: string;
  format?: string;
}

/** `cdk8s-gpu advise`: which way to share a board. Exit code 0 a strategy, 1 none is possible, 2 usage. */
export function adviseCommand(terminal: Terminal): CommandModule<object, AdviseArguments> {
  return {
    command: 'advise',
    describe: 'Say which way to share a board suits a group of workloads, with the evidence',
    builder: (yargs: Argv) => yargs
      .option('gpu', {
        type: 'string',
        demandOption: true,
        describe: 'board by product label, or a part of it that no other has',
      })
      .option('tenants', { type: 'number', demandOption: true, describe: 'workloads on one board' })
      .option('memory-mib', { type: 'number', describe: 'MiB that one of them needs' })
      .option('model', { type: 'string', describe: 'a NIM by image name, or a model id on Hugging Face' })
      .option('selector', { type: 'string', describe: 'profile of a NIM, as in NIM_TAGS_SELECTOR' })
      .option('context', { type: 'number', describe: 'longest request in tokens (default: the model\'s)' })
      .option('concurrency', { type: 'number', describe: 'requests of that length at once (default: 1)' })
      .option('isolation', {
        choices: Object.values(GpuPlanIsolation),
        default: GpuPlanIsolation.ANY,
        describe: 'what has to keep them apart',
      })
      .option('environment', { choices: Object.values(GpuEnvironment), describe: 'what it is for' })
      .option('busy', { type: 'number', describe: 'workloads that work at the same time' })
      .option('bursts-overlap', {
        type: 'boolean',
        describe: 'they peak at the same time; --no-bursts-overlap: at different times',
      })
      .option('bandwidth-bound', {
        type: 'boolean',
        describe: 'bound by memory bandwidth, as the decoding of language models is',
      })
      .option('tail-latency', { type: 'boolean', describe: 'there is a target for the slowest requests' })
      .option('reconfigured-often', { type: 'boolean', describe: 'the split changes while other tenants run' })
      .option('unshared-gpus', { type: 'boolean', describe: 'other GPUs of the node have to stay whole' })
      .option('dra', { type: 'boolean', describe: 'devices are claimed through DRA' })
      .option('results', {
        type: 'string',
        array: true,
        describe: 'what a benchmark measured here: its results, or bench report --format json',
      })
      .option('load', {
        type: 'string',
        implies: 'results',
        describe: 'the load of the benchmark that is yours (default: all of the whole pipeline)',
      })
      .option('format', { choices: ['text', 'json'], default: 'text', describe: 'for people or for scripts' })
      .conflicts('memory-mib', 'model')
      .example('$0 advise --gpu A100-SXM4-80GB --tenants 2 --memory-mib 15000 --environment production', 'two speech models in production')
      .example('$0 advise --gpu L40S --tenants 4 --memory-mib 9000 --busy 1 --format json', 'gates, scores and evidence for a script')
      .example('$0 advise --gpu A100-SXM4-80GB --tenants 2 --memory-mib 15000 --results '
        + 'results.jsonl --load heavy', 'decided by what was measured here')
      .epilogue('Exit code: 0 a strategy, 1 none is possible, 2 wrong usage. It predicts no throughput: where '
        + 'evidence conflicts it says what to measure.') as
      unknown as Argv<AdviseArguments>,
    handler: args => {
      const advice = adviceFor(args, terminal);
      terminal.out(args.format === 'json' ? jsonText(toJson(advice)) : withoutCommands(textOf(advice, terminal.columns)));
      terminal.exitCode = advice.choice === undefined ? 1 : 0;
    },
  };
}

function adviceFor(args: AdviseArguments, terminal: Terminal): StrategyAdvice {
  try {
    const report = args.results === undefined ? undefined : benchmarkReport(args.results, terminal);
    return StrategyAdvice.of({
      gpu: boardNamed(args.gpu!),
      tenants: args.tenants!,
      memoryMib: args.memoryMib,
      footprint: args.model === undefined ? undefined : footprintOf(args, args.model),
      isolation: args.isolation as GpuPlanIsolation,
      environment: args.environment as GpuEnvironment | undefined,
      busyTenants: args.busy,
      burstsOverlap: args.burstsOverlap,
      bandwidthBound: args.bandwidthBound,
      tailLatencyTarget: args.tailLatency,
      reconfiguredOften: args.reconfiguredOften,
      unsharedGpusOnNode: args.unsharedGpus,
      dra: args.dra,
      measured: args.load === undefined ? report : report?.forLoad(args.load),
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function footprintOf({ selector, context, concurrency }: AdviseArguments, model: string): ModelFootprint {
  const serving = { contextLength: context, concurrency };
  const nim = NimModel.findByImage(model);
  if (nim !== undefined) { return ModelFootprint.ofNim(nim, { selector, serving }); }
  return ModelFootprint.ofLlm(LlmArchitecture.of(model), serving);
}

function toJson({ choice, measure, gates, scores, notes }: StrategyAdvice): Record<string, unknown> {
  return { choice: choice ?? null, measure, gates, scores, notes };
}

function textOf(advice: StrategyAdvice, columns: number | undefined): string {
  const { choice, measure, gates, scores, notes } = advice;
  const line = (text: string) => wrapped(`  ${text}`, 6, columns);
  return [
    choice === undefined
      ? 'none: no strategy is possible'
      : `${STRATEGY[choice]}${measure.length === 0
        ? ''
        : `, but the evidence does not decide: measure ${measure.map(each => STRATEGY[each]).join(' and ')}`}`,
    '',
    'possible',
    ...gates.map(({ strategy, passed, reason, evidence }) =>
      line(`${passed ? 'yes' : 'no '} ${STRATEGY[strategy].padEnd(13)} ${reason} (${evidence})`)),
    ...(scores.length === 0 ? [] : ['', 'for and against']),
    ...scores.map(({ strategy, points, reason, evidence }) =>
      line(`${points > 0 ? '+' : ''}${points} ${STRATEGY[strategy].padEnd(13)} ${reason} (${evidence})`)),
    ...(notes.length === 0 ? [] : ['', 'what the results leave open', ...notes.map(line)]),
  ].join('\n');
}
