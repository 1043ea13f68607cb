import { arrivalsWords } from './arrivals-picture';
import { differencesOf } from './plan-differences';
import { baselinesOf, PLAN_FOOTER, planReport, PlanReportOptions } from './plan-report';
import { GpuPlanResult, GpuPlanStatus } from '../../planning';
import { hideSecrets } from '../../secrets';
import { counted } from '../../text';
import { boardText } from '../board/board-text';
import { blockMd, codeMd, plainMd, tableMd } from '../page/markdown';
import { inDigits } from '../plots/scale';

/** Rows and boards that a comment on a pull request has room for. */
const MOST_ROWS = 50;
const MOST_BOARDS = 20;

/**
 * A plan as Markdown, for a pull request: what it costs with its bound, what changes against another plan, the boards
 * in letters.
 * @param plan what the planner found
 * @param options heading and arrivals; `before`: the plan that it is compared with
 */
export function planMarkdown(
  plan: GpuPlanResult,
  options: PlanReportOptions & { readonly before?: GpuPlanResult } = {},
): string {
  const { title, lead, figures, pools, unit } = planReport(plan, options);
  const { before, arrivals = [] } = options;
  const isPlan = plan.status !== GpuPlanStatus.INFEASIBLE;
  const boards = pools.flatMap(pool => pool.boards);
  const assignments = plan.assignments.map(({ workload, gpu, profile, replicas }) => (
    [codeMd(hideSecrets(workload)), inDigits(replicas, 0), profile, String(gpu)]));
  const costs = [[
    'This plan',
    inDigits(plan.cost, 2),
    '',
  ], ['Lower bound', inDigits(plan.lowerBound, 2), 'no plan costs less'],
  ...baselinesOf(plan).map(({ label, value, note }) => [label, value === undefined ? '' : inDigits(value, 2), note])];
  return [
    `## ${plainMd(title)}`, plainMd(lead),
    tableMd(figures.map(({ label }) =>
      label), [figures.map(({ value, note }) => [value, note].filter(Boolean).join('; '))]),
    ...before === undefined ? [] : differenceMd(before, plan),
    ...isPlan
      ? ['### Against what people do today', tableMd(['', unit, ''], costs, [1])]
      : ['### Why', ...plan.reasons.map(reason => `- ${plainMd(hideSecrets(reason))}`)],
    ...boards.length === 0 ? [] : ['### Boards', blockMd(boards.slice(0, MOST_BOARDS).flatMap(boardText))],
    ...more(boards.length, MOST_BOARDS, 'more kind', ' of board'),
    ...assignments.length === 0
      ? []
      : ['### Workloads', tableMd(['workload', 'replicas', 'slice', 'board'], assignments.slice(0, MOST_ROWS), [1])],
    ...more(assignments.length, MOST_ROWS, 'more row'),
    ...plan.drains.length === 0
      ? []
      : ['### Nodes to drain, in this order', tableMd(['', 'node', 'cut as', 'becomes', 'waiting'], plan.drains.map(
        ({ node, from, to, waiting }, index) =>
          [
            String(index + 1),
            codeMd(hideSecrets(node)),
            from.map(String).join('; '),
            to.map(String).join('; '),
            inDigits(waiting, 0),
          ]), [4])],
    ...arrivals.length === 0
      ? []
      : ['### Arrivals', ...arrivals.map(({ label, result }) => `- ${plainMd(label)}: ${arrivalsWords(result)}`)],
    ...plan.notes.map(note => plainMd(hideSecrets(note))),
    `<sub>${PLAN_FOOTER}</sub>`,
  ].join('\n\n') + '\n';
}

function differenceMd(before: GpuPlanResult, after: GpuPlanResult): string[] {
  const { figures, layouts, workloads } = differencesOf(before, after);
  if (figures.length + layouts.length + workloads.length === 0) {
    return ['### Changes', 'None: the plan is the same.'];
  }
  const rows = (all: readonly {
    readonly what: string;
    readonly before: string;
    readonly after: string;
  }[], asCode: boolean) =>
    all.slice(0, MOST_ROWS).map(each => [asCode ? codeMd(hideSecrets(each.what)) : each.what, each.before, each.after]);
  return [
    '### Changes',
    ...figures.length === 0 ? [] : [tableMd(['', 'before', 'after'], rows(figures, false), [1, 2])],
    ...layouts.length === 0 ? [] : [tableMd(['boards', 'before', 'after'], rows(layouts, true), [1, 2])],
    ...more(layouts.length, MOST_ROWS, 'more layout'),
    ...workloads.length === 0 ? [] : [tableMd(['workload', 'before', 'after'], rows(workloads, true))],
    ...more(workloads.length, MOST_ROWS, 'more workload'),
  ];
}

function more(count: number, most: number, what: string, after = ''): string[] {
  return count <= most ? [] : [`and ${counted(count - most, what)}${after}`];
}
