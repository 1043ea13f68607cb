import { boardNamed } from './find-board';
import { GpuMemory, InferenceEngine, LlmServingOptions, ModelFootprint } from '../../fit';
import { KvCacheType, LlmArchitecture, nearWords, NimModel, Precision } from '../../models';
import { checkSelector } from '../../nim';

/** What `fit` is asked. */
export interface FitArguments {
  model?: string;
  hfConfig?: string;
  selector?: string;
  precision?: string;
  weightsGib?: number;
  kvDtype?: string;
  context?: number;
  concurrency?: number;
  maxNumSeqs?: number;
  maxNumBatchedTokens?: number;
  tp?: number;
  pp?: number;
  expertParallel?: boolean;
  mtp?: boolean;
  fraction?: number;
  eager?: boolean;
  engine?: string;
  engineVersion?: string;
  gpu?: string;
  profile?: string;
  mps?: number;
  timeSliced?: number;
  memoryMib?: number;
  format?: string;
}

/** @throws when the model is not known or a number makes no sense */
export function footprintOf(args: FitArguments): ModelFootprint {
  const serving: LlmServingOptions = {
    engine: args.engine as InferenceEngine | undefined,
    engineVersion: args.engineVersion,
    precision: args.precision as Precision | undefined,
    weightBytes: args.weightsGib === undefined ? undefined : weightBytes(args.weightsGib),
    kvCache: args.kvDtype as KvCacheType | undefined,
    contextLength: args.context,
    concurrency: args.concurrency,
    maxNumSeqs: args.maxNumSeqs,
    maxNumBatchedTokens: args.maxNumBatchedTokens,
    tensorParallel: args.tp,
    pipelineParallel: args.pp,
    expertParallel: args.expertParallel,
    mtp: args.mtp,
    fraction: args.fraction,
    eager: args.eager,
  };
  if (args.hfConfig !== undefined) {
    return ModelFootprint.ofLlm(LlmArchitecture.fromHuggingFaceConfig(pathOf(args.hfConfig)), serving);
  }
  if (args.model === undefined) { throw new Error('give --model NAME or --hf-config FILE'); }
  const nim = NimModel.findByImage(args.model);
  if (nim !== undefined) {
    checkSelector('--selector', nim, args.selector);
    return ModelFootprint.ofNim(nim, { selector: args.selector, serving });
  }
  const architecture = LlmArchitecture.find(args.model);
  if (architecture === undefined) {
    const near = nearWords(args.model, [...NimModel.all().map(({ id }) => id), ...LlmArchitecture.ids()]);
    throw new Error(`no model "${args.model}" in the catalogue${near}; cdk8s-gpu models lists them, and `
      + '--hf-config reads a config.json');
  }
  return ModelFootprint.ofLlm(architecture, serving);
}

/** On the command line a config is always a path: text that is none of a file must not be taken for one. */
function pathOf(text: string): string {
  if (/[{\n\r]/.test(text)) { throw new Error('--hf-config takes the path of a config.json or of its folder'); }
  return text;
}

function weightBytes(gib: number): number {
  if (!(gib > 0) || !Number.isFinite(gib)) { throw new Error(`--weights-gib must be a number above 0, got ${gib}`); }
  return Math.round(gib * 2 ** 30);
}

/** Whether a part of a board is asked about. */
export function hasPart(args: FitArguments): boolean {
  return args.profile !== undefined || args.mps !== undefined || args.timeSliced !== undefined;
}

/** @throws when the board or the profile is not known, or neither is given */
export function memoryOf(args: FitArguments): GpuMemory {
  if (args.memoryMib !== undefined) { return GpuMemory.ofMib(args.memoryMib); }
  if (args.gpu === undefined) {
    throw new Error('give --gpu PRODUCT, with --profile, --mps or --time-sliced for a part of it, or --memory-mib N');
  }
  const gpu = boardNamed(args.gpu);
  if (args.profile !== undefined && args.timeSliced !== undefined) {
    return GpuMemory.timeSlicedMigSlice(gpu, args.profile, args.timeSliced);
  }
  if (args.profile !== undefined) { return GpuMemory.migSlice(gpu, args.profile); }
  if (args.mps !== undefined) { return GpuMemory.mpsShare(gpu, args.mps); }
  if (args.timeSliced !== undefined) { return GpuMemory.timeSliced(gpu, args.timeSliced); }
  return GpuMemory.wholeGpu(gpu);
}
