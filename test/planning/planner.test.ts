import { A100, asking, fleet, randomOf } from './fleets';
import { Gpu, GpuLayout } from '../../src/hardware';
import { GpuFleet, GpuPlanIsolation, GpuPlanResult, GpuPlanSpread, GpuPlanStatus, planFleet } from '../../src/planning';

/** Every board stands, every replica has a slice, and nothing is said of the cost that the boards do not bear out. */
function expectSound(plan: GpuPlanResult, { gpus, workloads }: GpuFleet): void {
  for (const { gpu, layout } of plan.boards) { expect(gpu.checkLayout(layout).reasons).toEqual([]); }
  const placed = new Map<string, number>();
  for (const { slices, count } of plan.boards) {
    for (const { workload } of slices) { if (workload !== undefined) { placed.set(workload, (placed.get(workload) ?? 0) + count); } }
  }
  for (const { name, replicas = 1, options } of workloads) {
    if (options === undefined) { expect([name, placed.get(name) ?? 0]).toEqual([name, replicas]); }
  }
  const price = (gpu: Gpu) => gpus.find(supply => supply.gpu.id === gpu.id)!.costPerHour ?? 1;
  expect(plan.boards.reduce((sum, { gpu, count }) => sum + count * price(gpu), 0)).toBeCloseTo(plan.cost, 6);
  expect(plan.lowerBound).toBeLessThanOrEqual(plan.cost);
  expect(plan.optimal).toBe(plan.gap === 0);
  for (const { slices } of plan.boards) {
    const units = slices.flatMap(({ start, size }) => (start === undefined ? [] : Array.from({ length: size! }, (_, i) => start + i)));
    expect(new Set(units).size).toBe(units.length);
  }
}

test('2,377 boards are proved for the published demand, and the baselines are what they are', () => {
  const demand = fleet(asking({ '1g': 32, '2g': 280, '3g': 389, '4g': 971, '7g': 1406 }));
  const plan = planFleet(demand);
  expectSound(plan, demand);
  expect({ ...plan.baselines, cost: plan.cost, lowerBound: plan.lowerBound, optimal: plan.optimal })
    .toEqual({ cost: 2377, lowerBound: 2377, optimal: true, firstFitDecreasing: 2377, uniformProfile: 2670, wholeGpu: 3078 });
});

test('two 3g.40gb and one 1g.10gb need two boards, although compute slices suffice on one', () => {
  expect(planFleet(fleet(asking({ '3g.40gb': 2, '1g.10gb': 1 })))).toMatchObject({ optimal: true, cost: 2 });
});

test('random mixes of 20 to 500 requests are all proved', () => {
  const random = randomOf(11);
  for (const gpu of [A100, Gpu.H200_SXM_141GB, Gpu.A30, Gpu.RTX_PRO_6000_SERVER]) {
    const names = gpu.profiles.map(({ name }) => name);
    for (let round = 0; round < 20; round++) {
      const weights = names.map(() => random(10));
      const requests = 20 + random(481);
      const total = weights.reduce((sum, each) => sum + each, 1);
      const demand = fleet(asking(Object.fromEntries(names.map((name, i) => [name, Math.floor(requests * weights[i] / total)]))), { gpu });
      const plan = planFleet(demand);
      expectSound(plan, demand);
      expect(plan.status).toBe(GpuPlanStatus.OPTIMAL);
      if (plan.baselines.firstFitDecreasing !== undefined) { expect(plan.cost).toBeLessThanOrEqual(plan.baselines.firstFitDecreasing); }
      if (plan.baselines.uniformProfile !== undefined) { expect(plan.cost).toBeLessThanOrEqual(plan.baselines.uniformProfile); }
    }
  }
});

test('a plan does not depend on the order in which a program is run twice', () => {
  const demand = fleet(asking({ '1g': 5, '2g': 9, '3g': 4 }));
  expect(planFleet(demand)).toEqual(planFleet(demand));
});

test('cheaper boards are bought first, and no more than there are', () => {
  const demand: GpuFleet = {
    gpus: [{ gpu: A100, count: 2, costPerHour: 2.5 }, { gpu: Gpu.H200_SXM_141GB, costPerHour: 4.25 }, { gpu: Gpu.L40S, count: 3, costPerHour: 0.95 }],
    workloads: [{ name: 'small', memoryMib: 9000, replicas: 30 }, { name: 'large', memoryMib: 100000, replicas: 2 }, { name: 'half', memoryMib: 38000, replicas: 5 }],
  };
  const plan = planFleet(demand);
  expectSound(plan, demand);
  expect(plan.optimal).toBe(true);
  const used = (gpu: Gpu) => plan.layouts.filter(each => each.gpu.id === gpu.id).reduce((sum, { count }) => sum + count, 0);
  expect(used(A100)).toBeLessThanOrEqual(2);
  expect(used(Gpu.L40S)).toBeLessThanOrEqual(3);
});

