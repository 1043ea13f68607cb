import { ConfigReader } from './config';
import { CacheRow } from '../catalogue/cache-row';

/** Parameters and state of a layer that keeps a state instead of keys and values. */
export interface StateLayer {
  readonly parameters: number;
  readonly cache: CacheRow;
}

/**
 * Gated delta net (Qwen3-Next, Qwen3.5): a convolution over queries, keys and values, and a square state a value head.
 */
export function gatedDelta(config: ConfigReader): StateLayer {
  const hidden = config.need('hidden_size');
  const [keyHeads, valueHeads] = [config.need('linear_num_key_heads'), config.need('linear_num_value_heads')];
  const [keyDim, valueDim] = [config.need('linear_key_head_dim'), config.need('linear_value_head_dim')];
  const kernel = config.number('linear_conv_kernel_dim') ?? 4;
  const mixed = 2 * keyHeads * keyDim + valueHeads * valueDim;
  const value = valueHeads * valueDim;
  return {
    parameters: hidden * (mixed + value + 2 * valueHeads) + mixed * kernel + 2 * valueHeads + valueDim + value * hidden,
    cache: state(valueHeads * keyDim * valueDim, mixed * (kernel - 1), stateBytes(config)),
  };
}

/**
 * Kimi's delta attention: a gate a channel and one on the output, and a square state a head.
 * @param fullRank whether the gates are whole matrices, or go through a low rank
 */
export function kimiDelta(config: ConfigReader, fullRank: boolean): StateLayer {
  const hidden = config.need('hidden_size');
  const own = config.part('linear_attn_config');
  const heads = own?.number('num_heads') ?? config.number('linear_num_heads') ?? config.need('num_attention_heads');
  const size = own?.number('head_dim') ?? config.need('linear_head_dim');
  const kernel = own?.number('short_conv_kernel_size') ?? config.number('linear_conv_kernel_dim') ?? 4;
  const width = heads * size;
  const lowRank = hidden * size + size * width;
  // the gate on the output alone is whole in Kimi K3 (the tensors of its checkpoint), both are where a type has them so
  const gates = fullRank
    ? 2 * hidden * width
    : own?.flag('use_full_rank_gate') === true
      ? hidden * width + lowRank
      : 2 * lowRank;
  return {
    parameters: 3 * hidden * width
      + 3 * width * kernel
      + width
      + heads
      + gates
      + hidden * heads
      + size
      + width * hidden,
    cache: state(heads * size * size, 3 * width * (kernel - 1), 4),
  };
}

/** Mamba-2, under the names of Nemotron-H, Bamba, Granite 4 and Falcon-H1. */
export function mamba2(config: ConfigReader): StateLayer {
  const hidden = config.need('hidden_size');
  const heads = config.need('mamba_num_heads', 'mamba_n_heads', 'num_heads');
  const given = config.number('mamba_head_dim', 'mamba_d_head')
    ?? (config.has('num_heads') ? config.number('head_dim') : undefined);
  const inner = config.number('mamba_d_ssm')
    ?? (given === undefined ? hidden * (config.number('mamba_expand', 'expand') ?? 2) : heads * given);
  const stateSize = config.need('ssm_state_size', 'mamba_d_state', 'state_size');
  const groups = config.number('n_groups', 'mamba_n_groups') ?? 1;
  const kernel = config.number('conv_kernel', 'mamba_d_conv') ?? 4;
  const conv = inner + 2 * groups * stateSize;
  const convBias = config.flag('use_conv_bias') ?? config.flag('mamba_conv_bias') ?? true;
  const projBias = config.flag('mamba_proj_bias') ?? config.flag('use_bias') ?? false;
  const normed = config.flag('mamba_rms_norm') ?? !config.has('mamba_d_ssm');
  const entering = inner + conv + heads;
  return {
    parameters: hidden * entering
      + conv * kernel
      + (convBias ? conv : 0)
      + 3 * heads
      + (normed ? inner : 0)
      + inner * hidden
      + (projBias ? entering + hidden : 0),
    cache: state(inner * stateSize, conv * (kernel - 1), stateBytes(config)),
  };
}

/** Mamba, alone or as Jamba has it, with three norms of its own. */
export function mamba1(config: ConfigReader, normed: boolean): StateLayer {
  const hidden = config.need('hidden_size');
  const inner = normed
    ? hidden * (config.number('mamba_expand') ?? 2)
    : config.number('intermediate_size') ?? hidden * (config.number('expand') ?? 2);
  const stateSize = config.number('mamba_d_state', 'state_size') ?? 16;
  const kernel = config.number('mamba_d_conv', 'conv_kernel') ?? 4;
  const rank = config.number('mamba_dt_rank', 'time_step_rank') ?? Math.ceil(hidden / 16);
  return {
    parameters: inner * stateSize
      + inner
      + inner * kernel
      + inner
      + 2 * inner * hidden
      + (rank + 2 * stateSize) * inner
      + inner * rank
      + inner
      + inner * hidden + (normed ? rank + 2 * stateSize : 0),
    cache: state(inner * stateSize, inner * (kernel - 1), stateBytes(config)),
  };
}

/** Lightning attention of MiniMax 01 and M1: a gate on the output, and a square state a head. */
export function lightning(config: ConfigReader): StateLayer {
  const [hidden, heads] = [config.need('hidden_size'), config.need('num_attention_heads')];
  const size = config.number('head_dim') ?? Math.floor(hidden / heads);
  const width = heads * size;
  return { parameters: 5 * hidden * width + width, cache: state(heads * size * size, 0, undefined) };
}

/**
 * RecurrentGemma's gated linear recurrence: a convolution, two gates of one block a head, and a state as wide as the
 * recurrence, in 32 bit (modeling_recurrent_gemma.py of transformers 5.24).
 */
export function gatedRecurrence(config: ConfigReader): StateLayer {
  const [hidden, heads] = [config.need('hidden_size'), config.need('num_attention_heads')];
  const width = config.number('lru_width') ?? hidden;
  const kernel = config.number('conv1d_width') ?? 4;
  const gates = 2 * (width * Math.floor(width / heads) + width);
  return {
    parameters: 3 * hidden * width + 2 * width + hidden + width * kernel + width + width + gates,
    cache: state(width, width * (kernel - 1), 4),
  };
}

/** The short convolution of LFM2. */
export function shortConvolution(config: ConfigReader): StateLayer {
  const hidden = config.need('hidden_size');
  const kernel = config.number('conv_L_cache') ?? 3;
  const bias = config.flag('conv_bias') === true;
  return {
    parameters: 3 * hidden * hidden + hidden * kernel + hidden * hidden + (bias ? 5 * hidden : 0),
    cache: state(0, hidden * kernel, undefined),
  };
}

function state(stateElements: number, convElements: number, bytes: number | undefined): CacheRow {
  return { kind: 'state', layers: 1, stateElements, convElements, stateBytes: bytes };
}

/** Bytes of a state element; 2, or 4 where the config asks for them. */
function stateBytes(config: ConfigReader): number | undefined {
  return config.text('mamba_ssm_cache_dtype') === 'float32' || config.text('mamba_ssm_dtype') === 'float32'
    ? 4
    : undefined;
}
