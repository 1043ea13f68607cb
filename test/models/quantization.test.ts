import { FitVerdict, GpuFit, GpuMemory, LlmServingOptions, ModelFootprint } from '../../src/fit';
import { KvCacheType, LlmArchitecture, Precision } from '../../src/models';

const LLAMA = {
  model_type: 'llama',
  hidden_size: 4096,
  num_hidden_layers: 32,
  intermediate_size: 14336,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  vocab_size: 128256,
  max_position_embeddings: 131072,
};
const read = (quantization_config: unknown) => LlmArchitecture.fromHuggingFaceConfig(JSON.stringify({ ...LLAMA, quantization_config }));
const weights = (num_bits: number, type: string, more: Record<string, unknown> = {}) => ({ targets: ['Linear'], weights: { num_bits, type, ...more } });
const groups = (...list: unknown[]) => Object.fromEntries(list.map((each, index) => [`group_${index}`, each]));
const judge = (model: LlmArchitecture, serving: LlmServingOptions = {}) =>
  GpuFit.check(ModelFootprint.ofLlm(model, { contextLength: 8192, ...serving }), GpuMemory.ofMib(40000));

/** Bits of a weight of the 6,979,588,096 that are neither embeddings nor head, which stay in 16 bit. */
function bitsOf(model: LlmArchitecture): number[] {
  const { least, expected } = model._weightBytes(model.nativePrecision, { tensorParallel: 1 });
  return [least, expected].map(bytes => Math.round((bytes - 2 * 1_050_673_152) * 8 / 6_979_588_096 * 1000) / 1000);
}

test.each<[string, unknown, number, number]>([
  // 16 bits of scale and at most 4 of a zero point for a group of 128
  ['awq', { quant_method: 'awq', bits: 4, group_size: 128, zero_point: true }, 4.125, 4.156],
  ['AWQ as its first tool wrote it', { w_bit: 4, q_group_size: 64, zero_point: true, version: 'GEMM' }, 4.25, 4.313],
  ['gptq', { quant_method: 'gptq', bits: 4, group_size: 32 }, 4.5, 4.625],
  ['gptq of 3 bit', { quant_method: 'gptq', bits: 3, group_size: 128 }, 3.125, 3.148],
  ['gptq of 2 bit', { quant_method: 'gptq', bits: 2, group_size: 64 }, 2.25, 2.281],
  ['gptq by whole rows', { quant_method: 'gptq', bits: 4, group_size: -1 }, 4.004, 4.005],
  ['gptq of 8 bit', { quant_method: 'gptq', bits: 8, group_size: 128 }, 8, 8],
  ['bits as text', { quant_method: 'gptq', bits: '4', group_size: '128' }, 4.125, 4.156],
  ['auto-round', { quant_method: 'auto-round', bits: 4, group_size: 128 }, 4.125, 4.156],
  ['hqq', { quant_method: 'hqq', quant_config: { weight_quant_params: { nbits: 4, group_size: 64 } } }, 4.25, 4.313],
  ['fp8', { quant_method: 'fp8', weight_block_size: [128, 128] }, 8, 8],
  ['fbgemm', { quant_method: 'fbgemm_fp8' }, 8, 8],
  ['bitsandbytes of 4 bit: a scale of 32 for 64 weights', { quant_method: 'bitsandbytes', load_in_4bit: true }, 4.12, 4.5],
  ['bitsandbytes of 8 bit', { quant_method: 'bitsandbytes', load_in_8bit: true, load_in_4bit: false }, 8, 8],
  ['compressed-tensors of 4 bit', { quant_method: 'compressed-tensors', config_groups: groups(weights(4, 'int', { group_size: 128 })) }, 4.125, 4.156],
  ['compressed-tensors of 8 bit', { quant_method: 'compressed-tensors', config_groups: groups(weights(8, 'float')) }, 8, 8],
  ['compressed-tensors in NVFP4', { quant_method: 'compressed-tensors', config_groups: groups(weights(4, 'float', { group_size: 16 })) }, 4.5, 4.5],
  ['compressed-tensors in MXFP4', { quant_method: 'compressed-tensors', format: 'mxfp4-pack-quantized', config_groups: groups(weights(4, 'float')) }, 4.25, 4.25],
  ['compressed-tensors of the cache alone', { quant_method: 'compressed-tensors', kv_cache_scheme: { num_bits: 8, type: 'float' } }, 16, 16],
  ['modelopt in NVFP4', { quant_method: 'modelopt', quant_algo: 'NVFP4' }, 4.5, 4.5],
  ['modelopt in W4A16_NVFP4', { quant_method: 'modelopt', quant_algo: 'W4A16_NVFP4' }, 4.5, 4.5],
  ['modelopt in FP8 by blocks', { quant_method: 'modelopt', quant_algo: 'FP8_PB_WO' }, 8, 8],
  ['modelopt in MXFP8', { quant_method: 'modelopt', quant_algo: 'MXFP8' }, 8.25, 8.25],
  ['modelopt in W4A8_AWQ', { quant_method: 'modelopt', quant_algo: 'W4A8_AWQ', group_size: 128 }, 4.125, 4.156],
  ['modelopt in 8 bit integers', { quant_method: 'modelopt', quant_algo: 'W8A8_SQ_PER_CHANNEL' }, 8, 8],
  ['modelopt as hf_quant_config.json has it', { quantization: { quant_algo: 'NVFP4', kv_cache_quant_algo: null } }, 4.5, 4.5],
  ['torchao', { quant_method: 'torchao', quant_type: { default: { _type: 'Int4WeightOnlyConfig' } } }, 4.125, 4.156],
  ['quark', { quant_method: 'quark', global_quant_config: { weight: { dtype: 'fp8_e4m3' } } }, 8, 8],
  ['nothing', {}, 16, 16],
  ['null', null, 16, 16],
])('%s is counted with its bits', (_, config, least, expected) => {
  expect(bitsOf(read(config))).toEqual([least, expected]);
  expect(read(config)._unknowns).toEqual([]);
});

