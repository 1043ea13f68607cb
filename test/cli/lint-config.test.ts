import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import Ajv from 'ajv/dist/2020';
import { run } from './run';
import { matchesGlob } from '../../src/cli/input/glob';
import { CONFIG_KEYS } from '../../src/cli/input/lint-config';

const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, resources: {limits: {nvidia.com/gpu: 0.5}}}]}\n';

let folder: string;
const before = process.cwd();
beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lint-')); process.chdir(folder); });
afterEach(() => { process.chdir(before); fs.rmSync(folder, { recursive: true }); });

function write(name: string, content: string): void {
  fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  fs.writeFileSync(path.join(folder, name), content);
}

async function lint(...args: string[]) {
  const { out, err, code } = await run('lint', '--format', 'json', '--min-severity', 'warning', ...args);
  return { err, code, found: out === '' ? [] : JSON.parse(out).findings.map(({ rule, file, severity }: any) => `${rule} ${file} ${severity}`) as string[] };
}

describe('the config file', () => {
  test('switches rules off and gives them other severities, by path', async () => {
    write('a/pod.yaml', POD);
    write('b/pod.yaml', POD.replace('name: p', 'name: q'));
    write('.cdk8s-gpu.yaml', 'rules:\n- {rule: POD-010, severity: off, paths: [a], reason: "a stub"}\n- {rule: POD-010, severity: warning, paths: ["b/**/*.yaml"], reason: later}\n');
    expect(await lint('a', 'b')).toEqual({ err: '', code: 0, found: ['POD-010 b/pod.yaml warning'] });
  });

  test('names the paths that are checked', async () => {
    write('a/pod.yaml', POD);
    write('b/pod.yaml', POD.replace('name: p', 'name: q'));
    write('.cdk8s-gpu.yaml', 'paths: {exclude: [b/]}\n');
    expect((await lint('.')).found).toEqual(['POD-010 a/pod.yaml error']);
    write('.cdk8s-gpu.yaml', 'paths: {include: ["b/*.yaml"]}\n');
    expect((await lint('.')).found).toEqual(['POD-010 b/pod.yaml error']);
  });

  test('stands in package.json too, and is named by --config', async () => {
    write('a/pod.yaml', POD);
    const config = { rules: [{ rule: 'POD-010', severity: 'off', reason: 'x' }] };
    write('package.json', JSON.stringify({ 'name': 'x', 'cdk8s-gpu': config }));
    expect((await lint('a')).found).toEqual([]);
    write('.cdk8s-gpu.yaml', '{}\n');
    expect((await lint('a')).found).toEqual(['POD-010 a/pod.yaml error']);
    write('other.json', JSON.stringify(config));
    expect((await lint('--config', 'other.json', 'a')).found).toEqual([]);
  });

  test('takes an absolute path for what it is, in each place', async () => {
    write('a/pod.yaml', POD);
    write('config/.cdk8s-gpu.yaml', `baseline: ${JSON.stringify(path.join(folder, 'base.json'))}\n`);
    expect((await lint('--config', 'config/.cdk8s-gpu.yaml', '--update-baseline', 'a')).code).toBe(0);
    expect(fs.existsSync('base.json')).toBe(true);
    expect(await lint('--config', 'config/.cdk8s-gpu.yaml', 'a')).toEqual({ err: '', code: 0, found: [] });
    const a = fs.realpathSync(path.join(folder, 'a'));
    const configs = [
      `paths: {exclude: ["${a}"]}`, `paths: {exclude: ["${a}/*.yaml"]}`, `paths: {include: ["${path.dirname(a)}/b"]}`,
      `rules: [{rule: POD-010, severity: off, paths: ["${a}"], reason: x}]`,
    ];
    write('b/other.yaml', 'a: b\n');
    for (const config of configs) {
      write('.cdk8s-gpu.yaml', `${config}\n`);
      for (const named of ['a', './a', a]) { expect(await lint(named)).toMatchObject({ code: 0, found: [] }); }
    }
    write('.cdk8s-gpu.yaml', 'paths: {exclude: ["/no-such-folder/a"]}\n');
    expect(await lint('a')).toMatchObject({ code: 2, err: expect.stringContaining('paths.exclude.0: there is no /no-such-folder') });
  });

  test('matches a file whichever way it is named', async () => {
    write('a/pod.yaml', POD);
    write('.cdk8s-gpu.yaml', 'paths: {exclude: [a]}\n');
    for (const named of ['a', './a', fs.realpathSync(path.join(folder, 'a'))]) { expect(await lint(named)).toMatchObject({ code: 0, found: [] }); }
  });

  test('may name a baseline above it, and no device or pipe', async () => {
    write('a/pod.yaml', POD);
    write('base.json', '{"version": 1, "findings": []}');
    write('a/config.yaml', 'baseline: ../base.json\n');
    expect((await lint('--config', 'a/config.yaml', 'a/pod.yaml')).code).toBe(1);
    execFileSync('mkfifo', [path.join(folder, 'pipe')]);
    for (const baseline of ['/dev/zero', '../pipe', '..']) {
      write('a/config.yaml', `baseline: ${baseline}\n`);
      expect(await lint('--config', 'a/config.yaml', 'a/pod.yaml')).toMatchObject({ code: 2, err: expect.stringMatching(/(?:\/dev\/zero|pipe|\.): it is no regular file/) });
      expect((await lint('--config', 'a/config.yaml', '--update-baseline', 'a/pod.yaml')).code).toBe(2);
    }
  });

  test('prints nothing of a file that it calls a baseline and that is none', async () => {
    write('a/pod.yaml', POD);
    write('private', 'hunter2:x:0:0\n');
    write('.cdk8s-gpu.yaml', 'baseline: private\n');
    const { code, err } = await lint('a');
    expect(code).toBe(2);
    expect(err).toContain('private: it is no baseline');
    expect(err).not.toContain('hunter2');
  });

  test.each([
    ['rulez: []', 'the config has no key "rulez"; did you mean rules; it may have'],
    ['rules: [{rule: POD-01O, severity: off, reason: x}]', 'rules.0.rule: there is no rule POD-01O; did you mean POD-010'],
    ['rules: [{rule: POD-010, severity: fatal, reason: x}]', 'rules.0.severity: "fatal" is none of off, info, warning, error'],
    ['rules: [{rule: POD-010, severity: off}]', 'rules.0: give a reason, so that the next reader knows why POD-010 is off here'],
    ['rules: {}', 'rules is a list'],
    ['rules: [x]', 'rules.0 is a map, got x'],
    ['releases: {gpuOperator: "1"}', 'releases.gpuOperator: '],
    ['releases: {gpu: "26.7"}', 'releases has no key "gpu"'],
    ['paths: {include: x}', 'paths.include is a list, got x'],
    ['paths: {exclude: [experiment]}', 'paths.exclude.0: there is no experiment; did you mean experiments'],
    ['paths: {include: ["experiments/x/*.yaml"]}', 'paths.include.0: there is no experiments/x'],
    ['rules: [{rule: POD-010, severity: off, paths: [none/a.yaml], reason: x}]', 'rules.0.paths.0: there is no none'],
    ['paths: {exclude: [pod.yaml/x]}', 'paths.exclude.0: there is no pod.yaml/x'],
    ['separate: true\ntogether: true', 'separate and together contradict each other'],
    ['separate: maybe', 'separate is true or false, got maybe'],
    ['- x', 'the config is a map'],
    ['a: [', '.cdk8s-gpu.yaml: '],
  ])('that cannot be meant is an error: %s', async (text, message) => {
    write('.cdk8s-gpu.yaml', `${text}\n`);
    write('pod.yaml', POD);
    write('experiments/pod.yaml', POD);
    const { err, code } = await lint('pod.yaml');
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) });
  });

  test('that is named and is not there is an error', async () => {
    write('pod.yaml', POD);
    expect(await lint('--config', 'none.yaml', 'pod.yaml')).toMatchObject({ code: 2, err: expect.stringContaining('none.yaml') });
  });

  test('has the keys of its JSON Schema', () => {
    const schema = JSON.parse(fs.readFileSync(path.join(before, 'docs', 'config.schema.json'), 'utf8'));
    expect(Object.keys(schema.properties)).toEqual(CONFIG_KEYS.top);
    expect(Object.keys(schema.properties.releases.properties)).toEqual(CONFIG_KEYS.releases);
    expect(Object.keys(schema.properties.paths.properties)).toEqual(CONFIG_KEYS.paths);
    expect(Object.keys(schema.properties.rules.items.properties)).toEqual(CONFIG_KEYS.rules);
    expect(schema.properties.rules.items.properties.severity.enum).toEqual(CONFIG_KEYS.severity);
  });

  const setting = { rule: 'POD-010', severity: 'off', reason: 'x' };
  const documents: [object, boolean][] = [
    [{}, true],
    [{ releases: { gpuOperator: '26.7', nimOperator: '3.1', kubernetes: '1.34', draDriver: '0.5' }, paths: { include: ['a'], exclude: ['a/*'] }, strictReading: true }, true],
    [{ rules: [setting, { ...setting, severity: 'info', paths: ['a'] }], baseline: 'b.json', separate: true }, true],
    [{ together: true, separate: false }, true],
    [{ rulez: [] }, false],
    [{ releases: { gpu: '26.7' } }, false],
    [{ paths: { include: 'a' } }, false],
    [{ paths: { only: ['a'] } }, false],
    [{ rules: [{ rule: 'POD-010', severity: 'off' }] }, false],
    [{ rules: [{ ...setting, severity: 'fatal' }] }, false],
    [{ rules: [{ ...setting, rule: 'pod' }] }, false],
    [{ rules: [{ ...setting, reason: '' }] }, false],
    [{ rules: setting }, false],
    [{ separate: 'yes' }, false],
    [{ together: true, separate: true }, false],
    [{ baseline: 1 }, false],
  ];

  test.each(documents)('%j is taken by its JSON Schema and by the command alike: %s', async (document, isRight) => {
    const schema = JSON.parse(fs.readFileSync(path.join(before, 'docs', 'config.schema.json'), 'utf8'));
    expect(new Ajv().validate(schema, document)).toBe(isRight);
    write('a/pod.yaml', POD.replace('0.5', '1'));
    write('b.json', '{"version": 1, "findings": []}');
    write('.cdk8s-gpu.yaml', JSON.stringify(document));
    expect((await lint('a')).code).toBe(isRight ? 0 : 2);
  });
});

