import * as fs from 'fs';
import * as path from 'path';
import { FilesWithin } from './files-within';
import { Kustomizations } from './kustomizations';
import { Layers, ReadProblem } from '../../cluster';
import { whyUnread } from '../shell/file-errors';

/** What `-` is called in messages; yargs would drop the dash itself. */
export const STANDARD_INPUT = '<stdin>';

/** A file to read, as it is called in messages. */
export interface ManifestFile {
  readonly file: string;
  /** Whether somebody named it; in a folder there may be YAML and JSON of every other kind. */
  readonly named: boolean;
  /** What a file may name and have opened: what lies in the folder that somebody named, or in its own. */
  readonly within: FilesWithin;
}

const MANIFEST = /\.(?:ya?ml|json)$/i;
const SKIPPED_FOLDERS = new Set(['node_modules', '.git', 'vendor']);

/**
 * The files at paths, in the order of their names, each once, and what the Kustomizations among them change. What
 * cannot be opened is a problem of its own; the rest is still checked.
 */
export function manifestFilesOf(
  paths: readonly string[],
  problems: ReadProblem[],
): { files: ManifestFile[]; layers: Layers; kustomizations: Kustomizations } {
  const kustomizations = new Kustomizations();
  const files: ManifestFile[] = [];
  const seen = new Set<string>();
  // whatever order they are given in: of two objects with one name, rules tell of the later one
  for (const each of [...paths].sort()) {
    walkAt(each, true, { files, kustomizations, seen, problems, within: new FilesWithin(rootOf(each)) });
  }
  return {
    files: files.filter(({ file, named }) => named || !kustomizations.partFiles.has(path.resolve(file))),
    layers: kustomizations.layers,
    kustomizations,
  };
}

interface Walk {
  /** What was found so far. */
  readonly files: ManifestFile[];
  readonly kustomizations: Kustomizations;
  /** Real paths, so that neither a path that is given twice nor a loop of links is read twice. */
  readonly seen: Set<string>;
  readonly problems: ReadProblem[];
  readonly within: FilesWithin;
}

/** What stands at a path. */
interface Found {
  readonly file: string;
  /** Its real path. */
  readonly real: string;
  readonly isDirectory: boolean;
  readonly isFile: boolean;
  readonly named: boolean;
}

/** Takes what stands at a path that somebody named, or at a link. */
function walkAt(file: string, named: boolean, walk: Walk): void {
  if (file === STANDARD_INPUT) {
    if (isNew(file, walk)) { walk.files.push({ file, named, within: walk.within }); }
    return;
  }
  try {
    const stat = fs.statSync(file);
    const real = fs.realpathSync(file);
    take({ file, real, isDirectory: stat.isDirectory(), isFile: stat.isFile(), named }, walk);
  } catch (error) {
    walk.problems.push({ file, line: 1, message: whyUnread(error as NodeJS.ErrnoException) });
  }
}

function take({ file, real, isDirectory, isFile, named }: Found, walk: Walk): void {
  if (!isNew(real, walk)) { return; }
  if (isDirectory) {
    walkFolder(file, real, walk);
  } else if (named || isFile) { // a pipe in a folder may never end
    walk.files.push({ file, named, within: walk.within });
  }
}

function walkFolder(folder: string, real: string, walk: Walk): void {
  let entries: fs.Dirent[];
  try {
    entries = fs.readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    walk.problems.push({ file: folder, line: 1, message: whyUnread(error as NodeJS.ErrnoException) });
    return;
  }
  for (const { name } of entries.filter(entry => Kustomizations.isName(entry.name))) {
    walk.kustomizations.add(path.join(folder, name), walk.within);
  }
  for (const entry of entries) {
    const file = path.join(folder, entry.name);
    const isCandidate = MANIFEST.test(entry.name) || Kustomizations.isName(entry.name);
    const mayBeFolder = entry.isDirectory() || (entry.isSymbolicLink() && isFolder(file));
    if (mayBeFolder ? SKIPPED_FOLDERS.has(entry.name) : !isCandidate) { continue; }
    if (entry.isDirectory() || entry.isFile()) {
      // no link: to ask again for its real path would go through all folders above it, in each of them
      const place = { file, real: path.join(real, entry.name), named: false };
      take({ ...place, isDirectory: entry.isDirectory(), isFile: entry.isFile() }, walk);
    } else {
      walkAt(file, false, walk);
    }
  }
}

function rootOf(named: string): string {
  return named !== STANDARD_INPUT && isFolder(named) ? named : path.dirname(named);
}

function isNew(file: string, { seen }: Walk): boolean {
  if (seen.has(file)) { return false; }
  seen.add(file);
  return true;
}

function isFolder(link: string): boolean {
  try {
    return fs.statSync(link).isDirectory();
  } catch {
    return false; // told when it is read, if it is called like a manifest
  }
}
