import { LlmRow } from './catalogue/llm-row';

type Config = Record<string, any>;

/** Model types whose parameters and cache this file knows how to count. */
const KNOWN_TYPES = [
  'llama', 'mistral', 'ministral', 'mixtral', 'qwen2', 'qwen3', 'qwen2_moe', 'qwen3_moe', 'gemma2', 'gemma3_text', 'phi', 'phi3', 'deepseek_v2',
  'deepseek_v3', 'gpt_oss', 'nemotron_h',
];

/** Types of the language model inside a multimodal one, where `text_config` does not say. */
const TEXT_TYPE_OF: Config = {
  gemma3: 'gemma3_text',
  mistral3: 'mistral',
  llava: 'llama',
  qwen2_vl: 'qwen2',
  qwen2_5_vl: 'qwen2',
  qwen3_vl: 'qwen3',
  qwen3_vl_moe: 'qwen3_moe',
  qwen2_vl_text: 'qwen2',
  qwen2_5_vl_text: 'qwen2',
  qwen3_vl_text: 'qwen3',
  qwen3_vl_moe_text: 'qwen3_moe',
};

/** Values that a published file leaves out because they are the defaults of its type in Hugging Face transformers. */
const DEFAULTS: Record<string, Config> = {
  gemma3_text: {
    num_attention_heads: 8,
    num_key_value_heads: 4,
    head_dim: 256,
    vocab_size: 262208,
    hidden_size: 2304,
    intermediate_size: 9216,
    num_hidden_layers: 26,
    max_position_embeddings: 131072,
    sliding_window: 4096,
    sliding_window_pattern: 6,
  },
  gemma2: { num_attention_heads: 8, num_key_value_heads: 4, head_dim: 256, vocab_size: 256000, max_position_embeddings: 8192, sliding_window: 4096 },
  llama: { vocab_size: 32000, max_position_embeddings: 2048 },
  mistral: { vocab_size: 32000, num_key_value_heads: 8 },
  mixtral: { vocab_size: 32000, num_key_value_heads: 8 },
  gpt_oss: { head_dim: 64, num_key_value_heads: 8, num_local_experts: 128, vocab_size: 201088, sliding_window: 128 },
};

/**
 * Reads a `config.json` as published.
 * @throws when the architecture is not known, or a number that everything depends on is missing
 */
export function readHuggingFaceConfig(text: string): LlmRow {
  const published = parse(text);
  const outerType = String(published.model_type ?? '');
  const inner: Config = published.text_config ?? published.llm_config ?? published;
  const innerType = String(inner.model_type ?? outerType);
  const type = KNOWN_TYPES.includes(innerType) ? innerType : TEXT_TYPE_OF[innerType] ?? TEXT_TYPE_OF[outerType];
  if (type === undefined) {
    throw new Error(`model_type "${innerType || '(missing)'}" is not known; known are ${KNOWN_TYPES.join(', ')} and their multimodal wrappers. ` +
      'Give a measured footprint, or an architecture of the catalogue');
  }
  const config: Config = { ...DEFAULTS[type], ...withoutNulls(inner) };
  const multimodal = published.vision_config !== undefined || inner !== published || innerType !== type;
  const row = count(type, config, published);
  if (!multimodal) { return row; }
  const vision = outerType === 'gemma3' ? siglipParameters(published.vision_config, row.hiddenSize!) : undefined;
  return vision === undefined
    ? { ...row, task: 'image-text-to-text', visionUnknown: true }
    : { ...row, task: 'image-text-to-text', visionParameters: vision, parameters: row.parameters! + vision };
}

function parse(text: string): Config {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`the config is not JSON: ${(error as Error).message}`, { cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) { throw new Error('the config is not a JSON object'); }
  return value;
}

function withoutNulls(config: Config): Config {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null && value !== undefined));
}

