import {
  attentionCache, attentionParameters, attentionShape, compressedCaches, compressedParameters, latentCache,
  latentParameters,
} from './attention';
import { Config, ConfigReader, isConfig, parseConfig } from './config';
import { encoderRow } from './encoders';
import { gemma3nLayer, gemma3nWhole, hyperConnections, perLayerEmbeddings, perLayerInput } from './extras';
import { denseParameters, Experts, expertsOf } from './feed-forward';
import { expertCount, Layer, Layers, layersOf } from './layers';
import { longcatRow } from './longcat';
import { usualNames } from './names';
import { nasRow } from './nas';
import { profiledTower } from './profiled-vision';
import { quantization } from './quantization';
import { gatedDelta, kimiDelta, lightning, mamba1, mamba2, shortConvolution, StateLayer } from './state-space';
import { otherParts, TEXT_PARTS, towerParameters } from './towers';
import { SAME_AS, Traits, TYPES } from './types';
import { visionParameters } from './vision';
import { CacheRow } from '../catalogue/cache-row';
import { LlmRow } from '../catalogue/llm-row';

/**
 * Reads a `config.json` as published, as a list of layers. A type that nobody here knows is read too, by what its keys
 * say, and what could not be understood stands in `unknowns`.
 * @param text the file
 * @param quantizationText a hf_quant_config.json that lies beside it
 * @throws when it is no model config, or a number that everything depends on is missing or none
 */
export function readHuggingFaceConfig(text: string, quantizationText?: string): LlmRow {
  const published = parseConfig(text);
  const beside = quantizationText === undefined ? undefined : parseConfig(quantizationText);
  const outerType = typeof published.model_type === 'string' ? published.model_type : '';
  const encoder = encoderRow(published, outerType);
  if (encoder !== undefined) { return encoder; }
  const inner = innerOf(published);
  const innerType = typeof inner.model_type === 'string' ? inner.model_type : outerType;
  const type = typeOf(innerType, outerType);
  const isKnown = Object.hasOwn(TYPES, type);
  const traits: Traits = isKnown ? TYPES[type] : {};
  const place = type === '' ? 'model' : type.slice(0, 40);
  const config = new ConfigReader({ ...traits.defaults, ...usualNames(withoutNulls(inner), type) }, place);
  const quantized = quantization(beside
    ?? published.quantization_config
    ?? inner.quantization_config
    ?? published.compression_config);
  const row = type === 'nemotron-nas'
    ? nasRow(config, published)
    : type === 'longcat_flash'
      ? longcatRow(config, published)
      : isKnown
        ? count(config, type, traits, published)
        : countUnknown(config, innerType, published);
  const known = !isKnown
    ? {
      ...row,
      typeUnknown: true,
      unknowns: [
        ...row.unknowns ?? [],
        `model_type "${printed(innerType)}" is not known; it was read by the names of its keys`,
      ],
    } : row;
  const expertBits = quantized.nativePrecision === 'fp8' && expertsInFourBit(published, inner)
    ? FOUR_BIT_EXPERTS
    : undefined;
  const stored = {
    ...quantized,
    nativeExpertBits: expertBits,
    nativeKvCache: quantized.nativeKvCache ?? traits.kvCache,
  };
  return withTowers({ ...known, ...stored }, published, outerType);
}

/** Four bits and a scale of 8 for 32 weights, which DeepSeek V4 says beside its 8-bit quantisation. */
const FOUR_BIT_EXPERTS = 4.25;

function expertsInFourBit(published: Config, inner: Config): boolean {
  const parts = [published, inner, published.quantization_config, inner.quantization_config];
  return parts.some(each => isConfig(each) && each.expert_dtype === 'fp4');
}

/** A type that nobody knows may lack what is read here: then what is missing is said, and what is there is kept. */
function countUnknown(config: ConfigReader, type: string, published: Config): LlmRow {
  try {
    return count(config, type, {}, published);
  } catch (error) {
    // a file with neither a type nor parts says nothing of a model
    if (!config.has('hidden_size') && (type === '' || otherParts(published).length === 0)) { throw error; }
    return {
      id: nameOf(published, config, type),
      family: type,
      task: 'text-generation',
      layers: config.number('num_hidden_layers'),
      hiddenSize: config.number('hidden_size'),
      vocabSize: config.number('vocab_size'),
      maxPositions: maxPositions(config),
      unknowns: [(error as Error).message],
    };
  }
}

function innerOf(published: Config): Config {
  for (const key of TEXT_PARTS) {
    const inner = published[key];
    if (isConfig(inner) && (inner.hidden_size !== undefined || published.hidden_size === undefined)) { return inner; }
  }
  const thinker = published.thinker_config;
  return isConfig(thinker) && isConfig(thinker.text_config) ? thinker.text_config : published;
}

