import { Config, ConfigReader, isConfig, withoutNulls } from './config';

/**
 * Parameters of the towers of Gemma 4 and of what joins them to the language model, with the figures of the classes
 * where the config leaves them out; undefined when it has no vision tower, or one that is no object.
 *
 * Read off transformers 5.24 on its meta device: 167,364,608 of vision and 304,824,608 of sound with the figures of the
 * classes.
 */
export function gemma4Towers(published: Config, textHidden: number): number | undefined {
  const { vision_config: vision, audio_config: audio } = published;
  if (!isConfig(vision)) { return undefined; }
  return gemma4Vision(new ConfigReader(withoutNulls(vision), 'gemma4.vision_config'), textHidden)
    + (isConfig(audio) ? gemma4Audio(new ConfigReader(withoutNulls(audio), 'gemma4.audio_config'), textHidden) : 0);
}

/** Layers with a gate and four norms, and a table of places for each direction. */
function gemma4Vision(vision: ConfigReader, textHidden: number): number {
  const width = vision.number('hidden_size') ?? 768;
  const inner = vision.number('intermediate_size') ?? 3072;
  const heads = vision.number('num_attention_heads') ?? 12;
  const headDim = vision.number('head_dim') ?? 64;
  const kvHeads = vision.number('num_key_value_heads') ?? heads;
  const layer = 2 * width * headDim * (heads + kvHeads) + 3 * width * inner + 4 * width + 2 * headDim;
  const places = 2 * (vision.number('position_embedding_size') ?? 10240) * width;
  return (vision.number('num_hidden_layers') ?? 16) * layer + places
    + 3 * (vision.number('patch_size') ?? 16) ** 2 * width + width * textHidden;
}

/** A conformer: two networks, attention with relative places and a convolution in each layer. */
function gemma4Audio(audio: ConfigReader, textHidden: number): number {
  const width = audio.number('hidden_size') ?? 1024;
  const heads = audio.number('num_attention_heads') ?? 8;
  const [first, second] = channels(audio);
  const out = audio.number('output_proj_dims') ?? 1536;
  const networks = 2 * (8 * width * width + 2 * width);
  const attention = 5 * width * width + width / heads + 3 * width;
  const convolution = 3 * width * width + (audio.number('conv_kernel_size') ?? 5) * width + 2 * width;
  const listening = 10 * first + 9 * first * second + second + Math.floor(first / 4) * second * width;
  return (audio.number('num_hidden_layers') ?? 12) * (networks + attention + convolution)
    + listening + out * width + out + out * textHidden;
}

function channels(audio: ConfigReader): [first: number, second: number] {
  const [first, second] = audio.list('subsampling_conv_channels') ?? [];
  return [typeof first === 'number' ? first : 128, typeof second === 'number' ? second : 32];
}
