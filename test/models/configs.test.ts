import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { FitVerdict, GpuFit, GpuMemory, ModelFootprint } from '../../src/fit';
import { KvCacheType, LlmArchitecture, Precision } from '../../src/models';

interface Counted { readonly name: string; readonly cls: string; readonly parameters: number; readonly config: Record<string, unknown> }

/** Configs and what transformers 5.24 counts for them on its meta device. */
const COUNTED = JSON.parse(fs.readFileSync(path.join(__dirname, 'counted-configs.json'), 'utf8')) as Counted[];

const read = (config: unknown) => LlmArchitecture.fromHuggingFaceConfig(JSON.stringify(config));
const LLAMA = {
  model_type: 'llama',
  hidden_size: 4096,
  num_hidden_layers: 32,
  intermediate_size: 14336,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  vocab_size: 128256,
  max_position_embeddings: 131072,
};

test('configs of at least 110 kinds of model are counted against transformers', () => {
  expect(COUNTED.length).toBeGreaterThanOrEqual(110);
});

test.each(COUNTED.map(each => [each.name, each] as const))('%s is counted to a millionth', (_, { config, parameters }) => {
  expect(Math.abs(read(config).parameters! / parameters - 1)).toBeLessThan(1e-6);
});

/** The same kinds with other figures, and flags turned over, which nothing was fitted to: one for each class that has a head. */
const CHANGED = JSON.parse(fs.readFileSync(path.join(__dirname, 'changed-configs.json'), 'utf8')) as (Counted & { readonly changed: unknown })[];

test('at least 70 kinds are counted with other figures than those of their class', () => {
  expect(CHANGED.length).toBeGreaterThanOrEqual(70);
});

test.each(CHANGED.map(each => [each.name, each] as const))('%s with other figures is counted to a thousandth', (_, { config, parameters }) => {
  expect(Math.abs(read(config).parameters! / parameters - 1)).toBeLessThan(1e-3);
});

test.each([
  // [outer, inner, heads beside the embeddings, whether a checkpoint may have one all the same]
  [true, true, 0, false], [false, true, 1, false], [true, false, 0, true],
  [undefined, true, 0, false], [undefined, false, 1, false], [true, undefined, 0, false],
])('the outer config decides whether the head is the embeddings: outer %s, inner %s', (outer, inner, heads, unsure) => {
  const model = read({ model_type: 'some_vlm', tie_word_embeddings: outer, text_config: { ...LLAMA, tie_word_embeddings: inner } });
  expect(model.parameters).toBe(8030261248 - (1 - heads) * 128256 * 4096);
  const { expected, most } = model._weightBytes(Precision.BF16, { tensorParallel: 1 });
  expect(most - expected).toBe(unsure ? 2 * 128256 * 4096 : 0);
});

describe('parts of a config that are models too', () => {
  const withPart = (part: unknown) => read({ model_type: 'llava', text_config: LLAMA, resampler_config: part });

  test('are counted by their figures', () => {
    expect(withPart({ hidden_size: 1024, num_hidden_layers: 6 })._row.towerParameters!.expected).toBe(6 * 12 * 1024 ** 2 + 1024 * 4096 + 4096 ** 2);
  });

  test('make the verdict uncertain when their figures say too little', () => {
    const report = GpuFit.check(ModelFootprint.ofLlm(withPart({ hidden_size: 1024 }), { contextLength: 8192 }), GpuMemory.ofMib(81000));
    expect(report.verdict).toBe(FitVerdict.UNCERTAIN);
  });

  test('are none where they have neither width nor layers, or where engines do not load them', () => {
    expect(withPart({ alpha: 16 })._row.towerParameters).toBeUndefined();
    expect(read({ model_type: 'llava', text_config: LLAMA, talker_config: { hidden_size: 1024 } }).visionUnknown).toBe(false);
  });

  test('of a type that nobody knows are named, and nothing else is said of it', () => {
    const report = GpuFit.check(ModelFootprint.ofLlm(read({ model_type: 'sings', voice_config: { d_model: 512 } })), GpuMemory.ofMib(81000));
    expect(report.verdict).toBe(FitVerdict.UNCERTAIN);
    expect(report.neededBestMib).toBeUndefined();
    expect(report.notes.join()).toContain('model_type "sings" is not known');
  });
});

