import * as fs from 'fs';

/** What a command writes to and reads from, so that tests run it in-process. */
export interface Terminal {
  exitCode: number;
  /** Whether colours may be used. */
  readonly colors: boolean;
  out(text: string): void;
  err(text: string): void;
  /** All of standard input. */
  readInput(): string;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return {
    // https://no-color.org
    colors: process.stdout.isTTY === true && (process.env.NO_COLOR ?? '') === '',
    out: text => { process.stdout.write(`${text}\n`); },
    err: text => { process.stderr.write(`${text}\n`); },
    readInput: () => fs.readFileSync(0, 'utf8'),
    get exitCode() { return Number(process.exitCode ?? 0); },
    set exitCode(code: number) { process.exitCode = code; },
  };
}

/** Something that the user got wrong: printed without a stack, exit code 2. */
export class UsageError extends Error {}
