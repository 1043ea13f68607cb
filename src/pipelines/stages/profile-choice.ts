import { FitVerdict, GpuFit, GpuMemory, LlmServingOptions, ModelFootprint } from '../../fit';
import { NimKind, NimMemoryMeaning, NimModel } from '../../models';
import { NimServiceOptions } from '../../nim';
import { shareOfSlice } from '../../pools';

/** What was chosen where nobody chose, and why. */
export interface ProfileChoice {
  readonly options: NimServiceOptions;
  readonly decision?: string;
}

/** Variables by which a person chooses the profile without `selector`. */
const PROFILE_VARIABLES = ['NIM_TAGS_SELECTOR', 'NIM_MANIFEST_PROFILE', 'NIM_MODEL_PROFILE'];

/** A context below this is no choice worth making. */
const LEAST_CONTEXT = 1024;

/**
 * Chooses the profile of a stage where the person gave none: for speech the best that surely fits a fair part of the
 * slice, for a language model the longest context that does. Where nothing surely fits, nothing is chosen, and the
 * memory check says so.
 * @param stage how messages call the stage
 * @param options as the person gave them
 */
export function chooseProfile(stage: string, options: NimServiceOptions): ProfileChoice {
  const { model, selector, footprint, env } = options;
  if (selector !== undefined || footprint !== undefined || PROFILE_VARIABLES.some(name => env?.[name] !== undefined)) {
    return { options };
  }
  const share = fairShare(options);
  if (share === undefined) { return { options }; }
  if (model.isSpeech) { return chooseSelector(stage, options, share); }
  // adapters and several nodes change what it needs, so whoever gives those says the rest too
  const plain = options.serving === undefined && options.lora === undefined && options.multiNode === undefined;
  return plain ? chooseContext(stage, options, share) : { options };
}

/** Its part of the slice when every tenant takes as much. */
function fairShare({ slice }: NimServiceOptions): GpuMemory | undefined {
  try {
    return shareOfSlice(slice, slice.replicas);
  } catch {
    return undefined; // the memory check says what is wrong with the slice
  }
}

function chooseSelector(stage: string, options: NimServiceOptions, share: GpuMemory): ProfileChoice {
  const { model } = options;
  const fitting = candidates(model).filter(selector =>
    GpuFit.check(ModelFootprint.ofNim(model, { selector }), share).verdict === FitVerdict.FITS);
  if (fitting.length === 0) { return { options }; }
  const [chosen] = fitting;
  const why = model.kind === NimKind.ASR ? 'it streams' : 'it has the largest batch';
  return {
    options: { ...options, selector: chosen },
    decision: `${stage}: no selector was given; "${chosen}" was chosen, because of those with a known need that fit `
      + `${share} ${why}. Give selector for another`,
  };
}

/** Selectors with a known need, the most wanted first. */
function candidates(model: NimModel): string[] {
  const selectors = model.memoryFigures
    .filter(figure => figure.meaning === NimMemoryMeaning.USAGE && figure.selector !== undefined)
    .map(figure => figure.selector!);
  return [...new Set(selectors)]
    .map(selector => ({ selector, rank: rankOf(model, selector) }))
    .filter(({ rank }) => rank !== undefined)
    .sort((a, b) => b.rank! - a.rank!)
    .map(({ selector }) => selector);
}

/**
 * How much a profile is wanted; undefined: not without being asked for. Recognition streams, low latency before
 * throughput, with the voice detection of NVIDIA's voice blueprint (mode=str,vad=silero), and tells no speakers apart.
 * Synthesis batches as much as it can.
 */
function rankOf(model: NimModel, selector: string): number | undefined {
  const tags = new Map(selector.split(',').map(pair => pair.trim().split('=') as [string, string]));
  if (model.kind !== NimKind.ASR) { return Number(tags.get('batch_size') ?? 0); }
  if (tags.get('diarizer') === 'sortformer') { return undefined; }
  const mode = { 'str': 2, 'str-thr': 0 }[tags.get('mode') ?? ''];
  return mode === undefined ? undefined : mode + (tags.get('vad') === 'silero' ? 1 : 0);
}

function chooseContext(stage: string, options: NimServiceOptions, share: GpuMemory): ProfileChoice {
  const { model } = options;
  const asGiven = GpuFit.check(ModelFootprint.ofNim(model), share);
  if (asGiven.maxContext === undefined || asGiven.maxConcurrency! > 0) { return { options }; }
  const contextLength = Math.floor(asGiven.maxContext / LEAST_CONTEXT) * LEAST_CONTEXT;
  if (contextLength < LEAST_CONTEXT) { return { options }; }
  const serving: LlmServingOptions = { contextLength };
  if (GpuFit.check(ModelFootprint.ofNim(model, { serving }), share).verdict === FitVerdict.DOES_NOT_FIT) {
    return { options };
  }
  return {
    options: { ...options, serving },
    decision: `${stage}: no serving was given, and the model's longest context does not fit ${share}; a context of `
      + `${contextLength} tokens for one request at a time was chosen. Give serving for more requests of a shorter `
      + 'context',
  };
}
