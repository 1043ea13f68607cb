import { Gpu, GpuLayout } from '../../../src/hardware';
import { GpuPlanSpread, GpuPlanSupply, GpuPlanWorkload } from '../../../src/planning';
import { currentNodesOf } from '../../../src/planning/formulation/current-nodes';
import { Formulation } from '../../../src/planning/formulation/formulate';
import { isSpread, kindsOf, replicasOf } from '../../../src/planning/formulation/kinds';
import { Needs } from '../../../src/planning/formulation/needs';
import { addOptions, mostReplicas, replicasWith } from '../../../src/planning/formulation/option-rows';
import { Slots } from '../../../src/planning/formulation/slots';
import { wholeNumbers } from '../../../src/planning/formulation/whole-numbers';
import { IntegerProgram } from '../../../src/planning/solver/integer-program';
import { A100, randomOf } from '../fleets';

const needsOf = (workloads: GpuPlanWorkload[], supplies: GpuPlanSupply[] = [{ gpu: A100 }]) => {
  const slots = new Slots(supplies);
  const needs = new Needs(supplies, slots);
  return { slots, all: workloads.map(workload => needs.of(workload)) };
};

describe('numbers as whole ones', () => {
  test.each<[number[], number[], number, boolean]>([
    [[1, 2, 3], [1, 2, 3], 1, true], [[2, 4], [1, 2], 0.5, true], [[0.5, 2], [1, 4], 2, true], [[1.25, 2.5], [1, 2], 0.8, true],
    [[0.95, 2.5, 4.25], [19, 50, 85], 20, true], [[0.000001], [1], 1e6, true], [[0], [0], 1, true], [[], [], 1, true],
    // a seventh decimal is lost
    [[0.1234567, 1], [123457, 1000000], 1e6, false],
    [[2.1 + 1e-12], [1], 1 / 2.1, true],
  ])('%j are %j times a factor', (values, whole, factor, isExact) => {
    const made = wholeNumbers(values);
    expect([made.whole, made.isExact]).toEqual([whole, isExact]);
    expect(made.factor).toBeCloseTo(factor, 9);
  });

  test('what is lost is rounded as told', () => {
    expect(wholeNumbers([0.1234567, 1], Math.floor).whole).toEqual([123456, 1000000].map(each => each / 64));
    expect(wholeNumbers([0.1234561, 1], Math.ceil).whole[0]).toBe(123457);
    expect(wholeNumbers([0.25], Math.ceil).whole).toEqual([1]);
  });
});

describe('kinds', () => {
  test('are workloads with the same slots, in the order of the first, with all their replicas', () => {
    const { all } = needsOf([
      { name: 'a', profiles: ['1g'], replicas: 2 }, { name: 'b', profiles: ['2g'] }, { name: 'c', memoryMib: 100, replicas: 4 },
      { name: 'd', profiles: ['1g.20gb', '2g.20gb+x', '1g.20gb'] }, { name: 'o', options: [{ profile: '1g', throughput: 1 }] },
    ]);
    const told = kindsOf(all).map(({ slots, needs, replicas }) =>
      [slots.map(({ profile }) => profile).join(), needs.map(({ workload }) => workload.name).join(), replicas]);
    expect(told).toEqual([['1g.10gb', 'a,c', 6], ['2g.20gb', 'b', 1], ['1g.20gb', 'd', 1]]);
  });

  test('a workload that stands apart is one of its own where it has a choice, and only there', () => {
    const both: GpuPlanSupply[] = [{ gpu: A100 }, { gpu: Gpu.H200_SXM_141GB }];
    const apart = (name: string, spread?: GpuPlanSpread) => ({ name, profiles: ['1g'], spread });
    const workloads = [apart('a'), apart('b', GpuPlanSpread.BOARDS), apart('c', GpuPlanSpread.NODES), apart('d', GpuPlanSpread.NONE)];
    const groups = (supplies?: GpuPlanSupply[]) =>
      kindsOf(needsOf(workloads, supplies).all).map(({ needs }) => needs.map(({ workload }) => workload.name).join());
    expect([groups(), groups(both)]).toEqual([['a,b,c,d'], ['a,d', 'b', 'c']]);
    expect(needsOf(workloads).all.map(isSpread)).toEqual([false, true, true, false]);
  });

  test('in whatever order the slots are named', () => {
    const both: GpuPlanSupply[] = [{ gpu: A100, current: [{ name: 'n', layouts: [GpuLayout.of({ '3g.40gb': 1, '4g.40gb': 1 })] }] }];
    const { all } = needsOf([{ name: 'a', profiles: ['3g', '4g'] }, { name: 'b', profiles: ['4g', '3g'] }], both);
    expect(kindsOf(all)).toHaveLength(1);
    expect(replicasOf(all[0])).toBe(1);
  });
});

