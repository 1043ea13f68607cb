import { JudgedCell } from './comparison';

/** What a tenant that did harm did to its neighbours, in one arm under one load. */
export interface FaultResult {
  readonly arm: string;
  readonly load: string;
  /** Cells in which the tenant was told and said what became of it. */
  readonly trials: number;
  /** What it said, each once. */
  readonly outcomes: readonly string[];
  /** Turns of the neighbours that ended before the fault and after it, and those of them that failed. */
  readonly before: { readonly turns: number; readonly failed: number };
  readonly after: { readonly turns: number; readonly failed: number };
  /** Trials in which turns of a neighbour failed after the fault that had not failed before. */
  readonly trialsWithHarm: number;
}

/** Counts the failures of neighbours before and after each fault; cells whose tenant never came are no trials. */
export function faultsOf(cells: readonly JudgedCell[]): {
  readonly results: FaultResult[];
  readonly problems: string[];
} {
  const problems: string[] = [];
  const groups = new Map<string, { arm: string; load: string; trials: Trial[] }>();
  for (const { cell } of cells) {
    const released = cell.faults.find(({ event }) => event === 'released');
    if (released === undefined) { continue; }
    const { arm, load, repetition } = cell.start;
    const reported = cell.faults.find(({ event }) => event === 'reported');
    if (released.tenantAsked !== true && reported === undefined) {
      problems.push(`${arm}/${load}, repetition ${repetition}: no tenant was there to do harm, so its turns `
        + 'say nothing on isolation');
      continue;
    }
    const key = JSON.stringify([arm, load]);
    const group = groups.get(key) ?? { arm, load, trials: [] };
    groups.set(key, group);
    const side = (isAfter: boolean) => {
      const turns = cell.turns.filter(({ outcome, endAtMs }) =>
        outcome !== 'in-flight' && (endAtMs >= released.occurredAtMs) === isAfter);
      return { turns: turns.length, failed: turns.filter(({ outcome }) => outcome === 'failed').length };
    };
    group.trials.push({ outcome: reported?.outcome ?? 'it said nothing more', before: side(false), after: side(true) });
  }
  const results = [...groups.values()].map(({ arm, load, trials }): FaultResult => ({
    arm,
    load,
    trials: trials.length,
    outcomes: [...new Set(trials.map(({ outcome }) => outcome))],
    before: sumOf(trials.map(({ before }) => before)),
    after: sumOf(trials.map(({ after }) => after)),
    trialsWithHarm: trials.filter(({ before, after }) => after.failed > 0 && before.failed === 0).length,
  }));
  return { results, problems };
}

interface Side { readonly turns: number; readonly failed: number }
interface Trial { readonly outcome: string; readonly before: Side; readonly after: Side }

function sumOf(sides: readonly Side[]): Side {
  return sides.reduce(
    (sum, { turns, failed }) => ({ turns: sum.turns + turns, failed: sum.failed + failed }),
    { turns: 0, failed: 0 },
  );
}
