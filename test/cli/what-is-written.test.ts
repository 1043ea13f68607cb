import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { installed, run } from './run';

const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, resources: {limits: {nvidia.com/gpu: 0.5}}}]}\n';
const FLEET = 'gpus: [{gpu: NVIDIA-A30}]\nworkloads: [{name: a, memoryMib: 5000}]\n';

let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'written-'));
  fs.writeFileSync(path.join(folder, 'pod.yaml'), POD);
  fs.writeFileSync(path.join(folder, 'fleet.yaml'), FLEET);
});
afterAll(() => { fs.rmSync(folder, { recursive: true }); });
const at = (name: string) => path.join(folder, name);

/** Every way to have a command write a file. */
const WRITING: [string, (file: string) => string[]][] = [
  ['plan --out', file => ['plan', at('fleet.yaml'), '--out', file]],
  ['report --out', file => ['report', at('pod.yaml'), '--out', file]],
  ['lint --update-baseline', file => ['lint', at('pod.yaml'), '--baseline', file, '--update-baseline']],
];

describe('a file that cannot be written is one sentence and exit code 2:', () => {
  const full = fs.existsSync('/dev/full') ? test.each(WRITING) : test.skip.each(WRITING);
  full('%s on a disk that is full', async (_, args) => {
    const { out, err, code } = await run(...args('/dev/full'));
    expect({ out, code }).toEqual({ out: '', code: 2 });
    expect(err).toMatch(/^cdk8s-gpu: [^\n]*\/dev\/full: [^\n]*no space left on the device$/);
  });

  test.each(WRITING)('%s where a folder is', async (_, args) => {
    const { out, err, code } = await run(...args(folder));
    expect({ out, code }).toEqual({ out: '', code: 2 });
    expect(err).toMatch(/^cdk8s-gpu: [^\n]*: it is a folder, and a file is expected$/);
  });

  test.each(WRITING)('%s below a file', async (_, args) => {
    const { err, code } = await run(...args(at('pod.yaml/x.html')));
    expect(code).toBe(2);
    expect(err).toMatch(/^cdk8s-gpu: [^\n]*: a part of its path is a file, and a folder is expected$/);
  });

  test('every command where nobody may write', async () => {
    const real = jest.requireActual<typeof fs>('fs').openSync;
    const open = jest.spyOn(jest.requireActual<typeof fs>('fs'), 'openSync').mockImplementation((name, flags, ...others) => {
      if (flags === 'wx') { throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' }); }
      return real(name, flags, ...others);
    });
    try {
      for (const [, args] of WRITING) {
        expect(await run(...args(at('new')))).toMatchObject({ code: 2, err: expect.stringMatching(/: no permission to write it$/) });
      }
    } finally {
      open.mockRestore();
    }
    expect(fs.existsSync(at('new'))).toBe(false);
  });

  const device = fs.existsSync('/dev/full') ? test.each([['lint', 'pod.yaml'], ['plan', 'fleet.yaml']]) : test.skip.each([['lint', 'pod.yaml']]);
  device('%s with standard output on a disk that is full', (command, name) => {
    const out = fs.openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [installed(), command, at(name)], { stdio: ['ignore', out, 'pipe'], encoding: 'utf8' });
    fs.closeSync(out);
    expect({ status, stderr }).toEqual({ status: 2, stderr: 'cdk8s-gpu: the output cannot be written: no space left on the device\n' });
  });
});

describe('what kill -9 ends in the middle of a write leaves the old file whole:', () => {
  const OLD = '{"version": 1, "findings": []}\n';
  /** Has the process die when half of a text is written. */
  const killer = () => {
    fs.writeFileSync(at('killer.js'), `
      const fs = require('fs');
      const write = fs.writeFileSync;
      fs.writeFileSync = (file, text, ...others) => {
        if (String(text).length < 10 || /\\.k8s\\.yaml$/.test(file)) { return write(file, text, ...others); }
        write(file, text.slice(0, text.length / 2), ...others);
        process.kill(process.pid, 'SIGKILL');
      };`);
    return at('killer.js');
  };

  const posix = process.platform === 'win32' ? test.skip.each(WRITING) : test.each(WRITING);
  posix('%s', (_, args) => {
    fs.writeFileSync(at('old'), OLD);
    const { signal } = spawnSync(process.execPath, ['-r', killer(), installed(), ...args(at('old'))], { encoding: 'utf8' });
    expect({ signal, text: fs.readFileSync(at('old'), 'utf8') }).toEqual({ signal: 'SIGKILL', text: OLD });
    const { status } = spawnSync(process.execPath, [installed(), ...args(at('old'))], { encoding: 'utf8' });
    expect({ status, isNew: fs.readFileSync(at('old'), 'utf8') !== OLD }).toEqual({ status: 0, isNew: true });
  });

  (process.platform === 'win32' ? test.skip : test)('the report that an app writes', () => {
    const outdir = at('dist');
    fs.mkdirSync(outdir);
    fs.writeFileSync(path.join(outdir, 'gpu-report.html'), OLD);
    const program = `
      const { App, Chart } = require('cdk8s');
      const { GpuReport } = require(${JSON.stringify(path.join(path.dirname(installed()), '..', 'lib'))});
      const app = new App({ outdir: ${JSON.stringify(outdir)} });
      GpuReport.enable(new Chart(app, 'chart'));
      app.synth();`;
    const { signal } = spawnSync(process.execPath, ['-r', killer(), '-e', program], { encoding: 'utf8', cwd: path.join(__dirname, '..', '..') });
    expect({ signal, text: fs.readFileSync(path.join(outdir, 'gpu-report.html'), 'utf8') }).toEqual({ signal: 'SIGKILL', text: OLD });
  });
});
