import * as fc from 'fast-check';
import { engineVersionOfImage, FitReport, FitVerdict, GpuFit, GpuMemory, InferenceEngine, LlmServingOptions, ModelFootprint } from '../../src/fit';
import { requestBytes } from '../../src/fit/language-models/kv-cache';
import { Gpu } from '../../src/hardware';
import { KvCacheType, LlmArchitecture, NimModel, Precision } from '../../src/models';

const H100 = GpuMemory.wholeGpu(Gpu.H100_SXM5_80GB);
const llama8b = LlmArchitecture.of('meta-llama/Llama-3.1-8B-Instruct');
const fits = (model: string, serving: LlmServingOptions, share: GpuMemory) =>
  GpuFit.check(ModelFootprint.ofLlm(LlmArchitecture.of(model), serving), share);
const nim = (model: NimModel, selector: string | undefined, share: GpuMemory) =>
  GpuFit.check(ModelFootprint.ofNim(model, { selector }), share).verdict;

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

describe('speech NIMs', () => {
  const h200 = (profile: string) => GpuMemory.migSlice(Gpu.H200_SXM_141GB, profile);
  const a100 = (profile: string) => GpuMemory.migSlice(Gpu.A100_SXM4_80GB, profile);

  test('the batch profile decides, not the model', () => {
    expect(nim(NimModel.MAGPIE_TTS_MULTILINGUAL, 'name=magpie-tts-multilingual,batch_size=8', h200('1g.18gb'))).toBe(FitVerdict.FITS);
    expect(nim(NimModel.MAGPIE_TTS_MULTILINGUAL, 'batch_size=8', h200('1g.18gb'))).toBe(FitVerdict.FITS);
    expect(nim(NimModel.MAGPIE_TTS_MULTILINGUAL, 'batch_size=64', a100('3g.40gb'))).toBe(FitVerdict.DOES_NOT_FIT);
    expect(nim(NimModel.PARAKEET_1_1B_CTC_EN_US, 'mode=all,vad=silero,diarizer=sortformer', a100('3g.40gb'))).toBe(FitVerdict.UNCERTAIN);
    expect(nim(NimModel.PARAKEET_1_1B_CTC_EN_US, 'mode=str', a100('1g.10gb'))).toBe(FitVerdict.FITS);
    expect(nim(NimModel.PARAKEET_1_1B_CTC_EN_US, 'mode=all', a100('1g.10gb'))).toBe(FitVerdict.DOES_NOT_FIT);
  });

  test('a profile without a figure is uncertain, and says so', () => {
    const report = GpuFit.check(ModelFootprint.ofNim(NimModel.MAGPIE_TTS_MULTILINGUAL, { selector: 'batch_size=32' }), H100);
    expect(report.verdict).toBe(FitVerdict.UNCERTAIN);
    expect(report.notes.join()).toContain('no figure of magpie-tts-multilingual is known for selector "batch_size=32"');
  });

  test('a NIM without any figure is uncertain', () => {
    expect(nim(NimModel.WHISPER_LARGE_V3, undefined, H100)).toBe(FitVerdict.UNCERTAIN);
  });

  test('a smallest documented board bounds from above and not from below', () => {
    expect(nim(NimModel.PARAKEET_1_1B_RNNT_MULTILINGUAL, 'mode=all', H100)).toBe(FitVerdict.FITS);
    expect(nim(NimModel.PARAKEET_1_1B_RNNT_MULTILINGUAL, 'mode=all', a100('3g.40gb'))).toBe(FitVerdict.UNCERTAIN);
  });
});

