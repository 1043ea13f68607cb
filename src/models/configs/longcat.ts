import { latentCache, latentParameters } from './attention';
import { Config, ConfigReader } from './config';
import { LlmRow } from '../catalogue/llm-row';

/**
 * LongCat-Flash: a layer has latent attention and a dense network twice, and a mixture beside them, some of whose
 * experts compute nothing (transformers 5.24, modeling_longcat_flash.py).
 */
export function longcatRow(config: ConfigReader, published: Config): LlmRow {
  const [hidden, vocab, layers] = [
    config.need('hidden_size'),
    config.need('vocab_size'),
    config.need('num_layers', 'num_hidden_layers'),
  ];
  const [inner, size, experts] = [
    config.need('ffn_hidden_size', 'intermediate_size'),
    config.need('expert_ffn_hidden_size'),
    config.need('n_routed_experts'),
  ];
  const idle = config.count('zero_expert_num') ?? 0;
  const routed = 3 * hidden * size * experts;
  const attention = latentParameters(config, false);
  const router = hidden * (experts + idle) + experts + idle;
  const tied = config.flag('tie_word_embeddings') ?? published.tie_word_embeddings === true;
  return {
    id: config.text('_name_or_path') ?? 'longcat_flash',
    family: 'longcat_flash',
    task: 'text-generation',
    parameters: layers * (2 * (attention + 3 * hidden * inner + 2 * hidden) + routed + router)
      + vocab * hidden * (tied ? 1 : 2)
      + hidden,
    // what is dealt out over stages and cached are its halves
    layers: 2 * layers,
    hiddenSize: hidden,
    intermediateSize: inner,
    heads: config.need('num_attention_heads'),
    latentSize: latentCache(config).latentSize,
    vocabSize: vocab,
    tiedEmbeddings: tied || undefined,
    maxPositions: config.number('max_position_embeddings'),
    ropeElements: (config.number('max_position_embeddings') ?? 0) * (config.count('qk_rope_head_dim') ?? 0),
    caches: [{ ...latentCache(config), layers: 2 * layers }],
    mixerParameters: 2 * layers * attention,
    networkParameters: layers * (6 * hidden * inner + router),
    experts,
    expertsPerToken: config.number('moe_topk', 'num_experts_per_tok') ?? 1,
    expertSize: size,
    moeLayers: layers,
    routedParameters: layers * routed,
  };
}
