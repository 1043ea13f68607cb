import { GpuSliceKind } from '../../hardware';
import { LlmArchitecture, Precision } from '../../models';
import { GpuMemory } from '../gpu-memory';
import type { LlmMemory } from '../language-models/llm-memory';
import type { LlmServingOptions, ModelFootprint } from '../model-footprint';
import { FitReport, FitVerdict } from './fit-report';

/** A context below this is no alternative worth naming. */
const LEAST_USEFUL_CONTEXT = 1024;

/** A change of the serving, in words. */
interface Change {
  readonly words: string;
  readonly serving: LlmServingOptions;
}

/**
 * Changes that make a model fit the same memory, the least painful first: as many sequences in a batch as it has
 * Mamba cache blocks for, another fraction, a shorter context, fewer requests at once, smaller batches, fewer bits.
 * @param judge whether the model, served so, fits
 */
export function otherServings(
  serving: LlmServingOptions, architecture: LlmArchitecture, memory: LlmMemory, maxContext: number,
  maxConcurrency: number,
  judge: (change: LlmServingOptions) => FitVerdict): string[] {
  const changes: Change[] = [];
  const blocks = memory.stateBlocks?.least ?? 0;
  if (blocks > 64 && blocks < memory.maxNumSeqs) {
    changes.push({ words: `at most ${blocks} sequences in a batch`, serving: { maxNumSeqs: blocks } });
  }
  if (serving.fraction !== undefined && serving.fraction !== memory.mostFraction) {
    changes.push({ words: `a fraction of ${memory.mostFraction}`, serving: { fraction: memory.mostFraction } });
  }
  if (maxContext >= LEAST_USEFUL_CONTEXT && maxContext < memory.contextLength) {
    changes.push({ words: `a context of ${maxContext} tokens`, serving: { contextLength: maxContext } });
  }
  if (maxConcurrency >= 1 && maxConcurrency < memory.concurrency) {
    changes.push({
      words: `${maxConcurrency} requests of ${memory.contextLength} tokens at once`,
      serving: { concurrency: maxConcurrency },
    });
  }
  if (memory.maxNumSeqs > 64) {
    changes.push({ words: 'at most 64 sequences in a batch', serving: { maxNumSeqs: 64 } });
  }
  if ((serving.precision ?? architecture.nativePrecision) === Precision.BF16 && serving.weightBytes === undefined) {
    changes.push({ words: 'fp8 weights', serving: { precision: Precision.FP8 } }, {
      words: 'int4 weights',
      serving: { precision: Precision.INT4 },
    });
  }
  return changes.filter(each => judge(each.serving) === FitVerdict.FITS).map(({ words }) => words);
}

/** The smallest slice of the same board that fits, or the whole board. */
export function otherMemories(
  footprint: ModelFootprint, memory: GpuMemory,
  judge: (footprint: ModelFootprint, memory: GpuMemory) => FitReport): string[] {
  const gpu = memory.gpu;
  if (gpu === undefined) { return []; }
  const slices = gpu.profiles
    .filter(profile => !/[+-]/.test(profile.name))
    .map(profile => GpuMemory.migSlice(gpu, profile.name));
  const next = [...slices, ...(memory.kind === GpuSliceKind.WHOLE ? [] : [GpuMemory.wholeGpu(gpu)])]
    .find(each => judge(footprint, each).verdict === FitVerdict.FITS);
  return next === undefined ? [] : [next.kind === GpuSliceKind.WHOLE ? `a whole ${gpu}` : `slice ${next.profile}`];
}
