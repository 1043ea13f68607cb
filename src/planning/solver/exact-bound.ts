import { IntegerProgram } from './integer-program';

/**
 * What a set of multipliers proves, in whole numbers alone.
 *
 * For any multipliers `u >= 0` of the rows, `u b + sum over j of min over the bounds of (c_j - u A_j) x_j` is a lower
 * bound: the Lagrangian bound over the box. Floating-point multipliers are rounded to multiples of `1 / SCALE` first,
 * which makes the bound a trifle weaker and never wrong (Neumaier and Shcherbina, Mathematical Programming 99, 2004,
 * argue the same with directed rounding).
 */
export interface ProvedBound {
  /** The bound times `SCALE`. */
  readonly scaled: bigint;
  /** `c_j - u A_j` times `SCALE`. */
  readonly reducedCosts: Float64Array;
}

/** Multipliers are whole multiples of one part in so many. */
export const SCALE = 2 ** 24;
const SAFE = 2 ** 52;

/**
 * @param multipliers of the rows, as floating-point arithmetic found them
 * @param withCosts false proves that no solution exists: the bound of a cost of zero is above zero
 * @returns undefined when the numbers are too large to be exact
 */
export function provedBound(
  program: IntegerProgram, multipliers: Float64Array, lower: Float64Array, upper: Float64Array,
  withCosts: boolean = true): ProvedBound | undefined {
  const { rows, variables } = program;
  const reduced = new Float64Array(variables.length);
  if (withCosts) { variables.forEach(({ cost }, index) => { reduced[index] = cost * SCALE; }); }
  const sum = new WholeSum();
  for (let i = 0; i < rows.length; i++) {
    const multiplier = Math.max(0, Math.round(multipliers[i] * SCALE));
    if (multiplier === 0) { continue; }
    if (multiplier > SAFE) { return undefined; }
    sum.add(multiplier, rows[i].atLeast);
    for (const { variable, coefficient } of rows[i].terms) { reduced[variable] -= multiplier * coefficient; }
  }
  for (let index = 0; index < reduced.length; index++) {
    const cost = reduced[index];
    if (Math.abs(cost) >= SAFE) { return undefined; }
    if (cost > 0) { sum.add(cost, lower[index]); } else if (cost < 0) { sum.add(cost, upper[index]); }
  }
  return { scaled: sum.value, reducedCosts: reduced };
}

/** A bound that is a multiple of `1 / SCALE`, rounded up to a whole cost: costs are whole numbers. */
export function wholeCost(scaled: bigint): number {
  const scale = BigInt(SCALE);
  const quotient = scaled / scale;
  return Number(scaled > 0n && scaled % scale !== 0n ? quotient + 1n : quotient);
}

/** A sum of products of whole numbers, exact at any size, and quick while it is small. */
class WholeSum {
  private large = 0n;
  private small = 0;

  public add(factor: number, other: number): void {
    const product = factor * other;
    if (Math.abs(product) >= SAFE) { this.large += BigInt(factor) * BigInt(other); return; }
    this.small += product;
    if (Math.abs(this.small) >= SAFE) { this.large += BigInt(this.small); this.small = 0; }
  }

  public get value(): bigint {
    return this.large + BigInt(this.small);
  }
}
