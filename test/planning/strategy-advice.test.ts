import { Gpu, GpuSliceKind } from '../../src/hardware';
import { GpuEnvironment, GpuPlanIsolation, GpuStrategyQuestion, StrategyAdvice } from '../../src/planning';

const A100 = Gpu.A100_SXM4_80GB;
const advise = (question: Partial<GpuStrategyQuestion>) => StrategyAdvice.of({ gpu: A100, tenants: 2, memoryMib: 15000, ...question });
const possible = (question: Partial<GpuStrategyQuestion>) => advise(question).gates.filter(({ passed }) => passed).map(({ strategy }) => strategy);

describe('gates', () => {
  test.each<[string, Partial<GpuStrategyQuestion>, GpuSliceKind[]]>([
    ['nothing asked for leaves all open', {}, [GpuSliceKind.WHOLE, GpuSliceKind.MIG, GpuSliceKind.MPS, GpuSliceKind.TIME_SLICED]],
    ['dedicated leaves whole boards', { isolation: GpuPlanIsolation.DEDICATED }, [GpuSliceKind.WHOLE]],
    ['hardware rules out what shares faults', { isolation: GpuPlanIsolation.HARDWARE }, [GpuSliceKind.WHOLE, GpuSliceKind.MIG]],
    ['a board without MIG has no MIG', { gpu: Gpu.L40S }, [GpuSliceKind.WHOLE, GpuSliceKind.MPS, GpuSliceKind.TIME_SLICED]],
    ['eight tenants are more than MIG has', { tenants: 8, memoryMib: 5000 }, [GpuSliceKind.WHOLE, GpuSliceKind.MPS, GpuSliceKind.TIME_SLICED]],
    ['memory that two cannot have together', { memoryMib: 50000 }, [GpuSliceKind.WHOLE]],
    ['whole GPUs beside shared ones are beyond the device plugin', { unsharedGpusOnNode: true }, [GpuSliceKind.WHOLE, GpuSliceKind.MIG]],
    ['and DRA can', { unsharedGpusOnNode: true, dra: true }, [GpuSliceKind.WHOLE, GpuSliceKind.MIG, GpuSliceKind.MPS, GpuSliceKind.TIME_SLICED]],
    ['what fits no board fits none', { memoryMib: 500000 }, []],
  ])('%s', (_, question, strategies) => { expect(possible(question)).toEqual(strategies); });
});

describe('choice', () => {
  test.each<[string, Partial<GpuStrategyQuestion>, GpuSliceKind | undefined]>([
    ['production is MIG', { environment: GpuEnvironment.PRODUCTION }, GpuSliceKind.MIG],
    ['development with few busy is time-slicing', { environment: GpuEnvironment.DEVELOPMENT, tenants: 4, busyTenants: 1 }, GpuSliceKind.TIME_SLICED],
    ['a model that fills the board has it', { tenants: 1, memoryMib: 75000 }, GpuSliceKind.WHOLE],
    ['bound by bandwidth and a tail target is MIG', { bandwidthBound: true, tailLatencyTarget: true, tenants: 4, busyTenants: 4 }, GpuSliceKind.MIG],
    ['nothing possible is nothing', { memoryMib: 500000 }, undefined],
  ])('%s', (_, question, choice) => { expect(advise(question).choice).toBe(choice); });
});

test('where the evidence conflicts it says what to measure', () => {
  const { measure } = advise({ tenants: 7, memoryMib: 5000, busyTenants: 6, reconfiguredOften: false });
  expect(measure).toEqual([GpuSliceKind.MIG, GpuSliceKind.MPS]);
  expect(advise({ environment: GpuEnvironment.PRODUCTION }).measure).toEqual([]);
});

test('every line has its evidence, and none is a percentage', () => {
  for (const environment of [GpuEnvironment.PRODUCTION, GpuEnvironment.DEVELOPMENT]) {
    for (const busyTenants of [1, 4]) {
      const load = { busyTenants, bandwidthBound: true, tailLatencyTarget: true, burstsOverlap: true, reconfiguredOften: true };
      const { gates, scores } = advise({ environment, tenants: 4, ...load });
      for (const { reason, evidence } of [...gates, ...scores]) {
        expect(evidence.length).toBeGreaterThan(10);
        expect(`${reason} ${evidence}`).not.toMatch(/\d\s*%/);
      }
    }
  }
});

test('only strategies that are possible get scores', () => {
  const { scores } = advise({ isolation: GpuPlanIsolation.DEDICATED, environment: GpuEnvironment.PRODUCTION, busyTenants: 1 });
  expect(new Set(scores.map(({ strategy }) => strategy))).toEqual(new Set([GpuSliceKind.WHOLE]));
});

test.each([
  ['no tenants', { tenants: 0 }, 'tenants is a whole number from 1, got 0'],
  ['more busy than there are', { busyTenants: 3 }, 'busyTenants is a number from 0 to 2, the tenants; got 3'],
  ['no need', { memoryMib: undefined }, 'say what one tenant needs in exactly one of memoryMib and footprint'],
])('%s is refused', (_, question, message) => { expect(() => advise(question)).toThrow(message); });
