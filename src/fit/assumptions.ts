const GIB = 2 ** 30;
const MIB = 2 ** 20;

/** What a figure is at least, what is expected, and what it is at most, in bytes unless said otherwise. */
export interface Estimate {
  readonly least: number;
  readonly expected: number;
  readonly most: number;
}

/**
 * Figures that the arithmetic rests on besides the model and the board. Each can be overridden.
 */
export interface FitAssumptions {
  /**
   * MiB that one CUDA process takes before it loads a model.
   * @default - 250 at least, 685 at most: 620.8 for the context and 684.8 with cuBLAS, read on H100 and H200; 250 by gguf-parser
   */
  readonly processOverheadMib?: number;
  /**
   * MiB of CUDA graphs.
   * @default - 80 to 1024; none when the engine runs eagerly. vLLM logs show 0.08 to 1.2 GiB
   */
  readonly cudaGraphsMib?: number;
  /**
   * MiB of activations and sampler buffers at their peak.
   * @default - 38.9 bytes times sequences times vocabulary, as vLLM logs show, or the forward pass if that is more
   */
  readonly activationsMib?: number;
  /**
   * MiB that TensorRT-LLM takes besides weights and KV cache.
   * @default - 3072 to 6144, and to 7680 over several GPUs, derived from NVIDIA's published limits
   */
  readonly trtllmOverheadMib?: number;
}

/** Bytes of a CUDA process before it loads a model. Under MPS it is hardly less: 710 MB for each further client. */
export function processOverhead({ processOverheadMib: given }: FitAssumptions): Estimate {
  return given === undefined ? { least: 250 * MIB, expected: 620.8 * MIB, most: 684.8 * MIB } : exactly(given);
}

/** What torch does not see grow besides the context: 0.05 to 0.28 GiB on one GPU, 0.55 over several, and NCCL (vLLM logs, v0.11 and later). */
export function nonTorch(tensorParallel: number): Estimate {
  return tensorParallel === 1
    ? { least: 0.05 * GIB, expected: 0.2 * GIB, most: 0.3 * GIB }
    : { least: 0.3 * GIB, expected: 0.55 * GIB, most: 0.7 * GIB };
}

/** CUDA graphs; none when eager. */
export function cudaGraphs({ cudaGraphsMib: given }: FitAssumptions, eager: boolean): Estimate {
  if (eager) { return exactly(0); }
  return given === undefined ? { least: 0.08 * GIB, expected: 0.5 * GIB, most: 1.0 * GIB } : exactly(given);
}

/**
 * Bytes per sequence and vocabulary entry at the peak of vLLM's sampler, V1 engine: 38.4 to 40.0 in eight logs from 0.6 to
 * 120 billion parameters, 44.2 and 47.1 in two of later releases; 30 to 32 in the V0 engine.
 */
export const SAMPLER_BYTES: Estimate = { least: 30, expected: 38.9, most: 47.1 };

/** What TensorRT-LLM takes besides weights and KV cache: NVIDIA's limits for an 8B and a 32B model on H100 and GB300, inverted. */
export function trtllmOverhead({ trtllmOverheadMib: given }: FitAssumptions, tensorParallel: number): Estimate {
  if (given !== undefined) { return exactly(given); }
  return { least: 3 * GIB, expected: 4 * GIB, most: (tensorParallel === 1 ? 6 : 7.5) * GIB };
}

/** Fraction of the memory that it sees which vLLM takes when nobody says otherwise; 0.92 in the latest releases. */
export const VLLM_DEFAULT_FRACTION = 0.9;

/** Fraction of the memory left after loading that TensorRT-LLM gives to its KV cache. */
export const TRTLLM_DEFAULT_FRACTION = 0.9;

/**
 * vLLM's defaults for sequences and batched tokens: the large ladder from 70 GiB on boards other than A100, the small one below
 * and on every MIG slice, where the query of the board is denied (vllm EngineArgs.get_batch_defaults; vllm#55381).
 */
export function vllmBatchDefaults(visibleBytes: number, isMig: boolean, isA100: boolean): { maxNumSeqs: number; maxNumBatchedTokens: number } {
  return visibleBytes >= 70 * GIB && !isMig && !isA100
    ? { maxNumSeqs: 1024, maxNumBatchedTokens: 8192 }
    : { maxNumSeqs: 256, maxNumBatchedTokens: 2048 };
}

/**
 * A stated usage figure of a NIM is not to be trusted to the megabyte: Parakeet measured 8.9 % over its table, Magpie 4.3 %, and
 * tables do not say whether the context of the process is in them.
 */
export const NIM_FIGURE_MARGIN = 1.1;

function exactly(mib: number): Estimate {
  return { least: mib * MIB, expected: mib * MIB, most: mib * MIB };
}
