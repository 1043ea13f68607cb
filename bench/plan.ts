import { performance } from 'perf_hooks';
import loadHighs from 'highs';
import { Gpu } from '../src/hardware';
import { GpuPlanSupply, GpuPlanWorkload, planFleet, simulateArrivals } from '../src/planning';
import { wholeNumbersFrom } from '../src/planning/arrivals/plan-arrivals';
import { Formulation } from '../src/planning/formulation/formulate';
import { Needs } from '../src/planning/formulation/needs';
import { Slots } from '../src/planning/formulation/slots';
import { search } from '../src/planning/solver/branch-and-bound';
import { lpText } from '../test/planning/lp-text';

/**
 * What a plan costs: the search side by side with HiGHS (WASM) on the same programme in the same run, and whether the
 * whole of it grows with the number of workloads.
 */
const GPUS: [string, number][] = [
  ['a100-sxm4-80gb', 2],
  ['h100-sxm5-80gb', 3.1],
  ['h200-sxm-141gb', 4.2],
  ['a30', 0.8],
  ['l40s', 1.1],
];
const supplies = GPUS.map(([id, costPerHour]): GpuPlanSupply => ({ gpu: Gpu.of(id), costPerHour }));

/** Workloads of 200 kinds: by memory, or by the least profile that will do. */
function workloads(count: number, seed: number): GpuPlanWorkload[] {
  const random = wholeNumbersFrom(seed);
  const kinds = Array.from({ length: 200 }, (_, i) => (i % 3 === 1
    ? { profiles: ['1g', '2g', '3g', '4g'].slice(random(4)) }
    : { memoryMib: 1000 + random(i % 3 === 0 ? 78000 : 21000) }));
  return Array.from({ length: count }, (_, i) => ({ name: `w${i}`, ...kinds[random(200)] }));
}

function timed<T>(work: () => T): [number, T] {
  const start = performance.now();
  const result = work();
  return [performance.now() - start, result];
}

const median = (each: number[]) => [...each].sort((a, b) => a - b)[Math.floor(each.length / 2)];

async function main(): Promise<void> {
  const highs = await loadHighs();
  const ratios = Array.from({ length: 7 }, (_, round) => {
    const slots = new Slots(supplies);
    const needs = new Needs(supplies, slots);
    const {
      program,
    } = new Formulation(supplies, slots, workloads(10000, round + 1).map(workload => needs.of(workload)));
    const text = lpText(program);
    const [ours, result] = timed(() => {
      const steps = search(program, 1e6);
      let step = steps.next();
      while (step.done !== true) { step = steps.next(); }
      return step.value;
    });
    const [theirs, answer] = timed(() => highs.solve(text, { mip_rel_gap: 0 }));
    if (!result.proved || answer.Status !== 'Optimal' || Math.round(answer.ObjectiveValue) !== result.cost) {
      throw new Error(`the two do not agree: ${result.cost}, ${answer.Status} `
        + `${answer.Status === 'Optimal' ? answer.ObjectiveValue : ''}`);
    }
    return ours / theirs;
  });
  console.log('  10,000 workloads of 200 kinds on 5 board types: search over HiGHS '
    + `${median(ratios).toFixed(2)} (aim: at most 0.5), from ${Math.min(...ratios).toFixed(2)} to `
    + `${Math.max(...ratios).toFixed(2)}`);

  const planned = (count: number, seed: number) =>
    timed(() => planFleet({ gpus: supplies, workloads: workloads(count, seed) }))[0];
  const [few, many] = [10000, 100000].map(count => median([1, 2, 3].map(seed => planned(count, seed))));
  console.log(`  a whole plan of 10,000: ${(few / 1000).toFixed(2)} s (aim: under 1); ten times the workloads: `
    + `${(many / few).toFixed(1)} times (linear is 10)`);

  const random = wholeNumbersFrom(4);
  const profiles = ['1g', '1g.20gb', '2g', '3g', '4g', '7g'];
  const arrivals = Array.from({
    length: 10000,
  }, (_, i) => ({ name: `a${i}`, profile: profiles[random(profiles.length)] }));
  const [arriving] = timed(() => simulateArrivals([{ gpu: Gpu.A100_SXM4_80GB, count: 1000 }], arrivals));
  console.log(`  10,000 arrivals on 1,000 boards: ${(arriving / 1000).toFixed(2)} s (aim: under 5)`);
}

void main();
