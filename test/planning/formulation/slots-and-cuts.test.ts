import { Gpu, GpuLayout, GpuSliceKind } from '../../../src/hardware';
import { cutsOf } from '../../../src/planning/formulation/cuts';
import { BoardFacts, Slots } from '../../../src/planning/formulation/slots';
import { A100, randomOf } from '../fleets';

const facts = BoardFacts.of(A100);
const BOARDS = [A100, Gpu.A30, Gpu.RTX_PRO_6000_SERVER];

describe('slots', () => {
  test('are numbered as they are asked for, each once', () => {
    const slots = new Slots([{ gpu: A100 }, { gpu: A100 }]);
    const asked = [slots.mig(0, '1g.10gb'), slots.whole(0), slots.share(0, 2), slots.share(0, 3), slots.mig(1, '1g.10gb'), slots.mig(0, '2g.20gb')];
    expect(asked.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
    expect([slots.mig(0, '1g.10gb'), slots.whole(0), slots.share(0, 2), slots.share(0, 3), slots.mig(1, '1g.10gb'), slots.mig(0, '2g.20gb')].every((slot, i) => slot === asked[i]))
      .toBe(true);
    expect(slots.all).toEqual(asked);
  });

  test('hold what they hold', () => {
    const slots = new Slots([{ gpu: A100 }]);
    // MPS limits a client to its part of the 81,920 MiB that the driver names
    expect([slots.mig(0, '1g.10gb'), slots.whole(0), slots.share(0, 2)].map(({ kind, tenants, memory }) => [kind, tenants, memory.limitMib]))
      .toEqual([[GpuSliceKind.MIG, 1, 9728], [GpuSliceKind.WHOLE, 1, 79462], [GpuSliceKind.MPS, 2, 40960]]);
  });
});

describe('what the planner knows of a board', () => {
  test('is worked out once a type', () => { expect([BoardFacts.of(A100) === facts, BoardFacts.of(Gpu.A30) === facts]).toEqual([true, false]); });

  test('plain profiles have no attributes', () => {
    expect(facts.plain.map(({ name }) => name)).toEqual(['1g.10gb', '1g.20gb', '2g.20gb', '3g.40gb', '4g.40gb', '7g.80gb']);
  });

  test.each<[Record<string, number>, boolean]>([
    [{ '3g.40gb': 2 }, true], [{ '3g.40gb': 2, '1g.10gb': 1 }, false], [{ '1g.10gb': 7 }, true], [{ '1g.10gb': 8 }, false], [{ '4g.40gb': 2 }, false],
  ])('%j can stand: %s', (profiles, stands) => { expect([facts.canStand(profiles), facts.canStand(profiles)]).toEqual([stands, stands]); });

  test('a board grows by one profile, and its text does not depend on the order', () => {
    const grow = (...profiles: string[]) => profiles.reduce((text, profile) => facts.grown(text, profile), '');
    expect(grow('3g.40gb', '1g.10gb', '1g.10gb')).toBe('1g.10gb 1g.10gb 3g.40gb');
    expect(grow('1g.10gb', '3g.40gb', '1g.10gb')).toBe(grow('1g.10gb', '1g.10gb', '3g.40gb'));
    expect(['1g.10gb', '3g.40gb', '2g.20gb', '4g.40gb'].map(each => facts.canGrow(grow('3g.40gb', '1g.10gb', '1g.10gb'), each))).toEqual([true, false, true, false]);
    expect(facts.canGrow('', '7g.80gb')).toBe(true);
    expect(facts.canGrow('7g.80gb', '1g.10gb')).toBe(false);
  });

  test('one that fills a board leaves no room for another', () => {
    for (const gpu of BOARDS) {
      for (const { name } of gpu.profiles) {
        const beside = gpu.profiles.some(other =>
          gpu.checkLayout(GpuLayout.of(other.name === name ? { [name]: 2 } : { [name]: 1, [other.name]: 1 })).valid);
        expect([`${gpu} ${name}`, BoardFacts.of(gpu).fillsBoard(name)]).toEqual([`${gpu} ${name}`, !beside]);
      }
    }
  });

  test('one can always replace another if and only if no layout with the other falls when it does', () => {
    for (const gpu of [A100, Gpu.A30]) {
      const names = BoardFacts.of(gpu).plain.map(({ name }) => name);
      // every layout that stands, full or not
      const layouts = new Map<string, Record<string, number>>();
      const extend = (counts: Record<string, number>): void => {
        const key = names.map(name => counts[name] ?? 0).join();
        if (layouts.has(key)) { return; }
        layouts.set(key, counts);
        for (const name of names) {
          const more = { ...counts, [name]: (counts[name] ?? 0) + 1 };
          if (gpu.checkLayout(GpuLayout.of(more)).valid) { extend(more); }
        }
      };
      extend({});
      for (const smaller of names) {
        for (const larger of names.filter(name => name !== smaller)) {
          const always = [...layouts.values()].filter(counts => (counts[larger] ?? 0) > 0).every(counts => {
            const { [larger]: number, ...rest } = counts;
            const changed = { ...rest, ...(number > 1 && { [larger]: number - 1 }) };
            return gpu.checkLayout(GpuLayout.of({ ...changed, [smaller]: (changed[smaller] ?? 0) + 1 })).valid;
          });
          expect([smaller, larger, BoardFacts.of(gpu).canReplace(smaller, larger)]).toEqual([smaller, larger, always]);
        }
      }
    }
  });
});

describe('cuts', () => {
  const supplies = BOARDS.map(gpu => ({ gpu }));

  test('without MIG are the board whole and shared, each by itself', () => {
    const slots = new Slots(supplies);
    const used = [slots.whole(0), slots.share(0, 4), slots.whole(1)];
    expect(cutsOf(supplies, 0, used)).toEqual([
      { supply: 0, kind: GpuSliceKind.WHOLE, tenants: 1, counts: new Map([[0, 1]]) },
      { supply: 0, kind: GpuSliceKind.MPS, tenants: 4, counts: new Map([[1, 4]]) },
    ]);
    expect(cutsOf(supplies, 2, used)).toEqual([]);
  });

  test('by hand: for 3g and 1g on an A100 two 3g, one 3g beside four 1g, or seven 1g', () => {
    const slots = new Slots(supplies);
    const used = [slots.mig(0, '3g.40gb'), slots.mig(0, '1g.10gb'), slots.whole(0), slots.mig(1, '1g.6gb')];
    const cuts = cutsOf(supplies, 0, used);
    expect(cuts[0]).toMatchObject({ kind: GpuSliceKind.WHOLE });
    expect(cuts.slice(1).map(({ kind, tenants, counts }) => [kind, tenants, counts.get(0) ?? 0, counts.get(1) ?? 0]).sort())
      .toEqual([['mig', 1, 0, 7], ['mig', 1, 1, 4], ['mig', 1, 2, 0]]);
    expect(cuts.slice(1).every(({ counts }) => ![...counts.values()].includes(0))).toBe(true);
  });

  test('hold whatever can stand, none of them as little as another', () => {
    const random = randomOf(71);
    for (const [supply, gpu] of BOARDS.entries()) {
      for (let round = 0; round < 8; round++) {
        const slots = new Slots(supplies);
        const used = gpu.profiles.filter(() => random(2) === 0).map(({ name }) => slots.mig(supply, name));
        const cuts = cutsOf(supplies, supply, used).map(({ counts }) => used.map(({ index }) => counts.get(index) ?? 0));
        const layoutOf = (counts: number[]) => Object.fromEntries(used.map(({ profile }, i) => [profile, counts[i]]).filter(([, n]) => n !== 0));
        const stands = (counts: number[]) => gpu.checkLayout(GpuLayout.of(layoutOf(counts))).valid;
        const holds = (one: number[], other: number[]) => other.every((count, i) => one[i] >= count);
        for (const [i, cut] of cuts.entries()) {
          expect(stands(cut)).toBe(true);
          expect(used.some((_, at) => stands(cut.map((count, j) => count + Number(j === at))))).toBe(false);
          expect(cuts.some((other, j) => i !== j && holds(other, cut))).toBe(false);
        }
        // from the empty board, one more at a time
        let counts = used.map(() => 0);
        for (let step = 0; step < 12 && used.length > 0; step++) {
          const at = random(used.length);
          const more = counts.map((count, j) => count + Number(j === at));
          if (stands(more)) { counts = more; expect(cuts.some(cut => holds(cut, counts))).toBe(true); }
        }
      }
    }
  });
});
