import * as fs from 'fs';
import type { Argv, CommandModule } from 'yargs';
import { ClusterModel, generatedConfigMaps, isProblem, ManifestDocument, readManifests, ReadProblem } from '../../cluster';
import { DRA_DRIVER, GPU_OPERATOR, KUBERNETES, NIM_OPERATOR, RELEASE_TABLES } from '../../releases';
import { githubReport, jsonReport, LintResult, sarifReport, textReport } from '../../report';
import { Finding, runRules, Severity } from '../../rules';
import { counted, shown } from '../../text';
import { ManifestFile, manifestFilesOf, reasonOf, STANDARD_INPUT } from '../input/manifest-files';
import { readFile } from '../input/read-file';
import { Progress } from '../shell/progress';
import { Terminal, UsageError } from '../shell/terminal';

interface LintArguments {
  path?: string[];
  format?: string;
  gpuOperator?: string;
  nimOperator?: string;
  kubernetes?: string;
  draDriver?: string;
  minSeverity?: string;
  separate?: boolean;
}

const SEVERITIES: Severity[] = ['info', 'warning', 'error'];

/** `cdk8s-gpu lint PATH…`: exit code 0 without errors, 1 with some, 2 when something could not be read. */
export function lintCommand(terminal: Terminal): CommandModule<object, LintArguments> {
  return {
    command: 'lint <path..>',
    describe: 'Check manifests: files, folders, or - for standard input',
    builder: (yargs: Argv) => yargs
      .positional('path', { type: 'string', describe: 'files and folders of YAML or JSON, - for standard input' })
      .option('format', { choices: ['text', 'json', 'sarif', 'github'], default: 'text', describe: 'for people, scripts, code scanning, or annotations of GitHub Actions' })
      .option('gpu-operator', { type: 'string', describe: `release of the GPU Operator, such as ${GPU_OPERATOR.newest} (default: as the manifests say, else the newest)` })
      .option('nim-operator', { type: 'string', describe: `release of the NIM Operator, such as ${NIM_OPERATOR.newest} (default: as the manifests say, else the newest)` })
      .option('kubernetes', { type: 'string', describe: `version of Kubernetes, such as ${KUBERNETES.milestones.claims.begins} (default: as Node objects say, else unknown)` })
      .option('dra-driver', { type: 'string', describe: `release of the NVIDIA DRA driver, such as ${DRA_DRIVER.newest} (default: unknown)` })
      .option('separate', { type: 'boolean', default: false, describe: 'every PATH is a cluster of its own; without it all are one cluster' })
      .option('min-severity', { choices: SEVERITIES, default: 'info', describe: 'leave out what is less' })
      .string(RELEASES)
      .check(argv => { RELEASES.forEach(name => refuseNoRelease(name, argv[name])); return true; })
      .example('$0 lint manifests/', 'all manifests of a folder')
      .example('helm template . | $0 lint -', 'what Helm renders')
      .example('$0 lint --separate clusters/east clusters/west', 'two clusters in one run')
      .example('$0 lint --format sarif manifests/ > gpu.sarif', 'for code scanning')
      .example('kubectl get nodes,pods,configmaps,clusterpolicies -A -o yaml | $0 lint -', 'what runs in a cluster')
      .epilogue('Exit code: 0 no error, 1 some, 2 something could not be read or wrong usage. cdk8s-gpu explain RULE tells more of a finding.') as Argv<LintArguments>,
    handler: args => {
      const { gpuOperator, nimOperator, kubernetes, draDriver } = args;
      const problems: ReadProblem[] = [];
      const findings: Finding[] = [];
      const read = { files: 0, documents: 0 };
      const progress = new Progress(terminal);
      for (const paths of args.separate ? args.path!.map(each => [each]) : [args.path!]) {
        const model = new ClusterModel({ gpuOperator, nimOperator, kubernetes, draDriver });
        for (const file of manifestFilesOf(paths, problems)) {
          if (isOtherJson(file)) { continue; }
          read.files++;
          for (const each of manifestsOf(file, terminal)) {
            read.documents++;
            if (isProblem(each)) { problems.push(each); } else { model.add(each); }
            progress.tell(() => `${counted(read.files, 'file')}, ${counted(read.documents, 'document')}: ${file.file}`);
          }
        }
        progress.tell(() => `${counted(read.files, 'file')}, ${counted(read.documents, 'document')}: rules`);
        findings.push(...runRules(model));
      }
      progress.end();
      const least = SEVERITIES.indexOf(args.minSeverity as Severity);
      const reported = { findings: findings.filter(finding => SEVERITIES.indexOf(finding.severity) >= least), problems, ...read };
      terminal.out(FORMATS[args.format!](reported, terminal));
      if (args.format !== 'text') { problems.forEach(({ file, line, message }) => terminal.err(`cdk8s-gpu: ${file}:${line}: ${message}`)); }
      terminal.exitCode = problems.length > 0 || findings.some(each => each.isFailure) ? 2 : Number(findings.some(each => each.severity === 'error' && each.acknowledged === undefined));
    },
  };
}

const FORMATS: Record<string, (result: LintResult, terminal: Terminal) => string> = {
  text: textReport, json: jsonReport, sarif: sarifReport, github: githubReport,
};

/** The manifests of a file; that it cannot be read is one more problem. */
function* manifestsOf({ file, named, within }: ManifestFile, terminal: Terminal): Generator<ManifestDocument | ReadProblem> {
  try {
    for (const read of readManifests(file === STANDARD_INPUT ? terminal.readInput() : readFile(file), file)) {
      // in a folder there are lists and settings of other tools
      if (named || !isProblem(read) || read.isOther !== true) { yield read; }
      if (!isProblem(read) && read.kind === 'Kustomization' && file !== STANDARD_INPUT) { yield* generatedConfigMaps(read, each => within.read(each)); }
    }
  } catch (error) {
    yield { file, line: 1, message: reasonOf(error as NodeJS.ErrnoException) };
  }
}

/** Whether a file that nobody named is JSON of another tool, which may have comments or be large: manifests say their apiVersion. */
function isOtherJson({ file, named }: ManifestFile): boolean {
  if (named || !/\.json$/i.test(file)) { return false; }
  try {
    return !fs.readFileSync(file, 'utf8').includes('"apiVersion"');
  } catch {
    return false; // told when it is read
  }
}

/** Options that name a release. */
const RELEASES = ['gpu-operator', 'nim-operator', 'kubernetes', 'dra-driver'] as const;

function refuseNoRelease(product: typeof RELEASES[number], written: unknown): void {
  if (written === undefined) { return; }
  try {
    RELEASE_TABLES[product].of(shown(written));
  } catch (error) {
    throw new UsageError(`--${product}: ${(error as Error).message}`);
  }
}
