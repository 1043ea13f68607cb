import { FitReport, FitVerdict, GpuFit, GpuMemory, InferenceEngine, LlmServingOptions, ModelFootprint } from '../../src/fit';
import { KvCacheOptions, stateBlockBytes } from '../../src/fit/language-models/kv-cache';
import { LlmMemory } from '../../src/fit/language-models/llm-memory';
import { blockNotes, blocksIn, settledSequences, whyTooManySequences } from '../../src/fit/language-models/state-blocks';
import { Gpu } from '../../src/hardware';
import { KvCacheType, LlmArchitecture } from '../../src/models';

const MIB = 2 ** 20;
const options: KvCacheOptions = { type: KvCacheType.BF16, tensorParallel: 1, tokensInFlight: 2048 };
const nano = LlmArchitecture.of('nvidia/NVIDIA-Nemotron-Nano-12B-v2');
const h100 = GpuMemory.wholeGpu(Gpu.H100_SXM5_80GB);
const fit = (serving: LlmServingOptions, memory = h100): FitReport =>
  GpuFit.check(ModelFootprint.ofLlm(nano, { contextLength: 8192, engineVersion: '0.20.0', ...serving }), memory);

/** Qwen 3.8 27B as its config says, whose states are of 32 bit: vLLM logs blocks of 784 tokens. */
const qwen = (more: Record<string, unknown> = {}) => LlmArchitecture.fromHuggingFaceConfig(JSON.stringify({
  model_type: 'qwen3_5_text',
  hidden_size: 5120,
  intermediate_size: 17408,
  num_hidden_layers: 64,
  num_attention_heads: 24,
  num_key_value_heads: 4,
  head_dim: 256,
  vocab_size: 248320,
  full_attention_interval: 4,
  linear_num_key_heads: 16,
  linear_num_value_heads: 48,
  linear_key_head_dim: 128,
  linear_value_head_dim: 128,
  linear_conv_kernel_dim: 4,
  mamba_ssm_dtype: 'float32',
  ...more,
}));

describe('a Mamba cache block', () => {
  test('is a page of each layer of a group: 784 tokens of 4,096 bytes in 16 layers', () => {
    expect(stateBlockBytes(qwen(), options)).toBe(784 * 4096 * 16);
  });

  test('is half of it over two GPUs, which a report logs: 161 of 3.86 GiB', () => {
    const bytes = stateBlockBytes(qwen(), { ...options, tensorParallel: 2 })!;
    expect(bytes).toBe(784 * 2048 * 16);
    expect(Math.floor(3.86 * 1024 * MIB / bytes)).toBe(161);
  });

  test('holds twice the tokens where they are of 8 bit', () => {
    expect(stateBlockBytes(qwen(), { ...options, type: KvCacheType.FP8 })).toBe(1568 * 2048 * 16);
  });

  // 17 layers of attention, as that which drafts is one more
  test('counts the layer that drafts', () => {
    expect(stateBlockBytes(qwen({ mtp_num_hidden_layers: 1 }), { ...options, withDraft: true })).toBe(784 * 4096 * 17);
  });

  // 8 x 2 x 128 x 2 bytes a token; a state of 36,700,160 / 28 elements of 4 bytes and 36,864 of 2 is 1,297.9 tokens
  test('of a model of the catalogue is as large as NVIDIA logs it: 658 are 19.8 GiB', () => {
    expect(stateBlockBytes(nano, options)).toBe(1312 * 4096 * 6);
  });

  test('is not there where no layer keeps a state', () => {
    expect(stateBlockBytes(LlmArchitecture.of('Qwen/Qwen3-8B'), options)).toBeUndefined();
    expect(blocksIn({ least: 1, expected: 2, most: 3 }, undefined)).toBeUndefined();
  });

  test('is whole, and none where the pool is none', () => {
    expect(blocksIn({ least: -5, expected: 29, most: 30 }, 10)).toEqual({ least: 0, expected: 2, most: 3 });
  });

  describe('of layers in groups', () => {
    const hybrid = (attention: number, states: number) => LlmArchitecture.fromHuggingFaceConfig(JSON.stringify({
      model_type: 'qwen3_next',
      hidden_size: 2048,
      num_attention_heads: 16,
      num_key_value_heads: 2,
      head_dim: 128,
      intermediate_size: 512,
      vocab_size: 32000,
      num_hidden_layers: attention + states,
      linear_num_key_heads: 16,
      linear_num_value_heads: 32,
      linear_key_head_dim: 128,
      linear_value_head_dim: 128,
      linear_conv_kernel_dim: 4,
      layer_types: [...Array<string>(states).fill('linear_attention'), ...Array<string>(attention).fill('full_attention')],
    }));
    const page = 1072 * 1024;

    // the smaller kind, or the larger where that is less than half more
    test.each([[2, 6, 2], [6, 2, 2], [4, 5, 5], [5, 4, 5], [4, 6, 4], [6, 4, 4], [4, 4, 4]])('%i of attention and %i with a state: %i', (attention, states, size) => {
      expect(stateBlockBytes(hybrid(attention, states), options)).toBe(page * size);
    });
  });

  test('of states alone is those of all layers', () => {
    const mamba = LlmArchitecture.fromHuggingFaceConfig(JSON.stringify({
      model_type: 'mamba2', hidden_size: 1024, num_hidden_layers: 6, num_heads: 32, head_dim: 64, state_size: 128, n_groups: 1, conv_kernel: 4, expand: 2, vocab_size: 32000,
    }));
    expect(stateBlockBytes(mamba, options)).toBe(6 * (32 * 64 * 128 + (2048 + 256) * 3) * 2);
  });
});

