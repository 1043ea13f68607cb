import { Config, ConfigReader, isConfig } from './config';
import { CacheRow } from '../catalogue/cache-row';
import { LlmRow } from '../catalogue/llm-row';

/**
 * Models whose layers a search chose: each has attention of its own number of heads or none, and a network of its own
 * size (Nemotron Super, Ultra).
 */
export function nasRow(config: ConfigReader, published: Config): LlmRow {
  const [hidden, heads, vocab] = [
    config.need('hidden_size'),
    config.need('num_attention_heads'),
    config.need('vocab_size'),
  ];
  const headDim = config.number('head_dim') ?? hidden / heads;
  const blocks = config.list('block_configs');
  if (blocks === undefined) {
    throw new Error('the nemotron-nas config has no block_configs, on which its memory depends');
  }
  let parameters = 0;
  const caches = new Map<number, number>();
  for (const block of blocks) {
    const attention = isConfig(block) && isConfig(block.attention) ? block.attention : {};
    const network = isConfig(block) && isConfig(block.ffn) ? block.ffn : {};
    const group = typeof attention.n_heads_in_group === 'number' ? attention.n_heads_in_group : undefined;
    if (group !== undefined && group > 0) {
      const kvHeads = heads / group;
      parameters += 2 * hidden * headDim * (heads + kvHeads) + hidden;
      caches.set(kvHeads, (caches.get(kvHeads) ?? 0) + 1);
    } else if (attention.replace_with_linear === true) {
      parameters += hidden * hidden + hidden;
    }
    const size = networkSize(network, hidden);
    parameters += size > 0
      ? 3 * hidden * size + hidden
      : network.replace_with_linear === true
        ? hidden * hidden + hidden
        : 0;
  }
  const rows = [...caches].map(([kvHeads, layers]): CacheRow => ({ kind: 'full', layers, kvHeads, headDim }));
  const tied = config.flag('tie_word_embeddings') ?? published.tie_word_embeddings === true;
  return {
    id: config.text('_name_or_path') ?? 'nemotron-nas',
    family: 'nemotron-nas',
    task: 'text-generation',
    parameters: parameters + vocab * hidden * (tied ? 1 : 2) + hidden,
    layers: blocks.length,
    hiddenSize: hidden,
    intermediateSize: Math.max(...blocks.map(block =>
      networkSize(isConfig(block) && isConfig(block.ffn) ? block.ffn : {}, hidden))),
    heads,
    kvHeads: rows[0]?.kvHeads,
    headDim,
    vocabSize: vocab,
    tiedEmbeddings: tied || undefined,
    maxPositions: config.number('max_position_embeddings'),
    caches: rows,
  };
}

/** A multiple of the hidden size, two thirds of which are taken and rounded up to a multiple of 256. */
function networkSize(network: Config, hidden: number): number {
  const { ffn_mult: multiple } = network;
  if (network.no_op === true || typeof multiple !== 'number' || !(multiple > 0)) { return 0; }
  return Math.ceil(Math.floor(2 * multiple * hidden / 3) / 256) * 256;
}
