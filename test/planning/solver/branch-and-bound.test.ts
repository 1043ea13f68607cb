import { leastByTrying, programOf, randomProgram } from './tiny-programs';
import { search, SearchResult, SearchState } from '../../../src/planning/solver/branch-and-bound';
import { IntegerProgram } from '../../../src/planning/solver/integer-program';
import { randomOf } from '../fleets';

/** A search to its end, with what it said on its way. */
function run(program: IntegerProgram, maxSteps = 5000, known?: number[]): SearchResult & { told: SearchState[] } {
  const steps = search(program, maxSteps, known && Float64Array.from(known));
  const told: SearchState[] = [];
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) { return { ...step.value, told }; }
    told.push(step.value);
  }
}
const plain = ({ values, cost, lowerBound, proved }: SearchResult) => ({ values: values && [...values], cost, lowerBound, proved });

test('random programmes: what is proved is what trying every point finds, and no bound on the way is above it', () => {
  const random = randomOf(53);
  const outcomes = [0, 0];
  for (let round = 0; round < 400; round++) {
    const program = randomProgram(random);
    const least = leastByTrying(program);
    const { values, cost, lowerBound, proved, told } = run(program);
    expect([round, proved, cost, lowerBound]).toEqual([round, true, least, least]);
    expect(values === undefined ? least : program.costOf(values)).toBe(least);
    if (values !== undefined) { expect(program.isKeptBy(values)).toBe(true); }
    told.forEach((state, index) => {
      expect(state.lowerBound).toBeLessThanOrEqual(least);
      if (index === 0) { return; }
      expect(state.lowerBound).toBeGreaterThanOrEqual(told[index - 1].lowerBound);
      expect(state.cost).toBeLessThanOrEqual(told[index - 1].cost);
      expect(state.steps).toBeGreaterThan(told[index - 1].steps);
    });
    outcomes[Number(values !== undefined)]++;
  }
  expect(Math.min(...outcomes)).toBeGreaterThan(40);
});

describe('by hand', () => {
  // 2x >= 5 is x >= 2.5, so three
  test('a half is rounded up where it must be whole', () => {
    expect(plain(run(programOf([1], [9], [[[2], 5]])))).toEqual({ values: [3], cost: 3, lowerBound: 3, proved: true });
  });

  test('a variable that need not be whole is not branched on: halves are no solution of whole numbers', () => {
    const program = new IntegerProgram();
    const whole = program.variable({ upper: 9, cost: 1 });
    const flow = program.variable({ upper: 9, integer: false });
    program.row([{ variable: whole, coefficient: 2 }, { variable: flow, coefficient: -1 }], 0);
    program.row([{ variable: flow, coefficient: 1 }], 3);
    expect(plain(run(program))).toEqual({ values: [2, 3], cost: 2, lowerBound: 2, proved: true });
  });

  test('nothing keeps 2x >= 5 with x at most 2', () => {
    expect(plain(run(programOf([1], [2], [[[2], 5]])))).toEqual({ values: undefined, cost: Infinity, lowerBound: Infinity, proved: true });
  });

  // 3x - 3y = 1 has solutions in fractions alone
  test('nothing whole keeps what fractions keep', () => {
    expect(plain(run(programOf([1, 1], [3, 3], [[[3, -3], 1], [[-3, 3], -1]])))).toMatchObject({ values: undefined, proved: true });
  });
});

describe('a solution that is known', () => {
  const program = programOf([2, 3], [9, 9], [[[2, 1], 5], [[1, 3], 6]]);

  test('is what there is before the first step', () => {
    expect(run(program, 0, [9, 9])).toEqual({ values: Float64Array.of(9, 9), cost: 45, lowerBound: 0, steps: 0, proved: false, told: [] });
    expect(run(program, 0)).toEqual({ values: undefined, cost: Infinity, lowerBound: 0, steps: 0, proved: false, told: [] });
  });

  // 2x + y >= 5 and x + 3y >= 6: (2, 2) costs 10, (3, 1) costs 9, and the relaxation 7.8
  test('gives way to a cheaper one, and stays where there is none', () => {
    expect(plain(run(program, 500, [2, 2]))).toEqual({ values: [3, 1], cost: 9, lowerBound: 9, proved: true });
    expect(plain(run(program, 500, [3, 1]))).toEqual({ values: [3, 1], cost: 9, lowerBound: 9, proved: true });
  });

  test('and a limit leave between them what is not proved', () => {
    // one relaxation of two pivots gives the bound of 8; the rest is left
    const { cost, lowerBound, proved, steps } = run(program, 3, [9, 9]);
    expect([cost, lowerBound, proved, steps]).toEqual([45, 8, false, 3]);
  });
});

