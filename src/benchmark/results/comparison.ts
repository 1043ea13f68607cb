import { CellVerdict, judge } from './cell-checks';
import { CellFigures, figuresOf } from './cell-figures';
import { Metric, METRICS } from './metrics';
import { ArmLine, LoadLine } from './result-lines';
import { MeasuredCell, Run } from './runs';
import { areSeparate, Confidence, confidenceOf, LEAST_REPETITIONS } from './statistics/confidence';

/** A cell with its figures and what speaks against it. */
export interface JudgedCell {
  readonly cell: MeasuredCell;
  readonly figures: CellFigures;
  readonly verdict: CellVerdict;
}

/** One figure of one arm under one load, over its repetitions. */
export interface MetricResult {
  readonly metric: Metric;
  readonly confidence: Confidence;
  /** The value of each repetition that counts, in their order. */
  readonly values: readonly number[];
}

/** One arm under one load. */
export interface ArmResult {
  readonly arm: ArmLine;
  readonly metrics: ReadonlyMap<string, MetricResult>;
  /** Cells that count, and those that do not. */
  readonly counted: readonly JudgedCell[];
  readonly leftOut: readonly JudgedCell[];
  /** Repetitions that were to be. */
  readonly planned: number;
}

/** Who is best by a figure, or why nobody is. */
export interface Winner {
  readonly metric: Metric;
  readonly arm?: string;
  readonly reason: string;
}

/** All arms under one load. */
export interface LoadResult {
  readonly load: LoadLine;
  readonly arms: readonly ArmResult[];
  readonly winners: readonly Winner[];
}

/** Figures that a winner is named by, where they are known. */
const DECIDING = [
  'goodputPerGpu', 'goodput', 'throughputPerGpu', 'throughput', 'firstAudioP95', 'asrFinalP95', 'firstTokenP95',
  'firstPieceP95', 'wholeRequestP95',
];

/** Sets the arms of comparable runs side by side, load by load. */
export function compare(runs: readonly Run[], cells: readonly MeasuredCell[]): LoadResult[] {
  const judged = cells.map((cell): JudgedCell => {
    const figures = figuresOf(cell);
    return { cell, figures, verdict: judge(cell, figures) };
  });
  const arms = [...new Map(runs.flatMap(({ declared }) =>
    declared.arms.map((arm): [string, ArmLine] => [arm.name, arm]))).values()];
  const loads = [...new Map(runs.flatMap(({ declared }) =>
    declared.loads.map((load): [string, LoadLine] => [load.name, load]))).values()];
  const byPlace = new Map<string, JudgedCell[]>();
  for (const each of judged) {
    const place = placeOf(each.cell.start.arm, each.cell.start.load);
    byPlace.set(place, byPlace.get(place) ?? []).get(place)!.push(each);
  }
  const planned = plannedIn(runs);
  return loads.map(load => {
    const results = arms.map(arm => {
      const place = placeOf(arm.name, load.name);
      return armResult(arm, byPlace.get(place) ?? [], planned.get(place) ?? 0);
    });
    return { load, arms: results, winners: winnersOf(results) };
  });
}

const placeOf = (arm: string, load: string) => JSON.stringify([arm, load]);

/** How many repetitions of each arm under each load the runs declare. */
function plannedIn(runs: readonly Run[]): ReadonlyMap<string, number> {
  const planned = new Map<string, number>();
  for (const { declared: { arms, loads, repetitions } } of runs) {
    const places = new Set(loads.flatMap(load => arms.map(arm => placeOf(arm.name, load.name))));
    for (const place of places) { planned.set(place, (planned.get(place) ?? 0) + repetitions); }
  }
  return planned;
}

function armResult(arm: ArmLine, own: readonly JudgedCell[], planned: number): ArmResult {
  const counted = own.filter(({ verdict }) => verdict.leftOut.length === 0);
  const metrics = METRICS.map((metric): [string, MetricResult] | undefined => {
    const values = counted.map(({ figures }) => metric.of(figures, arm)).filter(value => value !== undefined);
    // a figure that some repetitions have and others have not would be of the better ones alone
    const confidence = values.length < counted.length ? undefined : confidenceOf(values);
    return confidence === undefined ? undefined : [metric.id, { metric, confidence, values }];
  });
  const leftOut = own.filter(({ verdict }) => verdict.leftOut.length > 0);
  return { arm, metrics: new Map(metrics.filter(each => each !== undefined)), counted, leftOut, planned };
}

function winnersOf(results: readonly ArmResult[]): Winner[] {
  return DECIDING.flatMap(id => {
    const known = results.map(result => result.metrics.get(id));
    const metric = METRICS.find(each => each.id === id)!;
    if (known.every(each => each === undefined)) { return []; }
    return [winnerBy(metric, results)];
  });
}

function winnerBy(metric: Metric, results: readonly ArmResult[]): Winner {
  if (results.length < 2) { return { metric, reason: 'there is one arm only, so nothing to compare with' }; }
  const without = results.filter(result => !result.metrics.has(metric.id));
  if (without.length > 0) {
    return { metric, reason: `${namesOf(without)} ${without.length === 1 ? 'has' : 'have'} no such figure` };
  }
  const few = results.filter(({ counted }) => counted.length < LEAST_REPETITIONS);
  if (few.length > 0) {
    return {
      metric,
      reason: `${namesOf(few)} ${few.length === 1 ? 'has' : 'have'} fewer than `
        + `${LEAST_REPETITIONS} repetitions that count`,
    };
  }
  const of = (result: ArmResult) => result.metrics.get(metric.id)!.confidence;
  const sign = metric.better === 'more' ? -1 : 1;
  const [best, ...others] = [...results].sort((a, b) => sign * (of(a).mean - of(b).mean));
  const close = others.filter(other => !areSeparate(of(best), of(other)));
  if (close.length > 0) {
    return { metric, reason: `the intervals of ${best.arm.name} and ${namesOf(close)} overlap` };
  }
  return { metric, arm: best.arm.name, reason: 'its interval is separate from that of every other arm' };
}

function namesOf(results: readonly ArmResult[]): string {
  return results.map(({ arm }) => arm.name).join(', ');
}