describe('a batch of more sequences than there are blocks', () => {
  test('does not start, with the number that would', () => {
    const { verdict, impossible } = fit({ maxNumSeqs: 1024, fraction: 0.6 });
    expect(verdict).toBe(FitVerdict.DOES_NOT_FIT);
    expect(impossible).toMatch(/^vLLM 0.20.0 does not start with 1024 sequences in a batch: each needs a Mamba cache block, and the pool /);
    expect(impossible).toMatch(/has at most 7\d\d; use at most 6\d\d \(--max-num-seqs\)$/);
    const [, safe] = /at most (\d+) \(/.exec(impossible!)!;
    expect(fit({ maxNumSeqs: Number(safe), fraction: 0.6 }).verdict).toBe(FitVerdict.FITS);
  });

  test('has the number among what fits instead', () => {
    const { alternatives } = fit({ maxNumSeqs: 1024, fraction: 0.6 });
    expect(alternatives[0]).toMatch(/^at most 6\d\d sequences in a batch$/);
  });

  test.each<[string, LlmServingOptions]>([
    ['before 0.20', { engineVersion: '0.19.1' }], ['without graphs', { eager: true }], ['under SGLang', { engine: InferenceEngine.SGLANG, engineVersion: undefined }],
  ])('is not asked for blocks %s', (_, serving) => {
    const report = fit({ maxNumSeqs: 1024, fraction: 0.6, ...serving });
    expect([report.verdict, report.stateBlocks]).toEqual([FitVerdict.FITS, undefined]);
  });

  test('is uncertain in between, and says why', () => {
    const { stateBlocksLeast: least, stateBlocksMost: most } = fit({ maxNumSeqs: 600, fraction: 0.6 });
    const between = fit({ maxNumSeqs: Math.round((least! + most!) / 2), fraction: 0.6 });
    expect(between.verdict).toBe(FitVerdict.UNCERTAIN);
    expect(between.notes.join()).toMatch(/^vLLM 0.20.0 does not start where a batch has more sequences \(\d+\) than the pool has Mamba cache blocks \(\d+ to \d+\)$/);
  });
});

describe('where nobody says how many sequences a batch has', () => {
  const small = fit({ fraction: 0.6 });

  test('as many are chosen as have blocks for sure, in eights, and written down', () => {
    const chosen = Number(small.engineSettings['--max-num-seqs']);
    expect(small.verdict).toBe(FitVerdict.FITS);
    expect(chosen % 8).toBe(0);
    expect(chosen).toBeGreaterThan(600);
    expect(chosen).toBeLessThanOrEqual(small.stateBlocksLeast!);
    expect(small.engineTooManySequences).toBe(1024);
  });

  test('the report says what the engine would take by itself', () => {
    expect(GpuFit.explain(small)).toMatch(/Mamba cache blocks \d+ \(\d+ to \d+\): a batch has at most as many sequences, or the engine does not start; by itself it takes 1024/);
  });

  test('nothing is chosen where its own number will do', () => {
    const large = GpuFit.check(ModelFootprint.ofLlm(nano, { contextLength: 8192, engineVersion: '0.20.0' }), GpuMemory.wholeGpu(Gpu.B200_180GB));
    expect([large.engineSettings['--max-num-seqs'], large.engineTooManySequences]).toEqual([undefined, undefined]);
    expect(GpuFit.explain(large)).toMatch(/or the engine does not start$/m);
  });
});

describe('the choice', () => {
  const memory = (least: number, expected: number, most: number, maxNumSeqs = 256) =>
    ({ stateBlocks: { least, expected, most }, maxNumSeqs, engine: 'vLLM 0.30.0' }) as LlmMemory;

  test.each<[string, LlmMemory, number | undefined]>([
    ['none needed', memory(256, 300, 400), undefined],
    ['the sure ones', memory(255, 300, 400), 248],
    ['eight and more in eights', memory(8, 300, 400), 8],
    ['fewer as they are', memory(7, 300, 400), 7],
    ['the expected ones where none is sure', memory(0, 100, 400), 96],
    ['the most where none is expected', memory(0, 0, 50), 48],
    ['its own where the expected ones are more', memory(0, 256, 400), undefined],
    ['none where there are none', memory(0, 0, 0), undefined],
    ['none where none are needed', { maxNumSeqs: 256 } as LlmMemory, undefined],
  ])('takes %s', (_, given, chosen) => {
    expect(settledSequences(given)).toBe(chosen);
  });

  test.each<[LlmMemory, string | undefined]>([
    [memory(10, 100, 255), 'use at most 8 (--max-num-seqs)'],
    [memory(0, 100, 255), 'use at most 1 (--max-num-seqs)'],
    [memory(0, 0, 1), 'use at most 1 (--max-num-seqs)'],
    [memory(10, 100, 256), undefined],
    [memory(0, 0, 0), undefined],
    [{ maxNumSeqs: 256 } as LlmMemory, undefined],
  ])('of %j ends with %s', (given, end) => {
    expect(whyTooManySequences(given)?.replace(/.*; /, '')).toBe(end);
  });

  test.each<[LlmMemory, number]>([
    [memory(10, 100, 255), 0], [memory(10, 100, 256), 1], [memory(255, 255, 256), 1],
    [memory(256, 256, 256), 0], [{ maxNumSeqs: 256 } as LlmMemory, 0],
  ])('of %j has %i notes', (given, count) => {
    expect(blockNotes(given)).toHaveLength(count);
  });
});
