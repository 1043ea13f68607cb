import { Estimate } from '../estimate';
import type { LlmMemory } from './llm-memory';

/** Sizes of batches that graphs are captured for are multiples of it, from it on. */
const STEP = 8;

/** Whole blocks in a pool; undefined of a model without any. */
export function blocksIn({ least, expected, most }: Estimate, bytes: number | undefined): Estimate | undefined {
  if (bytes === undefined) { return undefined; }
  const whole = (pool: number) => Math.max(0, Math.floor(pool / bytes));
  return { least: whole(least), expected: whole(expected), most: whole(most) };
}

/**
 * Sequences that a batch can have where the engine's own number is more than there are blocks for sure; undefined where
 * its own will do, and where there is no block even in the best case.
 */
export function settledSequences({ stateBlocks, maxNumSeqs }: LlmMemory): number | undefined {
  if (stateBlocks === undefined || maxNumSeqs <= stateBlocks.least) { return undefined; }
  const blocks = [stateBlocks.least, stateBlocks.expected, stateBlocks.most].find(each => each > 0);
  return blocks === undefined || blocks >= maxNumSeqs ? undefined : rounded(blocks);
}

/**
 * Why vLLM does not start with so many sequences in a batch; undefined where it may. It says "max_num_seqs exceeds
 * available Mamba cache blocks" (resolve_cudagraph_mode_and_sizes of config/compilation.py, 0.20.2 to 0.33.0).
 */
export function whyTooManySequences({ stateBlocks, maxNumSeqs, engine }: LlmMemory): string | undefined {
  if (stateBlocks === undefined || stateBlocks.most < 1 || maxNumSeqs <= stateBlocks.most) { return undefined; }
  const safe = Math.max(1, rounded(stateBlocks.least));
  return `${engine} does not start with ${maxNumSeqs} sequences in a batch: each needs a Mamba cache block, and the pool `
    + `has at most ${stateBlocks.most}; use at most ${safe} (--max-num-seqs)`;
}

/** The same where the number of blocks is not certain. */
export function blockNotes({ stateBlocks, maxNumSeqs, engine }: LlmMemory): string[] {
  if (stateBlocks === undefined || maxNumSeqs > stateBlocks.most || maxNumSeqs <= stateBlocks.least) { return []; }
  return [`${engine} does not start where a batch has more sequences (${maxNumSeqs}) than the pool has Mamba cache `
    + `blocks (${stateBlocks.least} to ${stateBlocks.most})`];
}

/** Down to a size that graphs are captured for. */
function rounded(blocks: number): number {
  return blocks < STEP ? blocks : Math.floor(blocks / STEP) * STEP;
}
