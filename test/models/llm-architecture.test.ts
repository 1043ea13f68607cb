import { KvCacheType, LlmArchitecture, Precision } from '../../src/models';
import { LLM_ARCHITECTURES } from '../../src/models/catalogue/llm-architectures';
import { LlmRow } from '../../src/models/catalogue/llm-row';

const GIB = 2 ** 30;

/** A published config in the form that the model's family has, from the integers of the catalogue. */
function configOf(row: LlmRow): Record<string, unknown> | undefined {
  const type = TYPE_OF_FAMILY[row.family];
  if (type === undefined || row.parameters === undefined || row.intermediateSize === undefined) { return undefined; }
  if (row.visionParameters !== undefined) { return undefined; }
  return {
    model_type: type,
    hidden_size: row.hiddenSize,
    num_hidden_layers: row.layers,
    intermediate_size: row.intermediateSize,
    num_attention_heads: row.heads,
    num_key_value_heads: row.kvHeads,
    head_dim: row.headDim,
    vocab_size: row.vocabSize,
    tie_word_embeddings: row.tiedEmbeddings ?? false,
    max_position_embeddings: row.maxPositions,
    ...(row.slidingWindow && { sliding_window: row.slidingWindow }),
    ...(row.experts && type === 'mixtral' && { num_local_experts: row.experts, num_experts_per_tok: row.expertsPerToken }),
    ...(row.experts && type === 'qwen3_moe' && { num_experts: row.experts, moe_intermediate_size: row.expertSize }),
    ...(type === 'gpt_oss' && { num_local_experts: row.experts }),
    ...(type === 'deepseek_v3' && {
      kv_lora_rank: 512,
      qk_rope_head_dim: 64,
      qk_nope_head_dim: 128,
      v_head_dim: 128,
      q_lora_rank: 1536,
      n_routed_experts: 256,
      n_shared_experts: 1,
      moe_intermediate_size: 2048,
      first_k_dense_replace: 3,
      num_experts_per_tok: 8,
    }),
  };
}

const TYPE_OF_FAMILY: Record<string, string> = {
  'Llama': 'llama',
  'Nemotron': 'llama',
  'guardrail': 'llama',
  'Mistral': 'mistral',
  'Mistral MoE': 'mixtral',
  'Qwen2.5': 'qwen2',
  'Qwen3': 'qwen3',
  'Qwen3 MoE': 'qwen3_moe',
  'Gemma 2': 'gemma2',
  'Gemma 3': 'gemma3_text',
  'Phi-3': 'phi3',
  'Phi-4': 'phi3',
  'DeepSeek': 'deepseek_v3',
  'gpt-oss': 'gpt_oss',
};

const computable = LLM_ARCHITECTURES.flatMap(row => {
  const config = configOf(row);
  return config === undefined ? [] : [{ id: row.id, row, config }];
});

test('each id of the catalogue stands in it once', () => {
  expect(new Set(LlmArchitecture.ids()).size).toBe(LlmArchitecture.ids().length);
});

test('at least 40 of them can be counted from a config', () => {
  expect(computable.length).toBeGreaterThanOrEqual(40);
});

test.each(computable)('$id: a config is counted to the last parameter', ({ row, config }) => {
  const read = LlmArchitecture.fromHuggingFaceConfig(JSON.stringify(config));
  expect(read.parameters).toBe(row.parameters);
  expect(read.kvBytesPerToken(KvCacheType.BF16)).toBe(LlmArchitecture.of(row.id).kvBytesPerToken(KvCacheType.BF16));
});

test('a distilled Qwen and a distilled Llama are counted as what they are', () => {
  const base = LlmArchitecture.of('Qwen/Qwen2.5-7B-Instruct');
  expect(LlmArchitecture.of('deepseek-ai/DeepSeek-R1-Distill-Qwen-7B').parameters).toBe(base.parameters);
});

