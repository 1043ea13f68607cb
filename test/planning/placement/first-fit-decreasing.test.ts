import { Gpu, GpuLayout } from '../../../src/hardware';
import { GpuPlanSpread, GpuPlanSupply, GpuPlanWorkload } from '../../../src/planning';
import { baselinesOf } from '../../../src/planning/baselines';
import { Needs } from '../../../src/planning/formulation/needs';
import { Slots } from '../../../src/planning/formulation/slots';
import { firstFitDecreasing, partOf } from '../../../src/planning/placement/first-fit-decreasing';
import { A100 } from '../fleets';

const asks = (name: string, profile: string, replicas: number, more: Partial<GpuPlanWorkload> = {}): GpuPlanWorkload =>
  ({ name, profiles: [profile], replicas, ...more });

function needsOf(supplies: GpuPlanSupply[], workloads: GpuPlanWorkload[]) {
  const slots = new Slots(supplies);
  return { supplies, slots, needs: workloads.map(workload => new Needs(supplies, slots).of(workload)) };
}

/** The boards that first fit leaves: who stands on each, in the order in which they came. */
function placed(supplies: GpuPlanSupply[], workloads: GpuPlanWorkload[], how?: { oneProfile?: boolean }) {
  const found = firstFitDecreasing(supplies, needsOf(supplies, workloads).needs, how);
  return found && {
    cost: found.cost,
    boards: found.filled.map(({ supply, occupants }) => `${supply}:${occupants.map(({ need }) => need.workload.name).join('')}`),
  };
}

describe('first fit, the largest first', () => {
  test('takes the largest first, whatever the order of the workloads', () => {
    // 4g and 3g fill a board, and so do two 3g, by their memory: the 1g comes last and needs a third
    expect(placed([{ gpu: A100 }], [asks('a', '1g.10gb', 1), asks('b', '3g.40gb', 3), asks('c', '4g.40gb', 1)]))
      .toEqual({ cost: 3, boards: ['0:cb', '0:bb', '0:a'] });
  });

  test('puts each on the first board that has room, and opens no board before', () => {
    expect(placed([{ gpu: A100 }], [asks('a', '3g.40gb', 3), asks('b', '1g.10gb', 2)])).toEqual({ cost: 2, boards: ['0:aa', '0:abb'] });
    expect(placed([{ gpu: A100 }], [asks('a', '2g.20gb', 3), asks('b', '1g.10gb', 1)])).toEqual({ cost: 1, boards: ['0:aaab'] });
  });

  test('opens the board on which the slice costs least, and the other once those are used up', () => {
    const supplies = (count?: number): GpuPlanSupply[] => [{ gpu: A100, costPerHour: 4 }, { gpu: Gpu.A30, costPerHour: 1, count }];
    const work = [{ name: 'a', profiles: ['4g.40gb', '4g.24gb'], replicas: 2 }];
    expect(placed(supplies(), work)).toEqual({ cost: 2, boards: ['1:a', '1:a'] });
    expect(placed(supplies(1), work)).toEqual({ cost: 5, boards: ['1:a', '0:a'] });
  });

  test('says nothing where the boards do not suffice', () => {
    expect(placed([{ gpu: A100, count: 1 }], [asks('a', '4g.40gb', 2)])).toBeUndefined();
    expect(placed([{ gpu: A100, count: 2 }], [asks('a', '4g.40gb', 2)])).toEqual({ cost: 2, boards: ['0:a', '0:a'] });
  });

  test('keeps replicas apart that must be, and lets others beside them', () => {
    expect(placed([{ gpu: A100 }], [asks('a', '3g.40gb', 2, { spread: GpuPlanSpread.BOARDS }), asks('b', '1g.10gb', 1)]))
      .toEqual({ cost: 2, boards: ['0:ab', '0:a'] });
    // two workloads whose replicas stand apart may share their boards
    expect(placed([{ gpu: A100 }], ['a', 'b'].map(name => asks(name, '3g.40gb', 2, { spread: GpuPlanSpread.BOARDS }))))
      .toEqual({ cost: 2, boards: ['0:ab', '0:ab'] });
  });

  test('a demand is met by the option that does most for its part of a board', () => {
    const options = [{ profile: '1g.10gb', throughput: 1 }, { profile: '3g.40gb', throughput: 20 }, { profile: '7g.80gb', throughput: 30 }];
    // a seventh does 7 for a board's worth, half a board 40, a whole one 30
    expect(placed([{ gpu: A100 }], [{ name: 'a', demand: 50, options }])).toEqual({ cost: 2, boards: ['0:aa', '0:a'] });
  });

  test('with one profile a board, opens a board for each', () => {
    const work = [asks('a', '3g.40gb', 1), asks('b', '2g.20gb', 2), asks('c', '1g.10gb', 1)];
    expect(placed([{ gpu: A100 }], work)).toEqual({ cost: 2, boards: ['0:abb', '0:c'] });
    expect(placed([{ gpu: A100 }], work, { oneProfile: true })).toEqual({ cost: 3, boards: ['0:a', '0:bb', '0:c'] });
  });

  test('whole boards hold one each, and no slice beside it', () => {
    expect(placed([{ gpu: A100 }], [asks('a', 'whole', 2), asks('b', '1g.10gb', 1)])).toEqual({ cost: 3, boards: ['0:a', '0:a', '0:b'] });
  });
});

