import { InferenceEngine, LlmServingOptions } from '../../../fit';
import { KvCacheType, LlmArchitecture, Precision } from '../../../models';

/** Flags of an engine, by what they say. */
interface Flags {
  readonly title: string;
  readonly contextLength: string;
  readonly tensorParallel: string;
  readonly pipelineParallel: string;
  readonly fraction: string;
  readonly maxNumSeqs: string;
  readonly maxNumBatchedTokens: string;
  readonly eager: string;
  readonly loraSlots: string;
  /** 8-bit floats as the cache type. */
  readonly fp8Cache: string;
}

/**
 * Read in the wheels of both on PyPI: vLLM 0.33.0, vllm/engine/arg_utils.py; SGLang 0.5.23,
 * sglang/srt/arg_groups/fields (a flag is a field with dashes). There --disable-cuda-graph is deprecated for
 * --cuda-graph-backend-decode and -prefill, which older releases do not have (sglang/srt/server_args.py); it does what
 * it did.
 */
const FLAGS: Partial<Record<InferenceEngine, Flags>> = {
  [InferenceEngine.VLLM]: {
    title: 'vLLM',
    contextLength: '--max-model-len',
    tensorParallel: '--tensor-parallel-size',
    pipelineParallel: '--pipeline-parallel-size',
    fraction: '--gpu-memory-utilization',
    maxNumSeqs: '--max-num-seqs',
    maxNumBatchedTokens: '--max-num-batched-tokens',
    eager: '--enforce-eager',
    loraSlots: '--max-loras',
    fp8Cache: 'fp8',
  },
  [InferenceEngine.SGLANG]: {
    title: 'SGLang',
    contextLength: '--context-length',
    tensorParallel: '--tp-size',
    pipelineParallel: '--pp-size',
    fraction: '--mem-fraction-static',
    maxNumSeqs: '--max-running-requests',
    maxNumBatchedTokens: '--chunked-prefill-size',
    eager: '--disable-cuda-graph',
    loraSlots: '--max-loras-per-batch',
    fp8Cache: 'fp8_e4m3',
  },
};

/** What the arguments are made of. */
export interface EngineArguments {
  readonly engine: InferenceEngine;
  readonly model: LlmArchitecture;
  readonly serving: LlmServingOptions;
  /** Settings that the memory check chose. */
  readonly settings: Record<string, string>;
  /** Whether the checkpoint is not the published one, so that it says its own precision. */
  readonly hasOwnCheckpoint: boolean;
}

/**
 * The flags that make an engine serve as it was asked to: what the memory check chose, and what it was told.
 * @throws for what the engine has no flag for
 */
export function engineArguments(
  place: string,
  { engine, model, serving, settings, hasOwnCheckpoint }: EngineArguments,
): string[] {
  const flags = FLAGS[engine]!;
  const numbers: [string, number | undefined][] = [
    [flags.contextLength, serving.contextLength],
    [flags.tensorParallel, serving.tensorParallel === 1 ? undefined : serving.tensorParallel],
    [flags.pipelineParallel, serving.pipelineParallel === 1 ? undefined : serving.pipelineParallel],
    [flags.fraction, serving.fraction],
    [flags.maxNumSeqs, serving.maxNumSeqs],
    [flags.maxNumBatchedTokens, serving.maxNumBatchedTokens],
  ];
  const asked = Object.fromEntries(numbers.filter(([, value]) => value !== undefined)
    .map(([flag, value]) => [flag, String(value)]));
  return [
    ...Object.entries({ ...asked, ...settings }).flat(),
    ...(serving.eager === true ? [flags.eager] : []),
    ...expertArguments(engine, serving),
    ...(serving.mtp === true ? DRAFTING[engine]! : []),
    ...cacheArguments(place, flags, model, serving),
    ...(hasOwnCheckpoint ? [] : precisionArguments(place, flags, model, serving)),
    ...loraArguments(place, engine, flags, serving),
  ];
}

/**
 * How an engine is told to draft with the model's own layers (vllm 0.33.0 vllm/config/speculative.py; sglang 0.5.23
 * sglang/srt/arg_groups/speculative_hook.py).
 */
const DRAFTING: Partial<Record<InferenceEngine, string[]>> = {
  [InferenceEngine.VLLM]: ['--speculative-config', '{"method":"mtp","num_speculative_tokens":1}'],
  [InferenceEngine.SGLANG]: ['--speculative-algorithm', 'NEXTN'],
};

function expertArguments(engine: InferenceEngine, { expertParallel, tensorParallel }: LlmServingOptions): string[] {
  if (expertParallel !== true) { return []; }
  return engine === InferenceEngine.VLLM ? ['--enable-expert-parallel'] : ['--ep-size', String(tensorParallel ?? 1)];
}

function cacheArguments(
  place: string,
  { title, fp8Cache }: Flags,
  model: LlmArchitecture,
  { kvCache }: LlmServingOptions,
): string[] {
  if (kvCache === undefined || kvCache === model.nativeKvCache) { return []; }
  if (kvCache === KvCacheType.BF16) { return ['--kv-cache-dtype', 'bfloat16']; }
  if (kvCache === KvCacheType.FP8) { return ['--kv-cache-dtype', fp8Cache]; }
  throw new Error(`${place}: ${title} has no cache of ${kvCache} that this library knows a flag for; `
    + 'give KvCacheType.FP8 or BF16');
}

/** A 16-bit checkpoint can be loaded as 8-bit floats; other formats are made once, and are checkpoints of their own. */
function precisionArguments(
  place: string,
  { title }: Flags,
  model: LlmArchitecture,
  { precision }: LlmServingOptions,
): string[] {
  if (precision === undefined || precision === model.nativePrecision) { return []; }
  const isFrom16Bit = [Precision.BF16, Precision.FP16].includes(model.nativePrecision);
  if (isFrom16Bit && precision === Precision.FP8) { return ['--quantization', 'fp8']; }
  if (isFrom16Bit && precision === Precision.FP16) { return ['--dtype', 'float16']; }
  if (isFrom16Bit && precision === Precision.BF16) { return ['--dtype', 'bfloat16']; }
  throw new Error(`${place}: ${title} cannot make ${precision} of the ${model.nativePrecision} checkpoint of `
    + `${model.id} as it loads it; give source, the repository of a checkpoint in `
    + `${precision}`);
}

/** Ranks that vLLM takes (vllm 0.33.0 vllm/config/lora.py MaxLoRARanks); adapters of a lower rank fit in. */
const VLLM_RANKS = [1, 8, 16, 32, 64, 128, 256, 320, 512];

/** The rank of vLLM and SGLang where nobody says one (vllm 0.33.0 vllm/config/lora.py). */
const DEFAULT_RANK = 16;

function loraArguments(
  place: string,
  engine: InferenceEngine,
  { title, loraSlots }: Flags,
  serving: LlmServingOptions,
): string[] {
  if (serving.loraSlots === undefined || serving.loraSlots === 0) { return []; }
  const { loraRank = DEFAULT_RANK } = serving;
  if (engine === InferenceEngine.VLLM && !VLLM_RANKS.includes(loraRank)) {
    const next = VLLM_RANKS.find(each => each >= loraRank) ?? VLLM_RANKS.at(-1);
    throw new Error(`${place}: serving.loraRank is ${loraRank}, and ${title} takes ${VLLM_RANKS.join(', ')}; give `
      + `${next}, into which adapters of a lower rank fit`);
  }
  return ['--enable-lora', loraSlots, String(serving.loraSlots), '--max-lora-rank', String(loraRank)];
}
