import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';

/**
 * Builds the Python, Java and Go package, runs the examples of that language against it, and compares what they write,
 * byte by byte, with what the TypeScript examples wrote to `dist/examples`. Languages by argument; all three without.
 *
 * Everything happens in a temporary folder. What Maven downloads is kept in `~/.cache/cdk8s-gpu`; pip and Go have
 * caches of their own.
 */
const root = path.join(__dirname, '..');
const EXAMPLES = ['voice-mig', 'voice-time-sliced', 'vllm-on-a-slice', 'team-quotas'];

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
  return example => [python, path.join(examples, `${example.replace(/-/g, '_')}.py`)];
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
  pacmak(folder, 'java', ['.'], '--code-only');
  const sources = path.join(folder, 'package', 'java');
  const pom = path.join(sources, 'pom.xml');
  fs.writeFileSync(pom, withLowestVersions(fs.readFileSync(pom, 'utf8')));
  const repository = path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'cdk8s-gpu', 'maven');
  const maven = ['mvn', '--batch-mode', '--quiet', `-Dmaven.repo.local=${repository}`];
  run([...maven, '-Dmaven.javadoc.skip=true', '-Dmaven.source.skip=true', 'install'], sources);
  const examples = copyExamples(folder, 'java');
  run([...maven, 'compile'], examples);
  const className = (example: string) =>
    example.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return example =>
    [...maven, '--file', examples, 'exec:java', `-Dexec.mainClass=com.example.voice.${className(example)}`];
}

/**
 * Go packages are made of the npm packages in node_modules, which the lock file pins, so that no second copy of them
 * has to be trusted.
 */
function buildGo(folder: string): (example: string) => string[] {
  const replaced: Record<string, string> = {
    'github.com/aws/constructs-go/constructs/v10': 'constructs',
    'github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2': 'cdk8s',
    'example.com/cdk8s-gpu-go/cdk8sgpu': 'cdk8sgpu',
  };
  pacmak(folder, 'go', ['node_modules/constructs', 'node_modules/cdk8s', '.'], '--code-only');
  const examples = copyExamples(folder, 'go');
  const replacements = Object.entries(replaced)
    .map(([name, made]) => `-replace=${name}=${path.join(folder, 'package', 'go', made)}`);
  run(['go', 'mod', 'edit', ...replacements], examples);
  run(['go', 'build', '-mod=mod', '-o', path.join(folder, 'bin') + path.sep, './...'], examples);
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

/**
 * Runs the examples of one language. Hands back how many files are as they are in TypeScript, and throws when one is
 * not.
 */
function compare(language: Language): number {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk8s-gpu-'));
  try {
    const commandFor = language.build(folder);
    return EXAMPLES.map(example => {
      const expected = path.join(root, 'dist', 'examples', example);
      if (!fs.existsSync(expected)) {
        throw new Error(`${path.relative(root, expected)} is not there; run npm run examples first`);
      }
      const written = path.join(folder, 'written', example);
      run(commandFor(example), folder, { CDK8S_OUTDIR: written });
      const differing = differences(expected, written);
      if (differing.length > 0) { throw new Error(`${example}: ${differing.join('\n')}`); }
      return fs.readdirSync(written).length;
    }).reduce((sum, count) => sum + count, 0);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

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
    console.log(`${name}: ${compare(language)} files as in TypeScript, byte by byte `
      + `(${Math.round((Date.now() - start) / 1000)} s)`);
  } catch (error) {
    console.error(`${name}: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
