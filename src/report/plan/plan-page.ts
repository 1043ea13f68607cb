import { arrivalsMarkup } from './arrivals-picture';
import { baselinePicture, PLAN_FOOTER, PlanReport, planReport, PlanReportOptions } from './plan-report';
import { GpuPlanResult, GpuPlanStatus } from '../../planning';
import { hideSecrets } from '../../secrets';
import { fleetMarkup, fleetPicture } from '../board/fleet-picture';
import { figureMarkup, htmlPage, Section } from '../page/html-page';
import { markup } from '../page/markup';
import { svgFile } from '../page/picture';
import { tableMarkup } from '../page/table';
import { inDigits } from '../plots/scale';

/** Rows of a table, after which they are counted. */
const MOST_ROWS = 500;

/**
 * A plan as a page that stands alone: the boards to scale with what stands on them, the plan against its baselines and
 * its bound, where every workload goes, and what arrivals make of it.
 * @param plan what the planner found, a plan or the reason why there is none
 * @param options heading, and arrivals
 */
export function planPage(plan: GpuPlanResult, options: PlanReportOptions = {}): string {
  const report = planReport(plan, options);
  const isPlan = plan.status !== GpuPlanStatus.INFEASIBLE;
  return htmlPage({
    title: report.title,
    lead: report.lead,
    figures: report.figures,
    sections: [
      ...plan.reasons.length === 0 ? [] : [listOf('reasons', 'Why there is no plan', plan.reasons)],
      ...isPlan ? [{ id: 'boards', title: 'Boards', body: fleetMarkup(report.pools) }] : [],
      ...isPlan ? [baselinesSection(plan)] : [],
      ...plan.assignments.length === 0 ? [] : [workloadsSection(plan, report)],
      ...plan.drains.length === 0 ? [] : [drainsSection(plan)],
      ...(options.arrivals ?? []).length === 0
        ? []
        : [{ id: 'arrivals', title: 'Arrivals', body: arrivalsMarkup(options.arrivals!) }],
      ...plan.notes.length === 0 ? [] : [listOf('notes', 'What to know', plan.notes)],
    ],
    footer: `${PLAN_FOOTER} Made by cdk8s-gpu.`,
  });
}

/**
 * The boards of a plan as one picture in a file of its own.
 * @param plan what the planner found
 * @param options heading
 */
export function planSvg(plan: GpuPlanResult, options: PlanReportOptions = {}): string {
  const { title, lead, pools } = planReport(plan, options);
  return svgFile(fleetPicture(pools, 'boards', `${title}: ${lead}`));
}

function listOf(id: string, title: string, sentences: readonly string[]): Section {
  return { id, title, body: markup`<ul>${sentences.map(each => markup`<li>${hideSecrets(each)}</li>`)}</ul>\n` };
}

function baselinesSection(plan: GpuPlanResult): Section {
  const caption = 'The same workloads placed as people do today. The dashed line is the bound: no plan costs less.';
  return { id: 'against', title: 'Against what people do today', body: figureMarkup(baselinePicture(plan), caption) };
}

function workloadsSection({ assignments }: GpuPlanResult, { tenants }: PlanReport): Section {
  const shown = assignments.slice(0, MOST_ROWS);
  const rows = shown.map(({ workload, gpu, kind, profile, replicas }) => {
    const { key, fill, name } = tenants.of(workload);
    return [
      markup`<span class="key fill${fill}">${key}</span> ${name}`,
      inDigits(replicas, 0),
      profile,
      kind,
      String(gpu),
    ];
  });
  const more = assignments.length > MOST_ROWS
    ? markup`<p class="quiet">and ${assignments.length - MOST_ROWS} more</p>\n`
    : undefined;
  const table = {
    caption: 'Where the replicas of each workload go',
    head: ['workload', 'replicas', 'slice', 'kind', 'board'],
    rows,
    numbers: [1],
  };
  return { id: 'workloads', title: 'Workloads', body: markup`${tableMarkup(table)}${more}` };
}

function drainsSection({ drains }: GpuPlanResult): Section {
  const rows = drains.map(({ node, from, to, waiting }, index) => [
    String(index + 1), hideSecrets(node), from.map(String).join('; '), to.map(String).join('; '), inDigits(waiting, 0),
  ]);
  const caption = 'Nodes to drain and cut anew, in this order';
  const head = ['order', 'node', 'cut as', 'becomes', 'replicas without a slice meanwhile'];
  return { id: 'drains', title: 'Changes to nodes', body: tableMarkup({ caption, head, rows, numbers: [4] }) };
}
