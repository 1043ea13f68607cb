import * as fc from 'fast-check';
import { barPlot, intervalPlot, linePlot, svgFile } from '../../src/report';
import { inDigits, linearScale } from '../../src/report/plots/scale';

describe('a scale', () => {
  test('holds both ends between its first and last tick, has 2 to 12 ticks, and equal steps', () => {
    fc.assert(fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.double({ min: 1e-4, max: 1e4, noNaN: true }), (low, ratio) => {
      const span = ratio * Math.max(1, Math.abs(low));
      const scale = linearScale(low, low + span, 0, 100);
      const [first, last] = [scale.ticks[0], scale.ticks.at(-1)!];
      const slack = Math.max(Math.abs(low), span) * 1e-6;
      expect(first).toBeLessThanOrEqual(low + slack);
      expect(last).toBeGreaterThanOrEqual(low + span - slack);
      expect(scale.ticks.length).toBeGreaterThanOrEqual(2);
      expect(scale.ticks.length).toBeLessThanOrEqual(12);
      expect(scale.at(first)).toBeCloseTo(0, 3);
      expect(scale.at(last)).toBeCloseTo(100, 3);
    }));
  });

  test.each([
    [0, 10, [0, 2, 4, 6, 8, 10]], [0, 0.3, [0, 0.1, 0.2, 0.3]], [0, 2377, [0, 500, 1000, 1500, 2000, 2500]], [0, 0, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  ])('from %d to %d ticks at round numbers', (low, high, ticks) => {
    expect(linearScale(low, high, 0, 100).ticks).toEqual(ticks);
  });

  test('writes numbers with thousands apart and without zeros at the end', () => {
    expect([inDigits(12345.6), inDigits(3), inDigits(0.25, 2), inDigits(-1234.5)]).toEqual(['12,345.6', '3', '0.25', '-1,234.5']);
  });
});

const BARS = barPlot({ id: 'p', title: 'Boards', description: 'd', unit: 'boards', bars: [{ label: 'plan', value: 2 }, { label: 'whole', value: 4, note: 'twice' }], mark: { label: 'bound', value: 2 } });

test('bars are as long as their values', () => {
  const widths = [...String(BARS.body).matchAll(/<rect class="fill0" x="190" y="[\d.]+" width="([\d.]+)"/g)].map(([, width]) => Number(width));
  expect(widths[1] / widths[0]).toBeCloseTo(2, 5);
});

test('every number that is drawn stands in the table too', () => {
  expect(BARS.table!.rows).toEqual([['plan', '2', ''], ['whole', '4', 'twice'], ['bound', '2', '']]);
  const intervals = intervalPlot({
    id: 'p', title: 'Latency', description: 'd', unit: 'ms', intervals: [{ label: 'MIG', low: 1, value: 2, high: 4 }], mark: { label: 'target', value: 3 },
  });
  expect(intervals.table!.rows).toEqual([['MIG', '2', '1', '4', ''], ['target', '3', '', '', '']]);
  const lines = linePlot({ id: 'p', title: 'Arrivals', description: 'd', xLabel: 'arrival', yLabel: 'boards', panels: [{ title: 'a', series: [{ label: 'x', points: [[0, 1], [1, 5], [2, 3]] }] }] });
  expect(lines.table!.rows).toEqual([['a', 'x', '1', '3', '5', '1']]);
});

test('a line of a million points stays small, and keeps its last point', () => {
  const points = Array.from({ length: 1_000_000 }, (_, index) => [index, index % 7] as const);
  const plot = linePlot({ id: 'p', title: 't', description: 'd', xLabel: 'x', yLabel: 'y', panels: [{ title: '', series: [{ label: 'x', points }] }] });
  expect(svgFile(plot).length).toBeLessThan(20_000);
});

test('plots of nothing, of one value and of equal values can be drawn', () => {
  const none = { id: 'p', title: 't', description: 'd', unit: 'u', xLabel: 'x', yLabel: 'y' };
  const drawn = [
    barPlot({ ...none, bars: [] }), barPlot({ ...none, bars: [{ label: 'a', value: 0 }] }),
    intervalPlot({ ...none, intervals: [] }), intervalPlot({ ...none, intervals: [{ label: 'a', low: 3, value: 3, high: 3 }], fromZero: false }),
    linePlot({ ...none, panels: [] }), linePlot({ ...none, panels: [{ title: 'a', series: [{ label: 'x', points: [] }, { label: 'y', points: [[1, 1]] }] }] }),
  ].map(svgFile);
  for (const svg of drawn) { expect(svg).not.toMatch(/NaN|Infinity|undefined/); }
});
