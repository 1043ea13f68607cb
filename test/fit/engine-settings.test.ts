import { InferenceEngine, LlmServingOptions } from '../../src/fit';
import { EngineChoice, engineSettings } from '../../src/fit/language-models/engine-settings';
import { NimKind, NimModel } from '../../src/models';

// Names of the settings: docs of each engine, and the reference of NIM's environment variables, as engine-settings.ts cites them.

const settings = (choice: Partial<EngineChoice> & { readonly engine: InferenceEngine }, serving: LlmServingOptions = {}) =>
  engineSettings({ fraction: 0.857, contextLength: 8192, kvBytesPerToken: 131072, ...choice }, serving);

describe('vLLM is told', () => {
  const engine = InferenceEngine.VLLM;

  test('the fraction in hundredths and the length', () => {
    expect(settings({ engine })).toEqual({ '--gpu-memory-utilization': '0.86', '--max-model-len': '8192' });
  });

  test('the bytes of its pool where it cannot see the end of a share, and sequences where somebody asked', () => {
    expect(settings({ engine, kvBytes: 1048576 }, { maxNumSeqs: 8 })).toEqual({
      '--gpu-memory-utilization': '0.86', '--kv-cache-memory-bytes': '1048576', '--max-model-len': '8192', '--max-num-seqs': '8',
    });
  });
});

describe('SGLang is told', () => {
  const engine = InferenceEngine.SGLANG;

  test('the fraction as it is, and the length', () => {
    expect(settings({ engine }, { maxNumSeqs: 8 })).toEqual({ '--mem-fraction-static': '0.857', '--context-length': '8192' });
  });

  // 1,000,000 bytes hold 7 tokens of 131,072 and a part of the eighth
  test('whole tokens of the pool', () => {
    expect(settings({ engine, kvBytes: 1_000_000 })['--max-total-tokens']).toBe('7');
  });
});

test('TensorRT-LLM is told the part of what is free, and the length', () => {
  expect(settings({ engine: InferenceEngine.TRTLLM, kvBytes: 1048576 }, { maxNumSeqs: 8 }))
    .toEqual({ 'kv_cache_config.free_gpu_memory_fraction': '0.86', 'max_seq_len': '8192' });
});

test('llama.cpp is told one context for all requests together', () => {
  expect(settings({ engine: InferenceEngine.LLAMA_CPP }, { concurrency: 4 })).toEqual({ '--ctx-size': '32768', '--parallel': '4' });
  expect(settings({ engine: InferenceEngine.LLAMA_CPP })).toEqual({ '--ctx-size': '8192', '--parallel': '1' });
});

test('Triton is told nothing: its profile decides', () => {
  expect(settings({ engine: InferenceEngine.TRITON, kvBytes: 1 }, { maxNumSeqs: 8 })).toEqual({});
});

describe('a NIM is told by variables, whatever its engine', () => {
  const of = (kind: NimKind) => NimModel.custom('own', { kind, image: 'example.com/own', tag: '2.0.3' });
  const engine = InferenceEngine.SGLANG;

  test('the fraction by the names of both generations', () => {
    expect(settings({ engine, nim: of(NimKind.LLM) })).toEqual({ NIM_KVCACHE_PERCENT: '0.86', NIM_GPU_MEM_FRACTION: '0.86', NIM_MAX_MODEL_LEN: '8192' });
  });

  test('the fraction as an argument, where it serves pictures', () => {
    expect(settings({ engine, nim: of(NimKind.VLM) })).toEqual({ NIM_PASSTHROUGH_ARGS: '--gpu-memory-utilization 0.86', NIM_MAX_MODEL_LEN: '8192' });
  });

  test('bytes of its pool and sequences, where there are any', () => {
    expect(settings({ engine, nim: of(NimKind.VLM), kvBytes: 1048576 }, { maxNumSeqs: 8 })).toEqual({
      NIM_PASSTHROUGH_ARGS: '--gpu-memory-utilization 0.86 --kv-cache-memory-bytes 1048576', NIM_MAX_MODEL_LEN: '8192', NIM_MAX_NUM_SEQS: '8',
    });
    expect(settings({ engine, nim: of(NimKind.LLM), kvBytes: 1048576 }).NIM_PASSTHROUGH_ARGS).toBe('--kv-cache-memory-bytes 1048576');
  });
});