describe('a baseline', () => {
  test('is written when asked, and then what it has is not reported, where lines moved too', async () => {
    write('a.yaml', POD);
    expect((await lint('--baseline', 'base.json', '--update-baseline', 'a.yaml')).code).toBe(0);
    expect(fs.readdirSync(folder).sort()).toEqual(['a.yaml', 'base.json']);
    write('a.yaml', `# moved\n\n${POD}`);
    expect(await lint('--baseline', 'base.json', 'a.yaml')).toEqual({ err: '', code: 0, found: [] });
    write('a.yaml', `${POD}---\n${POD.replace('name: p', 'name: q')}`);
    expect(await lint('--baseline', 'base.json', 'a.yaml')).toMatchObject({ code: 1, found: ['POD-010 a.yaml error'] });
    const { out } = await run('lint', '--baseline', 'base.json', 'a.yaml');
    expect(out).toMatch(/\d+ in the baseline$/);
  });

  test('may be SARIF that lint wrote', async () => {
    write('a.yaml', POD);
    write('base.sarif', (await run('lint', '--format', 'sarif', 'a.yaml')).out);
    expect(await lint('--baseline', 'base.sarif', 'a.yaml')).toMatchObject({ code: 0, found: [] });
  });

  test.each([
    [['--baseline', 'none.json'], 'none.json: no such baseline; --update-baseline writes it'],
    [['--baseline', 'a.yaml'], 'a.yaml: '],
    [['--update-baseline'], 'name it'],
    [['--baseline', 'a.yaml/base.json', '--update-baseline'], 'the baseline cannot be written'],
  ])('that cannot be read or written is an error: %j', async (args, message) => {
    write('a.yaml', POD);
    expect(await lint(...args, 'a.yaml')).toMatchObject({ code: 2, err: expect.stringContaining(message) });
  });
});

