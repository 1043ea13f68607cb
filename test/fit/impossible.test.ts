import { FitVerdict, GpuFit, GpuMemory, InferenceEngine, LlmServingOptions, ModelFootprint } from '../../src/fit';
import { countedRelease, engineName } from '../../src/fit/engines/counted-release';
import { expandedWeights, whyImpossible } from '../../src/fit/language-models/impossible';
import { Gpu } from '../../src/hardware';
import { KvCacheType, LlmArchitecture, Precision } from '../../src/models';

const { VLLM, SGLANG, TRTLLM, LLAMA_CPP, TRITON } = InferenceEngine;
const { BF16, FP16, FP8, INT8, INT4, NVFP4, MXFP4 } = Precision;
const shape = { model_type: 'llama', hidden_size: 4096, num_hidden_layers: 32, intermediate_size: 14336, num_attention_heads: 32, num_key_value_heads: 8, vocab_size: 128256 };
const model = (quantization_config?: unknown) => LlmArchitecture.fromHuggingFaceConfig(JSON.stringify({ ...shape, quantization_config }));
const plain = LlmArchitecture.of('meta-llama/Llama-3.1-8B-Instruct');
const on = (id: string) => GpuMemory.wholeGpu(Gpu.of(id));

describe('the compute capability that a precision needs', () => {
  const BOARDS = ['v100-sxm2-32gb', 't4', 'a100-sxm4-80gb', 'a10', 'l40s', 'h100-sxm5-80gb', 'b200-180gb'];
  /** The first of the boards, in the order of their capability 7.0, 7.5, 8.0, 8.6, 8.9, 9.0, 10.0, that runs it. */
  const firstThatRuns = (serving: LlmServingOptions, asked = plain) => BOARDS.find(id => whyImpossible(asked, serving, on(id)) === undefined);

  // get_min_capability of fp8, modelopt and mxfp4 of vLLM 0.19.1 to 0.33.0 and of SGLang 0.5.23
  test.each<[Precision, InferenceEngine | undefined, string]>([
    [BF16, undefined, 'a100-sxm4-80gb'], [BF16, TRTLLM, 'a100-sxm4-80gb'],
    [FP16, undefined, 'v100-sxm2-32gb'], [INT8, VLLM, 'v100-sxm2-32gb'], [INT4, SGLANG, 'v100-sxm2-32gb'],
    [FP8, undefined, 't4'], [FP8, VLLM, 't4'], [FP8, SGLANG, 'a100-sxm4-80gb'], [FP8, TRTLLM, 'l40s'], [FP8, LLAMA_CPP, 't4'],
    [NVFP4, VLLM, 't4'], [NVFP4, SGLANG, 'a100-sxm4-80gb'], [NVFP4, TRTLLM, 'b200-180gb'],
    [MXFP4, VLLM, 'a100-sxm4-80gb'], [MXFP4, TRTLLM, 'a100-sxm4-80gb'],
  ])('%s under %s begins with %s', (precision, engine, board) => {
    expect(firstThatRuns({ precision, engine })).toBe(board);
  });

  const modelopt = model({ quant_method: 'modelopt', quant_algo: 'FP8' });

  test.each<[string, LlmServingOptions, string]>([
    ['vLLM 0.26', { engineVersion: '0.26.1' }, 'l40s'], ['vLLM 0.27', { engineVersion: '0.27.0' }, 'a100-sxm4-80gb'], ['the newest vLLM', {}, 'a100-sxm4-80gb'],
    ['SGLang', { engine: SGLANG }, 'l40s'], ['TensorRT-LLM', { engine: TRTLLM }, 'l40s'],
    // another precision than that of the checkpoint is made by the engine itself
    ['another precision', { precision: MXFP4 }, 'a100-sxm4-80gb'], ['16 bit', { precision: FP16 }, 'v100-sxm2-32gb'],
  ])('of NVIDIA\'s 8-bit checkpoints under %s', (_, serving, board) => {
    expect(firstThatRuns(serving, modelopt)).toBe(board);
  });

  test.each([[BF16, 'fp16'], [FP8, 'int8'], [NVFP4, 'int4'], [MXFP4, 'int4']])('of %s is told with %s instead', (precision, instead) => {
    expect(whyImpossible(plain, { precision, engine: TRTLLM }, on('v100-sxm2-32gb')))
      .toMatch(new RegExp(`^${precision} weights need compute capability \\d+\\.\\d, Tesla-V100-SXM2-32GB has 7.0; use ${instead}$`));
  });

  test('does not matter where the board is not known', () => {
    expect(whyImpossible(plain, { precision: NVFP4, engine: TRTLLM }, GpuMemory.ofMib(80000))).toBeUndefined();
  });
});