function count(type: string, config: Config, published: Config): LlmRow {
  const need = (key: string): number => positive(config, key, type);
  const [hidden, layers, vocab] = [need('hidden_size'), need('num_hidden_layers'), need('vocab_size')];
  const heads = need('num_attention_heads');
  const kvHeads = config.num_key_value_heads === undefined ? heads : need('num_key_value_heads');
  const headDim = config.head_dim === undefined ? hidden / heads : need('head_dim');
  const tied = config.tie_word_embeddings ?? published.tie_word_embeddings ?? type.startsWith('gemma');
  const shape: Shape = { type, config, hidden, layers, vocab, heads, kvHeads, headDim };
  const body = type === 'nemotron_h' ? hybridBody(shape) : uniformBody(shape);
  const embeddings = vocab * hidden * (tied ? 1 : 2) + (type === 'phi' ? vocab : 0);
  const finalNorm = type === 'phi' ? 2 * hidden : hidden;
  return {
    id: String(published._name_or_path || config._name_or_path || type),
    family: type,
    task: 'text-generation',
    ...body,
    parameters: body.parameters + embeddings + finalNorm,
    layers,
    hiddenSize: hidden,
    intermediateSize: config.intermediate_size,
    heads,
    kvHeads,
    headDim: body.latentSize === undefined ? headDim : undefined,
    vocabSize: vocab,
    tiedEmbeddings: tied || undefined,
    maxPositions: maxPositions(config),
    ...windows(type, config, layers),
    ...quantization(published.quantization_config ?? config.quantization_config),
  };
}

interface Shape {
  readonly type: string;
  readonly config: Config;
  readonly hidden: number;
  readonly layers: number;
  readonly vocab: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
}

type Body = Partial<LlmRow> & { parameters: number };

/** Every layer has attention and an MLP or experts. */
function uniformBody(shape: Shape): Body {
  const { type, config, hidden, layers } = shape;
  const latent = config.kv_lora_rank;
  const experts = config.num_local_experts ?? config.num_experts ?? config.n_routed_experts;
  const norms = type === 'phi' ? 2 * hidden : hidden * (type.startsWith('gemma') ? 4 : 2);
  const attention = latent === undefined ? attentionParameters(shape) : latentAttentionParameters(shape);
  const dense = mlpParameters(shape, config.intermediate_size);
  if (experts === undefined) {
    return { parameters: layers * (attention + norms + dense), latentSize: latentSize(config) };
  }
  const expertSize = config.moe_intermediate_size ?? positive(config, 'intermediate_size', type);
  const denseLayers = config.first_k_dense_replace ?? (config.mlp_only_layers?.length ?? 0);
  const moeLayers = layers - denseLayers;
  const sharedSize = config.shared_expert_intermediate_size ?? (config.n_shared_experts ?? 0) * expertSize;
  const biases = type === 'gpt_oss' ? experts * (2 * expertSize + hidden) + experts : 0;
  const correction = type === 'deepseek_v3' ? experts : 0;
  const gate = config.shared_expert_intermediate_size !== undefined && type === 'qwen2_moe' ? hidden : 0;
  const moe = hidden * experts + correction + 3 * hidden * expertSize * experts + 3 * hidden * sharedSize + gate + biases;
  return {
    parameters: layers * (attention + norms) + denseLayers * dense + moeLayers * moe,
    experts,
    expertsPerToken: config.num_experts_per_tok ?? config.experts_per_token,
    expertSize,
    moeLayers,
    sharedExpertSize: sharedSize || undefined,
    latentSize: latentSize(config),
    quantizedParameters: type === 'gpt_oss' ? moeLayers * 3 * hidden * expertSize * experts : undefined,
  };
}

function attentionParameters({ type, config, hidden, heads, kvHeads, headDim }: Shape): number {
  const projections = 2 * hidden * heads * headDim + 2 * hidden * kvHeads * headDim;
  const qkvBias = type === 'qwen2' || type === 'qwen2_moe' || type === 'phi' || type === 'gpt_oss' || config.attention_bias === true;
  const outBias = type === 'phi' || type === 'gpt_oss' || (config.attention_bias === true && !type.startsWith('qwen'));
  const qkNorm = type === 'qwen3' || type === 'qwen3_moe' || type === 'gemma3_text' ? 2 * headDim : 0;
  const sinks = type === 'gpt_oss' ? heads : 0;
  return projections + (qkvBias ? (heads + 2 * kvHeads) * headDim : 0) + (outBias ? hidden : 0) + qkNorm + sinks;
}

