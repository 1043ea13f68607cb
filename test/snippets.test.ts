import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { ApiObject, App, Chart } from 'cdk8s';
import * as ts from 'typescript';
import { plainDeployment } from './cluster';
import { blocksOfPages, examplesOfSources, Snippet, withFixture } from './snippets';
import { GpuNodes } from '../src/allocation';
import { Gpu, GpuLayout } from '../src/hardware';
import { GpuOperator } from '../src/operator';
import { MigPartitionedGpu } from '../src/pools';
import { GpuOperatorVersion } from '../src/releases';
import { GpuChecks } from '../src/synthesis';

/** What the fixture declares and a snippet uses, for real. What the snippet makes itself is not made a second time. */
class Surroundings {
  public readonly app = new App({ outdir: fs.mkdtempSync(path.join(os.tmpdir(), 'snippet-')) });
  public readonly chart = new Chart(this.app, 'chart');
  public readonly operator?: GpuOperator;
  public readonly pool?: MigPartitionedGpu;
  public readonly deployment?: ApiObject;

  constructor(code: string) {
    const uses = (name: string) => new RegExp(`\\b${name}\\b`).test(code) && !new RegExp(`const ${name}\\b`).test(code);
    const releases = { gpuOperator: GpuOperatorVersion.V26_7 };
    if (uses('operator') || uses('pool')) { this.operator = new GpuOperator(this.chart, 'surrounding-operator', { releases }); }
    // an operator without any pool writes nothing
    if (uses('pool') || (uses('operator') && !/new \w+Gpu\(/.test(code))) {
      this.pool = new MigPartitionedGpu(this.chart, 'surrounding-pool', {
        operator: this.operator!,
        gpu: Gpu.A100_SXM4_80GB,
        nodes: GpuNodes.named(['surrounding-node-1', 'surrounding-node-2'], { gpusPerNode: 4 }),
        layouts: [GpuLayout.of({ '3g.40gb': 2 }), GpuLayout.whole(), GpuLayout.whole(), GpuLayout.whole()],
      });
    }
    if (uses('deployment')) { this.deployment = plainDeployment(this.chart, 'surrounding-deployment'); }
  }
}

/** `expression; // 131072` becomes a check that it is so. */
function withPromises(code: string): string {
  return code.replace(/^(\S[^\n]*?); *\/\/ (-?\d+|\[\]|true|false|FitVerdict\.\w+|'[^'\n]*')(?:[ :,.;][^\n]*)?$/gm, 'expect($1).toEqual($2);');
}

function run(snippet: Snippet): Surroundings {
  const around = new Surroundings(snippet.code);
  const fixture = withFixture({ ...snippet, code: withPromises(snippet.code) });
  const program = snippet.isWhole ? fixture : `${fixture}\nnew Fixture(chart, 'snippet');`;
  const code = ts.transpileModule(program, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } }).outputText;
  const load = (name: string) => jest.requireActual(name === 'cdk8s-gpu' ? '../src' : name);
  const names = snippet.isWhole ? [] : ['app', 'chart', 'operator', 'pool', 'deployment'] as const;
  const before = process.env.CDK8S_OUTDIR;
  process.env.CDK8S_OUTDIR = around.app.outdir; // for programs with an app of their own
  try {
    new Function('require', 'exports', 'expect', ...names, code)(load, {}, expect, ...names.map(name => around[name]));
  } finally {
    if (before === undefined) { delete process.env.CDK8S_OUTDIR; } else { process.env.CDK8S_OUTDIR = before; }
  }
  return around;
}

const pages = blocksOfPages();
const snippets = [...examplesOfSources(), ...pages];

test('there are snippets in sources, pages and the README', () => {
  expect(snippets.filter(({ place }) => place.startsWith('src/')).length).toBeGreaterThanOrEqual(20);
  for (const page of ['README.md', 'docs/checks.md', 'docs/nim.md']) { expect(pages.map(({ place }) => place.split(':')[0])).toContain(page); }
});

test.each(snippets)('$place runs, and no rule finds an error in what it makes', snippet => {
  const around = run(snippet);
  expect(GpuChecks.of(around.chart).errors).toEqual([]);
  expect(() => around.app.synth()).not.toThrow();
});

test('the blocks of all pages compile against the sources', () => {
  const folder = path.join(__dirname, '..');
  const files = new Map(pages.map((snippet, index) => [path.join(folder, 'test', `page-snippet-${index}.ts`), snippet]));
  const options: ts.CompilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: true, esModuleInterop: true },
    ...{ target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, moduleResolution: ts.ModuleResolutionKind.Node10, ignoreDeprecations: '6.0' },
    types: ['jest', 'node'],
    paths: { 'cdk8s-gpu': [path.join(folder, 'src', 'index.ts')] },
  };
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  const asFile = (name: string) => files.get(path.normalize(name));
  const declared = 'declare const app: App;';
  host.fileExists = name => asFile(name) !== undefined || fileExists(name);
  host.readFile = name => {
    const snippet = asFile(name);
    if (snippet === undefined) { return readFile(name); }
    return snippet.isWhole ? snippet.code : `${withFixture(snippet)}\n${/const app\b/.test(snippet.code) ? '' : declared}`;
  };
  const program = ts.createProgram([...files.keys()], options, host);
  const problems = [...files].flatMap(([name, { place }]) => {
    const file = program.getSourceFile(name)!;
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]
      .map(({ messageText }) => `${place}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
  });
  expect(problems).toEqual([]);
}, 60000);
