import { compareVersions, readVersion } from './engine-version';
import { ProfiledTower } from '../../models';

/** What vLLM's profile of a vision tower takes, in bytes. */
export interface EncoderProfile {
  /** While the tower runs. */
  readonly pass: number;
  /** Its outputs, which are kept while the language model is profiled. */
  readonly kept: number;
}

/** Values are 16 bit. */
const BYTES = 2;

/**
 * Pairs of frames in the longest video that is profiled: 16 frames at 0.10.2, 14 from 0.17 on (_MAX_FRAMES_PER_VIDEO
 * of qwen2_vl.py in the wheels of 0.10.2 and 0.17.0 to 0.33.0). What lies between was not read, and counts as more.
 */
const FRAME_PAIRS = { before: 8, since: 7, changed: '0.17.0' };

/**
 * The largest input of the tower, which `profile_run` of gpu_model_runner.py feeds it: one, or as many as a batch of
 * tokens holds. Qwen 2 takes a video of as many frames as the context holds (get_num_frames_with_most_features).
 */
export function encoderProfile(
  tower: ProfiledTower,
  version: string,
  contextLength: number,
  maxNumBatchedTokens: number,
): EncoderProfile {
  const isSince = compareVersions(readVersion(version)!, readVersion(FRAME_PAIRS.changed)!) >= 0;
  const longest = isSince ? FRAME_PAIRS.since : FRAME_PAIRS.before;
  const pairs = tower.videoFillsContext
    ? Math.min(longest, Math.max(1, Math.floor(contextLength / tower.pictureTokens)))
    : 1;
  const item = pairs * tower.pictureTokens;
  const tokens = item * Math.max(1, Math.floor(maxNumBatchedTokens / item));
  return {
    pass: BYTES * tokens * tower.patchesPerToken * tower.patchElements,
    kept: BYTES * tokens * tower.outputElements,
  };
}
