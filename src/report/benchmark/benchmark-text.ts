import { answerOf, loadInWords, scopeOf } from './answers';
import { faultTable, loadTable, placementTable, TextTable, winnerTable } from './benchmark-tables';
import { BenchmarkResults } from '../../benchmark';
import { printed } from '../../text';

/** A report for a terminal: the answers first. */
export function benchmarkText(results: BenchmarkResults): string {
  const parts = [
    scopeOf(results),
    section('Which, for this load?', results.loads.map(answerOf)),
    ...results.loads.map(load =>
      [
        loadInWords(load),
        columns(loadTable(load)),
        ...load.winners.length === 0 ? [] : ['', columns(winnerTable(load))],
      ].join('\n')),
    ...results.faults.length === 0 ? [] : [`Faults\n${columns(faultTable(results))}`],
    ...results.placements.length === 0 ? [] : [`Where the pods ran\n${columns(placementTable(results))}`],
    section('What is missing or left out', results.problems),
    section('What else the data could mean', results.doubts),
  ];
  // names and messages come from files that anybody may have written
  return parts.filter(part => part !== '').join('\n\n').split('\n').map(printed).join('\n');
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${title}\n${lines.map(line => `  - ${line}`).join('\n')}`;
}

function columns({ head, rows }: TextTable): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map(row => row[column].length)));
  return all.map(row =>
    `  ${row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column])))
      .join('  ')}`.trimEnd())
    .join('\n');
}