describe('nodes that are cut already', () => {
  const [threes, ones] = [GpuLayout.of({ '3g.40gb': 2 }), GpuLayout.of({ '1g.10gb': 5, '2g.20gb': 1 })];

  test('are gathered where they are cut alike, with the slots of each board and of the node', () => {
    const supplies: GpuPlanSupply[] = [{ gpu: Gpu.A30 }, {
      gpu: A100,
      current: [{ name: 'c', layouts: [threes, ones] }, { name: 'a', layouts: [threes, ones] }, { name: 'b', layouts: [GpuLayout.whole(), ones] }],
    }];
    const slots = new Slots(supplies);
    const used = [slots.mig(1, '3g.40gb'), slots.mig(1, '1g.10gb'), slots.whole(1)];
    const plain = currentNodesOf(supplies, slots, used)
      .map(({ perBoard, counts, ...rest }) => ({ ...rest, perBoard: perBoard.map(each => [...each]), counts: [...counts] }));
    const two = slots.mig(1, '2g.20gb').index;
    expect(plain).toEqual([
      { supply: 1, names: ['a', 'c'], gpusPerNode: 2, boards: 4, perBoard: [[[0, 2]], [[1, 5], [two, 1]]], counts: [[0, 2], [1, 5]] },
      { supply: 1, names: ['b'], gpusPerNode: 2, boards: 2, perBoard: [[[2, 1]], [[1, 5], [two, 1]]], counts: [[1, 5], [2, 1]] },
    ]);
  });

  test('with the same layouts on other GPUs are not alike', () => {
    const supplies: GpuPlanSupply[] = [{ gpu: A100, current: [{ name: 'a', layouts: [threes, ones] }, { name: 'b', layouts: [ones, threes] }] }];
    expect(currentNodesOf(supplies, new Slots(supplies), []).map(({ names }) => names)).toEqual([['a'], ['b']]);
  });
});

