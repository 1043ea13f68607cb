import { engineOfImage, FitVerdict, GpuFit, GpuMemory, InferenceEngine, LlmServingOptions, ModelFootprint } from '../../src/fit';
import { sglangDefaults, sglangRelease, sglangReservation } from '../../src/fit/engines/sglang';
import { Gpu } from '../../src/hardware';
import { LlmArchitecture } from '../../src/models';

const GIB = 2 ** 30;
const H100 = GpuMemory.wholeGpu(Gpu.H100_SXM5_80GB);
const fit = (model: string, serving: LlmServingOptions, memory: GpuMemory = H100) =>
  GpuFit.check(ModelFootprint.ofLlm(LlmArchitecture.of(model), serving), memory);
const LLAMA = 'meta-llama/Llama-3.1-8B-Instruct';

describe('SGLang', () => {
  const batch = { maxNumSeqs: 256, maxNumBatchedTokens: 8192, tensorParallel: 1, pipelineParallel: 1, eager: false, isLatent: false };
  const reserved = (version: string, gib: number, change: Partial<typeof batch> = {}) => {
    const release = sglangRelease(version);
    const own = sglangDefaults(release, gib * GIB, change.tensorParallel ?? 1);
    return sglangReservation(release, gib * GIB, { ...batch, ...own, ...change }) / 2 ** 20;
  };

  // as handle_gpu_memory_settings of each release works it out
  test.each<[string, number, Partial<typeof batch>, number]>([
    ['0.4.9', 16, {}, 2.9 * 1024],
    ['0.5.2', 79, {}, 10 * 1024],
    ['0.5.2', 79, { tensorParallel: 4 }, 11.5 * 1024],
    ['0.5.2', 140, { tensorParallel: 8 }, 16 * 1024],
    ['0.5.2', 180, {}, 32 * 1024],
    ['0.5.3', 24, {}, 512 + 1.5 * 2048 + 128 + 2 * 16],
    ['0.5.5', 24, {}, 512 + 1.5 * 2048 + 128 + 2 * 24],
    ['0.5.9', 44, {}, 512 + 1.5 * 4096 + 128 + 2 * 32],
    // 8 + 14 + 8 + 8 + 12 sizes of a prompt up to 4,096 tokens
    ['0.5.10', 44, {}, 512 + 1.5 * 4096 + 128 + 2 * 32 + 8 * 50],
    ['0.5.10', 44, { isLatent: true }, 512 + 1.5 * 4096 + 128 + 2 * 32 + 1536],
    ['0.5.10', 44, { eager: true }, 512 + 1.5 * 4096 + 128],
    ['0.5.20', 24, {}, 512 + 1.5 * 4096 + 128 + 2 * 48 + 8 * 50],
    ['0.5.23', 44, { pipelineParallel: 2 }, 512 + 1.5 * 4096 + 256 + 2 * 32],
    ['0.5.23', 79, {}, 512 + 1.5 * 8192 + 128 + 2 * 256 + 8 * 58],
    ['0.5.23', 62, { maxNumBatchedTokens: 2048, maxNumSeqs: 8 }, 10 * 1024],
  ])('%s on %d GiB reserves what its code does (%j)', (version, gib, change, mib) => {
    expect(reserved(version, gib, change)).toBeCloseTo(mib, 6);
  });

  test('without a version is the newest, and a vision model leaves a twentieth more', () => {
    const report = fit(LLAMA, { engine: InferenceEngine.SGLANG, contextLength: 8192 });
    expect(report.engine).toBe('SGLang 0.5.23');
    const seen = fit('google/gemma-3-4b-it', { engine: InferenceEngine.SGLANG, contextLength: 8192 });
    const fraction = (each: typeof report) => Number(each.engineSettings['--mem-fraction-static']);
    expect(fraction(seen) / fraction(report)).toBeCloseTo(0.95, 2);
  });
});