test.each([
  ['1g.10gb', 1 / 7], ['1g.20gb', 2 / 8], ['2g.20gb', 2 / 7], ['3g.40gb', 4 / 8], ['4g.40gb', 4 / 7], ['7g.80gb', 1],
])('%s takes of an A100 the larger of its parts of compute and memory', (profile, part) => {
  const supplies = [{ gpu: A100 }];
  expect(partOf(supplies, new Slots(supplies).mig(0, profile))).toBeCloseTo(part, 12);
});

test('a share takes its part of the board, and a whole GPU all', () => {
  const supplies = [{ gpu: A100 }];
  const slots = new Slots(supplies);
  expect([partOf(supplies, slots.share(0, 4)), partOf(supplies, slots.whole(0))]).toEqual([0.25, 1]);
});

describe('what people pay today', () => {
  const baselines = (supplies: GpuPlanSupply[], workloads: GpuPlanWorkload[]) => {
    const given = needsOf(supplies, workloads);
    return baselinesOf(given.supplies, given.slots, given.needs, firstFitDecreasing(given.supplies, given.needs));
  };

  test('a board for each replica, boards of one profile, and first fit', () => {
    expect(baselines([{ gpu: A100, costPerHour: 3 }], [asks('a', '3g.40gb', 1), asks('b', '2g.20gb', 2), asks('c', '1g.10gb', 1)])).toEqual({
      wholeGpu: 12,
      // 3g.40gb=2 holds the 3g and the 1g, 2g.20gb=3 both 2g
      uniformProfile: 6,
      // 3g and both 2g are all seven compute slices
      firstFitDecreasing: 6,
    });
  });

  test('boards of one profile: what is smaller may stand in what is larger', () => {
    // 3g.40gb=2 holds the 3g and the 1g; nothing else is asked for
    expect(baselines([{ gpu: A100 }], [asks('a', '3g.40gb', 1), asks('b', '1g.10gb', 1)]).uniformProfile).toBe(1);
    expect(baselines([{ gpu: A100 }], [asks('a', '3g.40gb', 2), asks('b', '1g.10gb', 8)]).uniformProfile).toBe(3);
  });

  test('nodes that are cut already are no cheaper than others', () => {
    const current = [{ name: 'n', layouts: [GpuLayout.whole()] }, { name: 'm', layouts: [GpuLayout.of({ '3g.40gb': 2 })] }];
    expect(baselines([{ gpu: A100, costPerHour: 2, touchCost: 100, count: 4, current }], [asks('a', '4g.40gb', 3)])).toEqual({
      wholeGpu: 6, uniformProfile: 6, firstFitDecreasing: 6,
    });
  });

  test('there is no figure where the boards do not suffice that way', () => {
    expect(baselines([{ gpu: A100, count: 1 }], [asks('a', '3g.40gb', 1), asks('b', '1g.10gb', 2)]))
      .toEqual({ wholeGpu: undefined, uniformProfile: undefined, firstFitDecreasing: 1 });
  });
});
