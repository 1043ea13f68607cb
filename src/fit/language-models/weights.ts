import { expandedWeights } from './impossible';
import type { Gpu } from '../../hardware';
import { bitsPerWeight, LlmArchitecture, Precision } from '../../models';
import { between, Estimate, exactly, GIB, part, Part } from '../estimate';
import type { LlmServingOptions } from '../model-footprint';

/** 16-bit checkpoints were loaded at -0.05 to 0.5 % of what their parameters say (logs), and at up to 0.1 GiB more. */
const LOADED_SHARE = 0.005;
const LOADED_GIB = 0.1;
/** A checkpoint in bytes is loaded to within a percent of them. */
const CHECKPOINT_SHARE = 0.01;
/**
 * Vision towers that the catalogue and the config do not count: llava-1.6-7b 0.6, Mistral-Small-3.1 0.84, Kimi-VL 0.95,
 * MiMo-VL-7B
 * 1.4 GiB (logs).
 */
const UNKNOWN_TOWER_GIB = { least: 0.5, expected: 0.95, most: 1.5 };

/** Towers are loaded in 16 bit. */
const TOWER_BYTES = 2;

/** How many GPUs share the weights. */
export interface Spread {
  readonly tensorParallel: number;
  readonly pipelineParallel: number;
  readonly expertParallel: boolean;
}

/** Weights as loaded on one GPU, tables included. */
export function weightsPart(
  model: LlmArchitecture,
  serving: LlmServingOptions,
  spread: Spread,
  withUnknownTower: boolean,
  gpu?: Gpu,
): Part {
  const { tensorParallel } = spread;
  const tables = model._ropeBytes();
  const isOwn = serving.precision === undefined || serving.precision === model.nativePrecision;
  const checkpoint = serving.weightBytes ?? (isOwn ? model._checkpointBytes : undefined);
  const precision = serving.precision ?? model.nativePrecision;
  const expanded = expandedWeights(model, serving, gpu);
  if (checkpoint !== undefined) {
    const read = fromCheckpoint(model, checkpoint, precision, serving, spread, tables);
    return { ...read, source: `${read.source}${expanded}` };
  }
  const { least, expected, most } = model._weightBytes(precision, {
    ...spread, withDraft: serving.mtp ?? false, isPrecisionSaid: serving.precision !== undefined,
  });
  const whole = withUnknownTower
    ? scaled(UNKNOWN_TOWER_GIB, GIB)
    : scaled(model._row.towerParameters ?? exactly(0), TOWER_BYTES);
  // most towers are cut as the language model is, but not all
  const tower = between(whole.least / tensorParallel, whole.expected / tensorParallel, whole.most);
  return part('weights', {
    least: least * model._leastShare + tower.least,
    expected: expected + tables + tower.expected,
    most: most * (1 + LOADED_SHARE) + tables + tower.most + LOADED_GIB * GIB / tensorParallel,
  }, weightsSource(model, isOwn ? model._row.nativeFormat ?? precision : precision, withUnknownTower) + expanded);
}

/** A checkpoint has the layers that draft, which are loaded only when they do. */
function fromCheckpoint(
  model: LlmArchitecture, checkpoint: number, precision: Precision, { mtp }: LlmServingOptions, spread: Spread,
  tables: number): Part {
  const share = model._stageShare(spread.pipelineParallel) / spread.tensorParallel;
  const draft = mtp === true ? 0 : (model._row.draftParameters ?? 0) * bitsPerWeight(precision).least / 8;
  const [least, expected] = [(checkpoint - draft) * share + tables, (checkpoint - draft) * share + tables];
  const most = (checkpoint * share + tables) * (1 + CHECKPOINT_SHARE);
  return part('weights', { least, expected, most }, 'bytes of the checkpoint, and position tables');
}

function weightsSource(model: LlmArchitecture, precision: string, withUnknownTower: boolean): string {
  const { towerParameters: towers } = model._row;
  const beside = withUnknownTower
    ? ', and a vision tower of unknown size'
    : towers === undefined
      ? ''
      : `, and about ${Math.round(towers.expected / 1e6)} million of its towers`;
  return `${model.parameters} parameters in ${precision}${beside}`;
}

function scaled({ least, expected, most }: Estimate, by: number): Estimate {
  return between(least * by, expected * by, most * by);
}

/**
 * vLLM takes the slots in advance: for each slot and adapted matrix, two low-rank factors. +0.19 GiB was seen on an 8B
 * model.
 */
export function loraPart(model: LlmArchitecture, serving: LlmServingOptions, tensorParallel: number): Part[] {
  const slots = serving.loraSlots ?? 0;
  if (slots === 0) { return []; }
  const { hiddenSize, intermediateSize, layers } = model._row;
  const widths = 8 * hiddenSize! + 3 * (hiddenSize! + (intermediateSize ?? 4 * hiddenSize!));
  const bytes = slots * (serving.loraRank ?? 16) * layers! * widths * 2 / tensorParallel;
  return [part(
    'lora',
    { least: bytes * 0.5, expected: bytes, most: bytes },
    'slots of the highest rank on every projection',
  )];
}

