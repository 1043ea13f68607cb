import { Config, ConfigReader, isConfig, withoutNulls } from './config';
import { gemma4Towers } from './gemma4-towers';
import { profiledTower } from './profiled-vision';
import { visionParameters } from './vision';
import { LlmRow } from '../catalogue/llm-row';

/** Keys of the language models inside a config. */
export const TEXT_PARTS = ['text_config', 'llm_config', 'language_config', 'vlm_config'];
/** Parts that engines do not load: what speaks in Qwen's omni models (qwen2_5_omni_thinker.py of vLLM 0.33.0). */
const NOT_LOADED = ['talker_config', 'code2wav_config', 'token2wav_config'];
/** Parts that are no model of their own have no width and no layers. */
const SIZES = [
  'hidden_size', 'd_model', 'embed_dim', 'width', 'dim', 'num_hidden_layers', 'depth', 'num_layers', 'n_layer',
];

/** How many parameters a tower has, at least, as expected, and at most. */
export interface TowerParameters {
  readonly least: number;
  readonly expected: number;
  readonly most: number;
}

/** Keys under which configs keep their towers, vision and sound. */
const PARTS = ['vision_config', 'vit_config', 'audio_config', 'sound_config', 'encoder_config', 'visual'];
/**
 * Towers that their config does not describe, by model type: those of transformers 5.24 with the figures of its
 * classes, which the published models have.
 */
const FIXED: Record<string, number> = {
  phi4mm: 907_982_272,
  phi4_multimodal: 907_982_272,
  gemma3n: 983_281_504,
};
/** Towers that a model has more than one of, from one part of its config. */
const COPIES: Record<string, number> = { video_llava: 2 };
/**
 * Towers are between 0.87 and 1.63 of what their plain layers give, over 46 classes of transformers 5.24 with the
 * figures of their classes; of the same classes with other figures, which were not looked at before, one of 134 was
 * 1.83. What joins them to the language model is in it.
 */
const SPREAD = { less: 0.5, more: 2 };

/**
 * Towers whose kind is not known, counted as plain layers of transformers from their figures; undefined when there are
 * none.
 * @param published the whole config
 * @param type model type of the whole
 * @param textHidden hidden size of the language model
 * @returns bounds that hold for towers with gates and with large projectors too
 */
export function towerParameters(published: Config, type: string, textHidden: number): TowerParameters | undefined {
  if (Object.hasOwn(FIXED, type)) {
    return { least: 0.98 * FIXED[type], expected: FIXED[type], most: 1.02 * FIXED[type] };
  }
  const owner = ownerOf(published);
  const keys = [...PARTS.filter(key => isConfig(owner[key])), ...otherParts(published)];
  const parts = keys.map(key =>
    new ConfigReader(withoutNulls(owner[key] as Config), `${type.slice(0, 40)}.${key.slice(0, 40)}`));
  const counted = parts.map(each => orUndefined(() => plainTower(each, textHidden)));
  if (counted.length === 0 || counted.includes(undefined)) { return undefined; }
  const copies = Object.hasOwn(COPIES, type) ? COPIES[type] : 1;
  const expected = copies * counted.reduce<number>((sum, each) => sum + each!, 0);
  return { least: SPREAD.less * expected, expected, most: SPREAD.more * expected };
}

/** The config whose parts are loaded. */
function ownerOf(published: Config): Config {
  return isConfig(published.thinker_config) ? published.thinker_config : published;
}

/** Parts beside language model and towers that are models too: resamplers, tokenizers of sound, a second tower. */
export function otherParts(published: Config): string[] {
  const owner = ownerOf(published);
  const known = [...TEXT_PARTS, ...PARTS, ...NOT_LOADED, 'thinker_config'];
  const isModel = (part: unknown) => isConfig(part) && SIZES.some(key => part[key] !== undefined && part[key] !== null);
  return Object.keys(owner).filter(key => key.endsWith('_config') && !known.includes(key) && isModel(owner[key]));
}

/** A tower whose figures are lists or no numbers is of another kind. */
function orUndefined(read: () => number | undefined): number | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Layers of attention and a network of two matrices, and a projector of two. */
function plainTower(part: ConfigReader, textHidden: number): number | undefined {
  const width = part.number('vt_hidden_size', 'hidden_size', 'embed_dim', 'd_model', 'width');
  const layers = part.number(
    'vt_num_hidden_layers',
    'num_hidden_layers',
    'depth',
    'encoder_layers',
    'num_layers',
    'layers',
    'resampler_depth',
  );
  if (width === undefined || layers === undefined) { return undefined; }
  if (part.text('model_type')?.startsWith('glm4v') === true) { return glm4v(part, width, layers); }
  const inner = part.number('vt_intermediate_size', 'intermediate_size', 'encoder_ffn_dim', 'mlp_dim')
    ?? Math.round(width * (part.factor('mlp_ratio') ?? 4));
  const gated = part.text('hidden_act') === 'silu' || part.text('hidden_act') === 'swiglu' ? 3 : 2;
  const merged = width * (part.number('spatial_merge_size') ?? 1) ** 2;
  return layers * (4 * width * width + gated * width * inner) + merged * textHidden + textHidden * textHidden;
}

/** GLM-4V: layers of a network as wide as the language model, and a gated merger. */
function glm4v(part: ConfigReader, width: number, layers: number): number | undefined {
  const [out, inner] = [part.number('out_hidden_size'), part.number('intermediate_size')];
  if (out === undefined || inner === undefined) { return undefined; }
  return layers * (4 * width * width + 3 * width * out) + 4 * out * width + out * out + 3 * out * inner;
}

export function withTowers(row: LlmRow, published: Config, outerType: string): LlmRow {
  const vision = isConfig(published.vision_config) ? published.vision_config
    : isConfig(published.thinker_config) && isConfig(published.thinker_config.vision_config)
      ? published.thinker_config.vision_config
      : undefined;
  const speaks = [
    'audio_config', 'sound_config', 'thinker_config', 'encoder_config',
  ].some(key => isConfig(published[key]));
  const named = /(?:_vl|4mm|multimodal)$/.test(outerType);
  const others = otherParts(published);
  if (vision === undefined && !speaks && !named && others.length === 0 && published.vision_config === undefined) {
    return row;
  }
  if (row.hiddenSize === undefined) { return { ...row, visionUnknown: true }; }
  const reader = vision === undefined
    ? undefined
    : new ConfigReader(withoutNulls(vision), `${outerType.slice(0, 40)}.vision_config`);
  const seeing = {
    ...row,
    task: 'image-text-to-text',
    profiledTower: profiledTower(reader, outerType, row.hiddenSize),
  };
  const counted = outerType === 'gemma4' && others.length === 0
    ? gemma4Towers(published, row.hiddenSize)
    : speaks || others.length > 0 ? undefined : visionParameters(reader, outerType, row.hiddenSize);
  if (counted !== undefined && row.parameters !== undefined) {
    return { ...seeing, visionParameters: counted, parameters: row.parameters + counted };
  }
  const towers = towerParameters(published, outerType, row.hiddenSize);
  return towers === undefined ? { ...seeing, visionUnknown: true } : { ...seeing, towerParameters: towers };
}
