import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { performance } from 'perf_hooks';
import { installed, run, runWith } from './run';
import { main } from '../../src/cli';

const A100 = ['--gpu', 'NVIDIA-A100-SXM4-80GB'];
const LLAMA = ['fit', '--model', 'meta-llama/Llama-3.1-8B-Instruct'];

describe('fit', () => {
  test.each<[string, string[], number, string]>([
    ['fits', [...LLAMA, '--context', '8192', ...A100, '--profile', '3g.40gb'], 0, 'fits'],
    ['does not fit', [...LLAMA, '--context', '8192', ...A100, '--profile', '1g.10gb'], 1, 'does-not-fit'],
    ['uncertain', [...LLAMA, '--context', '8192', ...A100, '--profile', '1g.20gb'], 3, 'uncertain'],
    ['an MPS share', [...LLAMA, '--context', '8192', ...A100, '--mps', '2'], 0, 'fits'],
    ['time-slicing', [...LLAMA, '--context', '8192', ...A100, '--time-sliced', '8'], 1, 'does-not-fit'],
    ['MiB', [...LLAMA, '--context', '8192', '--memory-mib', '40000'], 0, 'fits'],
    ['a NIM with a selector', ['fit', '--model', 'magpie-tts-multilingual', '--selector', 'batch_size=64', ...A100, '--profile', '3g.40gb'], 1, 'does-not-fit'],
  ])('%s has its exit code and says it first', async (_, args, code, verdict) => {
    const { out, code: got } = await run(...args);
    expect([got, out.split('\n')[0]]).toEqual([code, verdict]);
    expect(JSON.parse((await run(...args, '--format', 'json')).out).verdict).toBe(verdict);
  });

  test('JSON has every figure, and null for what is not known', async () => {
    const report = JSON.parse((await run(...LLAMA, '--context', '8192', ...A100, '--profile', '3g.40gb', '--format', 'json')).out);
    expect(Object.keys(report)).toEqual(expect.arrayContaining(['verdict', 'neededMiB', 'availableMiB', 'headroomMiB', 'components', 'kvBytesPerToken', 'kvPoolMiB',
      'kvPoolTokens', 'maxContext', 'maxConcurrency', 'alternatives', 'engineSettings']));
    expect(report.kvBytesPerToken).toBe(131072);
    const speech = JSON.parse((await run('fit', '--model', 'whisper-large-v3', '--memory-mib', '40000', '--format', 'json')).out);
    expect(speech).toMatchObject({ verdict: 'uncertain', neededMiB: { best: null, worst: null }, kvBytesPerToken: null });
  });

  test('a board alone gives the table of its slices', async () => {
    const { out, code } = await run('fit', '--model', 'magpie-tts-multilingual', ...A100);
    expect(out).toMatch(/1g.10gb .* does-not-fit\n/);
    expect(out).toMatch(/whole .* fits$/);
    expect(code).toBe(0);
    const json = JSON.parse((await run('fit', '--model', 'magpie-tts-multilingual', ...A100, '--format', 'json')).out);
    expect(json.slices.map((slice: any) => slice.profile)).toEqual(['1g.10gb', '1g.10gb+me', '1g.20gb', '2g.20gb', '3g.40gb', '4g.40gb', '7g.80gb']);
  });

  test('a config of one\'s own is read', async () => {
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'fit-')), 'config.json');
    fs.writeFileSync(file, JSON.stringify({
      model_type: 'llama',
      hidden_size: 2048,
      num_hidden_layers: 16,
      intermediate_size: 8192,
      num_attention_heads: 32,
      num_key_value_heads: 8,
      vocab_size: 128256,
      tie_word_embeddings: true,
      max_position_embeddings: 131072,
    }));
    expect((await run('fit', '--hf-config', file, '--context', '4096', '--memory-mib', '20000')).code).toBe(0);
  });

  test.each<[string[], RegExp]>([
    [['fit'], /give --model NAME or --hf-config FILE/],
    [['fit', '--model', 'nothing', '--memory-mib', '1'], /no model "nothing" in the catalogue/],
    [[...LLAMA], /give --gpu PRODUCT/],
    [[...LLAMA, '--gpu', 'NVIDIA-A9000'], /no board has the product label "NVIDIA-A9000"; near: /],
    [[...LLAMA, ...A100, '--profile', '1g.5gb'], /no MIG profile 1g.5gb; its 1-slice profile is called 1g.10gb/],
    [[...LLAMA, '--memory-mib', '-1'], /positive number of MiB/],
    [[...LLAMA, '--context', '0', '--memory-mib', '1000'], /contextLength must be a whole number from 1/],
    [[...LLAMA, '--precision', 'fp12', '--memory-mib', '1000'], /precision/],
    [['fit', '--hf-config', '/nowhere/config.json', '--memory-mib', '1'], /cannot read \/nowhere\/config.json/],
    [[...LLAMA, '--memory-mib', '1000', ...A100], /mutually exclusive/],
    [['nonsense'], /there is no command nonsense; cdk8s-gpu --help lists them/],
    [[], /say which command/],
  ])('%j is wrong usage: exit code 2 and one line', async (args, message) => {
    const { err, out, code } = await run(...args);
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(err.split('\n')).toHaveLength(1);
    expect(out).toBe('');
  });
});

