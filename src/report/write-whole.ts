import * as fs from 'fs';
import * as path from 'path';

/**
 * Writes a file whole or not at all: beside its place first, then renamed onto it, so that whoever reads it meanwhile
 * sees the old one or the new one. Folders above it are made. A link stays a link, its file is written; what is no
 * file, as /dev/stdout, is written to as it is.
 * @throws as `fs` does, and nothing is left behind
 */
export function writeWhole(file: string, text: string): void {
  makeFolder(path.dirname(path.resolve(file)));
  const found = fs.statSync(file, { throwIfNoEntry: false });
  if (found !== undefined && !found.isFile()) {
    fs.writeFileSync(file, text);
    return;
  }
  const target = found === undefined ? file : fs.realpathSync(file);
  const beside = `${target}.${process.pid}.part`;
  fs.rmSync(beside, { force: true }); // what a run that was killed has left
  // never through a link that somebody put there
  const descriptor = fs.openSync(beside, 'wx', found === undefined ? undefined : found.mode % 0o1000);
  try {
    try {
      fs.writeFileSync(descriptor, text);
      fs.fsyncSync(descriptor); // so that no crash leaves the new name on an empty file
    } finally {
      fs.closeSync(descriptor);
    }
    fs.renameSync(beside, target);
  } catch (error) {
    fs.rmSync(beside, { force: true });
    throw error;
  }
}

/**
 * Makes a folder and those above it. Node's own `recursive` never ends where a folder is there and nothing can be made
 * in it, as in /proc: it takes the ENOENT for that of a missing parent.
 */
function makeFolder(folder: string): void {
  if (fs.statSync(folder, { throwIfNoEntry: false }) !== undefined) { return; }
  const above = path.dirname(folder);
  if (above !== folder) { makeFolder(above); } // a drive that is not there has none above it
  try {
    fs.mkdirSync(folder);
  } catch (error) {
    // somebody else may have made it meanwhile
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') { throw error; }
  }
}
