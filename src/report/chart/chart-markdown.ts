import {
  CHART_FOOTER, chartReport, ChartReportInput, placeOfFinding, SEVERITY_WORDS, verdictWords, waitingWords,
} from './chart-report';
import { counted } from '../../text';
import { boardText } from '../board/board-text';
import { gib, memoryWords } from '../board/board-view';
import { blockMd, codeMd, plainMd, tableMd } from '../page/markdown';
import { inDigits } from '../plots/scale';

/** Rows and boards that a comment on a pull request has room for; GitHub takes 65,536 characters. */
const MOST_ROWS = 50;
const MOST_BOARDS = 20;

/** A chart as Markdown, for a pull request: the same answers as the page, with the boards in letters. */
export function chartMarkdown(input: ChartReportInput): string {
  const { title, lead, figures, fleet: { pools, tenants, unseated }, open, accepted } = chartReport(input);
  const boards = pools.flatMap(pool => pool.boards.map(board => ({ pool, board })));
  const drawn = boards.slice(0, MOST_BOARDS).flatMap(({ pool, board }, index, all) => [
    ...index === 0 || all[index - 1].pool !== pool ? [...index === 0 ? [] : [''], pool.title] : [], ...boardText(board),
  ]);
  const workloads = tenants.slice(0, MOST_ROWS).map(tenant => [
    tenant.key, codeMd(tenant.name), tenant.kind, inDigits(tenant.seated, 0), codeMd(tenant.pools.join(', ')),
    tenant.worstMib === undefined ? memoryWords(tenant, undefined) : gib(tenant.worstMib), verdictWords(tenant),
  ]);
  const waiting = unseated.slice(0, MOST_ROWS)
    .map(({ name, pods, ...why }) => [codeMd(name), inDigits(pods, 0), waitingWords(why)]);
  const findings = open.slice(0, MOST_ROWS).map(finding => [
    SEVERITY_WORDS[finding.severity], finding.rule, plainMd(finding.message), plainMd(finding.fix),
    codeMd(placeOfFinding(finding)),
  ]);
  return [
    `## ${plainMd(title)}`, plainMd(lead),
    tableMd(figures.map(({ label }) =>
      label), [figures.map(({ value, note }) => [value, note].filter(Boolean).join('; '))]),
    ...drawn.length === 0 ? [] : ['### Boards', blockMd(drawn)],
    ...more(boards.length, MOST_BOARDS, 'more kind', ' of board'),
    ...workloads.length === 0
      ? []
      : [
        '### Workloads',
        tableMd(['', 'workload', 'kind', 'slices', 'pool', 'needs at most', 'memory'], workloads, [3, 5]),
      ],
    ...more(tenants.length, MOST_ROWS, 'more workload'),
    ...waiting.length === 0 ? [] : ['### Pods without a place', tableMd(['workload', 'pods', 'why'], waiting, [1])],
    ...more(unseated.length, MOST_ROWS, 'more workload'),
    '### Findings',
    findings.length === 0
      ? 'The rules found nothing.'
      : tableMd(['severity', 'rule', 'what is wrong', 'way out', 'where'], findings),
    ...more(open.length, MOST_ROWS, 'more finding'),
    ...accepted.length === 0 ? [] : [`${counted(accepted.length, 'finding')} accepted.`],
    `<sub>${CHART_FOOTER}</sub>`,
  ].join('\n\n') + '\n';
}

function more(count: number, most: number, what: string, after = ''): string[] {
  return count <= most ? [] : [`and ${counted(count - most, what)}${after}`];
}
