import {
  attentionCache, attentionParameters, attentionShape, compressedCaches, compressedParameters, latentCache,
  latentParameters,
} from './attention';
import { Config, ConfigReader } from './config';
import {
  gemma3nLayer, gemma3nWhole, hyperConnections, perLayerEmbeddings, perLayerInput, perLayerTables,
} from './extras';
import { denseParameters, Experts, expertsOf } from './feed-forward';
import { expertCount, Layer, Layers, layersOf } from './layers';
import { nameOf, printed } from './names';
import { maxPositions, ropeElements } from './positions';
import { gatedDelta, gatedRecurrence, kimiDelta, lightning, mamba1, mamba2, shortConvolution, StateLayer } from './state-space';
import { Traits } from './types';
import { CacheRow } from '../catalogue/cache-row';
import { LlmRow } from '../catalogue/llm-row';

/** What is collected over the layers. */
interface Collected {
  parameters: number;
  mixers: number;
  networks: number;
  routed: number;
  expertLayers: number;
  readonly caches: CacheRow[];
}

export function count(config: ConfigReader, type: string, traits: Traits, published: Config): LlmRow {
  const [hidden, vocab] = [config.need('hidden_size'), config.need('vocab_size')];
  const layers = layersOf(config, type, traits);
  const experts = expertCount(config) === undefined ? undefined : expertsOf(config, traits, type);
  const total = nothing();
  const last = layers.layers.length - 1;
  const firstShared = layers.layers.length - (config.count('num_kv_shared_layers') ?? 0);
  layers.layers.forEach((layer, index) => {
    addLayer(total, { config, type, traits, layer, index, experts, sharesCache: index >= firstShared });
  });
  const { tied, headUnsure } = traits.ownHead
    ? { tied: false, headUnsure: false }
    : tying(config, published, traits.tied ?? false);
  const finalNorm = traits.normBias ? 2 * hidden : hidden;
  const pools = readsOnly(published);
  const parameters = total.parameters
    + vocab * hidden * (tied || pools ? 1 : 2)
    + (traits.headBias ?? config.flag('lm_head_bias') ? vocab : 0)
    + finalNorm + wholeExtras(config, type, traits, layers);
  const attention = layers.layers
    .map(each => each.mixer)
    .findIndex(mixer => mixer === 'full' || mixer === 'sliding' || mixer === 'chunked' || mixer === 'parallel');
  const shape = attention === -1
    ? undefined
    : attentionShape(config, attention, layers.layers[attention].mixer === 'sliding');
  return {
    id: nameOf(published, config, type),
    family: type,
    task: pools ? 'feature-extraction' : 'text-generation',
    parameters,
    layers: layers.layers.length,
    hiddenSize: hidden,
    intermediateSize: intermediate(config),
    heads: config.number('num_attention_heads'),
    kvHeads: shape?.kvHeads ?? config.number('num_key_value_heads'),
    headDim: shape?.headDim,
    latentSize: total.caches.find(({ kind }) => kind === 'latent')?.latentSize,
    vocabSize: vocab,
    tiedEmbeddings: tied || pools || undefined,
    headUnsure: headUnsure && !pools ? true : undefined,
    maxPositions: maxPositions(config),
    ropeElements: ropeElements(config, type, shape?.headDim),
    caches: merged(total.caches),
    tableParameters: traits.extras && (perLayerTables(config, layers.layers.length) || undefined),
    mixerParameters: total.mixers,
    networkParameters: total.networks,
    ...expertFigures(experts, total, type),
    ...draftOf({ config, type, traits, layer: layers.layers[last], index: last, experts, sharesCache: false }),
    unknowns: unknownsOf(layers),
  };
}

/**
 * Whether embeddings and head are one matrix. Of a language model inside another the outer config decides
 * (with_hf_config of vLLM 0.33.0, and transformers 5); where it says so and the inner one denies it, the checkpoint may
 * have a head all the same, which vLLM then loads.
 */
function tying(config: ConfigReader, published: Config, usual: boolean): { tied: boolean; headUnsure: boolean } {
  const [outer, inner] = [published.tie_word_embeddings, config.flag('tie_word_embeddings')];
  const tied = typeof outer === 'boolean' ? outer : inner ?? usual;
  return { tied, headUnsure: tied && inner === false };
}

