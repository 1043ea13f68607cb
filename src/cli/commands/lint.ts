import * as fs from 'fs';
import * as path from 'path';
import type { Argv, CommandModule } from 'yargs';
import { ClusterModel, isProblem, ReadProblem, readManifests } from '../../cluster';
import { Finding, runRules, Severity } from '../../rules';
import { githubReport, jsonReport, sarifReport, textReport } from '../reports';
import { Terminal } from '../terminal';

interface LintArguments { path?: string[]; format?: string; gpuOperator?: string; nimOperator?: string; kubernetes?: string; minSeverity?: string }

/** What `-` is called in messages; yargs would drop the dash itself. */
export const STANDARD_INPUT = '<stdin>';

const SEVERITIES: Severity[] = ['info', 'warning', 'error'];
const MANIFEST = /\.(?:ya?ml|json)$/i;
const SKIPPED_FOLDERS = new Set(['node_modules', '.git', 'vendor']);

/** `cdk8s-gpu lint PATH…`: exit code 0 without errors, 1 with some, 2 when something could not be read. */
export function lintCommand(terminal: Terminal): CommandModule<object, LintArguments> {
  return {
    command: 'lint <path..>',
    describe: 'Check manifests: files, folders, or - for standard input',
    builder: (yargs: Argv) => yargs
      .positional('path', { type: 'string', array: true, describe: 'files and folders of YAML or JSON, - for standard input' })
      .option('format', { choices: ['text', 'json', 'sarif', 'github'], default: 'text' })
      .option('gpu-operator', { choices: ['25.10', '26.3', '26.7'], describe: 'release of the GPU Operator (default: the newest)' })
      .option('nim-operator', { choices: ['3.0', '3.1'], describe: 'release of the NIM Operator (default: the newest)' })
      .option('kubernetes', { type: 'string', describe: 'version of Kubernetes, such as 1.34' })
      .option('min-severity', { choices: SEVERITIES, default: 'info', describe: 'leave out what is less' })
      .string(['gpu-operator', 'nim-operator', 'kubernetes'])
      .example('$0 lint manifests/', 'all manifests of a folder')
      .example('helm template . | $0 lint -', 'what Helm renders')
      .example('$0 lint --format sarif manifests/ > gpu.sarif', 'for code scanning') as Argv<LintArguments>,
    handler: args => {
      const model = new ClusterModel({ gpuOperator: args.gpuOperator, nimOperator: args.nimOperator, kubernetes: args.kubernetes });
      const problems: ReadProblem[] = [];
      const files = args.path!.flatMap(each => filesOf(each, problems));
      let documents = 0;
      for (const file of files) {
        for (const read of readFile(file, terminal, problems)) {
          documents++;
          if (isProblem(read)) { problems.push(read); } else { model.add(read); }
        }
      }
      const least = SEVERITIES.indexOf(args.minSeverity as Severity);
      const findings = runRules(model).filter(finding => SEVERITIES.indexOf(finding.severity) >= least);
      const reported = { findings, problems, files: files.length, documents };
      terminal.out(FORMATS[args.format!](reported, terminal));
      if (args.format !== 'text') { problems.forEach(({ file, line, message }) => terminal.err(`cdk8s-gpu: ${file}:${line}: ${message}`)); }
      terminal.exitCode = problems.length > 0 ? 2 : Number(findings.some(each => each.severity === 'error' && each.acknowledged === undefined));
    },
  };
}

/** What a report is made of. */
export interface LintResult {
  readonly findings: Finding[];
  readonly problems: ReadProblem[];
  readonly files: number;
  readonly documents: number;
}

const FORMATS: Record<string, (result: LintResult, terminal: Terminal) => string> = {
  text: textReport, json: jsonReport, sarif: sarifReport, github: githubReport,
};

/** The manifests of a folder in order, or the file itself. What cannot be opened is a problem of its own; the rest is still checked. */
function filesOf(given: string, problems: ReadProblem[]): string[] {
  if (given === STANDARD_INPUT) { return [given]; }
  let entries: fs.Dirent[];
  try {
    if (!fs.statSync(given).isDirectory()) { return [given]; }
    entries = fs.readdirSync(given, { withFileTypes: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    problems.push({ file: given, line: 1, message: code === 'ENOENT' ? 'no such file or folder' : message });
    return [];
  }
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(entry => {
      const inside = path.join(given, entry.name);
      if (entry.isDirectory()) { return SKIPPED_FOLDERS.has(entry.name) ? [] : filesOf(inside, problems); }
      return MANIFEST.test(entry.name) ? [inside] : [];
    });
}

function readFile(file: string, terminal: Terminal, problems: ReadProblem[]): ReturnType<typeof readManifests> | never[] {
  try {
    return file === STANDARD_INPUT ? readManifests(terminal.readInput(), file) : readManifests(fs.readFileSync(file, 'utf8'), file);
  } catch (error) {
    problems.push({ file, line: 1, message: (error as Error).message });
    return [];
  }
}