describe('the compute capability that an 8-bit float cache needs under vLLM', () => {
  const cached = { kvCache: KvCacheType.FP8, precision: FP16 };
  const runs = (id: string, serving: LlmServingOptions = {}, asked = plain) => whyImpossible(asked, { ...cached, ...serving }, on(id)) === undefined;

  // FlashInfer takes it from 7.5, and from 8.0 since 0.24.0 (v1/attention/backends/flashinfer.py of the wheels 0.16.0 to 0.33.0)
  test.each([
    ['v100-sxm2-32gb', undefined, false], ['v100-pcie-32gb', undefined, false], ['v100-sxm2-32gb', '0.16.0', false],
    ['t4', undefined, false], ['t4', '0.24.0', false], ['t4', '0.23.0', true],
    ['a100-sxm4-80gb', undefined, true], ['a10', undefined, true], ['l40s', undefined, true], ['h100-sxm5-80gb', undefined, true],
    // nobody here has read what a release of another engine did on it
    ['v100-sxm2-32gb', '0.9.2', true],
  ])('on %s with %s: %s', (id, engineVersion, taken) => {
    expect(runs(id, { engineVersion })).toBe(taken);
  });

  test('is higher for latents, which go through one kernel below 9.0', () => {
    const latent = LlmArchitecture.fromHuggingFaceConfig(JSON.stringify({
      model_type: 'deepseek_v2',
      hidden_size: 2048,
      num_hidden_layers: 4,
      intermediate_size: 8192,
      num_attention_heads: 16,
      vocab_size: 1000,
      kv_lora_rank: 512,
      qk_nope_head_dim: 128,
      qk_rope_head_dim: 64,
      v_head_dim: 128,
    }));
    expect(['a100-sxm4-80gb', 'a10', 'l40s', 'h100-sxm5-80gb'].map(id => runs(id, {}, latent))).toEqual([false, false, true, true]);
    expect(runs('a100-sxm4-80gb', { engineVersion: '0.25.0' }, latent)).toBe(true);
  });

  test('holds for the cache that a checkpoint asks for, and not for one of 16 bit', () => {
    const checkpoint = model({ quant_method: 'compressed-tensors', kv_cache_scheme: { num_bits: 8, type: 'float' } });
    expect(checkpoint.nativeKvCache).toBe(KvCacheType.FP8);
    expect(whyImpossible(checkpoint, { precision: FP16 }, on('v100-sxm2-32gb')))
      .toMatch(/^an fp8 KV cache needs compute capability 8.0 in vLLM [\d.]+, Tesla-V100-SXM2-32GB has 7.0; use one of 16 bit \(bf16\)$/);
    expect(runs('v100-sxm2-32gb', { kvCache: KvCacheType.BF16 }, checkpoint)).toBe(true);
  });

  test('is not asked of models without attention, other engines, and boards that nobody knows', () => {
    const states = LlmArchitecture.fromHuggingFaceConfig(JSON.stringify({ model_type: 'mamba2', hidden_size: 512, num_hidden_layers: 2, vocab_size: 1000, num_heads: 16, head_dim: 64, state_size: 64 }));
    expect(runs('v100-sxm2-32gb', {}, states)).toBe(true);
    expect(runs('v100-sxm2-32gb', { engine: LLAMA_CPP })).toBe(true);
    expect(whyImpossible(plain, cached, GpuMemory.ofMib(80000))).toBeUndefined();
  });
});