describe('a release of an engine', () => {
  test.each<[InferenceEngine, string, RegExp | undefined]>([
    [InferenceEngine.VLLM, '0.7.3', /older than 0.8.0/],
    [InferenceEngine.VLLM, '0.40.0', /vLLM 0.40.0 is newer than 0.33.0/],
    [InferenceEngine.VLLM, '0.33.2', undefined],
    [InferenceEngine.SGLANG, '0.4.6', /SGLang 0.4.6 is older than 0.4.9/],
    [InferenceEngine.SGLANG, '0.5.24', /SGLang 0.5.24 is newer than 0.5.23/],
    [InferenceEngine.SGLANG, 'v0.5.11-cu130', undefined],
    [InferenceEngine.TRTLLM, '0.21.0', /TensorRT-LLM 0.21.0 is older than 1.0.0/],
    [InferenceEngine.TRTLLM, '1.2.1', undefined],
    [InferenceEngine.TRTLLM, '2.0', /newer than 1.4.0/],
    [InferenceEngine.LLAMA_CPP, 'b4719', undefined],
  ])('%s %s is said where it is not known', (engine, engineVersion, note) => {
    const { notes } = fit(LLAMA, { engine, engineVersion, contextLength: 4096 });
    if (note === undefined) { expect(notes).toEqual([]); } else { expect(notes.join()).toMatch(note); }
  });

  test.each(Object.values(InferenceEngine))('that is no version is refused for %s', engine => {
    expect(() => fit(LLAMA, { engine, engineVersion: 'latest' })).toThrow(/engineVersion must be a version such as .*, got "latest"/);
  });
});

test.each([
  ['vllm/vllm-openai:v0.19.1', InferenceEngine.VLLM, '0.19.1'],
  ['vllm/vllm-openai:nightly', InferenceEngine.VLLM, undefined],
  ['lmsysorg/sglang:v0.5.9-cu126', InferenceEngine.SGLANG, '0.5.9-cu126'],
  ['docker.io/lmsysorg/sglang:latest', InferenceEngine.SGLANG, undefined],
  ['nvcr.io/nvidia/tensorrt-llm/release:1.2.0', InferenceEngine.TRTLLM, '1.2.0'],
  ['ghcr.io/ggml-org/llama.cpp:server-cuda-b4719', InferenceEngine.LLAMA_CPP, 'b4719'],
  ['ghcr.io/ggml-org/llama.cpp:server-cuda', InferenceEngine.LLAMA_CPP, undefined],
  ['nvcr.io/nim/nvidia/sglang-model-free-nim:2.1.6', InferenceEngine.SGLANG, '0.5.22'],
])('image %s has %s %s', (image, engine, version) => {
  expect(engineOfImage(image, false)).toEqual({ engine, version });
});

test('a NIM without a tag, or with one that is no release, says nothing of its engine', () => {
  for (const image of ['nvcr.io/nim/meta/llama-3.1-8b-instruct', 'nvcr.io/nim/meta/llama-3.1-8b-instruct:latest']) {
    expect(engineOfImage(image, true)).toBeUndefined();
  }
});

test('images of other programs say nothing of an engine', () => {
  for (const image of ['example.com/my-vllm-tool:1', 'ollama/ollama:0.9', 'ghcr.io/huggingface/text-generation-inference:3.0', 'busybox', '', '\n', 'a\nb:1']) {
    expect(engineOfImage(image, false)).toBeUndefined();
  }
});

