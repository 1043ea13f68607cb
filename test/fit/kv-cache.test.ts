import { FitVerdict, GpuFit, GpuMemory, InferenceEngine, LlmServingOptions, ModelFootprint } from '../../src/fit';
import { KvCacheOptions, poolBytesPerToken, requestBytes } from '../../src/fit/language-models/kv-cache';
import { llmMemory } from '../../src/fit/language-models/llm-memory';
import { Gpu } from '../../src/hardware';
import { KvCacheType, LlmArchitecture } from '../../src/models';

// Every figure was worked out by hand. A token takes 2 x 2 heads x 128 x 2 bytes = 1,024 a layer; pages have 16 tokens.

const MIB = 2 ** 20;
const config = (more: Record<string, unknown>) => LlmArchitecture.fromHuggingFaceConfig(JSON.stringify({
  model_type: 'olmo3', hidden_size: 1024, num_attention_heads: 8, num_key_value_heads: 2, head_dim: 128, intermediate_size: 4096, vocab_size: 32000, ...more,
}));
const mixed = (windowed: number, full: number) => config({
  num_hidden_layers: windowed + full,
  sliding_window: 1024,
  layer_types: [...Array<string>(windowed).fill('sliding_attention'), ...Array<string>(full).fill('full_attention')],
});
const options: KvCacheOptions = { type: KvCacheType.BF16, tensorParallel: 1, tokensInFlight: 2048 };
const layers = (model: LlmArchitecture, more: Partial<KvCacheOptions> = {}) => poolBytesPerToken(model, { ...options, ...more }) / 1024;

describe('layers with a window beside full ones', () => {
  // groups have as many layers as the smaller kind; the other kind is filled up to a whole number of groups
  test.each([[3, 1, 4], [5, 2, 8], [2, 5, 8], [4, 4, 8], [7, 3, 12], [4, 0, 4], [0, 4, 4]])('%i windows and %i full count as %i', (windowed, full, counted) => {
    expect(layers(mixed(windowed, full))).toBe(counted);
  });

  // of 10,000 tokens: full layers 625 pages; windows of 1,023 tokens and 2,048 in flight 192 pages, and one more
  test('take pages of their own for each kind, the filling included', () => {
    expect(requestBytes(mixed(5, 2), 10000, options)).toBe((2 * 625 + 6 * 193) * 16 * 1024);
  });

  // 100 tokens are 7 pages; a window may begin within a page and has one more
  test('are no larger than the request, of which windows have one page more', () => {
    expect(requestBytes(mixed(3, 1), 100, options)).toBe((1 * 7 + 3 * 8) * 16 * 1024);
  });

  test('count for the stage that has most of each', () => {
    expect(layers(mixed(5, 2), { pipelineParallel: 2 })).toBe(4);
    expect(requestBytes(mixed(0, 5), 16, { ...options, pipelineParallel: 2 })).toBe(3 * 16 * 1024);
  });
});

// three layers look back within chunks of 8,192 tokens, and 2,048 are in flight: 640 pages; a chunk begins where a page does
test('layers with chunks keep a chunk and what is in flight, and no page more', () => {
  const chunked = config({ model_type: 'llama4_text', num_hidden_layers: 4 });
  expect(layers(chunked)).toBe(4);
  expect(requestBytes(chunked, 65536, options)).toBe((3 * 640 * 16 + 65536) * 1024);
  expect(requestBytes(chunked, 100, options)).toBe(4 * 7 * 16 * 1024);
});

test('a page of another engine has another size: 10,000 tokens in pages of 32 are 313', () => {
  expect(requestBytes(mixed(0, 4), 10000, { ...options, pageTokens: 32 })).toBe(4 * 313 * 32 * 1024);
});

test('heads are shared out over GPUs, and one is the least', () => {
  expect([1, 2, 4].map(tensorParallel => layers(mixed(0, 4), { tensorParallel }))).toEqual([4, 2, 2]);
});

describe('layers that keep a state', () => {
  // a state of 32 heads x 128 x 128 x 2 bytes and a convolution of 3 x 8,192 x 2: 1,097,728 bytes; 1,072 tokens of 1,024 bytes
  const delta = (count: number, every: number) => config({
    model_type: 'qwen3_5_text',
    num_hidden_layers: count,
    full_attention_interval: every,
    linear_num_key_heads: 16,
    linear_num_value_heads: 32,
    linear_key_head_dim: 128,
    linear_value_head_dim: 128,
    linear_conv_kernel_dim: 4,
  });

  // 8 layers, 2 of them full: 6 states in 3 groups of 2; 10,000 tokens are 10 pages of 1,072
  test.each<[KvCacheOptions['states'], number]>([[undefined, 10 + 3], ['last', 10 + 3], ['last-two', 10 + 6]])('%s: %i pages for 10,000 tokens', (states, pages) => {
    expect(requestBytes(delta(8, 4), 10000, { ...options, states })).toBe(pages * 2 * 1_097_728);
  });

  test('have no part in the bytes of a token', () => {
    expect(layers(delta(8, 4))).toBe(2);
  });

  // 7 layers, 1 of them full: 6 groups
  test('fill a group for each full layer, rounded up', () => {
    expect(requestBytes(delta(7, 7), 10000, options)).toBe((10 + 6) * 1_097_728);
    expect(requestBytes(delta(7, 3), 10000, options)).toBe((10 + 3) * 2 * 1_097_728);
  });
});

