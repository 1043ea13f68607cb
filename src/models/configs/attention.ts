import { ConfigReader } from './config';
import { Traits } from './types';
import { CacheRow } from '../catalogue/cache-row';

/** The shape of attention in one layer. */
export interface AttentionShape {
  readonly hidden: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly valueDim: number;
}

/** The shape of attention, in a layer of a window or in a full one. */
export function attentionShape(config: ConfigReader, index: number, sliding: boolean): AttentionShape {
  const own = ownOf(config, index);
  const hidden = own.need('hidden_size');
  const listed = own.list('num_attention_heads_per_layer')?.[index];
  const heads = (sliding ? own.number('num_sliding_attention_heads') : undefined)
    ?? (typeof listed === 'number' && Number.isInteger(listed) && listed > 0
      ? listed
      : own.need('num_attention_heads'));
  const kvHeads = (sliding ? own.number('swa_num_key_value_heads') : own.number('num_global_key_value_heads'))
    ?? own.number('num_key_value_heads', 'num_attention_groups', 'multi_query_group_num') ?? heads;
  const headDim = (sliding ? own.number('swa_head_dim') : own.number('global_head_dim'))
    ?? own.number('head_dim', 'attention_head_dim')
    ?? Math.floor(hidden / heads);
  const valueDim = (sliding ? own.number('swa_v_head_dim') : undefined) ?? own.number('v_head_dim') ?? headDim;
  return { hidden, heads, kvHeads, headDim, valueDim };
}

/** The config with what it says of one layer alone (`per_layer_config` of transformers 5). */
function ownOf(config: ConfigReader, index: number): ConfigReader {
  const own = config.part('per_layer_config');
  const said = own?.part(String(index)) ?? own?.part(String(index).padStart(2, '0'));
  return said === undefined ? config : config.with(said.config);
}

/** Parameters of grouped attention. */
export function attentionParameters(
  shape: AttentionShape,
  config: ConfigReader,
  traits: Traits,
  type: string,
  sliding: boolean,
): number {
  const { hidden, heads, kvHeads, headDim, valueDim } = shape;
  const sharesValues = type === 'gemma4_text' && config.flag('attention_k_eq_v') === true && !sliding;
  const [queries, keys, values] = [heads * headDim, kvHeads * headDim, sharesValues ? 0 : kvHeads * valueDim];
  const projections = hidden * (queries + keys + values + heads * valueDim);
  const biased = config.flag('attention_bias') ?? config.flag('use_bias') ?? false;
  const qkvBias = traits.qkvBias ?? (biased || config.flag('qkv_bias') === true);
  const outBias = traits.outBias
    ?? (biased && !type.startsWith('qwen2') && !type.startsWith('glm') && type !== 'seed_oss');
  const usesNorm = type === 'glm4_moe' || type === 'cohere'
    ? config.flag('use_qk_norm') === true
    : traits.qkNorm !== undefined;
  const norm = !usesNorm
    ? 0
    : traits.qkNorm === 'all'
      ? queries + keys
      : type === 'cohere'
        ? queries + keys
        : 2 * headDim;
  const gate = gateParameters(shape, config, traits);
  const sinks = traits.sinks === 'all' || (traits.sinks === 'sliding' && sliding) ? heads : 0;
  return projections + (qkvBias ? queries + keys + values : 0) + (outBias ? hidden : 0) + norm + gate + sinks;
}

function gateParameters({ hidden, heads, valueDim }: AttentionShape, config: ConfigReader, traits: Traits): number {
  if (traits.outputGate === 'queries' && config.flag('attn_output_gate') !== false) {
    return hidden * heads * valueDim;
  }
  return traits.outputGate === 'heads' && config.flag('use_head_wise_attn_gate') !== false ? hidden * heads : 0;
}

/** What a layer of grouped attention keeps. */
export function attentionCache(
  { kvHeads, headDim, valueDim }: AttentionShape,
  kind: 'full' | 'window' | 'chunk',
  window?: number,
): CacheRow {
  return { kind, layers: 1, kvHeads, headDim, valueDim: valueDim === headDim ? undefined : valueDim, window };
}

/**
 * Multi-head latent attention: queries, keys and values go through low ranks, and the latent is what is kept
 * (DeepSeek).
 */
