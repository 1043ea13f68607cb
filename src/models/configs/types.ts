import { Config } from './config';

/**
 * In what a type of model differs from the plain decoder: RMS norms, grouped heads, three matrices in the MLP, no
 * biases.
 */
export interface Traits {
  /** Biases on queries, keys and values; left out: as `attention_bias` says. */
  readonly qkvBias?: boolean;
  readonly outBias?: boolean;
  /** Norms of queries and keys: of one head, or of all together. */
  readonly qkNorm?: 'head' | 'all';
  /** Norms of a layer. */
  readonly norms?: number;
  /** Norms have a bias too. */
  readonly normBias?: boolean;
  /** Two matrices in the MLP instead of three. */
  readonly plainMlp?: boolean;
  /** Biases in the MLP; left out: as `mlp_bias` says. */
  readonly mlpBias?: boolean;
  /** A gate on the output of attention: as large as the queries, or one number a head. */
  readonly outputGate?: 'queries' | 'heads';
  /** A number a head that softmax may flow into: in all layers, or in those with a window. */
  readonly sinks?: 'all' | 'sliding';
  /** Embeddings and head are one matrix when nobody says. */
  readonly tied?: boolean;
  /** Embeddings and head are two matrices whatever the config says. */
  readonly ownHead?: boolean;
  /** Routers have a parameter a expert more, which is no buffer. */
  readonly routerBias?: boolean;
  /** Experts and routers have biases. */
  readonly expertBias?: boolean;
  /** The shared expert has a gate. */
  readonly sharedGate?: boolean;
  /** A head with a bias; left out: as `lm_head_bias` says. */
  readonly headBias?: boolean;
  /** Layers of a window come before each full one, so many together with it. */
  readonly windowPeriod?: number;
  /** `sliding_window` of the config holds for every layer. */
  readonly allSliding?: boolean;
  /** A table of learned positions, and so many rows more than positions. */
  readonly positionTable?: number;
  /** The layers of linear attention are Kimi's, with gates of full rank. */
  readonly fullRankGates?: boolean;
  /** All layers keep a state, and none has attention. */
  readonly stateOnly?: boolean;
  /** Parameters that only this type has. */
  readonly extras?: 'gemma3n' | 'gemma4';
  /** The KV cache that engines take when nobody asks for one, where it is not 16 bit. */
  readonly kvCache?: 'fp8';
  /**
   * Values that a published file leaves out because they are the defaults of its class in Hugging Face transformers.
   */
  readonly defaults?: Config;
}

const GEMMA3: Config = {
  num_attention_heads: 8,
  num_key_value_heads: 4,
  head_dim: 256,
  vocab_size: 262208,
  hidden_size: 2304,
  intermediate_size: 9216,
  num_hidden_layers: 26,
  max_position_embeddings: 131072,
  sliding_window: 4096,
};

const DELTA: Config = {
  full_attention_interval: 4,
  linear_num_key_heads: 16,
  linear_num_value_heads: 32,
  linear_key_head_dim: 128,
  linear_value_head_dim: 128,
  linear_conv_kernel_dim: 4,
};

