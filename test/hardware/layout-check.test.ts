import * as fc from 'fast-check';
import { Gpu, GpuLayout, MigProfile } from '../../src/hardware';

const migBoards = Gpu.all().filter(gpu => gpu.migCapable);
const placeable = migBoards.filter(gpu => gpu.profiles.every(profile => profile.placements !== undefined));

/** Puts instances down one by one on free units, trying every start; independent of the arithmetic under test. */
function canPlace(gpu: Gpu, layout: GpuLayout): boolean {
  const instances = Object.entries(layout.profiles)
    .flatMap(([name, count]) => Array<MigProfile>(count).fill(gpu.profile(name)))
    .sort((a, b) => b.placements![0].size - a.placements![0].size);
  const tooMany = Object.entries(layout.profiles).some(([name, count]) => count > gpu.profile(name).maxInstances);
  if (tooMany || instances.reduce((sum, each) => sum + each.computeSlices, 0) > gpu.computeSlices!) { return false; }
  const engines = ['copyEngines', 'decoders', 'encoders', 'jpegEngines', 'ofaEngines'] as const;
  const short = gpu.memorySlices! < 8 && engines.some(engine =>
    instances.reduce((sum, each) => sum + (each.engines[engine] ?? 0), 0) > (gpu.engines[engine] ?? Infinity));
  if (short) { return false; }
  const place = (index: number, taken: boolean[]): boolean => {
    if (index === instances.length) { return true; }
    return instances[index].placements!.some(({ start, size }) => {
      const units = Array.from({ length: size }, (_, offset) => start + offset);
      if (units.some(unit => taken[unit])) { return false; }
      const next = [...taken];
      units.forEach(unit => { next[unit] = true; });
      return place(index + 1, next);
    });
  };
  return place(0, []);
}

/** Every multiset with counts up to one more than each maximum. */
function multisets(gpu: Gpu): fc.Arbitrary<GpuLayout> {
  return fc.tuple(...gpu.profiles.map(profile => fc.integer({ min: 0, max: profile.maxInstances + 1 })))
    .filter(counts => counts.some(count => count > 0))
    .map(counts => gpu.profiles.map((profile, i) => [profile.name, counts[i]] as const).filter(([, count]) => count > 0))
    .map(named => GpuLayout.of(Object.fromEntries(named)));
}

test.each(placeable)('%s: a layout is valid exactly when an exhaustive search finds a place for every instance', gpu => {
  fc.assert(fc.property(multisets(gpu), layout => gpu.checkLayout(layout).valid === canPlace(gpu, layout)), { numRuns: 300 });
});

test.each(placeable)('%s: every sub-multiset of a maximal layout can be placed, and nothing can be added to the whole', gpu => {
  for (const layout of gpu.maximalLayouts()) {
    expect(canPlace(gpu, layout)).toBe(true);
    for (const profile of gpu.profiles) {
      const more = { ...layout.profiles, [profile.name]: (layout.profiles[profile.name] ?? 0) + 1 };
      expect(canPlace(gpu, GpuLayout.of(more))).toBe(false);
    }
  }
});

test.each(placeable)('%s: a refused layout fits without one of exactly the profiles that the way out names', gpu => {
  fc.assert(fc.property(multisets(gpu), layout => {
    const { fix } = gpu.checkLayout(layout);
    if (fix === undefined) { return canPlace(gpu, layout); }
    const without = (name: string) => {
      const { [name]: count, ...rest } = layout.profiles;
      return count > 1 ? { ...rest, [name]: count - 1 } : rest;
    };
    const enough = Object.keys(layout.profiles).filter(name => {
      const rest = without(name);
      return Object.keys(rest).length === 0 || canPlace(gpu, GpuLayout.of(rest));
    });
    const named = /^without one (.*) it fits; /.exec(fix)?.[1].split(' or one ') ?? [];
    return named.join() === enough.join() && fix.endsWith(`cdk8s-gpu layouts ${gpu} lists what fits`);
  }), { numRuns: 100 });
});

