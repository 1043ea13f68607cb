import * as fs from 'fs';
import { readFile, wholeText } from './read-file';
import { at, fieldsOf, listOf, textOf } from '../../kubernetes';
import { FINGERPRINT, fingerprintsOf, writeWhole } from '../../report';
import { Finding } from '../../rules';
import { jsonText } from '../../text';
import { whyUnread, whyUnwritten } from '../shell/file-errors';
import { UsageError } from '../shell/terminal';

const NO_BASELINE = 'it is no baseline: give a file that --update-baseline or --format sarif wrote';

/**
 * That a baseline which a file names is a regular file, or none yet: who names a pipe or a device on the command line
 * knows what it is, and who runs lint in the repository of somebody else does not.
 * @throws UsageError when it is something else
 */
export function mustBeRegular(file: string): void {
  if (fs.statSync(file, { throwIfNoEntry: false })?.isFile() === false) {
    throw new UsageError(`${file}: it is no regular file; name the file of the baseline, which --update-baseline writes`);
  }
}

/** The fingerprints of a baseline: of one that this library wrote, or of a SARIF file of it. */
export function readBaseline(file: string): ReadonlySet<string> {
  let value: unknown;
  try {
    value = JSON.parse(wholeText(readFile(file)));
  } catch (error) {
    // its message would repeat the beginning of the file
    if (error instanceof SyntaxError) { throw new UsageError(`${file}: ${NO_BASELINE}`); }
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UsageError(missing
      ? `${file}: no such baseline; --update-baseline writes it`
      : `${file}: ${whyUnread(error as NodeJS.ErrnoException)}`);
  }
  const isOurs = at(value, 'version') === 1 && Array.isArray(at(value, 'findings'));
  const isSarif = Array.isArray(at(value, 'runs'));
  if (!isOurs && !isSarif) {
    throw new UsageError(`${file}: ${NO_BASELINE}`);
  }
  const found = isOurs
    ? listOf(at(value, 'findings')).map(each => textOf(at(each, 'fingerprint')))
    : listOf(at(value, 'runs'))
      .flatMap(run => listOf(at(run, 'results')))
      .map(each => textOf(fieldsOf(at(each, 'partialFingerprints'))[FINGERPRINT]));
  return new Set(found.filter(each => each !== undefined));
}

/** Writes a baseline, whole or not at all. */
export function writeBaseline(file: string, findings: readonly Finding[]): void {
  const fingerprints = fingerprintsOf(findings);
  const open = findings.filter(({ acknowledged, isFailure }) => acknowledged === undefined && isFailure !== true)
    .map(finding => {
      const { rule, file: place, kind, name, path } = finding;
      return { fingerprint: fingerprints.get(finding), rule, file: place, kind, name, path };
    });
  try {
    writeWhole(file, `${jsonText({ version: 1, findings: open })}\n`);
  } catch (error) {
    throw new UsageError(`${file}: the baseline cannot be written: ${whyUnwritten(error as NodeJS.ErrnoException)}`);
  }
}
