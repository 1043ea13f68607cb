import { readBenchmark } from '../../src/benchmark';
import { Gpu, GpuSliceKind } from '../../src/hardware';
import { BenchmarkReport, GpuEnvironment, GpuPlanStatus, GpuStrategyQuestion, planFleet, readFleet, StrategyAdvice } from '../../src/planning';
import { benchmarkJson } from '../../src/report';
import { changed, fileOf, Line, MadeArm, madeLines, MadeRun } from '../benchmark/results/made-run';

const A100 = 'NVIDIA-A100-SXM4-80GB';
const QUICK: MadeArm = { asrMs: 60, llmMs: 300, ttsMs: 120 };
const SLOW: MadeArm = { asrMs: 120, llmMs: 300, ttsMs: 240 };

const jsonOf = (...lines: Line[][]) => benchmarkJson(readBenchmark(lines.map((each, index) => fileOf(each, `${index}.jsonl`))));
const reportOf = (made: MadeRun) => BenchmarkReport.of(jsonOf(madeLines(made)));
const advise = (question: Partial<GpuStrategyQuestion>) => StrategyAdvice.of({ gpu: Gpu.A100_SXM4_80GB, tenants: 2, memoryMib: 15000, ...question });

/** A run with what its placement check found put in. */
function placed(lines: Line[], found: Line[], arms: string[]): Line[] {
  const at = lines.findIndex(({ type }) => type === 'self-check') + 1;
  const placements = arms.map(arm => ({ type: 'placement', run: lines[0].run, arm, when: 'before', ok: true, found, problems: [] }));
  return [...lines.slice(0, at), ...placements, ...lines.slice(at)].map((line, index, all) =>
    ({ ...line, line: index + 1, ...(line.type === 'run-end' && { lines: all.length }) }));
}

