import { BenchmarkResults, plannerOptions } from '../../benchmark';

/** The form of the JSON report. */
const SCHEMA = 'cdk8s-gpu.benchmark-report/1';

/** A report for scripts, for the planner (`options`) and for advice that says "measured here" (`loads`). */
export function benchmarkJson(results: BenchmarkResults): string {
  const { runs, loads, targets, problems, doubts, faults, placements } = results;
  return JSON.stringify({
    schema: SCHEMA,
    runs: runs.map(({ id, file, declared: { startedAt, seed, repetitions }, end }) => ({ id, file, startedAt, seed, repetitions, outcome: end?.outcome ?? 'broken off' })),
    targets: targets ?? null,
    loads: loads.map(({ load, arms, winners }) => ({
      load,
      arms: arms.map(({ arm, metrics, counted, planned }) => ({
        arm,
        repetitions: { planned, counted: counted.length },
        metrics: Object.fromEntries([...metrics].map(([id, { metric: { unit }, confidence, values }]) =>
          [id, { mean: confidence.mean, low: confidence.low ?? null, high: confidence.high ?? null, unit, values }])),
      })),
      winners: winners.map(({ metric, arm, reason }) => ({ by: metric.id, arm: arm ?? null, reason })),
    })),
    options: plannerOptions(results),
    faults,
    placements,
    problems,
    doubts,
  }, null, 2);
}
