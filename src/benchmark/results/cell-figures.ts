import { TurnLine } from './result-lines';
import { MeasuredCell } from './runs';
import { mean, percentile } from './statistics/percentile';
import { keepsTargets, measuresOf, TurnMeasures } from './turn-measures';

/** What is told of the turns of a cell, besides rates. */
export const LATENCIES = [
  'firstAudio', 'asrFinal', 'firstToken', 'interToken', 'wholeRequest', 'firstSentence', 'firstPiece', 'realTimeFactor',
] as const;

/** One of the times of a turn that percentiles are told of. */
export type Latency = typeof LATENCIES[number];

/** Percentiles of one measure over the turns of a cell. */
export interface Percentiles {
  readonly p50?: number;
  readonly p95?: number;
  readonly p99?: number;
}

/** What one cell says, of its steady window alone. */
export interface CellFigures {
  /** Turns that succeeded in the window, a second. */
  readonly throughput: number;
  /** The same of turns that kept all targets; undefined without targets. */
  readonly goodput?: number;
  /** Part of the turns of the window that succeeded; turns that were in flight at the end are in neither part. */
  readonly success?: number;
  readonly latencies: Readonly<Record<Latency, Percentiles>>;
  /** Gaps within sentences, a turn. */
  readonly underruns?: number;
  readonly wordErrorRate?: number;
  /** Tokens of an answer, in the mean. */
  readonly tokens?: number;
  /** Turns that began in the window. */
  readonly turns: number;
  readonly failed: number;
  /** Turns of the window of which nobody knows how they would have ended. */
  readonly inFlight: number;
  /** Where turns failed, as in `tts: CUDA out of memory`, with how many. */
  readonly failures: ReadonlyMap<string, number>;
  /** Median of what no stage accounts for, in ms. */
  readonly unaccounted?: number;
  /** Turns in the system, counted over the window. */
  readonly concurrency: number;
  /** Little's law: rate of completion times mean residence, over the turns counted; 1 in a steady state. */
  readonly littleRatio?: number;
  /** Rate in the second half of the window by that in the first. */
  readonly drift?: number;
}

/**
 * Reads a cell. Ramp and warm-up are left out: only what ended in the window counts for rates, only what began in it
 * for times.
 */
export function figuresOf(cell: MeasuredCell): CellFigures {
  const { windowStartAtMs: from, windowEndAtMs: to } = cell.start;
  const { targets } = cell.run.declared;
  const seconds = (to - from) / 1000;
  const endedIn = (start: number, end: number) =>
    cell.turns.filter(turn => turn.outcome !== 'in-flight' && turn.endAtMs >= start && turn.endAtMs < end);
  const ended = endedIn(from, to);
  const done = ended.filter(({ outcome }) => outcome === 'ok');
  const begun = cell.turns.filter(({ dueAtMs }) => dueAtMs >= from && dueAtMs < to);
  const middle = (from + to) / 2;
  const [early, late] = [endedIn(from, middle).length, endedIn(middle, to).length];
  const measures = begun.filter(({ outcome }) => outcome === 'ok').map(measuresOf);
  const meanOf = (name: keyof TurnMeasures) =>
    mean(measures.map(each => each[name]).filter(value => value !== undefined));
  const failed = begun.filter(({ outcome }) => outcome === 'failed');
  const known = begun.filter(({ outcome }) => outcome !== 'in-flight');
  const residence = mean(ended.map(({ startAtMs, endAtMs }) => (endAtMs - startAtMs) / 1000));
  const concurrency = cell.turns.reduce((sum, turn) => sum + overlap(turn, from, to), 0) / (to - from);
  return {
    throughput: done.length / seconds,
    goodput: targets === undefined ? undefined : done.filter(turn => keepsTargets(turn, targets)).length / seconds,
    success: known.length === 0 ? undefined : 1 - failed.length / known.length,
    latencies: Object.fromEntries(LATENCIES.map(name =>
      [name, percentilesOf(begun, name)])) as Record<Latency, Percentiles>,
    underruns: meanOf('underruns'),
    wordErrorRate: meanOf('wordErrorRate'),
    tokens: meanOf('tokens'),
    turns: begun.length,
    failed: failed.length,
    inFlight: begun.length - known.length,
    failures: failuresOf(failed),
    unaccounted: percentile(measures.map(each => each.unaccounted).filter(value => value !== undefined), 50),
    concurrency,
    littleRatio: residence === undefined || concurrency === 0
      ? undefined
      : ended.length / seconds * residence / concurrency,
    drift: early === 0 ? undefined : late / early,
  };
}

/** A turn that failed or never ended has no time, and is not left out either: it counts as longer than any. */
function percentilesOf(turns: readonly TurnLine[], name: Latency): Percentiles {
  const measures = turns.map(turn => (turn.outcome === 'ok' ? measuresOf(turn)[name] : Infinity))
    .filter(value => value !== undefined);
  if (!measures.some(Number.isFinite)) { return {}; }
  return { p50: percentile(measures, 50), p95: percentile(measures, 95), p99: percentile(measures, 99) };
}

function overlap({ startAtMs, endAtMs }: TurnLine, from: number, to: number): number {
  return Math.max(0, Math.min(endAtMs, to) - Math.max(startAtMs, from));
}

function failuresOf(turns: readonly TurnLine[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { error } of turns) {
    const text = `${error?.stage ?? 'unknown stage'}: ${error?.message ?? 'no message'}`;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return counts;
}
