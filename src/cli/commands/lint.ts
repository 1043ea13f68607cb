import type { Argv, CommandModule } from 'yargs';
import { githubReport, jsonReport, LintResult, sarifReport, textReport } from '../../report';
import { Finding, runRules, Severity } from '../../rules';
import { readCluster, ReadTally } from '../input/read-cluster';
import { ReleaseArguments, withReleases } from '../input/release-options';
import { Progress } from '../shell/progress';
import { Terminal } from '../shell/terminal';

interface LintArguments extends ReleaseArguments {
  path?: string[];
  format?: string;
  minSeverity?: string;
  separate?: boolean;
}

const SEVERITIES: Severity[] = ['info', 'warning', 'error'];

/** `cdk8s-gpu lint PATH…`: exit code 0 without errors, 1 with some, 2 when something could not be read. */
export function lintCommand(terminal: Terminal): CommandModule<object, LintArguments> {
  return {
    command: 'lint <path..>',
    describe: 'Check manifests: files, folders, or - for standard input',
    builder: (yargs: Argv) => withReleases(yargs
      .positional('path', { type: 'string', describe: 'files and folders of YAML or JSON, - for standard input' })
      .option('format', { choices: ['text', 'json', 'sarif', 'github'], default: 'text', describe: 'for people, scripts, code scanning, or annotations of GitHub Actions' })
      .option('separate', { type: 'boolean', default: false, describe: 'every PATH is a cluster of its own; without it all are one cluster' })
      .option('min-severity', { choices: SEVERITIES, default: 'info', describe: 'leave out what is less' }))
      .example('$0 lint manifests/', 'all manifests of a folder')
      .example('helm template . | $0 lint -', 'what Helm renders')
      .example('$0 lint --separate clusters/east clusters/west', 'two clusters in one run')
      .example('$0 lint --format sarif manifests/ > gpu.sarif', 'for code scanning')
      .example('kubectl get nodes,pods,configmaps,clusterpolicies -A -o yaml | $0 lint -', 'what runs in a cluster')
      .epilogue('Exit code: 0 no error, 1 some, 2 something could not be read or wrong usage. cdk8s-gpu explain RULE tells more of a finding.') as Argv<LintArguments>,
    handler: args => {
      const { gpuOperator, nimOperator, kubernetes, draDriver } = args;
      const tally: ReadTally = { files: 0, documents: 0, problems: [] };
      const findings: Finding[] = [];
      const progress = new Progress(terminal);
      for (const paths of args.separate ? args.path!.map(each => [each]) : [args.path!]) {
        findings.push(...runRules(readCluster(paths, { gpuOperator, nimOperator, kubernetes, draDriver }, tally, terminal, progress)));
      }
      progress.end();
      const least = SEVERITIES.indexOf(args.minSeverity as Severity);
      const reported = { findings: findings.filter(finding => SEVERITIES.indexOf(finding.severity) >= least), ...tally };
      const { problems } = tally;
      terminal.out(FORMATS[args.format!](reported, terminal));
      if (args.format !== 'text') { problems.forEach(({ file, line, message }) => terminal.err(`cdk8s-gpu: ${file}:${line}: ${message}`)); }
      terminal.exitCode = problems.length > 0 || findings.some(each => each.isFailure) ? 2 : Number(findings.some(each => each.severity === 'error' && each.acknowledged === undefined));
    },
  };
}

const FORMATS: Record<string, (result: LintResult, terminal: Terminal) => string> = {
  text: textReport, json: jsonReport, sarif: sarifReport, github: githubReport,
};
