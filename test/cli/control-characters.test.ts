import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { run } from './run';
import { jsonText } from '../../src/text';
import { fileOf, madeLines } from '../benchmark/results/made-run';

/** Moves a cursor, renames a window, colours by one byte, turns text round, ends a line, and begins a command of GitHub. */
const HOSTILE = '\u001b]0;x\u0007\u009b31m\u202e\r::error::x<script>alert(1)</script>';
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

const TIMES = { asrMs: 62, llmMs: 200, ttsMs: 100 };

let folder: string;
beforeAll(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'controls-')); });
afterAll(() => { fs.rmSync(folder, { recursive: true }); });
const write = (name: string, text: string) => {
  fs.writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
};

test.each(['text', 'json', 'html', 'md'])('no name in results speaks to a terminal or a page: bench report --format %s', async format => {
  const made = fileOf(madeLines({ arms: { 'mig': TIMES, 'time-slicing': TIMES } })).text;
  const file = write('results.jsonl', made.replaceAll('"time-slicing"', jsonText(HOSTILE)));
  const { out, err } = await run('bench', 'report', file, '--format', format);
  expect(out).not.toMatch(CONTROLS);
  expect(err).not.toMatch(CONTROLS);
  if (format === 'html') { expect(out).not.toContain('<script>alert'); }
});

test.each([
  ['a workload', { gpus: [{ gpu: 'NVIDIA-L40S' }], workloads: [{ name: HOSTILE, memoryMib: 9000 }] }],
  ['a node', { gpus: [{ gpu: 'NVIDIA-L40S', nodes: [HOSTILE] }], workloads: [{ name: 'a', memoryMib: 9000 }] }],
  ['a node that is cut already', { gpus: [{ gpu: 'NVIDIA-A30', current: [{ name: HOSTILE, layouts: ['whole'] }] }], workloads: [{ name: 'a', memoryMib: 9000 }] }],
])('%s of a fleet has no control characters in its name', async (_, fleet) => {
  const { out, err, code } = await run('plan', write('fleet.json', jsonText(fleet)));
  expect({ out, code }).toEqual({ out: '', code: 2 });
  expect(err).toContain('a name has no control characters');
  expect(err).not.toMatch(CONTROLS);
});

test('a name of an arrival is printed without any', async () => {
  const fleet = write('plain.json', jsonText({ gpus: [{ gpu: 'NVIDIA-A30' }], workloads: [{ name: 'a', memoryMib: 5000 }] }));
  const arrivals = write('arrivals.json', jsonText([{ name: HOSTILE, profile: '1g.6gb' }, { leaves: `${HOSTILE}b` }]));
  const { out, err } = await run('plan', fleet, '--arrivals', arrivals);
  expect(out + err).not.toMatch(CONTROLS);
});
