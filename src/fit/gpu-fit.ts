import { GpuSliceKind } from '../hardware';
import { bitsPerWeight, LlmArchitecture, Precision } from '../models';
import { FitComponent, FitReport, FitVerdict } from './fit-report';
import { GpuMemory } from './gpu-memory';
import { LlmMemory, llmMemory } from './llm-memory';
import { InferenceEngine, LlmServingOptions, ModelFootprint } from './model-footprint';
import { nimFigures } from './nim-figures';

const MIB = 2 ** 20;
/** A context below this is no alternative worth naming. */
const LEAST_USEFUL_CONTEXT = 1024;

/**
 * Whether a model fits a share, with the arithmetic shown.
 *
 * @example
 * const report = GpuFit.check(
 *   ModelFootprint.ofNim(NimModel.MAGPIE_TTS_MULTILINGUAL, { selector: 'name=magpie-tts-multilingual,batch_size=8' }),
 *   GpuMemory.migSlice(Gpu.H200_SXM_141GB, '1g.18gb'),
 * );
 * report.verdict; // FitVerdict.FITS
 * GpuFit.explain(report);
 */
export class GpuFit {
  /**
   * Compares what a model needs with what a share has. Never `fits` for what may die at start-up.
   * @param footprint what the model needs
   * @param share what it has
   */
  public static check(footprint: ModelFootprint, share: GpuMemory): FitReport {
    const report = judge(footprint, share);
    return report.verdict === FitVerdict.FITS ? report : { ...report, alternatives: [...report.alternatives, ...otherShares(footprint, share)] };
  }

  /**
   * The report in sentences and a table.
   * @param report what `check` said
   */
  public static explain(report: FitReport): string {
    return explain(report);
  }

  private constructor() {}
}

function judge(footprint: ModelFootprint, share: GpuMemory): FitReport {
  if (footprint._measuredMib !== undefined) { return judgeFigure(footprint, share, footprint._measuredMib, footprint._measuredMib, 'measured', []); }
  const figures = footprint._nim === undefined ? undefined : nimFigures(footprint._nim, footprint._nimOptions.selector);
  if (figures !== undefined) {
    return judgeFigure(footprint, share, figures.bestMib, figures.worstMib, figures.source, figures.notes, figures.alternatives(share.limitMib));
  }
  const architecture = footprint._architecture;
  if (architecture === undefined || architecture.parameters === undefined) { return unknownNeed(footprint, share); }
  if (!architecture.isComplete || !architecture.isGenerative || footprint._serving.engine === InferenceEngine.TRITON) {
    return judgeWeights(footprint, architecture.parameters, share);
  }
  return judgeLlm(footprint, architecture, share);
}

/** A model whose need is one figure: measured, or of a table. */
function judgeFigure(
  footprint: ModelFootprint, share: GpuMemory, best: number, worst: number | undefined, source: string, notes: string[],
  alternatives: string[] = []): FitReport {
  const all = [...notes, ...shareNotes(share)];
  const verdict = best > share._limitMostMib ? FitVerdict.DOES_NOT_FIT
    : worst !== undefined && worst <= share._safeMib && share.isKnown ? FitVerdict.FITS : FitVerdict.UNCERTAIN;
  return {
    verdict,
    subject: footprint.subject,
    share: String(share),
    neededBestMib: best,
    neededWorstMib: worst,
    availableMib: share.limitMib,
    headroomMib: worst === undefined ? undefined : share.limitMib - worst,
    components: [{ name: 'model', bestMib: best, worstMib: worst ?? best, source }],
    alternatives,
    engineSettings: footprint._nimOptions.selector === undefined ? {} : { NIM_TAGS_SELECTOR: footprint._nimOptions.selector },
    notes: all,
  };
}

