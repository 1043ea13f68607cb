import { BenchmarkResults, LoadResult, MetricResult, targetsInWords, Winner } from '../../benchmark';

/** A load in words, as in `heavy: 50 users for 375 s`. */
export function loadInWords({ load: { name, stage, kind, users, turnsPerSecond, seconds } }: LoadResult): string {
  const who = kind === 'open'
    ? `${turnsPerSecond ?? '?'} turns a second (Poisson)`
    : `${users ?? '?'} ${users === 1 ? 'user' : 'users'}`;
  return `${name}: ${stage === 'voice' ? '' : `${stage} alone, `}${who} for ${seconds} s`;
}

/** A figure with its interval, as in `1.52 (1.48 to 1.57)`. */
export function figureInWords({ metric, confidence: { mean, low, high } }: MetricResult): string {
  const digits = (value: number) => value.toFixed(metric.decimals);
  return low === undefined ? digits(mean) : `${digits(mean)} (${digits(low)} to ${digits(high!)})`;
}

/** The metric by which a load is decided: good turns for a board, where targets say what is good. */
export function decidingOf({ winners }: LoadResult): Winner | undefined {
  return winners[0];
}

/** The answer to "which, for my load?", one sentence a load. */
export function answerOf(result: LoadResult): string {
  const winner = decidingOf(result);
  if (winner === undefined) { return `${result.load.name}: nothing counts, so there is no answer.`; }
  const { metric, arm, reason } = winner;
  if (arm === undefined) { return `${result.load.name}: no winner by ${metric.title}: ${reason}.`; }
  const best = result.arms.find(each => each.arm.name === arm)!.metrics.get(metric.id)!;
  return `${result.load.name}: ${arm} is best by ${metric.title}, ${figureInWords(best)} ${metric.unit}; ${reason}.`;
}

/** What the report is of, in a sentence. */
export function scopeOf({ runs, targets }: BenchmarkResults): string {
  const count = `${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`;
  const good = targets === undefined || Object.keys(targets).length === 0
    ? 'No targets were stated, so every turn that succeeded counts as good'
    : `A turn is good when it succeeded, with ${targetsInWords(targets)}`;
  return `${count}. ${good}. In brackets: 95 % confidence intervals of the mean over repetitions (bootstrap, `
    + 'widened for few repetitions).';
}
