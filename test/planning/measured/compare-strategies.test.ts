import { outcomeOf } from '../../../src/planning/measured/compare-strategies';
import { ReportedFigure } from '../../../src/planning/measured/report-fields';

/** Mean and interval of a throughput, of which more is better. */
type Measured = [mean: number, low: number | null, high: number | null];
interface Arm { readonly name: string; readonly strategy?: string; readonly is?: Measured }

const BY = 'throughput';

function outcome(arms: Arm[], figure: Partial<ReportedFigure> = {}, winners = [{ by: BY }]) {
  return outcomeOf({
    load: { name: 'steady', stage: 'llm' },
    winners,
    arms: arms.map(({ name, strategy, is }) => ({
      arm: { name, strategy },
      metrics: Object.fromEntries((is === undefined ? [] : [is])
        .map(([mean, low, high]) => [BY, { mean, low, high, title: 'requests', unit: '1/s', better: 'more', ...figure }])),
    })),
  });
}

const whole: Arm = { name: 'a whole board', strategy: 'dedicated', is: [10, 9, 11] };
const slices: Arm = { name: 'slices', strategy: 'mig', is: [20, 18, 22] };

test('the higher of two means wins where the intervals are apart, whichever comes first', () => {
  const defeats = [{ load: 'steady', winner: 'mig', loser: 'whole', words: 'slices 20 (18 to 22) against a whole board 10 (9 to 11): requests in 1/s' }];
  expect(outcome([whole, slices])).toEqual({ load: 'steady', measured: ['whole', 'mig'], defeats, open: [] });
  expect(outcome([slices, whole])).toEqual({ load: 'steady', measured: ['mig', 'whole'], defeats, open: [] });
});

test('the lower mean wins where less is better', () => {
  const { defeats } = outcome([whole, slices], { better: 'less', title: 'time to first token', unit: '' });
  expect(defeats.map(({ winner, words }) => [winner, words])).toEqual([
    ['whole', 'a whole board 10 (9 to 11) against slices 20 (18 to 22): time to first token'],
  ]);
});

test.each<[string, Measured, boolean]>([
  ['apart', [20, 11.5, 22], true], ['that touch', [20, 11, 22], false], ['that overlap', [20, 10, 30], false],
])('of intervals %s', (_, is, isDecided) => {
  const { defeats, open } = outcome([whole, { ...slices, is }]);
  expect([defeats.length, open]).toEqual(isDecided ? [1, []] : [0, ['the intervals of slices and a whole board overlap']]);
});

test('intervals that touch decide nothing where less is better either', () => {
  expect(outcome([whole, { ...slices, is: [20, 11, 30] }], { better: 'less' }).open).toEqual(['the intervals of a whole board and slices overlap']);
});

test('each strategy stands by its best arm: a reinvested board is MIG too', () => {
  const worse: Arm = { name: 'first cut', strategy: 'mig', is: [5, 4, 6] };
  const best: Arm = { name: 'reinvested', strategy: 'reinvest', is: [30, 29, 31] };
  expect(outcome([worse, slices, best, whole]).defeats.map(({ words }) => words.slice(0, 10))).toEqual(['reinvested']);
  expect(outcome([best, slices, worse, whole]).defeats.map(({ words }) => words.slice(0, 10))).toEqual(['reinvested']);
});

test('an arm without the figure that decides, or without an interval, leaves its pairs open', () => {
  expect(outcome([whole, { ...slices, is: undefined }]).open).toEqual(['slices has no figure that counts']);
  expect(outcome([whole, { ...slices, is: [20, null, 22] }]).open).toEqual(['slices has no interval, since too few repetitions count']);
  expect(outcome([whole, { ...slices, is: [20, 18, null] }]).open).toEqual(['slices has no interval, since too few repetitions count']);
  // an arm that has the figure stands for its strategy before one that has none
  expect(outcome([{ ...slices, name: 'broken', is: undefined }, slices, whole]).open).toEqual([]);
  expect(outcome([slices, { ...slices, name: 'broken', is: undefined }, whole]).open).toEqual([]);
});

test('a strategy that is not known is no side, nor one named like a key that every object has', () => {
  for (const strategy of ['other', 'constructor', undefined]) {
    expect(outcome([whole, { ...slices, strategy }])).toEqual({ load: 'steady', measured: ['whole'], defeats: [], open: [] });
  }
});

test('without a winner no figure decides', () => {
  expect(outcome([whole, slices], {}, []).open).toEqual(['a whole board has no figure that counts']);
});

test('three strategies make three pairs', () => {
  const { defeats, open } = outcome([whole, slices, { name: 'turns', strategy: 'time-slicing', is: [19, 17, 21] }, { name: 'clients', strategy: 'mps', is: [40, 39, 41] }]);
  expect(defeats.map(({ winner, loser }) => `${winner} ${loser}`)).toEqual(['mig whole', 'time-sliced whole', 'mps whole', 'mps mig', 'mps time-sliced']);
  expect(open).toEqual(['the intervals of slices and turns overlap']);
});
