import { readDescriptor } from './read-file';

/** What a command writes to and reads from, so that tests run it in-process. */
export interface Terminal {
  exitCode: number;
  /** Whether colours may be used. */
  readonly colors: boolean;
  /** Whether a person sees what is written to standard error. */
  readonly errorsAreSeen: boolean;
  out(text: string): void;
  err(text: string): void;
  /** Writes over the last line of standard error. */
  overwrite(text: string): void;
  /** Standard input, in pieces. */
  readInput(): Iterable<string>;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return {
    // https://no-color.org
    colors: process.stdout.isTTY === true && (process.env.NO_COLOR ?? '') === '',
    out: text => { process.stdout.write(`${text}\n`); },
    err: text => { process.stderr.write(`${text}\n`); },
    errorsAreSeen: process.stderr.isTTY === true,
    overwrite: text => { process.stderr.write(`\r\u001b[K${text}`); },
    readInput: () => readDescriptor(0),
    get exitCode() { return Number(process.exitCode ?? 0); },
    set exitCode(code: number) { process.exitCode = code; },
  };
}

/** Something that the user got wrong: printed without a stack, exit code 2. */
export class UsageError extends Error {}
