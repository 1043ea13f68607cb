import { ConfigReader } from './config';

/** A tower of plain transformer layers, in figures. */
export interface Tower {
  readonly width: number;
  readonly inner: number;
  readonly layers: number;
}

/**
 * Parameters of the vision tower and of what joins it to the language model; undefined when its kind or its figures are
 * not known. Read off transformers 5.24 on its meta device, as those of the language models.
 * @param vision the vision part of the config
 * @param kind model type of the whole
 * @param textHidden hidden size of the language model
 */
export function visionParameters(
  vision: ConfigReader | undefined,
  kind: string,
  textHidden: number,
): number | undefined {
  if (vision === undefined) { return undefined; }
  const own = vision.text('model_type') ?? '';
  switch (kind) {
    case 'gemma3': return siglip(vision, textHidden);
    case 'llava': case 'llava_next': return own === '' || own.startsWith('clip') ? clip(vision, textHidden) : undefined;
    case 'qwen2_vl': return qwen2Vl(vision, textHidden);
    case 'qwen2_5_vl': return qwen25Vl(vision, textHidden);
    case 'qwen3_vl': case 'qwen3_vl_moe':
      return qwen3Vl(vision, textHidden, vision.list('deepstack_visual_indexes')?.length ?? 3);
    case 'qwen3_5': case 'qwen3_5_moe': return qwen3Vl(vision, textHidden, 0);
    case 'mistral3': case 'pixtral': return pixtral(vision, textHidden);
    case 'kimi_vl': case 'kimi_k25': return moonVit(vision, textHidden);
    case 'llama4': return llama4(vision, textHidden);
    default: return undefined;
  }
}

/** Biases and both layer norms, as in ViT. */
export function layersOf({ width, inner, layers }: Tower): number {
  return layers * (4 * (width * width + width) + 2 * width * inner + inner + width + 4 * width);
}

export function patches(vision: ConfigReader, width: number, bias: boolean, frames: number = 1): number {
  const patch = vision.number('patch_size') ?? 14;
  return 3 * frames * patch * patch * width + (bias ? width : 0);
}

export function positions(vision: ConfigReader, image: number): number {
  return Math.floor((vision.number('image_size') ?? image) / (vision.number('patch_size') ?? 14)) ** 2;
}

/** SigLIP and the projection of Gemma 3. */
function siglip(vision: ConfigReader, textHidden: number): number | undefined {
  const [width, inner, layers] = [
    vision.number('hidden_size'),
    vision.number('intermediate_size'),
    vision.number('num_hidden_layers'),
  ];
  if (width === undefined || inner === undefined || layers === undefined) { return undefined; }
  return patches(vision, width, true)
    + positions(vision, 896) * width
    + layersOf({ width, inner, layers })
    + 2 * width
    + width
    + width * textHidden
    + (vision.flag('vision_use_head') === true ? poolingHead(width, inner) : 0);
}

/** SigLIP's head, which attends to all positions with one query. */
export function poolingHead(width: number, inner: number): number {
  return width + 4 * (width * width + width) + 2 * width + 2 * width * inner + inner + width;
}

/** CLIP ViT-L/14 at 336 pixels unless said otherwise, and the projector of LLaVA. */
function clip(vision: ConfigReader, textHidden: number): number {
  const width = vision.number('hidden_size') ?? 1024;
  const tower = layersOf({
    width,
    inner: vision.number('intermediate_size') ?? 4 * width,
    layers: vision.number('num_hidden_layers') ?? 24,
  });
  const embedded = width + patches(vision, width, false) + (positions(vision, 336) + 1) * width;
  return tower + embedded + 4 * width + width * textHidden + textHidden * textHidden + 3 * textHidden;
}

