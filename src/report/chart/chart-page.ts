import {
  CHART_FOOTER, ChartReport, chartReport, ChartReportInput, placeOfFinding, SEVERITY_WORDS, verdictWords, waitingWords,
} from './chart-report';
import { Finding } from '../../rules';
import { gib, memoryWords } from '../board/board-view';
import { fleetMarkup, fleetPicture } from '../board/fleet-picture';
import { folded, htmlPage, Section } from '../page/html-page';
import { Markup, markup } from '../page/markup';
import { svgFile } from '../page/picture';
import { tableMarkup } from '../page/table';
import { inDigits } from '../plots/scale';

/** Rows of a table, after which they are counted. */
const MOST_ROWS = 500;

/** A chart as a page that stands alone: its boards to scale, its workloads, and what the rules found. */
export function chartPage(input: ChartReportInput): string {
  const report = chartReport(input);
  return htmlPage({
    title: report.title,
    lead: report.lead,
    figures: report.figures,
    sections: [boardsOf(report), workloadsOf(report), ...waitingOf(report), findingsOf(report)],
    footer: `${CHART_FOOTER} Made by cdk8s-gpu.`,
  });
}

/** The boards of a chart as one picture in a file of its own. */
export function chartSvg(input: ChartReportInput): string {
  const { title, fleet } = chartReport(input);
  return svgFile(fleetPicture(fleet.pools, 'boards', title));
}

function boardsOf({ fleet }: ChartReport): Section {
  const none = markup`<p>No Node, NodeFeatureRule or label in the manifests tells of nodes with GPUs.</p>\n`;
  const body = fleet.pools.length === 0 ? none : fleetMarkup(fleet.pools);
  return { id: 'boards', title: 'Boards', body };
}

function workloadsOf({ fleet: { tenants } }: ChartReport): Section {
  if (tenants.length === 0) {
    return { id: 'workloads', title: 'Workloads', body: markup`<p>No workload has a place on these boards.</p>\n` };
  }
  const rows = tenants.slice(0, MOST_ROWS).map(tenant => [
    markup`${keyMark(tenant)} ${tenant.name}`, tenant.kind, inDigits(tenant.seated, 0), tenant.pools.join(', '),
    tenant.worstMib === undefined ? memoryWords(tenant, undefined) : gib(tenant.worstMib),
    tenant.report === undefined ? '' : gib(tenant.report.availableMib), verdictWords(tenant),
  ]);
  const more = tenants.length > MOST_ROWS
    ? markup`<p class="quiet">and ${tenants.length - MOST_ROWS} more workloads</p>\n`
    : undefined;
  const table = {
    caption: 'Workloads that have a place, by the letter that pictures give them',
    head: ['workload', 'kind', 'slices', 'pool', 'needs at most', 'may take', 'memory'],
    rows,
    numbers: [2, 4, 5],
    ids: tenants.slice(0, MOST_ROWS).map(({ key }) => `workload-${key}`),
  };
  return { id: 'workloads', title: 'Workloads', body: markup`${tableMarkup(table)}${more}` };
}

function keyMark({ key, fill }: { readonly key: string; readonly fill: number }): Markup {
  return markup`<span class="key fill${fill}">${key}</span>`;
}

function waitingOf({ fleet: { unseated } }: ChartReport): Section[] {
  if (unseated.length === 0) { return []; }
  const rows = unseated.slice(0, MOST_ROWS)
    .map(({ name, workload, pods, ...why }) => [name, workload.document.kind, inDigits(pods, 0), waitingWords(why)]);
  const more = unseated.length > MOST_ROWS
    ? markup`<p class="quiet">and ${unseated.length - MOST_ROWS} more</p>\n`
    : undefined;
  const table = {
    caption: 'Pods that the pictures do not show',
    head: ['workload', 'kind', 'pods', 'why'],
    rows,
    numbers: [2],
  };
  return [{ id: 'waiting', title: 'Pods without a place', body: markup`${tableMarkup(table)}${more}` }];
}

function findingsOf({ open, accepted }: ChartReport): Section {
  const none = markup`<p class="good">The rules found nothing.</p>\n`;
  const shown = open.length === 0
    ? none
    : findingsTable('What the rules found; cdk8s-gpu explain and the id of a rule tell why', open);
  const rest = accepted.length === 0 ? undefined
    : folded(
      `${accepted.length} accepted`,
      findingsTable('Findings that somebody accepted, with the reason', accepted),
    );
  return { id: 'findings', title: 'Findings', body: markup`${shown}${rest}` };
}

const TONE: Record<Finding['severity'], string> = { error: 'bad', warning: 'warn', info: 'quiet' };
const WEIGHT: Record<Finding['severity'], number> = { error: 0, warning: 1, info: 2 };

function findingsTable(caption: string, findings: readonly Finding[]): Markup {
  const ordered = [...findings].sort((a, b) => WEIGHT[a.severity] - WEIGHT[b.severity]);
  const rows = ordered.slice(0, MOST_ROWS).map(finding => [
    markup`<span class="${TONE[finding.severity]}">${SEVERITY_WORDS[finding.severity]}</span>`,
    markup`<span class="code id">${finding.rule}</span>`,
    finding.message, finding.acknowledged ?? finding.fix, markup`<span class="code">${placeOfFinding(finding)}</span>`,
  ]);
  const more = ordered.length > MOST_ROWS
    ? markup`<p class="quiet">and ${ordered.length - MOST_ROWS} more</p>\n`
    : undefined;
  const isAccepted = findings.every(({ acknowledged }) => acknowledged !== undefined);
  return markup`${tableMarkup({
    caption,
    head: ['severity', 'rule', 'what is wrong', isAccepted ? 'why it is accepted' : 'way out', 'where'],
    rows,
  })}${more}`;
}