// layers of NVIDIA-Nemotron-3-Nano-30B-A3B: 23 Mamba, 6 attention, 23 experts
const NEMOTRON_3_NANO = {
  model_type: 'nemotron_h',
  hybrid_override_pattern: 'MEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEMEM*EMEMEMEME',
  hidden_size: 2688,
  num_hidden_layers: 52,
  num_attention_heads: 32,
  num_key_value_heads: 2,
  head_dim: 128,
  vocab_size: 131072,
  intermediate_size: 1856,
  mamba_num_heads: 64,
  mamba_head_dim: 64,
  ssm_state_size: 128,
  n_groups: 8,
  conv_kernel: 4,
  n_routed_experts: 128,
  num_experts_per_tok: 6,
  moe_intermediate_size: 1856,
  moe_shared_expert_intermediate_size: 3712,
  max_position_embeddings: 262144,
  tie_word_embeddings: false,
  mamba_ssm_cache_dtype: 'float32',
};

test('a hybrid of Mamba, attention and experts is counted to the last parameter', () => {
  const read = LlmArchitecture.fromHuggingFaceConfig(JSON.stringify(NEMOTRON_3_NANO));
  expect(read.parameters).toBe(LlmArchitecture.of('nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16').parameters);
  expect(read.kvBytesPerToken(KvCacheType.BF16)).toBe(6144);
  expect(read.isHybrid).toBe(true);
});

test('Gemma 3 is read from its nested config, with the defaults that it leaves out and its vision tower', () => {
  const read = LlmArchitecture.fromHuggingFaceConfig(JSON.stringify({
    model_type: 'gemma3',
    text_config: { model_type: 'gemma3_text', hidden_size: 2560, intermediate_size: 10240, num_hidden_layers: 34, sliding_window: 1024 },
    vision_config: { hidden_size: 1152, intermediate_size: 4304, num_hidden_layers: 27, num_attention_heads: 16, patch_size: 14, image_size: 896 },
  }));
  expect(read.parameters).toBe(LlmArchitecture.of('google/gemma-3-4b-it').parameters);
  expect(read.hasSlidingWindow).toBe(true);
});

describe('layers by letter', () => {
  const layered = (sliding_window_pattern: string, sliding_window: number | null = 4096) => LlmArchitecture.fromHuggingFaceConfig(JSON.stringify({
    model_type: 'exaone4',
    hidden_size: 5120,
    intermediate_size: 27392,
    num_hidden_layers: 64,
    num_attention_heads: 40,
    num_key_value_heads: 8,
    head_dim: 128,
    vocab_size: 102400,
    max_position_embeddings: 131072,
    sliding_window,
    sliding_window_pattern,
  }));

  // EXAONE-4.0-32B: model.safetensors.index.json has 64,006,432,768 bytes
  test('of EXAONE 4 have three with a window to one without', () => {
    expect(layered('LLLG').parameters).toBe(32_003_216_384);
    const windows = layered('LLLG')._row.caches!.filter(({ window }) => window !== undefined);
    expect(windows.map(({ layers, window }) => [layers, window])).toEqual([[48, 4096]]);
    expect(layered('LLLG', null).hasSlidingWindow).toBe(false);
  });

  test('that nobody knows are named', () => {
    expect(layered('LLXG')._unknowns.join()).toContain('X');
  });
});

describe('KV cache', () => {
  // read off boards and out of the formula 2 x layers x KV heads x head size x bytes
  test.each([
    ['meta-llama/Llama-3.2-1B-Instruct', 32768], ['meta-llama/Llama-3.2-3B-Instruct', 114688], ['meta-llama/Llama-3.1-8B-Instruct', 131072],
    ['mistralai/Mistral-7B-Instruct-v0.3', 131072], ['deepseek-ai/DeepSeek-V3', 70272], ['nvidia/NVIDIA-Nemotron-Nano-9B-v2', 16384],
    ['nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16', 6144],
  ])('%s keeps %i bytes a token', (id, bytes) => {
    expect(LlmArchitecture.of(id).kvBytesPerToken(KvCacheType.BF16)).toBe(bytes);
  });

  test('is halved by 8 bits, and heads are spread over GPUs until there is one each', () => {
    const llama = LlmArchitecture.of('meta-llama/Llama-3.1-8B-Instruct');
    expect(llama.kvBytesPerToken(KvCacheType.FP8)).toBe(65536);
    expect([1, 2, 4, 8, 16].map(gpus => llama.kvBytesPerToken(KvCacheType.BF16, gpus))).toEqual([131072, 65536, 32768, 16384, 16384]);
  });

  test('of latent attention is the same on every GPU', () => {
    expect(LlmArchitecture.of('deepseek-ai/DeepSeek-V3').kvBytesPerToken(KvCacheType.BF16, 8)).toBe(70272);
  });
});

