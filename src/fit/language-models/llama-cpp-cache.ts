import type { KvCacheOptions } from './kv-cache';
import { bytesPerToken, CacheRow, growsWithTokens, KvCacheType, LlmArchitecture, stateBytes } from '../../models';
import { padded, PHYSICAL_BATCH } from '../engines/llama-cpp';

/** What the cache depends on besides the model. */
export type LlamaCppCacheOptions = Pick<KvCacheOptions, 'type' | 'tensorParallel' | 'withDraft'>;

/** 32 elements of 8 bit and a scale of 16: q8_0 (ggml/src/ggml-common.h), which stands for 8-bit floats too. */
const Q8_0 = 34 / 32;
/** Convolutions and states are of 32 bit (src/llama-memory-recurrent.cpp). */
const STATE_BYTES = 4;

/** `--cache-type-k` and `--cache-type-v` for a type; undefined for the default of 16 bit. */
export function llamaCppCacheType(type: KvCacheType | undefined): string | undefined {
  switch (type) {
    case KvCacheType.FP8: case KvCacheType.INT8: return 'q8_0';
    case KvCacheType.NVFP4: return 'q4_0';
    default: return undefined;
  }
}

/** 4 bits and a scale of 16 bit for 32 of them (q4_0) are 4.5 bit, as with NVFP4. */
function tokenBytes(cache: CacheRow, { type, tensorParallel }: LlamaCppCacheOptions, id: string): number {
  const isQ8 = llamaCppCacheType(type) === 'q8_0';
  const bytes = bytesPerToken(cache, isQ8 ? KvCacheType.BF16 : type, tensorParallel, id);
  return isQ8 ? bytes / 2 * Q8_0 : bytes;
}

function cachesOf(model: LlmArchitecture, { withDraft }: LlamaCppCacheOptions): CacheRow[] {
  return withDraft ? [...model._caches, ...model._row.draftCaches ?? []] : model._caches;
}

/** Bytes that a token takes on one GPU while no window is full. */
export function llamaCppBytesPerToken(model: LlmArchitecture, options: LlamaCppCacheOptions): number {
  return cachesOf(model, options).filter(growsWithTokens)
    .reduce((sum, cache) => sum + cache.layers * tokenBytes(cache, options, model.id), 0);
}

/**
 * Bytes of one request: every token in full layers, the window and a batch in others (llama-kv-cache-iswa.cpp), and a
 * state. Logs have it to the MiB: 4,950 of four sequences of Qwen3.6-27B with 131,072 tokens in q8_0.
 */
export function llamaCppRequestBytes(model: LlmArchitecture, tokens: number, options: LlamaCppCacheOptions): number {
  const caches = cachesOf(model, options);
  const states = caches.filter(({ kind }) => kind === 'state')
    .map(cache => cache.layers * bytesOfState(cache, options.tensorParallel));
  const kept = caches.filter(growsWithTokens)
    .map(cache => cache.layers * tokensKept(cache, tokens) * tokenBytes(cache, options, model.id));
  return [...states, ...kept].reduce((sum, bytes) => sum + bytes, 0);
}

function bytesOfState(cache: CacheRow, tensorParallel: number): number {
  const elements = { ...cache, stateElements: cache.stateElements! + cache.convElements!, convElements: 0 };
  return stateBytes({ ...elements, stateBytes: STATE_BYTES }, tensorParallel);
}

function tokensKept({ kind, window }: CacheRow, tokens: number): number {
  const isWindowed = kind === 'window' || kind === 'chunk';
  return isWindowed ? Math.min(padded(tokens), padded(window! + PHYSICAL_BATCH)) : padded(tokens);
}
