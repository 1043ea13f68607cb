import { GpuLayout } from '../../../src/hardware';
import { GpuPlanSpread, GpuPlanSupply, GpuPlanWorkload } from '../../../src/planning';
import { currentNodesOf } from '../../../src/planning/formulation/current-nodes';
import { Formulation } from '../../../src/planning/formulation/formulate';
import { kindsOf } from '../../../src/planning/formulation/kinds';
import { Needs } from '../../../src/planning/formulation/needs';
import { Slots } from '../../../src/planning/formulation/slots';
import { fillBoards, Filling } from '../../../src/planning/placement/fill-boards';
import { search } from '../../../src/planning/solver/branch-and-bound';
import { A100, randomOf } from '../fleets';

interface Asked { boards: [count: number, ...profiles: [string, number][]][]; workloads: GpuPlanWorkload[]; flows?: Record<string, number>[] }

/** Boards with slots, and workloads that ask for them; `flows` says for each kind how many go where. */
function filled({ boards, workloads, flows }: Asked): Filling {
  const supplies = [{ gpu: A100 }];
  const slots = new Slots(supplies);
  const needs = workloads.map(workload => new Needs(supplies, slots).of(workload));
  const slot = (profile: string) => slots.mig(0, profile);
  const kinds = kindsOf(needs);
  return fillBoards({
    cuts: boards.map(([count, ...profiles]) => ({
      count, cut: { supply: 0, kind: slot('1g.10gb').kind, tenants: 1, counts: new Map(profiles.map(([profile, number]) => [slot(profile).index, number])) },
    })),
    kept: [],
    flows: kinds.map((kind, i) => ({
      kind,
      slots: flows === undefined
        ? [{ slot: kind.slots[0], count: kind.replicas }]
        : Object.entries(flows[i]).map(([profile, count]) => ({ slot: slot(profile), count })),
    })),
    choices: [],
  });
}
const names = ({ boards }: Filling) => boards.map(({ occupants }) => occupants.map(({ need }) => need.workload.name).join(''));
const left = ({ unplaced }: Filling) => unplaced.map(({ need, slot, replicas }) => [need.workload.name, slot.profile, replicas]);
const one = (name: string, replicas: number, spread?: GpuPlanSpread): GpuPlanWorkload => ({ name, profiles: ['1g.10gb'], replicas, spread });
const { BOARDS, NONE } = GpuPlanSpread;

describe('replicas fill boards', () => {
  test('board after board, in the order of the workloads', () => {
    const filling = filled({ boards: [[3, ['1g.10gb', 3]]], workloads: [one('a', 2), one('b', 4, NONE)] });
    expect([names(filling), left(filling)]).toEqual([['aab', 'bbb'], []]);
    expect(filling.boards.map(({ free }) => [...free.values()])).toEqual([[0], [0]]);
  });

  test('those that stand apart come first, the most replicas before others, each where most is free', () => {
    const filling = filled({ boards: [[1, ['1g.10gb', 1]], [2, ['1g.10gb', 3]]], workloads: [one('a', 1), one('b', 2, BOARDS), one('c', 3, BOARDS)] });
    // c takes all three; b the two with most left; a what is free first
    expect([names(filling), left(filling)]).toEqual([['c', 'cba', 'cb'], []]);
  });

  test('what finds no board of its own is left over', () => {
    const filling = filled({ boards: [[2, ['1g.10gb', 7]]], workloads: [one('a', 5, BOARDS), one('b', 15)] });
    expect([names(filling), left(filling)]).toEqual([['abbbbbb', 'abbbbbb'], [['a', '1g.10gb', 3], ['b', '1g.10gb', 3]]]);
  });

  test('a kind goes to its slots in order, those that stand apart first', () => {
    const both = (name: string, replicas: number, spread?: GpuPlanSpread) => ({ name, profiles: ['1g.20gb', '2g.20gb'], replicas, spread });
    const asked = { boards: [[1, ['1g.20gb', 2]], [1, ['2g.20gb', 3]]] as Asked['boards'], workloads: [both('a', 3), both('b', 2)] };
    const filling = filled({ ...asked, flows: [{ '1g.20gb': 2, '2g.20gb': 3 }] });
    expect([names(filling), left(filling)]).toEqual([['aa', 'abb'], []]);
    const none = filled({ ...asked, flows: [{ '1g.20gb': 0, '2g.20gb': 5 }] });
    expect([names(none), left(none)]).toEqual([['aaa'], [['b', '2g.20gb', 2]]]);
  });

  test('a workload apart on slots of two kinds is apart over both', () => {
    const filling = filled({
      boards: [[2, ['1g.20gb', 1], ['2g.20gb', 1]]],
      workloads: [{ name: 'a', profiles: ['1g.20gb', '2g.20gb'], replicas: 2, spread: BOARDS }],
      flows: [{ '1g.20gb': 1, '2g.20gb': 1 }],
    });
    expect([names(filling), left(filling)]).toEqual([['a', 'a'], []]);
  });
});

