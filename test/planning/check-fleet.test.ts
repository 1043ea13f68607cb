import { A100, fleet } from './fleets';
import { Gpu, GpuLayout } from '../../src/hardware';
import { GpuFleet, GpuPlanIsolation, GpuPlanSupply, GpuPlanWorkload, planFleet } from '../../src/planning';
import { checkFleet } from '../../src/planning/check-fleet';

const one: GpuPlanWorkload = { name: 'a', memoryMib: 1000 };
const supply = (change: Partial<GpuPlanSupply>): GpuFleet => fleet([one], change);
const work = (change: Partial<GpuPlanWorkload>): GpuFleet => fleet([{ ...one, ...change }]);
const BOARD = 'gpus[0] (NVIDIA-A100-SXM4-80GB)';
const options = [{ profile: '1g', throughput: 3 }];
const node = (name: string, ...layouts: GpuLayout[]) => ({ name, layouts });
const whole = GpuLayout.whole();

describe('what stands at the edge is taken', () => {
  test.each<[string, GpuFleet]>([
    ['no board yet', supply({ count: 0 })], ['ten million', supply({ count: 1e7 })], ['one a node', supply({ gpusPerNode: 1 })],
    ['six decimals', supply({ costPerHour: 0.000001 })], ['a dear board', supply({ costPerHour: 1e9 - 1 })],
    ['a change that costs nothing', supply({ touchCost: 0 })], ['a dear change', supply({ touchCost: 1e9 - 1 })],
    ['as many boards as count', supply({ count: 2, current: [node('n', whole, whole)] })],
    ['nodes of the width that gpusPerNode says', supply({ gpusPerNode: 2, current: [node('n', whole, whole)] })],
    ['no replicas', work({ replicas: 0 })], ['a million replicas', work({ replicas: 1_000_000 })],
    ['no headroom', work({ headroom: 0 })], ['ten times as much', work({ headroom: 10 })],
    ['no headroom for a workload that names its slices', work({ memoryMib: undefined, profiles: ['1g'], headroom: 0 })],
    ['a demand', work({ memoryMib: undefined, options, demand: 0.5 })],
    ['any isolation by memory', work({ isolation: GpuPlanIsolation.ANY })],
    ['hardware isolation by profiles', work({ memoryMib: undefined, profiles: ['1g'], isolation: GpuPlanIsolation.HARDWARE })],
    ['prices for all boards', { gpus: [{ gpu: A100, costPerHour: 1 }, { gpu: Gpu.A30, costPerHour: 2 }], workloads: [one] }],
    // 3,000,000 in options of 3 a replica are exactly a million
    ['a demand that a million replicas meet', work({ memoryMib: undefined, options, demand: 3_000_000 })],
  ])('%s', (_, asked) => { expect(() => checkFleet(asked)).not.toThrow(); });
});

