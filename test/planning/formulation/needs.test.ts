import { ModelFootprint } from '../../../src/fit';
import { Gpu, GpuLayout, GpuSliceKind } from '../../../src/hardware';
import { GpuPlanIsolation, GpuPlanSupply, GpuPlanWorkload } from '../../../src/planning';
import { Needs, profileNamed } from '../../../src/planning/formulation/needs';
import { Slots } from '../../../src/planning/formulation/slots';
import { A100 } from '../fleets';

const of = (workload: Partial<GpuPlanWorkload>, supplies: GpuPlanSupply[] = [{ gpu: A100 }]) => new Needs(supplies, new Slots(supplies)).of({ name: 'w', ...workload });
/** Slots as `profile`, with the supply where there are several and the number that share a board. */
const slotsOf = (workload: Partial<GpuPlanWorkload>, supplies?: GpuPlanSupply[]) => of(workload, supplies).slots
  .map(({ profile, supply, tenants }) => `${profile}${tenants > 1 ? `/${tenants}` : ''}${supply > 0 ? `@${supply}` : ''}`);
const on = (...gpus: Gpu[]) => gpus.map(gpu => ({ gpu }));
const { ANY, DEDICATED, HARDWARE } = GpuPlanIsolation;

describe('by memory a workload takes the smallest slices that hold it', () => {
  // A100 80GB: slices of 9,728, 19,968, 40,192 and 80,384 MiB, and 79,462 uncut
  test.each<[string, Partial<GpuPlanWorkload>, string[]]>([
    ['exactly the smallest', { memoryMib: 9728 }, ['1g.10gb']],
    ['a MiB more', { memoryMib: 9729 }, ['1g.20gb']],
    ['exactly a quarter', { memoryMib: 19968 }, ['1g.20gb']],
    ['a MiB more than a quarter', { memoryMib: 19969 }, ['3g.40gb']],
    ['exactly half', { memoryMib: 40192 }, ['3g.40gb']],
    // a board that is not cut stands in for one that is cut into one piece
    ['more than half', { memoryMib: 40193 }, ['whole']],
    ['exactly the board', { memoryMib: 79462 }, ['whole']],
    ['a MiB more than the board is sure to have, which its one slice has', { memoryMib: 79463 }, ['7g.80gb']],
    ['more than anything', { memoryMib: 80385 }, []],
    ['a board of its own', { memoryMib: 100, isolation: DEDICATED }, ['whole']],
    ['hardware isolation, as if nothing was said', { memoryMib: 100, isolation: HARDWARE }, ['1g.10gb']],
    // 8,843 and a tenth are 9,727.3, 8,844 and a tenth 9,728.4
    ['headroom that just fits', { memoryMib: 8843, headroom: 0.1 }, ['1g.10gb']],
    ['headroom that does not', { memoryMib: 8844, headroom: 0.1 }, ['1g.20gb']],
    // 79,462 / 11 are 7,223 and / 12 are 6,621, although MPS lets each of twelve take a twelfth of 81,920, which is 6,826
    ['a share of eleven', { memoryMib: 6700, isolation: ANY }, ['1g.10gb', 'whole/11']],
    ['a share of at most 48', { memoryMib: 10, isolation: ANY }, ['1g.10gb', 'whole/48']],
    ['no share where two do not fit', { memoryMib: 39732, isolation: ANY }, ['3g.40gb']],
    ['a share of two where they just fit', { memoryMib: 39731, isolation: ANY }, ['3g.40gb', 'whole/2']],
  ])('%s', (_, workload, slots) => { expect(slotsOf(workload).sort()).toEqual(slots); });

  test('on each type of board its own', () => {
    expect(slotsOf({ memoryMib: 9728 }, on(Gpu.A30, A100, Gpu.L40S))).toEqual(['2g.12gb', '1g.10gb@1', 'whole@2']);
    expect(slotsOf({ memoryMib: 7000, isolation: ANY }, on(Gpu.L40S))).toEqual(['whole/6']);
    expect(slotsOf({ memoryMib: 200, isolation: ANY }, on(Gpu.of('t4')))).toEqual(['whole/48']);
  });

  test('or none, and the reason names the board and both figures', () => {
    expect(of({ memoryMib: 200000 }).whyNone).toBe('it needs 200000 MiB, and NVIDIA-A100-SXM4-80GB has 79462');
    expect(of({ memoryMib: 100000, headroom: 0.5 }, on(A100, Gpu.L40S)).whyNone)
      .toBe('it needs 150000 MiB, and NVIDIA-A100-SXM4-80GB has 79462; it needs 150000 MiB, and NVIDIA-L40S has 45459');
    expect(of({ memoryMib: 100 }).whyNone).toBeUndefined();
  });

  test('and needs there what was said, with the headroom', () => {
    const { neededMib, slots } = of({ memoryMib: 1000.5, headroom: 0.25 });
    expect(neededMib(slots[0])).toBe(1251);
  });
});

