import { HYBRID, smallModel } from './small-models';
import { FitVerdict, GpuFit, GpuMemory, InferenceEngine, LlmServingOptions, ModelFootprint } from '../../src/fit';
import {
  LlamaCppCacheOptions, llamaCppBytesPerToken, llamaCppCacheType, llamaCppRequestBytes,
} from '../../src/fit/language-models/llama-cpp-cache';
import { KvCacheType } from '../../src/models';

const options: LlamaCppCacheOptions = { type: KvCacheType.BF16, tensorParallel: 1 };
/** A token takes 2 x 2 heads x 128 x 2 bytes = 1,024 a layer. */
const windowed = smallModel({
  model_type: 'olmo3',
  num_hidden_layers: 4,
  sliding_window: 1024,
  layer_types: ['sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention'],
});

describe('the cache of llama.cpp', () => {
  test('has pages of 256 tokens in full layers, and a window and a batch of 512 in others', () => {
    expect(llamaCppRequestBytes(windowed, 10000, options)).toBe((10240 + 3 * 1536) * 1024);
    expect(llamaCppRequestBytes(windowed, 1025, options)).toBe((1280 + 3 * 1280) * 1024);
    expect(llamaCppRequestBytes(windowed, 256, options)).toBe(4 * 256 * 1024);
  });

  test('has states and convolutions of 32 bit', () => {
    expect(llamaCppRequestBytes(HYBRID, 256, options)).toBe(256 * 1024 + 3 * 4 * (32 * 128 * 128 + 3 * 8192));
  });

  test.each([
    [KvCacheType.BF16, undefined, 1024], [KvCacheType.FP8, 'q8_0', 544], [KvCacheType.INT8, 'q8_0', 544], [KvCacheType.NVFP4, 'q4_0', 288],
  ])('of %s is %s, of %i bytes for a token', (type, name, bytes) => {
    expect(llamaCppCacheType(type)).toBe(name);
    expect(llamaCppBytesPerToken(HYBRID, { ...options, type })).toBe(bytes);
  });

  test('is of its own type when nobody asks for one', () => {
    expect(llamaCppCacheType(undefined)).toBeUndefined();
  });

  test('has a layer more where one drafts', () => {
    const drafting = smallModel({ model_type: 'mimo', num_hidden_layers: 2, num_nextn_predict_layers: 1 });
    const drafted = { ...options, withDraft: true };
    expect(llamaCppBytesPerToken(drafting, drafted) - llamaCppBytesPerToken(drafting, options)).toBe(1024);
    expect(llamaCppRequestBytes(drafting, 256, drafted) - llamaCppRequestBytes(drafting, 256, options)).toBe(256 * 1024);
  });
});

describe('what llama.cpp is told', () => {
  const settings = (serving: LlmServingOptions) => GpuFit.check(
    ModelFootprint.ofLlm(windowed, { engine: InferenceEngine.LLAMA_CPP, contextLength: 8192, ...serving }), GpuMemory.ofMib(24000)).engineSettings;

  test('is the type of its cache, where it is not of 16 bit', () => {
    expect(settings({ kvCache: KvCacheType.INT8 })).toEqual({ '--ctx-size': '8192', '--parallel': '1', '--cache-type-k': 'q8_0', '--cache-type-v': 'q8_0' });
    expect(settings({ kvCache: KvCacheType.BF16 })).toEqual({ '--ctx-size': '8192', '--parallel': '1' });
  });
});

describe('the graph of llama.cpp', () => {
  const graph = (serving: LlmServingOptions) => GpuFit.check(
    ModelFootprint.ofLlm(windowed, { engine: InferenceEngine.LLAMA_CPP, ...serving }), GpuMemory.ofMib(48000))
    .components.find(({ name }) => name === 'activations')!;

  // 6 x 512 x 262,144 bytes, and five hidden states of 4 x 512 x 1024
  test.each([[262144, 1], [65536, 4]])('has the mask over all tokens: %i of each of %i', (contextLength, concurrency) => {
    expect(graph({ contextLength, concurrency }).expectedMib).toBe(768 + 10);
  });

  test('says what it is', () => {
    expect(graph({ contextLength: 8192 }).source).toBe('compute graph of a batch, logits or mask');
  });

  // 16,384 tokens a request: what more of them take beside their cache, the mask, is counted before they are said to fit
  test('grows with the requests that are said to fit', () => {
    const of = (concurrency: number) => GpuFit.check(
      ModelFootprint.ofLlm(windowed, { engine: InferenceEngine.LLAMA_CPP, contextLength: 16384, concurrency }), GpuMemory.ofMib(8000));
    const { maxConcurrency } = of(1);
    expect(maxConcurrency).toBeGreaterThan(20);
    expect([maxConcurrency!, maxConcurrency! + 1].map(requests => of(requests).verdict)).toEqual([FitVerdict.FITS, FitVerdict.UNCERTAIN]);
  });
});
