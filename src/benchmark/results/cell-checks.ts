import { CellFigures } from './cell-figures';
import { MeasuredCell } from './runs';

/**
 * The most that 1 of 100 chunks may be late, in ms: beyond it the generator is what is measured. A run may say another
 * bound (`settings.mostLateMs`), which its report then tells.
 */
const MOST_LATE_MS = 5;

/** The most that the wall clock may differ from the steady one in a cell: a part of the time, and in ms. */
const MOST_CLOCK_PART = 0.01;
const MOST_CLOCK_MS = 250;

/** The most of a window's turns that may be in flight at its end before their absence bends the figures. */
const MOST_IN_FLIGHT = 0.05;

/** How far Little's law and the two halves of a window may be off before a cell is not steady. */
const MOST_LITTLE = 0.2;
const MOST_DRIFT = 0.4;

/** The least turns that a comparison of two halves is made of. */
const LEAST_FOR_DRIFT = 40;

/** The most that no stage accounts for, in ms. */
const MOST_UNACCOUNTED_MS = 10;

/** What speaks against a cell. */
export interface CellVerdict {
  /** Why it is left out; empty: it counts. */
  readonly leftOut: readonly string[];
  /** What a reader should know though it counts. */
  readonly doubts: readonly string[];
}

/** Judges a cell by what was written of it. */
export function judge(cell: MeasuredCell, figures: CellFigures): CellVerdict {
  return { leftOut: reasonsAgainst(cell, figures), doubts: doubtsOf(cell, figures) };
}

function reasonsAgainst(cell: MeasuredCell, figures: CellFigures): string[] {
  const { end, turns, placements, start, run } = cell;
  const reasons: string[] = [];
  if (end === undefined) { return ['it has no end: the run broke off in it, or the file is truncated']; }
  if (end.stopped) { reasons.push('the run was stopped in it'); }
  if (turns.length !== end.turnsStarted) {
    reasons.push(`${end.turnsStarted - turns.length} of its ${end.turnsStarted} turns are missing in the file`);
  }
  const mostLateMs = Number(run.declared.settings?.mostLateMs ?? MOST_LATE_MS);
  if (!(end.generator.lateP99Ms <= mostLateMs)) {
    reasons.push(`the generator was too slow: 1 of 100 chunks of sound went out ${end.generator.lateP99Ms} ms late `
      + `or later, allowed are ${mostLateMs}`);
  }
  const clock = Math.abs(end.wallMs - end.clockMs);
  if (clock > MOST_CLOCK_MS && clock > MOST_CLOCK_PART * end.clockMs) {
    reasons.push(`the clock of the node jumped by ${Math.round(end.wallMs - end.clockMs)} ms in it: the pod was `
      + 'frozen, or the time was set');
  }
  const ofArm = run.placements.filter(placement => placement.cell === undefined && placement.arm === start.arm);
  const misplaced = [...placements, ...ofArm].flatMap(({ problems }) => problems);
  if (misplaced.length > 0) { reasons.push(`its pods did not run as declared: ${[...new Set(misplaced)].join('; ')}`); }
  if (figures.turns === 0) { reasons.push('no turn began in its window'); }
  return reasons;
}

function doubtsOf({ start, end }: MeasuredCell, figures: CellFigures): string[] {
  const doubts: string[] = [];
  const seconds = (start.windowEndAtMs - start.windowStartAtMs) / 1000;
  if (figures.inFlight > MOST_IN_FLIGHT * figures.turns) {
    doubts.push(`${figures.inFlight} of ${figures.turns} turns were still in flight when it ended; they count `
      + 'as longer than any other');
  }
  if (figures.littleRatio !== undefined
    && Math.abs(figures.littleRatio - 1) > MOST_LITTLE
    && figures.turns >= LEAST_FOR_DRIFT) {
    doubts.push(`Little's law is off by a factor of ${figures.littleRatio.toFixed(2)} over ${Math.round(seconds)} s: `
      + 'it was not in a steady state');
  }
  if (figures.drift !== undefined && Math.abs(figures.drift - 1) > MOST_DRIFT && figures.turns >= LEAST_FOR_DRIFT) {
    doubts.push(`turns ended at ${figures.drift.toFixed(2)} times the rate of its first half in its second: it `
      + 'was not in a steady state');
  }
  if ((figures.unaccounted ?? 0) > MOST_UNACCOUNTED_MS) {
    doubts.push(`the stages do not add up: half of the turns have ${figures.unaccounted!.toFixed(0)} ms or more that `
      + 'belong to no stage but to the generator');
  }
  if (end?.generator.loopDelayP99Ms !== undefined && end.generator.loopDelayP99Ms > 4 * MOST_LATE_MS) {
    doubts.push(`the generator was held up for ${end.generator.loopDelayP99Ms} ms and more in 1 of 100 cases`);
  }
  return doubts;
}