function nothing(): Collected {
  return { parameters: 0, mixers: 0, networks: 0, routed: 0, expertLayers: 0, caches: [] };
}

/** Classes that give a vector or a score, whose checkpoint has no head for language. */
const READERS = /For(?:Sequence|Token)Classification$|^(?:\w*Bidirectional|Llama|Mistral|Qwen2|Qwen3|Gemma2|Gemma3Text|NVEmbed)Model$/;

function readsOnly({ architectures }: Config): boolean {
  return Array.isArray(architectures) && typeof architectures[0] === 'string' && READERS.test(architectures[0]);
}

/**
 * Layers that predict several tokens (MTP): each is one more layer like the last, with a projection of two hidden
 * states and three norms. Checkpoints have them; engines load them when they draft with them.
 */
function draftOf(last: LayerCase): Partial<LlmRow> {
  const drafting = last.config.count('num_nextn_predict_layers', 'mtp_num_hidden_layers') ?? 0;
  if (drafting === 0 || drafting > last.index) { return {}; }
  const [hidden, one] = [last.config.need('hidden_size'), nothing()];
  addLayer(one, last);
  return {
    draftParameters: drafting * (one.parameters + 2 * hidden * hidden + 3 * hidden),
    draftCaches: merged(one.caches.map(each => ({ ...each, layers: drafting }))),
  };
}

interface LayerCase {
  readonly config: ConfigReader;
  readonly type: string;
  readonly traits: Traits;
  readonly layer: Layer;
  readonly index: number;
  readonly experts: Experts | undefined;
  readonly sharesCache: boolean;
}

function addLayer(total: Collected, each: LayerCase): void {
  const { config, type, traits, layer, index, experts, sharesCache } = each;
  const hidden = config.need('hidden_size');
  const single = layer.feedForward === 'none' || layer.mixer === 'none';
  const mixer = mixerParameters(total, each);
  total.parameters += mixer;
  total.mixers += mixer;
  total.parameters += (single ? 1 : traits.norms ?? 2) * hidden * (traits.normBias ? 2 : 1);
  if (traits.extras === 'gemma3n') { total.parameters += gemma3nLayer(config) + perLayerInput(config); }
  if (traits.extras === 'gemma4') { total.parameters += perLayerInput(config); }
  const both = type === 'gemma4_text' && config.flag('enable_moe_block') === true;
  if (layer.feedForward === 'dense' || both) {
    const wide = sharesCache && config.flag('use_double_wide_mlp') === true ? 2 : 1;
    const dense = wide * denseParameters(config, traits, index, type);
    total.parameters += dense;
    total.networks += dense;
  }
  if (layer.feedForward === 'experts' || (both && experts !== undefined)) {
    total.parameters += experts!.parameters + (both ? 4 * hidden + experts!.count : 0);
    total.networks += experts!.parameters - experts!.routed;
    total.routed += experts!.routed;
    total.expertLayers++;
  }
}

function mixerParameters(total: Collected, { config, type, traits, layer, index, sharesCache }: LayerCase): number {
  const state = (made: StateLayer) => {
    total.caches.push(made.cache);
    return made.parameters;
  };
  switch (layer.mixer) {
    case 'none': return 0;
    case 'gated-delta': return state(gatedDelta(config));
    case 'kimi-delta': return state(kimiDelta(config, traits.fullRankGates === true));
    case 'lightning': return state(lightning(config));
    case 'mamba': return state(mamba1(config, !traits.stateOnly));
    case 'mamba-2': return state(mamba2(config));
    case 'short-conv': return state(shortConvolution(config));
    case 'gated-recurrence': return state(gatedRecurrence(config));
    case 'latent': {
      const own = withOwnIndexer(config, index);
      total.caches.push(latentCache(own));
      return latentParameters(own, traits.fullRankGates === true);
    }
    case 'compressed-sparse': case 'compressed-heavy': case 'compressed-window': {
      const kind = layer.mixer === 'compressed-sparse'
        ? 'sparse'
        : layer.mixer === 'compressed-heavy'
          ? 'heavy'
          : 'window';
      total.caches.push(...compressedCaches(config, kind));
      return compressedParameters(config, kind);
    }
    default: {
      const sliding = layer.mixer === 'sliding';
      const shape = attentionShape(withGlobalHead(config, type, sliding), index, sliding);
      const window = sliding
        ? config.number('sliding_window', 'sliding_window_size')
        : layer.mixer === 'chunked'
          ? config.number('attention_chunk_size')
          : undefined;
      total.caches.push(sharesCache ? { kind: 'shared', layers: 1 }
        : attentionCache(shape, window === undefined ? 'full' : sliding ? 'window' : 'chunk', window));
      const unshared = attentionParameters(shape, config, traits, type, sliding);
      const own = sharesCache
        ? unshared - shape.hidden * shape.kvHeads * (shape.headDim
          + shape.valueDim) - (traits.qkNorm === 'head' ? shape.headDim : 0)
        : unshared;
      return own + (layer.mixer === 'parallel' ? state(mamba2(config)) : 0);
    }
  }
}

