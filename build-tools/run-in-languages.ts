import { execFile, execFileSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { promisify } from 'util';
import { exampleNames, javaClass, missingPrograms, PROGRAM_IN } from './example-programs';

/**
 * Builds the Python, Java and Go package, runs every example in that language against it, and compares what it writes,
 * byte by byte, and what it prints with what the TypeScript example wrote to `dist/examples` and `dist/printed`.
 * Languages by argument; all three without.
 *
 * Everything happens in a temporary folder. What Maven downloads is kept in `~/.cache/cdk8s-gpu`; pip and Go have
 * caches of their own.
 */
const root = path.join(__dirname, '..');

interface Language {
  /** What must be on the machine, with an argument that makes it tell its version. */
  readonly tools: Record<string, string>;
  /** Builds the package and the examples in the folder, and says which command runs each. */
  readonly build: (folder: string) => (example: string) => string[];
}

function run(command: string[], cwd: string, environment: Record<string, string> = {}): void {
  execFileSync(command[0], command.slice(1), {
    cwd,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...environment },
  });
}

function pacmak(folder: string, target: string, projects: string[], ...options: string[]): void {
  const program = path.join(root, 'node_modules', '.bin', 'jsii-pacmak');
  run(
    [
      program,
      '--targets',
      target,
      '--outdir',
      path.join(folder, 'package'),
      '--npmignore',
      'false',
      ...options,
      ...projects,
    ],
    root,
  );
}

function copyExamples(folder: string, language: string): string {
  const copy = path.join(folder, 'examples');
  fs.cpSync(path.join(root, 'examples', language), copy, { recursive: true });
  return copy;
}

function buildPython(folder: string): (example: string) => string[] {
  pacmak(folder, 'python', ['.']);
  const examples = copyExamples(folder, 'python');
  run(['python3', '-m', 'venv', 'venv'], folder);
  const python = path.join(folder, 'venv', 'bin', 'python');
  run(
    [
      python,
      '-m',
      'pip',
      'install',
      '--quiet',
      '--find-links',
      path.join(folder, 'package', 'python'),
      '--requirement',
      path.join(examples, 'requirements.txt'),
    ],
    folder,
  );
  return example => [python, path.join(folder, 'examples', path.relative('python', PROGRAM_IN.python(example)))];
}

/**
 * The lowest versions in place of the ranges: Maven reads the description of every version within a range, of which
 * `constructs` has hundreds, and the ones that come with another package need to be said again to be taken.
 */