/** Types that can be counted exactly. Read off the parameters of transformers 5.24 on its meta device. */
export const TYPES: Record<string, Traits> = {
  'llama': { defaults: { vocab_size: 32000, max_position_embeddings: 2048 } },
  'mistral': { defaults: { vocab_size: 32000, num_key_value_heads: 8 }, allSliding: true },
  'ministral': { allSliding: true },
  'ministral3': {},
  'mixtral': { defaults: { vocab_size: 32000, num_key_value_heads: 8 }, allSliding: true },
  'mistral4': {},
  'qwen2': { qkvBias: true },
  'qwen2_moe': { sharedGate: true, defaults: { decoder_sparse_step: 1, qkv_bias: true } },
  'qwen3': { qkNorm: 'head' },
  'qwen3_moe': { qkNorm: 'head', defaults: { decoder_sparse_step: 1 } },
  'qwen3_next': {
    qkNorm: 'head',
    outputGate: 'queries',
    sharedGate: true,
    defaults: { ...DELTA, decoder_sparse_step: 1 },
  },
  'qwen3_5_text': { qkNorm: 'head', outputGate: 'queries', defaults: { ...DELTA, head_dim: 256 } },
  'qwen3_5_moe_text': {
    qkNorm: 'head',
    outputGate: 'queries',
    sharedGate: true,
    defaults: { ...DELTA, head_dim: 256 },
  },
  'gemma': { tied: true, defaults: { head_dim: 256, vocab_size: 256000, max_position_embeddings: 8192 } },
  'gemma2': {
    tied: true,
    norms: 4,
    windowPeriod: 2,
    defaults: {
      num_attention_heads: 8,
      num_key_value_heads: 4,
      head_dim: 256,
      vocab_size: 256000,
      max_position_embeddings: 8192,
      sliding_window: 4096,
    },
  },
  'gemma3_text': { tied: true, norms: 4, qkNorm: 'head', windowPeriod: 6, defaults: GEMMA3 },
  'gemma3n_text': { tied: true, norms: 4, qkNorm: 'head', windowPeriod: 5, extras: 'gemma3n' },
  'gemma4_text': { tied: true, norms: 4, qkNorm: 'head', windowPeriod: 6, extras: 'gemma4' },
  'phi': { qkvBias: true, outBias: true, normBias: true, norms: 1, plainMlp: true, mlpBias: true, headBias: true },
  'phi3': {},
  'phimoe': { normBias: true },
  'granite': {},
  'granitemoe': {},
  'granitemoeshared': {},
  'granitemoehybrid': {},
  'glm': { qkvBias: true },
  'glm4': { qkvBias: true, norms: 4 },
  'glm4_moe': {},
  'glm4_moe_lite': {},
  'glm_moe_dsa': {},
  'deepseek_v2': {},
  // the bias of its router is a buffer in transformers and a tensor of the checkpoint
  'deepseek_v3': { routerBias: true },
  'deepseek_v32': {},
  // models/deepseek_v4/attention.py of vLLM 0.33.0: "auto" is fp8_ds_mla
  'deepseek_v4': { sinks: 'all', kvCache: 'fp8' },
  'kimi_k2': { routerBias: true },
  // its class ties nothing, whatever the config says (transformers 5.24)
  'kimi_linear': { ownHead: true },
  'minimax_m2': { qkNorm: 'all' },
  'minimax_m3_vl_text': { qkNorm: 'head' },
  'mimo': { qkvBias: true },
  'mimo_v2_flash': { sinks: 'sliding' },
  'step3p5': { qkNorm: 'head', outputGate: 'heads' },
  'gpt_oss': {
    qkvBias: true,
    outBias: true,
    sinks: 'all',
    windowPeriod: 2,
    expertBias: true,
    routerBias: true,
    defaults: { head_dim: 64, num_key_value_heads: 8, num_local_experts: 128, vocab_size: 201088, sliding_window: 128 },
  },
  'llama4_text': { defaults: { attention_chunk_size: 8192, interleave_moe_layer_step: 1, no_rope_layer_interval: 4 } },
  // float32 unless the config says otherwise (NemotronHForCausalLMConfig of vLLM 0.33.0; 16 bit at 0.19.1)
  // its class ties nothing (transformers 5.24; nemotron_h.py of vLLM 0.27.1 and 0.33.0)
  'nemotron_h': {
    plainMlp: true,
    norms: 1,
    routerBias: true,
    ownHead: true,
    defaults: { mamba_ssm_cache_dtype: 'float32' },
  },
  'nemotron-nas': {},
  'jamba': {},
  'bamba': {},
  'falcon_h1': {},
  'lfm2': { qkNorm: 'head', tied: true },
  'olmo2': { qkNorm: 'all' },
  'olmo3': { qkNorm: 'all', windowPeriod: 4 },
  'exaone4': { qkNorm: 'head', windowPeriod: 4 },
  'cohere': { norms: 1, tied: true },
  'cohere2': { norms: 1, tied: true, windowPeriod: 4 },
  'ernie4_5': { tied: true },
  'ernie4_5_moe': { tied: true, routerBias: true },
  // intermediate_size is that of both sides of the gate together
  'recurrent_gemma': {
    outBias: true,
    mlpBias: true,
    tied: true,
    defaults: {
      num_hidden_layers: 26,
      vocab_size: 256000,
      hidden_size: 2560,
      intermediate_size: 3 * 2560,
      num_attention_heads: 10,
      sliding_window: 2048,
      block_types: ['recurrent', 'recurrent', 'attention'],
    },
  },
  'seed_oss': { qkvBias: true },
  'smollm3': { tied: true },
  'starcoder2': { qkvBias: true, outBias: true, normBias: true, plainMlp: true, mlpBias: true, tied: true },
  'arcee': { plainMlp: true },
  'afmoe': { norms: 4, qkNorm: 'head', outputGate: 'queries', routerBias: true, windowPeriod: 4 },
  'apertus': { plainMlp: true, qkNorm: 'head' },
  'aria_text': {},
  'bailing_hybrid': { fullRankGates: true },
  'bailing_moe': {},
  'bailing_moe_v2': { qkNorm: 'head', routerBias: true },
  'chatglm': { qkvBias: true },
  'cohere2_moe': { norms: 1, tied: true, windowPeriod: 4 },
  'cwm': {},
  'dots1': { qkNorm: 'head', routerBias: true },
  'exaone': {},
  'exaone_moe': { qkNorm: 'head' },
  'falcon': { plainMlp: true, normBias: true, norms: 1, tied: true },
  'falcon_mamba': { norms: 1, stateOnly: true, tied: true },
  'flex_olmo': { qkNorm: 'all' },
  'glm4v_text': { qkvBias: true, norms: 4 },
  'glm4v_moe_text': {},
  'glm5_next_text': {},
  'glm_ocr_text': { norms: 4 },
  'gpt2': { qkvBias: true, outBias: true, normBias: true, plainMlp: true, mlpBias: true, tied: true, positionTable: 0 },
  'gpt_bigcode': {
    qkvBias: true,
    outBias: true,
    normBias: true,
    plainMlp: true,
    mlpBias: true,
    tied: true,
    positionTable: 0,
  },
  'gpt_neox': { qkvBias: true, outBias: true, normBias: true, plainMlp: true, mlpBias: true },
  'granite_swa': { sinks: 'all' },
  'helium': {},
  'hunyuan_v1_dense': { qkNorm: 'head', tied: true },
  'hunyuan_v1_moe': { qkNorm: 'head', tied: true, defaults: { num_shared_expert: 1 } },
  'ernie4_5_vl_moe_text': { tied: true, routerBias: true },
  'hy_v3': { qkNorm: 'head' },
  'internlm2': {},
  'internlm3': {},
  'jais2': { qkvBias: true, outBias: true, normBias: true, plainMlp: true, mlpBias: true },
  'laguna': { qkNorm: 'head', outputGate: 'heads', routerBias: true },
  'lfm2_moe': { qkNorm: 'head', tied: true, routerBias: true },
  'lfm3': { qkNorm: 'head', outputGate: 'heads', norms: 4, tied: true },
  'longcat_flash': {},
  'mamba': { norms: 1, stateOnly: true, tied: true },
  'mamba2': { norms: 1, stateOnly: true },
  'minicpm': {},
  'minicpm3': {},
  'minimax': {},
  'nemotron': { plainMlp: true, normBias: true },
  'olmo': { norms: 0 },
  'olmoe': { qkNorm: 'all' },
  'opt': { qkvBias: true, outBias: true, normBias: true, plainMlp: true, mlpBias: true, tied: true, positionTable: 2 },
  'paddleocr_vl_text': {},
  'solar_open': {},
  'stablelm': { normBias: true },
  'vaultgemma': { tied: true, windowPeriod: 2, defaults: { head_dim: 256 } },
  'xlstm': {},
  'youtu': {},
  'zamba2': {},
};