test('of an unknown type with a table of experts nothing of the table counts at least', () => {
  const doge = {
    model_type: 'doge',
    hidden_size: 1024,
    num_hidden_layers: 32,
    intermediate_size: 2048,
    num_attention_heads: 8,
    vocab_size: 32768,
    num_experts: 16384,
    num_experts_per_tok: 64,
    max_position_embeddings: 2048,
  };
  expect(read(doge).parameters!).toBeGreaterThan(1e12);
  expect(read(doge).parameters! * read(doge)._leastShare).toBeLessThan(403055872); // as transformers 5.24 counts it
});

test('LongCat-Flash has attention and a network twice a layer, and experts that compute nothing weigh nothing', () => {
  const model = read({
    model_type: 'longcat_flash',
    hidden_size: 6144,
    num_layers: 28,
    ffn_hidden_size: 12288,
    expert_ffn_hidden_size: 2048,
    n_routed_experts: 512,
    zero_expert_num: 256,
    moe_topk: 12,
    num_attention_heads: 64,
    q_lora_rank: 1536,
    kv_lora_rank: 512,
    qk_nope_head_dim: 128,
    qk_rope_head_dim: 64,
    v_head_dim: 128,
    vocab_size: 131072,
    max_position_embeddings: 131072,
  });
  expect(model._caches).toMatchObject([{ kind: 'latent', layers: 56, latentSize: 576 }]);
  // transformers 5.24 counts 741,053,585,408 and gives 256 idle experts two matrices that no checkpoint has; a bias a router is a buffer there
  expect(model.parameters).toBe(741_053_585_408 - 28 * 256 * 2 * 6144 * 2048 + 28 * 768);
});

// transformers 5.24 counts so
test('ALBERT has one layer for all', () => {
  const albert = {
    model_type: 'albert',
    hidden_size: 4096,
    embedding_size: 128,
    num_hidden_layers: 12,
    num_hidden_groups: 1,
    inner_group_num: 1,
    intermediate_size: 16384,
    num_attention_heads: 64,
    vocab_size: 30000,
    max_position_embeddings: 512,
    type_vocab_size: 2,
  };
  expect(read(albert).parameters).toBe(222595584);
});