describe('what stands beyond the edge is refused with its place and the value', () => {
  test.each<[string, GpuFleet, string]>([
    ['no workloads', fleet([]), 'workloads: a plan needs at least one workload'],
    ['fewer boards than none', supply({ count: -1 }), `${BOARD}: count is a whole number from 0 to 10000000, got -1`],
    ['half a board', supply({ count: 1.5 }), `${BOARD}: count is a whole number from 0 to 10000000, got 1.5`],
    ['too many boards', supply({ count: 1e7 + 1 }), `${BOARD}: count is a whole number from 0 to 10000000, got 10000001`],
    ['no board a node', supply({ gpusPerNode: 0 }), `${BOARD}: gpusPerNode is a whole number from 1 to 10000000, got 0`],
    ['a board for nothing', supply({ costPerHour: 0 }), `${BOARD}: costPerHour is a number above 0, got 0`],
    ['a board beyond price', supply({ costPerHour: 1e9 }), `${BOARD}: costPerHour is a number above 0, got 1000000000`],
    ['a price that is none', supply({ costPerHour: NaN }), `${BOARD}: costPerHour is a number above 0, got NaN`],
    ['seven decimals', supply({ costPerHour: 0.1234567 }), `${BOARD}: costPerHour has at most six decimals, got 0.1234567; a proof needs exact prices`],
    ['a change that pays', supply({ touchCost: -1 }), `${BOARD}: touchCost is a number from 0, got -1`],
    ['a change beyond price', supply({ touchCost: 1e9 }), `${BOARD}: touchCost is a number from 0, got 1000000000`],
    ['a change that is no number', supply({ touchCost: NaN }), `${BOARD}: touchCost is a number from 0, got NaN`],
    ['seven decimals of a change', supply({ touchCost: 0.1234567 }), `${BOARD}: touchCost has at most six decimals`],
    ['a node twice', supply({ current: [node('n', whole), node('n', whole)] }), `${BOARD}: node n is in current twice`],
    ['nodes of two widths', supply({ current: [node('n', whole), node('m', whole, whole)] }),
      `${BOARD}: node m has 2 layouts, and nodes of this type have 1 GPU; say one layout for each, "whole" for one that is not cut`],
    ['a node that is not as wide as said', supply({ gpusPerNode: 2, current: [node('n', whole)] }), `${BOARD}: node n has 1 layout, and nodes of this type have 2 GPUs`],
    ['more boards in nodes than there are', supply({ count: 1, current: [node('n', whole, whole)] }), `${BOARD}: current has 2 boards, and count says 1`],
    ['a control character in a node', supply({ nodes: ['n\u0007'] }), 'a name has no control characters'],
    ['a control character in a node of current', supply({ current: [node('n\u0007', whole)] }), 'a name has no control characters'],
    ['a control character in a workload', work({ name: 'a\n' }), 'a name has no control characters'],
    ['a workload without a name', work({ name: '' }), 'a workload needs a name'],
    ['a workload whose name is no text', work({ name: 3 as unknown as string }), 'a workload needs a name'],
    ['fewer replicas than none', work({ replicas: -1 }), 'workloads[0] (a): replicas is a whole number from 0 to 10000000, got -1'],
    ['half a replica', work({ replicas: 0.5 }), 'workloads[0] (a): replicas is a whole number from 0 to 10000000, got 0.5'],
    ['no memory', work({ memoryMib: 0 }), 'workloads[0] (a): memoryMib is a number above 0, got 0'],
    ['less headroom than none', work({ headroom: -0.1 }), 'workloads[0] (a): headroom is a fraction from 0, such as 0.1 for a tenth more; got -0.1'],
    ['headroom in per cent', work({ headroom: 10.1 }), 'headroom is a fraction from 0, such as 0.1 for a tenth more; got 10.1'],
    ['headroom that is no number', work({ headroom: NaN }), 'got NaN'],
    ['headroom for profiles', work({ memoryMib: undefined, profiles: ['1g'], headroom: 0.1 }),
      'workloads[0] (a): headroom is for memory; a workload with profiles names its slices itself'],
    ['no profiles', work({ memoryMib: undefined, profiles: [] }), 'workloads[0] (a): profiles is empty, so nothing will do'],
    ['no options', work({ memoryMib: undefined, options: [] }), 'workloads[0] (a): options is empty, so nothing will do'],
    ['a demand without options', work({ demand: 5 }), 'workloads[0] (a): demand needs options, which say what one replica does on each profile'],
    ['no demand', work({ memoryMib: undefined, options, demand: 0 }), 'workloads[0] (a): demand is a number above 0, got 0'],
    ['an option that does nothing', work({ memoryMib: undefined, options: [...options, { profile: '3g', throughput: 0 }] }),
      'workloads[0] (a): options[1] (3g): throughput is a number above 0, got 0'],
    ['any isolation for profiles', work({ memoryMib: undefined, profiles: ['1g'], isolation: GpuPlanIsolation.ANY }),
      'workloads[0] (a): isolation any shares boards by their memory, so it needs memoryMib or model; a workload with profiles names its slices itself'],
    ['a second workload of the same name', fleet([one, one]), 'workloads[1]: a is there twice'],
    ['a million and one together', fleet([{ ...one, replicas: 999_999 }, { name: 'b', memoryMib: 1 }, { name: 'c', memoryMib: 1 }]), 'these are 1000001'],
    // the option that does most: 4 each are 750,000.25 replicas and one more
    ['a demand that takes a million and one', work({ memoryMib: undefined, options: [{ profile: '1g', throughput: 1 }, { profile: '3g', throughput: 4 }], demand: 4_000_001 }),
      'these are 1000001'],
    ['the first board without a price', { gpus: [{ gpu: A100 }, { gpu: Gpu.A30, costPerHour: 2 }], workloads: [one] }, `${BOARD}: costPerHour is missing`],
  ])('%s', (_, asked, message) => { expect(() => checkFleet(asked)).toThrow(message); });
});

describe('a plan says of each board', () => {
  test('which slices stand where, who has them, and what is left', () => {
    const { boards, layouts, assignments, nodes, gap } = planFleet(fleet([{ name: 'llm', profiles: ['4g'] }, { name: 'asr', profiles: ['1g'], replicas: 2 }]));
    expect(boards).toHaveLength(1);
    const { slices, ...board } = boards[0];
    expect(board).toMatchObject({ gpu: A100, count: 1, tenants: undefined, freeComputeSlices: 1, freeMemorySlices: 2, kind: 'mig' });
    expect(slices.map(({ profile, size, workload, memoryMib }) => [profile, size, workload, memoryMib]).sort()).toEqual([
      ['1g.10gb', 1, 'asr', 9728], ['1g.10gb', 1, 'asr', 9728], ['4g.40gb', 4, 'llm', 40192],
    ]);
    const starts = slices.map(({ start }) => start!);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    expect(layouts).toEqual([{ gpu: A100, kind: 'mig', layout: GpuLayout.of({ '1g.10gb': 2, '4g.40gb': 1 }), count: 1, tenants: undefined }]);
    expect(assignments.map(({ workload, profile, replicas }) => [workload, profile, replicas]).sort()).toEqual([['asr', '1g.10gb', 2], ['llm', '4g.40gb', 1]]);
    expect(nodes).toEqual([{ node: nodes[0].node, gpu: A100, boards: [0] }]);
    expect(gap).toBe(0);
  });

  test('that a whole one has nothing left, and what of it is needed', () => {
    const { boards } = planFleet(fleet([{ name: 'llm', memoryMib: 60000, isolation: GpuPlanIsolation.DEDICATED }]));
    expect(boards).toMatchObject([{ kind: 'whole', freeComputeSlices: 0, freeMemorySlices: 0, slices: [{ profile: 'whole', workload: 'llm', neededMib: 60000, memoryMib: 79462 }] }]);
    expect(boards[0].slices[0].start).toBeUndefined();
  });

  test('how many are alike, the most frequent layout first', () => {
    const { layouts, boards } = planFleet(fleet([{ name: 'a', profiles: ['7g'], replicas: 3 }, { name: 'b', profiles: ['4g'], replicas: 1 }]));
    expect(layouts.map(({ layout, count }) => [String(layout), count])).toEqual([['7g.80gb=1', 3], ['4g.40gb=1', 1]]);
    expect(boards.map(({ count }) => count).sort()).toEqual([1, 3]);
  });
});
