/** What a command writes to and reads from, so that tests run it in-process. */
export interface Terminal {
  exitCode: number;
  out(text: string): void;
  err(text: string): void;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return {
    out: text => { process.stdout.write(`${text}\n`); },
    err: text => { process.stderr.write(`${text}\n`); },
    get exitCode() { return Number(process.exitCode ?? 0); },
    set exitCode(code: number) { process.exitCode = code; },
  };
}

/** Something that the user got wrong: printed without a stack, exit code 2. */
export class UsageError extends Error {}
