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
