import { Config, isConfig } from './config';
import { LlmRow } from '../catalogue/llm-row';

/**
 * What a checkpoint says of its own quantisation, in the words of the tool that made it: `quantization_config` of a config, or the
 * `quantization` of NVIDIA's hf_quant_config.json, which lies beside a config that says 16 bit.
 * @throws when the method is not known
 */
export function quantization(config: unknown): Partial<LlmRow> {
  if (!isConfig(config)) { return {}; }
  const method = lower(config.quant_method);
  const own = isConfig(config.quantization) ? config.quantization : config;
  const algorithm = lower(own.quant_algo);
  const kv = kvCache(config, own);
  const weights = groupWeights(config);
  const ignored = ignoredModules(config, own);
  const inner = isConfig(config.config) ? config.config : {};
  const group = Number(config.group_size ?? own.group_size ?? weights?.group_size ?? inner.group_size);
  const common: Partial<LlmRow> = { nativeKvCache: kv, ...(ignored.length > 0 && { ignoredModules: ignored }) };
  if (/nvfp4/.test(algorithm) || method === 'nvfp4') { return { nativePrecision: 'nvfp4', ...common }; }
  if (algorithm.startsWith('fp8') || method === 'fp8' || method === 'fbgemm_fp8') { return { nativePrecision: 'fp8', ...common }; }
  if (algorithm === 'w4a16_awq' || algorithm === 'w4a8_awq') { return { nativePrecision: 'int4', quantizationGroupSize: group > 0 ? group : undefined, ...common }; }
  if (algorithm === 'mixed_precision') { return { nativePrecision: 'fp8', mixedPrecision: true, ...common }; }
  if (weights?.num_bits === 8) { return { nativePrecision: weights.type === 'float' ? 'fp8' : 'int8', ...common }; }
  if (weights?.num_bits === 4 && weights.type === 'float') { return { nativePrecision: 'nvfp4', ...common }; }
  if (method === 'mxfp4') { return { nativePrecision: 'mxfp4', ...common }; }
  const loaded = config.load_in_4bit === true ? 4 : config.load_in_8bit === true ? 8 : undefined;
  const bits = Number(config.bits ?? config.w_bit ?? weights?.num_bits ?? loaded);
  if (bits === 4) { return { nativePrecision: 'int4', quantizationGroupSize: group > 0 ? group : undefined, ...common }; }
  if (bits === 8) { return { nativePrecision: 'int8', ...common }; }
  if (method === '' && algorithm === '') { return common; }
  throw new Error(`quantization_config with quant_method "${printed(method || algorithm)}" is not known; give the precision, or a measured footprint`);
}

function kvCache(config: Config, own: Config): string | undefined {
  const scheme = isConfig(config.kv_cache_scheme) ? config.kv_cache_scheme : {};
  const said = lower(own.kv_cache_quant_algo ?? scheme.type);
  if (/nvfp4/.test(said)) { return 'nvfp4'; }
  return /fp8/.test(said) || scheme.num_bits === 8 ? 'fp8' : undefined;
}

/** How compressed-tensors stores the weights of its first group. */
function groupWeights(config: Config): Config | undefined {
  if (!isConfig(config.config_groups)) { return undefined; }
  const [first] = Object.values(config.config_groups);
  return isConfig(first) && isConfig(first.weights) ? first.weights : undefined;
}

/** Modules that stay in 16 bit. */
function ignoredModules(config: Config, own: Config): string[] {
  const lists = [config.ignore, config.modules_to_not_convert, config.ignored_layers, own.exclude_modules];
  return lists.flatMap(each => (Array.isArray(each) ? each : [])).filter((each): each is string => typeof each === 'string');
}

function lower(value: unknown): string {
  return typeof value === 'string' ? value.toLowerCase() : '';
}

function printed(text: string): string {
  return text.slice(0, 40).replace(/[^\x20-\x7e]/g, '?') || '(missing)';
}
