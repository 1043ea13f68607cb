import { mean } from './percentile';

/** A mean with the interval that holds the true one in 95 of 100 cases. */
export interface Confidence {
  readonly mean: number;
  /** Undefined with fewer repetitions than say anything. */
  readonly low?: number;
  readonly high?: number;
  /** How many repetitions it is of. */
  readonly count: number;
}

const RESAMPLES = 10000;

/** Looked up once: it is called a hundred thousand times for a figure. */
const { floor } = Math;

/** Two repetitions tell next to nothing of a spread, one tells nothing. */
export const LEAST_REPETITIONS = 3;

/**
 * Half the error of each end, per degree of freedom (repetitions - 1): a bootstrap of few values gives intervals that
 * are too narrow, so its percentiles are moved outward until they are as wide as Student's, times sqrt(n / (n - 1)) for
 * the variance of a resample (Tim Hesterberg, What Teachers Should Know About the Bootstrap, arXiv 1411.5279, expanded
 * percentile interval). Student's quantile at 97.5 %.
 */
const STUDENT = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093,
];
const NORMAL = 1.96;

/**
 * The mean of some repetitions and its confidence interval: bootstrap, the same seed for all, so that equal data give
 * equal intervals.
 * @param values one per repetition
 */
export function confidenceOf(values: readonly number[]): Confidence | undefined {
  const middle = mean(values);
  if (middle === undefined) { return undefined; }
  const count = values.length;
  if (count < LEAST_REPETITIONS) { return { mean: middle, count }; }
  const random = randomOf(20261129);
  // sorted without a comparison in JavaScript, which takes a tenth of the time
  const means = new Float64Array(RESAMPLES);
  for (let resample = 0; resample < RESAMPLES; resample += 1) {
    let sum = 0;
    for (let drawn = 0; drawn < count; drawn += 1) { sum += values[floor(random() * count)]; }
    means[resample] = sum / count;
  }
  means.sort();
  const tail = upperTail((STUDENT[count - 2] ?? NORMAL) * Math.sqrt(count / (count - 1)));
  const rank = Math.floor(tail * RESAMPLES);
  return { mean: middle, low: means[rank], high: means[RESAMPLES - 1 - rank], count };
}

/** Whether two intervals have no value in common; without intervals nothing can be said. */
export function areSeparate(one: Confidence, other: Confidence): boolean {
  if (one.low === undefined || other.low === undefined) { return false; }
  return one.low > other.high! || other.low > one.high!;
}

/** The part of the normal distribution beyond z: Abramowitz and Stegun 26.2.17, off by less than 7.5e-8. */
export function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * series;
}

/** Numbers from 0 to below 1 that a seed repeats: minstd_rand of the C++ standard library (ISO/IEC 14882, 29.5.6). */
export function randomOf(seed: number): () => number {
  let state = seed % 2147483647;
  return () => {
    state = state * 48271 % 2147483647;
    return state / 2147483647;
  };
}
