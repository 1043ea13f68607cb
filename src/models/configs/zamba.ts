import { Config, ConfigReader } from './config';
import { nameOf, printed } from './names';
import { maxPositions } from './positions';
import { mamba2 } from './state-space';
import { LlmRow } from '../catalogue/llm-row';

/** Places of the layers with attention when a file does not list them (configuration_zamba2.py of transformers 5.24). */
const HYBRIDS = [6, 12, 18, 24, 30, 36, 42, 47, 51];

/**
 * Zamba2: every layer is Mamba-2, and before some of them stands one of few blocks of attention and a network, which
 * those layers take in turns. The block goes by the embeddings beside the hidden state, so it is twice as wide, and each
 * layer has adapters of its own for it. A shared block keeps keys and values for each layer that it serves
 * (modeling_zamba2.py of transformers 5.24, zamba2.py of vLLM).
 */
export function zamba2Row(config: ConfigReader, published: Config): LlmRow {
  const [hidden, vocab, layers, heads] = [
    config.number('hidden_size') ?? 2560,
    config.number('vocab_size') ?? 32000,
    config.number('num_hidden_layers') ?? 54,
    config.number('num_attention_heads') ?? 32,
  ];
  const { hybrids, unknown } = hybridLayers(config, layers);
  const blocks = Math.min(config.number('num_mem_blocks') ?? 1, hybrids);
  const headDim = Math.floor(2 * hidden / heads);
  const kvHeads = config.number('num_key_value_heads') ?? heads;
  const inner = config.number('intermediate_size') ?? 4 * hidden;
  const rank = config.number('adapter_rank') ?? 128;
  const biased = config.flag('add_bias_linear') === true;
  const recurrence = mamba2(config.with({
    hidden_size: hidden,
    mamba_num_heads: config.number('n_mamba_heads') ?? 8,
    mamba_head_dim: undefined,
    mamba_d_head: undefined,
    mamba_d_state: config.number('mamba_d_state') ?? 64,
    n_groups: config.number('mamba_ngroups') ?? 1,
    use_conv_bias: true,
    mamba_proj_bias: biased,
  }));
  const attention = 2 * hidden * headDim * (heads + 2 * kvHeads) + heads * headDim * hidden;
  const network = 3 * hidden * inner + (biased ? 2 * inner + hidden : 0);
  const adapters = rank * (hidden + 2 * inner)
    + (config.flag('use_shared_attention_adapter') === true ? 3 * 4 * hidden * rank : 0);
  const tied = published.tie_word_embeddings !== false;
  return {
    id: nameOf(published, config, 'zamba2'),
    family: 'zamba2',
    task: 'text-generation',
    parameters: layers * (recurrence.parameters + hidden)
      + blocks * (attention + network + 3 * hidden)
      + hybrids * (hidden * hidden + adapters)
      + vocab * hidden * (tied ? 1 : 2)
      + hidden,
    layers,
    hiddenSize: hidden,
    intermediateSize: inner,
    heads,
    kvHeads,
    headDim,
    vocabSize: vocab,
    tiedEmbeddings: tied || undefined,
    maxPositions: maxPositions(config) ?? 4096,
    caches: [
      { ...recurrence.cache, layers },
      ...(hybrids === 0 ? [] : [{ kind: 'full', layers: hybrids, kvHeads, headDim } as const]),
    ],
    mixerParameters: layers * recurrence.parameters + blocks * attention + hybrids * hidden * hidden,
    networkParameters: blocks * network + hybrids * adapters,
    unknowns: unknown.length === 0 ? undefined : unknown,
  };
}

/** Layers before which a shared block stands. */
function hybridLayers(config: ConfigReader, layers: number): { hybrids: number; unknown: string[] } {
  const named = config.list('layers_block_type') ?? config.list('layer_types');
  if (named === undefined) {
    const listed = config.list('hybrid_layer_ids') ?? HYBRIDS;
    return { hybrids: listed.filter(each => typeof each === 'number' && each < layers).length, unknown: [] };
  }
  if (named.length !== layers) {
    throw new Error(`layers_block_type has ${named.length} entries for ${layers} layers`);
  }
  const names = named.map(each => (typeof each === 'string' ? each.slice(0, 40) : 'unnamed'));
  const strange = new Set(names.filter(each => !['hybrid', 'mamba', 'mamba2', 'linear_attention'].includes(each)));
  return {
    hybrids: names.filter(each => each === 'hybrid').length,
    unknown: [...strange].map(each =>
      `layers of kind "${printed(each)}" are not known, and counted as Mamba-2`),
  };
}