function typeOf(innerType: string, outerType: string): string {
  const own = Object.hasOwn(TYPES, innerType)
    ? innerType
    : Object.hasOwn(SAME_AS, innerType)
      ? SAME_AS[innerType]
      : undefined;
  return own ?? (Object.hasOwn(SAME_AS, outerType) && innerType !== outerType ? SAME_AS[outerType] : innerType);
}

function withoutNulls(config: Config): Config {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null && value !== undefined));
}

/** What is collected over the layers. */
interface Collected {
  parameters: number;
  mixers: number;
  networks: number;
  routed: number;
  expertLayers: number;
  readonly caches: CacheRow[];
}

function count(config: ConfigReader, type: string, traits: Traits, published: Config): LlmRow {
  const [hidden, vocab] = [config.need('hidden_size'), config.need('vocab_size')];
  const layers = layersOf(config, type, traits);
  const experts = expertCount(config) === undefined ? undefined : expertsOf(config, traits, type);
  const total = nothing();
  const last = layers.layers.length - 1;
  const firstShared = layers.layers.length - (config.count('num_kv_shared_layers') ?? 0);
  layers.layers.forEach((layer, index) => {
    addLayer(total, { config, type, traits, layer, index, experts, sharesCache: index >= firstShared });
  });
  const { tied, headUnsure } = tying(config, published, traits.tied ?? false);
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

function nameOf(published: Config, config: ConfigReader, type: string): string {
  const name = published._name_or_path ?? config.text('_name_or_path');
  return printed(typeof name === 'string' && name !== '' ? name : type === '' ? 'model' : type);
}

function maxPositions(config: ConfigReader): number | undefined {
  const scaling = config.part('rope_scaling') ?? config.part('rope_parameters');
  const kind = scaling?.text('rope_type') ?? scaling?.text('type');
  const [factor, original] = [scaling?.factor('factor'), scaling?.factor('original_max_position_embeddings')];
  const stretched = kind === 'yarn' && factor !== undefined && original !== undefined ? factor * original : 0;
  const stated = config.number('max_position_embeddings', 'model_max_length', 'seq_length', 'max_seq_len') ?? 0;
  return Math.max(stated, stretched) || undefined;
}

/**
 * Elements of the position tables: positions x rotary size, longer by a linear factor, and a second table where windows
 * have their own.
 */
function ropeElements(config: ConfigReader, type: string, headDim: number | undefined): number | undefined {
  const positions = maxPositions(config);
  const scaling = config.part('rope_scaling') ?? config.part('rope_parameters');
  const size = config.count('qk_rope_head_dim') ?? config.number('rotary_dim')
    ?? (headDim === undefined
      ? undefined
      : headDim * (config.factor('partial_rotary_factor') ?? scaling?.factor('partial_rotary_factor') ?? 1));
  if (positions === undefined || size === undefined) { return undefined; }
  const kind = scaling?.text('rope_type') ?? scaling?.text('type');
  const factor = kind === 'linear' ? scaling?.factor('factor') ?? 1 : 1;
  const ownTable = type.startsWith('gemma3') || type === 'gemma4_text' ? 1 : 0;
  return Math.round(positions * size * (factor + ownTable));
}

function withTowers(row: LlmRow, published: Config, outerType: string): LlmRow {
  const vision = isConfig(published.vision_config) ? published.vision_config
    : isConfig(published.thinker_config) && isConfig(published.thinker_config.vision_config)
      ? published.thinker_config.vision_config
      : undefined;
  const speaks = [
    'audio_config', 'sound_config', 'thinker_config', 'encoder_config',
  ].some(key => isConfig(published[key]));
  const named = /(?:_vl|4mm|multimodal)$/.test(outerType);
  const others = otherParts(published);
  if (vision === undefined && !speaks && !named && others.length === 0 && published.vision_config === undefined) {
    return row;
  }
  if (row.hiddenSize === undefined) { return { ...row, visionUnknown: true }; }
  const reader = vision === undefined
    ? undefined
    : new ConfigReader(withoutNulls(vision), `${outerType.slice(0, 40)}.vision_config`);
  const seeing = {
    ...row,
    task: 'image-text-to-text',
    profiledTower: profiledTower(reader, outerType, row.hiddenSize),
  };
  const counted = speaks || others.length > 0 ? undefined : visionParameters(reader, outerType, row.hiddenSize);
  if (counted !== undefined && row.parameters !== undefined) {
    return { ...seeing, visionParameters: counted, parameters: row.parameters + counted };
  }
  const towers = towerParameters(published, outerType, row.hiddenSize);
  return towers === undefined ? { ...seeing, visionUnknown: true } : { ...seeing, towerParameters: towers };
}

function printed(text: string): string {
  return text.slice(0, 120).replace(/[^\x20-\x7e]/g, '?');
}
