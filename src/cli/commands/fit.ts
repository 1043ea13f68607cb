import * as fs from 'fs';
import type { Argv, CommandModule } from 'yargs';
import { FitReport, FitVerdict, GpuFit, GpuMemory, InferenceEngine, LlmServingOptions, ModelFootprint } from '../../fit';
import { Gpu } from '../../hardware';
import { KvCacheType, LlmArchitecture, NimModel, Precision } from '../../models';
import { boardNamed } from '../input/find-board';
import { Terminal, UsageError } from '../shell/terminal';

interface FitArguments {
  model?: string;
  hfConfig?: string;
  selector?: string;
  precision?: string;
  kvDtype?: string;
  context?: number;
  concurrency?: number;
  maxNumSeqs?: number;
  maxNumBatchedTokens?: number;
  tp?: number;
  fraction?: number;
  eager?: boolean;
  engine?: string;
  gpu?: string;
  profile?: string;
  mps?: number;
  timeSliced?: number;
  memoryMib?: number;
  format?: string;
}

/** `cdk8s-gpu fit`: does a model fit a share. Exit code 0 fits, 1 does not, 3 uncertain, 2 usage. */
export function fitCommand(terminal: Terminal): CommandModule<object, FitArguments> {
  return {
    command: 'fit',
    describe: 'Check whether a model fits a GPU, a MIG slice or a share, with the arithmetic',
    builder: (yargs: Argv) => options(yargs) as Argv<FitArguments>,
    handler: args => {
      const footprint = refuseAsUsage(() => footprintOf(args));
      if (args.memoryMib === undefined && args.gpu !== undefined && !hasShare(args)) {
        terminal.exitCode = printTable(terminal, footprint, gpuOf(args.gpu), args.format === 'json');
        return;
      }
      const report = GpuFit.check(footprint, refuseAsUsage(() => shareOf(args)));
      terminal.out(args.format === 'json' ? JSON.stringify(toJson(report), null, 2) : `${report.verdict}\n${GpuFit.explain(report)}${settingsText(report)}`);
      terminal.exitCode = EXIT_CODES[report.verdict];
    },
  };
}

const EXIT_CODES: Record<FitVerdict, number> = { [FitVerdict.FITS]: 0, [FitVerdict.DOES_NOT_FIT]: 1, [FitVerdict.UNCERTAIN]: 3 };

function options(yargs: Argv): Argv {
  return yargs
    .option('model', { type: 'string', describe: 'a NIM by image name, or a model id on Hugging Face' })
    .option('hf-config', { type: 'string', describe: 'a config.json as published on Hugging Face' })
    .option('selector', { type: 'string', describe: 'profile of a NIM, as in NIM_TAGS_SELECTOR' })
    .option('precision', { choices: Object.values(Precision), describe: 'how weights are stored (default: as published)' })
    .option('kv-dtype', { choices: Object.values(KvCacheType), describe: 'how keys and values are stored (default: as published, else bf16)' })
    .option('context', { type: 'number', describe: 'longest request in tokens (default: the model\'s)' })
    .option('concurrency', { type: 'number', describe: 'requests of that length at once (default: 1)' })
    .option('max-num-seqs', { type: 'number', describe: 'most sequences in a batch' })
    .option('max-num-batched-tokens', { type: 'number', describe: 'most tokens in a batch' })
    .option('tp', { type: 'number', describe: 'GPUs that each layer is spread over; figures are per GPU' })
    .option('fraction', { type: 'number', describe: 'memory fraction of the engine' })
    .option('eager', { type: 'boolean', describe: 'without CUDA graphs' })
    .option('engine', { choices: Object.values(InferenceEngine), describe: 'what serves the model (default: vllm)' })
    .option('gpu', { type: 'string', describe: 'board by product label, such as NVIDIA-A100-SXM4-80GB, or a part of it; alone: the table of its slices' })
    .option('profile', { type: 'string', describe: 'MIG profile, such as 3g.40gb' })
    .option('mps', { type: 'number', describe: 'one of so many MPS shares' })
    .option('time-sliced', { type: 'number', describe: 'one of so many tenants that take turns' })
    .option('memory-mib', { type: 'number', describe: 'so many MiB, as CUDA sees them' })
    .option('format', { choices: ['text', 'json'], default: 'text', describe: 'for people or for scripts' })
    .conflicts('model', 'hf-config')
    .conflicts('memory-mib', ['gpu', 'profile', 'mps', 'time-sliced'])
    .conflicts('mps', ['profile', 'time-sliced'])
    .example('$0 fit --model meta-llama/Llama-3.1-8B-Instruct --context 8192 --gpu NVIDIA-A100-SXM4-80GB --profile 3g.40gb', 'whether it fits one slice, with the arithmetic')
    .epilogue('Exit code: 0 fits, 1 does not, 3 uncertain, 2 wrong usage.')
    .example('$0 fit --model magpie-tts-multilingual --selector batch_size=8 --gpu NVIDIA-H200', 'which slices of an H200 it fits');
}

