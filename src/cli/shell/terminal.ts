import { whyUnwritten } from './file-errors';
import { printed, visible } from '../../text';
import { readDescriptor } from '../input/read-file';

/** What a command writes to and reads from, so that tests run it in-process. */
export interface Terminal {
  exitCode: number;
  /** Whether colours may be used. */
  readonly colors: boolean;
  /** How wide it is; undefined when nobody sees what is written. */
  readonly columns?: number;
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
  // a reader that has seen enough, such as head, closes its end: that is no fault
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') { process.exit(); }
      if (stream === process.stdout) {
        process.stderr.write(`cdk8s-gpu: the output cannot be written: ${whyUnwritten(error)}\n`);
      }
      process.exit(2);
    });
  }
  return {
    // https://no-color.org
    colors: process.stdout.isTTY === true && (process.env.NO_COLOR ?? '') === '',
    columns: process.stdout.isTTY === true ? process.stdout.columns : undefined,
    out: text => { process.stdout.write(`${text}\n`); },
    err: text => { process.stderr.write(`${printed(text)}\n`); },
    errorsAreSeen: process.stderr.isTTY === true,
    overwrite: text => {
      process.stderr.write(`\r\u001b[K${visible(text).slice(0, Math.max((process.stderr.columns ?? 80) - 1, 0))}`);
    },
    readInput: () => readDescriptor(0),
    get exitCode() { return Number(process.exitCode ?? 0); },
    set exitCode(code: number) { process.exitCode = code; },
  };
}

/** Something that the user got wrong: printed without a stack, exit code 2. */
export class UsageError extends Error {}