describe('a demand by options', () => {
  const optioned = (demand: number | undefined, throughputs: number[], replicas?: number) =>
    needsOf([{ name: 'o', demand, replicas, options: throughputs.map((throughput, i) => ({ profile: ['1g.10gb', '2g.20gb', '3g.40gb'][i], throughput })) }]).all[0];

  test('takes so many replicas of each, at least those that were asked for', () => {
    const need = optioned(10, [3, 5, 7.5]);
    expect([3, 5, 7.5, 10].map(each => replicasWith(need, each))).toEqual([4, 2, 2, 1]);
    expect(mostReplicas(need)).toBe(4);
    expect(replicasWith(optioned(10, [3], 6), 3)).toBe(6);
    expect([replicasWith(optioned(undefined, [3]), 3), replicasWith(optioned(undefined, [3], 5), 3)]).toEqual([1, 5]);
    // 0.3 / 0.1 is above 3 in floating point
    expect(replicasWith(optioned(0.3, [0.1]), 0.1)).toBe(3);
  });

  test('the rows keep every mix that does enough, and no other whole one', () => {
    const random = randomOf(73);
    const faults: unknown[] = [];
    for (let round = 0; round < 40; round++) {
      const done = [1 + random(9), 0, 0];
      done[1] = done[0] + 1 + random(5);
      done[2] = done[1] + 1 + random(5);
      const [wanted, least] = [1 + random(40), 1 + random(3)];
      const scale = [1, 0.5, 0.01][random(3)];
      const program = new IntegerProgram();
      const variables = addOptions(program, optioned(wanted * scale, done.map(each => each * scale), least));
      expect(variables).toEqual([0, 1, 2]);
      const [a, b, c] = program.variables.map(({ upper }) => upper);
      expect(new Set([a, b, c])).toEqual(new Set([Math.max(least, Math.ceil(wanted / done[0]))]));
      for (let x = 0; x <= a; x++) {
        for (let y = 0; y <= b; y++) {
          for (let z = 0; z <= c; z++) {
            const isEnough = x * done[0] + y * done[1] + z * done[2] >= wanted && x + y + z >= least;
            if (program.isKeptBy([x, y, z]) !== isEnough) { faults.push([round, x, y, z, isEnough]); }
          }
        }
      }
    }
    expect(faults).toEqual([]);
  });

  test('the rounded rows cut off what is no whole number: 10 by 4 each is 3, not 2.5', () => {
    const program = new IntegerProgram();
    addOptions(program, optioned(10, [4]));
    // in lowest terms 5 by 2 each: 5 = 2 x 2 + 1, so one replica counts for 1 of 3
    expect(program.rows.map(({ terms, atLeast }) => [terms[0].coefficient, atLeast])).toEqual([[1, 1], [2, 5], [1, 3]]);
  });

  test('a demand that divides evenly needs none, and one without a demand only its replicas', () => {
    const [even, none] = [new IntegerProgram(), new IntegerProgram()];
    addOptions(even, optioned(12, [4]));
    addOptions(none, optioned(undefined, [4], 3));
    expect([even, none].map(({ rows }) => rows.map(({ atLeast }) => atLeast))).toEqual([[1, 3], [3]]);
  });
});

describe('replicas that stand apart', () => {
  const rowsOf = (workloads: GpuPlanWorkload[], supply: Partial<GpuPlanSupply> = {}) => {
    const supplies = [{ gpu: A100, ...supply }];
    const slots = new Slots(supplies);
    const needs = workloads.map(workload => new Needs(supplies, slots).of(workload));
    return new Formulation(supplies, slots, needs).program.rows
      .map(({ terms, atLeast }) => [terms.map(({ coefficient }) => coefficient).join(), atLeast]);
  };
  const ones = (name: string, replicas: number, spread?: GpuPlanSpread): GpuPlanWorkload => ({ name, profiles: ['1g.10gb'], replicas, spread });

  // one cut of seven 1g, one variable of boards: rows of the boards, of the slot, then t boards hold the t largest
  test('by Gale and Ryser: for each t the boards hold the t workloads with most replicas', () => {
    const rows = rowsOf([ones('a', 3, GpuPlanSpread.BOARDS), ones('b', 5, GpuPlanSpread.BOARDS), ones('c', 2)]);
    expect(rows).toEqual([['1,-1', 0], ['7', 10], ['1', 5], ['2', 8], ['3', 9], ['4', 10]]);
  });

  test('nothing of it where none does', () => { expect(rowsOf([ones('a', 3), ones('b', 5, GpuPlanSpread.NONE)])).toHaveLength(2); });

  test('a board holds no more than it has slots, so t ends before', () => {
    const halves = (name: string, replicas: number): GpuPlanWorkload => ({ name, profiles: ['3g.40gb'], replicas, spread: GpuPlanSpread.BOARDS });
    expect(rowsOf([halves('a', 3), halves('b', 2), halves('c', 1)]).slice(2)).toEqual([['1', 3]]);
  });
});
