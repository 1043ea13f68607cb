import { GIB, MIB } from '../estimate';
import { compareVersions, readVersion } from './engine-version';
import { SGLANG_RELEASES, SglangRelease, SglangTier } from './sglang-releases';

/** What SGLang's own choices depend on besides its release. */
export interface SglangBatch {
  readonly maxNumSeqs: number;
  readonly maxNumBatchedTokens: number;
  readonly tensorParallel: number;
  readonly pipelineParallel: number;
  readonly eager: boolean;
  /** Whether attention keeps a latent (MLA). */
  readonly isLatent: boolean;
}

/** The newest release whose code was read. */
export const NEWEST_SGLANG = '0.5.23';

/** Tokens of a chunk and the largest batch when nobody sets them. */
export function sglangDefaults(
  { tiers }: SglangRelease, visibleBytes: number,
  tensorParallel: number): { maxNumSeqs: number; maxNumBatchedTokens: number } {
  const { chunk, maxBatch, maxBatchTp4 } = tierOf(tiers, visibleBytes);
  return { maxNumSeqs: tensorParallel < 4 ? maxBatch : maxBatchTp4, maxNumBatchedTokens: chunk };
}

/** Bytes that SGLang leaves beside weights and cache when nobody sets `mem_fraction_static`. */
export function sglangReservation(release: SglangRelease, visibleBytes: number, batch: SglangBatch): number {
  const { tiers, byTier } = release;
  const parallel = batch.tensorParallel * batch.pipelineParallel;
  if (byTier) {
    const { reservedGib, perGpuGib } = tierOf(tiers, visibleBytes);
    return GIB * (reservedGib! + perGpuGib! * parallel);
  }
  const reserved = 512 + 1.5 * Math.max(batch.maxNumBatchedTokens, 2048) + 128 * parallel + graphs(release, batch);
  return MIB * (visibleBytes > 60 * GIB ? Math.max(reserved, 10 * 1024) : reserved);
}

/**
 * MiB for the graphs of decoding and, where they are on by default, of reading the prompt; the latter are off over
 * several stages.
 */
function graphs({ prefillGraphs }: SglangRelease, batch: SglangBatch): number {
  if (batch.eager) { return 0; }
  const prefill = !prefillGraphs || batch.pipelineParallel > 1
    ? 0
    : batch.isLatent
      ? 1536
      : 8 * prefillSizes(batch.maxNumBatchedTokens);
  return 2 * batch.maxNumSeqs + prefill;
}

/** How many sizes of a prompt are captured, up to a whole chunk (generate_prefill_cuda_graph_batch_sizes). */
function prefillSizes(chunk: number): number {
  const steps: [from: number, to: number, step: number][] = [
    [4, 32, 4], [48, 256, 16], [288, 512, 32], [576, 1024, 64], [1280, 4096, 256], [4608, Infinity, 512],
  ];
  return steps.reduce(
    (count, [from, to, step]) => count + Math.max(0, Math.floor((Math.min(to, chunk) - from) / step) + 1),
    0,
  );
}

function tierOf(tiers: SglangTier[], visibleBytes: number): SglangTier {
  return tiers.find(({ belowGib }) => visibleBytes < belowGib * GIB)!;
}

/** The row of a version. */
export function sglangRelease(version: string): SglangRelease {
  const asked = readVersion(version)!;
  return [...SGLANG_RELEASES].reverse().find(({ from }) => compareVersions(readVersion(from)!, asked) <= 0)
    ?? SGLANG_RELEASES[0];
}

/** A vision model leaves a twentieth more, for a tower of usual size (adjust_mem_fraction_for_vlm). */
export const SGLANG_VISION_SHARE = 0.95;
