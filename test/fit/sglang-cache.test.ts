import { HYBRID, smallModel } from './small-models';
import { FitVerdict, GpuFit, GpuMemory, InferenceEngine, ModelFootprint } from '../../src/fit';
import {
  SglangCacheOptions, sglangBytesPerToken, sglangPoolBytes, sglangStateBytes, sglangTokenShare,
} from '../../src/fit/language-models/sglang-cache';
import { KvCacheType } from '../../src/models';

const options: SglangCacheOptions = { type: KvCacheType.BF16, tensorParallel: 1 };
/** A token takes 2 x 2 heads x 128 x 2 bytes = 1,024 a layer. */
const windowed = (type: string) => smallModel({
  model_type: type,
  num_hidden_layers: 5,
  sliding_window: 1024,
  num_local_experts: 4,
  num_experts_per_tok: 2,
  layer_types: ['sliding_attention', 'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention'],
});
const STATE = 32 * 128 * 128 * 4 + 3 * 8192 * 2;

describe('tokens of SGLang', () => {
  test('are kept by every layer, windows included', () => {
    expect(sglangBytesPerToken(windowed('olmo3'), options)).toBe(5 * 1024);
  });

  test('are kept to 0.8 by windows of models with a pool of their own for them', () => {
    expect(sglangBytesPerToken(windowed('gpt_oss'), options)).toBe((1 + 0.8 * 4) * 1024);
  });

  test.each([[1, 1, 5 * 1024], [2, 1, 5 * 512], [1, 2, 2 * 1024 + 1024]])('over %i GPUs and %i stages take %i bytes', (tensorParallel, pipelineParallel, bytes) => {
    expect(sglangBytesPerToken(windowed('olmo3'), { ...options, tensorParallel, pipelineParallel })).toBe(bytes);
  });

  test('are of no pages', () => {
    expect(sglangPoolBytes(windowed('olmo3'), 101, 3, options)).toBe(303 * 5 * 1024);
  });

  test('take a layer more where one drafts', () => {
    const drafting = smallModel({ model_type: 'mimo', num_hidden_layers: 2, num_nextn_predict_layers: 1 });
    expect(sglangBytesPerToken(drafting, { ...options, withDraft: true }) - sglangBytesPerToken(drafting, options)).toBe(1024);
  });
});

describe('states of SGLang', () => {
  test('are of 32 bit, in all layers of a GPU', () => {
    expect(sglangStateBytes(HYBRID, options)).toBe(3 * STATE);
    expect(sglangStateBytes(HYBRID, { ...options, tensorParallel: 2 })).toBe(3 * STATE / 2);
    expect(sglangStateBytes(HYBRID, { ...options, pipelineParallel: 2 })).toBe(2 * STATE);
    expect(sglangStateBytes(windowed('olmo3'), options)).toBe(0);
  });

  test('get 0.9 of what tokens get, and nothing where there are none', () => {
    expect(sglangTokenShare(HYBRID)).toBeCloseTo(1 / 1.9, 12);
    expect(sglangTokenShare(windowed('olmo3'))).toBe(1);
  });

  test('decide with many short requests, and tokens with long ones', () => {
    expect(sglangPoolBytes(HYBRID, 1, 10, options)).toBeCloseTo(10 * 3 * 3 * STATE * 1.9 / 0.9, 3);
    expect(sglangPoolBytes(HYBRID, 1e6, 10, options)).toBeCloseTo(1e7 * 1024 * 1.9, 3);
  });

  test('and windows make the bytes of a token that the report has', () => {
    const report = GpuFit.check(
      ModelFootprint.ofLlm(windowed('gpt_oss'), { engine: InferenceEngine.SGLANG, contextLength: 8192 }), GpuMemory.ofMib(24000));
    expect(report.kvBytesPerToken).toBe(4301); // (1 + 0.8 x 4) x 1,024 = 4,300.8
    expect(report.kvPoolTokens! / (report.kvPoolMib! * 2 ** 20 / 4300.8)).toBeCloseTo(1, 3);
  });

  test('are said in the report, and leave fewer tokens', () => {
    const report = GpuFit.check(
      ModelFootprint.ofLlm(HYBRID, { engine: InferenceEngine.SGLANG, contextLength: 8192 }), GpuMemory.ofMib(24000));
    expect(report.verdict).toBe(FitVerdict.FITS);
    expect(report.components.at(-1)!.source).toBe('1 x 8192 tokens, of a pool of which SGLang sets a part aside for states');
    expect(report.kvPoolTokens! / (report.kvPoolMib! * 2 ** 20 / 1024 / 1.9)).toBeCloseTo(1, 3);
  });
});
