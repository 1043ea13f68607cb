import { togetherMib, TurnTaker, worstMeeting } from '../../src/fit/turns';

const taker = (needMib: number, mostPods: number): TurnTaker => ({ needMib, mostPods });
const needs = (takers: TurnTaker[], turns: number) => worstMeeting(takers, turns).map(({ needMib }) => needMib);

test('the largest meet, as many as there are turns, each as often as it has containers', () => {
  expect(needs([taker(1000, 1), taker(5000, 2), taker(3000, 4)], 4)).toEqual([5000, 5000, 3000, 3000]);
  expect(needs([taker(1000, 1), taker(5000, 2)], 4)).toEqual([5000, 5000, 1000]);
  expect(needs([taker(1000, 1), taker(5000, 2)], 1)).toEqual([5000]);
});

test('a workload that scales without end takes no more than the turns that there are', () => {
  expect(needs([taker(1000, Infinity)], 3)).toEqual([1000, 1000, 1000]);
});

test('nobody meets where nobody is', () => {
  expect(needs([], 4)).toEqual([]);
  expect(needs([taker(1000, 0)], 4)).toEqual([]);
});

test('together they need the sum', () => {
  expect(togetherMib([taker(1000, 1), taker(5000, 2)])).toBe(6000);
  expect(togetherMib([])).toBe(0);
});
