import { boundsOf, leastByTrying, programOf, randomProgram } from './tiny-programs';
import { provedBound, SCALE, wholeCost } from '../../../src/planning/solver/exact-bound';
import { IntegerProgram } from '../../../src/planning/solver/integer-program';
import { randomOf } from '../fleets';

const one = BigInt(SCALE);
const bound = (program: IntegerProgram, multipliers: number[], withCosts?: boolean) =>
  provedBound(program, Float64Array.from(multipliers), ...boundsOf(program), withCosts);

describe('the Lagrangian bound by hand: min 3x + 2y where x + y >= 4, x <= 3, y <= 5', () => {
  const program = programOf([3, 2], [3, 5], [[[1, 1], 4]]);

  test.each<[string, number[], bigint, number[]]>([
    ['no multiplier proves nothing', [0], 0n, [3, 2]],
    ['2 proves 2 x 4 = 8, and x is 1 too dear', [2], 8n, [1, 0]],
    // 3 x 4 = 12, and each of at most five y is 1 cheaper than nothing
    ['3 proves 12 - 5 = 7', [3], 7n, [0, -1]],
    ['less than zero counts as zero', [-5], 0n, [3, 2]],
  ])('%s', (_, multipliers, scaled, reduced) => {
    expect(bound(program, multipliers)).toEqual({ scaled: scaled * one, reducedCosts: Float64Array.from(reduced, each => each * SCALE) });
  });

  test('what is dear counts at its lower bound', () => {
    const { scaled } = provedBound(program, Float64Array.of(2), Float64Array.of(1, 0), Float64Array.of(3, 5))!;
    expect(scaled).toBe(9n * one);
  });

  test('multipliers are rounded to one part in the scale', () => {
    expect(bound(program, [1 / SCALE])!.scaled).toBe(4n);
    expect(bound(program, [0.4 / SCALE])!.scaled).toBe(0n);
    expect(bound(program, [0.6 / SCALE])!.scaled).toBe(4n);
  });
});

describe('without costs a bound above zero says that nothing keeps the rows', () => {
  const program = programOf([7, 7], [1, 1], [[[1, 1], 3]]);
  test('two of at most 1 are never 3: 3 - 1 - 1', () => { expect(bound(program, [1], false)!.scaled).toBe(one); });
  test('two of at most 1 may be 2', () => { expect(bound(programOf([7, 7], [1, 1], [[[1, 1], 2]]), [1], false)!.scaled).toBe(0n); });
});

describe('numbers beyond what is exact', () => {
  const free = (atLeast: number) => programOf([1], [1], [[[0], atLeast]]);
  test('a multiplier up to 2^52 is taken, beyond it none is', () => {
    expect(bound(free(1), [2 ** 28])!.scaled).toBe(2n ** 52n);
    expect(bound(free(1), [2 ** 28 + 1])).toBeUndefined();
  });
  test('a cost below 2^52 is taken, no other one', () => {
    expect(bound(programOf([2 ** 28 - 1], [1], []), [])!.scaled).toBe(0n);
    expect(bound(programOf([2 ** 28], [1], []), [])).toBeUndefined();
    expect(bound(programOf([0], [1], [[[2], 0]]), [2 ** 27 + 1])).toBeUndefined();
  });
  test('products and sums beyond 2^53 are exact to the last digit', () => {
    const large = 2 ** 50 - 1;
    const rows = Array.from({ length: 9 }, (_, i): [number[], number] => [[0], large - i]);
    // nine rows, each three times: no double holds the sum
    expect(bound(programOf([1], [1], rows), rows.map(() => 3 / SCALE))!.scaled).toBe(27n * BigInt(large) - 3n * 36n);
    expect(bound(free(2 ** 50 - 1), [7 / SCALE])!.scaled).toBe(7n * BigInt(large));
    const below = Array.from({ length: 9 }, (): [number[], number] => [[0], -large]);
    expect(bound(programOf([1], [1], below), below.map(() => 3 / SCALE))!.scaled).toBe(-27n * BigInt(large));
  });
});

test('whatever the multipliers, no bound is above the best whole solution, and none refuses what there is', () => {
  const random = randomOf(41);
  let proofs = 0;
  for (let round = 0; round < 400; round++) {
    const program = randomProgram(random);
    const least = leastByTrying(program);
    const multipliers = program.rows.map(() => (random(41) - 5) / 7);
    expect([round, wholeCost(bound(program, multipliers)!.scaled) <= least]).toEqual([round, true]);
    if (bound(program, multipliers, false)!.scaled > 0n) { proofs++; expect([round, least]).toEqual([round, Infinity]); }
  }
  expect(proofs).toBeGreaterThan(10);
});

test.each<[bigint, number]>([[0n, 0], [1n, 1], [one, 1], [one + 1n, 2], [-1n, 0], [-one, -1], [-one - 1n, -1]])(
  'costs are whole: a bound of %d parts is one of %d', (scaled, cost) => { expect(wholeCost(scaled) + 0).toBe(cost); });
