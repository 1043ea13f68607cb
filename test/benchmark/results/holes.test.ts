import { changed, fileOf, Line, madeLines, MadeRun } from './made-run';
import { readBenchmark } from '../../../src/benchmark';

const TWO_ARMS: MadeRun = {
  arms: { 'mig': { asrMs: 60, llmMs: 300, ttsMs: 120 }, 'time-slicing': { asrMs: 120, llmMs: 300, ttsMs: 240 } },
};
const lines = madeLines(TWO_ARMS);
const isCellEnd = (arm: string, repetition: number) => (line: Line) => line.type === 'cell-end' && line.arm === arm && line.repetition === repetition;

/** Problems of files, and how many repetitions of `mig` count. */
function report(...files: { name: string; text: string }[]) {
  const { problems, loads, doubts } = readBenchmark(files);
  return { problems, doubts, counted: loads[0]?.arms.find(({ arm }) => arm.name === 'mig')?.counted.length, loads };
}

test('a whole run has no problem, and every repetition counts', () => {
  const { problems, counted, loads } = report(fileOf(lines));
  expect(problems).toEqual([]);
  expect(counted).toBe(5);
  expect(loads[0].winners[0]).toMatchObject({ arm: 'mig' });
});

test('a file that breaks off in a cell is found, and that cell is left out', () => {
  const text = fileOf(lines).text;
  const cut = text.slice(0, text.indexOf('"type":"cell-end"', text.length / 2) - 200);
  const { problems, loads } = report({ name: 'cut.jsonl', text: cut });
  expect(problems.join('\n')).toMatch(/cut\.jsonl: line \d+ breaks off: the file is truncated/);
  expect(problems.join('\n')).toContain('cut.jsonl: run run-1 has no end: it was killed, is still running, or the file is truncated');
  expect(problems.join('\n')).toMatch(/repetition \d is left out: it has no end/);
  expect(problems.join('\n')).toMatch(/of 5 repetitions are missing/);
  expect(loads[0].arms.every(({ counted }) => counted.length < 5)).toBe(true);
});

test('lines that are missing in the middle are counted, and their cell is left out', () => {
  const gone = lines.filter(line => !(line.type === 'turn' && line.cell === 3 && line.turn % 7 === 0));
  const { problems, counted } = report(fileOf(gone));
  expect(problems[0]).toBe(`results.jsonl: ${lines.length - gone.length} lines of run run-1 are missing; cells that lack some are left out`);
  expect(problems.join('\n')).toMatch(/mig\/heavy, repetition 2 is left out: \d+ of its \d+ turns are missing in the file/);
  expect(counted).toBe(4);
});

test('a missing arm is said, and no arm wins against nothing', () => {
  const gone = lines.filter(line => line.arm !== 'time-slicing');
  const { problems, loads } = report(fileOf(gone));
  expect(problems).toContain('time-slicing/heavy: not measured at all, 0 of 5 repetitions');
  expect(loads[0].winners.every(({ arm }) => arm === undefined)).toBe(true);
  expect(loads[0].winners[0]).toEqual(expect.objectContaining({ reason: 'time-slicing has no such figure' }));
});

test('a missing repetition is said', () => {
  const { problems, counted } = report(fileOf(lines.filter(line => line.cell !== 1)));
  expect(problems).toContain('mig/heavy: 1 of 5 repetitions are missing');
  expect(counted).toBe(4);
});

test('runs that measured something else are not mixed in', () => {
  const other = madeLines({ ...TWO_ARMS, id: 'run-2', settings: { maxTokens: 128 } });
  const { problems, counted } = report(fileOf(lines), fileOf(other, 'other.jsonl'));
  expect(problems).toContain('other.jsonl: run run-2 measured something else than results.jsonl and is left out: settings.maxTokens is 128 and not 64');
  expect(counted).toBe(5);
});

test('two runs in one file are read each for itself, and a run that is given twice counts once', () => {
  const other = madeLines({ ...TWO_ARMS, id: 'run-2' });
  const { problems, counted } = report(fileOf([...lines, ...other]), fileOf(lines, 'again.jsonl'));
  expect(problems).toEqual([
    'results.jsonl has lines of 2 runs (run-1, run-2); each is read for itself',
    'again.jsonl: run run-1 was read from results.jsonl already and is not counted twice',
  ]);
  expect(counted).toBe(10);
});

test.each([
  ['a clock that jumps', (line: Line) => ({ ...line, wallMs: line.wallMs - 3_600_000 }), /the clock of the node jumped by -3600000 ms in it/],
  ['a generator that is too slow', (line: Line) => ({ ...line, generator: { ...line.generator, lateP99Ms: 12.5 } }),
    /the generator was too slow: 1 of 100 chunks of sound went out 12\.5 ms late or later, allowed are 5/],
  ['a generator whose lateness is not known', (line: Line) => ({ ...line, generator: {} }), /the generator was too slow/],
  ['a stop', (line: Line) => ({ ...line, stopped: true }), /the run was stopped in it/],
])('%s leaves the cell out', (_, change, reason) => {
  const { problems, counted } = report(fileOf(changed(lines, isCellEnd('mig', 2), change)));
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(reason);
  expect(problems[0]).toMatch(/^mig\/heavy, repetition 2 is left out/);
  expect(counted).toBe(4);
});

