import { cachesOf, growsWithTokens } from './caches';
import { LlmRow } from './catalogue/llm-row';
import { ignoredShare } from './configs/ignored-modules';
import { bitsPerWeight, Precision } from './precision';

/** The least that a figure can be, what is expected, and the most, in bytes. */
export interface Bounds {
  readonly least: number;
  readonly expected: number;
  readonly most: number;
}

/** How many GPUs share the weights, and whether the layers that draft are loaded. */
export interface WeightSpread {
  readonly tensorParallel: number;
  readonly pipelineParallel?: number;
  readonly expertParallel?: boolean;
  readonly withDraft?: boolean;
  /** Whether somebody says the precision, and the weights are not as the checkpoint has them. */
  readonly isPrecisionSaid?: boolean;
}

/**
 * Layers that 8-bit checkpoints of hybrids keep in 16 bit: Nemotron-3-Nano was loaded with 31.4 GiB for 30.07 by bits.
 */
const HYBRID_FP8_REST = 0.06;

/** Share of the layers that the GPU with the most has: 13 of 61 are a fourth, rounded up. */
export function stageShare({ layers = 1 }: LlmRow, pipelineParallel: number): number {
  return Math.ceil(layers / pipelineParallel) / layers;
}

/**
 * Bytes of the weights on one GPU, on the one with the most.
 *
 * Embeddings, head, norms and routers stay 16 bit in every format; in MXFP4 all but the experts do. Vision towers are
 * 16 bit. vLLM cuts most of them as it cuts the language model (mm_encoder_tp_mode is "weights" unless said otherwise:
 * 17.66 and 8.91 GiB of Qwen3.5-9B were loaded on one and two GPUs), but not all.
 */
export function weightBytes(
  row: LlmRow,
  native: Precision,
  isHybrid: boolean,
  precision: Precision,
  spread: WeightSpread,
): Bounds {
  const { tensorParallel, pipelineParallel = 1 } = spread;
  const tables = row.tableParameters ?? 0;
  const embeddings = row.vocabSize! * row.hiddenSize! * (row.tiedEmbeddings ? 1 : 2) + tables;
  // the first stage has the embeddings and the last the head
  const kept = pipelineParallel === 1 ? embeddings : row.vocabSize! * row.hiddenSize! + tables;
  const vision = row.visionParameters ?? 0;
  const draft = spread.withDraft ? row.draftParameters ?? 0 : 0;
  const head = row.headUnsure === true ? 2 * row.vocabSize! * row.hiddenSize! / tensorParallel : 0;
  const layers = (row.parameters! - embeddings - vision) * stageShare(row, pipelineParallel);
  const blocks = layers + draft;
  const own = precision === native ? keptIn16Bit(row) : 0;
  const expertsOnly = precision === Precision.MXFP4 && row.experts !== undefined;
  const experts = routed(row) * stageShare(row, pipelineParallel);
  const quantised = expertsOnly ? experts : blocks - own;
  const isOwn = precision === native && (row.formatUnknown === undefined || spread.isPrecisionSaid !== true);
  const bits = (isOwn ? row.nativeBits : undefined) ?? bitsPerWeight(precision, row.quantizationGroupSize);
  const uneven = unevenExperts(row, spread) * experts;
  // experts in 4 bit beside the rest in 8 (DeepSeek V4), those of the layers that draft too
  const lighter = isOwn && row.nativeExpertBits !== undefined ? experts * (1 + draft / layers) : 0;
  const bytes = (each: number) => {
    const stored = quantised * each - lighter * (each - (row.nativeExpertBits ?? each)) + uneven * each;
    return (stored / 8 + (blocks + kept - quantised) * 2 + vision * 2) / tensorParallel;
  };
  const wholeTower = vision * 2 * (1 - 1 / tensorParallel);
  if (expertsOnly) {
    // fused kernels pad the experts: gpt-oss from 2880 to 3072, one side or both (13.47 and 13.72 GiB loaded for 12.81
    // by bits)
    const missing = (256 - row.hiddenSize! % 256) % 256 / row.hiddenSize!;
    const padded = (share: number) => quantised * bits.most / 8 / tensorParallel * share;
    const most = bytes(bits.most) + padded((1 + missing) ** 2 - 1) + head + wholeTower;
    return { least: bytes(bits.least), expected: bytes(bits.expected) + padded(missing), most };
  }
  if (row.ignoredModules !== undefined && precision === native) {
    const listed = row.nativeBits === undefined ? Math.min(bits.most, bits.expected * 1.02) : bits.most;
    return { least: bytes(bits.least), expected: bytes(bits.expected), most: bytes(listed) + head + wholeTower };
  }
  const rest = isHybrid && precision === Precision.FP8 ? quantised * HYBRID_FP8_REST / tensorParallel : 0;
  const most = precision === Precision.NVFP4 && !isHybrid && row.nativeBits === undefined
    ? bits.expected * 1.02
    : bits.most;
  // 4-bit checkpoints of mixtures often quantise the experts alone and leave attention in 16 bit
  const fewBits = precision === Precision.NVFP4 || precision === Precision.INT4;
  const attention = fewBits && row.experts !== undefined
    ? attentionParameters(row) * (16 - most) / 8 / tensorParallel
    : 0;
  return {
    least: bytes(bits.least),
    expected: bytes(bits.expected) + rest / 2,
    most: bytes(most) + rest + attention + head + wholeTower,
  };
}

/** Parameters of the experts that a router chooses among. */
function routed({
  routedParameters,
  quantizedParameters,
  hiddenSize,
  expertSize = 0,
  experts = 0,
  moeLayers = 0,
}: LlmRow): number {
  return routedParameters ?? quantizedParameters ?? 3 * hiddenSize! * expertSize * experts * moeLayers;
}

/** Whole experts cannot always be dealt out evenly: what the GPU with the most has more, as a share of all. */
function unevenExperts({ experts }: LlmRow, { tensorParallel, expertParallel }: WeightSpread): number {
  return expertParallel !== true || experts === undefined
    ? 0
    : Math.ceil(experts / tensorParallel) * tensorParallel / experts - 1;
}

/** Parameters that the checkpoint names as not quantised, beside embeddings and head. */
function keptIn16Bit({ ignoredModules, layers, mixerParameters, networkParameters }: LlmRow): number {
  if (ignoredModules === undefined || layers === undefined) { return 0; }
  const { mixers, networks } = ignoredShare(ignoredModules, layers);
  return mixers * (mixerParameters ?? 0) + networks * (networkParameters ?? 0);
}

/** Parameters of the projections of attention, where its heads are known. */
function attentionParameters(row: LlmRow): number {
  const { hiddenSize, heads, kvHeads, headDim } = row;
  if (heads === undefined || kvHeads === undefined || headDim === undefined) { return 0; }
  const layers = cachesOf(row).filter(growsWithTokens).reduce((sum, each) => sum + each.layers, 0);
  return layers * 2 * hiddenSize! * headDim * (heads + kvHeads);
}