describe('a model takes the slices in which it fits also in the worst case', () => {
  test('one that was measured takes what its memory takes, and needs that', () => {
    const footprint = ModelFootprint.measured(15000);
    expect(slotsOf({ footprint })).toEqual(['1g.20gb']);
    const { neededMib, slots } = of({ footprint });
    expect(neededMib(slots[0])).toBeGreaterThanOrEqual(15000);
  });

  test('headroom counts on top of the worst case', () => {
    const { slots, neededMib } = of({ footprint: ModelFootprint.measured(9000) });
    const worst = neededMib(slots[0])!;
    const { slots: roomy, neededMib: withRoom } = of({ footprint: ModelFootprint.measured(9000), headroom: 0.5 });
    expect([slots[0].profile, roomy[0].profile]).toEqual(['1g.10gb', '1g.20gb']);
    expect(withRoom(roomy[0])).toBe(Math.ceil(worst * 1.5));
    // as much as is there is taken, no more
    const room = 9728 / worst - 1;
    expect([room - 1e-9, room + 1e-3].map(headroom => slotsOf({ footprint: ModelFootprint.measured(9000), headroom }))).toEqual([['1g.10gb'], ['1g.20gb']]);
  });

  test('two models are two, and one model is asked once', () => {
    const supplies = on(A100);
    const needs = new Needs(supplies, new Slots(supplies));
    const [small, large] = [ModelFootprint.measured(5000), ModelFootprint.measured(60000)];
    const [a, b, c] = [{ name: 'a', footprint: small }, { name: 'b', footprint: large }, { name: 'c', footprint: small }].map(each => needs.of(each));
    expect([a, b].map(({ slots }) => slots.map(({ profile }) => profile))).toEqual([['1g.10gb'], ['whole']]);
    expect(c.slots).toBe(a.slots);
    const ask = (more: Partial<GpuPlanWorkload>) => needs.of({ name: 'd', footprint: small, ...more }).slots.map(({ profile, tenants }) => [profile, tenants]);
    expect(ask({ isolation: DEDICATED })).toEqual([['whole', 1]]);
    expect(ask({ headroom: 1 })).toEqual([['1g.20gb', 1]]);
  });

  test('one that fits nowhere says so in the words of fit', () => {
    const { slots, whyNone } = of({ footprint: ModelFootprint.measured(200000) });
    expect(slots).toEqual([]);
    expect(whyNone).toMatch(/200,?000|19\d\.\d/);
    expect(whyNone).not.toMatch(/\.$|\n/);
  });
});

