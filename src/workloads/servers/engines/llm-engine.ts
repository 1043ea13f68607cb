import { EngineArguments, engineArguments } from './engine-arguments';
import { LlmServerProps } from './llm-server-props';
import { CacheVolume, ModelCache } from '../model-cache';
import { ServerEngine } from './server-engine';
import { footprintAnnotations, InferenceEngine, LlmServingOptions, ModelFootprint } from '../../../fit';
import { checkMemory } from '../../../pools';
import { checkText, checkWhole } from '../../../props';

/** Where the files of models are in the container. */
export const MODELS = '/models';

/**
 * 1 Gbit/s: what a slow network still has. A start-up probe that waits too long only tells later of a start that hangs.
 */
const MEGABYTES_PER_SECOND = 125;
/**
 * For all of a start but the download: 15 s and 60 times 10 s, as the start-up probe of upstream's chart has them
 * (vllm-project/production-stack@a6c01db helm/values.yaml).
 */
const ENGINE_SECONDS = 615;

/** What engines of language models have in common, as an engine's own part needs it. */
export interface LlmContext {
  /** Repository or directory of the checkpoint. */
  readonly source: string;
  /** Flags that the memory check and the props make. */
  readonly flags: string[];
}

type Common = Pick<ServerEngine, 'env' | 'secretEnv' | 'startupSeconds' | 'devices' | 'volumes' | 'claims' | 'annotations' | 'footprint' | 'decisions'>;

/**
 * Checks the model's memory on its slice, and makes of the same numbers what the engine is told.
 * @throws when it does not fit, or may not and nobody accepted that
 */
export function llmEngine(
  place: string,
  name: string,
  engine: InferenceEngine,
  props: LlmServerProps,
  engineVersion?: string,
): Common & LlmContext {
  const { model, slice, source } = props;
  checkSource(place, props);
  const serving = servingOf(place, engine, props, engineVersion);
  const footprint = props.footprint ?? footprintOf(place, props, serving);
  const report = checkMemory(place, footprint, slice, props);
  const settings = props.footprint === undefined ? report?.engineSettings ?? {} : {};
  const given: EngineArguments = { engine, model, serving, settings, hasOwnCheckpoint: source !== undefined };
  const weightBytes = weightBytesOf(props, serving);
  const start = startupOf(place, props, weightBytes);
  const { volume, subPath, claim }: CacheVolume = (props.cache ?? ModelCache.newClaim())._toVolume(place, {
    name, severalReplicas: (props.scaling?.maxReplicas ?? props.replicas ?? 1) > 1, weightBytes,
  });
  return {
    source: source ?? model.id,
    flags: engineArguments(place, given),
    env: { HF_HOME: MODELS },
    secretEnv: props.huggingFaceToken === undefined ? {} : { HF_TOKEN: props.huggingFaceToken },
    startupSeconds: start.seconds,
    devices: (serving.tensorParallel ?? 1) * (serving.pipelineParallel ?? 1),
    volumes: [{ name: 'models', mountPath: MODELS, volume, subPath }],
    claims: claim === undefined ? [] : [claim],
    annotations: footprintAnnotations({ footprint }),
    footprint,
    decisions: [...start.decisions, ...report?.notes ?? []],
  };
}

function checkSource(place: string, props: LlmServerProps): void {
  for (const key of ['source', 'servedName'] as const) {
    const text = props[key];
    checkText(place, key, text);
    if (text !== undefined && (/\s/.test(text) || text.startsWith('-'))) {
      throw new Error(`${place}: ${key} "${text}" is no name of a model: it has blanks, or begins with "-"`);
    }
  }
  for (const key of ['secret', 'key'] as const) {
    checkText(place, `huggingFaceToken.${key}`, props.huggingFaceToken?.[key]);
  }
}

function servingOf(
  place: string,
  engine: InferenceEngine,
  { serving = {} }: LlmServerProps,
  engineVersion: string | undefined,
): LlmServingOptions {
  if (serving.engine !== undefined && serving.engine !== engine) {
    throw new Error(`${place}: serving.engine is ${serving.engine}, and this server runs ${engine}; leave it out`);
  }
  if (serving.engineVersion !== undefined && serving.engineVersion !== engineVersion) {
    throw new Error(`${place}: serving.engineVersion is ${serving.engineVersion}, and version says which `
      + 'release runs; leave it out');
  }
  return { ...serving, engine, ...(engineVersion !== undefined && { engineVersion }) };
}

function footprintOf(place: string, { model }: LlmServerProps, serving: LlmServingOptions): ModelFootprint {
  try {
    return ModelFootprint.ofLlm(model, serving);
  } catch (error) {
    throw new Error(`${place}: serving: ${(error as Error).message}; give another, or leave it out`, { cause: error });
  }
}

/** Bytes of the checkpoint; undefined when the model's size is not known. */
function weightBytesOf({ model }: LlmServerProps, { weightBytes, precision }: LlmServingOptions): number | undefined {
  const isOwn = precision === undefined || precision === model.nativePrecision;
  const known = weightBytes ?? (isOwn ? model._checkpointBytes : undefined);
  if (known !== undefined || model.parameters === undefined) { return known; }
  return model._weightBytes(precision ?? model.nativePrecision, { tensorParallel: 1, withDraft: true }).most;
}

function startupOf(
  place: string,
  props: LlmServerProps,
  weightBytes: number | undefined,
): { seconds: number; decisions: string[] } {
  const { startupSeconds, downloadMegabytesPerSecond: speed } = props;
  checkWhole(place, 'startupSeconds', startupSeconds, 1);
  if (speed !== undefined && !(speed > 0 && Number.isFinite(speed))) {
    throw new Error(`${place}: downloadMegabytesPerSecond must be a number above 0, got ${speed}`);
  }
  if (startupSeconds !== undefined) { return { seconds: startupSeconds, decisions: [] }; }
  if (weightBytes === undefined) {
    throw new Error(`${place}: the size of ${props.model} is not known, so neither is how long a start may `
      + 'take; give startupSeconds');
  }
  const download = Math.ceil(weightBytes / 1e6 / (speed ?? MEGABYTES_PER_SECOND));
  return {
    seconds: download + ENGINE_SECONDS,
    decisions: [`A start may take ${download + ENGINE_SECONDS} s: ${download} s for `
      + `${(weightBytes / 1e9).toFixed(1)} GB at ${speed ?? MEGABYTES_PER_SECOND} MB/s, and ${ENGINE_SECONDS} s for `
      + 'the rest. Give downloadMegabytesPerSecond or startupSeconds for another.'],
  };
}