// exhaustive enumeration over the printed placement tables: maximal multisets per kind of board
test.each([
  ['a100-sxm4-80gb', 44], ['h100-sxm5-80gb', 44], ['h200-sxm-141gb', 44], ['gb200-186gb', 44], ['gb300-278gb', 44],
  ['a30', 8], ['rtx-pro-6000-server', 64], ['rtx-pro-6000-maxq', 64], ['rtx-pro-5000-48gb', 12], ['rtx-pro-4500-32gb', 9],
  ['gb300-station-252gb', 9], // three profile names of this variant are not known
])('%s has %i maximal layouts', (id, count) => {
  expect(Gpu.of(id).maximalLayouts()).toHaveLength(count);
});

test('without media extensions and double-memory slices an A100 has the 12 maximal layouts of the field', () => {
  const plain = (layout: GpuLayout) => Object.keys(layout.profiles).every(name => !/[+-]/.test(name) && name !== '1g.20gb');
  const gpu = Gpu.A100_SXM4_80GB;
  const small = { '1g.10gb': 1, '2g.20gb': 2, '3g.40gb': 3, '4g.40gb': 4, '7g.80gb': 7 } as Record<string, number>;
  const shapes = gpu.maximalLayouts().filter(plain)
    .filter(layout => !gpu.checkLayout(GpuLayout.of({ ...layout.profiles, '1g.10gb': (layout.profiles['1g.10gb'] ?? 0) + 1 })).valid)
    .map(layout => Object.entries(layout.profiles).flatMap(([name, count]) => Array<number>(count).fill(small[name])).sort((a, b) => b - a).join('+'));
  expect(shapes).toEqual(expect.arrayContaining([
    '1+1+1+1+1+1+1', '2+1+1+1+1+1', '2+2+1+1+1', '4+1+1+1', '3+2+1+1', '2+2+2+1', '4+2+1', '3+2+2', '4+3', '7',
  ]));
});

test.each([
  { '7g.80gb': 1 }, { '4g.40gb': 1, '3g.40gb': 1 }, { '4g.40gb': 1, '2g.20gb': 1, '1g.10gb': 1 }, { '4g.40gb': 1, '1g.10gb': 3 }, { '3g.40gb': 2 },
  { '3g.40gb': 1, '2g.20gb': 1, '1g.10gb': 1 }, { '3g.40gb': 1, '1g.10gb': 3 }, { '2g.20gb': 2, '3g.40gb': 1 },
  { '2g.20gb': 1, '1g.10gb': 2, '3g.40gb': 1 }, { '1g.10gb': 4, '3g.40gb': 1 }, { '2g.20gb': 3, '1g.10gb': 1 },
  { '2g.20gb': 2, '1g.10gb': 3 }, { '2g.20gb': 1, '1g.10gb': 5 }, { '1g.10gb': 7 },
] as Record<string, number>[])('the vendor\'s layout %j is valid on an A100', profiles => {
  expect(Gpu.A100_SXM4_80GB.checkLayout(GpuLayout.of(profiles))).toMatchObject({ valid: true, reasons: [] });
});

// counting memory alone accepts these
test.each([
  { '4g.40gb': 1, '2g.20gb': 2 }, { '4g.40gb': 1, '2g.20gb': 1, '1g.10gb': 2 }, { '2g.20gb': 3, '1g.10gb': 2 },
  { '4g.40gb': 1, '1g.10gb': 4 }, { '2g.20gb': 2, '1g.10gb': 4 }, { '2g.20gb': 1, '1g.10gb': 6 },
] as Record<string, number>[])('%j has memory enough but not compute', profiles => {
  expect(Gpu.A100_SXM4_80GB.checkLayout(GpuLayout.of(profiles)).reasons.join()).toMatch(/needs 8 compute slices, the GPU has 7; memory slices [78] of 8/);
});

test('2 x 3g and 1 x 1g says that memory is short and compute is not', () => {
  expect(Gpu.A100_SXM4_80GB.checkLayout(GpuLayout.of({ '3g.40gb': 2, '1g.10gb': 1 })).reasons)
    .toEqual(['needs 9 memory slices, the GPU has 8; compute slices 7 of 7']);
});

