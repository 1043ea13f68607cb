import { Config, isConfig } from './config';
import { groupFormat } from './quantization-groups';
import { LlmRow } from '../catalogue/llm-row';

/** A format as a row has it: the precision whose rules it follows, and its bits where they are not that precision's. */
type Format = Pick<LlmRow, 'nativePrecision' | 'quantizationGroupSize' | 'nativeBits' | 'nativeFormat' | 'mixedPrecision' | 'formatUnknown'>;

/** A 8-bit scale for 32 weights beside each (MXFP4, MXFP8). */
const MX_SCALE_BITS = 8 / 32;
/** The fewest bits that a method of quantisation is known to leave of a weight (BitNet, AQLM and VPTQ begin here). */
const FEWEST_BITS = 1.5;
/** Methods that store whole bits and scales of groups; others that say bits store tables too, or quantise the head. */
const BY_BITS = [
  '', 'gptq', 'awq', 'auto_gptq', 'gptq_marlin', 'awq_marlin', 'auto-round', 'auto_round', 'inc', 'hqq', 'higgs',
  'sinq', 'deepspeedfp', 'w4afp8',
];
/** A group of a whole row, which a size below zero stands for. */
const WHOLE_ROW = 4096;

/**
 * What a checkpoint says of its own quantisation, in the words of the tool that made it: `quantization_config` of a
 * config, or the `quantization` of NVIDIA's hf_quant_config.json, which lies beside a config that says 16 bit. A method
 * that nobody here knows is named, and its weights may take anything up to 16 bit.
 * @throws when it is no object, or says a number of bits that is none
 */
export function quantization(config: unknown): Partial<LlmRow> {
  if (config === undefined || config === null) { return {}; }
  if (!isConfig(config)) {
    throw new Error('quantization_config is of kind '
      + `${Array.isArray(config) ? 'list' : typeof config}; it must be an object`);
  }
  if (config.quant_method !== undefined && config.quant_method !== null && typeof config.quant_method !== 'string') {
    throw new Error('quantization_config has a quant_method that is no text');
  }
  const own = isConfig(config.quantization) ? config.quantization : config;
  const ignored = ignoredModules(config, own);
  const isModelopt = lower(config.quant_method).startsWith('modelopt') || isConfig(config.quantization);
  return {
    ...formatOf(config, own),
    ...(isModelopt && { quantizedBy: 'modelopt' as const }),
    nativeKvCache: kvCache(config, own),
    ...(ignored.length > 0 && { ignoredModules: ignored }),
  };
}

function formatOf(config: Config, own: Config): Format {
  const [method, algorithm] = [lower(config.quant_method), lower(own.quant_algo)];
  const named = /^\w*$/.test(algorithm) && algorithm !== ''
    ? ofAlgorithm(algorithm, groupSize(config, own))
    : ofMethod(method);
  if (named !== undefined) { return named; }
  if (isConfig(config.config_groups)) { return groupFormat(config.config_groups, lower(config.format)); }
  if (method === 'bitsandbytes' || config.load_in_4bit === true || config.load_in_8bit === true) {
    return bitsAndBytes(config);
  }
  const bits = bitsOf(config);
  if (bits !== undefined && BY_BITS.includes(method)) { return ofBits(bits, groupSize(config, own), method); }
  const words = wordsOf(config, method);
  if (words !== undefined) { return words; }
  // a scheme of activations or of the cache alone, or none at all, leaves the weights as they are
  const isCacheAlone = method === 'compressed-tensors'
    && (isConfig(config.kv_cache_scheme) || config.config_groups === null);
  const leavesWeights = (method === '' && algorithm === '') || isCacheAlone;
  return leavesWeights ? {} : unknownFormat(printed(method === '' ? algorithm : method));
}

/** `quant_algo` of NVIDIA's tools (modelopt.py of vLLM 0.33.0). */
function ofAlgorithm(algorithm: string, group: number | undefined): Format | undefined {
  if (algorithm === 'mixed_precision') {
    return { nativePrecision: 'fp8', mixedPrecision: true, nativeBits: { least: 4.5, expected: 8, most: 16 } };
  }
  if (/nvfp4/.test(algorithm)) { return { nativePrecision: 'nvfp4' }; }
  if (/mxfp8/.test(algorithm)) { return mx(8); }
  if (/mxfp4/.test(algorithm)) { return mx(4); }
  if (algorithm.startsWith('fp8')) { return { nativePrecision: 'fp8' }; }
  if (/^w4a\d+/.test(algorithm)) { return { nativePrecision: 'int4', quantizationGroupSize: group }; }
  return /^(?:w8a\d+|int8)/.test(algorithm) ? { nativePrecision: 'int8' } : undefined;
}

/** Methods whose name is their format. */
function ofMethod(method: string): Format | undefined {
  switch (method) {
    case 'fp8': case 'fbgemm_fp8': case 'finegrained_fp8': case 'w8a8_fp8': return { nativePrecision: 'fp8' };
    case 'w8a8_int8': case 'eetq': case 'blockwise_int8': return { nativePrecision: 'int8' };
    case 'nvfp4': case 'modelopt_fp4': return { nativePrecision: 'nvfp4' };
    case 'mxfp4': return { nativePrecision: 'mxfp4' };
    case 'mxfp8': return mx(8);
    default: return undefined;
  }
}

