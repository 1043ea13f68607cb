import { A100, randomOf } from './fleets';
import { Gpu } from '../../src/hardware';
import { GpuArrival, simulateArrivals } from '../../src/planning';
import { BoardStates } from '../../src/planning/arrivals/board-states';

const asking = (...profiles: string[]): GpuArrival[] => profiles.map((profile, index) => ({ name: `a${index}`, profile }));
const on = (count: number, gpu: Gpu = A100) => [{ gpu, count }];

test('3g, 2g, 2g strand the second 2g on a board that could hold all three', () => {
  const result = simulateArrivals(on(1), asking('3g.40gb', '2g.20gb', '2g.20gb'));
  expect(result).toMatchObject({ arrivals: 3, placed: 2, waiting: 1, stranded: [2], promised: 7, reached: 5 });
  expect(result.boards[0].slices.map(({ profile, start }) => [profile, start])).toEqual([['3g.40gb', 0], ['2g.20gb', 4]]);
  expect(result.staticLayouts.map(({ layout, count }) => [String(layout), count])).toEqual([['2g.20gb=2,3g.40gb=1', 1]]);
  const again = simulateArrivals(on(1), result.betterOrder.map(index => asking('3g.40gb', '2g.20gb', '2g.20gb')[index]));
  expect(again).toMatchObject({ waiting: 0, reached: 7 });
});

test('1g, 4g, 3g leave the 4g waiting: the board holds 4 compute slices, and 4g beside 3g would be 7', () => {
  const result = simulateArrivals(on(1), asking('1g.10gb', '4g.40gb', '3g.40gb'));
  expect(result).toMatchObject({ placed: 2, waiting: 1, stranded: [1], promised: 7, reached: 4 });
  expect(result.staticLayouts.map(({ layout }) => String(layout))).toEqual(['3g.40gb=1,4g.40gb=1']);
});

test('who waits is tried again, first come first served, when somebody leaves', () => {
  const result = simulateArrivals(on(1), [...asking('7g.80gb', '3g.40gb', '4g.40gb'), { name: 'a0' }]);
  expect(result).toMatchObject({ arrivals: 3, placed: 2, waiting: 1, reached: 3 });
});

test('in a better order those that no board can hold come last, as they came', () => {
  const arrivals = asking('3g.40gb', '2g.20gb', '4g.40gb', '2g.20gb', '4g.40gb', '2g.20gb', '3g.40gb');
  const { betterOrder, promised, reached } = simulateArrivals(on(1), arrivals);
  expect([reached, promised, [...betterOrder].sort((a, b) => a - b)]).toEqual([5, 7, [0, 1, 2, 3, 4, 5, 6]]);
  // what fills the board first: 4g and 3g, or 3g and two 2g
  const profiles = betterOrder.map(index => arrivals[index].profile);
  let held = 0;
  for (let slices = 0; slices < 7; held++) { slices += A100.profile(profiles[held]!).computeSlices; }
  const last = betterOrder.slice(held);
  expect(last).toEqual([...last].sort((a, b) => a - b));
  expect(last.length).toBe(7 - held);
});

test('nothing is lost when everything fits, and then nothing is advised', () => {
  expect(simulateArrivals(on(2), asking('4g', '3g', '3g'))).toMatchObject({ waiting: 0, betterOrder: [], staticLayouts: [], stranded: [] });
});

test('a board without MIG is taken whole, and slices go past it', () => {
  const result = simulateArrivals([{ gpu: Gpu.L40S, count: 1 }, ...on(1)], asking('whole', '1g', 'whole'));
  expect(result).toMatchObject({ placed: 2, waiting: 1 });
  expect(result.boards.map(({ slices }) => slices.map(({ profile }) => profile))).toEqual([['whole'], ['1g.10gb']]);
});

test.each([
  ['a profile that no board has', asking('5g.60gb'), 'arrivals[0]: a0 asks for 5g.60gb; NVIDIA-A100-SXM4-80GB has 1g.10gb,'],
  ['a name that comes twice', [...asking('1g'), ...asking('1g')], 'arrivals[1]: a0 comes a second time, and has not left'],
  ['a leave without an arrival', [{ name: 'x' }], 'arrivals[0]: x leaves, and has not come'],
])('%s is refused', (_, arrivals, message) => { expect(() => simulateArrivals(on(1), arrivals)).toThrow(message); });

test.each([A100, Gpu.A30, Gpu.H200_SXM_141GB, Gpu.RTX_PRO_6000_SERVER])('on %s whatever first fit leaves on a board can stand, without overlaps', gpu => {
  const random = randomOf(17);
  const states = BoardStates.of(gpu);
  const names = gpu.profiles.map(({ name }) => name);
  let state = 0;
  for (let step = 0; step < 2000; step++) {
    const here = states.at(state);
    if (here.length > 0 && random(3) === 0) { state = states.remove(state, here[random(here.length)].start); continue; }
    const next = states.add(state, names[random(names.length)]);
    if (next === undefined) { continue; }
    state = next.state;
    const units = states.at(state).flatMap(({ start, size }) => Array.from({ length: size }, (_, i) => start + i));
    expect(new Set(units).size).toBe(units.length);
    expect(Math.max(...units)).toBeLessThan(gpu.placementUnits ?? gpu.memorySlices!);
  }
});

test('a better order reaches what is promised, and static layouts hold it, in random series', () => {
  const random = randomOf(23);
  const names = ['1g.10gb', '1g.20gb', '2g.20gb', '3g.40gb', '4g.40gb'];
  for (let round = 0; round < 60; round++) {
    const count = 1 + random(6);
    const arrivals = asking(...Array.from({ length: count * 4 }, () => names[random(names.length)]));
    const result = simulateArrivals(on(count), arrivals);
    expect(result.promised).toBeGreaterThanOrEqual(result.reached);
    if (result.promised === result.reached) { continue; }
    for (const { gpu, layout } of result.staticLayouts) { expect(gpu.checkLayout(layout).valid).toBe(true); }
    const held = result.staticLayouts.reduce((sum, { layout, count: boards }) => sum + boards * Object.entries(layout.profiles)
      .reduce((slices, [profile, number]) => slices + number * A100.profile(profile).computeSlices, 0), 0);
    expect(held).toBe(result.promised);
    expect(result.staticLayouts.reduce((sum, each) => sum + each.count, 0)).toBeLessThanOrEqual(count);
    expect(result.betterOrder).not.toEqual([]);
    expect(simulateArrivals(on(count), result.betterOrder.map(index => arrivals[index])).reached).toBe(result.promised);
  }
});