describe('advice from what was measured here', () => {
  test('the measured winner is chosen against what others measured of load', () => {
    const load = { environment: GpuEnvironment.PRODUCTION, tailLatencyTarget: true, bandwidthBound: true, busyTenants: 2 };
    expect(advise(load).choice).toBe(GpuSliceKind.MIG);
    const { choice, scores, notes } = advise({ ...load, measured: reportOf({ arms: { 'mig': SLOW, 'time-slicing': QUICK } }) });
    expect(choice).toBe(GpuSliceKind.TIME_SLICED);
    expect(scores.slice(0, 2)).toEqual([
      {
        strategy: GpuSliceKind.MIG,
        points: -3,
        reason: expect.stringMatching(/^measured under heavy: time-slicing \d\.\d+ \(\d\.\d+ to \d\.\d+\) against mig \d\.\d+ \(\d\.\d+ to \d\.\d+\): goodput per GPU in turns\/s$/),
        evidence: 'measured here: 1 run of 2026-11-29 on boards that the results do not name',
      },
      expect.objectContaining({ strategy: GpuSliceKind.TIME_SLICED, points: 3 }),
    ]);
    // what remains is of isolation and of how it is run, not of load
    expect(scores.filter(({ strategy, reason }) => strategy === GpuSliceKind.MIG && /bandwidth|busy|slowest/.test(reason))).toEqual([]);
    expect(notes).toEqual([]);
  });

  test('a strategy whose interval overlaps with the best gets nothing, and the report says so', () => {
    const { scores, notes } = advise({ measured: reportOf({ arms: { 'mig': { ...QUICK, varies: 0.2 }, 'time-slicing': { ...QUICK, asrMs: 62, varies: 0.2 } } }) });
    expect(scores.filter(({ evidence }) => evidence.startsWith('measured here'))).toEqual([]);
    expect(notes).toEqual(['heavy: the intervals of mig and time-slicing overlap']);
  });

  test('too few repetitions decide nothing', () => {
    const { scores, notes } = advise({ measured: reportOf({ repetitions: 2, arms: { 'mig': SLOW, 'time-slicing': QUICK } }) });
    expect(scores.filter(({ points }) => Math.abs(points) === 3)).toEqual([]);
    expect(notes).toEqual([expect.stringContaining('has no interval, since too few repetitions count')]);
  });

  test('a measured pair is not to be measured again', () => {
    const load = { tenants: 7, memoryMib: 5000, busyTenants: 6, reconfiguredOften: false };
    expect(advise(load).measure).toEqual([GpuSliceKind.MIG, GpuSliceKind.MPS]);
    const { choice, measure } = advise({ ...load, measured: reportOf({ arms: { mps: QUICK, mig: SLOW } }) });
    expect([choice, measure]).toEqual([GpuSliceKind.MPS, []]);
  });

  test('reinvest speaks for MIG, and an arm of no strategy for nothing', () => {
    const arms = { dedicated: { ...SLOW, gpus: 3 }, reinvest: { ...QUICK, gpus: 3 }, own: { ...QUICK, strategy: 'other' } };
    const { scores } = advise({ measured: reportOf({ arms }) });
    const measured = scores.filter(({ points }) => Math.abs(points) === 3);
    expect(measured.map(({ strategy, points }) => [strategy, points])).toEqual([[GpuSliceKind.WHOLE, -3], [GpuSliceKind.MIG, 3]]);
  });

  test('a strategy that is not possible neither wins nor makes others lose', () => {
    const measured = reportOf({ arms: { 'time-slicing': QUICK, 'mig': SLOW } });
    const { scores, notes } = advise({ measured, unsharedGpusOnNode: true });
    expect(scores.filter(({ points }) => Math.abs(points) === 3)).toEqual([]);
    expect(notes).toEqual(['the results have fewer than two of the strategies that are possible, so they compare nothing']);
  });

  test('results of another board count for nothing', () => {
    const made = madeLines({ arms: { 'mig': SLOW, 'time-slicing': QUICK } });
    const report = BenchmarkReport.of(jsonOf(placed(made, [{ stage: 'asr', pod: 'a', product: 'NVIDIA H200' }], ['mig', 'time-slicing'])));
    const note = 'the results are of NVIDIA-H200, and the question is about NVIDIA-A100-SXM4-80GB: they count for nothing';
    expect(advise({ measured: report }).notes).toEqual([note]);
    expect(advise({ measured: report, gpu: Gpu.fromProductLabel('NVIDIA-H200') }).scores[0].evidence).toBe('measured here: 1 run of 2026-11-29 on NVIDIA-H200');
  });

  test('loads that disagree decide nothing, and one of them does when it is yours', () => {
    const report = twoLoads({ light: { mig: QUICK, dedicated: SLOW }, heavy: { mig: SLOW, dedicated: QUICK } });
    const { scores, notes } = advise({ measured: report });
    expect(scores.filter(({ points }) => Math.abs(points) === 3)).toEqual([]);
    expect(notes).toEqual([expect.stringMatching(/^loads disagree \(measured under light: mig .*; measured under heavy: dedicated .*\): say which load is yours$/)]);
    expect(advise({ measured: report.forLoad('light') }).scores[0]).toMatchObject({ strategy: GpuSliceKind.WHOLE, points: -3 });
    expect(advise({ measured: report.forLoad('heavy') }).scores[0]).toMatchObject({ strategy: GpuSliceKind.WHOLE, points: 3 });
    expect(() => report.forLoad('heavi')).toThrow('the report has no load heavi; it has light, heavy');
  });
});

/** A report of two loads, each of a run with arms of its own speed. */
function twoLoads(loads: Record<string, Record<string, MadeArm>>): BenchmarkReport {
  const reports = Object.entries(loads).map(([name, arms]) =>
    JSON.parse(jsonOf(madeLines({ arms, loads: [{ name, stage: 'voice', kind: 'closed', users: 5, seconds: 60, thinkSeconds: 0 }] }))) as Record<string, unknown[]>);
  return BenchmarkReport.of(JSON.stringify({ ...reports[0], loads: reports.flatMap(each => each.loads) }));
}

