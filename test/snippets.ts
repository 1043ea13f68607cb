import * as fs from 'fs';
import * as path from 'path';

/** A program that a reader may copy. */
export interface Snippet {
  /** File and line, for messages. */
  readonly place: string;
  readonly code: string;
  /** Whether it is a program by itself, with imports of its own. */
  readonly isWhole: boolean;
}

const root = path.join(__dirname, '..');

function filesIn(folder: string, ending: string): string[] {
  return fs.readdirSync(path.join(root, folder), { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile() && entry.name.endsWith(ending))
    .map(entry => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort();
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

/** The `@example` of every comment of the sources. */
export function examplesOfSources(): Snippet[] {
  return filesIn('src', '.ts').flatMap(file => {
    const text = fs.readFileSync(path.join(root, file), 'utf8');
    return [...text.matchAll(/@example\n([^]*?)(?:\*\/|\n\s*\* @)/g)].map(found => ({
      place: `${file}:${lineOf(text, found.index)}`,
      code: found[1].split('\n').map(line => line.replace(/^\s*\* ?/, '')).join('\n').trim(),
      isWhole: false,
    }));
  });
}

/** Every block of TypeScript of the README and of the pages in docs. */
export function blocksOfPages(): Snippet[] {
  return ['README.md', ...filesIn('docs', '.md')].flatMap(file => {
    const text = fs.readFileSync(path.join(root, file), 'utf8');
    return [...text.matchAll(/^```ts( nofixture)?\n([^]*?)^```$/gm)].map(found => ({
      place: `${file}:${lineOf(text, found.index)}`, code: found[2].trim(), isWhole: found[1] !== undefined,
    }));
  });
}

/** The program around a snippet, as rosetta compiles it. */
export function withFixture({ code, isWhole }: Snippet): string {
  if (isWhole) { return code; }
  const fixture = fs.readFileSync(path.join(root, 'rosetta', 'default.ts-fixture'), 'utf8');
  return fixture.replace('/// here', () => code);
}
