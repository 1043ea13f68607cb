import { A100, asking, fleet } from './fleets';
import { Gpu, GpuLayout } from '../../src/hardware';
import {
  arrivalsOfPlan, boardsOfPlan, GpuFleet, GpuPlanIsolation, GpuPlanSpread, planFleet, readArrivals, shuffled, simulateArrivals,
} from '../../src/planning';
import { wholeNumbersFrom } from '../../src/planning/arrivals/plan-arrivals';

const nodesOf = (asked: GpuFleet) => planFleet(asked).nodes.map(({ node, boards }) => [node, boards.map(board => board >= 0)]);

describe('nodes of a plan', () => {
  test('have the names that were given, then numbers after the board', () => {
    expect(nodesOf(fleet(asking({ '7g': 3 }), { count: 4, gpusPerNode: 2, nodes: ['a'] }))).toEqual([['a', [true, true]], ['NVIDIA-A100-SXM4-80GB-2', [true, false]]]);
    expect(nodesOf(fleet(asking({ '7g': 2 })))).toEqual([['NVIDIA-A100-SXM4-80GB-1', [true]], ['NVIDIA-A100-SXM4-80GB-2', [true]]]);
    expect(nodesOf(fleet(asking({ '7g': 2 }), { nodes: ['x', 'y', 'z'] }))).toEqual([['x', [true]], ['y', [true]]]);
  });

  test('that are cut already keep their names, and are drained last', () => {
    const current = [{ name: 'cut', layouts: [GpuLayout.of({ '1g.10gb': 7 })] }];
    // one of two boards is not cut yet: it takes the first 7g, and the other has to be drained for the second
    expect(nodesOf(fleet(asking({ '7g.80gb': 1 }), { count: 2, current, nodes: ['new', 'cut'] }))).toEqual([['new', [true]]]);
    const both = planFleet(fleet(asking({ '7g.80gb': 2 }), { count: 2, current, nodes: ['new', 'cut'], touchCost: 0.25 }));
    expect(both.nodes.map(({ node }) => node)).toEqual(['new', 'cut']);
    expect(both).toMatchObject({ cost: 2.25, drains: [{ node: 'cut', waiting: 1 }] });
    // who stays has what it had
    const kept = planFleet(fleet(asking({ '1g.10gb': 3 }), { count: 1, current }));
    expect(kept).toMatchObject({ cost: 1, drains: [], nodes: [{ node: 'cut' }] });
    expect(kept.boards[0].slices.filter(({ workload }) => workload !== undefined)).toHaveLength(3);
    expect(String(kept.boards[0].layout)).toBe('1g.10gb=7');
  });

  test('keep apart what stands apart, and shared boards from the rest', () => {
    const spread = fleet([{ name: 'ha', profiles: ['7g'], replicas: 2, spread: GpuPlanSpread.NODES }, { name: 'b', profiles: ['7g'], replicas: 2 }], { gpusPerNode: 2 });
    expect(nodesOf(spread)).toEqual([['NVIDIA-A100-SXM4-80GB-1', [true, true]], ['NVIDIA-A100-SXM4-80GB-2', [true, true]]]);
    const shared = fleet([{ name: 'a', memoryMib: 7000, replicas: 2, isolation: GpuPlanIsolation.ANY }, { name: 'b', profiles: ['7g'] }], { gpusPerNode: 2 });
    const plan = planFleet(shared);
    expect(plan.boards.map(({ tenants }) => tenants !== undefined).sort()).toEqual([false, true]);
    expect(plan.nodes.map(({ boards }) => boards.filter(board => board >= 0).length)).toEqual([1, 1]);
  });

  test('that must be more than the boards fill are told', () => {
    const asked = fleet([{ name: 'ha', profiles: ['1g'], replicas: 2, spread: GpuPlanSpread.NODES }], { gpusPerNode: 8, count: 8 });
    const plan = planFleet(asked);
    expect(plan.nodes).toHaveLength(2);
    expect(plan.notes).toEqual(['the boards of NVIDIA-A100-SXM4-80GB need 2 nodes so that shared boards and replicas stand apart, and 8 boards fill 1']);
    expect(planFleet(fleet(asking({ '7g': 8 }), { gpusPerNode: 8, count: 8 })).notes).toEqual([]);
  });
});