describe('layers', () => {
  const counted = (name: string) => read(COUNTED.find(each => each.name === name)!.config)._caches.map(({ kind, layers }) => `${layers} ${kind}`);

  test.each([
    ['qwen3_next', ['36 state', '12 full']],
    ['qwen3_5_moe_text', ['30 state', '10 full']],
    ['kimi_linear', ['21 state', '6 latent']],
    ['llama4_text', ['36 chunk', '12 full']],
    ['gemma3n_text', ['16 window', '4 full', '15 shared']],
    ['gemma4_text', ['25 window', '5 full']],
    ['mimo_v2_flash', ['9 full', '39 window']],
    ['deepseek_v32', ['61 latent']],
    ['deepseek_v4', ['23 compressed', '43 window', '20 compressed']],
    ['falcon_h1', ['32 full', '32 state']],
    ['jamba', ['28 state', '4 full']],
    ['recurrent_gemma', ['18 state', '8 window']],
    ['zamba2', ['54 state', '9 full']],
    ['xlstm', ['32 state']],
    ['lfm2 hybrid', ['12 state', '4 full']],
  ])('of %s are %j', (name, layers) => {
    expect(counted(name)).toEqual(layers);
  });

  test.each([
    ['recurrent_gemma', 'gated linear recurrence', { stateElements: 2560, stateBytes: 4, convElements: 3 * 2560 }],
    // 8 heads of 256 keys by 512 values, a sum of keys and a number
    ['xlstm', 'matrix memory (mLSTM)', { stateElements: 8 * (256 * 512 + 256 + 1), stateBytes: 4, convElements: 0 }],
  ])('of %s are counted, and the verdict is uncertain, for no engine is known to serve them', (name, kind, state) => {
    const model = read(COUNTED.find(each => each.name === name)!.config);
    expect(model._caches[0]).toMatchObject(state);
    const report = GpuFit.check(ModelFootprint.ofLlm(model, { contextLength: 4096 }), GpuMemory.ofMib(81000));
    expect(report.verdict).toBe(FitVerdict.UNCERTAIN);
    expect(report.notes.join()).toContain(kind);
  });

  test('that share a block keep keys and values for each of them, and Zamba2 is judged', () => {
    const model = read(COUNTED.find(({ name }) => name === 'zamba2')!.config);
    expect(model._caches[1]).toEqual({ kind: 'full', layers: 9, kvHeads: 32, headDim: 160 });
    const verdict = (mib: number) => GpuFit.check(ModelFootprint.ofLlm(model, { contextLength: 4096 }), GpuMemory.ofMib(mib)).verdict;
    expect([verdict(81000), verdict(4000)]).toEqual([FitVerdict.FITS, FitVerdict.DOES_NOT_FIT]);
  });

  test('of Zamba2 stand where its class puts them when a file does not list them, and strange ones are named', () => {
    const { layers_block_type: listed, hybrid_layer_ids: _, ...rest } = COUNTED.find(({ name }) => name === 'zamba2')!.config;
    expect(read(rest).parameters).toBe(2481848336);
    expect(() => read({ ...rest, layers_block_type: ['hybrid'] })).toThrow('layers_block_type has 1 entries for 54 layers');
    const strange = (listed as string[]).map((each, index) => (index === 0 ? 'spiral' : each));
    expect(read({ ...rest, layers_block_type: strange })._unknowns).toEqual(['layers of kind "spiral" are not known, and counted as Mamba-2']);
  });

  test('of CLIP and SigLIP are two towers, which fit on a small share by what their classes have when a file says nothing', () => {
    // transformers 5.24 counts so
    expect(['clip', 'siglip', 'siglip2'].map(model_type => read({ model_type }).parameters)).toEqual([151277313, 203155970, 203202050]);
    const judged = (mib: number) => GpuFit.check(ModelFootprint.ofLlm(read({ model_type: 'siglip' })), GpuMemory.ofMib(mib)).verdict;
    expect([judged(8192), judged(512)]).toEqual([FitVerdict.FITS, FitVerdict.DOES_NOT_FIT]);
  });

  test('of Mamba and attention are the same by either notation', () => {
    const nano = {
      model_type: 'nemotron_h',
      hidden_size: 2688,
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
    };
    const marks = { ...nano, num_hidden_layers: 4, hybrid_override_pattern: 'M-*M' };
    const blocks = { ...nano, num_hidden_layers: 4, layers_block_type: ['mamba', 'mlp', 'attention', 'mamba'] };
    expect(read(marks).parameters).toBe(read(blocks).parameters);
    expect(read(marks)._caches).toEqual(read(blocks)._caches);
  });

  test('by an interval are those that a list names', () => {
    const { layer_types: listed, ...rest } = COUNTED.find(({ name }) => name === 'qwen3_next')!.config;
    expect(listed).toHaveLength(48);
    expect(read({ ...rest, full_attention_interval: 4 })._caches).toEqual(read({ ...rest, layer_types: listed })._caches);
  });

  test('that a search chose have attention of their own, or none', () => {
    const block = (group: number | null, multiple: number) =>
      ({ attention: { n_heads_in_group: group, no_op: group === null }, ffn: { ffn_mult: multiple } });
    const nas = read({ ...LLAMA, model_type: 'nemotron-nas', num_key_value_heads: null, block_configs: [block(8, 2.5), block(null, 2.5), block(16, 1)] });
    expect(nas._caches).toEqual([{ kind: 'full', layers: 1, kvHeads: 4, headDim: 128 }, { kind: 'full', layers: 1, kvHeads: 2, headDim: 128 }]);
    const [wide, narrow] = [6912, 2816];
    expect(nas.parameters).toBe(2 * 4096 * 128 * (32 + 4) + 4096 + 2 * 4096 * 128 * (32 + 2) + 4096
      + 2 * (3 * 4096 * wide + 4096) + 3 * 4096 * narrow + 4096 + 2 * 128256 * 4096 + 4096);
  });

  test('of a kind that nobody knows are named, and counted as full attention', () => {
    const strange = read({ ...LLAMA, layer_types: Array.from({ length: 32 }, (_, index) => (index % 2 === 0 ? 'full_attention' : 'spiral_attention')) });
    expect(strange._unknowns).toEqual(['layers of kind "spiral_attention" are not known, and counted as full attention']);
    expect(strange.parameters).toBe(8030261248);
  });

  test('of a type that nobody knows are read by the names of its keys', () => {
    const strange = read({ ...LLAMA, model_type: 'llama9' });
    expect(strange.parameters).toBe(8030261248);
    expect(strange._unknowns.join()).toContain('model_type "llama9" is not known');
  });

  test('of a type that nobody knows may be a third of what its keys say, and never surely too large for that', () => {
    const known = GpuFit.check(ModelFootprint.ofLlm(read(LLAMA)), GpuMemory.ofMib(12 * 1024));
    const strange = GpuFit.check(ModelFootprint.ofLlm(read({ ...LLAMA, model_type: 'llama9' }), { contextLength: 2048 }), GpuMemory.ofMib(12 * 1024));
    expect([known.verdict, strange.verdict]).toEqual([FitVerdict.DOES_NOT_FIT, FitVerdict.UNCERTAIN]);
  });

  test('of a type that nobody knows and whose keys are strange say what is missing, and are uncertain', () => {
    const strange = read({ model_type: 'blob', hidden_size: 4096, vocab_size: 1000, depth: 3 });
    const report = GpuFit.check(ModelFootprint.ofLlm(strange), GpuMemory.ofMib(12 * 1024));
    expect(report.verdict).toBe(FitVerdict.UNCERTAIN);
    expect(report.notes.join()).toMatch(/blob.*num_hidden_layers/);
  });

  test('that draft are counted apart: DeepSeek V3 has 11.6 billion parameters more, and one latent', () => {
    const drafting = read({ ...COUNTED.find(({ name }) => name === 'deepseek_v3')!.config, num_nextn_predict_layers: 1 });
    expect(drafting.parameters).toBe(read(COUNTED.find(({ name }) => name === 'deepseek_v3')!.config).parameters);
    expect(drafting._row.draftParameters! / 1e9).toBeCloseTo(11.61, 2);
    expect(drafting._row.draftCaches).toMatchObject([{ kind: 'latent', layers: 1 }]);
  });

  test('of sparse attention keep a latent and the key of an indexer: 656 and 132 bytes in 8 bit', () => {
    expect(read(COUNTED.find(({ name }) => name === 'deepseek_v32')!.config).kvBytesPerToken(KvCacheType.FP8)).toBe(61 * (656 + 132));
  });
});

