import { LlmArchitecture } from '../../src/models';

/** A model of 2 x 2 heads x 128 x 2 bytes = 1,024 for a token and a layer, whatever else it says. */
export const smallModel = (config: Record<string, unknown>) => LlmArchitecture.fromHuggingFaceConfig(JSON.stringify({
  hidden_size: 1024, num_attention_heads: 8, num_key_value_heads: 2, head_dim: 128, intermediate_size: 4096, vocab_size: 32000, ...config,
}));

/** Three layers with a state of 32 heads x 128 x 128 elements and a convolution of 3 x 8,192, and one with attention. */
export const HYBRID = smallModel({
  model_type: 'qwen3_next',
  num_hidden_layers: 4,
  linear_num_key_heads: 16,
  linear_num_value_heads: 32,
  linear_key_head_dim: 128,
  linear_value_head_dim: 128,
  linear_conv_kernel_dim: 4,
  layer_types: ['linear_attention', 'linear_attention', 'linear_attention', 'full_attention'],
});
