import { Config, ConfigReader, isConfig, parseConfig, withoutNulls } from './config';
import { count } from './count-layers';
import { encoderRow } from './encoders';
import { longcatRow } from './longcat';
import { nameOf, printed, usualNames } from './names';
import { nasRow } from './nas';
import { maxPositions } from './positions';
import { quantization } from './quantization';
import { pageRetriever } from './retrieval';
import { otherParts, TEXT_PARTS, withTowers } from './towers';
import { SAME_AS, Traits, TYPES } from './types';
import { xlstmRow } from './xlstm';
import { zamba2Row } from './zamba';
import { LlmRow } from '../catalogue/llm-row';

/**
 * Reads a `config.json` as published, as a list of layers. A type that nobody here knows is read too, by what its keys
 * say, and what could not be understood stands in `unknowns`.
 * @param text the file
 * @param quantizationText a hf_quant_config.json that lies beside it
 * @throws when it is no model config, or a number that everything depends on is missing or none
 */
export function readHuggingFaceConfig(text: string, quantizationText?: string): LlmRow {
  const published = parseConfig(text);
  const beside = quantizationText === undefined ? undefined : parseConfig(quantizationText);
  const outerType = typeof published.model_type === 'string' ? published.model_type : '';
  const pages = pageRetriever(published);
  if (pages !== undefined) {
    const row = readHuggingFaceConfig(JSON.stringify(pages.vlm), quantizationText);
    const projection = ((row.hiddenSize ?? 0) + 1) * pages.vectorSize;
    return {
      ...row,
      family: outerType,
      task: 'feature-extraction',
      parameters: row.parameters === undefined ? undefined : row.parameters + projection,
    };
  }
  const encoder = encoderRow(published, outerType);
  if (encoder !== undefined) { return encoder; }
  const inner = innerOf(published);
  const innerType = typeof inner.model_type === 'string' ? inner.model_type : outerType;
  const type = typeOf(innerType, outerType);
  const isKnown = Object.hasOwn(TYPES, type);
  const traits: Traits = isKnown ? TYPES[type] : {};
  const place = type === '' ? 'model' : type.slice(0, 40);
  const config = new ConfigReader({ ...traits.defaults, ...usualNames(withoutNulls(inner), type) }, place);
  const quantized = quantization(beside
    ?? published.quantization_config
    ?? inner.quantization_config
    ?? published.compression_config);
  const row = Object.hasOwn(OWN_ROWS, type)
    ? OWN_ROWS[type](config, published)
    : isKnown
      ? count(config, type, traits, published)
      : countUnknown(config, innerType, published);
  const known = !isKnown
    ? {
      ...row,
      typeUnknown: true,
      unknowns: [
        ...row.unknowns ?? [],
        `model_type "${printed(innerType)}" is not known; it was read by the names of its keys`,
      ],
    } : row;
  const expertBits = quantized.nativePrecision === 'fp8' && expertsInFourBit(published, inner)
    ? FOUR_BIT_EXPERTS
    : undefined;
  const stored = {
    ...quantized,
    nativeExpertBits: expertBits,
    nativeKvCache: quantized.nativeKvCache ?? traits.kvCache,
  };
  return withTowers({ ...known, ...stored }, published, outerType);
}

/** Types whose layers share more, or are made otherwise, than the list of layers of the others can say. */
const OWN_ROWS: Record<string, (config: ConfigReader, published: Config) => LlmRow> = {
  'nemotron-nas': nasRow,
  'longcat_flash': longcatRow,
  'xlstm': xlstmRow,
  'zamba2': zamba2Row,
};

/** Four bits and a scale of 8 for 32 weights, which DeepSeek V4 says beside its 8-bit quantisation. */
const FOUR_BIT_EXPERTS = 4.25;

function expertsInFourBit(published: Config, inner: Config): boolean {
  const parts = [published, inner, published.quantization_config, inner.quantization_config];
  return parts.some(each => isConfig(each) && each.expert_dtype === 'fp4');
}

/** A type that nobody knows may lack what is read here: then what is missing is said, and what is there is kept. */
function countUnknown(config: ConfigReader, type: string, published: Config): LlmRow {
  try {
    return count(config, type, {}, published);
  } catch (error) {
    // a file with neither a type nor parts says nothing of a model
    if (!config.has('hidden_size') && (type === '' || otherParts(published).length === 0)) { throw error; }
    return {
      id: nameOf(published, config, type),
      family: type,
      task: 'text-generation',
      layers: config.number('num_hidden_layers'),
      hiddenSize: config.number('hidden_size'),
      vocabSize: config.number('vocab_size'),
      maxPositions: maxPositions(config),
      unknowns: [(error as Error).message],
    };
  }
}

function innerOf(published: Config): Config {
  for (const key of TEXT_PARTS) {
    const inner = published[key];
    if (isConfig(inner) && (inner.hidden_size !== undefined || published.hidden_size === undefined)) { return inner; }
  }
  const thinker = published.thinker_config;
  return isConfig(thinker) && isConfig(thinker.text_config) ? thinker.text_config : published;
}

function typeOf(innerType: string, outerType: string): string {
  const own = Object.hasOwn(TYPES, innerType)
    ? innerType
    : Object.hasOwn(SAME_AS, innerType)
      ? SAME_AS[innerType]
      : undefined;
  return own ?? (Object.hasOwn(SAME_AS, outerType) && innerType !== outerType ? SAME_AS[outerType] : innerType);
}
