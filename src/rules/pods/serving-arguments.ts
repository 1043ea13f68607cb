import { engineOf } from './serving-images';
import { GpuContainer } from '../../cluster';
import { InferenceEngine, LlmServingOptions } from '../../fit';
import { KvCacheType, Precision } from '../../models';

/** How many GPUs share the weights, as vLLM, SGLang, TensorRT-LLM, LMDeploy and TGI call it. */
const TENSOR_PARALLEL = [
  '--tensor-parallel-size', '--tensor_parallel_size', '-tp', '--tp', '--tp-size', '--tp_size', '--num-shard',
];

/** How many groups of layers there are, each on GPUs of its own. */
export const PIPELINE_PARALLEL = [
  '--pipeline-parallel-size', '--pipeline_parallel_size', '-pp', '--pp', '--pp-size', '--pp_size',
];

/** How many copies of the model run side by side, each on GPUs of its own. */
const DATA_PARALLEL = ['--data-parallel-size', '-dp', '--dp', '--dp-size'];

/**
 * What makes the memory of a GPU something else than these rules can say: layers or weights are elsewhere, or settings
 * are in a file.
 */
const BEYOND = [
  ...DATA_PARALLEL, '--cpu-offload-gb', '--config', '--extra_llm_api_options', '--enable-dp-attention',
  '--n-gpu-layers', '--gpu-layers', '-ngl',
];

/** What an engine calls its settings. */
interface Names {
  readonly fraction: string[];
  readonly context: string[];
  readonly sequences: string[];
  readonly tokens: string[];
  readonly eager: string[];
  readonly experts: string[];
}

/** `vllm serve`, `sglang.launch_server` (server_args.py at 0.5.23) and `trtllm-serve`. */
const NAMES: Partial<Record<InferenceEngine, Names>> = {
  [InferenceEngine.VLLM]: {
    fraction: ['--gpu-memory-utilization'],
    context: ['--max-model-len'],
    sequences: ['--max-num-seqs'],
    tokens: ['--max-num-batched-tokens'],
    eager: ['--enforce-eager'],
    experts: ['--enable-expert-parallel', '-ep'],
  },
  [InferenceEngine.SGLANG]: {
    fraction: ['--mem-fraction-static'],
    context: ['--context-length'],
    sequences: ['--cuda-graph-max-bs', '--max-running-requests'],
    tokens: ['--chunked-prefill-size'],
    eager: ['--disable-cuda-graph'],
    experts: ['--ep-size', '--ep', '--expert-parallel-size'],
  },
  [InferenceEngine.TRTLLM]: {
    fraction: ['--kv_cache_free_gpu_memory_fraction', '--free_gpu_memory_fraction'],
    context: ['--max_seq_len'],
    sequences: ['--max_batch_size'],
    tokens: ['--max_num_tokens'],
    eager: [],
    experts: ['--ep_size'],
  },
};

/**
 * Formats that engines quantize to or read; of those of several widths the smallest, as what does not fit then fits in
 * none.
 */
const QUANTIZATIONS: [RegExp, Precision][] = [
  [/^(?:awq|gptq|bitsandbytes|marlin|w4)/, Precision.INT4], [/fp4/, Precision.NVFP4], [/fp8/, Precision.FP8],
  [/int8|w8a8/, Precision.INT8],
];

/** The value of `--name value` or `--name=value`. */
export function argumentOf({ args }: GpuContainer, name: string): string | undefined {
  const index = args.findIndex(each => each === name || each.startsWith(`${name}=`));
  if (index < 0) { return undefined; }
  return args[index] === name ? args[index + 1] ?? '' : args[index].slice(name.length + 1);
}

/** The value of the first of several names that is there. */
export function firstArgumentOf(container: GpuContainer, ...names: string[]): string | undefined {
  return names.map(name => argumentOf(container, name)).find(each => each !== undefined);
}

/**
 * How many GPUs share the weights, as it is written: by an option, else by a variable of TGI
 * (text-generation-inference launcher/src/main.rs, num_shard).
 */
export function tensorParallelOf(container: GpuContainer): string | undefined {
  const isTgi = /(?:^|\/)(?:text-generation-inference|tgi)(?:[:@]|$)/.test(container.image ?? '');
  return firstArgumentOf(container, ...TENSOR_PARALLEL) ?? (isTgi ? container.env.NUM_SHARD : undefined);
}

/**
 * How many GPUs the engine in a NIM spreads one copy of its model over, as variables say it: what is passed on to the
 * engine comes last (docs.nvidia.com/nim/large-language-models/2.0.4/reference/environment-variables.html,
 * NIM_TENSOR_PARALLEL_SIZE, NIM_PIPELINE_PARALLEL_SIZE, NIM_PASSTHROUGH_ARGS).
 */
export function nimSpreadOf(container: GpuContainer): number {
  const { env } = container;
  const passed = { ...container, args: (env.NIM_PASSTHROUGH_ARGS ?? '').split(/\s+/) };
  const tensor = firstArgumentOf(passed, ...TENSOR_PARALLEL) ?? env.NIM_TENSOR_PARALLEL_SIZE;
  const pipeline = firstArgumentOf(passed, ...PIPELINE_PARALLEL) ?? env.NIM_PIPELINE_PARALLEL_SIZE;
  return (whole(tensor) ?? 1) * (whole(pipeline) ?? 1);
}