/** Types by other names, and the language models inside multimodal ones where `text_config` does not say. */
export const SAME_AS: Record<string, string> = {
  gemma3: 'gemma3_text',
  paligemma: 'gemma',
  gemma3n: 'gemma3n_text',
  gemma4: 'gemma4_text',
  gemma4_unified: 'gemma4_text',
  gemma4_unified_text: 'gemma4_text',
  mistral3: 'mistral',
  llava: 'llama',
  llava_next: 'llama',
  llama4: 'llama4_text',
  qwen2_vl: 'qwen2',
  qwen2_5_vl: 'qwen2',
  qwen2_5_omni: 'qwen2',
  qwen2_5_omni_text: 'qwen2',
  qwen3_vl: 'qwen3',
  qwen3_vl_moe: 'qwen3_moe',
  qwen2_vl_text: 'qwen2',
  qwen2_5_vl_text: 'qwen2',
  qwen3_vl_text: 'qwen3',
  qwen3_vl_moe_text: 'qwen3_moe',
  qwen3_omni: 'qwen3_moe',
  qwen3_omni_moe: 'qwen3_moe',
  qwen3_omni_moe_text: 'qwen3_moe',
  qwen3_5: 'qwen3_5_text',
  qwen3_5_moe: 'qwen3_5_moe_text',
  kimi_vl: 'deepseek_v3',
  kimi_k25: 'deepseek_v3',
  step3p7: 'step3p5',
  step3p7_text: 'step3p5',
  minimax_m3: 'minimax_m3_vl_text',
  minimax_m3_vl: 'minimax_m3_vl_text',
  mimo_vl: 'qwen2',
  phi4_multimodal: 'phi3',
  phi4mm: 'phi3',
  nemotron_nas: 'nemotron-nas',
  mimo_v2: 'mimo_v2_flash',
  minimax_m1: 'minimax',
  minimax_text_01: 'minimax',
  glm4v: 'glm4v_text',
  glm46v: 'glm4v_text',
  glm4v_moe: 'glm4v_moe_text',
  glm_ocr: 'glm_ocr_text',
  glm5_next: 'glm5_next_text',
  paddleocr_vl: 'paddleocr_vl_text',
  llama_bidirec: 'llama',
  hyperclovax: 'granite',
  nvembed: 'mistral',
  qwen3_5_vl: 'qwen3_5_text',
};
