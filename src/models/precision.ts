/** How weights are stored. */
export enum Precision {
  /** 16 bit. */
  BF16 = 'bf16',
  /** 16 bit. */
  FP16 = 'fp16',
  /** 8-bit floating point. */
  FP8 = 'fp8',
  /** 8-bit integers. */
  INT8 = 'int8',
  /** 4-bit integers with a scale per group (AWQ, GPTQ). */
  INT4 = 'int4',
  /** 4-bit floating point with a scale per 32 weights, on the experts of a mixture. */
  MXFP4 = 'mxfp4',
  /** 4-bit floating point with an 8-bit scale per 16 weights. Checkpoints keep more in 16 bit than the format says. */
  NVFP4 = 'nvfp4',
}

/** How keys and values are stored. */
export enum KvCacheType {
  /** 16 bit. */
  BF16 = 'bf16',
  /** 8-bit floating point. */
  FP8 = 'fp8',
  /** 8-bit integers with a 4-byte scale per token and head. */
  INT8 = 'int8',
  /** 4-bit floating point with an 8-bit scale per 16 elements. */
  NVFP4 = 'nvfp4',
}

/**
 * Bits per quantised weight: the fewest that a checkpoint of the format has, what is usual, and the most that was seen.
 */
export function bitsPerWeight(
  precision: Precision,
  groupSize: number = 128,
): { least: number; expected: number; most: number } {
  switch (precision) {
    case Precision.BF16: case Precision.FP16: return { least: 16, expected: 16, most: 16 };
    // per-channel scales are negligible, 128x128 block scales add 0.02 %
    case Precision.FP8: case Precision.INT8: return { least: 8, expected: 8, most: 8.002 };
    // a 16-bit scale per group, a zero point of 4 bits, and at most 16 bits more: 4.13 to 4.25 bits at groups of 128
    case Precision.INT4: return { least: 4 + 16 / groupSize, expected: 4 + 20 / groupSize, most: 4 + 32 / groupSize };
    case Precision.MXFP4: return { least: 4.25, expected: 4.25, most: 4.25 };
    // all linear layers: 4.5 (Qwen3-14B 9.97 GiB loaded); of hybrids that keep layers in 16 bit 7.6 (Qwen3.8-27B
    // 26,381,249,312 bytes)
    case Precision.NVFP4: return { least: 4.5, expected: 4.5, most: 7.6 };
  }
}

/** Bytes that one KV head caches per token, for keys or for values. */
export function kvBytesPerHead(type: KvCacheType, headDim: number): number {
  switch (type) {
    case KvCacheType.BF16: return 2 * headDim;
    case KvCacheType.FP8: return headDim;
    case KvCacheType.INT8: return headDim + 4;
    case KvCacheType.NVFP4: return headDim / 2 + headDim / 16;
  }
}
