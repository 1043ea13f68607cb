import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { run } from './run';
import { findProgram, runProgram } from '../../src/cli/render/run-program';

const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'render-')));
const programs = path.join(root, 'programs');
const { PATH } = process.env;

beforeEach(() => {
  fs.rmSync(programs, { recursive: true, force: true });
  fs.mkdirSync(programs);
  process.env.PATH = programs;
});

afterAll(() => {
  process.env.PATH = PATH;
  fs.rmSync(root, { recursive: true });
});

/** A program in the only folder of PATH: a script of Node that notes how it was called, and does this. */
function program(name: string, does: string): { calls(): { args: string[]; folder: string; env: Record<string, string> }[] } {
  const log = path.join(root, `${name}.log`);
  fs.rmSync(log, { force: true });
  const noted = `require('fs').appendFileSync(${JSON.stringify(log)}, JSON.stringify({ args: process.argv.slice(2), folder: process.cwd(), env: process.env }) + '\\n');`;
  fs.writeFileSync(path.join(programs, name), `#!${process.execPath}\n${noted}\n${does}\n`, { mode: 0o755 });
  return { calls: () => (fs.existsSync(log) ? fs.readFileSync(log, 'utf8').trim().split('\n').map(each => JSON.parse(each) as never) : []) };
}

const prints = (text: string) => `process.stdout.write(${JSON.stringify(text)});`;
const fails = (text: string, code = 1) => `process.stderr.write(${JSON.stringify(text)}); process.exit(${code});`;

let count = 0;

/** A new folder with these files. */
function folder(files: Readonly<Record<string, string>>): string {
  const at = path.join(root, `folder-${++count}`);
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(at, name)), { recursive: true });
    fs.writeFileSync(path.join(at, name), text);
  }
  return at;
}