describe('options for a plan', () => {
  const sweep = { loads: [{ name: 'tts-4', stage: 'tts', kind: 'closed', users: 4, seconds: 60 }] };
  const found = [{ stage: 'tts', pod: 'mig-tts-0', product: 'NVIDIA A100-SXM4-80GB', profile: '3g.40gb' }];
  const json = jsonOf(placed(madeLines({ arms: { mig: QUICK }, targets: {}, ...sweep }), found, ['mig']));
  const FLEET = (more: string) => `gpus: [{ gpu: ${A100} }]\nworkloads:\n  - { name: tts, demand: 12, measured: { report: bench.json, stage: tts }${more} }`;

  test('are those of a stage, with the board that they were measured on', () => {
    const [option, ...others] = BenchmarkReport.of(json).options('tts');
    expect(option).toEqual({ profile: '3g.40gb', gpu: Gpu.A100_SXM4_80GB, throughput: expect.any(Number) });
    expect(option.throughput).toBeGreaterThan(1);
    expect(others).toEqual([]);
    expect(() => BenchmarkReport.of(json).options('asr')).toThrow('the report has no options of stage asr (of tts it has): they come from loads of that stage alone');
  });

  test('reach a plan through the fleet file: as many replicas as the demand takes', () => {
    const fleet = readFleet(FLEET(''), 'fleet.yaml', name => { expect(name).toBe('bench.json'); return BenchmarkReport.of(json); });
    const { status, assignments } = planFleet(fleet);
    const [{ throughput }] = BenchmarkReport.of(json).options('tts');
    expect(status).toBe(GpuPlanStatus.OPTIMAL);
    expect(assignments).toMatchObject([{ workload: 'tts', profile: '3g.40gb', replicas: Math.ceil(12 / throughput) }]);
  });

  test.each([
    ['options beside them', FLEET(', options: [{ profile: 1g, throughput: 1 }]'), 'fleet.yaml:3: workloads[0]: measured stands for options; leave one of them out'],
    ['a stage that a benchmark does not have', FLEET('').replace('stage: tts', 'stage: ttx'), 'workloads[0].measured.stage: is one of asr, llm, tts, got ttx; did you mean tts'],
    ['a stage that was not measured', FLEET('').replace('stage: tts', 'stage: llm'), 'fleet.yaml:3: workloads[0]: measured: bench.json: the report has no options of stage llm'],
  ])('%s are refused', (_, text, message) => {
    expect(() => readFleet(text, 'fleet.yaml', () => BenchmarkReport.of(json))).toThrow(message);
  });
});

describe('what is no report', () => {
  const whole = jsonOf(madeLines({ arms: { mig: QUICK } }));
  test.each([
    ['no JSON, and its text is not repeated', 'root:x:0:0', 'this is no report of a benchmark (it is no JSON); give what cdk8s-gpu bench report --format json prints'],
    ['other JSON', '[1]', 'this is no report of a benchmark (it has no schema)'],
    ['a form of another release', whole.replace('report/1', 'report/2'), 'its schema is cdk8s-gpu.benchmark-report/2, and this release reads cdk8s-gpu.benchmark-report/1'],
    ['a report with a list gone', whole.replace('"loads"', '"lods"'), 'the report of the benchmark is damaged: report: loads is missing'],
    ['a figure that is none', whole.replace(/"mean": [\d.]+/, '"mean": "\\u001b[2J"'), 'must be a number, got \\u001b[2J'],
  ])('is refused: %s', (_, text, message) => {
    expect(() => BenchmarkReport.of(text)).toThrow(message);
    try { BenchmarkReport.of(text); } catch (error) { expect((error as Error).message).not.toMatch(/\u001b|root/); }
  });

  test('names that speak to a terminal are written out', () => {
    const hostile = changed(madeLines({ arms: { 'mig': SLOW, 'time-slicing': QUICK } }), ({ type }) => type === 'run', line => ({ ...line, startedAt: '\u001b[2J' }));
    const { scores } = advise({ measured: BenchmarkReport.of(jsonOf(hostile)) });
    expect(scores[0].evidence).toBe('measured here: 1 run of \\u001b[2J on boards that the results do not name');
  });
});
