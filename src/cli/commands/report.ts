import * as path from 'path';
import type { Argv, CommandModule } from 'yargs';
import { chartMarkdown, chartPage, ChartReportInput, chartSvg } from '../../report';
import { runRules } from '../../rules';
import { messageInShort } from '../../text';
import { STANDARD_INPUT } from '../input/manifest-files';
import { readCluster, ReadTally } from '../input/read-cluster';
import { ReleaseArguments, withReleases } from '../input/release-options';
import { writeOut } from '../input/write-out';
import { Progress } from '../shell/progress';
import { Terminal } from '../shell/terminal';

interface ReportArguments extends ReleaseArguments {
  path?: string[];
  format?: string;
  out?: string;
  title?: string;
}

const FORMATS: Record<string, (input: ChartReportInput) => string> = {
  html: chartPage,
  svg: chartSvg,
  md: chartMarkdown,
};

/** `cdk8s-gpu report PATH…`: exit code 0 when everything was read, 2 when something was not, or wrong usage. */
export function reportCommand(terminal: Terminal): CommandModule<object, ReportArguments> {
  return {
    command: 'report <path..>',
    describe: 'Draw the boards of a cluster with their slices, workloads, memory and findings',
    builder: (yargs: Argv) => withReleases(yargs
      .positional('path', { type: 'string', describe: 'files and folders of YAML or JSON, - for standard input' })
      .option('format', {
        choices: Object.keys(FORMATS),
        default: 'html',
        describe: 'a page, a picture alone, or Markdown for a pull request',
      })
      .option('out', { type: 'string', describe: 'file to write (default: standard output)' })
      .option('title', { type: 'string', describe: 'heading (default: the name of the path)' }))
      .example('$0 report dist/ --out report.html', 'a page that opens in any browser, without a network')
      .example('$0 report manifests/ --format svg > boards.svg', 'the boards alone')
      .example('$0 report manifests/ --format md >> "$GITHUB_STEP_SUMMARY"', 'for a summary or a pull request')
      .example('kubectl get nodes,pods,configmaps,clusterpolicies -A -o yaml | $0 report -', 'what runs in a cluster')
      .epilogue('Exit code: 0 all was read, 2 something could not be read or wrong usage. What the rules find is in '
        + 'the report; lint exits by it.') as
      Argv<ReportArguments>,
    handler: ({ path: paths = [], format = 'html', out, title, gpuOperator, nimOperator, kubernetes, draDriver }) => {
      const tally: ReadTally = { files: 0, documents: 0, problems: [] };
      const progress = new Progress(terminal);
      const model = readCluster(paths, { gpuOperator, nimOperator, kubernetes, draDriver }, tally, terminal, progress);
      const report = FORMATS[format]({ title: title ?? titleOf(paths), model, findings: runRules(model) });
      progress.end();
      for (const { file, line, message } of tally.problems) {
        terminal.err(messageInShort(`cdk8s-gpu: ${file}:${line}: ${message}`));
      }
      writeOut(report, out, terminal);
      terminal.exitCode = tally.problems.length > 0 ? 2 : 0;
    },
  };
}

function titleOf(paths: readonly string[]): string {
  if (paths[0] === STANDARD_INPUT) { return 'GPUs of a cluster'; }
  return `GPUs of ${path.basename(path.resolve(paths[0]
    ?? '.'))}${paths.length > 1 ? ` and ${paths.length - 1} more` : ''}`;
}
