import { between, Estimate, MIB } from '../estimate';

/**
 * Tokens that go through the layers at once, and the margin that it leaves on a GPU (common/common.h at
 * ggml-org/llama.cpp@001d906).
 */
export const PHYSICAL_BATCH = 512;
const MARGIN_MIB = 1024;

/** Tokens of a cache are filled up to a multiple of it (src/llama-kv-cache.cpp and -iswa.cpp). */
const CACHE_PADDING = 256;

/** Bytes of the mask of attention for a token of the batch and one of the cache: in 32 bit, and cast to 16. */
const MASK_BYTES = 6;
/** The cast alone, where a build makes the mask in 16 bit. */
const LEAST_MASK_BYTES = 2;

/** One sequence unless `--parallel` says more; a logical batch of 2,048 tokens. */
export function llamaCppDefaults(): { maxNumSeqs: number; maxNumBatchedTokens: number } {
  return { maxNumSeqs: 1, maxNumBatchedTokens: 2048 };
}

/** Tokens that a cache has room for, of those asked for. */
export function padded(tokens: number): number {
  return CACHE_PADDING * Math.ceil(tokens / CACHE_PADDING);
}

/** What the graph goes by. */
export interface GraphShape {
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly vocabSize: number;
  /** Tokens of the cache, of all sequences. */
  readonly cacheTokens: number;
}

/**
 * The compute graph of a physical batch with flash attention, as is the default: the larger of its end (logits and hidden
 * states in 32 bit) and of a layer of attention (the mask over the whole cache, and five hidden states). Logs have that
 * to the MiB: 495 of 131,072 tokens of Qwen3.6-27B, 808 of 262,144 of Qwen3.5-9B, 258.5 of Llama 3 8B. An upper bound has both sides of the network and the margin of 1,024 MiB that it leaves itself when it
 * fits a model (`fit_params_target`).
 */
export function computeGraph(shape: GraphShape): Estimate {
  const values = 4 * PHYSICAL_BATCH;
  const logits = values * (shape.vocabSize + shape.hiddenSize);
  const mask = PHYSICAL_BATCH * padded(shape.cacheTokens);
  const attention = MASK_BYTES * mask + values * 5 * shape.hiddenSize;
  const layer = values * (4 * shape.hiddenSize + 2 * shape.intermediateSize);
  return between(
    Math.max(logits / 2, LEAST_MASK_BYTES * mask),
    Math.max(logits, attention),
    Math.max(logits, attention) + layer + MARGIN_MIB * MIB,
  );
}

/** Bytes that the graph is larger with a cache of more tokens than it was counted with. */
export function graphGrowth(shape: GraphShape, cacheTokens: number): number {
  return Math.max(0, computeGraph({ ...shape, cacheTokens }).expected - computeGraph(shape).expected);
}