describe('weights that a board expands as it multiplies', () => {
  const first = (precision: Precision) =>
    ['t4', 'a100-sxm4-80gb', 'l40s', 'h100-sxm5-80gb', 'b200-180gb'].filter(id => expandedWeights(plain, { precision }, Gpu.of(id)) !== '');

  test.each<[Precision, string[]]>([
    [FP8, ['t4', 'a100-sxm4-80gb']], [NVFP4, ['t4', 'a100-sxm4-80gb', 'l40s', 'h100-sxm5-80gb']], [MXFP4, ['t4', 'a100-sxm4-80gb', 'l40s', 'h100-sxm5-80gb']], [BF16, []], [INT8, []],
  ])('%s: %j', (precision, boards) => {
    expect(first(precision)).toEqual(boards);
  });

  test('are said of a board that is known, and of a precision that somebody asked for or the checkpoint has', () => {
    expect(expandedWeights(plain, { precision: FP8 }, undefined)).toBe('');
    expect(expandedWeights(plain, {}, Gpu.of('t4'))).toBe('');
    expect(expandedWeights(model({ quant_method: 'fp8' }), {}, Gpu.of('t4'))).toBe('; Tesla-T4 expands fp8 to 16 bit as it multiplies, which takes no more memory');
  });
});

describe('layers on several GPUs', () => {
  const why = (serving: LlmServingOptions, memory = on('h100-sxm5-80gb')) => whyImpossible(plain, serving, memory);

  test('do not go over a MIG device, by heads or by layers', () => {
    const slice = GpuMemory.migSlice(Gpu.A100_SXM4_80GB, '3g.40gb');
    expect(why({ tensorParallel: 2, pipelineParallel: 2 }, slice)).toBe('a process sees one MIG device, so layers cannot be spread over 4; use whole GPUs');
    expect(why({ tensorParallel: 2 }, slice)).toContain('spread over 2');
    expect(why({}, slice)).toBeUndefined();
  });

  test('are as many as there are layers at most', () => {
    expect(why({ pipelineParallel: 32 })).toBeUndefined();
    expect(why({ pipelineParallel: 33 })).toBe('32 layers cannot be dealt out to 33 GPUs; use at most 32');
  });

  // 32 heads and 8 KV heads: 1, 2, 4, 8, 16 go, and 16 copies each KV head twice
  test.each([[3, 2], [5, 4], [6, 4], [7, 8], [13, 16], [20, 16], [64, 16]])('over %i is told to take %i', (tensorParallel, instead) => {
    expect(why({ tensorParallel })).toMatch(new RegExp(`; use ${instead} GPUs$`));
  });

  test('are one GPU where nothing else is nearer', () => {
    const odd = LlmArchitecture.fromHuggingFaceConfig(JSON.stringify({ ...shape, num_attention_heads: 7, num_key_value_heads: 7, head_dim: 128 }));
    expect(whyImpossible(odd, { tensorParallel: 2 }, on('h100-sxm5-80gb'))).toBe('7 attention heads cannot be spread evenly over 2 GPUs; use 1 GPU');
  });

  test('know a context that is longer than the model was made for', () => {
    expect(why({ contextLength: 131072 })).toBeUndefined();
    expect(why({ contextLength: 131073 })).toContain('131073 tokens is more than the 131072');
  });
});

describe('a release of an engine', () => {
  test.each<[InferenceEngine, string | undefined, string | undefined, string | undefined]>([
    [VLLM, undefined, '0.33.0', undefined], [VLLM, '0.8.0', '0.8.0', undefined], [VLLM, '0.7.9', '0.7.9', 'vLLM 0.7.9 is older than 0.8.0, from which figures are known'],
    [VLLM, 'v0.33.9', '0.33.9', undefined], [VLLM, '0.34.0', '0.34.0', 'vLLM 0.34.0 is newer than 0.33.0, the last whose memory is known, and counted like it'],
    [VLLM, '1.0.0', '1.0.0', 'vLLM 1.0.0 is newer than 0.33.0, the last whose memory is known, and counted like it'],
    [SGLANG, '0.5.23', '0.5.23', undefined], [SGLANG, '0.5.24', '0.5.24', 'SGLang 0.5.24 is newer than 0.5.23, the last whose memory is known, and counted like it'],
    [TRTLLM, '0.99.0', '0.99.0', 'TensorRT-LLM 0.99.0 is older than 1.0.0, from which figures are known'], [TRTLLM, '1.4.9', '1.4.9', undefined],
    [LLAMA_CPP, undefined, undefined, undefined], [LLAMA_CPP, 'b4719', 'b4719', undefined], [LLAMA_CPP, '1.2.3', '1.2.3', undefined],
    [TRITON, undefined, undefined, undefined], [TRITON, '2.54.0', '2.54.0', undefined],
  ])('%s %s is counted as %s: %s', (engine, text, version, note) => {
    expect(countedRelease(engine, text)).toEqual({ version, notes: note === undefined ? [] : [note] });
  });

  test.each([[VLLM, 'b4719', '0.33.0'], [SGLANG, 'main', '0.5.23'], [LLAMA_CPP, 'b', 'b4719'], [LLAMA_CPP, 'b12345678', 'b4719'], [TRITON, 'x', '2.0.0']])(
    '%s %s is refused with an example', (engine, text, example) => {
      expect(() => countedRelease(engine, text)).toThrow(`engineVersion must be a version such as ${example}, got "${text}"`);
    });

  test('is named as people name the engine', () => {
    expect([VLLM, SGLANG, TRTLLM, LLAMA_CPP].map(engineName)).toEqual(['vLLM', 'SGLang', 'TensorRT-LLM', 'llama.cpp']);
  });
});