describe('layers on several GPUs', () => {
  const BIG = 'meta-llama/Llama-3.3-70B-Instruct';
  const weights = (serving: LlmServingOptions) => fit(BIG, serving).components.find(({ name }) => name === 'weights')!.expectedMib;

  test('one after the other take a part of the layers and one matrix of the vocabulary each, and of the cache', () => {
    const whole = fit(BIG, { contextLength: 8192 });
    const staged = fit(BIG, { contextLength: 8192, pipelineParallel: 4 });
    const matrix = 128256 * 8192 * 2 / 2 ** 20;
    expect(weights({ pipelineParallel: 4 })).toBeCloseTo((weights({}) - 2 * matrix) / 4 + matrix, -2);
    expect(staged.kvBytesPerToken! * 4).toBe(whole.kvBytesPerToken);
    expect([whole.verdict, staged.verdict]).toEqual([FitVerdict.DOES_NOT_FIT, FitVerdict.FITS]);
  });

  test('that do not divide evenly count for the GPU with the most', () => {
    // 80 layers on 3 GPUs: 27 on the first
    const matrix = 128256 * 8192 * 2 / 2 ** 20;
    expect(weights({ pipelineParallel: 3 })).toBeCloseTo((weights({}) - 2 * matrix) * 27 / 80 + matrix, -2);
  });

  test('are impossible on a MIG slice, and on more GPUs than there are layers', () => {
    expect(fit(LLAMA, { pipelineParallel: 2 }, GpuMemory.migSlice(Gpu.A100_SXM4_80GB, '3g.40gb')).impossible).toContain('one MIG device');
    expect(fit(LLAMA, { pipelineParallel: 40 }).impossible).toContain('32 layers cannot be dealt out to 40 GPUs');
  });

  test('with whole experts take more graphs, and as many weights where the experts divide evenly', () => {
    const MOE = 'Qwen/Qwen3-30B-A3B';
    const part = (serving: LlmServingOptions, name: string) =>
      fit(MOE, { tensorParallel: 4, ...serving }).components.find(each => each.name === name)!;
    expect(part({ expertParallel: true }, 'weights').expectedMib).toBe(part({}, 'weights').expectedMib);
    expect(part({ expertParallel: true }, 'cuda-graphs').worstMib).toBeGreaterThan(4.1 * 1024);
    expect(part({ expertParallel: true }, 'activations').expectedMib).toBeGreaterThanOrEqual(part({}, 'activations').expectedMib);
  });
});

describe('a model that drafts', () => {
  const config = {
    model_type: 'deepseek_v3',
    vocab_size: 129280,
    hidden_size: 7168,
    intermediate_size: 18432,
    moe_intermediate_size: 2048,
    num_hidden_layers: 61,
    num_attention_heads: 128,
    num_key_value_heads: 128,
    n_shared_experts: 1,
    n_routed_experts: 256,
    kv_lora_rank: 512,
    q_lora_rank: 1536,
    qk_rope_head_dim: 64,
    v_head_dim: 128,
    qk_nope_head_dim: 128,
    num_experts_per_tok: 8,
    first_k_dense_replace: 3,
    num_nextn_predict_layers: 1,
    max_position_embeddings: 163840,
    quantization_config: { quant_method: 'fp8' },
  };
  const model = LlmArchitecture.fromHuggingFaceConfig(JSON.stringify(config));
  const on = (serving: LlmServingOptions) =>
    GpuFit.check(ModelFootprint.ofLlm(model, { tensorParallel: 8, contextLength: 8192, ...serving }), GpuMemory.wholeGpu(Gpu.H200_SXM_141GB));
  const weights = (serving: LlmServingOptions) => on(serving).components.find(({ name }) => name === 'weights')!;

  test('loads its layer for that and keeps a latent more, and does neither without', () => {
    expect(weights({ mtp: true }).expectedMib - weights({}).expectedMib).toBeCloseTo(model._row.draftParameters! / 8 / 2 ** 20, -2);
    expect(on({ mtp: true }).kvBytesPerToken! - on({}).kvBytesPerToken!).toBe(1152);
  });

  test('has the layer in the bytes of its checkpoint, of which it is left out', () => {
    const bytes = { weightBytes: 688_586_727_753 };
    expect(weights({ ...bytes, mtp: true }).expectedMib - weights(bytes).expectedMib).toBeCloseTo(model._row.draftParameters! / 8 / 2 ** 20, -2);
  });
});

describe('llama.cpp', () => {
  test('has a compute graph of 512 tokens: logits and hidden states in 32 bit', () => {
    const { components, engine } = fit(LLAMA, { engine: InferenceEngine.LLAMA_CPP, contextLength: 8192 });
    const graph = components.find(({ name }) => name === 'activations')!;
    expect(graph.bestMib).toBe(Math.ceil(2 * 512 * (128256 + 4096) / 2 ** 20));
    expect(graph.expectedMib).toBeGreaterThan(250);
    expect(graph.worstMib).toBeLessThan(1500);
    expect(engine).toBe('llama.cpp');
  });
});