export function latentParameters(config: ConfigReader, gatedHeads: boolean): number {
  const [hidden, heads] = [config.need('hidden_size'), config.need('num_attention_heads')];
  const [rank, nope, value] = ['kv_lora_rank', 'qk_nope_head_dim', 'v_head_dim'].map(key => config.need(key));
  const rope = ropeSize(config);
  const queryRank = config.number('q_lora_rank');
  const query = queryRank === undefined
    ? hidden * heads * (nope + rope)
    : hidden * queryRank + queryRank + queryRank * heads * (nope + rope);
  const biases = config.flag('attention_bias') === true ? (queryRank ?? 0) + rank + rope + hidden : 0;
  const latent = hidden * (rank + rope) + rank + rank * heads * (nope + value) + heads * value * hidden;
  const gate = gatedHeads ? hidden * heads : config.flag('mla_use_output_gate') === true ? hidden * heads * value : 0;
  return query + biases + latent + gate + indexerParameters(config, queryRank);
}

/** The part of a key that positions turn; 0 where nothing is turned. */
function ropeSize(config: ConfigReader): number {
  const size = config.count('qk_rope_head_dim');
  return size ?? config.need('qk_rope_head_dim');
}

/**
 * The indexer of sparse attention: queries of its own, one key a token with its norm, and a weight a head (DeepSeek
 * V3.2, GLM-5).
 */
function indexerParameters(config: ConfigReader, queryRank: number | undefined): number {
  const [heads, size] = [config.number('index_n_heads'), config.number('index_head_dim')];
  if (heads === undefined || size === undefined || queryRank === undefined) { return 0; }
  const hidden = config.need('hidden_size');
  // GLM-5.3 pools the keys of so many tokens into one
  const pool = config.number('index_kpool');
  const pooled = pool === undefined ? 0 : pool * size + hidden * size;
  return queryRank * heads * size + hidden * size + 2 * size + hidden * heads + pooled;
}

export function latentCache(config: ConfigReader): CacheRow {
  const indexSize = config.number('index_head_dim');
  return {
    kind: 'latent',
    layers: 1,
    latentSize: config.need('kv_lora_rank') + ropeSize(config),
    indexSize,
    indexPool: config.number('index_kpool'),
  };
}

/**
 * Compressed attention: one head that is key and value, of every so many tokens, beside a window; where it is sparse,
 * an indexer too (DeepSeek V4).
 */
export function compressedParameters(config: ConfigReader, kind: 'sparse' | 'heavy' | 'window'): number {
  const [hidden, heads, headDim] = [
    config.need('hidden_size'),
    config.need('num_attention_heads'),
    config.need('head_dim'),
  ];
  const [queryRank, groups, outRank] = [
    config.need('q_lora_rank'),
    config.need('o_groups'),
    config.need('o_lora_rank'),
  ];
  const sparse = kind === 'sparse';
  const rate = compressionRate(config, sparse);
  const width = sparse ? 2 * headDim : headDim;
  const output = heads * headDim / groups * groups * outRank + groups * outRank * hidden;
  const attention = heads
    + hidden * queryRank
    + queryRank
    + queryRank * heads * headDim
    + hidden * headDim
    + headDim
    + output;
  if (kind === 'window') { return attention; }
  const compressor = rate * width + 2 * hidden * width + headDim;
  if (!sparse) { return attention + compressor; }
  const [indexHeads, size] = [config.need('index_n_heads'), config.need('index_head_dim')];
  return attention
    + compressor
    + rate * 2 * size
    + 2 * hidden * 2 * size
    + size
    + queryRank * indexHeads * size
    + hidden * indexHeads;
}

/**
 * Bytes of an entry of 448 elements in 8 bit, 64 positions in 16 and 8 scales (fp8_ds_mla,
 * models/deepseek_v4/attention.py of vLLM 0.33.0).
 */
const PACKED_ENTRY = { headDim: 512, bytes: 584 };

/** Entries for every so many tokens, where there are, and those of the window beside them. */
export function compressedCaches(config: ConfigReader, kind: 'sparse' | 'heavy' | 'window'): CacheRow[] {
  const sparse = kind === 'sparse';
  const headDim = config.need('head_dim');
  const packedBytes = headDim === PACKED_ENTRY.headDim ? PACKED_ENTRY.bytes : undefined;
  const window = config.number('sliding_window');
  const compressed: CacheRow = {
    kind: 'compressed',
    layers: 1,
    kvHeads: 1,
    headDim,
    rate: compressionRate(config, sparse),
    indexSize: sparse ? config.number('index_head_dim') : undefined,
    packedBytes,
  };
  const own = kind === 'window' ? [] : [compressed];
  return window === undefined
    ? own
    : [...own, { kind: 'window', layers: 1, kvHeads: 1, headDim, valueDim: 0, window, packedBytes }];
}

function compressionRate(config: ConfigReader, sparse: boolean): number {
  return config.part('compress_rates')?.number(sparse ? 'compressed_sparse_attention' : 'heavily_compressed_attention')
    ?? (sparse ? 4 : 128);
}
