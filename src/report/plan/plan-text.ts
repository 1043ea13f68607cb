import { STRATEGY } from './plan-json';
import { GpuArrivalResult, GpuPlanResult, GpuPlanStatus } from '../../planning';
import { counted, withoutCommands } from '../../text';

/** As many rows of a table are shown to a person. */
const MOST_ROWS = 60;

/** A plan for people. */
export function planText(plan: GpuPlanResult): string {
  return withoutCommands(planInWords(plan));
}

function planInWords(plan: GpuPlanResult): string {
  if (plan.status === GpuPlanStatus.INFEASIBLE) {
    return ['infeasible: no plan exists', ...plan.reasons.map(reason => `  ${reason}`)].join('\n');
  }
  if (plan.gpus === 0) {
    return [
      `no plan found; none costs less than ${plan.lowerBound}`,
      ...[...plan.reasons, ...plan.notes].map(each => `  ${each}`),
    ].join('\n');
  }
  return [
    headline(plan),
    '',
    table('boards', plan.layouts.map(({ gpu, kind, layout, count, tenants }) =>
      [
        String(count),
        String(gpu),
        STRATEGY[kind],
        tenants === undefined ? String(layout) : `${tenants} tenants each`,
      ])),
    table('workloads', plan.assignments.map(({ workload, gpu, kind, profile, replicas }) =>
      [workload, String(replicas), kind === 'mig' ? profile : STRATEGY[kind], String(gpu)])),
    baselines(plan),
    ...(plan.drains.length === 0 ? [] : ['', drains(plan)]),
    ...plan.notes.map(note => `note: ${note}`),
  ].join('\n');
}

/** What first fit made of a series of arrivals, for people. */
export function arrivalsText({
  arrivals,
  waiting,
  stranded,
  promised,
  reached,
  betterOrder,
  staticLayouts,
}: GpuArrivalResult): string {
  return [
    'cut as slices are asked for, first fit',
    `  ${counted(arrivals, 'arrival')}, ${waiting} still waiting; ${reached} of ${promised} compute slices reached`,
    ...(stranded.length === 0
      ? []
      : [`  ${counted(stranded.length, 'time')} a board had enough free, only not side by side`]),
    ...(reached === promised ? [] : [
      betterOrder.length === 0
        ? '  no order was found that reaches all of it'
        : '  another order of the same arrivals reaches all of it (--format json has it)',
      '  cut from the start, whatever the order: '
        + `${staticLayouts.map(({ gpu, layout, count }) => `${count} x ${layout} on ${gpu}`).join('; ')}`,
    ]),
  ].join('\n');
}

function headline({ status, gpus, cost, lowerBound, gap }: GpuPlanResult): string {
  const proof = status === GpuPlanStatus.OPTIMAL ? 'no cheaper plan exists' : 'a cheaper one may exist';
  return `${status}: ${counted(gpus, 'board')}, cost ${cost}, lower bound ${lowerBound}, gap ${percent(gap)}; ${proof}`;
}

function baselines({ cost, baselines: { wholeGpu, uniformProfile, firstFitDecreasing } }: GpuPlanResult): string {
  const line = (what: string, baseline: number | undefined) =>
    `  ${what.padEnd(30)} ${baseline === undefined
      ? 'does not fit'
      : `${String(baseline).padStart(10)}  ${baseline > cost ? `+${percent(baseline / cost - 1)}` : 'as many'}`}`;
  return [
    'the same workloads otherwise',
    line('a whole board each', wholeGpu),
    line('one profile a board', uniformProfile),
    line('first-fit decreasing', firstFitDecreasing),
  ].join('\n');
}

function drains({ drains: each }: GpuPlanResult): string {
  const order = each.map(({ node, from, to, waiting }) =>
    [
      node,
      from.map(String).join(' | '),
      '->',
      to.map(String).join(' | '),
      waiting === 0 ? '' : `${counted(waiting, 'replica')} without a slice meanwhile`,
    ]);
  return table('nodes to drain and cut anew, in this order', order);
}

function table(title: string, rows: readonly (readonly string[])[]): string {
  const shown = rows.slice(0, MOST_ROWS);
  const widths = shown.reduce<number[]>(
    (most, row) => row.map((cell, index) => Math.max(most[index] ?? 0, cell.length)),
    [],
  );
  const lines = shown.map(row =>
    `  ${row.map((cell, index) => (/^\d+$/.test(cell) ? cell.padStart(widths[index]) : cell.padEnd(widths[index])))
      .join('  ')}`.trimEnd());
  return [
    title,
    ...lines,
    ...(rows.length > MOST_ROWS ? [`  and ${rows.length - MOST_ROWS} more; --format json has all`] : []),
    '',
  ].join('\n');
}

function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(fraction > 0 && fraction < 0.1 ? 1 : 0)} %`;
}
