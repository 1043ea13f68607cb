import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { main } from '../../src/cli';

export interface Outcome {
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

/** Runs the command line in this process. */
export async function run(...args: string[]): Promise<Outcome> {
  return runWith('', args);
}

/** Runs it with something on standard input. */
export async function runWith(input: string, args: string[]): Promise<Outcome> {
  const lines = { out: [] as string[], err: [] as string[] };
  const terminal = {
    out: (text: string) => { lines.out.push(text); },
    err: (text: string) => { lines.err.push(text); },
    exitCode: 0,
    colors: false,
    errorsAreSeen: false,
    overwrite: () => undefined,
    readInput: () => [input],
  };
  await main(args, terminal);
  return { out: lines.out.join('\n'), err: lines.err.join('\n'), code: terminal.exitCode };
}

const root = path.join(__dirname, '..', '..');

/** The command as it is installed, compiled first where it is not: for what only a process of its own shows. */
export function installed(): string {
  if (!fs.existsSync(path.join(root, 'lib', 'cli', 'main.js'))) { execFileSync('npx', ['jsii', '--silence-warnings=reserved-word'], { cwd: root }); }
  return path.join(root, 'bin', 'cdk8s-gpu');
}