/** A model that is not served as a language model: only its weights are known, and its batch profile decides the rest. */
function judgeWeights(footprint: ModelFootprint, parameters: number, share: GpuMemory): FitReport {
  const { precision, weightBytes, tensorParallel } = footprint._serving;
  const bits = bitsPerWeight(precision ?? Precision.BF16).least;
  const weights = mib((weightBytes ?? parameters * bits / 8) / (tensorParallel ?? 1));
  const notes = ['only its weights are known; what it takes besides depends on its batch profile'];
  return judgeFigure(footprint, share, weights, undefined, `${parameters} parameters`, notes, ['measure it once with nvidia-smi and say ModelFootprint.measured(mib)']);
}

function unknownNeed(footprint: ModelFootprint, share: GpuMemory): FitReport {
  return {
    verdict: FitVerdict.UNCERTAIN,
    subject: footprint.subject,
    share: String(share),
    availableMib: share.limitMib,
    components: [],
    alternatives: ['measure it once with nvidia-smi and say ModelFootprint.measured(mib)'],
    engineSettings: {},
    notes: [`no memory figure of ${footprint.subject} is known`, ...shareNotes(share)],
  };
}

function judgeLlm(footprint: ModelFootprint, architecture: LlmArchitecture, share: GpuMemory, withAlternatives: boolean = true): FitReport {
  const serving = footprint._serving;
  const tensorParallel = serving.tensorParallel ?? 1;
  const memory = llmMemory(architecture, serving, share, footprint._nim);
  const kv = memory.kvBytes(memory.contextLength, memory.concurrency);
  const spread = architecture._whyNotSpread(tensorParallel);
  const visionUnknown = architecture.visionUnknown || footprint._withVisionTower;
  const notes = [
    ...(spread === undefined ? [] : [spread]),
    ...(visionUnknown ? ['the size of its vision tower is not known and not counted'] : []),
    ...shareNotes(share),
  ];
  const known = share.isKnown && !visionUnknown;
  const verdict = spread !== undefined || !memory.startsAtBest || kv > memory.pool.most ? FitVerdict.DOES_NOT_FIT
    : known && memory.startsAtWorst && kv <= memory.pool.least ? FitVerdict.FITS : FitVerdict.UNCERTAIN;

  const components = [
    ...memory.parts.map(({ name, least, most, source }) => ({ name, bestMib: mib(least), worstMib: mib(most), source })),
    { name: 'kv-cache', bestMib: mib(kv), worstMib: mib(kv), source: `${memory.concurrency} x ${memory.contextLength} tokens` },
  ];
  const total = (key: 'bestMib' | 'worstMib') => components.reduce((sum, each) => sum + each[key], 0);
  const [best, worst] = [total('bestMib'), total('worstMib')];
  // what the engine may take in all, so that needed <= available exactly where the cache fits its pool
  const available = Math.min(share.limitMib, worst + mib(memory.pool.least - kv));
  return {
    verdict,
    subject: footprint.subject,
    share: String(share),
    neededBestMib: best,
    neededWorstMib: worst,
    availableMib: Math.max(0, available),
    headroomMib: available - worst,
    components,
    kvBytesPerToken: memory.kvBytesPerToken,
    kvPoolMib: Math.max(0, mib(memory.pool.expected)),
    kvPoolTokens: Math.max(0, Math.floor(memory.pool.expected / memory.kvBytesPerToken)),
    maxContext: maxContext(memory, architecture),
    maxConcurrency: maxConcurrency(memory),
    alternatives: verdict === FitVerdict.FITS || !withAlternatives ? [] : otherServings(footprint, architecture, share, memory),
    engineSettings: memory.settings,
    notes,
  };
}

/** The largest number for which `fits` holds, from 0 to `most`. */
function largest(most: number, fits: (value: number) => boolean): number {
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) { low = middle; } else { high = middle - 1; }
  }
  return low;
}

function maxContext(memory: LlmMemory, architecture: LlmArchitecture): number {
  const most = Math.max(architecture.maxPositions ?? memory.contextLength, memory.contextLength);
  return largest(most, tokens => memory.kvBytes(tokens, memory.concurrency) <= memory.pool.least);
}