describe('weights', () => {
  const weights = (id: string, precision: Precision, gpus = 1) => {
    const model = LlmArchitecture.of(id);
    const { least, expected, most } = model._weightBytes(precision, { tensorParallel: gpus });
    return { least: least / GIB, expected: (expected + model._ropeBytes()) / GIB, most: most / GIB };
  };

  // vLLM, "model weights take": with position tables the expected figure is within 0.3 % of it
  test.each([
    ['meta-llama/Llama-3.1-8B-Instruct', Precision.BF16, 1, 14.99], ['Qwen/Qwen3-32B', Precision.BF16, 1, 61.03], ['Qwen/Qwen3-32B', Precision.BF16, 2, 30.59],
    ['meta-llama/Llama-3.3-70B-Instruct', Precision.FP8, 2, 33.88], ['google/gemma-3-4b-it', Precision.BF16, 1, 8.58], ['Qwen/Qwen3-8B', Precision.NVFP4, 1, 5.98],
    ['Qwen/Qwen3-30B-A3B', Precision.NVFP4, 1, 16.86], ['openai/gpt-oss-20b', Precision.MXFP4, 1, 13.47], ['openai/gpt-oss-120b', Precision.MXFP4, 1, 64.38],
  ] as [string, Precision, number, number][])('%s in %s on %i GPUs takes %d GiB', (id, precision, gpus, measured) => {
    const { least, expected } = weights(id, precision, gpus);
    expect(Math.abs(expected / measured - 1)).toBeLessThan(0.003);
    expect(least).toBeLessThanOrEqual(measured);
  });

  // 2,472,678,400 bytes and so on, allocated on an H100
  test.each([
    ['meta-llama/Llama-3.2-1B-Instruct', 2472678400], ['meta-llama/Llama-3.2-3B-Instruct', 6426024960], ['meta-llama/Llama-3.1-8B-Instruct', 16060523520],
    ['mistralai/Mistral-7B-Instruct-v0.3', 14496048128],
  ])('%s was allocated %i bytes', (id, bytes) => {
    expect(Math.abs(LlmArchitecture.of(id)._weightBytes(Precision.BF16, { tensorParallel: 1 }).least / bytes - 1)).toBeLessThan(0.0006);
  });

  test('of gpt-oss are at most those of experts that are padded on both sides', () => {
    expect(weights('openai/gpt-oss-20b', Precision.MXFP4).most).toBeGreaterThan(13.72);
  });

  test('fewer bits never weigh more', () => {
    const order = [Precision.BF16, Precision.FP8, Precision.INT4];
    for (const row of LLM_ARCHITECTURES.filter(each => LlmArchitecture.of(each.id).isComplete)) {
      const sizes = order.map(precision => LlmArchitecture.of(row.id)._weightBytes(precision, { tensorParallel: 1 }).most);
      expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    }
  });
});