const pod = (name: string, gpus: string, more = '') =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}${more}}\nspec:\n  containers:\n  - name: c\n    image: x\n    resources:\n      limits:\n        nvidia.com/gpu: ${gpus}\n`;
const CHART = 'apiVersion: v2\nname: demo\nversion: 0.1.0\n';
const TEMPLATE = '{{- if .Values.on }}\nkind: Pod\n{{- end }}\n';

/** What lint --render says of a folder: rule, file from the folder, line and object of each finding. */
async function rendered(at: string, ...options: string[]) {
  const { out, err, code } = await run('lint', '--render', '--format', 'json', ...options, at);
  const { findings } = JSON.parse(out) as { findings: { rule: string; file: string; line: number | null; name: string }[] };
  return { found: findings.map(({ rule, file, line, name }) => `${rule} ${path.relative(at, file)}:${line ?? ''} ${name}`), err: err.replaceAll(at, 'AT').replaceAll(programs, 'PROGRAMS'), code };
}

const OVERLAY = { 'base/kustomization.yaml': 'resources: [pod.yaml]\n', 'base/pod.yaml': pod('p', '1'), 'prod/kustomization.yaml': 'namePrefix: prod-\nresources: [../base]\n' };

describe('a Kustomization', () => {
  test('is rendered by kubectl kustomize, and findings name the line and the rendered object', async () => {
    const { calls } = program('kubectl', prints(pod('prod-p', '0.5', ', namespace: prod')));
    const at = folder(OVERLAY);
    expect(await rendered(at)).toEqual({ found: ['POD-010 base/pod.yaml:10 prod-p'], err: 'cdk8s-gpu: in AT/prod: PROGRAMS/kubectl kustomize .', code: 1 });
    expect(calls().map(({ args, folder: where }) => [args, path.relative(at, where)])).toEqual([[['kustomize', '.'], 'prod']]); // the base not by itself
  });

  test('is rendered though it has a component, which is none to be rendered by itself', async () => {
    const { calls } = program('kubectl', prints(pod('prod-p', '0.5')));
    const at = folder({ ...OVERLAY, 'prod/kustomization.yaml': 'resources: [../base]\ncomponents: [../part]\n', 'part/kustomization.yaml': 'kind: Component\n' });
    expect((await rendered(at)).code).toBe(1);
    expect(calls().map(({ folder: where }) => path.relative(at, where))).toEqual(['prod']);
  });

  test('is rendered by kustomize build where kubectl is not installed', async () => {
    const { calls } = program('kustomize', prints(pod('prod-p', '0.5')));
    expect((await rendered(folder(OVERLAY))).found).toEqual(['POD-010 base/pod.yaml:10 prod-p']);
    expect(calls().map(({ args }) => args)).toEqual([['build', '.']]);
  });

  test('has findings about a patch in the patch, and about what only kustomize knows in itself', async () => {
    const ofPlugin = pod('of-a-plugin', '0.7').replace('kind: Pod', 'kind: Notebook').replace('apiVersion: v1', 'apiVersion: kubeflow.org/v1')
      .replace(/spec:\n[^]*/, 'spec: {template: {spec: {containers: [{name: c, image: x, resources: {limits: {nvidia.com/gpu: 0.7}}}]}}}\n');
    program('kubectl', prints(`${pod('p', '0.5')}---\n${ofPlugin}`));
    const at = folder({ ...OVERLAY, 'prod/kustomization.yaml': 'resources: [../base]\npatches:\n- path: p.yaml\n', 'prod/p.yaml': pod('p', '0.5') });
    expect((await rendered(at, '--min-severity', 'error')).found).toEqual(['POD-010 prod/kustomization.yaml: of-a-plugin', 'POD-010 prod/p.yaml:10 p']);
  });

  test('and another that takes the same base are alternatives: one name twice is no fault', async () => {
    program('kubectl', prints(pod('p', '1')));
    const at = folder({ ...OVERLAY, 'test/kustomization.yaml': 'resources: [../base]\n' });
    expect(await rendered(at)).toMatchObject({ found: [], code: 0 });
    expect((await rendered(at, '--together')).found).toEqual(['IDN-001 base/pod.yaml:3 p']);
  });

  test('that names something of the net is not rendered, and is told, unless --fetch lets it', async () => {
    const { calls } = program('kubectl', prints(pod('p', '0.5')));
    for (const remote of ['https://example.com/p.yaml', 'github.com/a/b//c?ref=v1', 'git@example.com:a/b.git', 'ssh://git@example.com/a', 'file:///a', 'git::https://x/y']) {
      const at = folder({ 'kustomization.yaml': `resources: ["${remote}"]\n` });
      expect(await rendered(at)).toEqual({ found: [], err: `cdk8s-gpu: note: AT/kustomization.yaml:1: it takes ${remote} from the net; --fetch lets it; it was read as it is`, code: 0 });
      expect(calls()).toEqual([]);
    }
    const at = folder({ 'base/kustomization.yaml': 'configMapGenerator: [{name: c, files: [a=https://example.com/a]}]\n', 'over/kustomization.yaml': 'resources: [../base]\n' });
    expect((await rendered(at)).err).toContain('it takes https://example.com/a from the net');
    expect((await rendered(at, '--fetch')).code).toBe(1);
    expect(calls().map(({ args, env }) => [args, env.GIT_ALLOW_PROTOCOL, env.https_proxy])).toEqual([[['kustomize', '.'], undefined, undefined]]);
  });

  test('with helmCharts is not rendered, since that takes --enable-helm', async () => {
    const { calls } = program('kubectl', prints(''));
    const at = folder({ 'kustomization.yaml': 'helmCharts: [{name: a, repo: https://example.com}]\n' });
    expect(await rendered(at, '--fetch')).toMatchObject({ err: expect.stringMatching(/^cdk8s-gpu: note: .* has helmCharts, .* --enable-helm alone/) as never, code: 0 });
    expect(calls()).toEqual([]);
  });

  test('of a folder that the config leaves out is not rendered', async () => {
    const { calls } = program('kubectl', prints(''));
    const at = folder({ ...OVERLAY, 'c.yaml': 'paths: {exclude: ["**/prod/**"]}\n' });
    await rendered(at, '--config', path.join(at, 'c.yaml'));
    expect(calls().map(each => path.basename(each.folder))).toEqual([]);
  });
});

describe('a chart', () => {
  const output = `---\n# Source: demo/templates/pod.yaml\n${pod('release-name', '0.5')}---\n# Source: demo/charts/sub/templates/pod.yaml\n${pod('sub', '0.5')}`;

  test('is rendered by helm template, and findings name the template and the rendered object', async () => {
    const { calls } = program('helm', prints(output));
    const at = folder({ 'demo/Chart.yaml': CHART, 'demo/templates/pod.yaml': TEMPLATE, 'demo/values.yaml': 'on: true\n' });
    expect(await rendered(at)).toEqual({ found: ['POD-010 demo/Chart.yaml: sub', 'POD-010 demo/templates/pod.yaml: release-name'], err: 'cdk8s-gpu: in AT/demo: PROGRAMS/helm template .', code: 1 });
    expect((await rendered(at, '--kubernetes', '1.34')).code).toBe(1);
    expect(calls().map(({ args }) => args)).toEqual([['template', '.'], ['template', '.', '--kube-version', '1.34']]);
  });

  test('that is in another is rendered with it, and a library is not rendered', async () => {
    const { calls } = program('helm', prints(output));
    await rendered(folder({ 'Chart.yaml': CHART, 'charts/sub/Chart.yaml': CHART, 'lib/Chart.yaml': `${CHART}type: library\n` }));
    expect(calls()).toHaveLength(1);
  });

  test('that lacks what it depends on says how to get it', async () => {
    program('helm', fails('Error: found in Chart.yaml, but missing in charts/ directory: x\n'));
    const { err, code } = await rendered(folder({ 'Chart.yaml': CHART }));
    expect(err).toMatch(/helm template \. ended with exit code 1: Error: found in Chart\.yaml.*; fetch what the chart depends on with helm dependency build, then lint again$/m);
    expect(code).toBe(2);
  });

  test('cannot have a file elsewhere named by what it prints', async () => {
    program('helm', prints(`---\n# Source: demo/../../../etc/passwd\n${pod('p', '0.5')}`));
    expect((await rendered(folder({ 'Chart.yaml': CHART }))).found).toEqual(['POD-010 Chart.yaml: p']);
  });
});