test('what fits nowhere is named with its need and what there is', () => {
  const plan = planFleet(fleet([{ name: 'small', memoryMib: 1000 }, { name: 'huge', memoryMib: 200000 }]));
  expect(plan).toMatchObject({ status: GpuPlanStatus.INFEASIBLE, optimal: false });
  expect(plan.reasons).toEqual(['huge: it needs 200000 MiB, and NVIDIA-A100-SXM4-80GB has 79462']);
});

test('when boards run out, the first workload without a place is named, and how many boards all need', () => {
  const plan = planFleet(fleet([{ name: 'a', profiles: ['4g'] }, { name: 'b', profiles: ['4g'] }, { name: 'c', profiles: ['4g'] }], { count: 2 }));
  expect(plan.status).toBe(GpuPlanStatus.INFEASIBLE);
  expect(plan.reasons).toEqual([
    'c: the 2 workloads before it fit, with it the boards do not suffice (there are 2 of NVIDIA-A100-SXM4-80GB)',
    'all workloads together need at least 3 boards',
  ]);
});

describe('isolation', () => {
  const on = (isolation: GpuPlanIsolation) => planFleet(fleet([{ name: 'a', memoryMib: 7000, replicas: 10, isolation }]));

  test('dedicated is a board each', () => { expect(on(GpuPlanIsolation.DEDICATED)).toMatchObject({ cost: 10, optimal: true }); });
  test('hardware is a MIG device', () => { expect(on(GpuPlanIsolation.HARDWARE)).toMatchObject({ cost: 2, optimal: true }); });
  test('any may share a board, by what memory holds', () => {
    const plan = on(GpuPlanIsolation.ANY);
    expect(plan).toMatchObject({ cost: 1, optimal: true });
    expect(plan.layouts).toEqual([{ gpu: A100, kind: 'mps', layout: GpuLayout.whole(), count: 1, tenants: 11 }]);
  });
});

describe('spread', () => {
  test('over boards keeps replicas of one workload apart, and others may fill up', () => {
    const demand = fleet([{ name: 'ha', profiles: ['1g'], replicas: 3, spread: GpuPlanSpread.BOARDS }, { name: 'b', profiles: ['1g'], replicas: 18 }]);
    const plan = planFleet(demand);
    expectSound(plan, demand);
    expect(plan).toMatchObject({ cost: 3, optimal: true });
    for (const { slices } of plan.boards) { expect(slices.filter(({ workload }) => workload === 'ha').length).toBeLessThanOrEqual(1); }
  });

  test('over nodes puts them on different nodes', () => {
    const plan = planFleet(fleet([{ name: 'ha', profiles: ['3g'], replicas: 3, spread: GpuPlanSpread.NODES }], { gpusPerNode: 8 }));
    expect(plan.nodes.map(({ boards }) => boards.filter(board => board >= 0).length)).toEqual([1, 1, 1]);
  });

  test('every workload of a random fleet stands apart where it asks for it', () => {
    const random = randomOf(5);
    for (let round = 0; round < 60; round++) {
      const workloads = Array.from({ length: 1 + random(8) }, (_, i) => ({
        name: `w${i}`, profiles: [['1g', '2g', '3g'][random(3)]], replicas: 1 + random(6), spread: random(2) === 0 ? GpuPlanSpread.BOARDS : undefined,
      }));
      const plan = planFleet(fleet(workloads));
      expectSound(plan, fleet(workloads));
      expect(plan.status).toBe(GpuPlanStatus.OPTIMAL);
      for (const { name } of workloads.filter(({ spread }) => spread !== undefined)) {
        for (const { slices } of plan.boards) { expect(slices.filter(({ workload }) => workload === name).length).toBeLessThanOrEqual(1); }
      }
    }
  });
});

describe('a demand with measured options', () => {
  const options = [{ profile: '1g', throughput: 3 }, { profile: '3g', throughput: 11.5 }, { profile: '7g', throughput: 25 }];

  test('is met, and by the fewest boards', () => {
    // seven 1g do 21, two 3g do 23, one 7g does 25: 100 needs four boards
    expect(planFleet(fleet([{ name: 'a', demand: 100, options }]))).toMatchObject({ cost: 4, optimal: true });
    expect(planFleet(fleet([{ name: 'a', demand: 100.01, options }]))).toMatchObject({ cost: 5, optimal: true });
  });

  test('never does less than was asked for, whatever the mix', () => {
    const random = randomOf(9);
    for (let round = 0; round < 8; round++) {
      const workloads = Array.from({ length: 1 + random(6) }, (_, i) => ({
        name: `w${i}`, demand: 1 + random(200), options: options.map(option => ({ ...option, throughput: option.throughput * (50 + random(100)) / 100 })),
      }));
      const plan = planFleet(fleet(workloads), { maxSteps: 300 });
      for (const { name, demand, options: own } of workloads) {
        const done = plan.assignments.filter(({ workload }) => workload === name)
          .reduce((sum, { profile, replicas }) => sum + replicas * own.find(option => profile.startsWith(option.profile))!.throughput, 0);
        expect(done).toBeGreaterThanOrEqual(demand - 1e-9);
      }
      expect(plan.optimal).toBe(plan.cost === plan.lowerBound);
    }
  });
});

