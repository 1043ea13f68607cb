import type { BenchmarkReport } from './benchmark-report';
import { Defeat, LoadOutcome, outcomeOf } from './compare-strategies';
import { Gpu, GpuSliceKind } from '../../hardware';
import { visible } from '../../text';
import { GpuStrategyScore } from '../advice/strategy-scores';

/** More than any line of others' evidence: it is of the asker's own load. */
const POINTS = 3;

/** What a report says of strategies that are possible. */
export interface MeasuredHere {
  readonly scores: readonly GpuStrategyScore[];
  /** Strategies that won or lost, of which others' figures say nothing more. */
  readonly decided: readonly GpuSliceKind[];
  /** What it does not decide, and why. */
  readonly notes: readonly string[];
}

/**
 * Reads a report as evidence. One strategy is better than another where it is under some load, by intervals that are
 * apart, and worse under none. Loads of the whole pipeline count before those of one stage; loads with a fault are
 * about isolation and count for nothing here.
 */
export function measuredHere(report: BenchmarkReport, gpu: Gpu, possible: readonly GpuSliceKind[]): MeasuredHere {
  const products = report._products;
  if (products.length > 0 && !products.some(product => Gpu.findByProductLabel(product) === gpu)) {
    return {
      scores: [],
      decided: [],
      notes: [`the results are of ${products.join(', ')}, and the question is about ${gpu}: they count for nothing`],
    };
  }
  const outcomes = countingLoads(report).map(outcomeOf);
  const defeats = outcomes.flatMap(each => each.defeats)
    .filter(({ winner, loser }) => possible.includes(winner) && possible.includes(loser));
  const contrary = defeats.filter(one =>
    defeats.some(other => other.winner === one.loser && other.loser === one.winner));
  const agreed = defeats.filter(each => !contrary.includes(each));
  const measured = possible.filter(kind => outcomes.some(each => each.measured.includes(kind)));
  const scores = scoresOf(agreed, measured, `measured here: ${report._about}`);
  return {
    scores,
    decided: measured.filter(kind => scores.some(({ strategy }) => strategy === kind)),
    notes: notesOf(outcomes, contrary, measured),
  };
}

function countingLoads(report: BenchmarkReport) {
  const loads = report._loads.filter(({ load }) => load.faultAfterSeconds === undefined);
  const whole = loads.filter(({ load }) => load.stage === 'voice');
  return whole.length > 0 ? whole : loads;
}

function scoresOf(agreed: readonly Defeat[], measured: readonly GpuSliceKind[], evidence: string): GpuStrategyScore[] {
  return measured.flatMap((strategy): GpuStrategyScore[] => {
    const lost = agreed.find(({ loser }) => loser === strategy);
    if (lost !== undefined) { return [{ strategy, points: -POINTS, reason: reasonOf(lost), evidence }]; }
    const won = agreed.filter(({ winner }) => winner === strategy);
    const isBest = measured.every(other => other === strategy || won.some(({ loser }) => loser === other));
    return won.length > 0 && isBest ? [{ strategy, points: POINTS, reason: reasonOf(won[0]), evidence }] : [];
  });
}

function reasonOf({ load, words }: Defeat): string {
  return `measured under ${visible(load)}: ${words}`;
}

function notesOf(
  outcomes: readonly LoadOutcome[],
  contrary: readonly Defeat[],
  measured: readonly GpuSliceKind[],
): string[] {
  if (measured.length < 2) {
    return ['the results have fewer than two of the strategies that are possible, so they compare nothing'];
  }
  return [
    ...outcomes.flatMap(({ load, open }) => open.map(why => `${visible(load)}: ${why}`)),
    ...(contrary.length === 0
      ? []
      : [`loads disagree (${contrary.map(each => reasonOf(each)).join('; ')}): say which load is yours`]),
  ];
}
