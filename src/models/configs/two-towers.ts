import { Config, ConfigReader, isConfig, withoutNulls } from './config';
import { nameOf } from './names';
import { layersOf, patches, poolingHead, positions, Tower } from './vision';
import { LlmRow } from '../catalogue/llm-row';

/** Figures of the classes of transformers 5.24, which published files leave out. */
const TEXT: Config = {
  hidden_size: 512,
  intermediate_size: 2048,
  num_hidden_layers: 12,
  max_position_embeddings: 77,
  vocab_size: 49408,
};
const WIDE: Config = { hidden_size: 768, intermediate_size: 3072, num_hidden_layers: 12 };
const SIGLIP_TEXT: Config = { ...WIDE, max_position_embeddings: 64, vocab_size: 32000 };
const DEFAULTS: Record<string, { text: Config; vision: Config }> = {
  clip: { text: TEXT, vision: { ...WIDE, image_size: 224, patch_size: 32 } },
  siglip: { text: SIGLIP_TEXT, vision: { ...WIDE, image_size: 224, patch_size: 16 } },
  siglip2: { text: SIGLIP_TEXT, vision: { ...WIDE, num_patches: 256, patch_size: 16 } },
};

/**
 * CLIP and SigLIP, which bring texts and pictures to vectors that can be compared: a tower for each, counted as
 * transformers 5.24 does on its meta device; undefined when the type is another.
 */
export function twoTowersRow(published: Config, type: string): LlmRow | undefined {
  if (!Object.hasOwn(DEFAULTS, type)) { return undefined; }
  const whole = new ConfigReader(withoutNulls(published), type);
  const text = partOf(published, 'text_config', DEFAULTS[type].text, type);
  const vision = partOf(published, 'vision_config', DEFAULTS[type].vision, type);
  const [read, seen] = [shapeOf(text), shapeOf(vision)];
  const [vocab, length] = [text.need('vocab_size'), text.need('max_position_embeddings')];
  const places = vision.number('num_patches') ?? positions(vision, 224);
  const both = layersOf(read) + layersOf(seen) + (vocab + length + 2) * read.width + places * seen.width;
  const wider = seen.width >= read.width ? seen : read;
  return {
    id: nameOf(published, whole, type),
    family: type,
    task: 'feature-extraction',
    parameters: both + (type === 'clip'
      // a place for the whole picture, norms on both sides, two projections and a scale
      ? patches(vision, seen.width, false) + 6 * seen.width
        + (read.width + seen.width) * (whole.number('projection_dim') ?? 512) + 1
      : siglipRest(text, vision, read.width, seen)),
    layers: wider.layers,
    hiddenSize: wider.width,
    intermediateSize: wider.inner,
    vocabSize: vocab,
    // the longest sequence of either tower, by which activations go
    maxPositions: Math.max(length, type === 'clip' ? places + 1 : places),
  };
}

function partOf(published: Config, key: string, defaults: Config, type: string): ConfigReader {
  const part = published[key];
  return new ConfigReader({ ...defaults, ...isConfig(part) && withoutNulls(part) }, `${type}.${key}`);
}

function shapeOf(part: ConfigReader): Tower {
  return {
    width: part.need('hidden_size'),
    inner: part.need('intermediate_size'),
    layers: part.need('num_hidden_layers'),
  };
}

/** Patches with a bias, a norm, the heads of both towers, a scale and its offset. */
function siglipRest(text: ConfigReader, vision: ConfigReader, textWidth: number, seen: Tower): number {
  const projected = text.number('projection_size') ?? textWidth;
  return patches(vision, seen.width, true) + 2 * seen.width
    + (vision.flag('vision_use_head') === false ? 0 : poolingHead(seen.width, seen.inner))
    + (textWidth + 1) * projected + 2;
}
