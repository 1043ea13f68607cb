import { bytesPerToken, CacheRow, growsWithTokens, KvCacheType, LlmArchitecture, stateBytes } from '../../models';
import type { KeptStates } from '../engines/vllm-releases';

/** Tokens in a page of vLLM's KV cache. */
const BLOCK_TOKENS = 16;
/**
 * The same of a hybrid whose attention keeps latents, as their kernels need (`_align_hybrid_block_size` of
 * platforms/interface.py at 0.27.1 and 0.33.0).
 */
const LATENT_PAGE_TOKENS = 128;

/** What the cache of a request depends on besides the model. */
export interface KvCacheOptions {
  readonly type: KvCacheType;
  readonly tensorParallel: number;
  /** GPUs that the layers are dealt out to. */
  readonly pipelineParallel?: number;
  /** Whether the layers that draft keep a cache too. */
  readonly withDraft?: boolean;
  /** Tokens in a page; left out, as vLLM has them. */
  readonly pageTokens?: number;
  /** Tokens of the batches that are being read: a layer with a window keeps them too. */
  readonly tokensInFlight: number;
  /** States that a layer keeps for a request; left out, the last one. */
  readonly states?: KeptStates;
}

/** Layers of a kind that keep tokens, with the bytes of a token in each. */
interface Group {
  readonly cache: CacheRow;
  readonly perToken: number;
}

/**
 * Bytes of KV cache that one request of `tokens` tokens takes on one GPU, as vLLM pages it.
 *
 * Layers are gathered in groups of equal size, and each group has pages of its own; a group that is not full is padded.
 */
export function requestBytes(model: LlmArchitecture, tokens: number, options: KvCacheOptions): number {
  const groups = groupsOf(model, options);
  const states = cachesOf(model, options).filter(({ kind }) => kind === 'state');
  if (states.length > 0) { return hybridRequestBytes(groups, states, tokens, options); }
  const padded = padding(groups);
  return groups.reduce(
    (sum, group) => sum + padded(group) * group.perToken * tokensKept(group.cache, tokens, options),
    0,
  );
}

/**
 * Bytes that a token takes while no window is full, padding of layer groups included: what pool and printed tokens
 * divide to.
 */
export function poolBytesPerToken(model: LlmArchitecture, options: KvCacheOptions): number {
  const groups = groupsOf(model, options);
  const padded = model.isHybrid ? ({ cache }: Group) => cache.layers : padding(groups);
  return groups.reduce((sum, group) => sum + padded(group) * group.perToken, 0);
}

function groupsOf(model: LlmArchitecture, options: KvCacheOptions): Group[] {
  const { type, tensorParallel } = options;
  return cachesOf(model, options)
    .filter(growsWithTokens)
    .map(cache => ({ cache, perToken: bytesPerToken(cache, type, tensorParallel, model.id) }));
}

/** What the layers of one stage keep, of the one with the most. */
function cachesOf(model: LlmArchitecture, { pipelineParallel = 1, withDraft }: KvCacheOptions): CacheRow[] {
  const own = model._caches.map(cache =>
    (pipelineParallel === 1 ? cache : { ...cache, layers: Math.ceil(cache.layers / pipelineParallel) }));
  return withDraft ? [...own, ...model._row.draftCaches ?? []] : own;
}

/**
 * Layers as they are counted with the padding of their groups, where full layers and layers with a window stand side by
 * side.
 */
function padding(groups: Group[]): (group: Group) => number {
  const windowed = groups.filter(({ cache }) => cache.kind === 'window' || cache.kind === 'chunk');
  const layers = (list: Group[]) => list.reduce((sum, { cache }) => sum + cache.layers, 0);
  const [short, all] = [layers(windowed), layers(groups)];
  const group = short === 0 || short === all ? undefined : Math.min(short, all - short);
  return ({
    cache,
  }) => (group === undefined || groups.length > 2 ? cache.layers : Math.ceil(cache.layers / group) * group);
}

/** Tokens that a layer has pages for. */
function tokensKept({ kind, window }: CacheRow, tokens: number, options: KvCacheOptions): number {
  const { tokensInFlight, pageTokens: page = BLOCK_TOKENS } = options;
  const pages = (count: number) => Math.ceil(count / page);
  // a window need not begin where a page does (SlidingWindowSpec and ChunkedLocalAttentionSpec,
  // v1/kv_cache_interface.py)
  if (kind === 'window') { return (pages(Math.min(window! - 1 + tokensInFlight, tokens)) + 1) * page; }
  if (kind === 'chunk') { return pages(Math.min(window! + tokensInFlight, tokens)) * page; }
  return pages(tokens) * page;
}

/** Pages of a hybrid: all of one size, each for as many layers as a group has. */
interface HybridPages {
  readonly bytes: number;
  /** Tokens of the layers of one group that a page holds; undefined where no layer keeps tokens. */
  readonly tokens?: number;
  readonly attentionGroups: number;
  readonly stateGroups: number;
}

/**
 * Layers are dealt out to groups of the size of the smaller kind, or of the larger where that is less than half more
 * (`_get_kv_cache_groups_uniform_page_size`, v1/core/kv_cache_utils.py of vLLM 0.19.1 to 0.33.0). A page of a layer is
 * at least as large as a state (`_align_hybrid_block_size`, platforms/interface.py).
 */
function hybridPages(groups: Group[], states: CacheRow[], tensorParallel: number): HybridPages {
  const state = Math.max(...states.map(each => stateBytes(each, tensorParallel)));
  const stateLayers = states.reduce((sum, { layers }) => sum + layers, 0);
  const attention = groups.reduce((sum, { cache }) => sum + cache.layers, 0);
  const perLayer = Math.max(0, ...groups.map(({ perToken }) => perToken));
  if (attention === 0 || perLayer === 0) { return { bytes: stateLayers * state, attentionGroups: 0, stateGroups: 1 }; }
  const [fewer, more] = [Math.min(attention, stateLayers), Math.max(attention, stateLayers)];
  const size = more < 1.5 * fewer ? more : fewer;
  const aligned = groups.some(({ cache }) => cache.kind === 'latent') ? LATENT_PAGE_TOKENS : BLOCK_TOKENS;
  const tokens = Math.max(1, Math.ceil(state / perLayer / aligned)) * aligned;
  return {
    bytes: tokens * perLayer * size,
    tokens,
    attentionGroups: Math.ceil(attention / size),
    stateGroups: Math.ceil(stateLayers / size),
  };
}

/**
 * A request of a hybrid takes as many pages as its tokens need, and for each group of layers with a state as many as
 * states are kept. Prefixes of models without attention are not cached.
 */
function hybridRequestBytes(
  groups: Group[],
  states: CacheRow[],
  count: number,
  { tensorParallel, states: kept = 'last' }: KvCacheOptions,
): number {
  const { bytes, tokens, attentionGroups, stateGroups } = hybridPages(groups, states, tensorParallel);
  const statePages = { 'last': 1, 'last-two': 2 }[kept];
  return tokens === undefined
    ? bytes
    : (attentionGroups * Math.ceil(count / tokens) + stateGroups * statePages) * bytes;
}

/**
 * Bytes of a Mamba cache block, one of which each sequence of a batch needs where graphs of whole batches are captured;
 * undefined of a model whose layers keep no state.
 */
export function stateBlockBytes(model: LlmArchitecture, options: KvCacheOptions): number | undefined {
  const states = cachesOf(model, options).filter(({ kind }) => kind === 'state');
  return states.length === 0
    ? undefined
    : hybridPages(groupsOf(model, options), states, options.tensorParallel).bytes;
}
