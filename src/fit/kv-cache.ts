import { KvCacheType, LlmArchitecture } from '../models';

/** Tokens in a page of vLLM's KV cache. */
const BLOCK_TOKENS = 16;

/** What the cache of a request depends on besides the model. */
export interface KvCacheOptions {
  readonly type: KvCacheType;
  readonly tensorParallel: number;
  readonly maxNumBatchedTokens: number;
}

/**
 * Bytes of KV cache that one request of `tokens` tokens takes on one GPU, as vLLM pages it.
 *
 * Layers are gathered in groups of equal size, and each group has pages of its own; a group that is not full is padded.
 */
export function requestBytes(model: LlmArchitecture, tokens: number, options: KvCacheOptions): number {
  const row = model._row;
  const perLayer = model._kvBytesPerLayer(options.type, options.tensorParallel);
  if (model.isHybrid) { return hybridRequestBytes(model, tokens, perLayer, options.tensorParallel); }
  const sliding = row.slidingLayers ?? 0;
  const full = model._attentionLayers - sliding;
  const fullTokens = pages(tokens) * BLOCK_TOKENS;
  if (sliding === 0) { return full * perLayer * fullTokens; }
  const group = full === 0 ? sliding : Math.min(full, sliding);
  const padded = (layers: number) => Math.ceil(layers / group) * group;
  // a sliding layer keeps its window and the batch that is being read, and one page more
  const window = Math.min(row.slidingWindow! - 1 + options.maxNumBatchedTokens, tokens);
  const slidingTokens = Math.min((pages(window) + 1) * BLOCK_TOKENS, fullTokens);
  return padded(full) * perLayer * fullTokens + padded(sliding) * perLayer * slidingTokens;
}

/** Bytes that a token takes while no window is full, padding of layer groups included: what pool and printed tokens divide to. */
export function poolBytesPerToken(model: LlmArchitecture, options: KvCacheOptions): number {
  const sliding = model._row.slidingLayers ?? 0;
  const full = model._attentionLayers - sliding;
  const perLayer = model._kvBytesPerLayer(options.type, options.tensorParallel);
  if (sliding === 0 || full === 0) { return model._attentionLayers * perLayer; }
  const group = Math.min(full, sliding);
  return (Math.ceil(full / group) + Math.ceil(sliding / group)) * group * perLayer;
}

/**
 * A hybrid of Mamba and attention: pages are as large as the state of a Mamba layer, and a request takes as many pages as its
 * tokens need plus one for each group of Mamba layers.
 */
function hybridRequestBytes(model: LlmArchitecture, tokens: number, perLayer: number, tensorParallel: number): number {
  const { mambaLayers, mambaStateElements, mambaConvElements, mambaStateBytes } = model._row;
  const stateBytes = (mambaStateElements! * (mambaStateBytes ?? 2) + mambaConvElements! * 2) / mambaLayers! / tensorParallel;
  const attention = model._attentionLayers;
  const pageTokens = Math.ceil(stateBytes / perLayer / BLOCK_TOKENS) * BLOCK_TOKENS;
  const stateGroups = Math.ceil(mambaLayers! / attention);
  return (Math.ceil(tokens / pageTokens) + stateGroups) * pageTokens * perLayer * attention;
}

function pages(tokens: number): number {
  return Math.ceil(tokens / BLOCK_TOKENS);
}
