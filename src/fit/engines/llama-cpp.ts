import { between, Estimate, MIB } from '../estimate';

/**
 * Tokens that go through the layers at once, and the margin that it leaves on a GPU (common/common.h at
 * ggml-org/llama.cpp@001d906).
 */
const PHYSICAL_BATCH = 512;
const MARGIN_MIB = 1024;

/** One sequence unless `--parallel` says more; a logical batch of 2,048 tokens. */
export function llamaCppDefaults(): { maxNumSeqs: number; maxNumBatchedTokens: number } {
  return { maxNumSeqs: 1, maxNumBatchedTokens: 2048 };
}

/**
 * The compute graph of a physical batch: logits of each token in 32 bit, and hidden states and both sides of the
 * network of one layer. An upper bound has the margin of 1,024 MiB that it leaves itself when it fits a model
 * (`fit_params_target`).
 */
export function computeGraph(shape: {
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly vocabSize: number;
}): Estimate {
  const logits = 4 * PHYSICAL_BATCH * shape.vocabSize;
  const layer = 4 * PHYSICAL_BATCH * (4 * shape.hiddenSize + 2 * shape.intermediateSize);
  return between(logits / 2, logits + layer / 2, logits + layer + MARGIN_MIB * MIB);
}