/** What shows that copies of the model share GPUs, or run on other nodes too. */
const DATA_PARALLEL_ELSEWHERE = [
  '--enable-dp-attention', '--data-parallel-size-local', '-dpl', '--data-parallel-address', '-dpa',
  '--data-parallel-start-rank', '-dpr', '--data-parallel-rank', '-dpn', '--data-parallel-backend', '-dpb', '--headless',
];

/**
 * How many copies of the model run in a container, as it is written: vLLM and SGLang start as many as they are told,
 * unless they are told too that some are elsewhere (vllm/engine/arg_utils.py data_parallel_size_local;
 * sglang/srt/server_args.py dp_size).
 */
export function dataParallelOf(container: GpuContainer): string | undefined {
  return firstArgumentOf(container, ...DATA_PARALLEL_ELSEWHERE) === undefined
    ? firstArgumentOf(container, ...DATA_PARALLEL)
    : undefined;
}

/** How an engine serves its model, by arguments and environment; undefined where they say more than can be counted. */
export function servingOf(container: GpuContainer, gpus: number): LlmServingOptions | undefined {
  const { env } = container;
  const engine = engineOf(container);
  const names = NAMES[engine ?? InferenceEngine.VLLM] ?? NAMES[InferenceEngine.VLLM]!;
  const spread = [tensorParallelOf(container), firstArgumentOf(container, ...PIPELINE_PARALLEL)];
  const [shared, staged] = spread;
  const quantized = firstArgumentOf(container, '--quantization', '-q', '--quantize')
    ?? (argumentOf(container, '--load-format') === 'bitsandbytes' ? 'bitsandbytes' : undefined);
  const precision = QUANTIZATIONS.find(([pattern]) => quantized !== undefined && pattern.test(quantized))?.[1];
  if (BEYOND.some(name => !['', '0', '1', undefined].includes(argumentOf(container, name)))) { return undefined; }
  if (env.LLAMA_ARG_N_GPU_LAYERS !== undefined) { return undefined; }
  if (spread.some(each => each !== undefined && whole(each) === undefined)) { return undefined; }
  if (quantized !== undefined && precision === undefined) { return undefined; }
  const usesAll = engine === undefined || engine === InferenceEngine.LLAMA_CPP; // every GPU that they see
  if (shared === undefined && gpus > 1 && usesAll) { return undefined; }
  const passed = /--gpu-memory-utilization[= ]([\d.]+)/.exec(env.NIM_PASSTHROUGH_ARGS ?? '')?.[1];
  const fraction = Number(firstArgumentOf(container, ...names.fraction)
    ?? env.NIM_GPU_MEM_FRACTION
    ?? env.NIM_KVCACHE_PERCENT
    ?? passed);
  return {
    engine,
    fraction: fraction > 0 && fraction <= 1 ? fraction : undefined,
    contextLength: whole(firstArgumentOf(container, ...names.context) ?? env.NIM_MAX_MODEL_LEN),
    maxNumSeqs: whole(firstArgumentOf(container, ...names.sequences) ?? env.NIM_MAX_NUM_SEQS),
    maxNumBatchedTokens: whole(firstArgumentOf(container, ...names.tokens)),
    tensorParallel: whole(shared),
    pipelineParallel: whole(staged),
    eager: isSet(container, names.eager) ?? capturesNoBatches(container),
    expertParallel: isSet(container, names.experts),
    mtp: /"method"\s*:\s*"(?:[a-z0-9_]+_)?mtp"/.test(argumentOf(container, '--speculative-config') ?? '') || undefined,
    ...loraOf(container),
    ...precision !== undefined && { precision },
    ...argumentOf(container, '--kv-cache-dtype')?.startsWith('fp8') && { kvCache: KvCacheType.FP8 },
  };
}

/** Whether the size of the cache is set in bytes or blocks, which by-passes the fraction. */
export function setsCacheSize(container: GpuContainer): boolean {
  const names = ['--kv-cache-memory-bytes', '--num-gpu-blocks-override', '--max-total-tokens'];
  return names.some(name => argumentOf(container, name) !== undefined)
    || /--kv-cache-memory-bytes/.test(container.env.NIM_PASSTHROUGH_ARGS ?? '');
}

function whole(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}

/** A switch that is there; of those that take a number, one above 1. */
function isSet(container: GpuContainer, names: string[]): true | undefined {
  const value = firstArgumentOf(container, ...names);
  return value === undefined || ['false', '0', '1'].includes(value) ? undefined : true;
}

/**
 * Whether vLLM is told to capture no graphs of whole batches: `cudagraph_mode` of its compilation config, or -O0 and -O1
 * (config/vllm.py of 0.20.2 to 0.33.0, OPTIMIZATION_LEVEL_00 and _01). Those of pieces then count as none, which is the
 * least that there can be.
 */
function capturesNoBatches({ args }: GpuContainer): true | undefined {
  const text = args.join(' ');
  const isOff = /cudagraph_mode["'\s]*[:=]["'\s]*(?:PIECEWISE|NONE)\b/.test(text)
    || /(?:^|\s)(?:-O|--optimization-level[= ])\s?[01](?:\s|$)/.test(text);
  return isOff || undefined;
}

/** vLLM takes room for adapters only where it is told to. */
function loraOf(container: GpuContainer): LlmServingOptions {
  if (argumentOf(container, '--enable-lora') === undefined) { return {}; }
  return {
    loraSlots: whole(argumentOf(container, '--max-loras')) ?? 1,
    loraRank: whole(argumentOf(container, '--max-lora-rank')),
  };
}
