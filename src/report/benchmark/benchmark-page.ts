import { answerOf, decidingOf, loadInWords, scopeOf } from './answers';
import { faultTable, loadTable, placementTable, TextTable, winnerTable } from './benchmark-tables';
import { BenchmarkResults, LoadResult, Metric, METRICS, TargetsLine } from '../../benchmark';
import { figureMarkup, htmlPage, Section } from '../page/html-page';
import { Markup, markup } from '../page/markup';
import { Picture } from '../page/picture';
import { tableMarkup } from '../page/table';
import { intervalPlot } from '../plots/interval-plot';
import { linePlot } from '../plots/line-plot';

/** Figures that are drawn for each load, where arms have them with intervals, and the target that some of them have. */
const DRAWN: readonly (readonly [id: string, target?: keyof TargetsLine])[] = [
  ['goodputPerGpu'], ['goodput'], ['throughputPerGpu'],
  ['firstAudioP50', 'firstAudioMs'], ['firstAudioP95', 'firstAudioMs'], ['asrFinalP95', 'asrFinalMs'],
  ['firstTokenP95', 'firstTokenMs'], ['firstPieceP95', 'firstPieceMs'],
];

/** A report as a page that stands alone: the answers, then arms side by side, then what speaks against them. */
export function benchmarkPage(results: BenchmarkResults): string {
  const { loads, problems, doubts, runs } = results;
  const answers = loads.map(answerOf);
  const winners = new Set(loads.map(load => decidingOf(load)?.arm));
  const [only] = winners;
  return htmlPage({
    title: 'Benchmark of sharing strategies',
    lead: answers.length === 0 ? 'Nothing was measured that could be read.' : answers.join(' '),
    figures: [
      {
        label: 'Best in every load',
        value: winners.size === 1 && only !== undefined ? only : 'none',
        note: 'by the first figure of each load',
      },
      { label: 'Arms', value: String(new Set(loads.flatMap(({ arms }) => arms.map(({ arm }) => arm.name))).size) },
      { label: 'Missing or left out', value: String(problems.length), tone: problems.length === 0 ? 'good' : 'warn' },
    ],
    sections: [
      ...loads.map(load => loadSection(load, results.targets)),
      ...sweepSection(loads),
      ...results.faults.length === 0
        ? []
        : [{
          id: 'faults',
          title: 'Faults',
          body: table('What tenants that did harm did to their neighbours', faultTable(results)),
        }],
      ...results.placements.length === 0
        ? []
        : [{
          id: 'placement',
          title: 'Where the pods ran',
          body: table('Pods and their devices', placementTable(results)),
        }],
      {
        id: 'holes',
        title: 'What is missing or left out',
        body: list(problems, 'Nothing: every repetition that was planned counts.'),
      },
      { id: 'doubts', title: 'What else the data could mean', body: list(doubts, 'Nothing that was looked for.') },
    ],
    footer: `${scopeOf(results)} Read from ${runs.map(({ file }) => file).join(', ') || 'no file'}.`,
  });
}

function loadSection(load: LoadResult, targets: TargetsLine = {}): Section {
  const drawn = DRAWN.filter(([id]) => id !== 'throughputPerGpu' || !isAllGood(load)).flatMap(([id, target]) => {
    const metric = METRICS.find(each => each.id === id)!;
    const picture = plotOf(load, metric, target === undefined ? undefined : targets[target]);
    return picture === undefined ? [] : [markup`<h3>${metric.title}</h3>
${figureMarkup(picture, `${betterOf(metric)} is better.${notDrawn(load, metric)}`)}`];
  });
  const { load: { name }, winners } = load;
  const best = winners.length === 0 ? markup`` : table(`Who is best under ${name}`, winnerTable(load));
  return {
    id: `load-${name}`,
    title: loadInWords(load),
    body: markup`<p>${answerOf(load)}</p>
${drawn}${table(`All figures of ${name}`, loadTable(load))}${best}`,
  };
}

