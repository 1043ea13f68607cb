import { engineVersionOfImage, FitReport, FitVerdict, GpuFit, GpuMemory, InferenceEngine, LlmServingOptions, ModelFootprint } from '../../src/fit';
import { requestBytes } from '../../src/fit/language-models/kv-cache';
import { Gpu } from '../../src/hardware';
import { KvCacheType, LlmArchitecture, Precision } from '../../src/models';

const H100 = GpuMemory.wholeGpu(Gpu.H100_SXM5_80GB);
const llama8b = LlmArchitecture.of('meta-llama/Llama-3.1-8B-Instruct');
const fits = (model: string, serving: LlmServingOptions, share: GpuMemory) =>
  GpuFit.check(ModelFootprint.ofLlm(LlmArchitecture.of(model), serving), share);

describe('the KV pool that vLLM prints', () => {
  /** GiB, within a quarter. */
  function expectPool(report: { kvPoolMib?: number }, printedGib: number): void {
    expect(Math.abs(report.kvPoolMib! / 1024 - printedGib)).toBeLessThan(0.25);
  }

  // budget less the logged weights and activation peak, which is how the engine computes the pool; logs of vLLM 0.11 on H100
  test.each([
    ['meta-llama/Llama-3.1-8B-Instruct', {}, 14.96 + 4.76 + 0.13], ['Qwen/Qwen3-32B', { contextLength: 4096 }, 61.03 + 5.64 + 0.13],
    ['Qwen/Qwen3-0.6B', {}, 1.12 + 5.56 + 0.13], ['Qwen/Qwen3-32B', { tensorParallel: 2, contextLength: 4096 }, 30.59 + 5.64 + 0.55],
    ['meta-llama/Llama-3.3-70B-Instruct', { tensorParallel: 2, precision: Precision.FP8, contextLength: 4096 }, 33.88 + 4.84 + 0.55],
    ['openai/gpt-oss-20b', { contextLength: 4096 }, 13.47 + 7.38 + 0.13],
  ] as [string, LlmServingOptions, number][])('%s %j', (model, serving, taken) => {
    const budget = 0.9 * 81079 / 1024;
    expectPool(fits(model, { ...serving, engineVersion: '0.11.0', fraction: 0.9, maxNumSeqs: 1024 }, H100), budget - taken);
  });
});

describe('KV cache of a request', () => {
  const options = { type: KvCacheType.BF16, tensorParallel: 1, tokensInFlight: 2048 };

  test('is bytes per token times tokens, in pages of 16', () => {
    expect(requestBytes(llama8b, 8192, options)).toBe(8192 * 131072);
    expect(requestBytes(llama8b, 8193, options)).toBe(8208 * 131072);
  });

  // 36.0 GiB needed for the longest request, 6.94 available: vLLM's own estimate was 50,512 tokens at 147,456 bytes
  test('divides into a pool as vLLM says', () => {
    const qwen = LlmArchitecture.of('Qwen/Qwen3-8B');
    expect(qwen.kvBytesPerToken(KvCacheType.BF16)).toBe(147456);
    const pool = 6.94 * 2 ** 30;
    expect(requestBytes(qwen, 50512, options)).toBeLessThanOrEqual(pool * 1.002);
    expect(requestBytes(qwen, 50700, options)).toBeGreaterThan(pool);
  });

  test('stops growing in sliding layers once the window is full', () => {
    const gemma = LlmArchitecture.of('google/gemma-3-27b-it');
    const growth = requestBytes(gemma, 131072, options) - requestBytes(gemma, 65536, options);
    expect(growth).toBe(65536 * 10 * 2 * 16 * 128 * 2); // the ten full layers alone
  });

  // pages of 4,176 tokens, 16 + 4 pages for 65,536 tokens: 160 pages for eight requests fit 272 to 330, 288 for 131,072 tokens do not fit 272
  test('of a Mamba hybrid is pages for its tokens and one for each group of Mamba layers', () => {
    const nano = LlmArchitecture.of('nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16');
    const page = 4176 * 512 * 6;
    const fp8 = { ...options, type: KvCacheType.FP8 };
    expect(8 * requestBytes(nano, 65536, fp8) / page).toBe(160);
    expect(8 * requestBytes(nano, 131072, fp8) / page).toBe(288);
  });
});

