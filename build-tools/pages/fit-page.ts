import * as fs from 'fs';
import * as path from 'path';
import { GpuFit, GpuMemory, ModelFootprint } from '../../src/fit';
import { compareVersions, readVersion } from '../../src/fit/engines/engine-version';
import { Gpu } from '../../src/hardware';
import { LlmArchitecture } from '../../src/models';
import { calibrate } from '../../test/fit/corpus/calibrate';
import { PEERS } from '../../test/fit/corpus/peers';
import { architectureOf, judge, poolOf, Run, RUNS, spread } from '../../test/fit/corpus/runs';

const PAGE = path.join(__dirname, '..', '..', 'docs', 'fit.md');

/** docs/fit.md: written by hand but for its tables, which the code and the corpus of logged runs give. */
export function fitPage(): string {
  return withGeneratedParts(fs.readFileSync(PAGE, 'utf8'));
}

/** Parts that are computed, by the name of their place in the page. */
function generatedParts(): Record<string, string> {
  return { 'worked example': workedExample(), 'accuracy': accuracy(), 'peers': peers() };
}

/** The page with its computed parts as they are now. */
function withGeneratedParts(page: string): string {
  return Object.entries(generatedParts()).reduce((text, [name, part]) => {
    const [begin, end] = [`<!-- generated: ${name} -->`, `<!-- end: ${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from === -1 || to < from) { throw new Error(`the page has no place for "${name}": ${begin} … ${end}`); }
    return `${text.slice(0, from + begin.length)}\n\n${part}\n\n${text.slice(to)}`;
  }, page);
}

function table(head: string[], rows: (string | number)[][]): string {
  return [head, head.map(() => '---'), ...rows].map(row => `| ${row.join(' | ')} |`).join('\n');
}

function workedExample(): string {
  const footprint = ModelFootprint.ofLlm(
    LlmArchitecture.of('meta-llama/Llama-3.1-8B-Instruct'),
    { contextLength: 32768 },
  );
  const report = GpuFit.check(footprint, GpuMemory.migSlice(Gpu.A100_SXM4_80GB, '3g.40gb'));
  const rows = report.components.map(({ name, bestMib, expectedMib, worstMib, source }) =>
    [name, bestMib, expectedMib, worstMib, source]);
  const together = ['**together**', report.neededBestMib!, report.neededExpectedMib!, report.neededWorstMib!, ''];
  const settings = Object.entries(report.engineSettings).map(([name, value]) => `\`${name} ${value}\``).join(', ');
  return `${table(['part', 'MiB at least', 'expected', 'at most', 'from'], [...rows, together])}\n\nVerdict: `
    + `\`${report.verdict}\`, with ${settings}. The pool holds ${report.maxConcurrency} such requests at once for `
    + 'sure.';
}

interface Error { readonly run: Run; readonly error: number; readonly blind: number }

function errors(): Error[] {
  return RUNS.filter(run => run.kvPoolGib !== null && architectureOf(run) !== undefined).map(run => ({
    run,
    error: poolOf(run)!.expected - run.kvPoolGib!,
    blind: poolOf(run, calibrate(run.report))!.expected - run.kvPoolGib!,
  }));
}

const RANGES: [string, string, string][] = [
  ['0.8 to 0.16', '0.8', '0.17'], ['0.17 to 0.20', '0.17', '0.21'], ['0.21 to 0.27', '0.21', '0.28'],
  ['0.28 and later', '0.28', '99.0'],
];

function accuracy(): string {
  const all = errors();
  const order = (a: string, b: string) => compareVersions(readVersion(a)!, readVersion(b)!);
  const within = ([, from, to]: [string, string, string]) =>
    all.filter(({ run: { engineVersion: own } }) => order(own, from) >= 0 && order(own, to) < 0);
  const row = (name: string, list: Error[]) => {
    const [own, blind] = [spread(list.map(({ error }) => error)), spread(list.map(each => each.blind))];
    return [
      name,
      own.count,
      ...[own, blind].map(each => [each.median, each.most, each.worst].map(value => value.toFixed(2)).join(' / ')),
    ];
  };
  const outcomes = RUNS.flatMap(run => {
    const report = judge(run);
    return report === undefined ? [] : [{ run, report }];
  });
  const counted = (outcome: string) => outcomes.filter(({ run }) => run.outcome === outcome);
  const verdicts = ['ran', 'died'].map(outcome => [outcome, ...['fits', 'uncertain', 'does-not-fit'].map(verdict =>
    counted(outcome).filter(({ report }) => String(report.verdict) === verdict).length)]);
  return `${table([
    'vLLM', 'runs', 'error of the pool in GiB: median / 90 % / worst', 'of reports that no figure was fitted to',
  ],
  [
    ...RANGES.map(range => row(range[0], within(range))),
    row('all', all),
  ])}\n\n${table(['what happened', '`fits`', '`uncertain`', '`does-not-fit`'], verdicts)}`;
}

function peers(): string {
  const all = errors().map(({ run }) => run);
  const weights = (run: Run) =>
    run.weightsGib ?? judge(run)!.components.find(({ name }) => name === 'weights')!.expectedMib / 1024;
  const row = (name: string, source: string, list: number[]) => {
    const { median, most, worst } = spread(list);
    return [name, ...[median, most, worst].map(value => value.toFixed(2)), source];
  };
  const own = row('this library', 'the table above', all.map(run => poolOf(run)!.expected - run.kvPoolGib!));
  const theirs = PEERS.map(({ name, source, poolGib }) =>
    row(name, source, all.map(run => poolGib(run, architectureOf(run)!, weights(run)) - run.kvPoolGib!)));
  return table(['formula', 'median', '90 %', 'worst', 'where it stands'], [
    own,
    ...theirs.sort((a, b) => Number(a[1]) - Number(b[1])),
  ]);
}
