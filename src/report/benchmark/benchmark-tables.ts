import { figureInWords } from './answers';
import { BenchmarkResults, LoadResult, METRICS } from '../../benchmark';

/** A table of texts, of which every format makes its own. */
export interface TextTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The arms of a load side by side, a row for each figure that some arm has. */
export function loadTable({ arms }: LoadResult): TextTable {
  const rows = METRICS.filter(({ id }) => arms.some(({ metrics }) => metrics.has(id))).map(({ id, title, unit }) => [
    unit === '' ? title : `${title} (${unit})`,
    ...arms.map(({ metrics }) => (metrics.has(id) ? figureInWords(metrics.get(id)!) : '-')),
  ]);
  return {
    head: ['figure', ...arms.map(({ arm }) => arm.name)],
    rows: [
      ['GPUs', ...arms.map(({ arm }) => String(arm.gpus ?? '?'))],
      ['repetitions that count', ...arms.map(({ counted, planned }) => `${counted.length} of ${planned}`)],
      ...rows,
    ],
  };
}

/** Who is best by which figure, and why nobody is. */
export function winnerTable({ winners }: LoadResult): TextTable {
  return {
    head: ['by', 'best', 'because'],
    rows: winners.map(({ metric, arm, reason }) => [metric.title, arm ?? 'none', reason]),
  };
}

/** What tenants that did harm did to their neighbours. */
export function faultTable({ faults }: BenchmarkResults): TextTable {
  return {
    head: [
      'arm', 'load', 'trials', 'neighbours failed in', 'turns failed before', 'turns failed after',
      'what the tenant said',
    ],
    rows: faults.map(({ arm, load, trials, trialsWithHarm, before, after, outcomes }) => [
      arm, load, String(trials), `${trialsWithHarm} of ${trials}`, `${before.failed} of ${before.turns}`,
      `${after.failed} of ${after.turns}`, outcomes.join('; '),
    ]),
  };
}

/** Which pod was found on which device. */
export function placementTable({ placements }: BenchmarkResults): TextTable {
  return {
    head: ['arm', 'stage', 'pod', 'board', 'MIG profile', 'UUID of the board'],
    rows: placements.flatMap(({ arm, found }) => found.map(({ stage, pod, product, profile, uuid }) =>
      [arm, stage, pod ?? '?', product ?? '?', profile ?? 'none', uuid ?? '?'])),
  };
}
