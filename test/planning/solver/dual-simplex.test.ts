import { boundsOf, programOf, randomProgram } from './tiny-programs';
import { DualSimplex } from '../../../src/planning/solver/dual-simplex';
import { provedBound, SCALE } from '../../../src/planning/solver/exact-bound';
import { IntegerProgram } from '../../../src/planning/solver/integer-program';
import { randomOf } from '../fleets';

function simplexOf(program: IntegerProgram): DualSimplex {
  const simplex = new DualSimplex(program);
  simplex.setBounds(...boundsOf(program));
  return simplex;
}
const close = (values: Float64Array) => Array.from(values, value => Number(value.toFixed(5)) + 0);

describe('by hand: min 2x + 3y where 2x + y >= 5 and x + 3y >= 6', () => {
  const program = programOf([2, 3], [9, 9], [[[2, 1], 5], [[1, 3], 6]]);

  test('both rows bind: x = 1.8 and y = 1.4, and 2u + v = 2 and u + 3v = 3 give u = 0.6 and v = 0.8', () => {
    const simplex = simplexOf(program);
    expect([simplex.solve(10), close(simplex.solution()), close(simplex.multipliers()), simplex.pivots]).toEqual(['solved', [1.8, 1.4], [0.6, 0.8], 2]);
  });

  test('what is solved takes no more pivots', () => {
    const simplex = simplexOf(program);
    simplex.solve(10);
    expect([simplex.solve(0), simplex.pivots]).toEqual(['solved', 2]);
  });

  test('with x at most 1, y is 3, and the first row binds alone', () => {
    const simplex = simplexOf(program);
    simplex.solve(10);
    simplex.setBounds(Float64Array.of(0, 0), Float64Array.of(1, 9));
    expect([simplex.solve(10), close(simplex.solution()), close(simplex.multipliers())]).toEqual(['solved', [1, 3], [3, 0]]);
  });

  test('with x at least 4, y is 2/3', () => {
    const simplex = simplexOf(program);
    simplex.setBounds(Float64Array.of(4, 0), Float64Array.of(9, 9));
    expect([simplex.solve(10), close(simplex.solution()), close(simplex.multipliers())]).toEqual(['solved', [4, 0.66667], [0, 1]]);
  });

  test('fewer pivots than it takes are not enough', () => {
    expect([0, 1, 2].map(most => simplexOf(program).solve(most))).toEqual(['stopped', 'stopped', 'solved']);
  });

  test('with x at most 1 and y at most 2 nothing keeps the first row, and its multiplier alone shows it', () => {
    const simplex = simplexOf(program);
    simplex.solve(10);
    const bounds = [Float64Array.of(0, 0), Float64Array.of(1, 2)] as const;
    simplex.setBounds(...bounds);
    expect(simplex.solve(10)).toBe('infeasible');
    const [first, second] = simplex.proofOfInfeasibility();
    expect(first).toBeGreaterThan(0);
    expect(second).toBeCloseTo(0, 9);
    expect(provedBound(program, simplex.proofOfInfeasibility(), ...bounds, false)!.scaled > 0n).toBe(true);
  });
});

test('terms of one variable in a row count together', () => {
  const program = new IntegerProgram();
  const variable = program.variable({ cost: 1, upper: 9 });
  program.row([{ variable, coefficient: 1 }, { variable, coefficient: 2 }], 6);
  const simplex = simplexOf(program);
  expect([simplex.solve(5), close(simplex.solution())]).toEqual(['solved', [2]]);
});

test('a variable without a bound is taken from its lower one', () => {
  const simplex = simplexOf(programOf([1, 2], [Infinity, 9], [[[1, 0], 1000], [[1, -1], 5]]));
  expect([simplex.solve(5), close(simplex.solution())]).toEqual(['solved', [1000, 0]]);
});

/** Bounds inside those of a programme, so that some are fixed and some are empty of solutions. */
function narrowed(program: IntegerProgram, random: (limit: number) => number): [Float64Array, Float64Array] {
  const lower = Float64Array.from(program.variables, ({ upper }) => random(upper + 1));
  return [lower, Float64Array.from(program.variables, ({ upper }, index) => lower[index] + random(upper - lower[index] + 1))];
}

/** What any answer must bear out: a solution keeps rows and bounds and its multipliers prove its cost; a refusal is proved. */
function expectCertified(program: IntegerProgram, simplex: DualSimplex, [lower, upper]: [Float64Array, Float64Array], round: number): boolean {
  const status = simplex.solve(200);
  if (status === 'infeasible') {
    expect([round, provedBound(program, simplex.proofOfInfeasibility(), lower, upper, false)!.scaled > 0n]).toEqual([round, true]);
    return false;
  }
  expect([round, status]).toEqual([round, 'solved']);
  const values = simplex.solution();
  values.forEach((value, index) => {
    expect(value).toBeGreaterThan(lower[index] - 1e-6);
    expect(value).toBeLessThan(upper[index] + 1e-6);
  });
  for (const { terms, atLeast } of program.rows) {
    expect(terms.reduce((sum, { variable, coefficient }) => sum + coefficient * values[variable], 0)).toBeGreaterThan(atLeast - 1e-6);
  }
  const { scaled } = provedBound(program, simplex.multipliers(), lower, upper)!;
  expect(Math.abs(program.costOf(values) - Number(scaled) / SCALE)).toBeLessThan(1e-4);
  return true;
}

test('random programmes, from bounds to bounds on one table: each answer comes with its proof', () => {
  const random = randomOf(43);
  const outcomes = [0, 0];
  for (let round = 0; round < 150; round++) {
    const program = randomProgram(random);
    const simplex = simplexOf(program);
    outcomes[Number(expectCertified(program, simplex, boundsOf(program), round))]++;
    for (let change = 0; change < 6; change++) {
      const bounds = narrowed(program, random);
      simplex.setBounds(...bounds);
      outcomes[Number(expectCertified(program, simplex, bounds, round))]++;
    }
  }
  expect(Math.min(...outcomes)).toBeGreaterThan(100);
});

test('after thousands of pivots the table is made anew: answers stay proved, and what is solved stays solved', () => {
  const random = randomOf(47);
  const rows = Array.from({ length: 6 }, (): [number[], number] => [Array.from({ length: 8 }, () => random(9) - 2), 10 + random(20)]);
  const program = programOf(Array.from({ length: 8 }, () => 1 + random(9)), Array<number>(8).fill(9), rows);
  const simplex = simplexOf(program);
  for (let round = 0; simplex.pivots < 5000; round++) {
    const bounds = narrowed(program, random);
    simplex.setBounds(...(round % 2 === 0 ? boundsOf(program) : bounds));
    if (!expectCertified(program, simplex, round % 2 === 0 ? boundsOf(program) : bounds, round)) { continue; }
    const { pivots } = simplex;
    expect([round, simplex.solve(0), simplex.pivots]).toEqual([round, 'solved', pivots]);
  }
});