describe('what cannot run whatever the memory', () => {
  const why = (serving: LlmServingOptions, share: GpuMemory = H100) => fits('meta-llama/Llama-3.1-8B-Instruct', serving, share);

  test.each<[LlmServingOptions, GpuMemory, string]>([
    [{ tensorParallel: 3 }, H100, '32 attention heads cannot be spread evenly over 3 GPUs; use 2 GPUs'],
    [{ contextLength: 131073 }, H100, 'a context of 131073 tokens is more than the 131072 that meta-llama/Llama-3.1-8B-Instruct was made for; ask for at most that many'],
    [{ precision: Precision.BF16 }, GpuMemory.wholeGpu(Gpu.T4), 'bf16 weights need compute capability 8.0, Tesla-T4 has 7.5; use fp16'],
    [{ precision: Precision.FP8 }, GpuMemory.wholeGpu(Gpu.V100_SXM2_32GB), 'fp8 weights need compute capability 7.5, Tesla-V100-SXM2-32GB has 7.0; use int8'],
    [{ precision: Precision.FP8, engine: InferenceEngine.TRTLLM }, GpuMemory.wholeGpu(Gpu.A100_SXM4_80GB),
      'fp8 weights need compute capability 8.9, NVIDIA-A100-SXM4-80GB has 8.0; use int8'],
    [{ precision: Precision.NVFP4, engine: InferenceEngine.TRTLLM }, H100, 'nvfp4 weights need compute capability 10.0, NVIDIA-H100-80GB-HBM3 has 9.0; use int4'],
  ])('%j is said as such, without memory', (serving, share, impossible) => {
    const report = why(serving, share);
    expect(report).toMatchObject({ verdict: FitVerdict.DOES_NOT_FIT, impossible });
    expect(GpuFit.explain(report)).toMatch(/^meta-llama\/Llama-3.1-8B-Instruct cannot run on /);
    expect(GpuFit.explain(report)).not.toContain('needs at least');
  });

  describe('of a quantised checkpoint', () => {
    const a100 = GpuMemory.wholeGpu(Gpu.A100_SXM4_80GB);
    const of = (quantization_config: unknown, serving: LlmServingOptions, share: GpuMemory) => GpuFit.check(ModelFootprint.ofLlm(
      LlmArchitecture.fromHuggingFaceConfig(JSON.stringify({
        model_type: 'llama',
        hidden_size: 4096,
        num_hidden_layers: 32,
        intermediate_size: 14336,
        num_attention_heads: 32,
        num_key_value_heads: 8,
        vocab_size: 128256,
        max_position_embeddings: 131072,
        quantization_config,
      })), { contextLength: 4096, ...serving }), share);
    const nvidia = { quant_method: 'modelopt', quant_algo: 'FP8' };

    test.each<[string, string, FitVerdict]>([['0.26.0', 'modelopt', FitVerdict.DOES_NOT_FIT], ['0.27.0', 'modelopt', FitVerdict.FITS],
      ['0.19.1', 'fp8', FitVerdict.FITS]])('in 8 bit on an A100: vLLM %s and %s', (engineVersion, quant_method, verdict) => {
      expect(of({ ...nvidia, quant_method }, { engineVersion }, a100).verdict).toBe(verdict);
    });

    test('is that its format is refused there', () => {
      expect(of({ quant_method: 'mxfp4' }, {}, GpuMemory.wholeGpu(Gpu.T4)).impossible).toMatch(/mxfp4 weights need compute capability 8.0/);
      expect(of(nvidia, { engine: InferenceEngine.SGLANG }, a100).impossible).toMatch(/8.9/);
    });

    test.each<[unknown, GpuMemory, string]>([
      [{ quant_method: 'fp8' }, a100, 'NVIDIA-A100-SXM4-80GB expands fp8 to 16 bit as it multiplies, which takes no more memory'],
      [{ quant_method: 'modelopt', quant_algo: 'NVFP4' }, H100, 'NVIDIA-H100-80GB-HBM3 expands nvfp4'],
    ])('that a board cannot multiply is said to be expanded, with the same weights', (config, share, words) => {
      const weights = (report: FitReport) => report.components.find(({ name }) => name === 'weights')!;
      const here = weights(of(config, {}, share));
      const there = weights(of(config, {}, GpuMemory.wholeGpu(Gpu.B200_180GB)));
      expect(here.source).toContain(words);
      expect(there.source).not.toContain('expands');
      expect([here.bestMib, here.expectedMib, here.worstMib]).toEqual([there.bestMib, there.expectedMib, there.worstMib]);
    });
  });

  test('is nothing where a board can expand the weights, or nobody asked for the precision', () => {
    expect(why({ precision: Precision.FP8, contextLength: 4096 }, GpuMemory.wholeGpu(Gpu.A100_SXM4_80GB)).verdict).toBe(FitVerdict.FITS);
    expect(fits('Qwen/Qwen2.5-1.5B-Instruct', { contextLength: 2048 }, GpuMemory.wholeGpu(Gpu.T4)).impossible).toBeUndefined();
  });
});