describe('nodes that stay', () => {
  const layouts = [GpuLayout.of({ '1g.10gb': 7 }), GpuLayout.of({ '1g.10gb': 7 })];
  const current = ['a', 'b'].map(name => ({ name, layouts }));
  const fill = (workload: GpuPlanWorkload, count = 2): Filling => {
    const supplies: GpuPlanSupply[] = [{ gpu: A100, current }];
    const slots = new Slots(supplies);
    const need = new Needs(supplies, slots).of(workload);
    const [nodes] = currentNodesOf(supplies, slots, need.slots);
    const [kind] = kindsOf([need]);
    const flows = [{ kind, slots: [{ slot: need.slots[0], count: kind.replicas }] }];
    return fillBoards({ cuts: [], kept: [{ nodes, count }], flows, choices: [] });
  };

  test('are boards of their own, also empty ones, and as many as the plan keeps', () => {
    expect(fill(one('a', 3)).boards.map(({ kept, occupants, tenants, supply }) => [kept, occupants.length, tenants, supply])).toEqual([
      [{ node: 'a', index: 0 }, 3, 1, 0], [{ node: 'a', index: 1 }, 0, 1, 0], [{ node: 'b', index: 0 }, 0, 1, 0], [{ node: 'b', index: 1 }, 0, 1, 0],
    ]);
    expect(fill(one('a', 3), 1).boards).toHaveLength(2);
  });

  test('hold one replica each of a workload that stands apart by nodes, one a board of one apart by boards', () => {
    expect(names(fill(one('a', 4, BOARDS)))).toEqual(['a', 'a', 'a', 'a']);
    const byNodes = fill(one('a', 4, GpuPlanSpread.NODES));
    expect([names(byNodes), left(byNodes)]).toEqual([['a', '', 'a', ''], [['a', '1g.10gb', 2]]]);
  });
});

test('whatever the solver plans, each replica has one slot, no slot holds two, and what stands apart does', () => {
  const random = randomOf(67);
  for (let round = 0; round < 40; round++) {
    const supplies = [{ gpu: A100 }];
    const slots = new Slots(supplies);
    const needs = Array.from({ length: 1 + random(6) }, (_, i) => ({
      name: `w${i}`, profiles: [['1g.10gb'], ['1g.20gb', '2g.20gb'], ['3g.40gb']][random(3)], replicas: 1 + random(7), spread: [BOARDS, NONE][random(2)],
    })).map(workload => new Needs(supplies, slots).of(workload));
    const formulation = new Formulation(supplies, slots, needs);
    const steps = search(formulation.program, 2000);
    let step = steps.next();
    while (step.done !== true) { step = steps.next(); }
    const numbers = formulation.read(step.value.values!);
    const { boards, unplaced } = fillBoards(numbers);
    for (const need of needs) {
      const here = boards.map(({ occupants }) => occupants.filter(each => each.need === need).length);
      const missing = unplaced.filter(each => each.need === need).reduce((sum, { replicas }) => sum + replicas, 0);
      expect(here.reduce((sum, each) => sum + each, missing)).toBe(need.workload.replicas);
      if (need.workload.spread === BOARDS) { expect(Math.max(0, ...here)).toBeLessThanOrEqual(1); }
    }
    for (const { occupants, free } of boards) {
      expect(Math.min(...free.values())).toBeGreaterThanOrEqual(0);
      const counts: Record<string, number> = {};
      for (const { slot } of occupants) { counts[slot.profile] = (counts[slot.profile] ?? 0) + 1; }
      expect(A100.checkLayout(GpuLayout.of(counts)).valid).toBe(true);
    }
  }
});
