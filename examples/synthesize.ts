import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { exampleNames } from '../build-tools/example-programs';

/**
 * Runs every example and writes its manifests to `dist/examples/<name>`, and what it prints to `dist/printed/<name>.txt`.
 * An example that fails leaves what was there before as it was.
 */
const root = path.join(__dirname, '..');
const names = exampleNames();
fs.mkdirSync(path.join(root, 'dist', 'printed'), { recursive: true });

/** Runs a program, and hands back what it printed. */
function printedBy(program: () => void): string {
  const streams = [process.stdout, process.stderr].map(stream => ({ stream, write: stream.write }));
  const texts: string[] = [];
  for (const { stream, write } of streams) {
    stream.write = (text: string | Uint8Array) => {
      texts.push(String(text));
      return write.call(stream, text);
    };
  }
  try {
    program();
  } finally {
    for (const { stream, write } of streams) { stream.write = write; }
  }
  return texts.join('');
}

let failed = 0;
for (const name of names) {
  const target = path.join('dist', 'examples', name);
  const workshop = fs.mkdtempSync(path.join(os.tmpdir(), `cdk8s-gpu-${name}-`));
  process.env.CDK8S_OUTDIR = workshop;
  console.log(`\n${name}`);
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- which examples there are is known only now
    const printed = printedBy(() => { require(path.join(__dirname, name, 'main.ts')); });
    fs.rmSync(path.join(root, target), { recursive: true, force: true });
    fs.cpSync(workshop, path.join(root, target), { recursive: true });
    fs.writeFileSync(path.join(root, 'dist', 'printed', `${name}.txt`), printed);
    for (const file of fs.readdirSync(workshop).sort()) { console.log(`  wrote ${path.join(target, file)}`); }
  } catch (error) {
    failed++;
    console.error(`  failed: ${(error as Error).message}`);
  } finally {
    fs.rmSync(workshop, { recursive: true, force: true });
  }
}
console.log(failed === 0
  ? `\n${names.length} examples written. Each has a README.md beside its code in examples/ that says how to apply it.`
  : `\n${failed} of ${names.length} examples failed.`);
process.exitCode = failed === 0 ? 0 : 1;
