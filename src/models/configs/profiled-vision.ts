import { ConfigReader } from './config';
import { ProfiledTower } from '../catalogue/llm-row';

/** Values of the largest picture: 16,384 tokens of four patches, as the published preprocessor configs allow. */
const LARGEST_PICTURE_TOKENS = 16384;

/**
 * What a pass of the towers of Qwen's vision models takes, of which vLLM runs the largest that the model allows before
 * it sizes its cache; undefined for other towers. In a layer of attention the input and its norm, queries, keys and
 * values, their copies, the rotated queries and keys, and the outputs are alive at once: 13 times the width, and the
 * pixels (Qwen2VisionTransformer, Qwen2_5_VisionTransformer and Qwen3_VisionTransformer of vLLM 0.27.1).
 */
export function profiledTower(
  vision: ConfigReader | undefined,
  kind: string,
  textHidden: number,
): ProfiledTower | undefined {
  const family = FAMILIES[kind];
  if (vision === undefined || family === undefined) { return undefined; }
  const width = family.isFirst ? vision.number('embed_dim') ?? 1280 : vision.number('hidden_size') ?? 1280;
  const patch = vision.number('patch_size') ?? family.patch;
  const pixels = 3 * (vision.number('temporal_patch_size') ?? 2) * patch * patch;
  const stacks = kind.startsWith('qwen3_vl') ? vision.list('deepstack_visual_indexes')?.length ?? 3 : 0;
  const out = vision.number('out_hidden_size') ?? textHidden;
  return {
    patchElements: 13 * width + pixels,
    patchesPerToken: (vision.number('spatial_merge_size') ?? 2) ** 2,
    pictureTokens: LARGEST_PICTURE_TOKENS,
    outputElements: out * (1 + stacks),
    videoFillsContext: family.videoFillsContext,
  };
}

/** How the largest input is chosen: of Qwen 2 a video that fills the context, from Qwen 3 on a picture. */
const FAMILIES: Record<string, { patch: number; videoFillsContext: boolean; isFirst?: boolean }> = {
  qwen2_vl: { patch: 14, videoFillsContext: true, isFirst: true },
  qwen2_5_vl: { patch: 14, videoFillsContext: true },
  mimo_vl: { patch: 14, videoFillsContext: true },
  qwen3_vl: { patch: 16, videoFillsContext: false },
  qwen3_vl_moe: { patch: 16, videoFillsContext: false },
  qwen3_5: { patch: 16, videoFillsContext: false },
  qwen3_5_moe: { patch: 16, videoFillsContext: false },
};