test('five 1g.10gb and two 1g.20gb do not fit an H100, the mistake in a published RAG layout', () => {
  expect(Gpu.H100_SXM5_80GB.checkLayout(GpuLayout.of({ '1g.10gb': 5, '1g.20gb': 2 })).reasons)
    .toEqual(['needs 9 memory slices, the GPU has 8; compute slices 7 of 7']);
});

test('a media extension takes what its neighbours lack: on RTX PRO 6000 only -me profiles stand beside +me.all', () => {
  const gpu = Gpu.RTX_PRO_6000_SERVER;
  expect(gpu.checkLayout(GpuLayout.of({ '1g.24gb+me.all': 1, '1g.24gb-me': 3 })).valid).toBe(true);
  expect(gpu.checkLayout(GpuLayout.of({ '1g.24gb+me.all': 1, '1g.24gb': 1 })).reasons.join('; ')).toContain('needs 5 decoders (NVDEC), the GPU has 4');
});

// two of a profile that there is once take two of the board's one JPEG engine as well: what binds there is the number alone
test('on boards with eight slices engines bind nothing, and no reason names them', () => {
  for (const gpu of [Gpu.A100_SXM4_80GB, Gpu.H100_SXM5_80GB]) {
    expect(gpu.checkLayout(GpuLayout.of({ '1g.10gb+me': 2 })).reasons).toEqual(['2 of 1g.10gb+me, the GPU takes at most 1']);
  }
});

test('a profile of another board is refused with the name that this board has for it', () => {
  expect(() => Gpu.A100_SXM4_80GB.assertLayout(GpuLayout.of({ '1g.5gb': 7 })))
    .toThrow('layout 1g.5gb=7 does not fit NVIDIA-A100-SXM4-80GB: no profile 1g.5gb; its 1-slice profile is called 1g.10gb; it has 1g.10gb, ');
});

test('a board without MIG refuses every layout but whole', () => {
  expect(Gpu.L40S.checkLayout(GpuLayout.of({ '1g.10gb': 1 }))).toMatchObject({ valid: false, reasons: ['L40S 48GB cannot do MIG'] });
  expect(Gpu.L40S.checkLayout(GpuLayout.whole()).valid).toBe(true);
});

test('profiles are created largest first', () => {
  expect(Gpu.A100_SXM4_80GB.checkLayout(GpuLayout.of({ '1g.10gb': 2, '3g.40gb': 1, '2g.20gb': 1 })).creationOrder)
    .toEqual(['3g.40gb', '2g.20gb', '1g.10gb', '1g.10gb']);
});

test('on a GB300 the layouts that a 3g at the start blocks come with a warning', () => {
  const check = Gpu.GB300_278GB.checkLayout(GpuLayout.of({ '3g.139gb': 1, '2g.70gb': 2 }));
  expect(check.valid).toBe(true);
  expect(check.warnings.join()).toContain('create the 3g last');
  expect(Gpu.GB200_186GB.checkLayout(GpuLayout.of({ '3g.93gb': 1, '2g.47gb': 2 })).warnings).toEqual([]);
});

// by hand, from the layouts with one 3g that leave no room for it at unit 4 when it was placed first
test('on a GB300 the three layouts whose 3g must come last are named, and no other', () => {
  const gpu = Gpu.of('gb300-278gb');
  const [one, two, three] = ['1g.', '2g.', '3g.'].map(slices => gpu.profiles.find(({ name }) => name.startsWith(slices) && !name.includes('+'))!.name);
  const warned = (ones: number, twos: number, threes: number) => {
    const layout = GpuLayout.of(Object.fromEntries([[one, ones], [two, twos], [three, threes]].filter(([, count]) => count !== 0)));
    return gpu.checkLayout(layout).warnings.length > 0;
  };
  expect([[4, 0, 1], [2, 1, 1], [0, 2, 1]].map(([a, b, c]) => warned(a, b, c))).toEqual([true, true, true]);
  expect([[3, 0, 1], [1, 1, 1], [0, 1, 1], [0, 0, 2], [0, 0, 1], [2, 1, 0], [7, 0, 0]].map(([a, b, c]) => warned(a, b, c)))
    .toEqual(Array(7).fill(false));
});
