import { ConfigReader } from './config';
import { Traits } from './types';

/** How tokens are mixed in a layer. */
export type Mixer =
  'full' | 'sliding' | 'chunked' | 'latent' | 'compressed-sparse' | 'compressed-heavy' | 'compressed-window' | 'gated-delta' | 'kimi-delta' | 'lightning' | 'mamba' | 'mamba-2' | 'parallel'
  | 'short-conv' | 'gated-recurrence' | 'none';

/** What follows in a layer. */
export type FeedForward = 'dense' | 'experts' | 'none';

/** One layer. */
export interface Layer {
  readonly mixer: Mixer;
  readonly feedForward: FeedForward;
}

/** The layers of a config, and the kinds of layers that nobody here knows. */
export interface Layers {
  readonly layers: Layer[];
  readonly unknown: string[];
}

/** Reads the layers from whichever notation the config has. */
export function layersOf(config: ConfigReader, type: string, traits: Traits): Layers {
  const pattern = config.text('hybrid_override_pattern');
  if (pattern !== undefined) { return patternLayers(pattern, config); }
  const blocks = config.list('layers_block_type');
  if (blocks !== undefined && type === 'nemotron_h') { return blockLayers(blocks, config); }
  const count = config.need('num_hidden_layers');
  if (count > 10_000) { throw new Error(`num_hidden_layers is ${count}; no model has so many`); }
  const unknown = new Set<string>();
  const named = mixerNames(config, type, traits, count);
  const layers = named.map((name, index) => {
    const mixer = mixerOf(name, config, type);
    if (mixer === undefined) { unknown.add(name); }
    return {
      mixer: mixer ?? 'full',
      feedForward: traits.stateOnly ? 'none' : feedForwardOf(config, type, index, count),
    } as const;
  });
  return { layers, unknown: [...unknown] };
}

/** M is Mamba, * attention, - an MLP, E experts (Nemotron-H). */
function patternLayers(pattern: string, config: ConfigReader): Layers {
  const count = config.number('num_hidden_layers') ?? pattern.length;
  if (pattern.length !== count) {
    throw new Error(`hybrid_override_pattern has ${pattern.length} marks for ${count} layers`);
  }
  return blockLayers([...pattern].map(mark => MARKS[mark] ?? mark), config);
}

const MARKS: Record<string, string> = { 'M': 'mamba', '*': 'attention', '-': 'mlp', 'E': 'moe' };

/** Each block is a mixer or a feed-forward network alone. */
function blockLayers(blocks: readonly unknown[], config: ConfigReader): Layers {
  const unknown = new Set<string>();
  const layers = blocks.map((block): Layer => {
    switch (block) {
      case 'mamba': case 'mamba2': case 'linear_attention': return { mixer: 'mamba-2', feedForward: 'none' };
      case 'attention': case 'full_attention':
        return { mixer: config.has('kv_lora_rank') ? 'latent' : 'full', feedForward: 'none' };
      case 'mlp': return { mixer: 'none', feedForward: 'dense' };
      case 'moe': return { mixer: 'none', feedForward: 'experts' };
      default:
        unknown.add(typeof block === 'string' ? block.slice(0, 40) : 'unnamed');
        return { mixer: 'none', feedForward: 'none' };
    }
  });
  return { layers, unknown: [...unknown] };
}

/** Layers by letter, repeated from the first on: LLLG of EXAONE 4 (configuration_exaone4.py of transformers 4.54). */
const LETTERS: Record<string, string> = { L: 'sliding_attention', G: 'full_attention' };