describe('by profiles a workload takes those that no other can always stand in for', () => {
  test.each<[string, Partial<GpuPlanWorkload>, string[]]>([
    ['a name', { profiles: ['2g.20gb'] }, ['2g.20gb']],
    ['compute slices alone', { profiles: ['3g'] }, ['3g.40gb']],
    ['of two with as many the one with less memory', { profiles: ['1g'] }, ['1g.10gb']],
    ['attributes by name', { profiles: ['1g.10gb+me'] }, ['1g.10gb+me']],
    ['a smaller one stands in for a larger', { profiles: ['4g', '3g'] }, ['3g.40gb']],
    ['one and the same twice', { profiles: ['1g', '1g.10gb'] }, ['1g.10gb']],
    ['of a whole board and its largest slice, as good as each other, the first', { profiles: ['7g', 'whole'] }, ['7g.80gb']],
    ['and the other way round', { profiles: ['whole', '7g'] }, ['whole']],
    ['a slice stands in for the whole board', { profiles: ['whole', '2g'] }, ['2g.20gb']],
    ['a board of its own in one slice', { profiles: ['7g', '3g'], isolation: DEDICATED }, ['7g.80gb']],
    ['a board of its own', { profiles: ['3g', 'whole'], isolation: DEDICATED }, ['whole']],
  ])('%s', (_, workload, slots) => { expect(slotsOf(workload).sort()).toEqual(slots); });

  test('on each board those that it has', () => { expect(slotsOf({ profiles: ['1g.6gb', '1g.10gb'] }, on(Gpu.A30, A100))).toEqual(['1g.6gb', '1g.10gb@1']); });

  test('what nodes have already stays a choice, where it was asked for', () => {
    const cut = (layout: GpuLayout) => [{ gpu: A100, current: [{ name: 'n', layouts: [layout] }] }];
    expect(slotsOf({ profiles: ['3g', '4g'] }, cut(GpuLayout.of({ '4g.40gb': 1 })))).toEqual(['3g.40gb', '4g.40gb']);
    expect(slotsOf({ profiles: ['2g', 'whole'] }, cut(GpuLayout.whole()))).toEqual(['2g.20gb', 'whole']);
    expect(slotsOf({ profiles: ['2g'] }, cut(GpuLayout.whole()))).toEqual(['2g.20gb']);
    expect(slotsOf({ profiles: ['2g', 'whole'] }, cut(GpuLayout.of({ '3g.40gb': 2 })))).toEqual(['2g.20gb']);
  });

  test('a node of another type offers nothing', () => {
    expect(slotsOf({ profiles: ['3g', '4g'] }, [{ gpu: A100 }, { gpu: Gpu.H200_SXM_141GB, current: [{ name: 'n', layouts: [GpuLayout.of({ '4g.71gb': 1 })] }] }]))
      .toEqual(['3g.40gb', '3g.71gb@1', '4g.71gb@1']);
  });

  test('or none, and the reason lists what there is', () => {
    expect(of({ profiles: ['5g', '9g.90gb'] }, on(Gpu.A30)).whyNone)
      .toBe('it takes 5g or 9g.90gb; NVIDIA-A30 has 1g.6gb, 1g.6gb+me, 2g.12gb, 2g.12gb+me, 4g.24gb, whole');
    expect(of({ profiles: ['3g'], isolation: DEDICATED }, on(A100, Gpu.L40S)).whyNone).toMatch(
      /^it takes 3g, and it wants a board of its own; NVIDIA-A100-SXM4-80GB has 1g\.10gb, .*7g\.80gb, whole; NVIDIA-L40S has whole$/);
    expect(of({ profiles: ['3g'] }).whyNone).toBeUndefined();
    expect(of({ profiles: ['3g'] }).neededMib(of({ profiles: ['3g'] }).slots[0])).toBeUndefined();
  });
});