function mx(bits: 4 | 8): Format {
  const each = bits + MX_SCALE_BITS;
  return {
    nativePrecision: bits === 4 ? 'mxfp4' : 'fp8',
    nativeFormat: `mxfp${bits}`,
    nativeBits: { least: each, expected: each, most: each },
  };
}

/**
 * A scale of 32 bit for 64 weights, which a checkpoint may have packed once more and vLLM unpacks
 * (bitsandbytes_loader.py of vLLM 0.33.0).
 */
function bitsAndBytes(config: Config): Format {
  const four = config.load_in_4bit === true || config._load_in_4bit === true;
  return four
    ? {
      nativePrecision: 'int4',
      nativeFormat: 'bitsandbytes of 4 bit',
      nativeBits: { least: 4.12, expected: 4.5, most: 4.55 },
    }
    : { nativePrecision: 'int8' };
}

/** Whole bits and the scales of a group: 16 bit, a zero point, and at most 16 bit more. */
function ofBits(bits: number, group: number | undefined, method: string): Format {
  if (bits === 4) { return { nativePrecision: 'int4', quantizationGroupSize: group }; }
  if (bits === 8) { return { nativePrecision: 'int8' }; }
  const each = (scales: number) => bits + scales / (group ?? 128);
  return {
    nativePrecision: bits < 4 ? 'int4' : 'int8',
    nativeFormat: `${printed(method)} of ${bits} bit`,
    nativeBits: { least: each(16), expected: each(16 + bits), most: each(32) },
  };
}

/** Formats in words: `int4`, `Float8WeightOnlyConfig`, `fp8_e4m3` (torchao, quanto, Quark). */
function wordsOf(config: Config, method: string): Format | undefined {
  if (isConfig(config.layer_quant_config) && Object.keys(config.layer_quant_config).length > 0) { return undefined; }
  const kinds = isConfig(config.quant_type) ? Object.values(config.quant_type) : [config.quant_type];
  if (kinds.length > 1) { return undefined; }
  const overall = isConfig(config.global_quant_config) && isConfig(config.global_quant_config.weight)
    ? config.global_quant_config.weight
    : {};
  const [kind] = kinds;
  const word = lower(isConfig(kind) ? kind._type : kind)
    || lower(overall.dtype)
    || (method === 'quanto' ? lower(config.weights) : '');
  if (/int4|uint4/.test(word)) { return { nativePrecision: 'int4' }; }
  if (/mx|fp4/.test(word) && !/8/.test(word)) { return mx(4); }
  return /fp8|float8/.test(word)
    ? { nativePrecision: 'fp8' }
    : /int8/.test(word)
      ? { nativePrecision: 'int8' }
      : undefined;
}

function unknownFormat(name: string): Format {
  return {
    formatUnknown: name,
    nativeFormat: `the format of ${name}`,
    nativeBits: { least: FEWEST_BITS, expected: 16, most: 16 },
  };
}

/** Bits of a weight under whichever name a tool has for them. */
function bitsOf(config: Config): number | undefined {
  const inner = isConfig(config.quant_config) && isConfig(config.quant_config.weight_quant_params)
    ? config.quant_config.weight_quant_params
    : {};
  const said = config.bits ?? config.w_bit ?? config.wbits ?? config.nbits ?? inner.nbits;
  if (said === undefined || said === null) { return undefined; }
  const bits = typeof said === 'string' && /^\d{1,2}$/.test(said) ? Number(said) : said;
  if (typeof bits !== 'number' || !(bits >= 1 && bits <= 16)) {
    throw new Error('quantization_config has bits that are no number from 1 to 16');
  }
  return Number.isInteger(bits) ? bits : undefined;
}

function groupSize(config: Config, own: Config): number | undefined {
  const inner = isConfig(config.quant_config) && isConfig(config.quant_config.weight_quant_params)
    ? config.quant_config.weight_quant_params
    : {};
  const size = Number(config.group_size ?? config.q_group_size ?? own.group_size ?? inner.group_size);
  return size > 0 && size < 1e6 ? size : size === -1 ? WHOLE_ROW : undefined;
}

function kvCache(config: Config, own: Config): string | undefined {
  const scheme = isConfig(config.kv_cache_scheme) ? config.kv_cache_scheme : {};
  const said = lower(own.kv_cache_quant_algo ?? scheme.type);
  if (/nvfp4/.test(said)) { return 'nvfp4'; }
  return /fp8/.test(said) || scheme.num_bits === 8 ? 'fp8' : undefined;
}

/** Modules that stay in 16 bit; GPTQModel writes them as patterns after `-:`. */
function ignoredModules(config: Config, own: Config): string[] {
  const lists = [
    config.ignore,
    config.modules_to_not_convert,
    config.ignored_layers,
    own.exclude_modules,
    config.llm_int8_skip_modules,
  ];
  const dynamic = isConfig(config.dynamic)
    ? Object.keys(config.dynamic).filter(key => key.startsWith('-:')).map(key => `re:${key.slice(2)}`)
    : [];
  return [
    ...lists.flatMap(each => (Array.isArray(each) ? each : []))
      .filter((each): each is string => typeof each === 'string'),
    ...dynamic,
  ];
}

function lower(value: unknown): string {
  return typeof value === 'string' ? value.toLowerCase() : '';
}

function printed(text: string): string {
  return text.slice(0, 40).replace(/[^\x20-\x7e]/g, '?') || '(missing)';
}
