import type { KvCacheOptions } from './kv-cache';
import { bytesPerToken, CacheRow, growsWithTokens, LlmArchitecture, stateBytes } from '../../models';

/** What the cache depends on besides the model. */
export type SglangCacheOptions = Pick<KvCacheOptions, 'type' | 'tensorParallel' | 'pipelineParallel' | 'withDraft'>;

/**
 * What SGLang sets aside for the states of a hybrid, as a part of what tokens get (`mamba_full_memory_ratio`), and how
 * many states a request takes of it (MAMBA_CACHE_SIZE_MAX_RUNNING_REQUESTS_RATIO): server_args.py and
 * model_runner_kv_cache_mixin.py of 0.5.9, mem_cache/kv_cache_configurator.py of 0.5.23. A log has 186 states for 62
 * requests.
 */
const STATES_TO_TOKENS = 0.9;
const STATES_A_REQUEST = 3;

/** States are of 32 bit unless the config says otherwise (mamba2_state_dtype of configs/mamba_utils.py, 0.5.9). */
const STATE_ELEMENT_BYTES = 4;

/**
 * Tokens that layers with a window have room for, as a part of those of full layers (`swa_full_tokens_ratio`), of the
 * models that have a pool of their own for them (is_hybrid_swa_model of configs/model_config.py, 0.5.9 and 0.5.23). In
 * others a layer with a window keeps every token.
 */
const WINDOW_SHARE = 0.8;
const WITH_WINDOW_POOL = /^(?:llama4|gpt_oss|mimo_v2|step3p[57]|gemma4)/;

function cachesOf(model: LlmArchitecture, { pipelineParallel = 1, withDraft }: SglangCacheOptions): CacheRow[] {
  const own = model._caches.map(cache => ({ ...cache, layers: Math.ceil(cache.layers / pipelineParallel) }));
  return withDraft ? [...own, ...model._row.draftCaches ?? []] : own;
}

/** Bytes that a token takes of what tokens get on one GPU. */
export function sglangBytesPerToken(model: LlmArchitecture, options: SglangCacheOptions): number {
  const windows = WITH_WINDOW_POOL.test(model._modelType) ? WINDOW_SHARE : 1;
  return cachesOf(model, options).filter(growsWithTokens).reduce((sum, cache) => {
    const share = cache.kind === 'window' || cache.kind === 'chunk' ? windows : 1;
    return sum + share * cache.layers * bytesPerToken(cache, options.type, options.tensorParallel, model.id);
  }, 0);
}

/** Bytes of a state of all layers of one GPU. */
export function sglangStateBytes(model: LlmArchitecture, options: SglangCacheOptions): number {
  return cachesOf(model, options).filter(({ kind }) => kind === 'state').reduce((sum, cache) => (
    sum + cache.layers * stateBytes({ ...cache, stateBytes: STATE_ELEMENT_BYTES }, options.tensorParallel)), 0);
}

/** Part of the pool that tokens get: the rest is for the states of a hybrid. */
export function sglangTokenShare(model: LlmArchitecture): number {
  return model.isHybrid ? 1 / (1 + STATES_TO_TOKENS) : 1;
}

/** Bytes that the pool needs for so many requests of so many tokens: the larger of what tokens and states ask for. */
export function sglangPoolBytes(
  model: LlmArchitecture, tokens: number, requests: number,
  options: SglangCacheOptions): number {
  const share = sglangTokenShare(model);
  const ofTokens = requests * tokens * sglangBytesPerToken(model, options) / share;
  if (!model.isHybrid) { return ofTokens; }
  return Math.max(ofTokens, requests * STATES_A_REQUEST * sglangStateBytes(model, options) / (1 - share));
}