describe('what is left for the cache', () => {
  const dense = mixed(0, 4);
  const serving: LlmServingOptions = {
    weightBytes: 1024 * MIB,
    contextLength: 1024,
    assumptions: { processOverheadMib: 500, activationsMib: 400, cudaGraphsMib: 200, trtllmOverheadMib: 1000 },
  };
  const of = (more: LlmServingOptions, memory = GpuMemory.ofMib(10_000)) => llmMemory(dense, { ...serving, ...more }, memory, undefined);
  const poolMib = (more: LlmServingOptions, memory?: GpuMemory) => {
    const { least, expected, most } = of(more, memory).pool;
    return [least, expected, most].map(bytes => Math.round(bytes / MIB * 100) / 100);
  };
  const tables = dense._ropeBytes() / MIB;

  test('of TensorRT-LLM is a part of what is free after loading', () => {
    // 10,000 less weights, its own 1,000 and the context of 500; a hundredth of the weights more at most
    const usual = 10_000 - 1024 - tables - 1500;
    const worst = 10_000 - (1024 + tables) * 1.01 - 1500;
    expect(poolMib({ engine: InferenceEngine.TRTLLM })).toEqual([0.9 * worst, 0.9 * usual, 0.9 * usual].map(mib => Math.round(mib * 100) / 100));
    expect(poolMib({ engine: InferenceEngine.TRTLLM, fraction: 0.5 })[1]).toBeCloseTo(0.5 * usual, 1);
    expect(poolMib({ engine: InferenceEngine.TRTLLM }, GpuMemory.ofMib(2000))).toEqual([0, 0, 0]);
    expect(of({ engine: InferenceEngine.TRTLLM }).mostFraction).toBe(1);
  });

  test('of llama.cpp is all that is left, by the figures that were given', () => {
    const usual = 10_000 - 1024 - tables - 400 - 500;
    const worst = 10_000 - (1024 + tables) * 1.01 - 400 - 500;
    expect(poolMib({ engine: InferenceEngine.LLAMA_CPP })).toEqual([worst, usual, usual].map(mib => Math.round(mib * 100) / 100));
    expect(of({ engine: InferenceEngine.LLAMA_CPP }).parts.map(({ name }) => name)).toEqual(['weights', 'activations', 'process-overhead']);
    expect(poolMib({ engine: InferenceEngine.LLAMA_CPP }, GpuMemory.ofMib(1500))[2]).toBeLessThan(0);
  });

  // 0.9.2: fraction 0.9; graphs and context stand outside of it; torch does not see 51.2, 133.12 or 389.12 MiB
  test('of vLLM is the smaller of its fraction and what context and graphs leave', () => {
    const weights = 1024 + tables;
    expect(poolMib({ engineVersion: '0.9.2' })).toEqual([
      9000 - weights * 1.01 - 400 - 389.12, 9000 - weights - 400 - 133.12, 9000 - weights - 400 - 51.2,
    ].map(mib => Math.round(mib * 100) / 100));
    // (10,000 - 700) / 10,000 is 0.93, and 0.99 leaves less than that
    expect(of({ engineVersion: '0.9.2' })).toMatchObject({ fraction: 0.9, mostFraction: 0.93, defaultFraction: 0.9, startsAtWorst: true, startsAtBest: true });
    const high = of({ engineVersion: '0.9.2', fraction: 0.99 });
    expect([high.startsAtWorst, high.startsAtBest]).toEqual([false, true]);
    expect(high.notes).toEqual(['the fraction 0.99 leaves too little beside it; 0.93 leaves enough']);
    expect(of({ engineVersion: '0.9.2', fraction: 0.93 }).notes).toEqual([]);
    expect(of({ engineVersion: '0.9.2' }, GpuMemory.ofMib(1200))).toMatchObject({ startsAtBest: false, startsAtWorst: false });
  });

  test('of vLLM on a board known within bounds is the larger at the upper one', () => {
    const board = GpuMemory.wholeGpu(Gpu.of('l4')); // 22,342 to 23,034 MiB
    const weights = 1024 + tables;
    const { least, expected, most } = llmMemory(dense, { ...serving, engineVersion: '0.9.2' }, board, undefined).pool;
    expect(least / MIB).toBeCloseTo(0.9 * 22342 - weights * 1.01 - 400 - 389.12, 6);
    expect(expected / MIB).toBeCloseTo(0.9 * 22342 - weights - 400 - 133.12, 6);
    expect(most / MIB).toBeCloseTo(0.9 * 23034 - weights - 400 - 51.2, 6);
  });

  // of 22,342 MiB a limit of 11,517; (11,171 - 700) / 22,342 = 0.468
  test('of vLLM on an MPS share is that of a fraction inside of it, and none where vLLM refuses to start', () => {
    const share = GpuMemory.mpsShare(Gpu.of('l4'), 2);
    const inside = of({ engineVersion: '0.11.0' }, share);
    expect([inside.fraction, inside.settings['--kv-cache-memory-bytes']]).toEqual([0.46, String(Math.floor(inside.pool.least / MIB) * MIB)]);
    expect(of({ engineVersion: '0.10.2' }, share).settings).not.toHaveProperty('--kv-cache-memory-bytes');
    const refused = of({ engineVersion: '0.11.0', fraction: 0.6 }, share);
    expect([refused.pool.expected, refused.pool.most, refused.startsAtBest]).toEqual([-1, -1, false]);
    expect(of({ engineVersion: '0.11.0', fraction: 0.6 }, GpuMemory.timeSliced(Gpu.of('l4'), 2)).pool.most).not.toBe(-1);
  });

  // half of 15,360 is the limit, of 14,912 that are seen; surely there are 7,456. (7,456 - 700) / 14,912 is 0.45, and (7,680 - 700) / 14,912 is 0.46
  test('of vLLM on a share is in the best case that of the largest fraction, in hundredths, that the best case leaves room for', () => {
    const weights = 1024 + tables;
    const share = GpuMemory.mpsShare(Gpu.of('t4'), 2);
    const { fraction, pool: { least, expected, most } } = of({ engineVersion: '0.9.2' }, share);
    expect(fraction).toBe(0.45);
    expect(least / MIB).toBeCloseTo(0.45 * 14912 - weights * 1.01 - 400 - 389.12, 6);
    expect(expected / MIB).toBeCloseTo(0.45 * 14912 - weights - 400 - 133.12, 6);
    expect(most / MIB).toBeCloseTo(0.46 * 14912 - weights - 400 - 51.2, 6);
  });

  test('is said in whole MiB, in tokens, and never below none', () => {
    const report = GpuFit.check(ModelFootprint.ofLlm(dense, { ...serving, engine: InferenceEngine.LLAMA_CPP }), GpuMemory.ofMib(10_000));
    const free = 10_000 - 1024 - tables - 900;
    expect(report).toMatchObject({
      verdict: FitVerdict.FITS,
      kvBytesPerToken: 4096,
      kvPoolMib: Math.ceil(free),
      kvPoolMostMib: Math.ceil(free),
      kvPoolLeastMib: Math.ceil(10_000 - (1024 + tables) * 1.01 - 900),
      kvPoolTokens: Math.floor(free * 256),
      availableMib: 10_000,
    });
    const none = GpuFit.check(ModelFootprint.ofLlm(dense, { ...serving, engine: InferenceEngine.LLAMA_CPP }), GpuMemory.ofMib(1500));
    const nothing = { kvPoolMib: 0, kvPoolLeastMib: 0, kvPoolMostMib: 0, kvPoolTokens: 0, maxContext: 0, maxConcurrency: 0 };
    expect(none).toMatchObject({ verdict: FitVerdict.DOES_NOT_FIT, ...nothing });
    expect(none.headroomMib).toBeLessThan(0);
  });

  // a request of 1,024 tokens takes 4 MiB
  test('holds as many requests as divide into its low end, and the longest context by pages', () => {
    const at = (mib: number, more: LlmServingOptions = {}) => GpuFit.check(
      ModelFootprint.ofLlm(dense, { ...serving, ...more, engine: InferenceEngine.LLAMA_CPP }),
      GpuMemory.ofMib(Math.ceil((1024 + tables) * 1.01 + 900) + mib));
    expect(at(4)).toMatchObject({ verdict: FitVerdict.FITS, maxConcurrency: 1 });
    expect(at(3)).toMatchObject({ verdict: FitVerdict.UNCERTAIN, maxConcurrency: 0 });
    expect(at(11).maxConcurrency).toBe(2);
    expect(at(12, { concurrency: 3 }).verdict).toBe(FitVerdict.FITS);
    expect(at(11, { concurrency: 3 }).verdict).toBe(FitVerdict.UNCERTAIN);
    // without a longest context of the model, what was asked for
    expect(at(400).maxContext).toBe(1024);
  });
});