describe('layouts', () => {
  test('lists every maximal layout', async () => {
    expect((await run('layouts', 'NVIDIA-A30')).out.split('\n')).toHaveLength(8);
    expect(JSON.parse((await run('layouts', 'NVIDIA-A100-SXM4-80GB', '--format', 'json')).out)).toContainEqual({ '3g.40gb': 2 });
  });

  test('checks one, with the reason', async () => {
    expect(await run('layouts', 'NVIDIA-A100-SXM4-80GB', '--check', '3g.40gb=2')).toMatchObject({ code: 0 });
    const { out, code } = await run('layouts', 'NVIDIA-A100-SXM4-80GB', '--check', '3g.40gb=2,1g.10gb=1');
    expect(code).toBe(1);
    expect(out).toContain('needs 9 memory slices, the GPU has 8; compute slices 7 of 7');
  });

  test('a board or a layout that cannot be read is wrong usage', async () => {
    expect((await run('layouts', 'NVIDIA-X')).code).toBe(2);
    expect((await run('layouts', 'NVIDIA-A30', '--check', '3g.40gb=x')).code).toBe(2);
  });
});

test('gpus lists every board with its profiles, unknown figures as null', async () => {
  const boards = JSON.parse((await run('gpus', '--format', 'json')).out);
  expect(boards).toHaveLength(51);
  const a100 = boards.find((board: any) => board.product === 'NVIDIA-A100-SXM4-80GB');
  expect(a100).toMatchObject({ memoryMiB: 81920, usableMiB: null, computeSlices: 7, memorySlices: 8, mig: true });
  expect(a100.profiles[4]).toMatchObject({ name: '3g.40gb', id: 9, memoryMiB: 40192, placements: [{ start: 0, size: 4 }, { start: 4, size: 4 }] });
});

test('help lists the commands, and completion is a script', async () => {
  const help = await run('--help');
  for (const command of ['fit', 'layouts', 'gpus', 'bench', 'completion']) { expect(help.out).toContain(command); }
});

test('the installed command passes on exit codes', () => {
  const { status, stdout } = spawnSync(process.execPath, [installed(), ...LLAMA, '--context', '8192', ...A100, '--profile', '1g.10gb'], { encoding: 'utf8' });
  expect([status, stdout.split('\n')[0]]).toEqual([1, 'does-not-fit']);
});