describe('a program that', () => {
  test('is not installed is told once, with exit code 2, and the files are read as they are', async () => {
    const at = folder({ 'a/kustomization.yaml': 'resources: [pod.yaml]\n', 'a/pod.yaml': pod('p', '0.5'), 'b/kustomization.yaml': '{}\n' });
    expect(await rendered(at)).toEqual({
      found: ['POD-010 a/pod.yaml:10 p'],
      err: 'cdk8s-gpu: AT/a/kustomization.yaml:1: --render needs kubectl or kustomize on the PATH for this Kustomization and 1 other, and it is not there; install it, or leave --render out: the files were now read as they are',
      code: 2,
    });
  });

  test('ends with an error has its words told, without secrets and control characters', async () => {
    program('kubectl', fails('Error: no file\n password: hunter2hunter2\u001b[2J\n', 3));
    const { out, code } = await run('lint', '--render', folder({ 'kustomization.yaml': '{}\n' }));
    expect(out).toContain('not rendered  kubectl kustomize . ended with exit code 3: Error: no file');
    expect(out).not.toMatch(/hunter2|\u001b/);
    expect(code).toBe(2);
  });

  test('prints 100 MB is ended', async () => {
    program('kubectl', 'const piece = Buffer.alloc(1e6, "a\\n"); for (let i = 0; i < 100; i++) { require("fs").writeSync(1, piece); }');
    const { err, code } = await rendered(folder({ 'kustomization.yaml': '{}\n' }));
    expect([err.split('\n')[1], code]).toEqual(['cdk8s-gpu: AT/kustomization.yaml:1: kubectl kustomize . printed more than 64 MiB; the files were now read as they are, without rendering', 2]);
  });

  test('prints terminal control characters does not reach the terminal', async () => {
    program('kubectl', prints('apiVersion: v1\nkind: Pod\nmetadata: {name: "a\\e[2Jb"}\nspec: {containers: [{name: c, image: x, resources: {limits: {nvidia.com/gpu: 0.5}}}]}\n'));
    const { out } = await run('lint', '--render', folder({ 'kustomization.yaml': '{}\n' }));
    expect(out).toContain('a\\u001b[2Jb');
    expect(out).not.toContain('\u001b');
  });

  test('prints no YAML is told', async () => {
    program('kubectl', prints('a: [\n'));
    const { err, code } = await rendered(folder({ 'kustomization.yaml': '{}\n' }));
    expect(err).toContain('AT/kustomization.yaml:1: what it renders to cannot be read: ');
    expect(code).toBe(2);
  });

  test('hangs is ended', () => {
    program('kubectl', 'setInterval(() => undefined, 1000);');
    const { file } = findProgram(['kubectl'])!;
    expect(runProgram(file, [], root, { seconds: 1, bytes: 1000, net: false })).toEqual({ ok: false, reason: 'did not end within 1 s' });
  });

  test('cannot be started says so', () => {
    fs.writeFileSync(path.join(programs, 'helm'), '#!/nowhere\n', { mode: 0o755 });
    expect(runProgram(findProgram(['helm'])!.file, [], root, { seconds: 1, bytes: 1000, net: false })).toEqual({ ok: false, reason: 'could not be started (ENOENT)' });
  });
});