/** Multi-head latent attention: queries and keys/values go through low ranks (DeepSeek V2, V3). */
function latentAttentionParameters({ config, hidden, heads, type }: Shape): number {
  const [kvRank, rope, nope, value] = ['kv_lora_rank', 'qk_rope_head_dim', 'qk_nope_head_dim', 'v_head_dim'].map(key => positive(config, key, type));
  const rank = config.q_lora_rank;
  const query = rank === undefined ? hidden * heads * (nope + rope) : hidden * rank + rank + rank * heads * (nope + rope);
  return query + hidden * (kvRank + rope) + kvRank + kvRank * heads * (nope + value) + heads * value * hidden;
}

function latentSize(config: Config): number | undefined {
  return config.kv_lora_rank === undefined ? undefined : config.kv_lora_rank + config.qk_rope_head_dim;
}

function mlpParameters({ type, config, hidden }: Shape, size: number | undefined): number {
  if (size === undefined) { throw new Error(`the ${type} config has no intermediate_size, on which the number of parameters depends`); }
  if (type === 'phi') { return 2 * hidden * size + size + hidden; }
  return 3 * hidden * size + (config.mlp_bias === true ? 2 * size + hidden : 0);
}

/** Layers by a pattern: M is Mamba, * attention, - an MLP, E experts (Nemotron-H). */
function hybridBody(shape: Shape): Body {
  const { config, hidden, type } = shape;
  const pattern = String(config.hybrid_override_pattern ?? '');
  const layersOf = (mark: string) => [...pattern].filter(each => each === mark).length;
  if (pattern.length !== shape.layers) {
    throw new Error(`hybrid_override_pattern has ${pattern.length} marks for ${shape.layers} layers`);
  }
  const [mambaHeads, mambaDim, state] = ['mamba_num_heads', 'mamba_head_dim', 'ssm_state_size'].map(key => positive(config, key, type));
  const groups = positive(config, 'n_groups', type);
  const kernel = positive(config, 'conv_kernel', type);
  const inner = mambaHeads * mambaDim;
  const convDim = inner + 2 * groups * state;
  const mamba = hidden * (2 * inner + 2 * groups * state + mambaHeads) + convDim * kernel + convDim + 3 * mambaHeads + inner + inner * hidden;
  const mlp = layersOf('-') === 0 ? 0 : 2 * hidden * positive(config, 'intermediate_size', type);
  const experts = layersOf('E') === 0 ? undefined : positive(config, 'n_routed_experts', type);
  const expertSize = experts === undefined ? undefined : positive(config, 'moe_intermediate_size', type);
  const latent = config.moe_latent_size as number | undefined;
  const sharedSize = config.moe_shared_expert_intermediate_size ?? 0;
  const toLatent = latent === undefined ? 0 : 2 * hidden * latent;
  const moe = experts === undefined ? 0
    : hidden * experts + experts + 2 * (latent ?? hidden) * expertSize! * experts + 2 * hidden * sharedSize + toLatent;
  const mambaLayers = layersOf('M');
  return {
    parameters: shape.layers * hidden + mambaLayers * mamba + layersOf('*') * attentionParameters(shape) + layersOf('-') * mlp + layersOf('E') * moe,
    attentionLayers: layersOf('*'),
    experts,
    expertSize,
    expertsPerToken: config.num_experts_per_tok,
    moeLayers: experts === undefined ? undefined : layersOf('E'),
    sharedExpertSize: sharedSize || undefined,
    expertLatentSize: latent,
    mambaLayers,
    mambaStateElements: mambaLayers * inner * state,
    mambaConvElements: mambaLayers * convDim * (kernel - 1),
    mambaStateBytes: config.mamba_ssm_cache_dtype === 'float32' ? 4 : undefined,
  };
}