describe('shares', () => {
  test('a slice has what it holds, not what its name says', () => {
    expect(GpuMemory.migSlice(Gpu.H200_SXM_141GB, '1g.18gb').limitMib).toBe(16384);
  });

  test('an MPS share is a part of the board, and the engine sees all of it', () => {
    const share = GpuMemory.mpsShare(Gpu.L40S, 10);
    expect(share.limitMib).toBe(4606);
    expect(share.visibleMib).toBe(45459);
    expect(share.needsFraction).toBe(true);
  });

  // read on an H200: of a share of 8 GiB a client could allocate 7.375, because the limit counts its context
  test('the context of the process counts inside an MPS share', () => {
    const weights = { weightBytes: Math.round(7.6 * 2 ** 30), contextLength: 1024, maxNumSeqs: 8, eager: true };
    expect(GpuFit.check(ModelFootprint.ofLlm(llama8b, weights), GpuMemory.ofMib(8192)).verdict).not.toBe(FitVerdict.FITS);
  });

  test('under MPS and time-slicing the fraction is of the whole board and stays inside the share', () => {
    for (const share of [GpuMemory.mpsShare(Gpu.H100_SXM5_80GB, 2), GpuMemory.timeSliced(Gpu.H100_SXM5_80GB, 2)]) {
      const report = fits('meta-llama/Llama-3.1-8B-Instruct', { contextLength: 8192 }, share);
      expect(report.verdict).toBe(FitVerdict.FITS);
      expect(Number(report.engineSettings['--gpu-memory-utilization']) * share.visibleMib).toBeLessThan(share.limitMib);
    }
  });

  test('the engine\'s default fraction on a share that it cannot see the end of does not fit', () => {
    const report = fits('meta-llama/Llama-3.1-8B-Instruct', { contextLength: 8192, fraction: 0.9 }, GpuMemory.mpsShare(Gpu.H100_SXM5_80GB, 2));
    expect(report.verdict).not.toBe(FitVerdict.FITS);
  });

  test('of unknown size are a lower bound, which suffices for what it holds', () => {
    const slice = GpuMemory.migSlice(Gpu.H100_SXM5_94GB, '1g.12gb');
    expect(slice.isKnown).toBe(false);
    const check = (mib: number) => GpuFit.check(ModelFootprint.measured(mib), slice);
    expect(check(slice.limitMib)).toMatchObject({ verdict: FitVerdict.FITS, notes: [] });
    expect(check(slice.limitMib + 1).verdict).toBe(FitVerdict.UNCERTAIN);
    expect(check(slice.limitMib + 1).notes.join()).toContain('is not known');
    expect(check(90000).verdict).toBe(FitVerdict.DOES_NOT_FIT);
  });

  // get_batch_defaults asks for the memory of the device that it sees, which is the slice under MIG
  test.each([
    [H100, undefined, '1024 sequences'], [GpuMemory.migSlice(Gpu.H100_SXM5_80GB, '7g.80gb'), undefined, '1024 sequences'],
    [GpuMemory.migSlice(Gpu.H100_SXM5_80GB, '3g.40gb'), undefined, '256 sequences'], [GpuMemory.wholeGpu(Gpu.A100_SXM4_80GB), undefined, '256 sequences'],
    [GpuMemory.wholeGpu(Gpu.B200_180GB), undefined, 'a batch of 16384 tokens'], [GpuMemory.wholeGpu(Gpu.B200_180GB), '0.27.0', 'a batch of 8192 tokens'],
  ])('%s under release %s starts with %s', (share, engineVersion, words) => {
    const report = fits('meta-llama/Llama-3.1-8B-Instruct', { engineVersion }, share);
    expect(report.components.find(each => each.name === 'activations')!.source).toContain(words);
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
])('%j is refused', (serving, message) => {
  expect(() => ModelFootprint.ofLlm(llama8b, serving)).toThrow(message);
});

test('a figure of one\'s own replaces the assumption', () => {
  const assumptions = { processOverheadMib: 400, cudaGraphsMib: 0 };
  const report = GpuFit.check(ModelFootprint.ofLlm(llama8b, { contextLength: 4096, assumptions }), H100);
  expect(report.components.find(each => each.name === 'process-overhead')).toMatchObject({ bestMib: 400, worstMib: 400 });
});

describe('laws', () => {
  const small = (each: LlmArchitecture) => each.isComplete && each.isGenerative && each.parameters! < 4e10;
  const model = fc.constantFrom(...LlmArchitecture.ids().map(id => LlmArchitecture.of(id)).filter(small));
  const rank = { [FitVerdict.FITS]: 2, [FitVerdict.UNCERTAIN]: 1, [FitVerdict.DOES_NOT_FIT]: 0 };
  const engine = fc.constantFrom(InferenceEngine.VLLM, InferenceEngine.TRTLLM, InferenceEngine.SGLANG, InferenceEngine.LLAMA_CPP);
  const mib = fc.integer({ min: 2000, max: 150000 });
  const verdict = (arch: LlmArchitecture, serving: LlmServingOptions, share: GpuMemory) =>
    rank[GpuFit.check(ModelFootprint.ofLlm(arch, serving), share).verdict];
  const tokens = (min: number) => fc.integer({ min, max: 60000 });

  test('a longer context never fits better', () => {
    fc.assert(fc.property(model, engine, mib, tokens(1), tokens(0), (arch, by, size, context, more) => {
      expect(verdict(arch, { engine: by, contextLength: context + more }, GpuMemory.ofMib(size)))
        .toBeLessThanOrEqual(verdict(arch, { engine: by, contextLength: context }, GpuMemory.ofMib(size)));
    }));
  });

  test('larger batches never leave a larger pool, and never fit better', () => {
    fc.assert(fc.property(model, engine, mib, fc.boolean(), (arch, by, size, moreSequences) => {
      const batch = { engine: by, contextLength: 2048, maxNumSeqs: 128, maxNumBatchedTokens: 2048 };
      const larger = moreSequences ? { ...batch, maxNumSeqs: 256 } : { ...batch, maxNumBatchedTokens: 4096 };
      const [usual, large] = [batch, larger].map(each => GpuFit.check(ModelFootprint.ofLlm(arch, each), GpuMemory.ofMib(size)));
      expect(large.kvPoolMib!).toBeLessThanOrEqual(usual.kvPoolMib!);
      expect(rank[large.verdict]).toBeLessThanOrEqual(rank[usual.verdict]);
    }));
  });

  test('fewer bits never weigh more, at either end', () => {
    const falling = [Precision.BF16, Precision.FP8, Precision.INT4];
    fc.assert(fc.property(model, engine, fc.constantFrom(1, 2), (arch, by, step) => {
      const served = (precision: Precision) => ModelFootprint.ofLlm(arch, { engine: by, precision, contextLength: 1024 });
      const weights = (precision: Precision) => GpuFit.check(served(precision), H100).components[0];
      const [more, fewer] = [falling[step - 1], falling[step]].map(weights);
      expect(fewer.name).toBe('weights');
      for (const key of ['bestMib', 'expectedMib', 'worstMib'] as const) { expect(fewer[key]).toBeLessThanOrEqual(more[key]); }
    }));
  });

  test('no figure is without end, not even of a model whose layers keep a state and no tokens', () => {
    const mamba = LlmArchitecture.fromHuggingFaceConfig(JSON.stringify({
      model_type: 'mamba2',
      hidden_size: 4096,
      num_hidden_layers: 64,
      num_heads: 128,
      head_dim: 64,
      state_size: 128,
      n_groups: 8,
      conv_kernel: 4,
      expand: 2,
      vocab_size: 32768,
    }));
    const report = GpuFit.check(ModelFootprint.ofLlm(mamba, { contextLength: 8192 }), H100);
    expect(report.kvPoolTokens).toBeUndefined();
    expect(GpuFit.explain(report)).toContain('which tokens take nothing of');
    expect(GpuFit.explain(report)).not.toMatch(/Infinity|NaN|undefined/);
    for (const value of Object.values(report).filter(each => typeof each === 'number')) { expect(Number.isFinite(value)).toBe(true); }
  });

  test('more requests at once never fit better', () => {
    fc.assert(fc.property(model, engine, mib, fc.integer({ min: 1, max: 64 }), fc.integer({ min: 0, max: 64 }), (arch, by, size, requests, more) => {
      const serving = { engine: by, contextLength: 4096 };
      expect(verdict(arch, { ...serving, concurrency: requests + more }, GpuMemory.ofMib(size)))
        .toBeLessThanOrEqual(verdict(arch, { ...serving, concurrency: requests }, GpuMemory.ofMib(size)));
    }));
  });

  test('a larger share never turns what fits into what does not, with the same batch', () => {
    fc.assert(fc.property(model, engine, mib, fc.integer({ min: 0, max: 50000 }), (arch, by, size, more) => {
      const serving = { engine: by, contextLength: 4096, maxNumSeqs: 256, maxNumBatchedTokens: 2048 };
      expect(verdict(arch, serving, GpuMemory.ofMib(size + more))).toBeGreaterThanOrEqual(verdict(arch, serving, GpuMemory.ofMib(size)));
    }));
  });

  test('the largest context and concurrency that are reported do fit', () => {
    fc.assert(fc.property(model, engine, mib, (arch, by, size) => {
      const serving = { engine: by, contextLength: 2048 };
      const report = GpuFit.check(ModelFootprint.ofLlm(arch, serving), GpuMemory.ofMib(size));
      const { maxContext, maxConcurrency } = report;
      if (maxContext! > 0) { expect(verdict(arch, { ...serving, contextLength: maxContext }, GpuMemory.ofMib(size))).toBe(2); }
      if (maxConcurrency! > 0) { expect(verdict(arch, { ...serving, concurrency: maxConcurrency }, GpuMemory.ofMib(size))).toBe(2); }
    }));
  });

  test('worst is never below best, and fits exactly when there is headroom', () => {
    fc.assert(fc.property(model, engine, mib, (arch, by, size) => {
      const report = GpuFit.check(ModelFootprint.ofLlm(arch, { engine: by, contextLength: 2048 }), GpuMemory.ofMib(size));
      expect(report.neededWorstMib).toBeGreaterThanOrEqual(report.neededBestMib!);
      if (report.verdict === FitVerdict.FITS) { expect(report.headroomMib).toBeGreaterThanOrEqual(-2); }
      if (report.verdict === FitVerdict.DOES_NOT_FIT) { expect(report.headroomMib).toBeLessThan(0); }
    }));
  });
});

describe('what is not served as a language model', () => {
  test('is counted as an encoder, and fits where also its largest batch does', () => {
    const embedder = ModelFootprint.ofLlm(LlmArchitecture.of('nvidia/nv-embedqa-mistral-7b-v2'), { maxNumSeqs: 4, contextLength: 512 });
    expect(GpuFit.check(embedder, H100).verdict).toBe(FitVerdict.FITS);
    expect(GpuFit.check(embedder, GpuMemory.migSlice(Gpu.A100_SXM4_80GB, '1g.10gb')).verdict).toBe(FitVerdict.DOES_NOT_FIT);
  });

  test('holds for an engine whose profile decides', () => {
    const served = ModelFootprint.ofLlm(llama8b, { engine: InferenceEngine.TRITON });
    expect(GpuFit.check(served, H100).verdict).toBe(FitVerdict.UNCERTAIN);
    expect(GpuFit.check(served, GpuMemory.ofMib(15000)).verdict).toBe(FitVerdict.DOES_NOT_FIT);
  });
});

// B200 3g.90gb, H200 NVL 3g.71gb, boards known by their nominal size alone
test('what fits a slice fits every slice of the same board that is larger in compute and memory, known to the MiB or not', () => {
  const serving = { contextLength: 4096, maxNumSeqs: 64, maxNumBatchedTokens: 2048 };
  for (const gpu of Gpu.all().filter(each => each.profiles.length > 0)) {
    const verdictOn = (profile: string) => fits('meta-llama/Llama-3.1-8B-Instruct', serving, GpuMemory.migSlice(gpu, profile)).verdict;
    const slices = gpu.profiles.map(profile => ({ profile, verdict: verdictOn(profile.name) }));
    for (const { profile } of slices.filter(({ verdict }) => verdict === FitVerdict.FITS)) {
      const larger = slices.filter(each => each.profile.memorySlices > profile.memorySlices);
      const other = larger.filter(({ verdict }) => verdict !== FitVerdict.FITS).map(each => each.profile.name);
      expect([gpu.id, profile.name, other]).toEqual([gpu.id, profile.name, []]);
    }
  }
});

test('the engine of a share is given the size of its pool in bytes, which the share surely holds', () => {
  for (const share of [GpuMemory.mpsShare(Gpu.H100_SXM5_80GB, 2), GpuMemory.timeSliced(Gpu.H100_SXM5_80GB, 2)]) {
    const report = fits('meta-llama/Llama-3.1-8B-Instruct', { contextLength: 8192 }, share);
    const bytes = Number(report.engineSettings['--kv-cache-memory-bytes']);
    expect(bytes % 2 ** 20).toBe(0);
    expect(bytes / 2 ** 20).toBeGreaterThan(1024);
    expect(bytes / 2 ** 20 + report.neededWorstMib! - 1024).toBeLessThanOrEqual(share.limitMib);
    const nimReport = GpuFit.check(ModelFootprint.ofNim(NimModel.LLAMA_3_1_8B_INSTRUCT, { serving: { contextLength: 8192 } }), share);
    expect(nimReport.engineSettings.NIM_KVCACHE_PERCENT).toBe(nimReport.engineSettings.NIM_GPU_MEM_FRACTION);
    expect(nimReport.engineSettings.NIM_PASSTHROUGH_ARGS).toBe(`--kv-cache-memory-bytes ${bytes}`);
  }
  expect(fits('meta-llama/Llama-3.1-8B-Instruct', { contextLength: 8192 }, H100).engineSettings).not.toHaveProperty('--kv-cache-memory-bytes');
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

describe('retrieval NIMs', () => {
  const onSlice = (model: NimModel, gpu: Gpu, profile: string, selector?: string) =>
    GpuFit.check(ModelFootprint.ofNim(model, { selector }), GpuMemory.migSlice(gpu, profile));

  // logged: 4,101 MiB, then one allocation of 22,649,242,112 bytes and out of memory
  test.each([NimModel.LLAMA_3_2_NV_EMBEDQA_1B_V2, NimModel.LLAMA_3_2_NV_RERANKQA_1B_V2])('%s picks a TensorRT profile on an A100, which does not fit 3g.20gb', model => {
    expect(onSlice(model, Gpu.A100_SXM4_40GB, '3g.20gb').verdict).toBe(FitVerdict.DOES_NOT_FIT);
    expect(onSlice(model, Gpu.A100_SXM4_80GB, '3g.40gb').verdict).toBe(FitVerdict.FITS);
  });

  test('bound their own profile alone, and the largest counts where the choice is not known', () => {
    const model = NimModel.LLAMA_3_2_NV_EMBEDQA_1B_V2;
    expect(onSlice(model, Gpu.A100_SXM4_40GB, '3g.20gb', 'fp16 non-optimized').verdict).toBe(FitVerdict.FITS);
    const hopper = onSlice(model, Gpu.H100_SXM5_80GB, '1g.20gb');
    expect(hopper.verdict).toBe(FitVerdict.UNCERTAIN);
    expect(hopper.notes.join()).toContain('it picks its profile by itself, and which one is known on ampere alone');
    expect(onSlice(model, Gpu.H100_SXM5_80GB, '3g.40gb').verdict).toBe(FitVerdict.FITS);
  });

  test('with a selector that nobody knows are told the known ones', () => {
    const report = onSlice(NimModel.MAGPIE_TTS_MULTILINGUAL, Gpu.H200_SXM_141GB, '1g.18gb', 'mode=foo');
    expect(report.verdict).toBe(FitVerdict.UNCERTAIN);
    expect(report.notes.join()).toMatch(/no figure of magpie-tts-multilingual is known for selector "mode=foo"; known are .*batch_size=8/);
  });
});

describe('encoders by formula', () => {
  const config = (more: Record<string, unknown>) => LlmArchitecture.fromHuggingFaceConfig(JSON.stringify(more));
  const bge = config({
    model_type: 'xlm-roberta',
    hidden_size: 1024,
    intermediate_size: 4096,
    num_hidden_layers: 24,
    num_attention_heads: 16,
    vocab_size: 250002,
    max_position_embeddings: 8194,
    type_vocab_size: 1,
  });
  const peak = (model: LlmArchitecture, serving: LlmServingOptions) =>
    GpuFit.check(ModelFootprint.ofLlm(model, serving), H100).components.find(({ name }) => name === 'activations' || name === 'tensorrt-arena')!;

  // measured on an H200, MB above the weights
  test.each([[1, 512, 46], [32, 512, 369], [1, 8192, 185], [8, 8192, 1480]])('bge-m3 takes %i x %i tokens: %i MB measured', (maxNumSeqs, contextLength, measured) => {
    const { bestMib, worstMib } = peak(bge, { maxNumSeqs, contextLength });
    expect(bestMib).toBeLessThanOrEqual(measured * 1e6 / 2 ** 20);
    expect(worstMib).toBeGreaterThanOrEqual(measured * 1e6 / 2 ** 20);
    expect(worstMib).toBeLessThan(1.25 * measured * 1e6 / 2 ** 20 + 66);
  });

  test.each([[1, 31], [8, 247], [32, 983]])('Parakeet 0.6B takes %i x 15 s: %i MB measured', (maxNumSeqs, measured) => {
    const parakeet = config({ model_type: 'parakeet_ctc', vocab_size: 1025, encoder_config: PARAKEET });
    expect(parakeet.parameters).toBe(608799745);
    const { bestMib, worstMib } = peak(parakeet, { maxNumSeqs });
    expect(bestMib).toBeLessThanOrEqual(measured * 1e6 / 2 ** 20);
    expect(worstMib).toBeGreaterThanOrEqual(measured * 1e6 / 2 ** 20);
  });

  const PARAKEET = { hidden_size: 1024, intermediate_size: 4096, num_hidden_layers: 24, num_attention_heads: 8, conv_kernel_size: 9 };

  test('a TensorRT engine takes its arena for the largest batch of the longest requests', () => {
    const { expectedMib } = peak(LlmArchitecture.of('nvidia/llama-3.2-nv-embedqa-1b-v2'), { engine: InferenceEngine.TRITON, maxNumSeqs: 30, contextLength: 8192 });
    expect(expectedMib).toBe(Math.ceil(30 * 8192 * 92160 / 2 ** 20));
  });

  test('fit and do not fit by the ends of their ranges', () => {
    const judge = (serving: LlmServingOptions, mib: number) => GpuFit.check(ModelFootprint.ofLlm(bge, serving), GpuMemory.ofMib(mib)).verdict;
    expect(judge({ maxNumSeqs: 8, contextLength: 512 }, 2500)).toBe(FitVerdict.FITS);
    expect(judge({ maxNumSeqs: 8, contextLength: 512 }, 1000)).toBe(FitVerdict.DOES_NOT_FIT);
    expect(judge({}, 3000)).toBe(FitVerdict.UNCERTAIN);
  });
});

test('a fraction of more than the limit of an MPS client is refused by vLLM, which sees no more free memory than the limit', () => {
  const share = GpuMemory.mpsShare(Gpu.L40S, 2);
  const report = fits('meta-llama/Llama-3.1-8B-Instruct', { contextLength: 8192, fraction: 0.99 }, share);
  expect([report.verdict, report.kvPoolMib]).toEqual([FitVerdict.DOES_NOT_FIT, 0]);
  expect(report.alternatives[0]).toMatch(/^a fraction of 0\.4/);
});