describe('a model of which only the weights count', () => {
  const weights = (serving: LlmServingOptions, memory: GpuMemory) =>
    GpuFit.check(ModelFootprint.ofLlm(plain, { ...serving, engine: TRITON }), memory);

  // 8,030,261,248 parameters x 2 bytes are 15,316.5 MiB
  test('needs them at least, and nothing bounds it from above', () => {
    expect(weights({}, GpuMemory.ofMib(15317)))
      .toMatchObject({ verdict: FitVerdict.UNCERTAIN, neededBestMib: 15317, neededWorstMib: undefined, headroomMib: undefined });
    expect(weights({}, GpuMemory.ofMib(15316)).verdict).toBe(FitVerdict.DOES_NOT_FIT);
  });

  test('needs a part of them on each of several GPUs, half as much in 8 bit, or the bytes of its checkpoint', () => {
    expect(weights({ tensorParallel: 2 }, GpuMemory.ofMib(1)).neededBestMib).toBe(7659);
    expect(weights({ precision: FP8 }, GpuMemory.ofMib(1)).neededBestMib).toBe(7659);
    expect(weights({ weightBytes: 3 * 2 ** 30 }, GpuMemory.ofMib(1)).neededBestMib).toBe(3072);
  });
});

test('what was measured fits what it fits, and nothing is uncertain about it', () => {
  const check = (mib: number) => GpuFit.check(ModelFootprint.measured(mib), GpuMemory.ofMib(1000));
  expect(check(1000)).toMatchObject({ verdict: FitVerdict.FITS, headroomMib: 0, alternatives: [], notes: [] });
  expect(check(1001)).toMatchObject({ verdict: FitVerdict.DOES_NOT_FIT, headroomMib: -1 });
});

describe('the next slice that fits', () => {
  const next = (mib: number, memory: GpuMemory) => GpuFit.check(ModelFootprint.measured(mib), memory).alternatives;
  const gpu = Gpu.A100_SXM4_80GB;

  test.each([[9728, ['slice 1g.10gb']], [9729, ['slice 1g.20gb']], [20000, ['slice 3g.40gb']], [40193, ['slice 7g.80gb']], [80385, []]])('%i MiB: %j', (mib, others) => {
    // the share has a thousandth of the board, and what is measured never fits it
    expect(next(mib, GpuMemory.timeSliced(gpu, 1000))).toEqual(others);
  });

  test('is the same one, where it is shared now', () => {
    expect(next(20_000, GpuMemory.timeSlicedMigSlice(gpu, '3g.40gb', 4))).toEqual(['slice 3g.40gb']);
  });

  test('is the whole board where no slice does, and none of a board that is not known', () => {
    expect(next(40000, GpuMemory.timeSliced(Gpu.L40S, 4))).toEqual(['a whole NVIDIA-L40S']);
    expect(next(50000, GpuMemory.wholeGpu(Gpu.L40S))).toEqual([]);
    expect(next(2000, GpuMemory.ofMib(1000))).toEqual([]);
  });
});