function qwen2Vl(vision: ConfigReader, textHidden: number): number {
  const width = vision.number('embed_dim') ?? 1280;
  const merged = width * (vision.number('spatial_merge_size') ?? 2) ** 2;
  const tower = layersOf({
    width,
    inner: width * (vision.number('mlp_ratio') ?? 4),
    layers: vision.number('depth') ?? 32,
  });
  return tower + patches(vision, width, false, vision.number('temporal_patch_size') ?? 2) + 2 * width
    + merged * merged + merged + (merged + 1) * (vision.number('hidden_size') ?? textHidden);
}

/**
 * A gated MLP with biases and RMS norms. Published files have a width of 1280, which is not the default of the class.
 */
function qwen25Vl(vision: ConfigReader, textHidden: number): number {
  const width = vision.number('hidden_size') ?? 1280;
  const inner = vision.number('intermediate_size') ?? 3420;
  const merged = width * (vision.number('spatial_merge_size') ?? 2) ** 2;
  const layer = 4 * (width * width + width) + 3 * width * inner + 2 * inner + width + 2 * width;
  return (vision.number('depth') ?? 32) * layer
    + patches(vision, width, false, vision.number('temporal_patch_size') ?? 2)
    + width
    + merged * merged + merged + (merged + 1) * (vision.number('out_hidden_size') ?? textHidden);
}

function qwen3Vl(vision: ConfigReader, textHidden: number, deepStacks: number): number | undefined {
  const [width, inner, layers] = [
    vision.number('hidden_size'),
    vision.number('intermediate_size'),
    vision.number('depth'),
  ];
  if (width === undefined || inner === undefined || layers === undefined) { return undefined; }
  const merged = width * (vision.number('spatial_merge_size') ?? 2) ** 2;
  const out = vision.number('out_hidden_size') ?? textHidden;
  const merger = merged * merged + merged + merged * out + out;
  return layersOf({ width, inner, layers }) + patches(vision, width, true, vision.number('temporal_patch_size') ?? 2)
    + (vision.number('num_position_embeddings')
      ?? 2304) * width + merger + 2 * width + deepStacks * (merger + 2 * merged);
}

function pixtral(vision: ConfigReader, textHidden: number): number {
  const [width, inner, layers] = [
    vision.number('hidden_size') ?? 1024,
    vision.number('intermediate_size') ?? 4096,
    vision.number('num_hidden_layers') ?? 24,
  ];
  const merged = width * 4;
  const tower = layers * (4 * width * width + 3 * width * inner + 2 * width) + patches(vision, width, false) + width;
  return tower + width + merged * width + width * textHidden + textHidden * textHidden;
}

/** MoonViT and the projector of Kimi. */
function moonVit(vision: ConfigReader, textHidden: number): number | undefined {
  const width = vision.number('vt_hidden_size', 'hidden_size');
  if (width === undefined) { return undefined; }
  const inner = vision.number('vt_intermediate_size', 'intermediate_size') ?? 4304;
  const layers = vision.number('vt_num_hidden_layers', 'num_hidden_layers') ?? 27;
  const [high, wide] = [vision.number('init_pos_emb_height') ?? 64, vision.number('init_pos_emb_width') ?? 64];
  const merged = 4 * width;
  return layersOf({ width, inner, layers }) + patches(vision, width, true) + high * wide * width + 2 * width
    + 2 * width + merged * merged + merged + merged * textHidden + textHidden;
}

function llama4(vision: ConfigReader, textHidden: number): number | undefined {
  const [width, inner, layers] = [
    vision.number('hidden_size'),
    vision.number('intermediate_size'),
    vision.number('num_hidden_layers'),
  ];
  if (width === undefined || inner === undefined || layers === undefined) { return undefined; }
  const [out, projected] = [vision.number('projector_output_dim') ?? 4096, vision.number('vision_output_dim') ?? 4096];
  const joined = vision.number('projector_input_dim') ?? 4096;
  return layersOf({ width, inner, layers })
    + patches(vision, width, false)
    + (positions(vision, 336) + 1) * width
    + width
    + 4 * width
    + inner * joined + joined * out + projected * textHidden;
}