describe('what does not fit', () => {
  test('is said with less to have than to need', () => {
    for (const size of [2000, 10000, 16000, 20000, 40000, 73000]) {
      for (const model of ['meta-llama/Llama-3.3-70B-Instruct', 'Qwen/Qwen3-32B', 'meta-llama/Llama-3.1-8B-Instruct']) {
        const report = fits(model, { contextLength: 8192, fraction: 0.9 }, GpuMemory.ofMib(size));
        if (report.verdict === FitVerdict.DOES_NOT_FIT) { expect(report.availableMib).toBeLessThan(report.neededBestMib!); }
      }
    }
  });

  test('because of its fraction is told which fraction does', () => {
    const report = fits('Qwen/Qwen3-8B', { contextLength: 8192, fraction: 0.3 }, GpuMemory.wholeGpu(Gpu.L40S));
    expect(report.verdict).toBe(FitVerdict.DOES_NOT_FIT);
    const [fraction] = /[\d.]+/.exec(report.alternatives.find(each => each.startsWith('a fraction of'))!)!;
    expect(fits('Qwen/Qwen3-8B', { contextLength: 8192, fraction: Number(fraction) }, GpuMemory.wholeGpu(Gpu.L40S)).verdict).toBe(FitVerdict.FITS);
  });
});

// an 80 GB H100 died at 0.95 with 1,024 sequences in the sampler's warm-up, and ran at 0.9
test('an MXFP4 model with little beside a high fraction is at most uncertain, and told which fraction leaves enough', () => {
  const serve = (fraction: number, tensorParallel = 1) => fits('openai/gpt-oss-20b', { engineVersion: '0.19.0', contextLength: 8192, fraction, tensorParallel }, H100);
  expect([serve(0.95).verdict, serve(0.95, 2).verdict, serve(0.9).verdict]).toEqual([FitVerdict.UNCERTAIN, FitVerdict.UNCERTAIN, FitVerdict.FITS]);
  const [, fraction] = /; (0\.\d+) leaves enough/.exec(serve(0.95).notes.join())!;
  expect(serve(Number(fraction)).verdict).toBe(FitVerdict.FITS);
  expect(fits('Qwen/Qwen3-8B', { engineVersion: '0.19.0', contextLength: 8192, fraction: 0.95 }, H100).verdict).toBe(FitVerdict.FITS);
});

describe('releases of vLLM', () => {
  const pool = (engineVersion: string | undefined, model = 'meta-llama/Llama-3.1-8B-Instruct') => fits(model, { engineVersion, contextLength: 8192 }, H100);

  test('differ in their default fraction', () => {
    expect(pool('0.19.1').engineSettings['--gpu-memory-utilization']).toBe('0.9');
    expect(pool('0.20.0').engineSettings['--gpu-memory-utilization']).toBe('0.92');
  });

  test('take graphs off inside the fraction from 0.20, and for the second model runner from 0.29', () => {
    const graphs = (version: string, model?: string) => pool(version, model).components.find(({ name }) => name === 'cuda-graphs')!.source;
    expect(graphs('0.19.0')).toContain('on top');
    expect(graphs('0.20.0')).toContain('inside');
    expect([graphs('0.22.0', 'Qwen/Qwen3-8B'), graphs('0.22.0'), graphs('0.23.0'), graphs('0.29.0')].map(each => /inside/.test(each))).toEqual([false, true, false, true]);
  });

  test('newer than what is known count as the newest, and that is said', () => {
    expect(pool('0.33.2').notes).toEqual([]);
    expect(pool('0.40.0').notes.join()).toContain('vLLM 0.40.0 is newer than 0.33.0');
    expect(pool('0.40.0').kvPoolMib).toBe(pool(undefined).kvPoolMib);
    expect(pool(undefined).engineVersion).toBe('0.33.0');
  });

  test.each(['latest', '', 'v1', '0.x'])('"%s" is no version', text => {
    expect(() => pool(text)).toThrow(/engineVersion must be a version such as 0.33.0/);
  });
});