/** Whether every turn of every arm was good, so that throughput is goodput once more. */
function isAllGood({ arms }: LoadResult): boolean {
  const mean = (metrics: LoadResult['arms'][number]['metrics'], id: string) => metrics.get(id)?.confidence.mean;
  return arms.every(({ metrics }) => mean(metrics, 'goodputPerGpu') === mean(metrics, 'throughputPerGpu'));
}

function betterOf({ better }: Metric): string {
  return better === 'more' ? 'More' : 'Less';
}

/** Arms that a plot lacks, so that nobody takes it for the whole. */
function notDrawn({ arms }: LoadResult, { id }: Metric): string {
  const names = arms.filter(({ metrics }) => metrics.get(id)?.confidence.low === undefined).map(({ arm }) => arm.name);
  return names.length === 0 ? '' : ` Not drawn, since too few of their repetitions count: ${names.join(', ')}.`;
}

/** Arms under each other with their intervals; without intervals there is nothing to see. */
function plotOf({ load, arms }: LoadResult, metric: Metric, target: number | undefined): Picture | undefined {
  const { id } = metric;
  const intervals = arms.flatMap(({ arm, metrics }) => {
    const { mean, low, high, count } = metrics.get(id)?.confidence ?? {};
    return mean === undefined || low === undefined || high === undefined
      ? []
      : [{ label: arm.name, low, value: mean, high, note: `${count} repetitions` }];
  });
  if (intervals.length === 0) { return undefined; }
  return intervalPlot({
    id: `plot-${load.name}-${id}`,
    title: `${metric.title}, ${load.name}`,
    description: `${betterOf(metric)} is better. ${intervals.map(each =>
      `${each.label}: ${each.value.toFixed(metric.decimals)} (${each.low.toFixed(metric.decimals)} to `
        + `${each.high.toFixed(metric.decimals)})`).join('; ')}.`,
    unit: metric.unit,
    intervals,
    mark: target === undefined ? undefined : { label: 'target', value: target },
    decimals: metric.decimals,
  });
}

/** Sweeps of one stage alone: the rate by the number of streams, a line an arm. */
function sweepSection(loads: readonly LoadResult[]): Section[] {
  const stages = [...new Set(loads.filter(({ load }) => load.stage !== 'voice').map(({ load }) => load.stage))];
  const plots = stages.flatMap(stage => {
    const own = loads.filter(({ load }) => load.stage === stage && load.users !== undefined)
      .sort((a, b) => a.load.users! - b.load.users!);
    const names = [...new Set(own.flatMap(({ arms }) => arms.map(({ arm }) => arm.name)))];
    const series = names.map(name => ({
      label: name,
      points: own.flatMap(({ load, arms }): [number, number][] => {
        const rate = arms.find(({ arm }) => arm.name === name)?.metrics.get('throughput')?.confidence.mean;
        return rate === undefined ? [] : [[load.users!, rate]];
      }),
    })).filter(({ points }) => points.length > 1);
    if (series.length === 0) { return []; }
    return [linePlot({
      id: `sweep-${stage}`,
      title: `${stage} alone: turns a second by streams`,
      description: 'Where a line stops rising, more streams only wait longer.',
      xLabel: 'streams at once',
      yLabel: 'turns/s',
      panels: [{ title: stage, series }],
    })];
  });
  return plots.length === 0
    ? []
    : [{
      id: 'sweeps',
      title: 'Each stage alone',
      body: Markup.join(plots.map(plot => figureMarkup(plot, plot.title))),
    }];
}

function table(caption: string, { head, rows }: TextTable): Markup {
  return tableMarkup({ caption, head, rows });
}

function list(lines: readonly string[], none: string): Markup {
  return lines.length === 0 ? markup`<p>${none}</p>` : markup`<ul>${lines.map(line => markup`<li>${line}</li>
`)}</ul>`;
}
