import { programOf } from './tiny-programs';
import { IntegerProgram } from '../../../src/planning/solver/integer-program';

test('a variable costs nothing, begins at zero and is whole unless something else is said', () => {
  const program = new IntegerProgram();
  expect([program.variable({ upper: 3 }), program.variable({ upper: 1, cost: 2, lower: 1, integer: false, priority: 4 })]).toEqual([0, 1]);
  expect(program.variables).toEqual([
    { cost: 0, lower: 0, upper: 3, integer: true, priority: 0 }, { cost: 2, lower: 1, upper: 1, integer: false, priority: 4 },
  ]);
});

test('terms of zero are no terms', () => {
  expect(programOf([1, 1], [1, 1], [[[0, 2], 1]]).rows).toEqual([{ terms: [{ variable: 1, coefficient: 2 }], atLeast: 1 }]);
});

test('a point costs what its values cost together', () => { expect(programOf([3, 5], [9, 9], []).costOf([2, 4])).toBe(26); });

test.each<[number[], boolean]>([
  [[1, 3], true], [[3, 1], true], [[1, 2], false], [[4, 0], false], [[-1, 5], false], [[1.5, 2.5], false], [[0, 5], false], [[0, 4], true],
])('x + y >= 4 with x <= 3 and y <= 4: %j is kept: %s', (point, isKept) => {
  expect(programOf([1, 1], [3, 4], [[[1, 1], 4]]).isKeptBy(point)).toBe(isKept);
});

test('every row counts', () => {
  const program = programOf([1, 1], [9, 9], [[[1, 0], 2], [[0, 1], 2]]);
  expect([[2, 2], [2, 1], [1, 2]].map(point => program.isKeptBy(point))).toEqual([true, false, false]);
});