function withLowestVersions(pom: string): string {
  const lowest = pom.replace(/<version>\[([^,<]+),[^<]*<\/version>/g, '<version>$1</version>');
  const dependencies = /<dependencies>[^]*?<\/dependencies>/.exec(lowest)![0].replace(/<scope>[^<]*<\/scope>/g, '');
  return lowest.replace(
    '<dependencies>',
    `<dependencyManagement>${dependencies}</dependencyManagement>\n  <dependencies>`,
  );
}

function buildJava(folder: string): (example: string) => string[] {
  const repository = path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'cdk8s-gpu', 'maven');
  const maven = ['mvn', '--batch-mode', '--quiet', `-Dmaven.repo.local=${repository}`];
  const install = (project: string, outdir: string) => {
    pacmak(outdir, 'java', [project], '--code-only');
    const sources = path.join(outdir, 'package', 'java');
    const pom = path.join(sources, 'pom.xml');
    fs.writeFileSync(pom, withLowestVersions(fs.readFileSync(pom, 'utf8')));
    const skipped = ['javadoc.skip', 'source.skip', 'test.skip'].map(option => `-Dmaven.${option}=true`);
    run([...maven, ...skipped, 'install'], sources);
  };
  // Maven Central has no cdk8s-plus-28 of this version (November 2026), so it is made of the npm package, once
  const plus = path.join(root, 'node_modules', 'cdk8s-plus-28');
  const { version } = JSON.parse(fs.readFileSync(path.join(plus, 'package.json'), 'utf8')) as { version: string };
  const installed = path.join(repository, 'org', 'cdk8s', 'cdk8s-plus-28', version, `cdk8s-plus-28-${version}.jar`);
  if (!fs.existsSync(installed)) { install(plus, path.join(folder, 'plus')); }
  install('.', folder);
  const examples = copyExamples(folder, 'java');
  const classPath = path.join(folder, 'class-path');
  const printed = ['-Dexec.executable=echo', '-Dexec.args=%classpath', `-Dexec.outputFile=${classPath}`];
  run([...maven, 'compile', 'exec:exec', ...printed], examples);
  const java = ['java', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', fs.readFileSync(classPath, 'utf8').trim()];
  return example => [...java, `com.example.voice.${javaClass(example)}`];
}

/**
 * Go packages are made of the npm packages in node_modules, which the lock file pins, so that no second copy of them
 * has to be trusted.
 */
function buildGo(folder: string): (example: string) => string[] {
  const replaced: Record<string, string> = {
    'github.com/aws/constructs-go/constructs/v10': 'constructs',
    'github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2': 'cdk8s',
    'github.com/cdk8s-team/cdk8s-plus-go/cdk8splus28/v2': 'cdk8splus28',
    'example.com/cdk8s-gpu-go/cdk8sgpu': 'cdk8sgpu',
  };
  const made = ['constructs', 'cdk8s', 'cdk8s-plus-28'].map(name => path.join('node_modules', name));
  pacmak(folder, 'go', [...made, '.'], '--code-only');
  const examples = copyExamples(folder, 'go');
  const replacements = Object.entries(replaced)
    .map(([name, module]) => `-replace=${name}=${path.join(folder, 'package', 'go', module)}`);
  run(['go', 'mod', 'edit', ...replacements], examples);
  // without the temporary folder in what is built, Go finds it again in its cache
  const options = ['-mod=mod', '-trimpath', '-ldflags=-s -w', '-o', path.join(folder, 'bin') + path.sep];
  run(['go', 'build', ...options, './...'], examples);
  return example => [path.join(folder, 'bin', example)];
}

const LANGUAGES: Record<string, Language> = {
  python: { tools: { python3: '--version' }, build: buildPython },
  java: { tools: { javac: '-version', mvn: '--version' }, build: buildJava },
  go: { tools: { go: 'version' }, build: buildGo },
};

function isThere(tool: string, argument: string): boolean {
  try {
    execFileSync(tool, [argument], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** What differs between the manifests of two folders, one line a file. */
function differences(expected: string, actual: string): string[] {
  const filesOf = (folder: string) => fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  const files = [...new Set([...filesOf(expected), ...filesOf(actual)])].sort();
  const contentOf = (folder: string, file: string) =>
    fs.existsSync(path.join(folder, file)) ? fs.readFileSync(path.join(folder, file)) : undefined;
  return files.flatMap(file => {
    const [ours, theirs] = [contentOf(expected, file), contentOf(actual, file)];
    if (ours === undefined) { return [`${file} is written, and TypeScript does not write it`]; }
    if (theirs === undefined) { return [`${file} is not written`]; }
    return ours.equals(theirs) ? [] : [`${file} differs:\n${theirs.toString()}`];
  });
}

/** What TypeScript printed and another language did not, line by line. */
function unsaid(expected: string, actual: string): string[] {
  const printed = new Set(actual.split(/\r?\n/));
  return expected.split('\n').filter(line => line !== '' && !printed.has(line)).map(line => `it does not print: ${line}`);
}

/**
 * Runs one example. Hands back how many files are as they are in TypeScript, and throws when one is not, or when it
 * keeps silent where TypeScript speaks.
 */
async function runExample(example: string, [program, ...args]: string[], folder: string): Promise<number> {
  const inTypeScript = (...parts: string[]) => {
    const expected = path.join(root, 'dist', ...parts);
    if (!fs.existsSync(expected)) {
      throw new Error(`${path.relative(root, expected)} is not there; run npm run examples first`);
    }
    return expected;
  };
  const written = path.join(folder, 'written', example);
  const { stdout, stderr } = await promisify(execFile)(program, args, {
    cwd: folder,
    env: { ...process.env, CDK8S_OUTDIR: written },
  });
  const differing = [
    ...differences(inTypeScript('examples', example), written),
    ...unsaid(fs.readFileSync(inTypeScript('printed', `${example}.txt`), 'utf8'), `${stdout}\n${stderr}`),
  ];
  if (differing.length > 0) { throw new Error(`${example}: ${differing.join('\n')}`); }
  return fs.readdirSync(written).length;
}

/** Runs the examples of one language, as many side by side as there are cores. Hands back how many files are the same. */
async function compare(name: string, language: Language): Promise<number> {
  const missing = missingPrograms(name);
  if (missing.length > 0) { throw new Error(`examples/${missing.join(' and examples/')} not there; every example has one`); }
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk8s-gpu-'));
  try {
    const commandFor = language.build(folder);
    const waiting = exampleNames();
    const files: number[] = [];
    const worker = async () => {
      for (let example = waiting.shift(); example !== undefined; example = waiting.shift()) {
        files.push(await runExample(example, commandFor(example), folder));
      }
    };
    await Promise.all(Array.from({ length: os.availableParallelism() }, worker));
    return files.reduce((sum, count) => sum + count, 0);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(LANGUAGES);
  for (const name of names) {
    const language = LANGUAGES[name];
    if (language === undefined) {
      throw new Error(`"${name}" is no language of this package; they are ${Object.keys(LANGUAGES).join(', ')}`);
    }
    const missing = Object.entries(language.tools)
      .filter(([tool, argument]) => !isThere(tool, argument))
      .map(([tool]) => tool);
    if (missing.length > 0) {
      console.log(`${name}: skipped (needs ${missing.join(' and ')})`);
      continue;
    }
    const start = Date.now();
    try {
      console.log(`${name}: ${await compare(name, language)} files as in TypeScript, byte by byte `
        + `(${Math.round((Date.now() - start) / 1000)} s)`);
    } catch (error) {
      console.error(`${name}: ${(error as Error).message}`);
      process.exitCode = 1;
    }
  }
}

void main();