test.each([
  ['a/b.yaml', 'a', true], ['a/b.yaml', 'a/', true], ['a/b.yaml', './a/*.yaml', true], ['./a/b.yaml', 'a/*.yaml', true], ['a/b/c.yaml', 'a/*.yaml', false],
  ['a/b/c.yaml', 'a/**', true], ['a/b/c.yaml', '**/c.yaml', true], ['c.yaml', '**/c.yaml', true], ['a/b.yaml', 'a/?.yaml', true], ['ab/c.yaml', 'a', false],
  ['a\\b.yaml', 'a/b.yaml', true], [`${'a'.repeat(300)}b`, `${'*a'.repeat(30)}c`, false],
])('the path %s matches %s: %s', (file, pattern, expected) => {
  expect(matchesGlob(file, pattern)).toBe(expected);
});

describe('reports', () => {
  const pods = (count: number) => Array.from({ length: count }, (_, index) => POD.replace('name: p', `name: p${index}`)).join('---\n');

  test('print equal findings once, with places, a count by rule, and what was understood', async () => {
    write('a.yaml', pods(9));
    const { out } = await run('lint', '--min-severity', 'error', 'a.yaml');
    expect(out.match(/error {2}container c: nvidia.com\/gpu is 0.5/g)).toHaveLength(1);
    expect(out).toContain('also: line 9 (Pod p1), line 14 (Pod p2), line 19 (Pod p3), line 24 (Pod p4), line 29 (Pod p5), and 3 more');
    expect(out).toContain('understood: 1 file, 9 objects, 9 ask for GPUs, 0 ClusterPolicies');
    expect(out).toContain('9 errors');
  });

  test('for GitHub have errors first, as many as it shows, and how many are left', async () => {
    write('a.yaml', `${pods(13)}---\napiVersion: v1\nkind: Node\nmetadata: {name: node, labels: {nvidia.com/mig.config: ""}}\n`);
    const lines = (await run('lint', '--format', 'github', '--min-severity', 'warning', 'a.yaml')).out.split('\n');
    expect(lines.map(each => each.split(' ')[0])).toEqual([...Array(10).fill('::error'), '::warning', 'cdk8s-gpu:']);
    expect(lines.at(-1)).toBe('cdk8s-gpu: GitHub shows 10 of each kind; there are 3 errors more: see --format text');
  });

  test('say nothing to a terminal or to a pipeline, whatever names are', async () => {
    const hostile = '::error::x\u001b[2J\u009b1m\u202e';
    write('a.yaml', POD.replace('name: p', `name: "${hostile.replace(/[^ -~]/g, each => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`).replace('kind: Pod', 'kind: Pod'));
    for (const format of ['text', 'json', 'sarif', 'github']) {
      const { out, err } = await run('lint', '--format', format, 'a.yaml');
      // eslint-disable-next-line no-control-regex
      expect([format, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/.test(out + err)]).toEqual([format, false]);
      expect(out.split('\n').filter(line => /^\s*::/.test(line) && !/^::(?:error|warning|notice) file=a\.yaml,line=\d+,title=[\w-]+::/.test(line))).toEqual([]);
    }
  });

  test('in SARIF give each finding a fingerprint of its own that stays when lines move', async () => {
    const prints = async () => JSON.parse((await run('lint', '--format', 'sarif', 'a.yaml')).out).runs[0].results.map((each: any) => each.partialFingerprints['cdk8sGpu/v1']) as string[];
    write('a.yaml', pods(3));
    const first = await prints();
    expect(new Set(first).size).toBe(first.length);
    write('a.yaml', `# moved\n${pods(3)}`);
    expect(await prints()).toEqual(first);
  });
});