test('TensorRT-LLM gives a fraction of what is left after loading to its cache', () => {
  const report = fits('meta-llama/Llama-3.1-8B-Instruct', { engine: InferenceEngine.TRTLLM, contextLength: 8192 }, H100);
  expect(report.verdict).toBe(FitVerdict.FITS);
  expect(report.kvPoolMib! / 1024).toBeCloseTo(0.9 * (81079 / 1024 - 14.96 - 4 - 620.8 / 1024), 0);
});

test.each(Object.values(InferenceEngine).filter(engine => engine !== InferenceEngine.TRITON))('%s: 70B in 16 bit does not fit one H100', engine => {
  expect(fits('meta-llama/Llama-3.3-70B-Instruct', { engine, contextLength: 4096 }, H100).verdict).toBe(FitVerdict.DOES_NOT_FIT);
});

test('what does not fit comes with what does', () => {
  const share = GpuMemory.migSlice(Gpu.A100_SXM4_80GB, '1g.20gb');
  const report = fits('meta-llama/Llama-3.1-8B-Instruct', { contextLength: 32768 }, share);
  expect(report.verdict).toBe(FitVerdict.DOES_NOT_FIT);
  expect(report.alternatives.join('; ')).toMatch(/a context of \d+ tokens; .*slice 3g.40gb/);
  const shorter = fits('meta-llama/Llama-3.1-8B-Instruct', { contextLength: report.maxContext }, share);
  expect(shorter.verdict).toBe(FitVerdict.FITS);
});

test.each<[LlmServingOptions, RegExp]>([
  [{ contextLength: 0 }, /contextLength must be a whole number from 1, got 0/], [{ concurrency: 1.5 }, /concurrency/], [{ fraction: 1.1 }, /fraction must be above 0/],
  [{ tensorParallel: -1 }, /tensorParallel/],
  [{ contextLength: 1e308 }, /contextLength is at most 9007199254740991, got 1e\+308/], [{ maxNumBatchedTokens: 2 ** 53 }, /maxNumBatchedTokens is at most/],
])('%j is refused', (serving, message) => {
  expect(() => ModelFootprint.ofLlm(llama8b, serving)).toThrow(message);
});

test('the largest figures that can be counted are taken', () => {
  expect(() => ModelFootprint.ofLlm(llama8b, { contextLength: Number.MAX_SAFE_INTEGER, maxNumSeqs: undefined })).not.toThrow();
});

test('a figure of one\'s own replaces the assumption', () => {
  const assumptions = { processOverheadMib: 400, cudaGraphsMib: 0 };
  const report = GpuFit.check(ModelFootprint.ofLlm(llama8b, { contextLength: 4096, assumptions }), H100);
  expect(report.components.find(each => each.name === 'process-overhead')).toMatchObject({ bestMib: 400, worstMib: 400 });
});

describe('the release in the tag of an image', () => {
  test.each([
    ['vllm/vllm-openai:v0.19.1', false, '0.19.1'], ['registry.example.com:5000/mirror/vllm-openai:v0.11.0@sha256:ab', false, '0.11.0'],
    ['vllm/vllm-openai:latest', false, undefined], ['vllm/vllm-openai', false, undefined], ['example.com/other:0.19.0', false, undefined],
    ['nvcr.io/nim/meta/llama-3.1-8b-instruct:2.0.3', true, '0.19.0'], ['nvcr.io/nim/meta/llama-3.1-8b-instruct:2.0.7', true, '0.20.2'],
    ['nvcr.io/nim/meta/llama-3.1-8b-instruct:1.13.1', true, undefined], ['nvcr.io/nim/meta/llama-3.1-8b-instruct:2.1.6', true, '0.32.0'],
  ])('%s (NIM: %s) is vLLM %s', (image, isNim, version) => {
    expect(engineVersionOfImage(image, isNim)).toBe(version);
  });
});
