import type { Argv, CommandModule } from 'yargs';
import { runLint } from './lint-run';
import { ReadProblem } from '../../cluster';
import { Versions } from '../../releases';
import { fingerprintsOf, githubReport, jsonReport, LintResult, sarifReport, textReport } from '../../report';
import { asStrictApply, Finding, Severity } from '../../rules';
import { messageInShort } from '../../text';
import { mustBeRegular, readBaseline, writeBaseline } from '../input/baseline';
import { lintConfig, withSettings } from '../input/lint-config';
import { ReleaseArguments, withReleases } from '../input/release-options';
import { Terminal, UsageError } from '../shell/terminal';

interface LintArguments extends ReleaseArguments {
  path?: string[];
  format?: string;
  minSeverity?: string;
  separate?: boolean;
  together?: boolean;
  strict?: boolean;
  strictReading?: boolean;
  config?: string;
  render?: boolean;
  fetch?: boolean;
  baseline?: string;
  updateBaseline?: boolean;
}

const SEVERITIES: Severity[] = ['info', 'warning', 'error'];

/** What cannot be read, said one by one beside a report that is for a program. */
const MOST_PROBLEMS = 100;

/** `cdk8s-gpu lint PATH…`: exit code 0 without errors, 1 with some, 2 when something could not be read. */
export function lintCommand(terminal: Terminal): CommandModule<object, LintArguments> {
  return {
    command: 'lint <path..>',
    describe: 'Check manifests: files, folders, or - for standard input',
    builder: (yargs: Argv) => withReleases(yargs
      .positional('path', { type: 'string', describe: 'files and folders of YAML or JSON, - for standard input' })
      .option('format', {
        choices: ['text', 'json', 'sarif', 'github'],
        default: 'text',
        describe: 'for people, scripts, code scanning, or annotations of GitHub Actions',
      })
      .option('separate', {
        type: 'boolean',
        describe: 'take every PATH for a cluster of its own, with all in it (default: as Kustomizations, '
          + 'charts and Applications say)',
      })
      .option('together', { type: 'boolean', describe: 'take all files of all PATHs for one cluster' })
      .conflicts('separate', 'together')
      .option('render', {
        type: 'boolean',
        describe: 'run your own kubectl kustomize (or kustomize build) on folders with a Kustomization and '
          + 'helm template on charts, and check what they print',
      })
      .option('fetch', {
        type: 'boolean',
        describe: 'with --render: let Kustomizations fetch remote bases and files from the net',
      })
      .option('config', {
        type: 'string',
        describe: 'config file (default: .cdk8s-gpu.yaml, else the key cdk8s-gpu of package.json)',
      })
      .option('baseline', {
        type: 'string',
        describe: 'report nothing that this file has: a baseline, or SARIF that lint wrote',
      })
      .option('update-baseline', {
        type: 'boolean',
        describe: 'write what is found now to the file that --baseline names',
      })
      .option('strict', {
        type: 'boolean',
        describe: 'report what a strict apply refuses, in objects without GPUs too: unknown and '
          + 'missing fields, names, metadata',
      })
      .option('strict-reading', {
        type: 'boolean',
        describe: 'take a template that is no YAML for an error, with exit code 2',
      })
      .option('min-severity', {
        choices: SEVERITIES,
        default: 'info',
        describe: 'report findings of this severity or higher',
      }))
      .example('$0 lint manifests/', 'all manifests of a folder')
      .example('helm template . | $0 lint -', 'what Helm renders')
      .example('$0 lint --render deploy/', 'what Kustomizations and charts of a folder render to')
      .example('$0 lint --separate clusters/east clusters/west', 'two clusters in one run')
      .example('$0 lint --format sarif manifests/ > gpu.sarif', 'for code scanning')
      .example('kubectl get nodes,pods,configmaps,clusterpolicies -A -o yaml | $0 lint -', 'what runs in a cluster')
      .epilogue('Text shows at most 50 different findings of a rule in a file and 500 in all and counts the rest, github '
        + '10 of each severity, sarif 25,000; json has all. Exit code: 0 no error, 1 some, 2 something could not be read or wrong usage. cdk8s-gpu explain RULE '
        + 'tells more of a finding.') as Argv<LintArguments>,
    handler: args => {
      if (args.fetch === true && args.render !== true) {
        throw new UsageError('--fetch says what --render may do; give both');
      }
      const config = lintConfig(args.config);
      const { gpuOperator, nimOperator, kubernetes, draDriver } = { ...config.releases, ...given(args) };
      const separate = args.separate ?? (args.together === true ? false : config.separate ?? false);
      const run = runLint(args.path!, terminal, {
        versions: { gpuOperator, nimOperator, kubernetes, draDriver },
        separate,
        together: args.together ?? config.together ?? false,
        strict: args.strict ?? false,
        strictReading: args.strictReading ?? config.strictReading ?? false,
        config,
        render: args.render ?? false,
        mayFetch: args.fetch ?? false,
      });
      const all = withSettings(args.strict === true ? run.findings.map(asStrictApply) : run.findings, config);
      const baseline = args.baseline ?? config.baseline;
      if (args.baseline === undefined && baseline !== undefined) { mustBeRegular(baseline); }
      if (args.updateBaseline) { writeBaseline(baselineNamed(baseline), all); }
      const {
        findings,
        inBaseline,
      } = baseline === undefined ? { findings: all, inBaseline: 0 } : withoutKnown(all, readBaseline(baseline));
      const least = SEVERITIES.indexOf(args.minSeverity as Severity);
      const shownOnes = findings.filter(finding => SEVERITIES.indexOf(finding.severity) >= least);
      const reported = { ...run, findings: shownOnes, ...baseline !== undefined && { inBaseline } };
      terminal.out(FORMATS[args.format!](reported, terminal));
      if (args.format !== 'text') {
        const said = args.format === 'json' ? run.problems : run.problems.slice(0, MOST_PROBLEMS);
        said.forEach(each => terminal.err(`cdk8s-gpu: ${inOneLine(each)}`));
        const more = run.problems.length - said.length;
        if (more > 0) { terminal.err(`cdk8s-gpu: and ${more} more that cannot be read; --format json says each`); }
        run.notes.forEach(each => terminal.err(`cdk8s-gpu: note: ${inOneLine(each)}`));
      }
      const isError = ({ severity, acknowledged }: Finding) => severity === 'error' && acknowledged === undefined;
      terminal.exitCode = run.problems.length > 0 || findings.some(each => each.isFailure)
        ? 2
        : Number(findings.some(isError));
    },
  };
}

function inOneLine({ file, line, message }: ReadProblem): string {
  return messageInShort(`${file}:${line}: ${message}`);
}

/** Releases that options name. */
function given({ gpuOperator, nimOperator, kubernetes, draDriver }: LintArguments): Versions {
  return Object.fromEntries(Object.entries({ gpuOperator, nimOperator, kubernetes, draDriver })
    .filter(([, release]) => release !== undefined));
}

function baselineNamed(file: string | undefined): string {
  if (file === undefined) { throw new UsageError('--update-baseline writes the file that --baseline names; name it'); }
  return file;
}

/** The findings that a baseline does not have; what was accepted is shown as before. */
function withoutKnown(
  findings: readonly Finding[],
  known: ReadonlySet<string>,
): { findings: Finding[]; inBaseline: number } {
  const fingerprints = fingerprintsOf(findings);
  const left = findings.filter(finding => finding.isFailure === true || !known.has(fingerprints.get(finding)!));
  return { findings: left, inBaseline: findings.length - left.length };
}

const FORMATS: Record<string, (result: LintResult, terminal: Terminal) => string> = {
  text: textReport, json: jsonReport, sarif: sarifReport, github: githubReport,
};
