import { Run } from './runs';

/** Runs that may be set side by side, and why others may not. */
export interface ComparableRuns {
  readonly runs: readonly Run[];
  readonly problems: readonly string[];
  /** Whether every arm had runs of its own, so that time and arm cannot be told apart. */
  readonly oneAfterTheOther: boolean;
}

/**
 * Keeps the runs that measured the same: loads, settings and targets. The first run says what that is.
 * Names of arms, the seed and the number of repetitions may differ.
 */
export function comparableRuns(runs: readonly Run[]): ComparableRuns {
  const [first] = runs;
  if (first === undefined) { return { runs: [], problems: [], oneAfterTheOther: false }; }
  const kept = [first];
  const problems: string[] = [];
  for (const run of runs.slice(1)) {
    const differences = differencesOf(first, run);
    if (differences.length === 0) { kept.push(run); continue; }
    problems.push(`${run.file}: run ${run.id} measured something else than ${first.file} and is left out: `
      + `${differences.slice(0, 4).join('; ')}`);
  }
  const arms = new Set(kept.flatMap(({ declared }) => declared.arms.map(({ name }) => name)));
  return {
    runs: kept,
    problems,
    oneAfterTheOther: arms.size > 1 && kept.every(({ declared }) => declared.arms.length === 1),
  };
}

function differencesOf(one: Run, other: Run): string[] {
  const differences: string[] = [];
  const collect = (path: string, a: unknown, b: unknown) => {
    if (JSON.stringify(a) === JSON.stringify(b)) { return; }
    if (isObject(a) && isObject(b)) {
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
        collect(path === '' ? key : `${path}.${key}`, a[key], b[key]);
      }
    } else {
      differences.push(`${path} is ${JSON.stringify(b) ?? 'not there'} and not ${JSON.stringify(a) ?? 'missing'}`);
    }
  };
  const byName = ({ declared: { loads } }: Run) => Object.fromEntries(loads.map(load => [load.name, load]));
  collect('settings', one.declared.settings, other.declared.settings);
  collect('targets', one.declared.targets, other.declared.targets);
  collect('loads', byName(one), byName(other));
  return differences;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
