import { FitAssumptions, InferenceEngine, LlmServingOptions } from '../fit';
import { KvCacheType, Precision } from '../models';
import { FLAG, made, NUMBER, oneOf, struct, TEXT } from '../props';

export const MODEL = made(
  'a NIM of the catalogue, such as NimModel.PARAKEET_1_1B_CTC_EN_US, or NimModel.custom(...)',
  'memoryFigures',
);
export const SLICE = made('a slice of a pool, such as pool.slice(\'3g.40gb\') or pool.wholeGpu()', 'access');
export const VERSION = made('a release such as NimOperatorVersion.V3_1_2, or NimOperatorVersion.of(...)', 'isAtLeast');
export const SERVING = struct<LlmServingOptions>({
  contextLength: NUMBER,
  concurrency: NUMBER,
  precision: oneOf(Precision),
  kvCache: oneOf(KvCacheType),
  engine: oneOf(InferenceEngine),
  engineVersion: TEXT,
  fraction: NUMBER,
  tensorParallel: NUMBER,
  pipelineParallel: NUMBER,
  expertParallel: FLAG,
  mtp: FLAG,
  eager: FLAG,
  maxNumSeqs: NUMBER,
  maxNumBatchedTokens: NUMBER,
  loraSlots: NUMBER,
  loraRank: NUMBER,
  weightBytes: NUMBER,
  assumptions: struct<FitAssumptions>({
    activationsMib: NUMBER,
    cudaGraphsMib: NUMBER,
    processOverheadMib: NUMBER,
    trtllmOverheadMib: NUMBER,
  }),
});