describe('what vLLM runs a vision tower with before it sizes its cache', () => {
  const qwen25 = LlmArchitecture.fromHuggingFaceConfig(JSON.stringify({
    model_type: 'qwen2_5_vl',
    hidden_size: 3584,
    intermediate_size: 18944,
    num_hidden_layers: 28,
    num_attention_heads: 28,
    num_key_value_heads: 4,
    vocab_size: 152064,
    max_position_embeddings: 128000,
    vision_config: { depth: 32, hidden_size: 1280, intermediate_size: 3420, patch_size: 14, out_hidden_size: 3584 },
  }));
  const activations = (contextLength: number, engineVersion = '0.23.0', engine = InferenceEngine.VLLM) =>
    GpuFit.check(ModelFootprint.ofLlm(qwen25, { contextLength, engineVersion, engine }), GpuMemory.wholeGpu(Gpu.A100_SXM4_80GB))
      .components.find(({ name }) => name === 'activations')!.expectedMib;

  // 16,384 tokens of four patches in each pair of frames, and 13 x 1,280 + 1,176 values of 2 bytes in a patch
  const pair = 16384 * 4 * (13 * 1280 + 1176) * 2 / 2 ** 20;

  test.each([[4096, 1], [32768, 2], [100000, 6], [114688, 7], [128000, 7]])(
    'of Qwen 2.5 with a context of %d tokens is a video of %d pairs of frames', (context, pairs) => {
      expect(activations(context)).toBe(Math.ceil(pair * pairs));
    });

  test('was a pair longer before 0.17, and is no matter of SGLang', () => {
    expect(activations(128000 + 4096, '0.10.2')).toBe(Math.ceil(pair * 8));
    expect(activations(128000, '0.5.23', InferenceEngine.SGLANG)).toBeLessThan(pair);
  });

  test('of Qwen 3 is a picture, whatever the context', () => {
    const seen = (contextLength: number) => fit('Qwen/Qwen3-VL-8B-Instruct', { contextLength }, GpuMemory.ofMib(40000))
      .components.find(({ name }) => name === 'activations')!.expectedMib;
    expect([seen(4096), seen(262144)]).toEqual(Array(2).fill(Math.ceil(16384 * 4 * 16512 * 2 / 2 ** 20)));
  });
});

describe('hybrids', () => {
  const needed = (engineVersion: string) => fit('Qwen/Qwen3-Next-80B-A3B-Instruct', {
    contextLength: 4096, engineVersion, tensorParallel: 4,
  }).components.find(({ name }) => name === 'kv-cache')!.bestMib;

  // default_prefix_caching of engine/arg_utils.py: not for hybrids at 0.26.0 and 0.27.1, for them too at 0.29.0
  test('keep one state a request until their prefixes are cached by default', () => {
    expect(needed('0.27.1')).toBe(needed('0.25.0'));
    expect(needed('0.29.0')).toBeGreaterThan(needed('0.27.1'));
  });
});

test('a GB10 takes the small batches under every release, as its driver does not say its memory', () => {
  for (const engineVersion of ['0.20.0', '0.27.1', '0.33.0']) {
    const report = fit('Qwen/Qwen3-8B', { contextLength: 8192, engineVersion }, GpuMemory.wholeGpu(Gpu.GB10));
    expect(report.components.find(({ name }) => name === 'activations')!.source).toMatch(/over 256 sequences/);
  }
});

test('experts that a dense model does not have are not dealt out', () => {
  const need = (expertParallel: boolean) => fit(LLAMA, { contextLength: 8192, tensorParallel: 2, expertParallel }).neededExpectedMib;
  expect(need(true)).toBe(need(false));
});

test('the fraction of SGLang is of what its context and NCCL leave', () => {
  // 0.93 of four H100 (vllm-project/vllm#21348): 8.23 GiB of keys and as many of values were logged
  const report = fit('Qwen/Qwen3-235B-A22B', {
    engine: InferenceEngine.SGLANG, engineVersion: '0.4.9', precision: 'fp8' as never, tensorParallel: 4, fraction: 0.93, contextLength: 8192,
  });
  expect(Math.abs(report.kvPoolMib! / 1024 - 16.46)).toBeLessThan(1);
});
