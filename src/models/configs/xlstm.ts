import { Config, ConfigReader } from './config';
import { nameOf } from './names';
import { LlmRow } from '../catalogue/llm-row';

/** Queries, keys, values and the network are rounded up to a multiple of this (configuration_xlstm.py). */
const MULTIPLE = 64;

/**
 * xLSTM: layers of matrix memory (mLSTM) and a gated network, without attention. Embeddings and head are two matrices
 * and a last norm stands at the end, whatever the config says (transformers 5.24, modeling_xlstm.py).
 */
export function xlstmRow(config: ConfigReader, published: Config): LlmRow {
  const [hidden, vocab, layers, heads] = [
    config.need('hidden_size', 'embedding_dim'),
    config.need('vocab_size'),
    config.need('num_blocks', 'num_hidden_layers'),
    config.need('num_heads', 'num_attention_heads'),
  ];
  const keys = roundedUp(hidden * (config.factor('qk_dim_factor') ?? 0.5), MULTIPLE);
  const values = roundedUp(hidden * (config.factor('v_dim_factor') ?? 1), MULTIPLE);
  const inner = roundedUp(
    hidden * (config.factor('ffn_proj_factor') ?? 2.667),
    config.number('ffn_round_up_to_multiple_of') ?? MULTIPLE,
  );
  const biased = config.flag('use_bias') === true;
  const memory = hidden * (2 * keys + 3 * values + 2 * heads) + 2 * heads + values
    + (biased ? 2 * keys + 3 * values + hidden : 0);
  const network = 3 * hidden * inner + (biased ? 2 * inner + hidden : 0);
  const norms = 2 * hidden * (biased ? 2 : 1);
  const perHead = Math.floor(keys / heads) * Math.floor(values / heads) + Math.floor(keys / heads) + 1;
  return {
    id: nameOf(published, config, 'xlstm'),
    family: 'xlstm',
    task: 'text-generation',
    parameters: layers * (memory + network + norms) + 2 * vocab * hidden + hidden,
    layers,
    hiddenSize: hidden,
    intermediateSize: inner,
    vocabSize: vocab,
    caches: [{ kind: 'state', layers, stateElements: heads * perHead, convElements: 0, stateBytes: 4 }],
    mixerParameters: layers * memory,
    networkParameters: layers * network,
    unknowns: ['no engine here is known to serve layers of matrix memory (mLSTM), so how it keeps their state is not'],
  };
}

function roundedUp(size: number, multiple: number): number {
  return Math.ceil(Math.floor(size) / multiple) * multiple;
}