function maxConcurrency(memory: LlmMemory): number {
  const one = memory.kvBytes(memory.contextLength, 1);
  return Math.max(0, Math.floor(memory.pool.least / one));
}

/** Changes that make it fit the same share: a shorter context, smaller batches, fewer bits. */
function otherServings(footprint: ModelFootprint, architecture: LlmArchitecture, share: GpuMemory, memory: LlmMemory): string[] {
  const candidates: [string, LlmServingOptions][] = [];
  const context = maxContext(memory, architecture);
  if (context >= LEAST_USEFUL_CONTEXT && context < memory.contextLength) { candidates.push([`a context of ${context} tokens`, { contextLength: context }]); }
  if (memory.maxNumSeqs > 64) { candidates.push(['at most 64 sequences in a batch', { maxNumSeqs: 64 }]); }
  if ((footprint._serving.precision ?? architecture.nativePrecision) === Precision.BF16) {
    candidates.push(['fp8 weights', { precision: Precision.FP8 }], ['int4 weights', { precision: Precision.INT4 }]);
  }
  return candidates
    .filter(([, change]) => judgeLlm(footprint._servedAs(change), architecture, share, false).verdict === FitVerdict.FITS)
    .map(([what]) => what);
}

/** The smallest slice of the same board that fits, or the whole board. */
function otherShares(footprint: ModelFootprint, share: GpuMemory): string[] {
  const gpu = share.gpu;
  if (gpu === undefined) { return []; }
  const slices = gpu.profiles
    .filter(profile => !/[+-]/.test(profile.name) && profile.name !== share.profile)
    .sort((a, b) => a.memorySlices - b.memorySlices || a.computeSlices - b.computeSlices)
    .map(profile => GpuMemory.migSlice(gpu, profile.name));
  const next = [...slices, ...(share.kind === GpuSliceKind.WHOLE ? [] : [GpuMemory.wholeGpu(gpu)])]
    .find(each => judge(footprint, each).verdict === FitVerdict.FITS);
  return next === undefined ? [] : [next.kind === GpuSliceKind.WHOLE ? `a whole ${gpu}` : `slice ${next.profile}`];
}

function shareNotes(share: GpuMemory): string[] {
  return share.isKnown ? [] : [`the memory of ${share} is not known; ${share.limitMib} MiB is a lower bound`];
}

function mib(bytes: number): number {
  return Math.ceil(bytes / MIB);
}

function gib(mebibytes: number): string {
  return `${(mebibytes / 1024).toFixed(1)} GiB`;
}

function explain(report: FitReport): string {
  const need = report.neededWorstMib === undefined ? 'needs an unknown amount'
    : report.verdict === FitVerdict.DOES_NOT_FIT ? `needs at least ${gib(report.neededBestMib!)}`
      : report.neededBestMib === 0 ? `needs at most ${gib(report.neededWorstMib)}`
        : `needs ${gib(report.neededBestMib!)} to ${gib(report.neededWorstMib)}`;
  const lines = [`${report.subject} ${need}; ${report.share} has ${gib(report.availableMib)}.`];
  if (report.components.length > 1) { lines.push(...report.components.map(componentLine)); }
  if (report.maxContext !== undefined) {
    lines.push(`  largest context ${report.maxContext} tokens, largest concurrency ${report.maxConcurrency}; ${report.kvBytesPerToken} bytes of KV cache a token`);
  }
  lines.push(...report.notes.map(note => `  Not certain: ${note}.`));
  if (report.verdict !== FitVerdict.FITS && report.alternatives.length > 0) { lines.push(`  Fits: ${report.alternatives.join('; ')}.`); }
  return lines.join('\n');
}

function componentLine({ name, bestMib, worstMib, source }: FitComponent): string {
  const range = bestMib === worstMib ? gib(worstMib) : `${gib(bestMib)} to ${gib(worstMib)}`;
  return `  ${name.padEnd(16)} ${range.padEnd(22)} ${source}`;
}
