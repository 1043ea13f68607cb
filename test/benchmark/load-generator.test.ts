import { execFileSync } from 'child_process';
import * as path from 'path';
import { generate, sharedArm, shortConfig, SmallServers, startServers } from './small-servers';
import { generatorFiles } from '../../src/benchmark/generator/generator-files';

jest.setTimeout(120_000);

let servers: SmallServers;
beforeAll(async () => {
  servers = await startServers([
    sharedArm('mig', 'mig'), sharedArm('time-slicing', 'time-slicing'), sharedArm('slow-asr', 'whole', { asr: { workMs: 600 } }), sharedArm('slow-llm', 'whole', { llm: { firstMs: 500, tokenMs: 15 } }),
    sharedArm('slow-tts', 'whole', { tts: { firstMs: 400, workPerSecond: 10 } }), sharedArm('deaf', 'whole', { asr: { empty: true } }), sharedArm('silent', 'whole', { tts: { silent: true } }),
    sharedArm('starved', 'whole', { tts: { workPerSecond: 3000 } }),
  ]);
});
afterAll(() => { servers.process.kill(); });

const arm = (name: string, more: object = {}) => ({ name, strategy: name, gpus: 2, ...servers.arms[name], ...more });
const placement = (name: string, profile?: string) => ({
  stages: ['asr', 'tts'].map(stage => ({ stage, podPattern: `^${name}-${stage}-[a-z0-9]+-[a-z0-9]{5}$`, pods: 1, product: 'NVIDIA-A100-SXM4-80GB', profile })), together: [['asr', 'tts']], apart: [],
});
const turns = (lines: any[], name?: string) => lines.filter(line => line.type === 'turn' && (name === undefined || line.arm === name));

test('a turn goes through all three stages, in real time, and the stages add up to what a caller waits', async () => {
  const { code, lines, results, progress } = await generate(shortConfig([arm('mig', { placement: placement('mig', '3g.40gb') })], { placement: { exporters: [servers.dcgm] } }));
  expect(code).toBe(0);
  expect(progress).toContain('complete');
  const ok = turns(lines).filter(({ outcome }) => outcome === 'ok');
  expect(ok.length).toBeGreaterThan(5);
  for (const { asr, llm, tts } of ok) {
    // the sound lasts as long as it lasts, however fast the servers are
    expect(asr.userStopAtMs - asr.startAtMs).toBeGreaterThan(asr.audioSeconds * 1000 - 5);
    expect(llm.startAtMs).toBeGreaterThanOrEqual(asr.lastFinalAtMs);
    expect(llm.tokens).toBe(24);
    expect(tts.firstAudioAtMs).toBeGreaterThan(llm.firstSentenceAtMs);
    expect(tts.sentences).toBe(3);
  }
  const [{ counted }] = results.loads[0].arms;
  expect(Math.abs(counted[0].figures.unaccounted!)).toBeLessThan(20);
  expect(results.placements[0].found.map(({ stage, profile }) => [stage, profile])).toEqual([['asr', '3g.40gb'], ['tts', '3g.40gb']]);
});

test('a bottleneck in each stage is found, and a transcript or audio that is empty is a failure', async () => {
  const names = ['slow-asr', 'slow-llm', 'slow-tts', 'deaf', 'silent'];
  const { results, lines } = await generate(shortConfig(names.map(name => arm(name))));
  const doubts = results.doubts.join('\n');
  expect(doubts).toContain('light: in slow-asr, recognition takes');
  expect(doubts).toContain('light: in slow-llm, the language model takes');
  expect(doubts).toContain('light: in slow-tts, synthesis takes');
  expect(new Set(turns(lines, 'deaf').map(({ error }) => `${error.stage}: ${error.message}`))).toEqual(new Set(['asr: the transcript is empty']));
  expect(new Set(turns(lines, 'silent').map(({ error }) => `${error.stage}: ${error.message}`))).toEqual(new Set(['tts: the audio is silent']));
});

test('a noisy neighbour shows in its own stage: synthesis slower than speech leaves gaps that a listener hears', async () => {
  const { lines } = await generate(shortConfig([arm('starved')], { loads: [{ name: 'tts-2', stage: 'tts', kind: 'closed', users: 2, seconds: 5, rampSeconds: 0, warmUpSeconds: 0, drainSeconds: 4, thinkSeconds: 0 }] }));
  expect(turns(lines).some(({ tts }) => tts.underruns > 0)).toBe(true);
});

