import { ConfigReader } from './config';
import { expertCount } from './layers';
import { Traits } from './types';

/** Size of the dense network of a layer; some list it layer by layer. */
export function denseSize(config: ConfigReader, index: number, type: string): number {
  const listed = config.list('intermediate_size');
  const own = listed?.[index];
  if (typeof own === 'number' && Number.isInteger(own) && own > 0) { return own; }
  return config.number(
    'dense_intermediate_size',
    'intermediate_size_mlp',
    'intermediate_size',
    'ffn_hidden_size',
    'n_inner',
    'ffn_dim',
  )
    ?? defaultSize(config, type);
}

/** Types whose network is four times the hidden size when nobody says. */
const FOURFOLD = ['gpt2', 'gpt_bigcode', 'falcon', 'gptj', 'bloom'];

function defaultSize(config: ConfigReader, type: string): number {
  return FOURFOLD.includes(type) ? 4 * config.need('hidden_size') : config.need('intermediate_size');
}

export function denseParameters(config: ConfigReader, traits: Traits, index: number, type: string): number {
  const hidden = config.need('hidden_size');
  const size = type === 'lfm2' ? roundedSize(config) : denseSize(config, index, type);
  const matrices = traits.plainMlp ? 2 : 3;
  const bias = traits.mlpBias ?? config.flag('mlp_bias') ?? false;
  return matrices * hidden * size + (bias ? (matrices - 1) * size + hidden : 0);
}

/** LFM2 takes two thirds and rounds up to a multiple. */
function roundedSize(config: ConfigReader): number {
  const size = config.need('block_ff_dim', 'intermediate_size');
  if (config.flag('block_auto_adjust_ff_dim') === false) { return size; }
  const multiple = config.number('block_multiple_of') ?? 256;
  return Math.ceil(Math.floor(Math.floor(2 * size / 3) * (config.factor('block_ffn_dim_multiplier')
    ?? 1)) / multiple) * multiple;
}

/** A layer of experts in figures. */
export interface Experts {
  readonly count: number;
  readonly size: number;
  readonly perToken: number;
  /** Size of all that every token goes through. */
  readonly sharedSize: number;
  /** Width that experts work in, where it is not the hidden size. */
  readonly latent?: number;
  /** Parameters of a layer, and of its routed experts alone. */
  readonly parameters: number;
  readonly routed: number;
}

export function expertsOf(config: ConfigReader, traits: Traits, type: string): Experts {
  const hidden = config.need('hidden_size');
  const count = expertCount(config)!;
  const size = type === 'llama4_text' || type === 'minimax_m3_vl_text'
    ? config.need('intermediate_size')
    : config.need('moe_intermediate_size', 'intermediate_size');
  const perToken = config.number(
    'num_experts_per_tok',
    'experts_per_token',
    'num_experts_per_token',
    'top_k_experts',
    'moe_k',
    'moe_top_k',
    'moe_topk',
  )
    ?? 1;
  const sharedSize = sharedSizeOf(config, type, size);
  const matrices = traits.plainMlp ? 2 : 3;
  const latent = config.number('moe_latent_size', 'routed_expert_hidden_size');
  const routed = matrices * (latent ?? hidden) * size * count;
  const biases = traits.expertBias ? count * (2 * size + hidden) : 0;
  const gate = traits.sharedGate && sharedSize > 0 ? hidden : 0;
  const router = hidden * count + (traits.routerBias ? count : 0);
  return {
    count,
    size,
    perToken,
    sharedSize,
    latent,
    parameters: router
      + routed
      + biases
      + matrices * hidden * sharedSize
      + gate
      + (latent === undefined ? 0 : 2 * hidden * latent),
    routed,
  };
}

function sharedSizeOf(config: ConfigReader, type: string, size: number): number {
  if (type === 'llama4_text') { return size; }
  const own = config.count(
    'shared_expert_intermediate_size',
    'moe_shared_expert_intermediate_size',
    'shared_intermediate_size',
    'share_expert_dim',
  );
  if (own !== undefined) { return own; }
  return (config.count('n_shared_experts', 'num_shared_experts', 'num_shared_expert', 'moe_num_shared_experts')
    ?? 0) * size;
}
