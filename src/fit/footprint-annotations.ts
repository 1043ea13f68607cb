import { KvCacheType, LlmArchitecture, NimModel, Precision } from '../models';
import { readVersion } from './engines/engine-version';
import { InferenceEngine } from './engines/inference-engine';
import { MIB } from './estimate';
import { LlmServingOptions, ModelFootprint } from './model-footprint';

/** The model, where the image does not say: the id of an architecture, or a NIM by image name. */
export const MODEL_ANNOTATION = 'cdk8s-gpu/model';
/** What the running model takes, in MiB, as `nvidia-smi` prints it. */
export const MEMORY_ANNOTATION = 'cdk8s-gpu/memory-mib';
/** How a language model is served, as far as neither arguments nor variables say it: `precision=fp8,eager=true`. */
export const SERVING_ANNOTATION = 'cdk8s-gpu/serving';

type Key = Exclude<keyof LlmServingOptions, 'assumptions'>;

const WHOLE: Key[] = [
  'contextLength', 'concurrency', 'maxNumSeqs', 'maxNumBatchedTokens', 'tensorParallel', 'pipelineParallel',
  'weightBytes', 'loraSlots', 'loraRank',
];
const FLAGS: Key[] = ['eager', 'expertParallel', 'mtp'];
const CHOICES: [Key, object][] = [['engine', InferenceEngine], ['precision', Precision], ['kvCache', KvCacheType]];
const ASSUMPTIONS = ['activationsMib', 'cudaGraphsMib', 'processOverheadMib', 'trtllmOverheadMib'] as const;
/** Those that make the need smaller and that a NIM's variables do not say. */
const UNSEEN: Key[] = [
  'engine',
  'engineVersion',
  'precision',
  'kvCache',
  'maxNumBatchedTokens',
  'pipelineParallel',
  'weightBytes',
  ...FLAGS,
];

/** What is known of a model where its object is made. */
export interface KnownModel {
  /** Of a NIM; left out for other servers, of which the footprint tells. */
  readonly model?: NimModel;
  readonly footprint?: ModelFootprint;
  readonly serving?: LlmServingOptions;
}

/**
 * Annotations by which lint counts as the construct did.
 * @param service which service of a pipeline it is about; left out for an object of its own
 */
export function footprintAnnotations(
  { model, footprint, serving }: KnownModel,
  service?: string,
): Record<string, string> {
  const suffix = service === undefined ? '' : `.${service}`;
  if (footprint?._measuredMib !== undefined) {
    return { [MEMORY_ANNOTATION + suffix]: String(footprint._measuredMib) };
  }
  const architecture = footprint === undefined ? model?.architecture : footprint._architecture;
  const named = architecture !== undefined && LlmArchitecture.find(architecture.id) !== undefined
    ? architecture.id
    : undefined;
  const said = footprint === undefined
    ? written(serving ?? {}, UNSEEN)
    : written(footprint._serving, ['fraction', 'engineVersion', ...FLAGS, ...WHOLE, ...CHOICES.map(([key]) => key)]);
  return {
    ...(named !== undefined && { [MODEL_ANNOTATION + suffix]: named }),
    ...(said !== '' && { [SERVING_ANNOTATION + suffix]: said }),
  };
}

function written(serving: LlmServingOptions, keys: Key[]): string {
  const own = keys.filter(key => serving[key] !== undefined).map(key => `${key}=${serving[key]}`);
  const assumed = ASSUMPTIONS.filter(key => serving.assumptions?.[key] !== undefined)
    .map(key => `${key}=${serving.assumptions![key]}`);
  return [...own, ...assumed].join(',');
}

/** An annotation of an object about one of its containers, or about all. */
export function annotationFor(
  annotations: Readonly<Record<string, string>>,
  key: string,
  container: string,
): string | undefined {
  return annotations[`${key}.${container}`] ?? annotations[key];
}

/** The MiB of an annotation; undefined when it is none, or no number. */
export function memoryIn(text: string | undefined): number | undefined {
  const mib = Number(text);
  // so much that its bytes are past counting is no figure
  return text !== undefined && mib > 0 && mib * MIB <= Number.MAX_SAFE_INTEGER ? mib : undefined;
}

/** The serving of an annotation. What nobody understands is left out, and counted as if it were not there. */
export function servingIn(text: string | undefined): LlmServingOptions {
  const pairs = new Map((text ?? '').split(',')
    .map(pair => pair.split('=').map(part => part.trim()) as [string, string]));
  const known: Record<string, unknown> = {};
  for (const key of WHOLE) {
    const value = pairs.get(key);
    if (value !== undefined && /^[1-9]\d{0,14}$/.test(value)) { known[key] = Number(value); }
  }
  for (const [key, choices] of CHOICES) {
    const value = pairs.get(key);
    if (Object.values(choices).includes(value)) { known[key] = value; }
  }
  for (const key of FLAGS) {
    if (pairs.get(key) === 'true') { known[key] = true; }
  }
  const version = pairs.get('engineVersion');
  if (version !== undefined && (readVersion(version) !== undefined || /^b\d{1,6}$/.test(version))) {
    known.engineVersion = version;
  }
  const fraction = Number(pairs.get('fraction'));
  if (fraction > 0 && fraction <= 1) { known.fraction = fraction; }
  const assumed = ASSUMPTIONS.flatMap(key =>
    (memoryIn(pairs.get(key)) === undefined ? [] : [[key, memoryIn(pairs.get(key))]]));
  if (assumed.length > 0) { known.assumptions = Object.fromEntries(assumed); }
  return known;
}
