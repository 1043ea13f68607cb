import { Estimate, exactly, GIB, MIB } from './estimate';

/**
 * Figures that the arithmetic rests on besides the model and the board. Each can be overridden.
 */
export interface FitAssumptions {
  /**
   * MiB that one CUDA process takes before it loads a model.
   * @default - 250 at least, 685 at most: 620.8 for the context and 684.8 with cuBLAS, read on H100 and H200; 250 by
   * gguf-parser
   */
  readonly processOverheadMib?: number;
  /**
   * MiB of CUDA graphs.
   * @default - 82 to 1229, 410 to 1639 over several GPUs; none when the engine runs eagerly (vLLM logs)
   */
  readonly cudaGraphsMib?: number;
  /**
   * MiB of activations and sampler buffers at their peak.
   * @default - the sampler of the engine's release over sequences times vocabulary, or the forward pass if that is more
   */
  readonly activationsMib?: number;
  /**
   * MiB that TensorRT-LLM takes besides weights and KV cache.
   * @default - 2304 to 6144, and to 7680 over several GPUs, derived from NVIDIA's published limits and a log
   */
  readonly trtllmOverheadMib?: number;
}

/** Bytes of a CUDA process before it loads a model. Under MPS it is hardly less: 710 MB for each further client. */
export function processOverhead({ processOverheadMib: given }: FitAssumptions): Estimate {
  return given === undefined ? { least: 250 * MIB, expected: 620.8 * MIB, most: 684.8 * MIB } : exactly(given * MIB);
}

/**
 * What TensorRT-LLM takes besides weights and KV cache: NVIDIA's limits for an 8B and a 32B model on H100 and GB300,
 * inverted. A model of 1.5B with 64 sequences left 16.25 GiB of an L4 before its cache (0.14.0), so 2.3 GiB were taken
 * besides its weights and the context of the process.
 */
export function trtllmOverhead({ trtllmOverheadMib: given }: FitAssumptions, tensorParallel: number): Estimate {
  if (given !== undefined) { return exactly(given * MIB); }
  return { least: 2.25 * GIB, expected: 4 * GIB, most: (tensorParallel === 1 ? 6 : 7.5) * GIB };
}

/**
 * A stated usage figure of a NIM is not to be trusted to the megabyte: Parakeet measured 8.9 % over its table, Magpie
 * 4.3 %, and tables do not say whether the context of the process is in them.
 */
export const NIM_FIGURE_MARGIN = 1.1;