/** The kinds by name, one a layer. */
function mixerNames(config: ConfigReader, type: string, traits: Traits, count: number): string[] {
  const every = (name: (index: number) => string) => Array.from({ length: count }, (_, index) => name(index));
  const listed = config.list('layer_types') ?? config.list('layers_block_type');
  if (listed !== undefined) {
    if (listed.length !== count) { throw new Error(`layer_types has ${listed.length} entries for ${count} layers`); }
    return listed.map(each => (typeof each === 'string' ? each.slice(0, 40) : 'unnamed'));
  }
  // files of LFM 2 from before it listed its layers
  const full = config.list('full_attn_idxs');
  if (full !== undefined) { return every(index => (full.includes(index) ? 'full_attention' : 'conv')); }
  const ratios = config.list('compress_ratios');
  if (ratios !== undefined) { return every(index => ratioName(ratios[index])); }
  const linear = config.part('linear_attn_config');
  if (linear !== undefined) {
    const attending = new Set(linear.list('full_attn_layers') ?? []);
    return every(index => (attending.has(index + 1) ? 'full_attention' : 'linear_attention'));
  }
  // repeated from the first layer on (RecurrentGemma, whose attention has a window)
  const repeated = config.list('block_types');
  if (repeated !== undefined && repeated.length > 0 && type === 'recurrent_gemma') {
    const names = repeated.map(each => (typeof each === 'string' ? each.slice(0, 40) : 'unnamed'));
    return every(index => names[index % names.length]).map(name => (name === 'attention' ? 'sliding_attention' : name));
  }
  const hybrid = config.list('hybrid_layer_pattern');
  if (hybrid !== undefined) { return every(index => (hybrid[index] === 1 ? 'sliding_attention' : 'full_attention')); }
  const attention = config.list('attn_layer_indices');
  if (attention !== undefined || type === 'bamba') {
    return every(index => (attention?.includes(index) ? 'attention' : 'mamba'));
  }
  if (type === 'jamba') {
    const [period, offset] = [config.number('attn_layer_period') ?? 8, config.count('attn_layer_offset') ?? 4];
    return every(index => (index % period === offset ? 'attention' : 'mamba'));
  }
  if (traits.stateOnly) { return every(() => type); }
  // 1 is softmax attention, 0 the linear one (MiniMax 01 and M1)
  const softmax = config.list('attn_type_list');
  if (softmax !== undefined) { return every(index => (softmax[index] === 1 ? 'full_attention' : 'linear_attention')); }
  const group = config.number('layer_group_size');
  if (group !== undefined && type === 'bailing_hybrid') {
    return every(index => ((index + 1) % group === 0 ? 'full_attention' : 'linear_attention'));
  }
  if (type === 'falcon_h1') { return every(() => 'hybrid'); }
  if (type === 'llama4_text') {
    const listedRope = config.list('no_rope_layers');
    const rope = listedRope === undefined || listedRope.length === 0 ? undefined : listedRope;
    const interval = config.need('no_rope_layer_interval');
    return every(index =>
      ((rope?.[index] ?? ((index + 1) % interval === 0 ? 0 : 1)) ? 'chunked_attention' : 'full_attention'));
  }
  if (traits.allSliding && config.has('sliding_window')) { return every(() => 'sliding_attention'); }
  const interval = config.number('full_attention_interval');
  if (interval !== undefined) {
    return every(index => ((index + 1) % interval === 0 ? 'full_attention' : 'linear_attention'));
  }
  const letters = config.text('sliding_window_pattern');
  if (letters !== undefined) {
    const isWindowed = config.has('sliding_window');
    return every(index => (isWindowed ? LETTERS[letters[index % letters.length]] ?? letters : 'full_attention'));
  }
  const period = config.number('sliding_window_pattern', 'global_attn_every_n_layers') ?? traits.windowPeriod;
  if (period !== undefined && config.has('sliding_window')) {
    return every(index => ((index + 1) % period === 0 ? 'full_attention' : 'sliding_attention'));
  }
  return every(() => 'full_attention');
}

