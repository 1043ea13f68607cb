import { LlmArchitecture, Precision } from '../../src/models';

const read = (config: unknown) => LlmArchitecture.fromHuggingFaceConfig(JSON.stringify(config));
/** Bytes of language model, towers and the layers that draft, as a checkpoint has them. */
function checkpointBytes(model: LlmArchitecture): number {
  const { expected } = model._weightBytes(model.nativePrecision, { tensorParallel: 1, withDraft: true });
  return expected + 2 * (model._row.towerParameters?.expected ?? 0);
}

describe('Kimi K3, whose config nests delta attention, latents with a gate, a narrower mixture and MXFP4 of its experts alone', () => {
  const full = [...Array.from({ length: 23 }, (_, index) => 4 * (index + 1)), 93];
  const model = read({
    model_type: 'kimi_k3',
    tie_word_embeddings: false,
    text_config: {
      model_type: 'kimi_linear',
      first_k_dense_replace: 1,
      hidden_size: 7168,
      intermediate_size: 33792,
      kv_lora_rank: 512,
      linear_attn_config: { full_attn_layers: full, head_dim: 128, num_heads: 96, short_conv_kernel_size: 4, use_full_rank_gate: true },
      max_position_embeddings: 1048576,
      mla_use_output_gate: true,
      moe_intermediate_size: 3072,
      moe_layer_freq: 1,
      num_attention_heads: 96,
      num_experts: 896,
      num_experts_per_token: 16,
      num_hidden_layers: 93,
      num_key_value_heads: 96,
      num_shared_experts: 2,
      q_lora_rank: 1536,
      qk_nope_head_dim: 128,
      qk_rope_head_dim: 64,
      quantization_config: {
        quant_method: 'compressed-tensors',
        format: 'mxfp4-pack-quantized',
        config_groups: { group_0: { targets: ['Linear'], weights: { group_size: 32, num_bits: 4, type: 'float' } } },
        ignore: ['re:.*self_attn.*', 're:.*shared_experts.*', 're:.*mlp\\\\.(gate|up|gate_up|down)_proj.*', 're:.*lm_head.*'],
      },
      routed_expert_hidden_size: 3584,
      tie_word_embeddings: false,
      v_head_dim: 128,
      vocab_size: 163840,
    },
    vision_config: { vt_hidden_size: 1024, vt_intermediate_size: 4096, vt_num_hidden_layers: 27 },
  });

  test('has the layers that its tensors are of', () => {
    expect(model._caches.map(({ kind, layers }) => [kind, layers])).toEqual([['state', 69], ['latent', 24]]);
  });

  // the 96 files of moonshotai/Kimi-K3 have 1,560,936,091,448 bytes
  test('takes the bytes of its files, to a thousandth', () => {
    expect(Math.abs(checkpointBytes(model) / 1_560_936_091_448 - 1)).toBeLessThan(1e-3);
  });
});

describe('DeepSeek V4 Flash, which says the rate of each layer, and 4 bit of its experts beside 8 bit of the rest', () => {
  const config = {
    model_type: 'deepseek_v4',
    hidden_size: 4096,
    moe_intermediate_size: 2048,
    num_hidden_layers: 43,
    num_attention_heads: 64,
    num_key_value_heads: 1,
    head_dim: 512,
    q_lora_rank: 1024,
    o_lora_rank: 1024,
    o_groups: 8,
    qk_rope_head_dim: 64,
    n_routed_experts: 256,
    n_shared_experts: 1,
    num_experts_per_tok: 6,
    index_n_heads: 64,
    index_head_dim: 128,
    // two layers with a window alone, then by turns; the last is of the layer that drafts
    compress_ratios: [0, 0, ...Array.from({ length: 41 }, (_, index) => (index % 2 === 0 ? 4 : 128)), 0],
    hc_mult: 4,
    vocab_size: 129280,
    max_position_embeddings: 1048576,
    sliding_window: 128,
    num_nextn_predict_layers: 1,
    expert_dtype: 'fp4',
    quantization_config: { quant_method: 'fp8', weight_block_size: [128, 128], scale_fmt: 'ue8m0' },
  };

  test('has layers of three kinds', () => {
    const kept = read(config)._caches.map(({ kind, rate, layers }) => [kind, rate, layers]);
    expect(kept).toEqual([['window', undefined, 43], ['compressed', 4, 21], ['compressed', 128, 20]]);
  });

  // its card says 284 billion; vLLM logs a checkpoint of 148.66 GiB (vllm-project/vllm#40778)
  test('has the parameters of its card and the bytes of its files, to a hundredth', () => {
    const model = read(config);
    expect(Math.round(model.parameters! / 1e9)).toBe(284);
    expect(Math.abs(checkpointBytes(model) / 2 ** 30 / 148.66 - 1)).toBeLessThan(0.01);
  });

  test('takes nearly twice as much where its experts have 8 bit too', () => {
    const base = read({ ...config, expert_dtype: undefined });
    const experts = base._row.routedParameters!;
    expect(base._weightBytes(Precision.FP8, { tensorParallel: 1 }).least - read(config)._weightBytes(Precision.FP8, { tensorParallel: 1 }).least)
      .toBeCloseTo(experts * (8 - 4.25) / 8, -3);
  });

  test('of a rate that nobody knows is uncertain', () => {
    const model = read({ ...config, compress_ratios: Array(43).fill(16) });
    expect(model._unknowns.join()).toContain('"compressed_otherwise"');
  });
});

test('layers of sparse attention that go by the indexer of another have none of their own, by either notation', () => {
  const dsa = {
    model_type: 'glm_moe_dsa',
    hidden_size: 6144,
    intermediate_size: 12288,
    moe_intermediate_size: 2048,
    num_hidden_layers: 8,
    num_attention_heads: 64,
    num_key_value_heads: 64,
    q_lora_rank: 2048,
    kv_lora_rank: 512,
    qk_nope_head_dim: 192,
    qk_rope_head_dim: 64,
    v_head_dim: 256,
    n_routed_experts: 8,
    n_shared_experts: 1,
    num_experts_per_tok: 8,
    first_k_dense_replace: 3,
    vocab_size: 154880,
    index_n_heads: 32,
    index_head_dim: 128,
    max_position_embeddings: 1048576,
  };
  const named = read({ ...dsa, indexer_types: ['full', 'full', 'full', 'shared', 'shared', 'shared', 'full', 'shared'] });
  expect(named._caches.map(({ indexSize, layers }) => [indexSize, layers])).toEqual([[128, 4], [undefined, 4]]);
  expect(read({ ...dsa, index_topk_freq: 4, index_skip_topk_offset: 3 })._caches).toEqual(named._caches);
  // 32 queries of 128 from a rank of 2,048, a key with its norm, and a weight a head
  const indexer = 2048 * 32 * 128 + 6144 * 128 + 2 * 128 + 6144 * 32;
  expect(read(dsa).parameters! - named.parameters!).toBe(4 * indexer);
});
