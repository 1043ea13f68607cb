import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { ApiObject, App, Chart } from 'cdk8s';
import * as ts from 'typescript';
import { GpuNodes } from '../src/allocation';
import { Gpu, GpuLayout } from '../src/hardware';
import { GpuOperator } from '../src/operator';
import { MigPartitionedGpu } from '../src/pools';
import { GpuOperatorVersion } from '../src/releases';
import { GpuChecks } from '../src/synthesis';

const readme = fs.readFileSync(path.join(__dirname, '..', 'README.md'), 'utf8');

/** Runs a program of the README as a reader's copy of it, and hands back the manifests that it writes. */
function run(program: string): string {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'readme-'));
  const code = ts.transpileModule(program, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } }).outputText;
  const load = (name: string) => jest.requireActual(name === 'cdk8s-gpu' ? '../src' : name);
  const before = process.env.CDK8S_OUTDIR;
  process.env.CDK8S_OUTDIR = outdir;
  try {
    new Function('require', 'exports', code)(load, {});
  } finally {
    if (before === undefined) { delete process.env.CDK8S_OUTDIR; } else { process.env.CDK8S_OUTDIR = before; }
  }
  return fs.readdirSync(outdir).map(file => fs.readFileSync(path.join(outdir, file), 'utf8')).join('---\n');
}

const program = /```ts nofixture\n([^]*?)```/.exec(readme)![1];

test('the first program of the README writes manifests', () => {
  const manifests = run(program);
  for (const kind of ['ClusterPolicy', 'ConfigMap', 'NodeFeatureRule', 'NIMService']) { expect(manifests).toContain(`kind: ${kind}\n`); }
});

test.each([
  ['\'3g.40gb\': 2 }', '\'3g.40gb\': 2, \'1g.10gb\': 1 }', 'voice/support: layout'],
  ['batch_size=8', 'batch_size=64', 'voice/voice/tts: magpie'],
])('broken as the README breaks it (%s), it says what the README says', (right, wrong, start) => {
  const messages = /```text\n([^]*?)```/.exec(readme)![1].trim().split('\n\n');
  const expected = messages.find(message => message.startsWith(start));
  expect(expected).toBeDefined();
  expect(() => run(program.replace(right, wrong))).toThrow(expected);
});

test('the message of CAP-002 that the README shows is the one that is printed', () => {
  const shown = /```text\n(gpu\/x [^]*?)```/.exec(readme)![1].replace(/\s+/g, ' ').trim();
  const app = new App();
  const chart = new Chart(app, 'gpu');
  const operator = new GpuOperator(chart, 'operator', { releases: { gpuOperator: GpuOperatorVersion.of('26.7') } });
  const pool = new MigPartitionedGpu(chart, 'pool', {
    operator, gpu: Gpu.A100_SXM4_80GB, nodes: GpuNodes.named(['gpu-node-1'], { gpusPerNode: 1 }), layout: GpuLayout.of({ '3g.40gb': 2 }),
  });
  const x = new ApiObject(chart, 'x', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'x' },
    spec: { replicas: 3, selector: { matchLabels: { app: 'x' } }, template: { metadata: { labels: { app: 'x' } }, spec: { containers: [{ name: 'c', image: 'x' }] } } },
  });
  pool.slice('3g.40gb').attachTo(x);
  const checks = GpuChecks.of(chart);
  const found = [...checks.errors, ...checks.warnings].find(({ rule }) => rule === 'CAP-002')!;
  expect(`${found.constructPath} (${found.kind} ${found.name} ${found.path}): ${found.message} [${found.rule}]. Fix: ${found.fix}`).toBe(shown);
});