describe('by options a workload takes those of which none does as much on less', () => {
  const choicesOf = (options: [profile: string, throughput: number, gpu?: Gpu][], supplies?: GpuPlanSupply[], demand?: number) => {
    const need = of({ options: options.map(([profile, throughput, gpu]) => ({ profile, throughput, gpu })), demand }, supplies);
    expect(need.slots).toEqual(need.choices!.map(({ slot }) => slot));
    return need.choices!.map(({ slot: { profile, supply }, throughput }) => [profile, supply, throughput]);
  };

  test('more on more is a choice, as much or less on more is none', () => {
    expect(choicesOf([['1g', 5], ['3g', 5.000001]])).toEqual([['1g.10gb', 0, 5], ['3g.40gb', 0, 5.000001]]);
    expect(choicesOf([['3g', 5], ['1g', 5]])).toEqual([['1g.10gb', 0, 5]]);
    expect(choicesOf([['3g', 4], ['1g', 5]])).toEqual([['1g.10gb', 0, 5]]);
  });

  test('of one slot that was measured twice the better counts', () => {
    expect(choicesOf([['1g', 5], ['1g.10gb', 6]])).toEqual([['1g.10gb', 0, 6]]);
    expect(choicesOf([['1g', 6], ['1g.10gb', 6]])).toEqual([['1g.10gb', 0, 6]]);
  });

  test('on every board that has the profile, or on the one on which it was measured', () => {
    const both = on(A100, Gpu.H200_SXM_141GB);
    expect(choicesOf([['1g', 5]], both)).toEqual([['1g.10gb', 0, 5], ['1g.18gb', 1, 5]]);
    expect(choicesOf([['1g', 5, A100], ['1g', 8, Gpu.H200_SXM_141GB]], both)).toEqual([['1g.10gb', 0, 5], ['1g.18gb', 1, 8]]);
    expect(choicesOf([['whole', 5, Gpu.H200_SXM_141GB], ['5g', 1]], both)).toEqual([['whole', 1, 5]]);
  });

  test('beyond six decimals less is done and more is asked for', () => {
    expect(choicesOf([['1g', 3.1234567]])).toEqual([['1g.10gb', 0, 3.123456]]);
    const demandOf = (demand?: number) => of({ options: [{ profile: '1g', throughput: 1 }], demand }).demand;
    expect(demandOf(3.1234561)).toBeCloseTo(3.123457, 9);
    expect([demandOf(2), demandOf()]).toEqual([2, undefined]);
  });

  test('or none, and the reason names them and the boards', () => {
    const { whyNone, slots, neededMib } = of({ options: [{ profile: '5g', throughput: 1 }, { profile: '6g', throughput: 1 }] }, on(A100, Gpu.A30));
    expect([whyNone, slots]).toEqual(['none of its options (5g, 6g) exists on NVIDIA-A100-SXM4-80GB or NVIDIA-A30', []]);
    expect(of({ options: [{ profile: '1g', throughput: 1 }] }).whyNone).toBeUndefined();
    expect(neededMib(new Slots(on(A100)).whole(0))).toBeUndefined();
  });

  test('a board of its own is one slice that fills it', () => {
    const ask = (isolation?: GpuPlanIsolation) => of({ options: [{ profile: '3g', throughput: 1 }, { profile: '7g', throughput: 2 }], isolation }).slots;
    expect([ask(DEDICATED), ask()].map(each => each.map(({ profile }) => profile))).toEqual([['7g.80gb'], ['3g.40gb', '7g.80gb']]);
  });
});

test.each<[Gpu, string, string | undefined]>([
  [A100, '3g.40gb', '3g.40gb'], [A100, '1g', '1g.10gb'], [A100, '7g', '7g.80gb'], [A100, '5g', undefined], [A100, '3g.71gb', undefined],
  [Gpu.H200_SXM_141GB, '1g', '1g.18gb'], [Gpu.RTX_PRO_6000_SERVER, '2g', '2g.48gb'], [Gpu.L40S, '1g', undefined], [A100, '11g', undefined], [A100, '1gb', undefined],
])('on %s the profile %s is %s', (gpu, text, name) => { expect(profileNamed(gpu, text)).toBe(name); });

test('a share is through MPS where the board can, else by turns', () => {
  const slots = new Slots(on(A100, Gpu.of('gb10')));
  expect([slots.share(0, 3), slots.share(1, 3)].map(({ kind, tenants, profile, supply }) => [kind, tenants, profile, supply]))
    .toEqual([[GpuSliceKind.MPS, 3, 'whole', 0], [GpuSliceKind.TIME_SLICED, 3, 'whole', 1]]);
});
