import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { run, runWith } from './run';

/** No placeholder, as a row of one letter would be. */
const LONG = 'ab'.repeat(50_000);
/** Room for a few messages. */
const MOST = 12_000;

let folder: string;
beforeAll(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'long-')); });
afterAll(() => { fs.rmSync(folder, { recursive: true }); });

const FIT = ['fit', '--model', 'meta-llama/Llama-3.1-8B-Instruct'];

test.each([
  ['a command', [LONG]],
  ['an option', ['lint', `--${LONG}`, '-']],
  ['a path', ['lint', LONG]],
  ['a format', ['lint', '--format', LONG, '-']],
  ['a release', ['lint', '--kubernetes', LONG, '-']],
  ['a config', ['lint', '--config', LONG, '-']],
  ['a baseline', ['lint', '--baseline', LONG, '-']],
  ['a rule', ['explain', LONG]],
  ['a model', ['fit', '--model', LONG, '--memory-mib', '9000']],
  ['a config of a model', ['fit', '--hf-config', LONG, '--memory-mib', '9000']],
  ['a selector', [...FIT, '--selector', LONG, '--memory-mib', '9000']],
  ['a board', [...FIT, '--gpu', LONG]],
  ['a profile', [...FIT, '--gpu', 'NVIDIA-H200', '--profile', LONG]],
  ['a release of an engine', [...FIT, '--gpu', 'NVIDIA-H200', '--engine-version', LONG]],
  ['the board of layouts', ['layouts', LONG]],
  ['the layout', ['layouts', 'NVIDIA-H200', '--check', LONG]],
  ['a board of the catalogue', ['gpus', LONG]],
  ['a model of the catalogue', ['models', LONG]],
  ['a fleet', ['plan', LONG]],
  ['the board of an advice', ['advise', '--gpu', LONG, '--tenants', '2', '--memory-mib', '9000']],
  ['results', ['bench', 'report', LONG]],
])('%s of 100,000 characters is not repeated whole', async (_, args) => {
  const { out, err, code } = await run(...args);
  expect(code).toBeGreaterThan(0);
  expect(out.length + err.length).toBeLessThan(MOST);
});

test.each(['text', 'sarif', 'github'])('names of 100,000 characters in a manifest make no long report: --format %s', async format => {
  const manifest = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'ml' },
    spec: {
      nodeSelector: { 'nvidia.com/mig.config': LONG, [LONG]: 'x' },
      containers: [{ name: LONG, image: LONG, resources: { limits: { [`nvidia.com/${LONG}`]: LONG } } }],
    },
  });
  const { out, err, code } = await runWith(manifest, ['lint', '--format', format, '-']);
  expect(code).toBe(1);
  expect(out.length + err.length).toBeLessThan(10 * MOST);
});

test.each([
  ['of this document', `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: !!int ${LONG}\n`],
  ['by itself', `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: !!${LONG} [x]\n`],
  ['with a prefix', `%TAG !e! tag:${LONG}\n---\nkind: !e!x Pod\n`],
  ['in a file of a ConfigMap', `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  config.yaml: |\n    mig-configs: !!int ${LONG}\n`],
  ['as the kind', `apiVersion: v1\nkind: {${LONG}: !!${LONG} x}\nmetadata: {name: p}\n`],
  ['as an alias', `a: *${LONG}\n`],
])('a tag of 100,000 characters, %s, is not repeated whole', async (_, manifest) => {
  for (const format of ['text', 'json', 'sarif', 'github']) {
    const { out, err } = await runWith(manifest, ['lint', '--format', format, '-']);
    expect(out.length + err.length).toBeLessThan(MOST);
  }
});

test('a name of a fleet that is longer than any of Kubernetes is not repeated whole', async () => {
  const fleet = path.join(folder, 'fleet.json');
  fs.writeFileSync(fleet, JSON.stringify({
    gpus: [{ gpu: 'NVIDIA-L40S' }],
    workloads: [{ name: LONG, memoryMib: 9000 }, { name: 'b', memoryMib: 900_000 }],
  }));
  for (const format of ['text', 'md']) {
    const { out, err } = await run('plan', fleet, '--format', format);
    expect(out.length + err.length).toBeLessThan(MOST);
  }
});
