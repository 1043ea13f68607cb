import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { run, runWith } from './run';
import { changed, fileOf, madeLines } from '../benchmark/results/made-run';

const lines = madeLines({ arms: { 'mig': { asrMs: 60, llmMs: 300, ttsMs: 120 }, 'time-slicing': { asrMs: 120, llmMs: 300, ttsMs: 240 } } });
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-'));
const whole = path.join(folder, 'whole.jsonl');
fs.writeFileSync(whole, fileOf(lines).text);
afterAll(() => fs.rmSync(folder, { recursive: true }));

test('the answer stands first, with its interval and its reason', async () => {
  const { out, code } = await run('bench', 'report', whole);
  expect(out).toMatch(/Which, for this load\?\n {2}- heavy: mig is best by goodput per GPU, \d\.\d{3} \(\d\.\d{3} to \d\.\d{3}\) turns\/s; its interval is separate/);
  expect(out).toContain('A turn is good when it succeeded, with first audio within 1000 ms');
  expect(code).toBe(0);
});

test('a script reads the same as JSON', async () => {
  const { loads, problems, schema } = JSON.parse((await run('bench', 'report', whole, '--format', 'json')).out);
  expect(schema).toBe('cdk8s-gpu.benchmark-report/1');
  expect(problems).toEqual([]);
  expect(loads[0].arms[0].metrics.throughput).toMatchObject({ unit: 'turns/s', mean: expect.any(Number), low: expect.any(Number), high: expect.any(Number) });
  expect(loads[0].winners[0]).toEqual({ by: 'goodputPerGpu', arm: 'mig', reason: expect.stringContaining('separate') });
});

test('a page has the answer, a plot of each deciding figure with its numbers, and opens nothing', async () => {
  const { out } = await run('bench', 'report', whole, '--format', 'html');
  expect(out).toContain('heavy: mig is best by goodput per GPU');
  expect(out.match(/<svg [^>]*role="img"/g)).toHaveLength(7);
  expect(out).toContain('<h3>user stop to first audio, p95</h3>');
  expect(out).toContain('target 1000');
  expect(out).not.toContain('Not drawn');
  const holes = lines.filter(line => line.type !== 'cell-end' || line.arm !== 'mig' || line.repetition < 3);
  expect((await runWith(fileOf(holes).text, ['bench', 'report', '-', '--format', 'html'])).out).toContain('Not drawn, since too few of their repetitions count: mig.');
  expect(out).toContain('default-src &#39;none&#39;'.replace(/&#39;/g, '\''));
  expect(out).not.toMatch(/<script|src=|@import|url\(http/);
});

test('results come through a pipe too', async () => {
  expect((await runWith(fileOf(lines).text, ['bench', 'report', '-'])).code).toBe(0);
});

test('a hole is exit code 3, nothing that counts is 1, a file that is not there is 2', async () => {
  const hole = path.join(folder, 'hole.jsonl');
  fs.writeFileSync(hole, fileOf(lines.filter(line => line.cell !== 2)).text);
  expect(await run('bench', 'report', hole)).toMatchObject({ code: 3, out: expect.stringContaining('time-slicing/heavy: 1 of 5 repetitions are missing') });
  expect(await runWith('', ['bench', 'report', '-'])).toMatchObject({ code: 1, out: expect.stringContaining('standard input has no results') });
  expect(await run('bench', 'report', path.join(folder, 'none.jsonl'))).toMatchObject({ code: 2, err: expect.stringContaining('cannot read') });
});

test('a load of which nothing counts has no table of winners in any form', async () => {
  const stopped = fileOf(lines.filter(line => line.type !== 'cell-end')).text;
  for (const format of ['text', 'md', 'html']) {
    const { out } = await runWith(stopped, ['bench', 'report', '-', '--format', format]);
    expect(out).toContain('nothing counts, so there is no answer');
    expect(out).not.toMatch(/because/);
  }
});

test('names and messages of a hostile file move no cursor and make no markup', async () => {
  const hostile = changed(lines, line => line.type === 'turn' && line.turn === 60, line => ({
    ...line, outcome: 'failed', error: { stage: 'tts', message: '\u001b[2J<script>alert(1)</script> ![x](https://evil.example/a.png) | x' },
  }));
  const input = fileOf(hostile).text;
  expect((await runWith(input, ['bench', 'report', '-'])).out).not.toContain('\u001b');
  const page = (await runWith(input, ['bench', 'report', '-', '--format', 'html'])).out;
  expect(page).toContain('&lt;script&gt;');
  expect(page).not.toMatch(/<script|<img|https?:\/\/evil\.example\/a\.png"/);
  const { out } = await runWith(input, ['bench', 'report', '-', '--format', 'md']);
  expect(out).toContain('\\<script\\>');
  expect(out).not.toMatch(/(^|[^\\])!\[/);
});
