import { llamaCppCacheType } from './llama-cpp-cache';
import { NimModel } from '../../models';
import { InferenceEngine } from '../engines/inference-engine';
import { LlmServingOptions } from '../model-footprint';

/** What the settings of an engine are written from. */
export interface EngineChoice {
  readonly engine: InferenceEngine;
  readonly nim?: NimModel;
  /** Undefined where the engine's own fraction is left alone. */
  readonly fraction: number;
  readonly contextLength: number;
  /** Bytes of the pool, on shares that the engine cannot see the end of. */
  readonly kvBytes?: number;
  readonly kvBytesPerToken: number;
}

/**
 * What makes the engine take what was computed.
 *
 * On MPS and time-sliced shares the size of the pool is set as well: `--kv-cache-memory-bytes` by-passes the fraction
 * (vLLM 0.11 and later); SGLang takes it in tokens, and no more than its fraction leaves (`--max-total-tokens`). A NIM
 * 1.x reads its fraction from NIM_KVCACHE_PERCENT, a NIM 2.x from NIM_GPU_MEM_FRACTION and vLLM's arguments from
 * NIM_PASSTHROUGH_ARGS; each ignores the other's, so all are set.
 */
export function engineSettings(choice: EngineChoice, serving: LlmServingOptions): Record<string, string> {
  const { engine, nim, contextLength } = choice;
  const fraction = String(Number(choice.fraction.toFixed(2)));
  if (nim !== undefined) { return nimSettings(nim, fraction, choice, serving); }
  const sequences: Record<string, string> = serving.maxNumSeqs === undefined
    ? {}
    : { '--max-num-seqs': String(serving.maxNumSeqs) };
  const cacheType = llamaCppCacheType(serving.kvCache);
  switch (engine) {
    case InferenceEngine.VLLM:
      return {
        '--gpu-memory-utilization': fraction,
        ...(choice.kvBytes !== undefined && { '--kv-cache-memory-bytes': String(choice.kvBytes) }),
        '--max-model-len': String(contextLength),
        ...sequences,
      };
    case InferenceEngine.SGLANG:
      return {
        '--mem-fraction-static': String(choice.fraction),
        ...(choice.kvBytes !== undefined
          && { '--max-total-tokens': String(Math.floor(choice.kvBytes / choice.kvBytesPerToken)) }),
        '--context-length': String(contextLength),
      };
    case InferenceEngine.TRTLLM:
      return { 'kv_cache_config.free_gpu_memory_fraction': fraction, 'max_seq_len': String(contextLength) };
    case InferenceEngine.LLAMA_CPP:
      return {
        '--ctx-size': String(contextLength * (serving.concurrency ?? 1)),
        '--parallel': String(serving.concurrency ?? 1),
        ...(cacheType !== undefined && { '--cache-type-k': cacheType, '--cache-type-v': cacheType }),
      };
    default: return {};
  }
}

function nimSettings(
  nim: NimModel,
  fraction: string,
  { contextLength, kvBytes }: EngineChoice,
  serving: LlmServingOptions,
): Record<string, string> {
  const passed = [
    ...(nim.kind === 'vlm' ? [`--gpu-memory-utilization ${fraction}`] : []),
    ...(kvBytes === undefined ? [] : [`--kv-cache-memory-bytes ${kvBytes}`]),
  ];
  return {
    ...(nim.kind === 'vlm' ? {} : { NIM_KVCACHE_PERCENT: fraction, NIM_GPU_MEM_FRACTION: fraction }),
    ...(passed.length > 0 && { NIM_PASSTHROUGH_ARGS: passed.join(' ') }),
    NIM_MAX_MODEL_LEN: String(contextLength),
    ...(serving.maxNumSeqs !== undefined && { NIM_MAX_NUM_SEQS: String(serving.maxNumSeqs) }),
  };
}
