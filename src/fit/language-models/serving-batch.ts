import { sglangDefaults } from '../engines/sglang';
import { Batch, batchDefaults } from '../engines/vllm';
import { ChosenRelease, vllmRelease } from '../engines/vllm-releases';
import { GpuMemory } from '../gpu-memory';
import { InferenceEngine, LlmServingOptions } from '../model-footprint';

/** The batch that an engine runs, and the release that decided it. */
export interface ChosenBatch extends Batch {
  readonly vllm: ChosenRelease;
}

/** Sequences, tokens and GPUs of a batch: as asked for, else the engine's own. */
export function batchOf(engine: InferenceEngine, serving: LlmServingOptions, memory: GpuMemory): ChosenBatch {
  const tensorParallel = serving.tensorParallel ?? 1;
  const vllm = vllmRelease(engine === InferenceEngine.VLLM ? serving.engineVersion : undefined);
  const own = engine === InferenceEngine.SGLANG
    ? sglangDefaults(memory._visibleBytes, tensorParallel) : batchDefaults(vllm, memory._visibleBytes, memory.gpu);
  return {
    vllm,
    tensorParallel,
    eager: serving.eager ?? false,
    maxNumSeqs: serving.maxNumSeqs ?? own.maxNumSeqs,
    maxNumBatchedTokens: serving.maxNumBatchedTokens ?? own.maxNumBatchedTokens,
  };
}
