import { CountedRelease, countedRelease } from '../engines/counted-release';
import { InferenceEngine } from '../engines/inference-engine';
import { llamaCppDefaults } from '../engines/llama-cpp';
import { NEWEST_SGLANG, sglangDefaults, sglangRelease } from '../engines/sglang';
import { SglangRelease } from '../engines/sglang-releases';
import { TRTLLM_DEFAULTS } from '../engines/tensorrt-llm';
import { Batch, batchDefaults } from '../engines/vllm';
import { ChosenRelease, vllmRelease } from '../engines/vllm-releases';
import { GpuMemory } from '../gpu-memory';
import { LlmServingOptions } from '../model-footprint';

/** The batch that an engine runs, and the release that decided it. */
export interface ChosenBatch extends Batch {
  readonly counted: CountedRelease;
  readonly vllm: ChosenRelease;
  readonly sglang: SglangRelease;
}

/** Sequences, tokens and GPUs of a batch: as asked for, else the engine's own. */
export function batchOf(engine: InferenceEngine, serving: LlmServingOptions, memory: GpuMemory): ChosenBatch {
  const tensorParallel = serving.tensorParallel ?? 1;
  const counted = countedRelease(engine, serving.engineVersion);
  const vllm = vllmRelease(engine === InferenceEngine.VLLM ? serving.engineVersion : undefined);
  const sglang = sglangRelease(engine === InferenceEngine.SGLANG ? counted.version! : NEWEST_SGLANG);
  const own = ownBatch(engine, vllm, sglang, tensorParallel, memory);
  return {
    counted,
    vllm,
    sglang,
    tensorParallel,
    pipelineParallel: serving.pipelineParallel ?? 1,
    expertParallel: serving.expertParallel ?? false,
    eager: serving.eager ?? false,
    maxNumSeqs: serving.maxNumSeqs ?? own.maxNumSeqs,
    maxNumBatchedTokens: serving.maxNumBatchedTokens ?? own.maxNumBatchedTokens,
  };
}

function ownBatch(
  engine: InferenceEngine,
  vllm: ChosenRelease,
  sglang: SglangRelease,
  tensorParallel: number,
  memory: GpuMemory,
) {
  switch (engine) {
    case InferenceEngine.SGLANG: return sglangDefaults(sglang, memory._visibleBytes, tensorParallel);
    case InferenceEngine.TRTLLM: return TRTLLM_DEFAULTS;
    case InferenceEngine.LLAMA_CPP: return llamaCppDefaults();
    default: return batchDefaults(vllm, memory._visibleBytes, memory.gpu);
  }
}