test('a pod that is not where it was declared ends the run before it measures', async () => {
  const { code, lines, results } = await generate(shortConfig([arm('mig', { placement: placement('mig', '1g.10gb') })], { placement: { exporters: [servers.dcgm] } }));
  expect(code).toBe(1);
  expect(turns(lines)).toEqual([]);
  expect(results.problems.join('\n')).toContain('arm mig does not run as declared: asr: mig-asr-7d9c5b6f4-x2x4z runs on 3g.40gb (GPU-mig-0), declared is 1g.10gb');
});

test('a generator that cannot keep time ends the run before it measures', async () => {
  const { code, lines, results } = await generate(shortConfig([arm('mig')], { selfCheck: { streams: 20, seconds: 0.5, p99LateMs: 0 } }));
  expect(code).toBe(1);
  expect(lines.map(({ type }) => type)).toEqual(['run', 'self-check', 'run-end']);
  expect(results.problems.join('\n')).toContain('the generator is too slow: it paces 20 streams');
});

test('a stop keeps what was measured, and turns in flight are written as such', async () => {
  const { code, lines, results } = await generate(shortConfig([arm('mig')], { repetitions: 3 }), generator => new Promise(resolve => {
    setTimeout(() => { generator.kill('SIGTERM'); resolve(); }, 5000);
  }));
  expect(code).toBe(3);
  expect(lines.at(-1)).toMatchObject({ type: 'run-end', outcome: 'stopped', lines: lines.length });
  expect(turns(lines).some(({ outcome }) => outcome === 'ok')).toBe(true);
  expect(turns(lines).filter(({ outcome }) => outcome === 'in-flight').length).toBeGreaterThan(0);
  expect(results.problems.join('\n')).toContain('was stopped: by a signal');
});

test('the tenant of an arm is told in its cells, and failures of neighbours are counted after it', async () => {
  const loads = [{ name: 'light', stage: 'voice', kind: 'closed', users: 3, seconds: 8, rampSeconds: 0, warmUpSeconds: 0, drainSeconds: 3, thinkSeconds: 0.1, faultAfterSeconds: 4 }];
  const port = 20000 + process.pid % 20000;
  const { results } = await generate(shortConfig([arm('time-slicing')], { loads, fault: { port } }), async generator => {
    const url = `http://127.0.0.1:${port}/fault/time-slicing`;
    let told = false;
    while (!told && generator.exitCode === null) {
      told = await fetch(url).then(({ status }) => status === 200, () => false);
      await new Promise(resolve => { setTimeout(resolve, 100); });
    }
    await fetch(`${servers.control}/break/time-slicing/tts`);
    await fetch(url, { method: 'POST', body: 'a write to address 0 gave CUDA error 700' });
  });
  await fetch(`${servers.control}/mend/time-slicing`);
  expect(results.faults).toMatchObject([{ arm: 'time-slicing', trials: 1, trialsWithHarm: 1, outcomes: ['a write to address 0 gave CUDA error 700'], before: { failed: 0 } }]);
});

test('open loop: turns come whether earlier ones are done or not', async () => {
  const loads = [{ name: 'open', stage: 'llm', kind: 'open', turnsPerSecond: 10, seconds: 4, rampSeconds: 0, warmUpSeconds: 0, drainSeconds: 8 }];
  const { lines, results } = await generate(shortConfig([arm('slow-llm')], { loads }));
  const { figures } = results.loads[0].arms[0].counted[0];
  // 40 are expected; the chance of fewer than 20 or more than 65 is below 1 in 10,000, and the seed is fixed
  expect(turns(lines).length).toBeGreaterThan(20);
  expect(turns(lines).length).toBeLessThan(65);
  expect(figures.concurrency).toBeGreaterThan(2);
});

test('a configuration that is none is refused with all that is wrong', async () => {
  const { code, progress } = await generate({ ...shortConfig([]), schema: 'x', repetitions: 0 });
  expect(code).toBe(2);
  expect(progress).toMatch(/schema is "x", this program reads cdk8s-gpu\.benchmark\/1; arms is empty; repetitions is 0/);
});

test('the program uses Node alone, and of Node what a load generator needs', () => {
  const imports = Object.values(generatorFiles()).flatMap(text => [...text.matchAll(/^import .* from '([^']+)';$/gm)].map(match => match[1]));
  const modules = [...new Set(imports.filter(name => !name.startsWith('./')))].sort();
  expect(modules).toEqual([
    'node:crypto', 'node:events', 'node:fs', 'node:http', 'node:http2', 'node:https', 'node:os', 'node:path', 'node:perf_hooks', 'node:url', 'node:worker_threads',
  ]);
});

test('the program passes TypeScript\'s check of its comments', () => {
  const root = path.join(__dirname, '..', '..');
  const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  expect(execFileSync(process.execPath, [tsc, '-p', path.join(__dirname, 'load-generator.tsconfig.json')], { encoding: 'utf8' })).toBe('');
});
