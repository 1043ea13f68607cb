import { GpuMemory, InferenceEngine, LlmServingOptions } from '../../src/fit';
import { computeGraph, graphGrowth } from '../../src/fit/engines/llama-cpp';
import { Batch, BatchShape, peak, samplerState } from '../../src/fit/engines/vllm';
import { VLLM_FIGURES } from '../../src/fit/engines/vllm-figures';
import { vllmRelease } from '../../src/fit/engines/vllm-releases';
import { llmMemory } from '../../src/fit/language-models/llm-memory';
import { loraPart, weightsPart } from '../../src/fit/language-models/weights';
import { bitsPerWeight, LlmArchitecture, Precision } from '../../src/models';

// Every figure here was worked out by hand from the formula in the comment, not printed by the code.

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const llama8b = LlmArchitecture.of('meta-llama/Llama-3.1-8B-Instruct');
const alone = { tensorParallel: 1, pipelineParallel: 1, expertParallel: false };

describe('weights', () => {
  // tables of 131,072 positions x 128 x 2 bytes = 33,554,432, which every GPU has
  test.each([[1, 16_033_554_432], [2, 8_033_554_432], [4, 4_033_554_432]])('a checkpoint of 16 GB over %i GPUs is %i bytes on each', (tensorParallel, bytes) => {
    const { least, expected, most } = weightsPart(llama8b, { weightBytes: 16e9 }, { ...alone, tensorParallel }, false);
    expect([least, expected]).toEqual([bytes, bytes]);
    expect(most).toBeCloseTo(bytes * 1.01, 0);
  });

  test('of 4-bit NVFP4 are 4.5 bits where all layers are quantised, and up to 7.6 where some are not', () => {
    expect(bitsPerWeight(Precision.NVFP4)).toEqual({ least: 4.5, expected: 4.5, most: 7.6 });
  });

  // 4 slots x rank 16 x 32 layers x (8 x 4096 + 3 x (4096 + 14336)) x 2 bytes
  test('of LoRA slots are two factors for each adapted matrix', () => {
    const [{ least, expected, most }] = loraPart(llama8b, { loraSlots: 4, loraRank: 16 }, 1);
    expect([least, expected, most]).toEqual([180_355_072, 360_710_144, 360_710_144]);
    expect(loraPart(llama8b, { loraSlots: 4, loraRank: 16 }, 2)[0].expected).toBe(180_355_072);
    expect(loraPart(llama8b, {}, 1)).toEqual([]);
  });
});

describe('the peak of vLLM', () => {
  const release = vllmRelease('0.11.0');
  const dense: BatchShape = { hiddenSize: 4096, intermediateSize: 14336, vocabSize: 128256, layers: 32, hasVision: false };
  const mixture: BatchShape = { ...dense, experts: { perToken: 2, size: 14336 } };
  const small: Batch = { ...alone, maxNumSeqs: 1, maxNumBatchedTokens: 2048, eager: false };
  const of = (shape: BatchShape, batch: Partial<Batch>) => peak(VLLM_FIGURES, release, shape, { ...small, ...batch }, 'sort', undefined).expected;

  test.each<[string, BatchShape, Partial<Batch>, number]>([
    // measured on an H200: 226,492,416 compiled, 301,989,888 eager; the engine keeps one hidden state more, 2 x 2048 x 4096
    ['compiled', dense, {}, 226_492_416 + 16_777_216],
    ['eager', dense, { eager: true }, 301_989_888 + 16_777_216],
    ['four times the tokens', dense, { maxNumBatchedTokens: 8192 }, 905_969_664 + 67_108_864],
    // 2 x 2048 x (3 x 7168 + 4 x 4096)
    ['the MLP over two GPUs', dense, { tensorParallel: 2 }, 155_189_248],
    // 2 x 2048 x 2 x (14336 + 28672), and four hidden states 2 x 2048 x 4 x 4096
    ['two experts a token', mixture, {}, 352_321_536 + 67_108_864],
    ['experts cut over two GPUs', mixture, { tensorParallel: 2 }, 176_160_768 + 67_108_864],
    ['whole experts on two GPUs', mixture, { tensorParallel: 2, expertParallel: true }, 352_321_536 + 67_108_864],
  ])('of a forward pass, %s', (_, shape, batch, bytes) => {
    expect(of(shape, batch)).toBe(bytes);
  });

  // 38.3 x 1024 x 128,256 and hidden states 2 x 8192 x 4096
  test('of the sampler, where it is more', () => {
    expect(of(dense, { maxNumSeqs: 1024, maxNumBatchedTokens: 8192 })).toBeCloseTo(5_030_097_715.2 + 67_108_864, 0);
  });

  // 4.125 x 256 x 128,256
  test('has beside it the counts of the second runner', () => {
    expect(samplerState({ ...small, maxNumSeqs: 256 }, dense).expected).toBe(135_438_336);
  });
});

