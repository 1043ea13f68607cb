import { comparableRuns } from './comparable-runs';
import { compare, JudgedCell, LoadResult } from './comparison';
import { doubtsOf } from './doubts';
import { FaultResult, faultsOf } from './faults';
import { FoundDevice, TargetsLine } from './result-lines';
import { readRuns, ResultsFile, Run } from './runs';

/** Everything that results say, and everything that they do not. Reports are written from this alone. */
export interface BenchmarkResults {
  readonly runs: readonly Run[];
  readonly loads: readonly LoadResult[];
  readonly targets?: TargetsLine;
  /** Holes in the files, arms and repetitions. */
  readonly problems: readonly string[];
  /** What else the data could mean. */
  readonly doubts: readonly string[];
  readonly faults: readonly FaultResult[];
  /** Where the pods of each arm were found. */
  readonly placements: readonly { readonly arm: string; readonly found: readonly FoundDevice[] }[];
}

/**
 * Reads results of one or more runs. Nothing throws: what cannot be read or must not be counted is among the problems.
 * @param files results as the load generator wrote them, JSON lines
 */
export function readBenchmark(files: readonly ResultsFile[]): BenchmarkResults {
  const { runs: all, cells, problems } = readRuns(files);
  const comparable = comparableRuns(all);
  const { runs } = comparable;
  const loads = compare(runs, cells.filter(({ run }) => runs.includes(run)));
  const judged = loads.flatMap(({ arms }) => arms.flatMap(({ counted, leftOut }) => [...counted, ...leftOut]));
  const faults = faultsOf(judged.filter(({ cell }) => cell.end !== undefined));
  const hasFaultLoad = runs.some(({ declared }) =>
    declared.loads.some(({ faultAfterSeconds }) => faultAfterSeconds !== undefined));
  return {
    runs,
    loads,
    targets: runs[0]?.declared.targets,
    problems: [
      ...problems,
      ...comparable.problems,
      ...selfChecks(runs),
      ...holesOf(loads),
      ...faults.problems,
      ...cellDoubts(judged),
    ],
    doubts: doubtsOf(loads, comparable, faults.results, hasFaultLoad),
    faults: faults.results,
    placements: placementsOf(runs),
  };
}

function selfChecks(runs: readonly Run[]): string[] {
  // another generator has no such check; each of its cells says how late it was
  return runs.filter(({ declared }) => declared.generator === undefined).flatMap(({ id, selfCheck }) => {
    if (selfCheck === undefined) {
      return [`run ${id}: the generator was not checked against itself before it measured`];
    }
    return selfCheck.passed
      ? []
      : [`run ${id}: the generator is too slow: it paces ${selfCheck.streams} streams ${selfCheck.lateP99Ms} ms `
        + 'late at the 99th percentile'];
  });
}

/** Arms and repetitions that were to be measured and were not, or do not count. */
function holesOf(loads: readonly LoadResult[]): string[] {
  const problems: string[] = [];
  for (const { load, arms } of loads) {
    for (const { arm, counted, leftOut, planned } of arms) {
      const place = `${arm.name}/${load.name}`;
      for (const { cell, verdict } of leftOut) {
        problems.push(`${place}, repetition ${cell.start.repetition} is left out: ${verdict.leftOut.join('; ')}`);
      }
      const missing = planned - counted.length - leftOut.length;
      if (missing === planned) {
        problems.push(`${place}: not measured at all, 0 of ${planned} repetitions`);
      } else if (missing > 0) {
        problems.push(`${place}: ${missing} of ${planned} repetitions are missing`);
      }
      if (arm.gpus === undefined) {
        problems.push(`${place}: the run does not say how many GPUs the arm takes, so nothing is told per GPU`);
      }
    }
  }
  return problems;
}

function cellDoubts(cells: readonly JudgedCell[]): string[] {
  return cells.filter(({ verdict }) =>
    verdict.leftOut.length === 0).flatMap(({ cell: { start }, verdict, figures }) => [
    ...verdict.doubts,
    ...[...figures.failures].map(([text, count]) => `${count} ${count === 1 ? 'turn' : 'turns'} failed: ${text}`),
  ].map(text => `${start.arm}/${start.load}, repetition ${start.repetition}: ${text}`));
}

function placementsOf(runs: readonly Run[]): { arm: string; found: readonly FoundDevice[] }[] {
  const byArm = new Map(runs.flatMap(({ placements }) =>
    placements.map(({ arm, found }): [string, readonly FoundDevice[]] => [arm, found])));
  return [...byArm].map(([arm, found]) => ({ arm, found }));
}
