import { Gpu, GpuLayout, placeLayout } from '../../src/hardware';

const A100 = Gpu.A100_SXM4_80GB;
const standing = (gpu: Gpu, text: string) => {
  const placed = placeLayout(gpu, GpuLayout.parse(text))!;
  const at = placed.instances.map(({ profile, placement }) => `${profile.name}@${placement.start}:${placement.size}`).join(' ');
  return { at, uncut: placed.uncut, stranded: placed.stranded };
};

const MIG = Gpu.all().filter(gpu => gpu.migCapable);

describe.each(MIG.map(gpu => [gpu.id, gpu] as const))('%s', (_, gpu) => {
  const layouts = gpu.maximalLayouts();

  test('every maximal layout stands where the driver allows it, no two instances over each other', () => {
    for (const layout of layouts) {
      const { instances, units, startsKnown } = placeLayout(gpu, layout)!;
      const names = Object.entries(layout.profiles).flatMap(([name, count]) => Array<string>(count).fill(name));
      expect(instances.map(({ profile }) => profile.name).sort()).toEqual(names.sort());
      const covered = instances.flatMap(({ placement: { start, size } }) => Array.from({ length: size }, (__, index) => start + index));
      expect(new Set(covered).size).toBe(covered.length);
      expect(Math.max(...covered)).toBeLessThan(units);
      if (startsKnown) {
        for (const { profile, placement } of instances) { expect(profile.placements).toContainEqual(placement); }
      }
      expect(startsKnown).toBe(instances.every(({ profile }) => profile.placements !== undefined));
    }
  });

  test('slices of a maximal layout are cut or stranded, and every slice is counted once', () => {
    for (const layout of layouts) {
      const { computeSlicesUsed, memorySlicesUsed } = gpu.checkLayout(layout);
      const { uncut, stranded } = placeLayout(gpu, layout)!;
      expect(uncut).toEqual({ computeSlices: 0, memorySlices: 0 });
      expect(computeSlicesUsed! + stranded.computeSlices).toBe(gpu.computeSlices);
      expect(memorySlicesUsed! + stranded.memorySlices).toBe(gpu.memorySlices);
    }
  });
});

test.each([
  ['3g.40gb=2', '3g.40gb@0:4 3g.40gb@4:4', [0, 0], [1, 0]],
  ['1g.10gb=7', '1g.10gb@0:1 1g.10gb@1:1 1g.10gb@2:1 1g.10gb@3:1 1g.10gb@4:1 1g.10gb@5:1 1g.10gb@6:1', [0, 0], [0, 1]],
  ['7g.80gb=1', '7g.80gb@0:8', [0, 0], [0, 0]],
  // alone it stands on the right, where it leaves room for a 4g
  ['3g.40gb=1', '3g.40gb@4:4', [4, 4], [0, 0]],
  ['1g.20gb=4', '1g.20gb@0:2 1g.20gb@2:2 1g.20gb@4:2 1g.20gb@6:2', [0, 0], [3, 0]],
])('A100 80GB cut as %s stands as %s', (text, at, uncut, stranded) => {
  const pair = ([computeSlices, memorySlices]: number[]) => ({ computeSlices, memorySlices });
  expect(standing(A100, text)).toEqual({ at, uncut: pair(uncut), stranded: pair(stranded) });
});

test('a board whose placements nobody published has its instances in order', () => {
  expect(placeLayout(Gpu.RTX_PRO_5000_48GB, GpuLayout.parse('1g.24gb=2'))).toMatchObject({ startsKnown: false, units: 2 });
});

test('a whole board and a layout that cannot be have no placement', () => {
  expect(placeLayout(A100, GpuLayout.whole())).toBeUndefined();
  expect(placeLayout(A100, GpuLayout.parse('4g.40gb=2'))).toBeUndefined();
});
