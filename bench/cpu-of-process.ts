import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';

/** What a process took: user and system time of all its threads, and the most memory that it had. */
export interface Taken {
  readonly cpuMs: number;
  readonly maxMib: number;
  /** What it printed. */
  readonly output: string;
}

/** The two sides of a comparison, run in turn, so that a change in the machine's speed meets both. */
export interface Comparison {
  readonly ours: readonly Taken[];
  readonly base: readonly Taken[];
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-'));
process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));

/** A file for the time of the benchmark. */
export function temporary(name: string): string {
  return path.join(folder, name);
}

/** Runs a program of Node in a process of its own. */
export function run(args: readonly string[], input?: string): Taken {
  const note = temporary('resources.json');
  const stdin = input === undefined ? 'ignore' as const : fs.openSync(input, 'r');
  const {
    status,
    stdout,
    stderr,
  } = spawnSync(process.execPath, ['--require', path.join(__dirname, 'note-resources.js'), ...args],
    {
      env: { ...process.env, BENCH_RESOURCES: note },
      stdio: [stdin, 'pipe', 'pipe'],
      encoding: 'utf8',
      maxBuffer: 1_000_000_000,
    });
  if (typeof stdin === 'number') { fs.closeSync(stdin); }
  if (status === null || status > 1) { throw new Error(`${args.join(' ')} ended with ${String(status)}: ${stderr}`); }
  return { ...JSON.parse(fs.readFileSync(note, 'utf8')) as Omit<Taken, 'output'>, output: stdout };
}

/** Runs two programs in turn. */
export function compare(rounds: number, ours: readonly string[], base: readonly string[]): Comparison {
  const taken = Array.from({ length: rounds }, () => ({ base: run(base), ours: run(ours) }));
  return { ours: taken.map(each => each.ours), base: taken.map(each => each.base) };
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** A ratio of medians, and between which ratios of neighbouring runs it lies. */
export interface Ratio { readonly of: number; readonly least: number; readonly most: number }

export function ratioOf({ ours, base }: Comparison, what: (taken: Taken) => number = ({ cpuMs }) => cpuMs): Ratio {
  const each = ours.map((taken, index) => what(taken) / what(base[index]));
  return { of: median(ours.map(what)) / median(base.map(what)), least: Math.min(...each), most: Math.max(...each) };
}