describe('a config', () => {
  const llama = {
    model_type: 'llama', hidden_size: 4096, num_hidden_layers: 32, intermediate_size: 14336, num_attention_heads: 32, num_key_value_heads: 8, vocab_size: 128256,
  };
  const read = (more: Record<string, unknown>) => LlmArchitecture.fromHuggingFaceConfig(JSON.stringify({ ...llama, ...more }));

  test('without num_key_value_heads has as many as heads', () => {
    expect(read({ num_key_value_heads: undefined }).kvBytesPerToken(KvCacheType.BF16)).toBe(4 * 131072);
  });

  test('with null for what it has not is read as if it were absent', () => {
    expect(read({ head_dim: null, rope_scaling: null, quantization_config: null }).parameters).toBe(8030261248);
  });

  test('stretched by yarn has the longer context', () => {
    expect(read({ max_position_embeddings: 32768, rope_scaling: { type: 'yarn', factor: 4, original_max_position_embeddings: 32768 } }).maxPositions).toBe(131072);
  });

  test.each([
    [{ quant_method: 'awq', bits: 4, group_size: 128 }, Precision.INT4], [{ quant_method: 'gptq', bits: 8 }, Precision.INT8],
    [{ quant_method: 'fp8', weight_block_size: [128, 128] }, Precision.FP8],
    [{ quant_method: 'compressed-tensors', config_groups: { group_0: { weights: { num_bits: 4, type: 'int', group_size: 128 } } } }, Precision.INT4],
    [{ quant_method: 'modelopt', quant_algo: 'NVFP4', kv_cache_quant_algo: 'FP8' }, Precision.NVFP4],
    [{ quant_method: 'bitsandbytes', load_in_4bit: true }, Precision.INT4],
  ])('quantised as %j is %s', (quantization_config, precision) => {
    expect(read({ quantization_config }).nativePrecision).toBe(precision);
  });

  test('of ModelOpt may ask for an 8-bit KV cache', () => {
    expect(read({ quantization_config: { quant_method: 'modelopt', quant_algo: 'FP8', kv_cache_quant_algo: 'FP8' } }).nativeKvCache).toBe(KvCacheType.FP8);
  });

  test.each([
    ['{', /not JSON/], ['[]', /cannot read \[\]/], ['{"model_type":"rwkv"}', /the rwkv config has no hidden_size/],
    [JSON.stringify({ ...llama, hidden_size: undefined }), /has no hidden_size/], [JSON.stringify({ ...llama, num_hidden_layers: -1 }), /num_hidden_layers -1/],
  ])('that cannot be read is refused: %s', (text, message) => {
    expect(() => LlmArchitecture.fromHuggingFaceConfig(text)).toThrow(message);
  });
});

test('an architecture that the catalogue knows only in part says so', () => {
  expect(LlmArchitecture.of('nvidia/Llama-3.1-Nemotron-Nano-VL-8B-V1').isComplete).toBe(false);
  expect(LlmArchitecture.of('nvidia/parakeet-ctc-1.1b').isGenerative).toBe(false);
});

// counted on the meta device by transformers 5.24 with the flag either way
test.each([
  ['nemotron_h', true, 83_392_048], ['nemotron_h', false, 83_392_048], ['helium', true, 84_157_440], ['helium', false, 116_925_440],
])('%s with tied embeddings %s has %i parameters', (type, tied, parameters) => {
  const config = {
    model_type: type,
    tie_word_embeddings: tied,
    hidden_size: 1024,
    intermediate_size: 2816,
    num_hidden_layers: 4,
    head_dim: 128,
    vocab_size: 32000,
    num_attention_heads: 8,
    num_key_value_heads: type === 'helium' ? 8 : 2,
    ...type === 'helium' ? {} : { hybrid_override_pattern: 'M-*-', mamba_num_heads: 16, mamba_head_dim: 64, ssm_state_size: 64, n_groups: 4, conv_kernel: 4 },
  };
  expect(LlmArchitecture.fromHuggingFaceConfig(JSON.stringify(config)).parameters).toBe(parameters);
});

// 1,170,340,608 by transformers 5.24 for the figures of LFM 2 1.2B, whether its layers are listed or its attention is
test('files of LFM 2 from before it listed its layers are the same model', () => {
  const attention = [2, 5, 8, 10, 12, 14];
  const read = (layers: object) => LlmArchitecture.fromHuggingFaceConfig(JSON.stringify({
    model_type: 'lfm2',
    hidden_size: 2048,
    num_hidden_layers: 16,
    num_attention_heads: 32,
    num_key_value_heads: 8,
    block_ff_dim: 12288,
    block_auto_adjust_ff_dim: true,
    block_ffn_dim_multiplier: 1,
    block_multiple_of: 256,
    vocab_size: 65536,
    conv_L_cache: 3,
    ...layers,
  })).parameters;
  const listed = Array.from({ length: 16 }, (_, index) => (attention.includes(index) ? 'full_attention' : 'conv'));
  expect([read({ full_attn_idxs: attention }), read({ layer_types: listed })]).toEqual([1_170_340_608, 1_170_340_608]);
});
