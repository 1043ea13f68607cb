import * as fs from 'fs';
import * as path from 'path';

/**
 * Writes a file whole or not at all: beside its place first, then renamed onto it, so that whoever reads it meanwhile sees the old one or the
 * new one. Folders above it are made.
 * @throws as `fs` does, and nothing is left behind
 */
export function writeWhole(file: string, text: string): void {
  fs.mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  const beside = `${file}.${process.pid}.part`;
  try {
    fs.writeFileSync(beside, text);
    fs.renameSync(beside, file);
  } catch (error) {
    fs.rmSync(beside, { force: true });
    throw error;
  }
}
