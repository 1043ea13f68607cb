import { STANDARD_INPUT } from './manifest-files';
import { readFile, wholeText } from './read-file';
import { readBenchmark } from '../../benchmark';
import { BenchmarkReport } from '../../planning';
import { benchmarkJson } from '../../report';
import { whyUnread } from '../shell/file-errors';
import { Terminal, UsageError } from '../shell/terminal';

/** Results have a line a request: half a million of them. */
const MOST_CHARACTERS = 256 * 1024 * 1024;

/** What a report has and results have not, whichever way a program wrote its JSON anew. */
const OF_REPORT = /"schema"\s*:\s*"cdk8s-gpu\.benchmark-report\//;

/**
 * What a benchmark measured, from its report as JSON or from the results as the benchmark wrote them.
 * @param files one report, or results of any number of runs; `-` is standard input
 * @throws UsageError when a file cannot be read; Error when it holds neither
 */
export function benchmarkReport(files: readonly string[], terminal: Terminal): BenchmarkReport {
  const read = files.map(name => ({
    name: name === STANDARD_INPUT ? 'standard input' : name,
    text: resultsText(name, terminal),
  }));
  const reports = read.filter(({ text }) => OF_REPORT.test(text));
  if (reports.length > 0) {
    if (files.length > 1) {
      throw new UsageError(`${reports[0].name} is a report, which stands for all its runs: give it `
        + 'alone, or the results of all');
    }
    return BenchmarkReport.of(reports[0].text);
  }
  const results = readBenchmark(read);
  const counts = results.loads.some(({ arms }) => arms.some(({ counted }) => counted.length > 0));
  if (!counts) {
    throw new UsageError(`${read.map(({ name }) => name).join(', ')}: nothing counts; `
      + `${results.problems[0] ?? 'cdk8s-gpu bench report says why'}`);
  }
  return BenchmarkReport.of(benchmarkJson(results));
}

/**
 * The text of a file of results.
 * @throws UsageError when it cannot be read
 */
export function resultsText(name: string, terminal: Terminal): string {
  try {
    return wholeText(name === STANDARD_INPUT ? terminal.readInput() : readFile(name), MOST_CHARACTERS);
  } catch (error) {
    throw new UsageError(`cannot read ${name}: ${whyUnread(error as NodeJS.ErrnoException)}`);
  }
}