test('a search that is stopped within a relaxation says so, within one step of the limit', () => {
  const program = programOf([2, 3], [9, 9], [[[2, 1], 5], [[1, 3], 6]]);
  for (let most = 0; most < 12; most++) {
    const { steps, proved, lowerBound } = run(program, most);
    expect(steps).toBeLessThanOrEqual(most + 1);
    expect(lowerBound).toBeLessThanOrEqual(9);
    if (proved) { expect(lowerBound).toBe(9); }
  }
});

/** Boards of seven parts that hold pieces of 3 and 4, 2 and so on: the shape of a plan, with a priority on the boards. */
function boards(demand: number[], sizes: number[], room: number): IntegerProgram {
  const program = new IntegerProgram();
  const total = program.variable({ upper: 1000, cost: 1, priority: 2 });
  const ways: number[][] = [];
  const fill = (at: number, left: number, counts: number[]): void => {
    if (at === sizes.length) { ways.push(counts); return; }
    for (let count = 0; count * sizes[at] <= left; count++) { fill(at + 1, left - count * sizes[at], [...counts, count]); }
  };
  fill(0, room, []);
  const variables = ways.map(() => program.variable({ upper: 1000, priority: 1 }));
  program.row([{ variable: total, coefficient: 1 }, ...variables.map(variable => ({ variable, coefficient: -1 }))], 0);
  demand.forEach((wanted, i) => program.row(variables.map((variable, w) => ({ variable, coefficient: ways[w][i] })), wanted));
  return program;
}

// Points are tried one by one where a bound, an order or a fixed variable fails to hold: the answer stays, and the steps multiply.
describe('a search is short', () => {
  test.each<[string, number[], number[], number, number, number]>([
    // nine boards of 3 + 4; of the other four pieces of 3 two stand on a board
    ['pieces of 3 and 4 on boards of 7', [13, 9], [3, 4], 7, 11, 6],
    // 198 parts would fill 18 boards without waste, but two pieces of 5 waste a part, and there are 19 of them
    ['pieces of 2, 3 and 5 on boards of 11', [17, 23, 19], [2, 3, 5], 11, 19, 13],
    // 417 parts: 16 boards hold 400
    ['pieces of 5, 7 and 11 on boards of 25', [31, 17, 13], [5, 7, 11], 25, 17, 11],
  ])('%s', (_, demand, sizes, room, least, most) => {
    const result = run(boards(demand, sizes, room));
    expect(result).toMatchObject({ cost: least, lowerBound: least, proved: true });
    expect(result.steps).toBeLessThanOrEqual(most);
  });

  test('of twelve pieces of 5 for at least 27, priced from 20 to 31, the six cheapest are found before most choices are tried', () => {
    const program = programOf(Array.from({ length: 12 }, (_, i) => 20 + i), Array<number>(12).fill(1), [[Array<number>(12).fill(5), 27]]);
    const result = run(program);
    expect(result).toMatchObject({ cost: 20 + 21 + 22 + 23 + 24 + 25, proved: true });
    expect(result.steps).toBeLessThanOrEqual(1450);
  });

  test('of random covers the steps together stay few, from nothing and from a solution that is known', () => {
    const random = randomOf(59);
    const sum = { alone: 0, from: 0 };
    for (let round = 0; round < 40; round++) {
      const some = (make: () => number, count = 8) => Array.from({ length: count }, make);
      const rows = some(() => 0, 4).map((): [number[], number] => [some(() => random(8)), 20 + random(30)]);
      const program = programOf(some(() => 3 + random(12)), some(() => 2 + random(3)), rows);
      const alone = run(program);
      if (alone.values === undefined) { continue; }
      sum.alone += alone.steps;
      const from = run(program, 5000, [...alone.values]);
      expect([from.cost, from.proved]).toEqual([alone.cost, true]);
      sum.from += from.steps;
    }
    expect(sum.alone).toBeLessThanOrEqual(1950);
    expect(sum.from).toBeLessThanOrEqual(1190);
  });
});
