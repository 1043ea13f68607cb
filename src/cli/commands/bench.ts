import type { Argv, CommandModule } from 'yargs';
import { BenchmarkResults, readBenchmark } from '../../benchmark';
import { benchmarkJson, benchmarkMarkdown, benchmarkPage, benchmarkText } from '../../report';
import { resultsText } from '../input/benchmark-report';
import { STANDARD_INPUT } from '../input/manifest-files';
import { Terminal } from '../shell/terminal';

interface BenchArguments {
  action?: string;
  results?: string[];
  format?: string;
}

const FORMATS: Readonly<Record<string, (results: BenchmarkResults) => string>> = {
  text: benchmarkText, json: benchmarkJson, html: benchmarkPage, md: benchmarkMarkdown,
};

/** `cdk8s-gpu bench report RESULTS…`: exit code 0 whole, 3 with holes, 1 nothing counts, 2 usage. */
export function benchCommand(terminal: Terminal): CommandModule<object, BenchArguments> {
  return {
    command: 'bench <action> <results..>',
    describe: 'Report what a benchmark measured: arms side by side, a winner only where the data name one',
    builder: (yargs: Argv) => yargs
      .positional('action', { choices: ['report'], describe: 'what to do' })
      .positional('results', {
        type: 'string',
        describe: 'files of JSON lines as the benchmark wrote them, - for standard input',
      })
      .option('format', {
        choices: Object.keys(FORMATS),
        default: 'text',
        describe: 'for a terminal, for scripts, as a page that stands alone, or for a pull request',
      })
      .example('kubectl logs job/voice-benchmark | $0 bench report -', 'what a Job in the cluster measured')
      .example('$0 bench report mig.jsonl time-slicing.jsonl --format md', 'arms that ran one after the other')
      .example('$0 bench report results.jsonl --format html > report.html', 'a page with plots, without network')
      .epilogue('Exit code: 0 all that was planned counts, 3 something is missing or left out, 1 '
        + 'nothing counts, 2 wrong usage.') as Argv<BenchArguments>,
    handler: ({ results: files = [], format = 'text' }) => {
      const results = readBenchmark(files.map(name => ({
        name: name === STANDARD_INPUT ? 'standard input' : name,
        text: resultsText(name, terminal),
      })));
      terminal.out(FORMATS[format](results));
      const counts = results.loads.some(({ arms }) => arms.some(({ counted }) => counted.length > 0));
      terminal.exitCode = !counts ? 1 : results.problems.length > 0 ? 3 : 0;
    },
  };
}