describe('nodes that are cut already', () => {
  const current = [
    { name: 'n1', layouts: [GpuLayout.of({ '3g.40gb': 2 })] }, { name: 'n2', layouts: [GpuLayout.of({ '3g.40gb': 2 })] },
    { name: 'n3', layouts: [GpuLayout.of({ '1g.10gb': 7 })] },
  ];

  test('stay as they are while they serve', () => {
    const plan = planFleet(fleet(asking({ '3g.40gb': 3, '1g.10gb': 5 }), { count: 3, current }));
    expect(plan).toMatchObject({ cost: 3, optimal: true, drains: [] });
  });

  test('are drained where that pays, one after the other, those first that leave fewest waiting', () => {
    const plan = planFleet(fleet(asking({ '3g.40gb': 2, '1g.10gb': 14 }), { count: 3, current, touchCost: 0.5 }));
    expect(plan).toMatchObject({ cost: 3.5, optimal: true });
    expect(plan.drains.map(({ node, from, to, waiting }) => [node, from.map(String), to.map(String), waiting]))
      .toEqual([['n2', ['3g.40gb=2'], ['1g.10gb=7'], 7]]);
  });

  test('with room for the new slices elsewhere nothing is drained', () => {
    const plan = planFleet(fleet(asking({ '3g.40gb': 2, '1g.10gb': 14 }), { count: 4, current }));
    expect(plan).toMatchObject({ drains: [] });
  });
});

test('a search that is cut short says bounded, with a bound that holds', () => {
  const random = randomOf(3);
  const workloads = Array.from({ length: 6 }, (_, i) => ({
    name: `w${i}`, demand: 40 + random(100), options: ['1g', '2g', '3g', '4g', '7g'].map((profile, j) => ({ profile, throughput: (j + 1) * (3 + random(5)) + random(10) / 10 })),
  }));
  const short = planFleet(fleet(workloads), { maxSteps: 10 });
  const long = planFleet(fleet(workloads), { maxSteps: 600 });
  expect(short.lowerBound).toBeLessThanOrEqual(long.cost);
  expect(long.cost).toBeLessThanOrEqual(short.cost);
  expect(long.lowerBound).toBeGreaterThanOrEqual(short.lowerBound);
});

describe('a fleet that cannot be planned is refused with its place', () => {
  test.each<[string, GpuFleet, string]>([
    ['no boards', { gpus: [], workloads: asking({ '1g': 1 }) }, 'gpus: a plan needs at least one type of board'],
    ['no need', fleet([{ name: 'a' }]), 'workloads[0] (a): say what one replica needs in exactly one of memoryMib, model, profiles and options; there is none'],
    ['two needs', fleet([{ name: 'a', memoryMib: 1, profiles: ['1g'] }]),
      'workloads[0] (a): say what one replica needs in exactly one of memoryMib, model, profiles and options; there are memoryMib and profiles'],
    ['one name twice', fleet([{ name: 'a', memoryMib: 1 }, { name: 'a', memoryMib: 1 }]), 'workloads[1]: a is there twice; every workload has a name of its own'],
    ['half of the prices', { gpus: [{ gpu: A100, costPerHour: 1 }, { gpu: Gpu.A30 }], workloads: asking({ '1g': 1 }) },
      'gpus[1] (NVIDIA-A30): costPerHour is missing; say it for all boards or for none'],
    ['more than memory holds', fleet([{ name: 'a', memoryMib: 1, replicas: 1_000_000 }, { name: 'b', memoryMib: 1 }]),
      'workloads: a plan takes at most 1000000 replicas in all, these are 1000001; plan a part, the rest is like it'],
    ['a demand that takes more', fleet([{ name: 'a', demand: 1e8, options: [{ profile: '1g.10gb', throughput: 1e-6 }, { profile: '3g.40gb', throughput: 10 }] }]),
      'at most 1000000 replicas in all, these are 10000000'],
    ['a layout that cannot stand', fleet(asking({ '1g': 1 }), { current: [{ name: 'n', layouts: [GpuLayout.of({ '3g.40gb': 2, '1g.10gb': 1 })] }] }),
      'layout 1g.10gb=1,3g.40gb=2 does not fit NVIDIA-A100-SXM4-80GB: needs 9 memory slices, the GPU has 8; compute slices 7 of 7 [MIG-032]'],
  ])('%s', (_, demand, message) => { expect(() => planFleet(demand)).toThrow(message); });
});

test('a replica that may stand on any of several boards goes where it costs least', () => {
  const plan = planFleet({ gpus: [{ gpu: A100, costPerHour: 3 }, { gpu: Gpu.A30, costPerHour: 0.5 }], workloads: [{ name: 'a', profiles: ['1g'], replicas: 8 }] });
  expect(plan).toMatchObject({ cost: 1, optimal: true });
});

test('no workloads to run is an empty plan', () => {
  expect(planFleet(fleet([{ name: 'a', memoryMib: 10, replicas: 0 }]))).toMatchObject({ optimal: true, gpus: 0, cost: 0, gap: 0 });
});
