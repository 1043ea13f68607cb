import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';

/** What tests write for a while goes into one folder, which goes away with the run: cdk8s makes a folder for every App of its Testing. */
export default function keepTemporaryFiles() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk8s-gpu-tests-'));
  process.env.TMPDIR = folder; // what os.tmpdir() reads first, here and in the workers
  process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
}
