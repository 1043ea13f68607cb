/**
 * Looks for manifests and props that break the library, for a time, from a fresh seed; what it finds, it makes as small as it can.
 *
 *   npm run fuzz -- [--seconds 60] [--seed N] [--only manifests|texts|constructors] [--write]
 *
 * Exit code 1 where something was found; the line that it prints repeats it. With --write, docs/reliability.md says what was tried.
 */
import * as fc from 'fast-check';
import { constructors } from './constructors';
import { manifests, slowest, texts } from './manifests';
import { writeRow } from '../../build-tools/reliability.js';
import keepTemporaryFiles from '../temporary-files';

const PROPERTIES: Readonly<Record<string, fc.IProperty<any>>> = { manifests, texts, constructors };

function option(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
}

keepTemporaryFiles();

const seconds = Number(option('seconds') ?? 60);
const seed = Number(option('seed') ?? Math.floor(Math.random() * 2 ** 31));
const only = option('only');
const chosen = Object.entries(PROPERTIES).filter(([name]) => only === undefined || name === only);

// constructors warn of what is merely unwise
process.emitWarning = () => undefined;
console.warn = () => undefined;

let found = 0;
for (const [name, property] of chosen) {
  const result = fc.check(property, {
    seed, numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: (seconds * 1000) / chosen.length, markInterruptAsFailure: false,
  });
  if (result.failed) {
    found++;
    console.log(`${name}: FOUND after ${result.numRuns} tries (${result.numShrinks} times smaller): ${JSON.stringify(result.counterexample)}`);
    console.log(String((result.errorInstance as Error | undefined)?.stack ?? result.errorInstance));
    console.log(`again: npm run fuzz -- --only ${name} --seed ${seed}`);
  } else {
    const longest = Object.hasOwn(slowest, name) ? String(slowest[name as keyof typeof slowest]) : '';
    console.log(`${name}: ${result.numRuns} tries, nothing found (seed ${seed})${longest && `; longest time: ${longest}`}`);
    if (process.argv.includes('--write')) { writeRow('fuzz', [name, String(result.numRuns), '0', longest, String(seed)]); }
  }
}
process.exitCode = found === 0 ? 0 : 1;
