import { InferenceEngine } from './engines/inference-engine';
import { GpuMemory } from './gpu-memory';
import { FitVerdict } from './report/fit-report';

/** What is not certain about a memory; nothing where a lower bound of it suffices. */
export function memoryNotes(memory: GpuMemory, verdict: FitVerdict): string[] {
  return memory.isKnown || verdict === FitVerdict.FITS
    ? []
    : [`the memory of ${memory} is not known; ${memory.limitMib} MiB is a lower bound`];
}

/**
 * What an engine does with a model that has no room: llama.cpp puts as many layers on the GPU as fit, unless somebody
 * says how many (ggml-org/llama.cpp#16653).
 */
export function offloadNotes(engine: InferenceEngine | undefined, verdict: FitVerdict): string[] {
  return engine !== InferenceEngine.LLAMA_CPP || verdict === FitVerdict.FITS
    ? []
    : ['all layers are counted here; llama.cpp leaves those without room in the memory of the host, where they are slow'];
}
