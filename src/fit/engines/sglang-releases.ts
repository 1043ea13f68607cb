/** What SGLang chooses below an amount of memory that it sees. */
export interface SglangTier {
  readonly belowGib: number;
  /** Tokens of a prompt that are read at once (`chunked_prefill_size`). */
  readonly chunk: number;
  /** The largest batch that graphs are captured for, and that over four GPUs or more. */
  readonly maxBatch: number;
  readonly maxBatchTp4: number;
  /** GiB that are reserved, and for each GPU; of releases that reserve by tier. */
  readonly reservedGib?: number;
  readonly perGpuGib?: number;
}

/** What a release of SGLang does that its memory depends on. A row holds until the next one. */
export interface SglangRelease {
  /** The first release that does so. */
  readonly from: string;
  readonly tiers: SglangTier[];
  /** Whether the reservation is a figure of the tier; else it is computed from chunk, batch and graphs. */
  readonly byTier: boolean;
  /** Whether graphs of prompts are captured unless switched off. */
  readonly prefillGraphs: boolean;
}

/** Until 0.5.2. Graphs of the larger boards go up to a batch of 160; on small ones to 8, or 80 over four GPUs. */
const BY_TIER: SglangTier[] = [
  { belowGib: 35, chunk: 2048, maxBatch: 8, maxBatchTp4: 80, reservedGib: 2.8, perGpuGib: 0.1 },
  { belowGib: 90, chunk: 8192, maxBatch: 160, maxBatchTp4: 160, reservedGib: 9.5, perGpuGib: 0.5 },
  { belowGib: 160, chunk: 8192, maxBatch: 256, maxBatchTp4: 256, reservedGib: 12, perGpuGib: 0.5 },
  { belowGib: Infinity, chunk: 16384, maxBatch: 512, maxBatchTp4: 512, reservedGib: 32, perGpuGib: 0 },
];

const LARGER: SglangTier[] = [
  { belowGib: 60, chunk: 4096, maxBatch: 32, maxBatchTp4: 160 },
  { belowGib: 160, chunk: 8192, maxBatch: 256, maxBatchTp4: 512 },
  { belowGib: Infinity, chunk: 16384, maxBatch: 512, maxBatchTp4: 512 },
];
const SMALLEST: SglangTier = { belowGib: 20, chunk: 2048, maxBatch: 8, maxBatchTp4: 8 };

/**
 * Read in the wheels of SGLang 0.4.9 to 0.5.23: `srt/server_args.py` (mem_fraction_static, chunked_prefill_size,
 * cuda_graph_max_bs, piecewise_cuda_graph), from 0.5.19 `srt/arg_groups/memory_hook.py` (handle_gpu_memory_settings,
 * reserve_for_graph_mb). Sizing the cache after the graphs were captured is off by default in 0.5.23
 * (SGLANG_ENABLE_POST_CAPTURE_KV_SIZING).
 */
export const SGLANG_RELEASES: SglangRelease[] = [
  { from: '0.4.9', tiers: BY_TIER, byTier: true, prefillGraphs: false },
  {
    from: '0.5.3',
    tiers: [SMALLEST, { belowGib: 35, chunk: 2048, maxBatch: 16, maxBatchTp4: 80 }, ...LARGER],
    byTier: false,
    prefillGraphs: false,
  },
  {
    from: '0.5.5',
    tiers: [SMALLEST, { belowGib: 35, chunk: 2048, maxBatch: 24, maxBatchTp4: 80 }, ...LARGER],
    byTier: false,
    prefillGraphs: false,
  },
  {
    from: '0.5.10',
    tiers: [SMALLEST, { belowGib: 35, chunk: 2048, maxBatch: 24, maxBatchTp4: 80 }, ...LARGER],
    byTier: false,
    prefillGraphs: true,
  },
  {
    from: '0.5.20',
    tiers: [SMALLEST, { belowGib: 35, chunk: 4096, maxBatch: 48, maxBatchTp4: 160 }, ...LARGER],
    byTier: false,
    prefillGraphs: true,
  },
];
