import * as fs from 'fs';
import * as path from 'path';
import { readFile, wholeText } from './read-file';

/** A file that a Kustomization or a values file names is small: the API server takes 3 MiB for an object. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * Opens what files name, but only regular files inside one folder: a manifest must not make lint print `/etc/passwd` or
 * wait for a pipe.
 */
export class FilesWithin {
  private readonly root: string;

  /** @param root the folder that somebody named, or that of the file */
  constructor(root: string) {
    this.root = realFolder(root);
  }

  /**
   * The real path of a regular file inside; undefined for everything else. Links are resolved first, so none leads out.
   */
  public find(file: string): string | undefined {
    try {
      const real = fs.realpathSync(file);
      const below = path.relative(this.root, real);
      const inside = below !== '' && !below.startsWith('..') && !path.isAbsolute(below);
      return inside && fs.statSync(real).isFile() ? real : undefined;
    } catch {
      return undefined;
    }
  }

  /** The text of such a file; undefined where there is none, and for one that is too large or no text. */
  public read(file: string): string | undefined {
    const real = this.find(file);
    if (real === undefined) { return undefined; }
    try {
      return fs.statSync(real).size > MOST_BYTES ? undefined : wholeText(readFile(real), MOST_BYTES);
    } catch {
      return undefined;
    }
  }
}

function realFolder(root: string): string {
  try {
    return fs.realpathSync(root);
  } catch {
    return path.resolve(root);
  }
}