describe('lint', () => {
  const fixture = (name: string) => path.join(__dirname, '..', '..', 'rules', `${name}.yaml`);

  test('exit code 1 with an error, 0 with warnings alone', async () => {
    expect((await run('lint', fixture('MIG-032.bad'))).code).toBe(1);
    expect((await run('lint', fixture('DP-002.bad'))).code).toBe(0);
    expect((await run('lint', fixture('MIG-032.good'))).code).toBe(0);
  });

  test('text names file, line, rule and the way out', async () => {
    const { out } = await run('lint', fixture('DP-002.bad'));
    expect(out).toMatch(/DP-002.bad.yaml\n +27 {2}warning {2}config shared: "renameByDefault" is not known under flags.* DP-002\n +ConfigMap sharing: it belongs/);
    expect(out).toMatch(/0 errors, 1 warning, 0 notes in 1 file, 3 documents$/);
  });

  test('JSON has findings and a summary', async () => {
    const { findings, summary } = JSON.parse((await run('lint', '--format', 'json', fixture('MIG-032.bad'))).out);
    expect(findings[0]).toMatchObject({ rule: 'MIG-032', severity: 'error', document: 2, kind: 'ConfigMap', name: 'layouts', namespace: 'gpu-operator' });
    expect(summary).toEqual({ error: 1, warning: 0, info: 0, files: 1, documents: 3 });
  });

  test('SARIF points into the file', async () => {
    const { version, runs } = JSON.parse((await run('lint', '--format', 'sarif', fixture('MIG-032.bad'))).out);
    expect(version).toBe('2.1.0');
    expect(runs[0].tool.driver.rules.map((rule: any) => rule.id)).toEqual(['MIG-032']);
    expect(runs[0].results[0]).toMatchObject({ ruleId: 'MIG-032', ruleIndex: 0, level: 'error' });
    expect(runs[0].results[0].locations[0].physicalLocation.region.startLine).toBe(37);
  });

  test('GitHub annotations are one line each', async () => {
    expect((await run('lint', '--format', 'github', fixture('MIG-032.bad'))).out).toMatch(/^::error file=[^\n]*MIG-032.bad.yaml,line=37,title=MIG-032::[^\n]*$/);
  });

  test('severities below the least are left out', async () => {
    expect((await run('lint', '--min-severity', 'error', fixture('DP-002.bad'))).out).toContain('0 errors, 0 warnings');
  });

  test('standard input is read', async () => {
    const { out, code } = await runWith(fs.readFileSync(fixture('MIG-032.bad'), 'utf8'), ['lint', '-']);
    expect([code, out.split('\n')[0]]).toEqual([1, '<stdin>']);
  });

  test('what cannot be read is named with its line, the rest is checked, and the exit code is 2', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lint-'));
    fs.writeFileSync(path.join(folder, 'broken.yaml'), 'a: 1\nb: [\n');
    fs.writeFileSync(path.join(folder, 'notes.txt'), 'not a manifest');
    fs.copyFileSync(fixture('MIG-032.bad'), path.join(folder, 'z.yaml'));
    const { out, code } = await run('lint', folder);
    expect(code).toBe(2);
    expect(out).toMatch(/broken.yaml\n +[23] {2}unreadable/);
    expect(out).toContain('MIG-032');
    expect(out).toContain('in 2 files');
  });

  test('the release decides', async () => {
    const rules = async (version: string) =>
      JSON.parse((await run('lint', '--format', 'json', '--gpu-operator', version, fixture('STR-004.bad'))).out).findings.map((each: any) => each.rule);
    expect(await rules('26.3')).toContain('STR-004');
    expect(await rules('26.7')).not.toContain('STR-004');
    expect((await run('lint', '--gpu-operator', '1.0', fixture('STR-004.bad'))).code).toBe(2);
    expect((await run('lint', '--kubernetes', 'newest', fixture('STR-004.bad'))).err).toMatch(/--kubernetes: "newest" is no release of Kubernetes: give its numbers/);
  });

  test('with --separate every path is a cluster of its own', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lint-'));
    const file = (name: string, documents: unknown[]) => {
      fs.writeFileSync(path.join(folder, name), documents.map(each => JSON.stringify(each)).join('\n---\n'));
      return path.join(folder, name);
    };
    const policy = (name: string) =>
      ({ apiVersion: 'nvidia.com/v1', kind: 'ClusterPolicy', metadata: { name: 'cluster-policy' }, spec: { devicePlugin: { config: { name } } } });
    const sharing = (name: string, key: string) => ({
      apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { [key]: 'version: v1\nsharing: {timeSlicing: {resources: [{name: nvidia.com/gpu, replicas: 4}]}}' },
    });
    const node = (config: string) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', labels: { 'nvidia.com/device-plugin.config': config } } });
    const east = file('east.yaml', [policy('a'), sharing('a', 'shared'), node('shared')]);
    const west = file('west.yaml', [policy('b'), node('shared'), sharing('b', 'other')]);
    const rules = async (...args: string[]) => JSON.parse((await run('lint', '--format', 'json', ...args, east, west)).out)
      .findings.map((each: any) => `${each.rule} ${path.basename(each.file)}`);
    expect(await rules('--separate')).toContain('DP-013 west.yaml'); // its own ConfigMap has no such key
    expect(await rules()).not.toContain('DP-013 west.yaml');
  });

  test('a long run tells on a terminal how far it is, and takes that away at the end', async () => {
    const written: string[] = [];
    let now = 0;
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => (now += 400));
    await main(['lint', fixture('MIG-032.bad')], {
      exitCode: 0,
      colors: false,
      errorsAreSeen: true,
      out: () => undefined,
      err: () => undefined,
      overwrite: text => { written.push(text); },
      readInput: () => [],
    });
    clock.mockRestore();
    expect(written[0]).toMatch(/^1 file, \d documents?: /);
    expect(written[written.length - 1]).toBe('');
  });

  test('a path that is not there is wrong usage', async () => {
    const { out, err, code } = await run('lint', '--format', 'json', '/nowhere.yaml', fixture('MIG-032.bad'));
    expect({ err, code }).toEqual({ err: 'cdk8s-gpu: /nowhere.yaml:1: no such file or folder', code: 2 });
    expect(JSON.parse(out).findings.map((each: any) => each.rule)).toContain('MIG-032');
    expect((await run('lint', '/nowhere.yaml')).out).toContain('no such file or folder');
  });
});

test('rules lists and explain explains', async () => {
  expect((await run('rules')).out).toMatch(/^MIG-001 +error /m);
  expect(JSON.parse((await run('rules', '--format', 'json')).out)[0]).toMatchObject({ id: 'MIG-001', area: 'mig-parted' });
  expect((await run('explain', 'mig-008')).out).toMatch(/^MIG-008 \(zero-count\): no profile has the count 0\n[^]*Why: [^]*Found in:\n {4}apiVersion: [^]*2g.20gb: 0\}/);
  expect((await run('explain', 'XYZ-1')).code).toBe(2);
});
