import { Config, ConfigReader } from './config';

/**
 * Names that older or rarer model types have for the figures of a decoder. The usual name wins where both are there.
 * Read in the configuration classes of transformers 5.24 (`attribute_map`) and in the published files of the types
 * without a class.
 */
const OTHER_NAMES: [usual: string, others: string[]][] = [
  ['hidden_size', ['n_embd', 'd_model']],
  ['num_hidden_layers', ['n_layer', 'n_layers', 'num_layers']],
  ['num_attention_heads', ['n_head', 'n_heads']],
  ['num_key_value_heads', ['num_kv_heads', 'n_head_kv']],
  ['max_position_embeddings', ['n_positions', 'max_seq_len', 'seq_length', 'n_ctx']],
  ['vocab_size', ['padded_vocab_size']],
  ['head_dim', ['kv_channels']],
];

/** The figures of a layer that some files write as a list, one entry a layer or one a kind of expert. */
const LISTED = ['moe_intermediate_size', 'moe_topk', 'num_shared_expert', 'num_experts', 'moe_num_experts'];

/**
 * A config under the names that are read here, with what a type means by its own.
 * @param config the language model's part of the file
 * @param type its model type
 */
export function usualNames(config: Config, type: string): Config {
  const renamed: Record<string, unknown> = { ...config };
  for (const [usual, others] of OTHER_NAMES) {
    const other = others.find(each => renamed[each] !== undefined);
    if (renamed[usual] === undefined && other !== undefined) { renamed[usual] = renamed[other]; }
  }
  for (const key of LISTED) {
    const listed = wholeNumbers(renamed[key]);
    if (listed !== undefined) {
      renamed[key] = type.startsWith('ernie4_5_vl') && key === 'moe_intermediate_size'
        ? sum(listed)
        : Math.max(...listed);
    }
  }
  // 0 where attention has a latent and no head of its own
  if (renamed.head_dim === 0) { delete renamed.head_dim; }
  return { ...renamed, ...ownMeaning(renamed, type) };
}

/** What some types say in a way of their own. */
function ownMeaning(config: Config, type: string): Config {
  switch (type) {
    // one head of keys and values, but in the second architecture of Falcon
    case 'falcon':
      return config.multi_query !== false && config.new_decoder_architecture !== true ? { num_key_value_heads: 1 } : {};
    case 'gpt_bigcode': return config.multi_query !== false ? { num_key_value_heads: 1 } : {};
    // twice as many heads of keys and values in layers with a window, unless the file says
    case 'mimo_v2_flash': return config.swa_num_key_value_heads === undefined
      && typeof config.num_key_value_heads === 'number'
      ? { swa_num_key_value_heads: 2 * config.num_key_value_heads } : {};
    case 'recurrent_gemma': return {
      ...(config.attention_window_size === undefined ? {} : { sliding_window: config.attention_window_size }),
      ...(typeof config.intermediate_size === 'number'
        ? { intermediate_size: Math.floor(config.intermediate_size / 2) }
        : {}),
    };
    // experts are there only with a block of them
    case 'gemma4_text': return config.enable_moe_block === true ? {} : { num_experts: undefined };
    case 'chatglm':
      return config.multi_query_attention === true ? { num_key_value_heads: config.multi_query_group_num } : {};
    default: return {};
  }
}

function wholeNumbers(value: unknown): number[] | undefined {
  if (!Array.isArray(value) || value.length === 0) { return undefined; }
  const numbers = value.filter((each): each is number => Number.isSafeInteger(each) && each >= 0);
  return numbers.length === value.length ? numbers : undefined;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

export function nameOf(published: Config, config: ConfigReader, type: string): string {
  const name = published._name_or_path ?? config.text('_name_or_path');
  return printed(typeof name === 'string' && name !== '' ? name : type === '' ? 'model' : type);
}

export function printed(text: string): string {
  return text.slice(0, 120).replace(/[^\x20-\x7e]/g, '?');
}
