import type { Argv, CommandModule } from 'yargs';
import { boardJson, boardText, onBoard, reportJson, reportText } from './fit-output';
import { FitVerdict, GpuFit, InferenceEngine } from '../../fit';
import { KvCacheType, Precision } from '../../models';
import { jsonText, withoutCommands } from '../../text';
import { boardNamed } from '../input/find-board';
import { FitArguments, footprintOf, hasPart, memoryOf } from '../input/fit-arguments';
import { Terminal, UsageError } from '../shell/terminal';

/** `cdk8s-gpu fit`: does a model fit. Exit code 0 fits, 1 does not, 3 uncertain, 2 usage. */
export function fitCommand(terminal: Terminal): CommandModule<object, FitArguments> {
  return {
    command: 'fit',
    describe: 'Check whether a model fits a GPU, a MIG slice or a share, with the arithmetic',
    builder: (yargs: Argv) => options(yargs) as Argv<FitArguments>,
    handler: args => {
      const print = (json: unknown, text: string) => {
        terminal.out(args.format === 'json' ? jsonText(json) : withoutCommands(text));
      };
      const footprint = asUsage(() => footprintOf(args));
      if (args.memoryMib === undefined && args.gpu !== undefined && !hasPart(args)) {
        const gpu = boardNamed(args.gpu);
        const reports = asUsage(() => onBoard(footprint, gpu));
        print(boardJson(reports), boardText(footprint, gpu, reports));
        terminal.exitCode = EXIT_CODES[reports.whole.verdict];
        return;
      }
      const report = GpuFit.check(footprint, asUsage(() => memoryOf(args)));
      print(reportJson(report), reportText(report));
      terminal.exitCode = EXIT_CODES[report.verdict];
    },
  };
}

const EXIT_CODES: Record<FitVerdict, number> = {
  [FitVerdict.FITS]: 0,
  [FitVerdict.DOES_NOT_FIT]: 1,
  [FitVerdict.UNCERTAIN]: 3,
};

function options(yargs: Argv): Argv {
  return yargs
    .option('model', { type: 'string', describe: 'a NIM by image name, or a model id on Hugging Face' })
    .option('hf-config', {
      type: 'string',
      describe: 'a config.json as published on Hugging Face, or the folder of a checkpoint',
    })
    .option('selector', { type: 'string', describe: 'profile of a NIM, as in NIM_TAGS_SELECTOR' })
    .option('precision', {
      choices: Object.values(Precision),
      describe: 'how weights are stored (default: as published)',
    })
    .option('weights-gib', {
      type: 'number',
      describe: 'GiB of the checkpoint on disk; beats the arithmetic on parameters',
    })
    .option('kv-dtype', {
      choices: Object.values(KvCacheType),
      describe: 'how keys and values are stored (default: as published, else bf16)',
    })
    .option('context', { type: 'number', describe: 'longest request in tokens (default: the model\'s)' })
    .option('concurrency', { type: 'number', describe: 'requests of that length at once (default: 1)' })
    .option('max-num-seqs', { type: 'number', describe: 'most sequences in a batch' })
    .option('max-num-batched-tokens', { type: 'number', describe: 'most tokens in a batch' })
    .option('tp', { type: 'number', describe: 'GPUs that each layer is spread over; figures are per GPU' })
    .option('pp', {
      type: 'number',
      describe: 'GPUs that the layers are dealt out to; figures are for the one with the most',
    })
    .option('expert-parallel', { type: 'boolean', describe: 'experts are dealt out whole over the GPUs of --tp' })
    .option('mtp', { type: 'boolean', describe: 'the model drafts with its own layers that predict several tokens' })
    .option('fraction', { type: 'number', describe: 'memory fraction of the engine' })
    .option('eager', { type: 'boolean', describe: 'without CUDA graphs' })
    .option('engine', { choices: Object.values(InferenceEngine), describe: 'what serves the model (default: vllm)' })
    .option('engine-version', {
      type: 'string',
      describe: 'release of the engine, such as 0.19.0, or b4719 of llama.cpp (default: the newest that is known)',
    })
    .option('gpu', {
      type: 'string',
      describe: 'board by product label, such as NVIDIA-A100-SXM4-80GB, or a part of it; alone: all of its slices',
    })
    .option('profile', { type: 'string', describe: 'MIG profile, such as 3g.40gb' })
    .option('mps', { type: 'number', describe: 'number of MPS clients that share the GPU' })
    .option('time-sliced', { type: 'number', describe: 'number of tenants that take turns' })
    .option('memory-mib', { type: 'number', describe: 'memory in MiB, as CUDA sees it' })
    .option('format', { choices: ['text', 'json'], default: 'text', describe: 'for people or for scripts' })
    .conflicts('model', 'hf-config')
    .conflicts('memory-mib', ['gpu', 'profile', 'mps', 'time-sliced'])
    .conflicts('mps', ['profile', 'time-sliced'])
    .example('$0 fit --model meta-llama/Llama-3.1-8B-Instruct --context 8192 --gpu '
      + 'NVIDIA-A100-SXM4-80GB --profile 3g.40gb',
    'whether it fits one slice, with the arithmetic')
    .example('$0 fit --model magpie-tts-multilingual --selector batch_size=8 --gpu NVIDIA-H200', 'which slices of an H200 it fits')
    .example('$0 fit --hf-config ./checkpoint --engine-version 0.19.0 --memory-mib 45458', 'a checkpoint of your own')
    .epilogue('Exit code: 0 fits, 1 does not, 3 uncertain, 2 wrong usage.');
}

function asUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError((error as Error).message);
  }
}
