import { answerOf, loadInWords, scopeOf } from './answers';
import { faultTable, loadTable, placementTable, TextTable, winnerTable } from './benchmark-tables';
import { BenchmarkResults } from '../../benchmark';
import { visible } from '../../text';

/** A report for a pull request or a wiki. */
export function benchmarkMarkdown(results: BenchmarkResults): string {
  const parts = [
    '# Benchmark',
    escaped(scopeOf(results)),
    section('Which, for this load?', results.loads.map(answerOf)),
    ...results.loads.map(load =>
      [
        `## ${escaped(loadInWords(load))}`,
        table(loadTable(load)),
        ...load.winners.length === 0 ? [] : [table(winnerTable(load))],
      ].join('\n\n')),
    ...results.faults.length === 0 ? [] : [`## Faults\n\n${table(faultTable(results))}`],
    ...results.placements.length === 0 ? [] : [`## Where the pods ran\n\n${table(placementTable(results))}`],
    section('What is missing or left out', results.problems),
    section('What else the data could mean', results.doubts),
  ];
  return parts.filter(part => part !== '').join('\n\n');
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `## ${title}\n\n${lines.map(line => `- ${escaped(line)}`).join('\n')}`;
}

function table({ head, rows }: TextTable): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell => escaped(cell)).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

/** Text of files that anybody may have written must stay text: no markup, no link, no picture, no new column. */
function escaped(text: string): string {
  return visible(text).replace(/[\\`*_[\]<>|#!&]/g, '\\$&').replace(/:\/\//g, ':\u200b//');
}