function footprintOf(args: FitArguments): ModelFootprint {
  const serving: LlmServingOptions = {
    engine: args.engine as InferenceEngine | undefined,
    precision: args.precision as Precision | undefined,
    kvCache: args.kvDtype as KvCacheType | undefined,
    contextLength: args.context,
    concurrency: args.concurrency,
    maxNumSeqs: args.maxNumSeqs,
    maxNumBatchedTokens: args.maxNumBatchedTokens,
    tensorParallel: args.tp,
    fraction: args.fraction,
    eager: args.eager,
  };
  if (args.hfConfig !== undefined) {
    return ModelFootprint.ofLlm(LlmArchitecture.fromHuggingFaceConfig(readFile(args.hfConfig)), serving);
  }
  if (args.model === undefined) { throw new Error('give --model NAME or --hf-config FILE'); }
  const nim = NimModel.findByImage(args.model);
  if (nim !== undefined) { return ModelFootprint.ofNim(nim, { selector: args.selector, serving }); }
  const architecture = LlmArchitecture.find(args.model);
  if (architecture === undefined) {
    throw new Error(`no model "${args.model}" in the catalogue: give a NIM by image name (parakeet-1-1b-ctc-en-us), ` +
      'a model id (meta-llama/Llama-3.1-8B-Instruct), or its config.json with --hf-config');
  }
  return ModelFootprint.ofLlm(architecture, serving);
}

function readFile(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`cannot read ${file}: ${(error as Error).message}`, { cause: error });
  }
}

function hasShare(args: FitArguments): boolean {
  return args.profile !== undefined || args.mps !== undefined || args.timeSliced !== undefined;
}

function shareOf(args: FitArguments): GpuMemory {
  if (args.memoryMib !== undefined) { return GpuMemory.ofMib(args.memoryMib); }
  if (args.gpu === undefined) { throw new Error('give --gpu PRODUCT, with --profile, --mps or --time-sliced for a part of it, or --memory-mib N'); }
  const gpu = gpuOf(args.gpu);
  if (args.profile !== undefined && args.timeSliced !== undefined) { return GpuMemory.timeSlicedMigSlice(gpu, args.profile, args.timeSliced); }
  if (args.profile !== undefined) { return GpuMemory.migSlice(gpu, args.profile); }
  if (args.mps !== undefined) { return GpuMemory.mpsShare(gpu, args.mps); }
  return GpuMemory.timeSliced(gpu, args.timeSliced!);
}

function gpuOf(product: string): Gpu {
  return boardNamed(product);
}

function refuseAsUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** The whole board and every slice of it. The exit code is that of the whole board. */
function printTable(terminal: Terminal, footprint: ModelFootprint, gpu: Gpu, json: boolean): number {
  const whole = GpuFit.check(footprint, GpuMemory.wholeGpu(gpu));
  const slices = gpu.profiles.map(profile => ({ name: profile.name, report: GpuFit.check(footprint, GpuMemory.migSlice(gpu, profile.name)) }));
  if (json) {
    terminal.out(JSON.stringify({ ...toJson(whole), slices: slices.map(({ name, report }) => ({ profile: name, ...toJson(report) })) }, null, 2));
  } else {
    terminal.out(`${footprint.subject} on ${gpu}`);
    terminal.out(`${'slice'.padEnd(16)} ${'has MiB'.padStart(8)} ${'needs MiB'.padStart(15)}  verdict`);
    for (const { name, report } of [...slices, { name: 'whole', report: whole }]) {
      const need = report.neededBestMib === undefined ? 'unknown' : `${report.neededBestMib}-${report.neededWorstMib ?? '?'}`;
      terminal.out(`${name.padEnd(16)} ${String(report.availableMib).padStart(8)} ${need.padStart(15)}  ${report.verdict}`);
    }
  }
  return EXIT_CODES[whole.verdict];
}

function settingsText(report: FitReport): string {
  const settings = Object.entries(report.engineSettings);
  const texts = settings.map(([name, value]) => (name.startsWith('--') ? `${name} ${value}` : `${name}=${value}`));
  return texts.length === 0 ? '' : `\n  Engine settings: ${texts.join('  ')}`;
}

/** The report in the shape that scripts read. */
function toJson(report: FitReport): Record<string, unknown> {
  return {
    verdict: report.verdict,
    model: report.subject,
    share: report.share,
    neededMiB: { best: report.neededBestMib ?? null, worst: report.neededWorstMib ?? null },
    availableMiB: report.availableMib,
    headroomMiB: report.headroomMib ?? null,
    components: report.components.map(({ name, bestMib, worstMib, source }) => ({ name, mib: worstMib, bestMib, worstMib, source })),
    kvBytesPerToken: report.kvBytesPerToken ?? null,
    kvPoolMiB: report.kvPoolMib ?? null,
    kvPoolTokens: report.kvPoolTokens ?? null,
    maxContext: report.maxContext ?? null,
    maxConcurrency: report.maxConcurrency ?? null,
    alternatives: report.alternatives,
    engineSettings: report.engineSettings,
    notes: report.notes,
  };
}