describe('the cache of one request of vLLM', () => {
  const kv = (model: LlmArchitecture, engineVersion: string, tokens: number, more: LlmServingOptions = {}) =>
    llmMemory(model, { engineVersion, maxNumBatchedTokens: 2048, ...more }, GpuMemory.ofMib(81000), undefined).kvBytes(tokens, 1);
  const read = (config: unknown) => LlmArchitecture.fromHuggingFaceConfig(JSON.stringify(config));
  const text = { hidden_size: 1024, num_attention_heads: 8, num_key_value_heads: 2, head_dim: 128, intermediate_size: 4096, vocab_size: 32000 };
  const windows = read({ ...text, model_type: 'olmo3', num_hidden_layers: 4, sliding_window: 1024, layer_types: Array(4).fill('sliding_attention') });

  // 1,024 bytes a token and layer; (1,024 - 1 + 2,048) / 16 = 192 pages and one more; twice 2,048 in flight from 0.26 on: 320 and one
  test('keeps a window and what is in flight: a batch, or all that run at once', () => {
    expect(kv(windows, '0.25.0', 65536)).toBe(4 * 193 * 16 * 1024);
    expect(kv(windows, '0.26.0', 65536)).toBe(4 * 321 * 16 * 1024);
    // the second model runner keeps three in flight over two stages, of which one has two layers
    expect(kv(windows, '0.33.0', 65536, { pipelineParallel: 2 })).toBe(2 * 449 * 16 * 1024);
  });

  // a state of 32 x 128 x 128 and a convolution of 3 x 8,192, 2 bytes each: 1,097,728 bytes, 1,072 tokens of 1,024; 65,536 tokens take 62 pages
  test('keeps one state of a hybrid, and two from 0.28 on, where prefixes are cached', () => {
    const state = {
      linear_num_key_heads: 16, linear_num_value_heads: 32, linear_key_head_dim: 128, linear_value_head_dim: 128, linear_conv_kernel_dim: 4,
    };
    const delta = read({ ...text, ...state, model_type: 'qwen3_5_text', num_hidden_layers: 4, full_attention_interval: 4 });
    expect(kv(delta, '0.25.0', 65536)).toBe((62 + 3) * 1_097_728);
    expect(kv(delta, '0.27.1', 65536)).toBe((62 + 3) * 1_097_728);
    expect(kv(delta, '0.33.0', 65536)).toBe((62 + 6) * 1_097_728);
  });

  // 64 x 64 x 128 x 4 and 3 x 6,144 x 2 bytes: 2,134,016, or 2,084 tokens, in pages of 2,096; 65,536 tokens take 32
  test('keeps no state a page of Mamba, as no release caches its prefixes so by default', () => {
    const mamba = { mamba_num_heads: 64, mamba_head_dim: 64, ssm_state_size: 128, n_groups: 8, conv_kernel: 4 };
    const nemotron = read({ ...text, ...mamba, model_type: 'nemotron_h', num_hidden_layers: 2, hybrid_override_pattern: 'M*' });
    const pages = (engineVersion: string) => kv(nemotron, engineVersion, 65536) / (2096 * 1024);
    expect(['0.25.0', '0.26.0', '0.27.0', '0.28.0'].map(pages)).toEqual([32 + 1, 32 + 1, 32 + 1, 32 + 2]);
  });

  // 584 bytes an entry in the layout that "auto" means, 132 a key of the indexer; four tokens an entry in sparse layers, 128 in the others
  test('keeps an entry of 584 bytes for every four or 128 tokens of DeepSeek V4, and 584 a token of its windows', () => {
    const v4 = read({
      ...text,
      model_type: 'deepseek_v4',
      head_dim: 512,
      q_lora_rank: 1024,
      o_groups: 8,
      o_lora_rank: 512,
      index_n_heads: 64,
      index_head_dim: 128,
      sliding_window: 128,
      num_hidden_layers: 2,
      layer_types: ['compressed_sparse_attention', 'heavily_compressed_attention'],
    });
    expect(v4.kvBytesPerToken(v4.nativeKvCache)).toBe((584 + 132) / 4 + 584 / 128 + 2 * 584);
  });
});

