import { GpuContainer } from '../../cluster';
import { InferenceEngine, LlmServingOptions } from '../../fit';
import { KvCacheType, Precision } from '../../models';

/** How many GPUs share the weights, as vLLM, SGLang, TensorRT-LLM, LMDeploy and TGI call it. */
export const TENSOR_PARALLEL = ['--tensor-parallel-size', '--tensor_parallel_size', '-tp', '--tp', '--tp-size', '--tp_size', '--num-shard'];

/** How many groups of layers there are, each on GPUs of its own. */
export const PIPELINE_PARALLEL = ['--pipeline-parallel-size', '--pipeline_parallel_size', '-pp', '--pp', '--pp-size', '--pp_size'];

/** What makes the memory of a GPU something else than these rules can say: layers or weights are elsewhere, or settings are in a file. */
const BEYOND = [
  '--pipeline-parallel-size', '-pp', '--pp', '--pp-size', '--pp_size', '--data-parallel-size', '-dp', '--dp', '--dp-size', '--cpu-offload-gb', '--config',
];

/** Formats that engines quantize to or read; of those of several widths the smallest, as what does not fit then fits in none. */
const QUANTIZATIONS: [RegExp, Precision][] = [
  [/^(?:awq|gptq|bitsandbytes|marlin|w4)/, Precision.INT4], [/fp4/, Precision.NVFP4], [/fp8/, Precision.FP8], [/int8|w8a8/, Precision.INT8],
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

/** How an engine serves its model, by arguments and environment; undefined where they say more than can be counted. */
export function servingOf(container: GpuContainer, gpus: number): LlmServingOptions | undefined {
  const { env } = container;
  const whole = (text: string | undefined) => (text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined);
  const shared = firstArgumentOf(container, ...TENSOR_PARALLEL);
  const quantized = firstArgumentOf(container, '--quantization', '-q', '--quantize') ?? (argumentOf(container, '--load-format') === 'bitsandbytes' ? 'bitsandbytes' : undefined);
  const precision = QUANTIZATIONS.find(([pattern]) => quantized !== undefined && pattern.test(quantized))?.[1];
  if (BEYOND.some(name => !['', '0', '1', undefined].includes(argumentOf(container, name)))) { return undefined; }
  if ((shared !== undefined && whole(shared) === undefined) || (quantized !== undefined && precision === undefined)) { return undefined; }
  if (shared === undefined && gpus > 1 && !isVllm(container)) { return undefined; } // others use every GPU that they see
  const passed = /--gpu-memory-utilization[= ]([\d.]+)/.exec(env.NIM_PASSTHROUGH_ARGS ?? '')?.[1];
  const fraction = Number(firstArgumentOf(container, '--gpu-memory-utilization', '--mem-fraction-static') ?? env.NIM_GPU_MEM_FRACTION ?? env.NIM_KVCACHE_PERCENT ?? passed);
  return {
    fraction: fraction > 0 && fraction <= 1 ? fraction : undefined,
    contextLength: whole(firstArgumentOf(container, '--max-model-len', '--context-length') ?? env.NIM_MAX_MODEL_LEN),
    maxNumSeqs: whole(firstArgumentOf(container, '--max-num-seqs', '--max-running-requests') ?? env.NIM_MAX_NUM_SEQS),
    tensorParallel: whole(shared),
    ...isSglang(container) && { engine: InferenceEngine.SGLANG },
    ...precision !== undefined && { precision },
    ...argumentOf(container, '--kv-cache-dtype')?.startsWith('fp8') && { kvCache: KvCacheType.FP8 },
  };
}

function isSglang({ image, args }: GpuContainer): boolean {
  return /(?:^|\/)sglang(?:[:@/]|$)/.test(image ?? '') || args.some(each => each.includes('sglang.launch_server'));
}

function isVllm({ image, args }: GpuContainer): boolean {
  return /vllm/.test(image ?? '') || args.some(each => /(?:^|\/|\.)vllm(?:$|\.)/.test(each));
}
