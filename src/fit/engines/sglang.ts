import { GIB, MIB } from '../estimate';

/** Read in sglang 0.5.23, `srt/arg_groups/memory_hook.py`. */
const TIERS = [
  { belowGib: 20, chunk: 2048, maxBatch: 8, maxBatchTp4: 8 },
  { belowGib: 35, chunk: 4096, maxBatch: 48, maxBatchTp4: 160 },
  { belowGib: 60, chunk: 4096, maxBatch: 32, maxBatchTp4: 160 },
  { belowGib: 160, chunk: 8192, maxBatch: 256, maxBatchTp4: 512 },
  { belowGib: Infinity, chunk: 16384, maxBatch: 512, maxBatchTp4: 512 },
];

/** Tokens of a chunk and the largest batch when nobody sets them. */
export function sglangDefaults(visibleBytes: number, tensorParallel: number): { maxNumSeqs: number; maxNumBatchedTokens: number } {
  const tier = TIERS.find(({ belowGib }) => visibleBytes < belowGib * GIB)!;
  return { maxNumSeqs: tensorParallel < 4 ? tier.maxBatch : tier.maxBatchTp4, maxNumBatchedTokens: tier.chunk };
}

/** Prefill graphs that SGLang captures when nobody says otherwise, and MiB of each: the list of its sizes has 30 to 60. */
const PREFILL_GRAPHS = 50;
const PREFILL_GRAPH_MIB = 8;

/** Bytes that SGLang leaves beside weights and cache when nobody sets `mem_fraction_static`. */
export function sglangReservation(visibleBytes: number, batch: {
  readonly maxNumSeqs: number;
  readonly maxNumBatchedTokens: number;
  readonly tensorParallel: number;
  readonly eager: boolean;
  readonly isLatent: boolean;
}): number {
  const graphs = batch.eager ? 0 : 2 * batch.maxNumSeqs + PREFILL_GRAPHS * PREFILL_GRAPH_MIB + (batch.isLatent ? 1536 : 0);
  const reserved = 512 + 1.5 * Math.max(batch.maxNumBatchedTokens, 2048) + 128 * batch.tensorParallel + graphs;
  return MIB * (visibleBytes > 60 * GIB ? Math.max(reserved, 10 * 1024) : reserved);
}
