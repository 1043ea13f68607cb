import * as fc from 'fast-check';
import { changed, fileOf, Line, madeLines, MadeRun } from './made-run';
import { LoadResult, plannerOptions, readBenchmark } from '../../../src/benchmark';

const read = (made: MadeRun) => readBenchmark([fileOf(madeLines(made))]);
const metric = (load: LoadResult, arm: string, id: string) => load.arms.find(each => each.arm.name === arm)!.metrics.get(id)?.confidence.mean;
const EVEN = { asrMs: 60, llmMs: 300, ttsMs: 120 };

test('rates are of the window alone: users by the time of a turn', () => {
  const { loads: [load] } = read({ arms: { mig: { ...EVEN, varies: 0 } }, users: 6, seconds: 74 });
  // 6 users, 1 s of speech and 480 ms of stages
  expect(metric(load, 'mig', 'throughput')).toBeCloseTo(6 / 1.48, 1);
  expect(metric(load, 'mig', 'throughputPerGpu')).toBeCloseTo(3 / 1.48, 1);
});

test('times are those of the stages, and the wait is their sum', () => {
  const { loads: [load] } = read({ arms: { mig: { ...EVEN, varies: 0 } } });
  expect(metric(load, 'mig', 'firstAudioP50')).toBeCloseTo(480);
  expect(metric(load, 'mig', 'asrFinalP50')).toBeCloseTo(60);
  expect(metric(load, 'mig', 'firstTokenP50')).toBeCloseTo(150);
  expect(metric(load, 'mig', 'firstPieceP95')).toBeCloseTo(120);
});

test('a winner is named where the intervals separate, and none where they overlap', () => {
  const apart = read({ arms: { mig: EVEN, mps: { ...EVEN, ttsMs: 400 } } });
  expect(apart.loads[0].winners.find(({ metric: { id } }) => id === 'firstAudioP95')).toMatchObject({ arm: 'mig' });
  const close = read({ arms: { mig: { ...EVEN, varies: 0.3 }, mps: { ...EVEN, ttsMs: 130, varies: 0.3 } } });
  expect(close.loads[0].winners.map(({ arm }) => arm)).toEqual(close.loads[0].winners.map(() => undefined));
  expect(close.loads[0].winners[0].reason).toContain('overlap');
});

test('equal arms have no winner, whatever they take', () => {
  fc.assert(fc.property(fc.integer({ min: 20, max: 300 }), fc.integer({ min: 20, max: 300 }), (asrMs, ttsMs) => {
    const alike = { asrMs, llmMs: 200, ttsMs, varies: 0.05 };
    const { loads: [{ winners }] } = read({ arms: { a: alike, b: alike }, seconds: 30 });
    return winners.every(({ arm }) => arm === undefined);
  }), { numRuns: 5 });
});

test('good turns are those within the targets', () => {
  const { loads: [load] } = read({ arms: { mig: EVEN, slow: { ...EVEN, llmMs: 3000 } }, targets: { firstAudioMs: 800 } });
  expect(metric(load, 'mig', 'goodput')).toBe(metric(load, 'mig', 'throughput'));
  expect(metric(load, 'slow', 'goodput')).toBe(0);
});

test('per GPU, fewer boards count', () => {
  const { loads: [load] } = read({ arms: { dedicated: { ...EVEN, gpus: 3 }, mig: { ...EVEN, ttsMs: 200, gpus: 2 } } });
  expect(load.winners.find(({ metric: { id } }) => id === 'goodputPerGpu')).toMatchObject({ arm: 'mig' });
  expect(load.winners.find(({ metric: { id } }) => id === 'goodput')).toMatchObject({ arm: 'dedicated' });
});

test.each([
  ['recognition', { asrMs: 900, llmMs: 100, ttsMs: 50 }],
  ['the language model', { asrMs: 50, llmMs: 900, ttsMs: 50 }],
  ['synthesis', { asrMs: 50, llmMs: 100, ttsMs: 900 }],
])('a bottleneck in %s is found', (name, arm) => {
  expect(read({ arms: { mig: arm } }).doubts.join('\n')).toContain(`heavy: in mig, ${name} takes`);
});

test('arms that all miss the targets are beyond their load', () => {
  expect(read({ arms: { a: { ...EVEN, llmMs: 9000 }, b: { ...EVEN, llmMs: 9000 } } }).doubts.join('\n')).toContain('no arm kept the targets in a single turn');
});

test('arms that did all that was asked say nothing on what they could do', () => {
  expect(read({ arms: { mig: { ...EVEN, think: 20_000 } } }).doubts.join('\n')).toContain('heavy: mig did all that the load asked for');
});

test('answers of different lengths are different work', () => {
  expect(read({ arms: { a: EVEN, b: { ...EVEN, tokens: 80 } } }).doubts.join('\n')).toContain('answers were of different lengths (a 64.0 tokens, b 80.0 tokens)');
});