// types that were refused before, by what a published file says of them
test.each([
  'qwen3_5', 'qwen3_5_moe', 'qwen3_omni_moe', 'llama4', 'gemma3n', 'gemma4', 'gemma', 'granite', 'deepseek_v32', 'glm4', 'glm4_moe', 'glm_moe_dsa', 'kimi_k2',
  'kimi_linear', 'minimax_m2', 'minimax_m3', 'mimo', 'step3p7', 'phi4mm', 'phi4_multimodal',
])('%s is a type that is read', type => {
  const latent = { kv_lora_rank: 512, qk_rope_head_dim: 64, qk_nope_head_dim: 128, v_head_dim: 128 };
  const text = { ...LLAMA, ...(/^(?:deepseek|glm_moe|kimi)/.test(type) ? latent : {}) };
  const config = /^(?:qwen3_5|qwen3_omni|llama4|gemma3n|gemma4|minimax_m3|step3p7)/.test(type) ? { model_type: type, text_config: { ...text, model_type: undefined } } : { ...text, model_type: type };
  const model = read(config);
  expect(model.isComplete).toBe(true);
  expect(model._unknowns).toEqual([]);
});

describe('an embedder made of a decoder', () => {
  test.each(['LlamaBidirectionalModel', 'MistralModel', 'Qwen3ForSequenceClassification'])('%s keeps no cache and has no head', name => {
    const model = read({ ...LLAMA, architectures: [name] });
    expect(model.isGenerative).toBe(false);
    expect(model.parameters).toBe(8030261248 - 128256 * 4096);
  });

  test.each(['LlamaForCausalLM', 'ChatGLMModel', 'InternVLChatModel', 'GPT2LMHeadModel'])('%s generates', name => {
    expect(read({ ...LLAMA, architectures: [name] }).isGenerative).toBe(true);
  });
});

