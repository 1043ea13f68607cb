import { writeWhole } from '../../report';
import { whyUnwritten } from '../shell/file-errors';
import { Terminal, UsageError } from '../shell/terminal';

/** Writes what a command made: into the file that `--out` names, whole, else to standard output. */
export function writeOut(text: string, file: string | undefined, terminal: Terminal): void {
  if (file === undefined) {
    terminal.out(text.trimEnd());
    return;
  }
  try {
    writeWhole(file, `${text.trimEnd()}\n`);
  } catch (error) {
    throw new UsageError(`--out ${file}: ${whyUnwritten(error as NodeJS.ErrnoException)}`);
  }
}