test.each(['aqlm', 'vptq', 'bitnet', 'exl2', 'gguf', 'a-tool-of-next-year'])('%s is not known: named, and uncertain until somebody says more', method => {
  const model = read({ quant_method: method, bits: 3.5 });
  const report = judge(model);
  expect(report.verdict).toBe(FitVerdict.UNCERTAIN);
  expect(report.notes.join()).toContain(`how "${method}" stores weights is not known`);
  expect(bitsOf(model)).toEqual([1.5, 16]);
  expect(judge(model, { precision: Precision.INT4 }).verdict).toBe(FitVerdict.FITS);
  expect(judge(model, { weightBytes: 5e9 }).verdict).toBe(FitVerdict.FITS);
});

describe('several formats', () => {
  test.each<[string, unknown, number]>([
    ['groups that differ', { quant_method: 'compressed-tensors', config_groups: groups(weights(4, 'int'), weights(8, 'float')) }, 4],
    ['the same in another order', { quant_method: 'compressed-tensors', config_groups: groups(weights(8, 'float'), weights(4, 'int')) }, 4],
    ['some layers alone', { quant_method: 'compressed-tensors', config_groups: groups({ ...weights(4, 'int'), targets: ['re:.*down_proj'] }) }, 4],
    ['MIXED_PRECISION', { quant_method: 'modelopt', quant_algo: 'MIXED_PRECISION' }, 4.5],
  ])('%s: uncertain, with the fewest bits as the least', (_, config, least) => {
    const model = read(config);
    expect(judge(model).notes.join()).toContain('several formats');
    expect(bitsOf(model)[0]).toBe(least);
    expect(judge(model, { weightBytes: 5e9 }).verdict).toBe(FitVerdict.FITS);
  });
});

test.each<[unknown]>([[{ quant_method: 'modelopt', quant_algo: 'FP8', kv_cache_quant_algo: 'FP8' }],
  [{ quant_method: 'compressed-tensors', kv_cache_scheme: { num_bits: 8, type: 'float' }, config_groups: groups(weights(8, 'float')) }]])('the cache that a checkpoint asks for is taken: %j', config => {
  expect(read(config).nativeKvCache).toBe(KvCacheType.FP8);
});

test.each<[unknown, RegExp]>([
  ['awq', /quantization_config is of kind string/], [[1], /of kind list/], [4, /of kind number/],
  [{ quant_method: { name: 'awq' } }, /quant_method that is no text/],
  [{ quant_method: 'gptq', bits: 'four' }, /bits that are no number from 1 to 16/], [{ quant_method: 'gptq', bits: 1e9 }, /bits/], [{ bits: {} }, /bits/],
  [{ quant_method: 'compressed-tensors', config_groups: groups(weights('4' as unknown as number, 'int')) }, /num_bits is no number/],
])('%j is refused', (config, message) => {
  expect(() => read(config)).toThrow(message);
});

test('modules that a tool keeps in 16 bit are read under each tool\'s name for them', () => {
  const attention = 32 * 2 * 4096 * 128 * (32 + 8);
  for (const key of ['ignore', 'modules_to_not_convert', 'ignored_layers', 'exclude_modules', 'llm_int8_skip_modules']) {
    const more = read({ quant_method: 'fp8', [key]: ['self_attn'] })._weightBytes(Precision.FP8, { tensorParallel: 1 }).expected
      - read({ quant_method: 'fp8' })._weightBytes(Precision.FP8, { tensorParallel: 1 }).expected;
    expect(more).toBe(attention);
  }
});
