import { Gpu, GpuSliceKind } from '../../src/hardware';
import { GpuEnvironment, GpuPlanIsolation, GpuStrategyQuestion, StrategyAdvice } from '../../src/planning';

const A100 = Gpu.A100_SXM4_80GB;
const { WHOLE, MIG, MPS, TIME_SLICED } = GpuSliceKind;
/** Eight of 1 MiB on a board without MIG limits, so that all four strategies are possible for seven. */
const advise = (question: Partial<GpuStrategyQuestion>) => StrategyAdvice.of({ gpu: A100, tenants: 7, memoryMib: 5000, ...question });
const points = (question: Partial<GpuStrategyQuestion>) => {
  const advice = advise(question);
  return [WHOLE, MIG, MPS, TIME_SLICED].map(strategy => advice.pointsOf(strategy));
};

describe('points for a whole board, MIG, MPS and time-slicing', () => {
  test.each<[string, Partial<GpuStrategyQuestion>, number[]]>([
    ['of seven tenants of whom nothing is known', {}, [-2, 0, 0, 0]],
    ['of one', { tenants: 1 }, [2, 0, 0, 0]],
    ['of one that fills the board', { tenants: 1, memoryMib: 75000 }, [4, 0, 0, 0]],
    // no two 7g.80gb stand on one board, nor do slices above half of it: 41,000 MiB need a 7g
    ['of one that only the largest slice holds', { tenants: 1, memoryMib: 41000 }, [4, 0, 0, 0]],
    ['of one that half a board holds', { tenants: 1, memoryMib: 40000 }, [2, 0, 0, 0]],
    ['of one on a board without MIG', { gpu: Gpu.L40S, tenants: 1, memoryMib: 40000 }, [2, 0, 0, 0]],
    ['in production', { environment: GpuEnvironment.PRODUCTION }, [-2, 2, -1, -1]],
    ['in development', { environment: GpuEnvironment.DEVELOPMENT }, [-2, 0, 0, 1]],
    // three of seven are few, and more are many
    ['where three of seven are busy', { busyTenants: 3 }, [-2, -1, 1, 1]],
    ['where nobody is busy', { busyTenants: 0 }, [-2, -1, 1, 1]],
    ['where four of seven are busy', { busyTenants: 4 }, [-2, 1, 1, -1]],
    ['where the one tenant is busy', { tenants: 1, busyTenants: 1 }, [2, 0, 0, 0]],
    ['where bandwidth binds', { bandwidthBound: true }, [-2, 1, -1, 0]],
    ['where bandwidth does not bind', { bandwidthBound: false }, [-2, 0, 0, 0]],
    ['with a target for the slowest', { tailLatencyTarget: true }, [-1, 1, 0, -1]],
    ['without one', { tailLatencyTarget: false }, [-2, 0, 0, 0]],
    ['where all peak at once', { burstsOverlap: true }, [-2, 1, 0, 0]],
    ['where they peak at different times', { burstsOverlap: false }, [-2, 0, 1, 1]],
    ['where the split changes', { reconfiguredOften: true }, [-2, -1, 1, 1]],
    ['where it stays', { reconfiguredOften: false }, [-2, 0, 0, 0]],
    ['of all of it together', {
      environment: GpuEnvironment.PRODUCTION,
      busyTenants: 7,
      bandwidthBound: true,
      tailLatencyTarget: true,
      burstsOverlap: true,
      reconfiguredOften: true,
    }, [-1, 5, 0, -2]],
  ])('%s', (_, question, expected) => { expect(points(question)).toEqual(expected); });

  test('stand beside a reason that names the figures', () => {
    const reasons = (question: Partial<GpuStrategyQuestion>) => advise(question).scores.map(({ reason }) => reason);
    expect(reasons({})).toEqual(['7 tenants take 7 boards']);
    expect(reasons({ tenants: 1, memoryMib: 75000 })).toEqual(['one model fills NVIDIA-A100-SXM4-80GB', 'there is one tenant']);
    expect(reasons({ busyTenants: 4 }).slice(1)).toEqual(['4 of 7 busy at once: slices are in use', '4 of 7 busy at once: kernels run side by side', '4 of 7 busy at once: turns become long']);
  });
});

