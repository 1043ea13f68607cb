import { BenchmarkResults, plannerOptions } from '../../benchmark';
import { BENCHMARK_REPORT } from '../../planning';
import { jsonText } from '../../text';

/** A report for scripts, and for `BenchmarkReport`, by which the planner (`options`) and advice (`loads`) read it. */
export function benchmarkJson(results: BenchmarkResults): string {
  const { runs, loads, targets, problems, doubts, faults, placements } = results;
  return jsonText({
    schema: BENCHMARK_REPORT,
    runs: runs.map(({
      id,
      file,
      declared: { startedAt, seed, repetitions },
      end,
    }) => ({ id, file, startedAt, seed, repetitions, outcome: end?.outcome ?? 'broken off' })),
    targets: targets ?? null,
    loads: loads.map(({ load, arms, winners }) => ({
      load,
      arms: arms.map(({ arm, metrics, counted, planned }) => ({
        arm,
        repetitions: { planned, counted: counted.length },
        metrics: Object.fromEntries([...metrics].map(([id, { metric: { title, unit, better }, confidence, values }]) =>
          [
            id,
            {
              title,
              unit,
              better,
              mean: confidence.mean,
              low: confidence.low ?? null,
              high: confidence.high ?? null,
              values,
            },
          ])),
      })),
      winners: winners.map(({ metric, arm, reason }) => ({ by: metric.id, arm: arm ?? null, reason })),
    })),
    options: plannerOptions(results),
    faults,
    placements,
    problems,
    doubts,
  });
}