describe('the compute graph of llama.cpp', () => {
  const graph = (cacheTokens: number) => computeGraph({ hiddenSize: 4096, intermediateSize: 14336, vocabSize: 128256, cacheTokens });

  // 4 x 512 x (128,256 + 4096) = 271,056,896; a layer 4 x 512 x (4 x 4096 + 2 x 14336) = 92,274,688; the margin is 1,024 MiB
  test('is as large as logits and hidden states, with a short context', () => {
    expect(graph(8192)).toEqual({ least: 135_528_448, expected: 271_056_896, most: 271_056_896 + 92_274_688 + 1_073_741_824 });
  });

  // 6 x 512 x 131,072 = 402,653,184 and five hidden states of 4 x 512 x 4096; where the mask is of 16 bit, 2 x 512 x 131,072
  test('is as large as the mask with a long one, which is filled up to 256 tokens', () => {
    const expected = 402_653_184 + 5 * 8_388_608;
    expect(graph(131072)).toEqual({ least: 135_528_448, expected, most: expected + 92_274_688 + 1_073_741_824 });
    expect(graph(131071)).toEqual(graph(131072));
    expect(graph(131073)).toEqual(graph(131328));
    expect(graph(262144).least).toBe(268_435_456);
  });
});

// the mask of 131,072 tokens is 402,653,184 bytes with five hidden states of 8,388,608, logits are 271,056,896
test('the graph of llama.cpp grows with a cache of more tokens, and does not shrink with fewer', () => {
  const shape = { hiddenSize: 4096, intermediateSize: 14336, vocabSize: 128256, cacheTokens: 8192 };
  expect(graphGrowth(shape, 131072)).toBe(402_653_184 + 5 * 8_388_608 - 271_056_896);
  expect(graphGrowth(shape, 16384)).toBe(0);
  expect(graphGrowth({ ...shape, cacheTokens: 131072 }, 8192)).toBe(0);
});

describe('the pool of vLLM 0.11 in 40,960 MiB, of which weights take 10 GiB', () => {
  const serving: LlmServingOptions = {
    weightBytes: 10 * GIB, contextLength: 8192, engineVersion: '0.11.0', assumptions: { processOverheadMib: 600, activationsMib: 1000, cudaGraphsMib: 500 },
  };
  const pool = (more: LlmServingOptions) => llmMemory(llama8b, { ...serving, ...more }, GpuMemory.ofMib(40960), undefined);
  const mib = (bytes: number) => bytes / MIB;

  // 0.9 x 40,960 = 36,864; taken inside: weights 10,272 (1 % more at most), activations 1,000, what torch does not see 51.2, 133.12 or 389.12
  test('is the fraction less what stands inside', () => {
    const { pool: { least, expected, most }, startsAtWorst } = pool({ fraction: 0.9 });
    expect(mib(least)).toBeCloseTo(36864 - 10374.72 - 1000 - 389.12, 6);
    expect(mib(expected)).toBeCloseTo(36864 - 10272 - 1000 - 133.12, 6);
    expect(mib(most)).toBeCloseTo(36864 - 10272 - 1000 - 51.2, 6);
    expect(startsAtWorst).toBe(true);
  });

  // graphs and context stand outside: 0.98 x 40,960 + 1,100 is more than there is, and (40,960 - 1,100) / 40,960 = 0.973
  test('ends where context and graphs begin, and is none where they find no room', () => {
    const { pool: { most }, startsAtWorst, startsAtBest, mostFraction } = pool({ fraction: 0.98 });
    expect(mib(most)).toBeCloseTo(40960 - 1100 - 10272 - 1000 - 51.2, 6);
    expect([startsAtWorst, startsAtBest, mostFraction]).toEqual([false, true, 0.97]);
  });

  test('of llama.cpp is all that is left', () => {
    const { pool: { expected } } = pool({ engine: InferenceEngine.LLAMA_CPP, engineVersion: undefined });
    expect(mib(expected)).toBeCloseTo(40960 - 10272 - 1000 - 600, 6);
  });
});
