/** Decimals that are taken exactly: a millionth of a dollar, or of a request a second. */
const MOST_DECIMALS = 6;

/** Numbers as whole ones. */
export interface WholeNumbers {
  readonly whole: number[];
  /** What they were multiplied by. */
  readonly factor: number;
  /** Whether nothing was lost: every number has at most six decimals. */
  readonly isExact: boolean;
}

/** Numbers as whole ones, all times the same factor; beyond six decimals rounded as told. */
export function wholeNumbers(values: readonly number[], round: (value: number) => number = Math.round): WholeNumbers {
  let factor = 1;
  const isWhole = (value: number) => Math.abs(value - Math.round(value)) <= 1e-9 * Math.max(1, Math.abs(value));
  const areWhole = () => values.every(value => isWhole(value * factor));
  for (let decimals = 0; decimals < MOST_DECIMALS && !areWhole(); decimals++) { factor *= 10; }
  const isExact = areWhole();
  const whole = values.map(value => (isExact ? Math.round(value * factor) : round(value * factor)));
  const common = whole.reduce(greatestCommonDivisor, 0) || 1;
  return { whole: whole.map(value => value / common), factor: factor / common, isExact };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