function windows(type: string, config: Config, layers: number): Partial<LlmRow> {
  const interleaved = type === 'gemma2' || type === 'gemma3_text' || type === 'gpt_oss';
  if (!interleaved || config.sliding_window === undefined) { return {}; }
  const listed = Array.isArray(config.layer_types) ? config.layer_types.filter((each: unknown) => each === 'sliding_attention').length : undefined;
  const period = type === 'gemma3_text' ? config.sliding_window_pattern ?? 6 : 2;
  return { slidingWindow: config.sliding_window, slidingLayers: listed ?? layers - Math.floor(layers / period) };
}

function maxPositions(config: Config): number | undefined {
  const scaling = config.rope_scaling ?? config.rope_parameters;
  const stretched = scaling?.factor !== undefined && scaling?.original_max_position_embeddings !== undefined
    && (scaling.rope_type ?? scaling.type) === 'yarn' ? scaling.factor * scaling.original_max_position_embeddings : 0;
  const stated = config.max_position_embeddings ?? 0;
  return Math.max(stated, stretched) || undefined;
}

/** What the checkpoint says of its own quantisation, in the words of the tool that made it. */
function quantization(config: Config | undefined): Partial<LlmRow> {
  if (config === undefined || config === null) { return {}; }
  const method = String(config.quant_method ?? '').toLowerCase();
  const kv = /fp8/i.test(String(config.kv_cache_quant_algo ?? config.kv_cache_scheme?.type ?? '')) || config.kv_cache_scheme?.num_bits === 8 ? 'fp8' : undefined;
  const weights = Object.values<Config>(config.config_groups ?? {})[0]?.weights;
  const algorithm = String(config.quant_algo ?? config.quantization?.quant_algo ?? '').toLowerCase();
  if (method === 'fp8' || algorithm === 'fp8' || (weights?.num_bits === 8 && weights?.type === 'float')) { return { nativePrecision: 'fp8', nativeKvCache: kv }; }
  if (algorithm.includes('nvfp4') || (weights?.num_bits === 4 && weights?.type === 'float')) { return { nativePrecision: 'nvfp4', nativeKvCache: kv }; }
  if (method === 'mxfp4') { return { nativePrecision: 'mxfp4', nativeKvCache: kv }; }
  const bits = config.bits ?? config.w_bit ?? weights?.num_bits ?? (config.load_in_4bit ? 4 : config.load_in_8bit ? 8 : undefined);
  const group = config.group_size ?? config.q_group_size ?? weights?.group_size;
  if (bits === 4) { return { nativePrecision: 'int4', quantizationGroupSize: group > 0 ? group : undefined, nativeKvCache: kv }; }
  if (bits === 8) { return { nativePrecision: 'int8', nativeKvCache: kv }; }
  throw new Error(`quantization_config with quant_method "${method || '(missing)'}" is not known; give the precision, or a measured footprint`);
}

/** SigLIP tower and projector of Gemma 3. */
function siglipParameters(vision: Config | undefined, textHidden: number): number | undefined {
  if (vision?.hidden_size === undefined) { return undefined; }
  const [h, i, n] = [vision.hidden_size, vision.intermediate_size, vision.num_hidden_layers];
  const patch = vision.patch_size ?? 14;
  const positions = (Math.floor((vision.image_size ?? 896) / patch)) ** 2;
  const layer = 4 * (h * h + h) + (h * i + i) + (i * h + h) + 4 * h;
  return 3 * patch * patch * h + h + positions * h + n * layer + 2 * h + h + h * textHidden;
}

function positive(config: Config, key: string, type: string): number {
  const value = config[key];
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) {
    throw new Error(`the ${type} config has ${key} ${value === undefined ? 'missing' : JSON.stringify(value)}; it must be a positive number`);
  }
  return value;
}
