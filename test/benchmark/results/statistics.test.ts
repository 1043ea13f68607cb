import * as fc from 'fast-check';
import { areSeparate, confidenceOf, randomOf, upperTail } from '../../../src/benchmark/results/statistics/confidence';
import { percentile } from '../../../src/benchmark/results/statistics/percentile';

/** Normal values of mean 10 and deviation 1 (Box and Muller), which a seed repeats. */
function normals(count: number, random: () => number): number[] {
  return Array.from({ length: count }, () => 10 + Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));
}

test.each([5, 10])('the interval of %i repetitions holds the true mean in about 95 of 100 cases', count => {
  const random = randomOf(7);
  const cases = 300;
  const hits = Array.from({ length: cases }, () => confidenceOf(normals(count, random))!).filter(({ low, high }) => low! <= 10 && high! >= 10).length;
  // a plain percentile bootstrap of 5 values holds it in about 83 of 100
  expect(hits / cases).toBeGreaterThan(0.91);
  expect(hits / cases).toBeLessThan(1);
});

test('equal data give equal intervals, in whatever order the repetitions are', () => {
  expect(confidenceOf([1, 2, 3, 4, 5])).toEqual(confidenceOf([1, 2, 3, 4, 5]));
});

test('an interval holds its mean, and lies within the values', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 3, maxLength: 12 }), values => {
    const { low, mean, high } = confidenceOf(values)!;
    return low! <= mean + 1e-9 && mean <= high! + 1e-9 && low! >= Math.min(...values) && high! <= Math.max(...values);
  }), { numRuns: 50 });
});

test('two repetitions have a mean and no interval, and nothing is separate from them', () => {
  expect(confidenceOf([1, 2])).toEqual({ mean: 1.5, count: 2 });
  expect(areSeparate(confidenceOf([1, 1])!, confidenceOf([9, 9, 9])!)).toBe(false);
});

test('intervals are separate when they have no value in common', () => {
  expect(areSeparate({ mean: 1, low: 0.9, high: 1.1, count: 5 }, { mean: 2, low: 1.2, high: 2.5, count: 5 })).toBe(true);
  expect(areSeparate({ mean: 1, low: 0.9, high: 1.3, count: 5 }, { mean: 2, low: 1.2, high: 2.5, count: 5 })).toBe(false);
});

test.each([[0, 0.5], [1, 0.158655], [1.96, 0.0249979], [3.104, 0.000955]])('the upper tail of the normal distribution beyond %d is %d', (z, tail) => {
  expect(upperTail(z)).toBeCloseTo(tail, 5);
});

test('a percentile needs so many values that one slow turn is not the figure', () => {
  const values = Array.from({ length: 100 }, (_, index) => index + 1);
  expect([percentile(values, 50), percentile(values, 95), percentile(values, 99)]).toEqual([50, 95, 99]);
  expect(percentile(values.slice(0, 99), 99)).toBeUndefined();
  expect(percentile(values.slice(0, 19), 95)).toBeUndefined();
});

test('a percentile that falls on what never came is unknown, not the longest that did', () => {
  expect(percentile([...Array.from({ length: 18 }, () => 1), Infinity, Infinity], 95)).toBeUndefined();
  expect(percentile([...Array.from({ length: 19 }, () => 1), Infinity], 95)).toBe(1);
});