test('a program gets neither keys nor KUBECONFIG, no net, and no input', async () => {
  const { calls } = program('kubectl', 'process.stdin.resume(); process.stdin.on("end", () => undefined);');
  Object.assign(process.env, { NGC_API_KEY: 'nvapi-x', KUBECONFIG: '/x', LANG: 'C' });
  await rendered(folder({ 'kustomization.yaml': '{}\n' }));
  delete process.env.NGC_API_KEY;
  delete process.env.KUBECONFIG;
  const [{ env }] = calls();
  expect(env).toMatchObject({ PATH: programs, LANG: 'C', GIT_ALLOW_PROTOCOL: 'none', https_proxy: 'http://127.0.0.1:1', KUBERC: 'off' });
  expect(Object.keys(env)).not.toEqual(expect.arrayContaining(['NGC_API_KEY']));
  expect(Object.keys(env)).not.toEqual(expect.arrayContaining(['KUBECONFIG']));
});

test('a program in a folder that is checked is not run, whatever PATH says', async () => {
  const at = folder({ 'kustomization.yaml': '{}\n' });
  fs.writeFileSync(path.join(at, 'kubectl'), `#!${process.execPath}\nrequire('fs').writeFileSync('${path.join(root, 'ran')}', '');`, { mode: 0o755 });
  process.env.PATH = `.${path.delimiter}${path.delimiter}${path.relative('', at)}`;
  expect((await rendered(at)).code).toBe(2);
  expect(fs.existsSync(path.join(root, 'ran'))).toBe(false);
});

test('a folder whose name looks like an option or an address is no argument', async () => {
  const { calls } = program('kubectl', prints(''));
  const at = folder({ '--enable-helm/kustomization.yaml': '{}\n', 'github.com/a/b/kustomization.yaml': '{}\n' });
  await rendered(at);
  expect(calls().map(({ args, folder: where }) => [path.relative(at, where), ...args])).toEqual([['--enable-helm', 'kustomize', '.'], ['github.com/a/b', 'kustomize', '.']]);
});

test('without --render nothing is run, and no config file can ask for it', async () => {
  const { calls } = program('kubectl', prints(''));
  const at = folder({ 'kustomization.yaml': '{}\n', 'c.yaml': 'render: true\n' });
  expect((await run('lint', at)).code).toBe(0);
  expect((await run('lint', '--config', path.join(at, 'c.yaml'), at)).err).toContain('the config has no key "render"');
  expect((await run('lint', '--fetch', at)).err).toBe('cdk8s-gpu: --fetch says what --render may do; give both');
  expect(calls()).toEqual([]);
});
