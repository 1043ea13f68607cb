import loadHighs from 'highs';
import { randomOf } from './fleets';
import { lpText } from './lp-text';
import { Gpu } from '../../src/hardware';
import { GpuPlanSpread, GpuPlanSupply, GpuPlanWorkload } from '../../src/planning';
import { Formulation } from '../../src/planning/formulation/formulate';
import { Needs } from '../../src/planning/formulation/needs';
import { Slots } from '../../src/planning/formulation/slots';
import { search } from '../../src/planning/solver/branch-and-bound';

/** HiGHS (MIT) is a solver of its own: what both call the optimum is one. */
const random = randomOf(31);
const GPUS = [Gpu.A100_SXM4_80GB, Gpu.H200_SXM_141GB, Gpu.A30, Gpu.L40S];

function randomWorkload(index: number): GpuPlanWorkload {
  const name = `w${index}`;
  switch (random(4)) {
    case 0: return { name, memoryMib: 1000 + random(120000), replicas: 1 + random(9) };
    case 1: {
      const profiles = [['1g', '2g', '3g', '4g', '7g'][random(5)], 'whole'];
      return { name, profiles, replicas: 1 + random(20), spread: random(2) === 0 ? GpuPlanSpread.BOARDS : undefined };
    }
    case 2: {
      const options = [{ profile: '1g', throughput: 2 + random(20) / 10 }, { profile: '3g', throughput: 7 + random(20) / 10 }];
      return { name, demand: 1 + random(60), options };
    }
    default: return { name, profiles: ['1g'], replicas: 1 + random(30) };
  }
}

test('random fleets of several boards, prices and limits: the same optimum as HiGHS, and infeasible where it says so', async () => {
  const highs = await loadHighs();
  const outcomes = { optimal: 0, infeasible: 0 };
  for (let round = 0; round < 60; round++) {
    const supplies = GPUS.slice(0, 1 + random(4)).map((gpu): GpuPlanSupply =>
      ({ gpu, costPerHour: (50 + random(500)) / 100, count: random(3) === 0 ? random(12) : undefined }));
    const slots = new Slots(supplies);
    const needs = new Needs(supplies, slots);
    const all = Array.from({ length: 1 + random(7) }, (_, index) => needs.of(randomWorkload(index))).filter(need => need.slots.length > 0);
    if (all.length === 0) { continue; }
    const { program } = new Formulation(supplies, slots, all);
    const steps = search(program, 100000);
    let step = steps.next();
    while (step.done !== true) { step = steps.next(); }
    const theirs = highs.solve(lpText(program), { mip_rel_gap: 0 });
    expect(step.value.proved).toBe(true);
    if (theirs.Status === 'Infeasible') {
      expect(step.value.values).toBeUndefined();
      outcomes.infeasible++;
      continue;
    }
    expect(theirs.Status).toBe('Optimal');
    expect([round, step.value.cost]).toEqual([round, Math.round(theirs.ObjectiveValue)]);
    expect(step.value.lowerBound).toBe(step.value.cost);
    outcomes.optimal++;
  }
  expect(outcomes.optimal).toBeGreaterThan(30);
  expect(outcomes.infeasible).toBeGreaterThan(2);
}, 120000);