/** Tokens an entry as DeepSeek V4 publishes them, layer by layer: 0 and 1 are a window alone, 4 has an indexer. */
function ratioName(ratio: unknown): string {
  if (ratio === 0 || ratio === 1) { return 'window_alone'; }
  return ratio === 4
    ? 'compressed_sparse_attention'
    : ratio === 128
      ? 'heavily_compressed_attention'
      : 'compressed_otherwise';
}

function mixerOf(name: string, config: ConfigReader, type: string): Mixer | undefined {
  const isLatent = config.has('kv_lora_rank');
  switch (name) {
    case 'full_attention': case 'attention': case 'indexed_attention': case 'global_attention': case 'minimax_m3_sparse': case 'sparse_attention':
      return isLatent ? 'latent' : 'full';
    case 'sliding_attention': case 'local_attention':
      if (type === 'deepseek_v4') { return 'compressed-window'; }
      return config.has('sliding_window') || config.has('sliding_window_size') ? 'sliding' : 'full';
    case 'chunked_attention': return 'chunked';
    case 'linear_attention':
      if (type === 'minimax') { return 'lightning'; }
      if (['kimi_linear', 'bailing_hybrid', 'glm5_next_text'].includes(type) || config.has('linear_attn_config')) {
        return 'kimi-delta';
      }
      return config.has('linear_num_value_heads') ? 'gated-delta' : config.has('mamba_n_heads') ? 'mamba-2' : undefined;
    case 'falcon_mamba': return 'mamba';
    case 'mamba': return type === 'jamba' || type === 'mamba' ? 'mamba' : 'mamba-2';
    case 'mamba2': return 'mamba-2';
    case 'hybrid': return 'parallel';
    case 'conv': return 'short-conv';
    case 'recurrent': return type === 'recurrent_gemma' ? 'gated-recurrence' : undefined;
    case 'window_alone': return 'compressed-window';
    case 'compressed_sparse_attention': return 'compressed-sparse';
    case 'heavily_compressed_attention': return 'compressed-heavy';
    default: return undefined;
  }
}

/** Whether a layer has experts: named, listed, or every so many after the first dense ones. */
function feedForwardOf(config: ConfigReader, type: string, index: number, count: number): FeedForward {
  const experts = expertCount(config);
  if (experts === undefined) { return 'dense'; }
  const named = config.list('mlp_layer_types');
  if (named !== undefined) { return named[index] === 'dense' ? 'dense' : 'experts'; }
  if (config.list('mlp_only_layers')?.includes(index)) { return 'dense'; }
  const frequencies = config.list('moe_layer_freq');
  if (frequencies !== undefined) { return frequencies[index] === 1 ? 'experts' : 'dense'; }
  const enumerated = config.text('moe_layers_enum');
  if (enumerated !== undefined) {
    return enumerated.split(',').some(each => Number(each.trim()) === index) ? 'experts' : 'dense';
  }
  const listed = config.list('moe_layers');
  if (listed !== undefined && listed.length > 0) { return listed.includes(index) ? 'experts' : 'dense'; }
  if (index < (config.count('first_k_dense_replace', 'moe_layer_start_index', 'num_dense_layers') ?? 0)) {
    return 'dense';
  }
  if (index > (config.count('moe_layer_end_index') ?? count)) { return 'dense'; }
  if (type === 'jamba') {
    return index % (config.number('expert_layer_period') ?? 2) === (config.count('expert_layer_offset') ?? 1)
      ? 'experts'
      : 'dense';
  }
  const step = config.number('decoder_sparse_step', 'interleave_moe_layer_step', 'moe_layer_freq', 'moe_layer_interval')
    ?? 1;
  return (index + (type.startsWith('qwen') || type === 'llama4_text' || type.startsWith('ernie') ? 1 : 0)) % step === 0
    ? 'experts'
    : 'dense';
}

/** Routed experts of a layer; undefined without. */
export function expertCount(config: ConfigReader): number | undefined {
  return config.count('num_local_experts', 'n_routed_experts', 'num_experts', 'moe_num_experts') || undefined;
}
