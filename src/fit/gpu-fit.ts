import { bitsPerWeight, Precision } from '../models';
import { encoderParts } from './encoders/encoder-memory';
import { InferenceEngine } from './engines/inference-engine';
import { MIB, Part, sum } from './estimate';
import { GpuMemory } from './gpu-memory';
import { judgeLlm } from './language-models/judge-llm';
import { memoryNotes } from './memory-notes';
import { ModelFootprint } from './model-footprint';
import { nimFigures } from './nim-figures';
import { otherMemories } from './report/alternatives';
import { explain } from './report/explain';
import { FitReport, FitVerdict } from './report/fit-report';

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
    if (report.verdict === FitVerdict.FITS) { return report; }
    return { ...report, alternatives: [...report.alternatives, ...otherMemories(footprint, share, judge)] };
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
  if (footprint._measuredMib !== undefined) {
    return judgeFigure(footprint, share, footprint._measuredMib, footprint._measuredMib, 'measured', []);
  }
  const figures = footprint._nim === undefined
    ? undefined
    : nimFigures(footprint._nim, footprint._nimOptions.selector, share.gpu?.architecture);
  if (figures !== undefined) {
    return judgeFigure(
      footprint,
      share,
      figures.bestMib,
      figures.worstMib,
      figures.source,
      figures.notes,
      figures.alternatives(share.limitMib),
    );
  }
  const architecture = footprint._architecture;
  if (architecture === undefined || architecture.parameters === undefined) { return unknownNeed(footprint, share); }
  if (!architecture.isGenerative) {
    const parts = encoderParts(architecture, footprint._serving);
    if (parts !== undefined) {
      return judgeParts(footprint, parts, share, architecture._unknownsWhen(footprint._serving));
    }
    return judgeWeights(footprint, architecture.parameters, share);
  }
  if (!architecture.isComplete || footprint._serving.engine === InferenceEngine.TRITON) {
    return judgeWeights(footprint, architecture.parameters, share);
  }
  return judgeLlm(footprint, architecture, share);
}

/** A model whose need is one figure: measured, or of a table. */
function judgeFigure(
  footprint: ModelFootprint, share: GpuMemory, best: number, worst: number | undefined, source: string, notes: string[],
  alternatives: string[] = [], expected: number = best): FitReport {
  const verdict = best > share._limitMostMib ? FitVerdict.DOES_NOT_FIT
    : worst !== undefined && worst <= share._safeMib ? FitVerdict.FITS : FitVerdict.UNCERTAIN;
  return {
    verdict,
    subject: footprint.subject,
    share: String(share),
    neededBestMib: best,
    neededExpectedMib: expected,
    neededWorstMib: worst,
    availableMib: share.limitMib,
    headroomMib: worst === undefined ? undefined : share.limitMib - worst,
    components: [{ name: 'model', bestMib: best, expectedMib: expected, worstMib: worst ?? best, source }],
    alternatives,
    engineSettings: footprint._nimOptions.selector === undefined
      ? {}
      : { NIM_TAGS_SELECTOR: footprint._nimOptions.selector },
    notes: [...notes, ...memoryNotes(share, verdict)],
  };
}

/** A model whose need is a sum of parts that all must find room. */
function judgeParts(footprint: ModelFootprint, parts: Part[], share: GpuMemory, unknown: string[]): FitReport {
  const need = sum(parts);
  const [best, expected, worst] = [need.least, need.expected, need.most].map(mib);
  const components = parts.map(({ name, least, expected: usual, most, source }) =>
    ({ name, bestMib: mib(least), expectedMib: mib(usual), worstMib: mib(most), source }));
  const report = judgeFigure(footprint, share, best, worst, '', unknown, [], expected);
  return {
    ...report,
    components,
    verdict: unknown.length > 0 && report.verdict === FitVerdict.FITS ? FitVerdict.UNCERTAIN : report.verdict,
  };
}

/**
 * A model that is not served as a language model: only its weights are known, and its batch profile decides the rest.
 */
function judgeWeights(footprint: ModelFootprint, parameters: number, share: GpuMemory): FitReport {
  const { precision, weightBytes, tensorParallel } = footprint._serving;
  const bits = bitsPerWeight(precision ?? Precision.BF16).least;
  const weights = mib((weightBytes ?? parameters * bits / 8) / (tensorParallel ?? 1));
  const notes = ['only its weights are known; what it takes besides depends on its batch profile'];
  return judgeFigure(
    footprint,
    share,
    weights,
    undefined,
    `${parameters} parameters`,
    notes,
    ['measure it once with nvidia-smi and say ModelFootprint.measured(mib)'],
  );
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
    notes: [
      `no memory figure of ${footprint.subject} is known`,
      ...footprint._architecture?._unknowns ?? [],
      ...memoryNotes(share, FitVerdict.UNCERTAIN),
    ],
  };
}

function mib(bytes: number): number {
  return Math.ceil(bytes / MIB);
}