describe('what a file may have', () => {
  test('bare Infinity and NaN, as Python writes them, but not inside of texts', () => {
    const text = JSON.stringify({ ...LLAMA, note: 'Infinity "NaN"' }).replace(/}$/, ', "time_step_limit": [0.0, Infinity], "x": -Infinity, "y": NaN}');
    expect(LlmArchitecture.fromHuggingFaceConfig(text).parameters).toBe(8030261248);
  });

  test.each([
    ['"Infinity"', /num_hidden_layers "Infinity"; it must be a positive whole number/], ['Infinity', /no num_hidden_layers/], ['"x"', /num_hidden_layers "x"/],
    ['[]', /num_hidden_layers \[\]/], ['1e400', /num_hidden_layers/], ['2.5', /num_hidden_layers 2.5/], ['99999', /no model has so many/], ['true', /num_hidden_layers true/],
  ])('num_hidden_layers %s is refused at once', (value, message) => {
    const text = JSON.stringify({ ...LLAMA, num_hidden_layers: 1234567 }).replace('1234567', value);
    expect(() => LlmArchitecture.fromHuggingFaceConfig(text)).toThrow(message);
  });

  test.each(['hidden_size', 'vocab_size', 'num_attention_heads', 'intermediate_size', 'num_key_value_heads', 'head_dim', 'max_position_embeddings'])(
    '%s as a text, a list or no whole number is refused', key => {
      for (const value of ['12', [], {}, 1.5, -1, 1e300]) { expect(() => read({ ...LLAMA, [key]: value })).toThrow(new RegExp(`${key} .*must be`)); }
    });

  test('names of Object.prototype are no types and no kinds of layer', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      expect(read({ ...LLAMA, model_type: name })._unknowns.join()).toContain('is not known');
      expect(read({ ...LLAMA, num_hidden_layers: 1, layer_types: [name] })._unknowns.join()).toContain('are not known');
    }
  });

  test('nothing of a text that is no JSON is printed', () => {
    for (const text of ['{"token": "nvapi-secret"', 'password: hunter2\nmore: x', `${'x'.repeat(2000)}hunter2`]) {
      expect(() => LlmArchitecture.fromHuggingFaceConfig(text)).toThrow(/not JSON/);
      expect(() => LlmArchitecture.fromHuggingFaceConfig(text)).not.toThrow(/nvapi|hunter2/);
    }
  });
});

describe('layers that a checkpoint keeps in 16 bit', () => {
  const nvfp4 = (exclude_modules: string[]) => read({ ...LLAMA, quantization_config: { quant_method: 'modelopt', quant_algo: 'NVFP4', exclude_modules } });
  const [attention, network] = [2 * 4096 * 128 * (32 + 8), 3 * 4096 * 14336];
  const bytes = (model: LlmArchitecture) => model._weightBytes(Precision.NVFP4, { tensorParallel: 1 }).expected;
  const none = bytes(nvfp4(['lm_head']));

  // 16 instead of 4.5 bits
  test.each<[string[], number]>([
    [['lm_head', 'model.layers.3.self_attn*'], attention],
    [['re:.*self_attn.*'], 32 * attention],
    [['model.layers.0.mlp', 'model.layers.31.mlp'], 2 * network],
    [['model.layers.7*'], attention + network],
    [['model.layers.3.self_attn.q_proj', 'model.layers.3.self_attn.k_proj'], attention],
    [['model.layers.1.mlp.gate', 're:.*router'], 0],
    [['model.layers.99.self_attn'], 0],
  ])('%j are counted as such', (modules, parameters) => {
    expect(bytes(nvfp4(modules)) - none).toBeCloseTo(parameters * (16 - 4.5) / 8, -2);
  });

  test('of several formats are uncertain until the bytes of the checkpoint are known', () => {
    const mixed = read({ ...LLAMA, quantization_config: { quant_method: 'modelopt', quant_algo: 'MIXED_PRECISION' } });
    expect(mixed._unknowns.join()).toContain('several formats');
  });
});

describe('a folder of a checkpoint', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'checkpoint-'));
  afterAll(() => { fs.rmSync(folder, { recursive: true, force: true }); });
  const write = (name: string, value: unknown) => { fs.writeFileSync(path.join(folder, name), JSON.stringify(value)); };

  test('is read with the format and the bytes that lie beside its config', () => {
    write('config.json', { ...LLAMA, torch_dtype: 'bfloat16' });
    expect(LlmArchitecture.fromHuggingFaceConfig(folder).nativePrecision).toBe(Precision.BF16);
    write('hf_quant_config.json', { producer: { name: 'modelopt' }, quantization: { quant_algo: 'NVFP4', kv_cache_quant_algo: 'FP8', exclude_modules: ['lm_head'] } });
    write('model.safetensors.index.json', { metadata: { total_size: 6000000000 }, weight_map: {} });
    for (const place of [folder, path.join(folder, 'config.json')]) {
      const model = LlmArchitecture.fromHuggingFaceConfig(place);
      expect(model.nativePrecision).toBe(Precision.NVFP4);
      expect(model.nativeKvCache).toBe(KvCacheType.FP8);
      expect(model._checkpointBytes).toBe(6000000000);
    }
  });

  test('without a config is refused with its name', () => {
    expect(() => LlmArchitecture.fromHuggingFaceConfig(path.join(folder, 'none'))).toThrow(/cannot read .*none/);
  });
});
