import { Gpu } from '../../../src/hardware';
import { placeOnBoard } from '../../../src/planning/placement/board-placements';
import { A100 } from '../fleets';

const starts = (gpu: Gpu, ...profiles: string[]) => placeOnBoard(gpu, profiles).map(placed => placed?.start);

describe('profiles on one board', () => {
  test.each<[string, Gpu, string[], number[]]>([
    ['the larger first, and each at its first start', A100, ['1g.10gb', '4g.40gb', '2g.20gb'], [6, 0, 4]],
    ['of one size the one with fewer starts first', A100, ['1g.20gb', '2g.20gb'], [2, 0]],
    ['those alike in the order given', A100, ['2g.20gb', '2g.20gb', '2g.20gb'], [0, 2, 4]],
    // 2g starts at 0, 2 and 4 alone: two of them need the lower half
    ['the larger gives way where the smaller would have no place', A100, ['3g.40gb', '2g.20gb', '2g.20gb'], [4, 0, 2]],
    ['4g starts at 0 alone', A100, ['3g.40gb', '4g.40gb'], [4, 0]],
    ['units are three to a slice on RTX PRO 6000', Gpu.RTX_PRO_6000_SERVER, ['1g.24gb', '2g.48gb', '1g.24gb'], [6, 0, 9]],
    ['nothing', A100, [], []],
  ])('%s', (_, gpu, profiles, expected) => { expect(starts(gpu, ...profiles)).toEqual(expected); });

  test('what has no room together has no places', () => {
    expect(starts(A100, '3g.40gb', '3g.40gb', '1g.10gb')).toEqual([undefined, undefined, undefined]);
  });

  test('nor has what the board does not have, nor where places are not known', () => {
    expect(starts(A100, '1g.10gb', '1g.18gb')).toEqual([undefined, undefined]);
    const unknown = Gpu.of('rtx-pro-5000-48gb');
    expect(starts(unknown, unknown.profiles[0].name)).toEqual([undefined]);
  });
});

test('every full layout stands on its board, at known places and without overlaps', () => {
  const faults: string[] = [];
  for (const gpu of [A100, Gpu.A30, Gpu.H200_SXM_141GB, Gpu.RTX_PRO_6000_SERVER]) {
    for (const layout of gpu.maximalLayouts()) {
      const profiles = Object.entries(layout.profiles).flatMap(([profile, count]) => Array<string>(count).fill(profile));
      const taken = placeOnBoard(gpu, profiles).flatMap((placed, index) => {
        const isKnown = placed?.profile === profiles[index]
          && gpu.profile(profiles[index]).placements!.some(({ start, size }) => start === placed.start && size === placed.size);
        if (!isKnown) { faults.push(`${gpu} ${layout}: ${profiles[index]} at ${placed?.start}`); }
        return Array.from({ length: placed?.size ?? 0 }, (_, i) => placed!.start + i);
      });
      if (new Set(taken).size < taken.length) { faults.push(`${gpu} ${layout} overlaps`); }
    }
  }
  expect(faults).toEqual([]);
});
