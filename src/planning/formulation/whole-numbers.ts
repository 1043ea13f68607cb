/** Decimals that are taken exactly: a millionth of a dollar, or of a request a second. */
const MOST_DECIMALS = 6;

/** Numbers as whole ones, all times the same factor; exact up to six decimals, beyond that rounded as told. */
export function wholeNumbers(values: readonly number[], round: (value: number) => number = Math.round): { whole: number[]; factor: number } {
  let factor = 1;
  const isExact = () => values.every(value => Math.abs(value * factor - Math.round(value * factor)) <= 1e-9 * Math.max(1, Math.abs(value * factor)));
  for (let decimals = 0; decimals < MOST_DECIMALS && !isExact(); decimals++) { factor *= 10; }
  const exact = isExact();
  const whole = values.map(value => (exact ? Math.round(value * factor) : round(value * factor)));
  const common = whole.reduce(greatestCommonDivisor, 0) || 1;
  return { whole: whole.map(value => value / common), factor: factor / common };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