describe('what the evidence leaves open', () => {
  const open = (question: Partial<GpuStrategyQuestion>) => advise(question).measure;

  // independent measurements disagree on MIG and MPS from four of seven on
  test.each<[string, Partial<GpuStrategyQuestion>, GpuSliceKind[]]>([
    ['four of seven busy, and nobody knows whether bandwidth binds', { busyTenants: 4 }, [MIG, MPS]],
    ['four of seven busy and bound by bandwidth', { busyTenants: 4, bandwidthBound: true }, []],
    ['four of seven busy, not bound, and a target for the slowest', { busyTenants: 4, bandwidthBound: false, tailLatencyTarget: true }, []],
    // between three and four of seven MIG and time-slicing are open: 3.5 busy
    ['between three and four of seven, in production', { busyTenants: 3.5, environment: GpuEnvironment.PRODUCTION, tailLatencyTarget: true }, [MIG, TIME_SLICED]],
    ['three of seven, in production', { busyTenants: 3, environment: GpuEnvironment.PRODUCTION, tailLatencyTarget: true }, []],
    ['nobody knows how many are busy', { environment: GpuEnvironment.PRODUCTION }, []],
    ['as many points for each', {}, [MIG, MPS, TIME_SLICED]],
  ])('%s', (_, question, strategies) => { expect(open(question)).toEqual(strategies); });

  test('of strategies with as many points the better isolated one is chosen', () => {
    expect([advise({}).choice, advise({ gpu: Gpu.L40S }).choice, advise({ busyTenants: 1 }).choice]).toEqual([MIG, MPS, MPS]);
  });
});

describe('a question with a number that makes no sense is refused', () => {
  test.each<[Partial<GpuStrategyQuestion>, string]>([
    [{ tenants: 1.5 }, 'tenants is a whole number from 1, got 1.5'], [{ tenants: -1 }, 'tenants is a whole number from 1, got -1'],
    [{ busyTenants: -0.5 }, 'busyTenants is a number from 0 to 7, the tenants; got -0.5'], [{ busyTenants: NaN }, 'busyTenants is a number from 0 to 7'],
    [{ busyTenants: 7.5 }, 'busyTenants is a number from 0 to 7, the tenants; got 7.5'],
    [{ memoryMib: 0 }, 'memoryMib is a number above 0, got 0'], [{ memoryMib: -5 }, 'memoryMib is a number above 0, got -5'],
  ])('%j', (question, message) => { expect(() => advise(question)).toThrow(message); });

  test('and one at the edge is not', () => {
    expect(() => advise({ busyTenants: 7 })).not.toThrow();
    expect(() => advise({ busyTenants: 0, memoryMib: 0.5, tenants: 1 })).not.toThrow();
  });
});

describe('gates say why', () => {
  const reasons = (question: Partial<GpuStrategyQuestion>) => advise(question).gates.map(({ passed, reason }) => `${passed ? '+' : '-'} ${reason}`);

  test.each<[string, Partial<GpuStrategyQuestion>, [number, string | RegExp][]]>([
    ['the board holds not even one', { memoryMib: 500000 }, [[0, '- not even one fits NVIDIA-A100-SXM4-80GB'], [1, '- it fits no slice of NVIDIA-A100-SXM4-80GB']]],
    ['one fits', {}, [[0, '+ one fits NVIDIA-A100-SXM4-80GB, a board each'], [3, '+ all fit together; nothing but the settings of the engines limits what each takes']]],
    ['dedicated', { isolation: GpuPlanIsolation.DEDICATED }, [[1, '- dedicated asks for a board each'], [2, '- dedicated asks for a board each'], [3, '- dedicated asks for a board each']]],
    ['hardware', { isolation: GpuPlanIsolation.HARDWARE }, [[2, '- a fault of one tenant ends the others'], [3, '- a fault of one tenant ends the others']]],
    ['a board without MIG', { gpu: Gpu.L40S }, [[1, '- NVIDIA-L40S cannot do MIG']]],
    ['others have to stay whole', { unsharedGpusOnNode: true }, [[3, /^- the device plugin shares every GPU of a node/]]],
    // 7 x 12,000 MiB are 84,000, and there are 79,462
    ['memory does not hold all', { memoryMib: 12000 }, [[3, '- 7 of them do not fit the memory of NVIDIA-A100-SXM4-80GB together']]],
  ])('%s', (_, question, expected) => {
    const all = reasons(question);
    for (const [index, text] of expected) {
      if (typeof text === 'string') { expect(all[index]).toBe(text); } else { expect(all[index]).toMatch(text); }
    }
  });
});
