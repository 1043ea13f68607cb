import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { hundredDocuments } from './manifest-mix';

/**
 * What `cdk8s-gpu lint` costs over parsing the same documents with the same library, and whether time and memory grow with the number of
 * documents: each in a process of its own, by its CPU time and the most memory that it had.
 */
interface Taken { readonly cpuMs: number; readonly maxMib: number }

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-lint-'));
const LINT = path.join(__dirname, '..', 'bin', 'cdk8s-gpu');
const PARSE = path.join(__dirname, 'parse-only.js');

function write(documents: number): string {
  const file = path.join(folder, `${documents}.yaml`);
  const out = fs.openSync(file, 'w');
  for (let index = 0; index < documents / 100; index++) { fs.writeSync(out, hundredDocuments(index)); }
  fs.closeSync(out);
  return file;
}

function run(program: string, args: string[], input?: string): Taken {
  const resources = path.join(folder, 'resources.json');
  const stdin = input === undefined ? 'ignore' as const : fs.openSync(input, 'r');
  const { status, stderr } = spawnSync(process.execPath, ['--require', path.join(__dirname, 'resources.js'), program, ...args],
    { env: { ...process.env, BENCH_RESOURCES: resources }, stdio: [stdin, 'ignore', 'pipe'], encoding: 'utf8' });
  if (typeof stdin === 'number') { fs.closeSync(stdin); }
  if (status === null || status > 1) { throw new Error(`${program} ended with ${String(status)}: ${stderr}`); }
  return JSON.parse(fs.readFileSync(resources, 'utf8')) as Taken;
}

/** The median of some runs. */
function measure(program: string, args: string[], input?: string): Taken {
  const runs = Array.from({ length: 3 }, () => run(program, args, input));
  const middle = (of: (taken: Taken) => number) => runs.map(of).sort((a, b) => a - b)[1];
  return { cpuMs: middle(each => each.cpuMs), maxMib: middle(each => each.maxMib) };
}

const [half, whole] = [10000, 20000].map(documents => {
  const file = write(documents);
  const parse = measure(PARSE, [file]);
  const lint = measure(LINT, ['lint', file]);
  const stream = measure(LINT, ['lint', '-'], file);
  console.log(`  ${String(documents).padStart(6)} documents, ${(fs.statSync(file).size / 1e6).toFixed(1)} MB: lint over parsing ${(lint.cpuMs / parse.cpuMs).toFixed(2)}, ` +
    `from standard input ${(stream.cpuMs / parse.cpuMs).toFixed(2)} (aim: at most 1.5); most memory ${lint.maxMib.toFixed(0)} and ${stream.maxMib.toFixed(0)} MiB`);
  return { lint, stream };
});
console.log(`  twice the documents: time ${(whole.lint.cpuMs / half.lint.cpuMs).toFixed(2)} (linear is 2), memory ${(whole.lint.maxMib / half.lint.maxMib).toFixed(2)}, ` +
  `from standard input ${(whole.stream.maxMib / half.stream.maxMib).toFixed(2)} (bounded is 1)`);
fs.rmSync(folder, { recursive: true });