test('arms of runs of their own were not in random order', () => {
  const files = ['mig', 'mps'].map(name => fileOf(madeLines({ id: name, arms: { [name]: EVEN } }), `${name}.jsonl`));
  const { doubts, loads, problems } = readBenchmark(files);
  expect(doubts[0]).toContain('The arms ran one after another and not in random order');
  expect(problems).toEqual([]);
  expect(loads[0].arms.map(({ counted, planned }) => [counted.length, planned])).toEqual([[5, 5], [5, 5]]);
});

test('without a fault nothing is said on isolation', () => {
  expect(read({ arms: { mig: EVEN } }).doubts.at(-1)).toContain('No fault was made');
});

test('Little\'s law and the halves of the window tell a load that grows', () => {
  const lines = changed(madeLines({ arms: { mig: EVEN } }), line => line.type === 'turn' && line.startAtMs % 160_000 > 40_000, line => ({ ...line, endAtMs: line.endAtMs + 40_000 }));
  const { problems } = readBenchmark([fileOf(lines)]);
  expect(problems.join('\n')).toMatch(/steady state/);
});

test('time that no stage accounts for is the generator\'s', () => {
  const lines = changed(madeLines({ arms: { mig: EVEN } }), line => line.type === 'turn', line => ({ ...line, tts: { ...line.tts, startAtMs: line.tts.startAtMs + 40 } }));
  expect(readBenchmark([fileOf(lines)]).problems[0]).toContain('the stages do not add up: half of the turns have 40 ms or more that belong to no stage');
});

describe('faults', () => {
  const loads = [{ name: 'heavy', stage: 'voice', kind: 'closed', users: 5, seconds: 60, faultAfterSeconds: 30 }];
  const withFaults = (harm: boolean, tenantAsked = true): Line[] => {
    const lines = madeLines({ arms: { mps: EVEN }, loads });
    return lines.flatMap(line => {
      if (line.type === 'cell') {
        const at = line.windowStartAtMs + 30_000;
        const { cell, repetition, arm, load, run } = line;
        const fault = { type: 'fault', run, cell, repetition, arm, load, occurredAtMs: at };
        return [line, { ...fault, event: 'released', tenantAsked }, ...tenantAsked ? [{ ...fault, event: 'reported', outcome: 'illegal address' }] : []];
      }
      const isAfter = line.type === 'turn' && line.endAtMs % 80_000 > 40_000;
      return [harm && isAfter ? { ...line, outcome: 'failed', error: { stage: 'tts', message: 'unavailable' } } : line];
    }).map((line, index, all) => ({ ...line, line: index + 1, ...(line.type === 'run-end' && { lines: all.length }) }));
  };

  test('neighbours that fail after a fault are counted', () => {
    const { faults } = readBenchmark([fileOf(withFaults(true))]);
    expect(faults).toMatchObject([{ arm: 'mps', trials: 5, trialsWithHarm: 5, outcomes: ['illegal address'], before: { failed: 0 } }]);
    expect(faults[0].after.failed).toBeGreaterThan(0);
  });

  test('neighbours that live on are too', () => {
    expect(readBenchmark([fileOf(withFaults(false))]).faults).toMatchObject([{ trials: 5, trialsWithHarm: 0 }]);
  });

  test('a tenant that never came is no trial', () => {
    const { faults, problems } = readBenchmark([fileOf(withFaults(false, false))]);
    expect(faults).toEqual([]);
    expect(problems.filter(problem => problem.includes('no tenant was there to do harm'))).toHaveLength(5);
  });
});

test('a sweep of one stage alone is an option for the planner, the best load whose targets were kept', () => {
  const solo = (name: string, users: number, ttsMs: number) => {
    const loads = [{ name, stage: 'tts', kind: 'closed', users, seconds: 60, thinkSeconds: 0 }];
    const made = madeLines({ id: name, arms: { mig: { ...EVEN, ttsMs } }, users, loads, targets: { firstPieceMs: 300 } });
    return changed(made, line => line.type === 'turn', ({ asr: _a, llm: _l, ...line }) => line);
  };
  const files = [solo('tts-4', 4, 150), solo('tts-8', 8, 250), solo('tts-16', 16, 900)].map((lines, index) => {
    const found = [{ stage: 'tts', pod: 'mig-tts-1', uuid: 'GPU-a', product: 'NVIDIA A100-SXM4-80GB', profile: '3g.40gb' }];
    const placed = [...lines.slice(0, -1), { type: 'placement', run: lines[0].run, arm: 'mig', when: 'before', ok: true, problems: [], found }, lines.at(-1)!]
      .map((line, at, all) => ({ ...line, line: at + 1, ...(line.type === 'run-end' && { lines: all.length }) }));
    return fileOf(placed, `${index}.jsonl`);
  });
  // each file declares its own load, so they are read one at a time
  const options = files.map(file => plannerOptions(readBenchmark([file]))).flat();
  expect(options.map(({ load }) => load)).toEqual(['tts-4', 'tts-8']);
  expect(options[1]).toMatchObject({ stage: 'tts', profile: '3g.40gb', gpu: 'NVIDIA-A100-SXM4-80GB', arm: 'mig' });
});
