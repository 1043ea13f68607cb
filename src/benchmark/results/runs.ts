import {
  CellEndLine, CellLine, FaultLine, NumberedLine, PlacementLine, readLine, RESULTS_SCHEMA, RunEndLine, RunLine,
  SelfCheckLine, TurnLine,
} from './result-lines';

/** A file of results as it was given. */
export interface ResultsFile {
  readonly name: string;
  readonly text: string;
}

/** One cell of a run with all that was written of it. */
export interface MeasuredCell {
  readonly run: Run;
  readonly start: CellLine;
  readonly end?: CellEndLine;
  readonly turns: readonly TurnLine[];
  readonly placements: readonly PlacementLine[];
  readonly faults: readonly FaultLine[];
}

/** One run of the load generator. */
export interface Run {
  readonly id: string;
  /** The file that it was read from. */
  readonly file: string;
  readonly declared: RunLine;
  readonly selfCheck?: SelfCheckLine;
  readonly end?: RunEndLine;
  readonly placements: readonly PlacementLine[];
}

/** What was read, and what is missing in it. */
export interface ReadRuns {
  readonly runs: readonly Run[];
  readonly cells: readonly MeasuredCell[];
  /** What is wrong with the files, each a sentence. */
  readonly problems: readonly string[];
}

/**
 * Lines that a results file has between it and the next: what `kubectl logs` adds of other streams begins with a time.
 */
const IS_RESULT = /^\s*\{/;

/** Reads result files. What cannot be read is said and left out; nothing throws. */
export function readRuns(files: readonly ResultsFile[]): ReadRuns {
  const problems: string[] = [];
  const runs: Run[] = [];
  const cells: MeasuredCell[] = [];
  for (const file of files) {
    const lines = linesOf(file, problems);
    for (const [id, own] of lines) {
      const before = runs.find(run => run.id === id);
      if (before !== undefined) {
        problems.push(`${file.name}: run ${id} was read from ${before.file} already and is not counted twice`);
        continue;
      }
      const run = runOf(file, id, own, problems);
      if (run === undefined) { continue; }
      runs.push(run);
      cells.push(...cellsOf(run, own));
    }
  }
  return { runs, cells, problems };
}

function linesOf(file: ResultsFile, problems: string[]): Map<string, NumberedLine[]> {
  const runs = new Map<string, NumberedLine[]>();
  const bad: string[] = [];
  const all = file.text.split('\n');
  all.forEach((text, index) => {
    if (text.trim() === '' || !IS_RESULT.test(text)) { return; }
    const line = readLine(text);
    if (typeof line === 'string') {
      const last = index === all.length - 1;
      bad.push(last ? `line ${index + 1} breaks off: the file is truncated` : `line ${index + 1}: ${line}`);
    } else if (line !== undefined) {
      const own = runs.get(line.run);
      if (own === undefined) { runs.set(line.run, [line]); } else { own.push(line); }
    }
  });
  if (bad.length > 0) {
    problems.push(`${file.name}: ${bad.slice(0, 3)
      .join('; ')}${bad.length > 3 ? `; and ${bad.length - 3} more lines that cannot be read` : ''}`);
  }
  if (runs.size === 0) { problems.push(`${file.name} has no results`); }
  if (runs.size > 1) {
    problems.push(`${file.name} has lines of ${runs.size} runs `
      + `(${[...runs.keys()].join(', ')}); each is read for itself`);
  }
  return runs;
}

function runOf(file: ResultsFile, id: string, lines: NumberedLine[], problems: string[]): Run | undefined {
  const declared = lines.find((line): line is NumberedLine & RunLine => line.type === 'run');
  if (declared === undefined) {
    problems.push(`${file.name}: run ${id} has no first line, so what was measured is not known; it is left out`);
    return undefined;
  }
  if (declared.schema !== RESULTS_SCHEMA) {
    problems.push(`${file.name}: run ${id} is of the form ${declared.schema}, this release reads `
      + `${RESULTS_SCHEMA}; it is left out`);
    return undefined;
  }
  const end = lines.find((line): line is NumberedLine & RunEndLine => line.type === 'run-end');
  if (end === undefined) {
    problems.push(`${file.name}: run ${id} has no end: it was killed, is still running, or the file is truncated`);
  }
  if (end !== undefined && end.outcome !== 'complete') {
    problems.push(`${file.name}: run ${id} was ${end.outcome}: ${end.reason ?? 'no reason given'}`);
  }
  const missing = missingOf(lines, end?.lines);
  if (missing > 0) {
    problems.push(`${file.name}: ${missing} lines of run ${id} are missing; cells that lack some are left out`);
  }
  const selfCheck = lines.find((line): line is NumberedLine & SelfCheckLine => line.type === 'self-check');
  const placements = lines.filter((line): line is NumberedLine & PlacementLine => line.type === 'placement');
  return { id, file: file.name, declared, selfCheck, end, placements };
}

/** Lines that are not there, between the first and the last or, where the end tells, the promised last. */
function missingOf(lines: NumberedLine[], promised: number | undefined): number {
  const numbers = new Set(lines.map(({ line }) => line));
  let last = promised ?? 0;
  for (const number of numbers) { last = Math.max(last, number); }
  return Math.max(0, last - numbers.size);
}

function cellsOf(run: Run, lines: NumberedLine[]): MeasuredCell[] {
  const byCell = new Map<number, {
    turns: TurnLine[];
    placements: PlacementLine[];
    faults: FaultLine[];
    start?: CellLine;
    end?: CellEndLine;
  }>();
  for (const line of lines) {
    if (!('cell' in line) || line.cell === undefined) { continue; }
    const cell = byCell.get(line.cell) ?? { turns: [], placements: [], faults: [] };
    byCell.set(line.cell, cell);
    if (line.type === 'turn') { cell.turns.push(line); }
    if (line.type === 'placement') { cell.placements.push(line); }
    if (line.type === 'fault') { cell.faults.push(line); }
    if (line.type === 'cell') { cell.start = line; }
    if (line.type === 'cell-end') { cell.end = line; }
  }
  return [...byCell.values()].flatMap(({ start, ...rest }) => (start === undefined ? [] : [{ run, start, ...rest }]));
}
