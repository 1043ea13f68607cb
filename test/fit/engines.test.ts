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
  test('has a compute graph of 512 tokens: logits in 32 bit, and a layer', () => {
    const { components, engine } = fit(LLAMA, { engine: InferenceEngine.LLAMA_CPP, contextLength: 8192 });
    const graph = components.find(({ name }) => name === 'activations')!;
    expect(graph.bestMib).toBe(Math.ceil(2 * 512 * 128256 / 2 ** 20));
    expect(graph.expectedMib).toBeGreaterThan(250);
    expect(graph.worstMib).toBeLessThan(1500);
    expect(engine).toBe('llama.cpp');
  });
});
