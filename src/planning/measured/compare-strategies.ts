import { ReportedArm, ReportedFigure, ReportedLoad } from './report-fields';
import { GpuSliceKind } from '../../hardware';
import { visible } from '../../text';

/**
 * What the strategies of a benchmark's arms are here. Reinvest is MIG, with the freed board put to work; `other` is
 * nothing that is known.
 */
const KIND_OF: Readonly<Record<string, GpuSliceKind | undefined>> = {
  'dedicated': GpuSliceKind.WHOLE,
  'mig': GpuSliceKind.MIG,
  'reinvest': GpuSliceKind.MIG,
  'mps': GpuSliceKind.MPS,
  'time-slicing': GpuSliceKind.TIME_SLICED,
};

/** One strategy did better than another under a load, and their intervals have no value in common. */
export interface Defeat {
  readonly load: string;
  readonly winner: GpuSliceKind;
  readonly loser: GpuSliceKind;
  /** The figures of both, in words. */
  readonly words: string;
}

/** What a load says of strategies. */
export interface LoadOutcome {
  readonly load: string;
  /** Strategies that have an arm. */
  readonly measured: readonly GpuSliceKind[];
  readonly defeats: readonly Defeat[];
  /** Pairs of which nothing can be said, in words. */
  readonly open: readonly string[];
}

/** An arm of a strategy that is known, with the figure that decides, if it has it. */
interface Side { readonly name: string; readonly kind: GpuSliceKind; readonly figure?: ReportedFigure }

/** Compares the strategies of a load two by two, each by its best arm. */
export function outcomeOf({ load, arms, winners }: ReportedLoad): LoadOutcome {
  const by = winners[0]?.by ?? '';
  const best = new Map<GpuSliceKind, Side>();
  for (const side of arms.flatMap(arm => sideOf(arm, by))) {
    const before = best.get(side.kind);
    if (before === undefined || isBetter(side, before)) { best.set(side.kind, side); }
  }
  const sides = [...best.values()];
  const defeats: Defeat[] = [];
  const open: string[] = [];
  sides.forEach((one, index) => sides.slice(index + 1).forEach(other => {
    const [winner, loser] = isBetter(other, one) ? [other, one] : [one, other];
    const why = whyOpen(winner, loser);
    if (why === undefined) {
      const { title, unit } = winner.figure!;
      const words = `${inWords(winner)} against ${inWords(loser)}: `
        + `${visible(title)}${unit === '' ? '' : ` in ${visible(unit)}`}`;
      defeats.push({ load: load.name, winner: winner.kind, loser: loser.kind, words });
    } else {
      open.push(why);
    }
  }));
  return { load: load.name, measured: sides.map(({ kind }) => kind), defeats, open };
}

function sideOf({ arm: { name, strategy = '' }, metrics }: ReportedArm, by: string): Side[] {
  const kind = Object.prototype.hasOwnProperty.call(KIND_OF, strategy) ? KIND_OF[strategy] : undefined;
  const figure = Object.prototype.hasOwnProperty.call(metrics, by) ? metrics[by] : undefined;
  return kind === undefined ? [] : [{ name: visible(name), kind, figure }];
}

function isBetter({ figure }: Side, { figure: other }: Side): boolean {
  if (figure === undefined || other === undefined) { return figure !== undefined; }
  return figure.better === 'less' ? figure.mean < other.mean : figure.mean > other.mean;
}

/** Why a pair stays open; undefined: the first is better, by intervals that are apart. */
function whyOpen(winner: Side, loser: Side): string | undefined {
  const without = [winner, loser].find(({ figure }) => figure === undefined);
  if (without !== undefined) { return `${without.name} has no figure that counts`; }
  const few = [winner, loser].find(({ figure }) => !isNumber(figure!.low) || !isNumber(figure!.high));
  if (few !== undefined) { return `${few.name} has no interval, since too few repetitions count`; }
  const { low, high, better } = winner.figure!;
  const isApart = better === 'less' ? high! < loser.figure!.low! : low! > loser.figure!.high!;
  return isApart ? undefined : `the intervals of ${winner.name} and ${loser.name} overlap`;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function inWords({ name, figure }: Side): string {
  const digits = (value: number) => String(Number(value.toPrecision(3)));
  const { mean, low, high } = figure!;
  return `${name} ${digits(mean)} (${digits(low!)} to ${digits(high!)})`;
}
