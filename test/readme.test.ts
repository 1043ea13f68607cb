import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import * as ts from 'typescript';

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