/**
 * A layer that goes by what the indexer of an earlier one chose has none of its own (GLM-5.2: `indexer_types`, or every
 * so many layers).
 */
function withOwnIndexer(config: ConfigReader, index: number): ConfigReader {
  const named = config.list('indexer_types')?.[index];
  const [every, from] = [config.number('index_topk_freq') ?? 1, config.count('index_skip_topk_offset') ?? 2];
  const shares = named === undefined ? Math.max(0, index - from + 1) % every !== 0 : named === 'shared';
  return shares ? config.with({ index_n_heads: undefined, index_head_dim: undefined }) : config;
}

/** Full layers of Gemma 4 have heads of 512 unless said otherwise. */
function withGlobalHead(config: ConfigReader, type: string, sliding: boolean): ConfigReader {
  return type === 'gemma4_text' && !sliding && !config.has('global_head_dim') && !config.has('per_layer_config')
    ? config.with({ global_head_dim: 512 })
    : config;
}

function wholeExtras(config: ConfigReader, type: string, traits: Traits, layers: Layers): number {
  const positions = traits.positionTable === undefined
    ? 0
    : (config.need('max_position_embeddings') + traits.positionTable) * config.need('hidden_size');
  const perLayer = positions + (traits.extras === undefined ? 0 : perLayerEmbeddings(config, layers.layers.length));
  return perLayer + (traits.extras === 'gemma3n' ? gemma3nWhole(config) : 0) + hyperConnections(config, layers, type);
}

function expertFigures(
  experts: Experts | undefined,
  { routed, expertLayers }: Collected,
  type: string,
): Partial<LlmRow> {
  if (experts === undefined || expertLayers === 0) { return {}; }
  return {
    experts: experts.count,
    expertsPerToken: experts.perToken,
    expertSize: experts.size,
    moeLayers: expertLayers,
    sharedExpertSize: experts.sharedSize || undefined,
    expertLatentSize: experts.latent,
    routedParameters: routed,
    quantizedParameters: type === 'gpt_oss' ? routed : undefined,
  };
}

/** Layers of the same kind and figures together, in the order of the first of each. */
function merged(caches: CacheRow[]): CacheRow[] {
  const rows = new Map<string, CacheRow>();
  for (const { layers, ...figures } of caches) {
    const key = JSON.stringify(figures);
    rows.set(key, { ...figures, layers: layers + (rows.get(key)?.layers ?? 0) });
  }
  return [...rows.values()];
}

function unknownsOf({ unknown, layers }: Layers): string[] | undefined {
  const compressed = layers.some(({ mixer }) => mixer.startsWith('compressed'));
  const said = [
    ...unknown.map(name => `layers of kind "${printed(name)}" are not known, and counted as full attention`),
    ...(layers.some(({ mixer }) => mixer === 'gated-recurrence')
      ? ['no engine here is known to serve layers of a gated linear recurrence, so how it keeps their state is not']
      : []),
    ...(compressed
      ? ['how engines lay out the pages of compressed attention beside those of its windows is not counted; its '
        + 'cache is, entry by entry']
      : []),
  ];
  return said.length === 0 ? undefined : said;
}

function intermediate(config: ConfigReader): number | undefined {
  const listed = config.list('intermediate_size')
    ?.filter((each): each is number => typeof each === 'number' && Number.isInteger(each));
  return listed === undefined
    ? config.number('dense_intermediate_size', 'intermediate_size_mlp', 'intermediate_size', 'ffn_hidden_size')
    : Math.max(...listed);
}
