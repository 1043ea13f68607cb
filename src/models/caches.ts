import { CacheRow } from './catalogue/cache-row';
import { LlmRow } from './catalogue/llm-row';
import { kvBytesPerHead, KvCacheType } from './precision';

/** What the layers of a model keep: as its config said, or as the figures of the catalogue do. */
export function cachesOf(row: LlmRow): CacheRow[] {
  if (row.caches !== undefined) { return row.caches; }
  const { layers, attentionLayers, slidingLayers = 0, slidingWindow, kvHeads, headDim, latentSize, mambaLayers } = row;
  const attention = attentionLayers ?? layers;
  if (attention === undefined) { return []; }
  const heads = latentSize !== undefined ? { latentSize } : { kvHeads, headDim };
  const full = attention - slidingLayers;
  return [
    ...(full > 0 ? [{ kind: latentSize === undefined ? 'full' : 'latent', layers: full, ...heads } as CacheRow] : []),
    ...(slidingLayers > 0
      ? [{ kind: 'window', layers: slidingLayers, window: slidingWindow, ...heads } as CacheRow]
      : []),
    ...(mambaLayers === undefined || mambaLayers === 0 ? [] : [{
      kind: 'state',
      layers: mambaLayers,
      stateElements: row.mambaStateElements! / mambaLayers,
      convElements: row.mambaConvElements! / mambaLayers,
      stateBytes: row.mambaStateBytes,
    } as CacheRow]),
  ];
}

/** Whether layers of a kind keep something of each token. */
export function growsWithTokens({ kind }: CacheRow): boolean {
  return kind === 'full' || kind === 'window' || kind === 'chunk' || kind === 'latent' || kind === 'compressed';
}

/** Bytes of a key of an indexer: 8 bit and a 4-byte scale for 128 elements (vLLM, fp8 indexer cache). */
function indexBytes(size: number): number {
  return size + 4 * Math.ceil(size / 128);
}

/** Bytes of an entry of one head: packed as an engine does, or its elements. */
function entryBytes({ packedBytes }: CacheRow, type: KvCacheType, size: number): number {
  return packedBytes !== undefined && type === KvCacheType.FP8 ? packedBytes : kvBytesPerHead(type, size);
}

/**
 * Bytes of a latent of 512 + 64 elements in the 8-bit layout of sparse attention: 512, 16 of scales, 128 of positions
 * (fp8_ds_mla).
 */
const SPARSE_LATENT_FP8 = 656;

/**
 * Bytes that a token adds to one layer on one GPU while no window is full.
 * @throws when the number of heads is not known
 */
export function bytesPerToken(cache: CacheRow, type: KvCacheType, tensorParallel: number, model: string): number {
  const { kind, latentSize, kvHeads, headDim, valueDim, indexSize, indexPool, rate } = cache;
  if (kind === 'latent') {
    const latent = indexSize !== undefined && type === KvCacheType.FP8 && latentSize === 576
      ? SPARSE_LATENT_FP8
      : kvBytesPerHead(type, latentSize!);
    return latent + (indexSize === undefined ? 0 : indexBytes(indexSize) / (indexPool ?? 1));
  }
  if (!growsWithTokens(cache)) { return 0; }
  if (kvHeads === undefined || headDim === undefined) {
    throw new Error(`${model}: the number of KV heads is not known`);
  }
  if (kind === 'compressed') {
    return (entryBytes(cache, type, headDim) + (indexSize === undefined ? 0 : indexBytes(indexSize))) / rate!;
  }
  const heads = Math.max(1, kvHeads / tensorParallel);
  const values = valueDim === 0 ? 0 : kvBytesPerHead(type, valueDim ?? headDim);
  return heads * (entryBytes(cache, type, headDim) + values);
}

/** Bytes of the state of one layer on one GPU. */
export function stateBytes(
  { stateElements, convElements, stateBytes: each }: CacheRow,
  tensorParallel: number,
): number {
  return (stateElements! * (each ?? 2) + convElements! * 2) / tensorParallel;
}
