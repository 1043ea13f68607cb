import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { run } from './run';

/** A folder of its own for each test, with what it writes. */
export let folder: string;
beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lint-')); });
afterEach(() => { fs.rmSync(folder, { recursive: true }); });

export function write(name: string, content: string | Buffer): string {
  const file = path.join(folder, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
  return file;
}

/** Rules with the file that they found something in, the problems on standard error, the exit code and the numbers of files and documents. */
export async function lint(...paths: string[]) {
  const { out, err, code } = await run('lint', '--format', 'json', '--min-severity', 'warning', ...paths);
  const { findings, summary } = JSON.parse(out);
  const local = (text: string) => text.split(folder + path.sep).join('');
  return {
    found: findings.map(({ rule, file }: { rule: string; file: string }) => `${rule} ${local(file)}`) as string[],
    problems: err === '' ? [] : err.split('\n').map(each => local(each).replace('cdk8s-gpu: ', '').split(path.sep).join('/')),
    code,
    files: summary.files,
    documents: summary.documents,
  };
}

/** An object that LBL-003 warns of. */
export const NODE = 'apiVersion: v1\nkind: Node\nmetadata:\n  name: node\n  labels:\n    nvidia.com/mig.config: ""\n';
/** A pod that POD-010 calls an error. */
export const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, resources: {limits: {nvidia.com/gpu: 0.5}}}]}\n';
