import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { run, runWith } from './run';
import { fileOf, madeLines } from '../benchmark/results/made-run';

const lines = madeLines({ arms: { 'mig': { asrMs: 120, llmMs: 300, ttsMs: 240 }, 'time-slicing': { asrMs: 60, llmMs: 300, ttsMs: 120 } } });
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'measured-'));
const results = path.join(folder, 'results.jsonl');
const report = path.join(folder, 'report.json');
const QUESTION = ['advise', '--gpu', 'A100-SXM4-80GB', '--tenants', '2', '--memory-mib', '15000', '--environment', 'production'];
fs.writeFileSync(results, fileOf(lines).text);
beforeAll(async () => fs.writeFileSync(report, (await run('bench', 'report', results, '--format', 'json')).out));
afterAll(() => fs.rmSync(folder, { recursive: true }));

test('advice changes with what was measured here, from results as from their report', async () => {
  expect((await run(...QUESTION)).out).toMatch(/^MIG\n/);
  const { out, code } = await run(...QUESTION, '--results', results);
  expect(code).toBe(0);
  expect(out).toMatch(/^time-slicing\n/);
  expect(out).toMatch(/\n {2}\+3 time-slicing {2}measured under heavy: time-slicing \d/);
  expect(await run(...QUESTION, '--results', report)).toEqual({ out, code, err: '' });
  expect((await runWith(fileOf(lines).text, [...QUESTION, '--results', '-'])).out).toBe(out);
  expect((await run(...QUESTION, '--results', results, '--load', 'heavy')).out).toBe(out);
});

test('JSON says what the results leave open', async () => {
  const few = path.join(folder, 'few.jsonl');
  const arms = { mig: { asrMs: 120, llmMs: 300, ttsMs: 240 }, dedicated: { asrMs: 60, llmMs: 300, ttsMs: 120 } };
  fs.writeFileSync(few, fileOf(madeLines({ repetitions: 2, arms })).text);
  const { choice, notes } = JSON.parse((await run(...QUESTION, '--results', few, '--format', 'json')).out) as Record<string, unknown>;
  expect(choice).toBe('mig');
  expect(notes).toEqual([expect.stringContaining('too few repetitions count')]);
});

test.each([
  ['a file that is not there', ['--results', '/nowhere.jsonl'], 'cannot read /nowhere.jsonl: no such file or folder'],
  ['a file of something else', ['--results', __filename], 'measured.test.ts: nothing counts; '],
  ['a report beside results', ['--results', report, results], 'report.json is a report, which stands for all its runs: give it alone, or the results of all'],
  ['a load that was not measured', ['--results', results, '--load', 'heavi'], 'the report has no load heavi; it has heavy'],
])('%s is wrong usage', async (_, more, message) => {
  const { err, code } = await run(...QUESTION, ...more);
  expect(code).toBe(2);
  expect(err).toContain(message);
});

test('a fleet file takes options out of a report beside it, and says where there are none', async () => {
  const fleet = path.join(folder, 'fleet.yaml');
  const planOf = async (file: string) => {
    fs.writeFileSync(fleet, `gpus: [{ gpu: NVIDIA-A100-SXM4-80GB }]\nworkloads: [{ name: tts, demand: 40, measured: { report: ${file}, stage: tts } }]\n`);
    return run('plan', fleet, '--format', 'json');
  };
  const json = JSON.parse(fs.readFileSync(report, 'utf8')) as Record<string, unknown>;
  const options = [{ stage: 'tts', profile: '3g.40gb', gpu: 'NVIDIA-A100-SXM4-80GB', throughput: 12, arm: 'mig', load: 'tts-4' }];
  fs.writeFileSync(path.join(folder, 'sweep.json'), JSON.stringify({ ...json, options }));
  expect(JSON.parse((await planOf('sweep.json')).out)).toMatchObject({ status: 'optimal', gpus: 2, assignments: [{ workload: 'tts', profile: '3g.40gb', replicas: 4 }] });
  expect(await planOf('report.json')).toMatchObject({ code: 2, err: expect.stringContaining('fleet.yaml:2: workloads[0]: measured: report.json: the report has no options of stage tts') });
  expect(await planOf('/etc/passwd')).toMatchObject({ code: 2, err: expect.stringContaining('it is no file in the folder of the fleet file') });
  expect(await planOf('../../../../../../dev/zero')).toMatchObject({ code: 2, err: expect.stringContaining('it is no file in the folder of the fleet file') });
  expect(await planOf('none.json')).toMatchObject({ code: 2, err: expect.stringMatching(/measured: none\.json: cannot read .*none\.json: no such file or folder/) });
});
