/** Least values for which a percentile is told: below, one slow turn would be the figure. */
const LEAST_VALUES: Readonly<Record<number, number>> = { 50: 5, 95: 20, 99: 100 };

/**
 * A percentile by the nearest rank. `Infinity` stands for what never came; a percentile that falls on it is unknown,
 * since all that is known is that it is longer than the measurement.
 * @param values in any order
 * @param percent 50, 95 or 99
 * @returns undefined where there are too few values, or it is beyond what was measured
 */
export function percentile(values: readonly number[], percent: 50 | 95 | 99): number | undefined {
  if (values.length < LEAST_VALUES[percent]) { return undefined; }
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.ceil(sorted.length * percent / 100) - 1];
  return Number.isFinite(value) ? value : undefined;
}

/** The mean; undefined of none. */
export function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