describe('why there is no plan', () => {
  test.each<[string, GpuFleet, string[]]>([
    ['not even the first fits', fleet([{ name: 'a', profiles: ['7g'], replicas: 2 }], { count: 1 }),
      ['a: the boards have no room for it (there are 1 of NVIDIA-A100-SXM4-80GB)', 'all workloads together need at least 2 boards']],
    ['the second of two', fleet([{ name: 'a', profiles: ['7g'] }, { name: 'b', profiles: ['7g'] }], { count: 1 }),
      ['b: the 1 workload before it fit, with it the boards do not suffice (there are 1 of NVIDIA-A100-SXM4-80GB)', 'all workloads together need at least 2 boards']],
    ['the third of five', fleet(['a', 'b', 'c', 'd', 'e'].map(name => ({ name, profiles: ['7g'] })), { count: 2 }),
      ['c: the 2 workloads before it fit, with it the boards do not suffice (there are 2 of NVIDIA-A100-SXM4-80GB)', 'all workloads together need at least 5 boards']],
  ])('%s', (_, asked, reasons) => { expect(planFleet(asked)).toMatchObject({ status: 'infeasible', reasons, gpus: 0, optimal: false }); });

  test('names every type of board, also those of which there are any number', () => {
    const asked: GpuFleet = {
      gpus: [{ gpu: A100, count: 0 }, { gpu: Gpu.A30, count: 1 }], workloads: [{ name: 'a', profiles: ['whole'], replicas: 2 }],
    };
    expect(planFleet(asked).reasons[0]).toBe('a: the boards have no room for it (there are 0 of NVIDIA-A100-SXM4-80GB, 1 of NVIDIA-A30)');
  });
});

describe('a series of arrivals', () => {
  const plan = planFleet(fleet([{ name: 'asr', profiles: ['3g'], replicas: 2 }, { name: 'tts', profiles: ['1g'] }]));
  const read = (text: string) => readArrivals(text, 'a.yaml', plan);

  test('names profiles, workloads of the plan, requests and leaves', () => {
    expect(read('[3g.40gb, {workload: asr}, {workload: asr}, {workload: tts}, {name: x, profile: 1g.10gb}, {profile: 2g.20gb}, {leaves: asr}, {leaves: x}, {leaves: asr}]')).toEqual([
      { name: 'arrival-0', profile: '3g.40gb' }, { name: 'asr-0', profile: '3g.40gb' }, { name: 'asr-1', profile: '3g.40gb' }, { name: 'tts-0', profile: '1g.10gb' },
      { name: 'x', profile: '1g.10gb' }, { name: 'arrival-5', profile: '2g.20gb' }, { name: 'asr-0' }, { name: 'x' }, { name: 'asr-1' },
    ]);
  });

  test.each([
    ['{a: 1}', 'a.yaml: arrivals are a list'], ['[3]', 'a.yaml: [0] is no arrival'], ['[1g, {workload: llm}]', 'a.yaml: [1] is no arrival'], ['[{name: x}]', 'a.yaml: [0] is no arrival'],
    ['[{leaves: 3}]', 'a.yaml: [0] is no arrival'], ['[', 'a.yaml: '],
  ])('%s is refused', (text, message) => { expect(() => read(text)).toThrow(message); });

  test('of a plan is each replica with the profile that it has there', () => {
    expect(arrivalsOfPlan(plan).map(({ profile }) => profile).sort()).toEqual(['1g.10gb', '3g.40gb', '3g.40gb']);
    expect(new Set(arrivalsOfPlan(plan).map(({ name }) => name)).size).toBe(3);
    expect(boardsOfPlan(plan)).toEqual([{ gpu: A100, count: plan.gpus }]);
  });

  test('of what shares boards is none', () => {
    const shared = planFleet(fleet([{ name: 'a', memoryMib: 7000, replicas: 10, isolation: GpuPlanIsolation.ANY }]));
    expect([arrivalsOfPlan(shared), boardsOfPlan(shared)]).toEqual([[], []]);
  });

  // modulus 2^31, multiplier 1103515245, increment 12345: from 1 to 1103527590, then to 377401575; of 10 the tenths 5.13 and 1.75
  test('is mixed by a number, the same way on every machine', () => {
    const random = wholeNumbersFrom(1);
    expect([random(10), random(10)]).toEqual([5, 1]);
    const five = ['a', 'b', 'c', 'd', 'e'].map(name => ({ name, profile: '1g' }));
    expect(shuffled(five, 7)).toEqual(shuffled(five, 7));
    expect(shuffled(five, 7).map(({ name }) => name).sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(new Set(Array.from({ length: 40 }, (_, seed) => shuffled(five, seed).map(({ name }) => name).join(''))).size).toBeGreaterThan(20);
    expect(five.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('ends with what each board holds, from the lowest start on', () => {
    const arrivals = [{ name: 'a', profile: '3g.40gb' }, { name: 'b', profile: '2g.20gb' }, { name: 'c', profile: 'whole' }, { name: 'a' }];
    const { boards } = simulateArrivals([{ gpu: A100, count: 2 }], arrivals);
    expect(boards.map(({ slices }) => slices.map(({ workload, start, size, memoryMib }) => [workload, start, size, memoryMib])))
      .toEqual([[['b', 4, 2, 19968]], [['c', 0, 8, undefined]]]);
  });
});

