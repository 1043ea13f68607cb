import * as fs from 'fs';
import * as path from 'path';

const folder = path.join(__dirname, '..', 'examples');

/** The examples that are programs, in order: the folders of `examples` that have a `main.ts`. */
export function exampleNames(): string[] {
  return fs.readdirSync(folder).filter(name => fs.existsSync(path.join(folder, name, 'main.ts'))).sort();
}

const joined = (example: string, letter: (first: string) => string, between: string) =>
  example.replace(/-(.)/g, (_, first: string) => between + letter(first));

/** The class of a Java example: `VoiceMig` of `voice-mig`. */
export function javaClass(example: string): string {
  return joined(`-${example}`, first => first.toUpperCase(), '');
}

/** Where the program of an example is in each language, under `examples`. */
export const PROGRAM_IN: Readonly<Record<string, (example: string) => string>> = {
  python: example => `python/${joined(example, first => first, '_')}.py`,
  java: example => `java/src/main/java/com/example/voice/${javaClass(example)}.java`,
  go: example => `go/${example}/main.go`,
};

/** The programs in a language, under `examples`, that an example asks for and that are not there. */
export function missingPrograms(language: string): string[] {
  return exampleNames().map(PROGRAM_IN[language]).filter(file => !fs.existsSync(path.join(folder, file)));
}
