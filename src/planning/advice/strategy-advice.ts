import { ModelFootprint } from '../../fit';
import { GpuSliceKind } from '../../hardware';
import { FLAG, checkProps, made, needed, NUMBER, oneOf, Shape } from '../../props';
import { GpuPlanIsolation } from '../fleet';
import { MODEL_FOOTPRINT, PLANNED_BOARD } from '../fleet-prop-types';
import { gatesOf } from './gates';
import { scoresOf } from './scores';
import { GpuEnvironment, GpuStrategyQuestion } from './strategy-question';
import { GpuStrategyGate, GpuStrategyScore } from './strategy-scores';
import { measuredHere } from '../measured/measured-here';

const QUESTION: Shape<GpuStrategyQuestion> = {
  gpu: needed(PLANNED_BOARD),
  tenants: needed(NUMBER),
  memoryMib: NUMBER,
  footprint: MODEL_FOOTPRINT,
  isolation: oneOf(GpuPlanIsolation),
  environment: oneOf(GpuEnvironment),
  busyTenants: NUMBER,
  burstsOverlap: FLAG,
  bandwidthBound: FLAG,
  tailLatencyTarget: FLAG,
  reconfiguredOften: FLAG,
  unsharedGpusOnNode: FLAG,
  dra: FLAG,
  measured: made('a report such as BenchmarkReport.of(json)', 'forLoad'),
};

/**
 * Which way to share a board suits a group of workloads: gates that no strategy can pass by merit, then what speaks for
 * and against those that are left, each line with its evidence. It predicts no throughput. Where the evidence conflicts
 * it says what to measure.
 *
 * @example
 * const advice = StrategyAdvice.of({ gpu: Gpu.A100_SXM4_80GB, tenants: 2, memoryMib: 15000, environment: GpuEnvironment.PRODUCTION });
 * advice.choice; // GpuSliceKind.MIG
 */
export class StrategyAdvice {
  /**
   * Advises.
   * @param question the board, the workloads, and what is known of their load
   * @throws when a number makes no sense, or both or neither of memoryMib and footprint are given
   */
  public static of(question: GpuStrategyQuestion): StrategyAdvice {
    checkProps('StrategyAdvice.of', question, QUESTION);
    const { tenants, busyTenants, memoryMib, footprint } = question;
    if (!Number.isInteger(tenants) || tenants < 1) {
      throw new Error(`tenants is a whole number from 1, got ${tenants}`);
    }
    if (busyTenants !== undefined && !(busyTenants >= 0 && busyTenants <= tenants)) {
      throw new Error(`busyTenants is a number from 0 to ${tenants}, the tenants; got ${busyTenants}`);
    }
    if ((memoryMib === undefined) === (footprint === undefined)) {
      throw new Error('say what one tenant needs in exactly one of memoryMib and footprint');
    }
    if (memoryMib !== undefined && !(memoryMib > 0)) {
      throw new Error(`memoryMib is a number above 0, got ${memoryMib}`);
    }
    const need = footprint ?? ModelFootprint.measured(memoryMib!);
    const gates = gatesOf(question, need);
    const possible = gates.filter(({ passed }) => passed).map(({ strategy }) => strategy);
    const here = question.measured === undefined ? undefined : measuredHere(question.measured, question.gpu, possible);
    const decided = here?.decided ?? [];
    const scores = [
      ...here?.scores ?? [],
      ...scoresOf(question, need, decided).filter(({ strategy }) => possible.includes(strategy)),
    ];
    const total = (strategy: GpuSliceKind) =>
      scores.filter(each => each.strategy === strategy).reduce((sum, { points }) => sum + points, 0);
    const most = Math.max(...possible.map(total));
    const best = possible.filter(strategy => total(strategy) === most);
    const isMeasured = (strategy: GpuSliceKind) => decided.includes(best[0]) && decided.includes(strategy);
    const close = possible.filter(strategy =>
      best.includes(strategy) || (!isMeasured(strategy) && conflicts(question, best[0], strategy)));
    return new StrategyAdvice(best[0], close, gates, scores, [...here?.notes ?? []]);
  }

  private constructor(
    /** The strategy with most in its favour, the better isolated of several; undefined when none is possible. */
    public readonly choice: GpuSliceKind | undefined,
    private readonly close: GpuSliceKind[],
    private readonly _gates: GpuStrategyGate[],
    private readonly _scores: GpuStrategyScore[],
    private readonly _notes: string[],
  ) {}

  /**
   * Strategies between which the evidence does not decide: measure them with the load that you have. Empty when it
   * does.
   */
  public get measure(): GpuSliceKind[] {
    return this.close.length > 1 ? [...this.close] : [];
  }

  /** What the results in `measured` leave open, and why. */
  public get notes(): string[] {
    return [...this._notes];
  }

  /** Which strategies are possible, and why not. */
  public get gates(): GpuStrategyGate[] {
    return [...this._gates];
  }

  /** What speaks for and against those that are. */
  public get scores(): GpuStrategyScore[] {
    return [...this._scores];
  }

  /**
   * What speaks for a strategy less what speaks against it.
   * @param strategy the strategy
   */
  public pointsOf(strategy: GpuSliceKind): number {
    return this._scores.filter(each => each.strategy === strategy).reduce((sum, { points }) => sum + points, 0);
  }
}

/**
 * Independent measurements disagree on MIG and MPS where many tenants are busy at once and nobody knows whether the
 * memory binds them (nos and Quigley against arXiv 2604.22430), and on MIG and time-slicing about three to four of
 * seven.
 */
function conflicts(
  { busyTenants, tenants, bandwidthBound }: GpuStrategyQuestion,
  best: GpuSliceKind,
  other: GpuSliceKind,
): boolean {
  if (busyTenants === undefined) { return false; }
  const pair = new Set([best, other]);
  const busy = busyTenants / tenants;
  if (pair.has(GpuSliceKind.MIG) && pair.has(GpuSliceKind.MPS)) {
    return busy >= 4 / 7 && bandwidthBound === undefined;
  }
  return pair.has(GpuSliceKind.MIG) && pair.has(GpuSliceKind.TIME_SLICED) && busy > 3 / 7 && busy < 4 / 7;
}