test('a pod that moved in a repetition leaves that repetition out', () => {
  const placement = { type: 'placement', run: 'run-1', line: 0, cell: 1, repetition: 1, load: 'heavy', arm: 'mig', when: 'after', ok: false, problems: ['tts: runs on GPU-b'], found: [] };
  const { problems, counted } = report(fileOf([...lines, { ...placement, line: lines.length + 1 }]));
  expect(problems).toContain('mig/heavy, repetition 1 is left out: its pods did not run as declared: tts: runs on GPU-b');
  expect(counted).toBe(4);
});

test('a pod that was misplaced from the start leaves the whole arm out', () => {
  const placement = { type: 'placement', run: 'run-1', line: lines.length + 1, arm: 'mig', when: 'before', ok: false, problems: ['asr: runs on 1g.10gb'], found: [] };
  expect(report(fileOf([...lines, placement])).counted).toBe(0);
});

test('turns in flight are counted as such, and as longer than any other', () => {
  const open = changed(lines, line => line.type === 'turn' && line.arm === 'mig' && line.repetition === 1 && line.turn % 5 === 0, ({ tts: _, ...line }) => ({ ...line, outcome: 'in-flight' }));
  const { problems, loads } = report(fileOf(open));
  expect(problems.join('\n')).toMatch(/mig\/heavy, repetition 1: \d+ of \d+ turns were still in flight when it ended; they count as longer than any other/);
  const mig = loads[0].arms.find(({ arm }) => arm.name === 'mig')!;
  expect(mig.counted[0].figures.success).toBe(1);
  // a fifth never came, so the 95th percentile of that repetition is unknown, and with it the arm's
  expect(mig.metrics.has('firstAudioP95')).toBe(false);
  expect(mig.metrics.has('firstAudioP50')).toBe(true);
});

test('a turn without audio is a failure with its stage and message', () => {
  const silent = changed(lines, line => line.type === 'turn' && line.arm === 'mig' && line.repetition === 1 && line.turn === 40,
    line => ({ ...line, outcome: 'failed', error: { stage: 'tts', message: 'no audio came' } }));
  const { problems, loads } = report(fileOf(silent));
  expect(problems).toEqual(['mig/heavy, repetition 1: 1 turn failed: tts: no audio came']);
  expect(loads[0].arms[0].counted[0].figures.success).toBeLessThan(1);
});

test('a run without a self-check, or with one that failed, says so', () => {
  expect(report(fileOf(lines.filter(line => line.type !== 'self-check').map((line, index) => ({ ...line, line: index + 1, ...(line.type === 'run-end' && { lines: lines.length - 1 }) })))).problems)
    .toEqual(['run run-1: the generator was not checked against itself before it measured']);
  expect(report(fileOf(changed(lines, line => line.type === 'self-check', line => ({ ...line, passed: false, lateP99Ms: 9 })))).problems)
    .toEqual(['run run-1: the generator is too slow: it paces 500 streams 9 ms late at the 99th percentile']);
});

test('a run that was stopped or aborted says why', () => {
  const { problems } = report(fileOf(changed(lines, line => line.type === 'run-end', line => ({ ...line, outcome: 'aborted', reason: 'arm mig does not run as declared' }))));
  expect(problems).toEqual(['results.jsonl: run run-1 was aborted: arm mig does not run as declared']);
});

test('a newer form of results is left out and said', () => {
  const { problems } = report(fileOf(changed(lines, line => line.type === 'run', line => ({ ...line, schema: 'cdk8s-gpu.benchmark/2' }))));
  expect(problems).toEqual(['results.jsonl: run run-1 is of the form cdk8s-gpu.benchmark/2, this release reads cdk8s-gpu.benchmark/1; it is left out']);
});

test.each([
  ['an empty file', '', 'x has no results'],
  ['text', 'hello\nworld\n', 'x has no results'],
  ['JSON that is no line', '{"type":"turn"}\n', 'type, run or line is missing'],
  ['a turn without times', '{"type":"turn","run":"a","line":1}\n', 'a turn line without cell (number)'],
  ['times that are no numbers', '{"type":"turn","run":"a","line":1,"cell":1,"repetition":1,"arm":"a","load":"l","turn":1,"dueAtMs":0,"startAtMs":0,"endAtMs":0,"outcome":"ok","asr":[1]}\n', 'a turn whose asr is no set of figures'],
  ['arms without names', '{"type":"run","run":"a","line":1,"schema":"cdk8s-gpu.benchmark/1","repetitions":1,"arms":[null],"loads":[]}\n', 'an arm or a load without a name'],
])('%s is said and throws nothing', (_, text, problem) => {
  expect(report({ name: 'x', text }).problems.join('\n')).toContain(problem);
});

test('what kubectl logs puts between the lines is passed over', () => {
  const text = fileOf(lines).text.replace(/\n/g, '\n2026-11-29T12:00:00Z mig/heavy: 34 turns done\n');
  expect(report({ name: 'x', text }).problems).toEqual([]);
});
