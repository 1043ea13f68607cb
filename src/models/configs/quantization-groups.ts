import { Config, isConfig } from './config';
import { LlmRow } from '../catalogue/llm-row';

type Format = Pick<LlmRow, 'nativePrecision' | 'quantizationGroupSize' | 'nativeBits' | 'nativeFormat' | 'mixedPrecision'>;

/** How one group of compressed-tensors stores its weights. */
interface Group {
  readonly bits: number;
  readonly isFloat: boolean;
  readonly size?: number;
}

/**
 * The format of a checkpoint by the groups of compressed-tensors. Groups that differ, or that are of some layers alone,
 * are several formats; a group without weights leaves them in 16 bit.
 */
export function groupFormat(groups: Config, format: string): Format {
  const all = Object.values(groups).filter(isConfig);
  const stored = all.flatMap(group => (isConfig(group.weights) ? [storedAs(group.weights)] : []));
  if (stored.length === 0) { return {}; }
  const [first] = stored;
  const differ = stored.some(each => each.bits !== first.bits || each.isFloat !== first.isFloat);
  const takesAll = ({ targets }: Config) =>
    Array.isArray(targets) && targets.some(each => each === 'Linear' || each === 'MoE');
  const partial = stored.length < all.length || !all.some(takesAll);
  const one = ofGroup(first, format);
  if (!differ && (!partial || all.every(({ targets }) => targets === undefined))) { return one; }
  const bits = stored.map(each => each.bits);
  return {
    ...one,
    mixedPrecision: true,
    nativeBits: {
      least: Math.min(...bits),
      expected: Math.max(...bits),
      most: partial ? 16 : 1.13 * Math.max(...bits),
    },
  };
}

function storedAs({ num_bits: bits, type, group_size: size }: Config): Group {
  if (typeof bits !== 'number' || !(bits >= 1 && bits <= 16)) {
    throw new Error('quantization_config has a group whose num_bits is no number from 1 to 16');
  }
  return { bits, isFloat: type === 'float', size: typeof size === 'number' && size > 0 ? size : undefined };
}

function ofGroup({ bits, isFloat, size }: Group, format: string): Format {
  if (bits === 8 && isFloat && size === 32) {
    return { nativePrecision: 'fp8', nativeFormat: 'mxfp8', nativeBits: exactly(8.25) };
  }
  if (bits === 8) { return { nativePrecision: isFloat ? 'fp8' : 'int8' }; }
  if (bits === 4 && isFloat) {
    return format.startsWith('mxfp4') || size === 32
      ? { nativePrecision: 'mxfp4', nativeFormat: 'mxfp4', nativeBits: exactly(4.25) }
      : { nativePrecision: 'nvfp4' };
  }
  if (bits === 4) { return { nativePrecision: 'int4', quantizationGroupSize: size }; }
  const each = (scales: number) => bits + scales / (size ?? 128);
  const nativePrecision = bits < 4 ? 'int4' : 'int8';
  return {
    nativePrecision,
    nativeFormat: `${bits} bit`,
    nativeBits: { least: each(16), expected: each(16 + bits), most: each(32) },
  };
}

function exactly(bits: number): { least: number; expected: number; most: number } {
  return { least: bits, expected: bits, most: bits };
}
