import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { run, runWith } from './run';

const FLEET = `
gpus: [{ gpu: NVIDIA-A100-SXM4-80GB }]
workloads:
  - { name: a, profiles: [3g.40gb], replicas: 2 }
  - { name: b, profiles: [1g.10gb] }
`;

test('JSON has the shape that scripts rely on', async () => {
  const { out, code } = await runWith(FLEET, ['plan', '-', '--format', 'json']);
  const plan = JSON.parse(out) as Record<string, unknown>;
  expect(code).toBe(0);
  expect(plan).toMatchObject({
    status: 'optimal',
    optimal: true,
    gpus: 2,
    cost: 2,
    lowerBound: 2,
    gap: 0,
    layouts: [{ gpu: 'NVIDIA-A100-SXM4-80GB', layout: { '1g.10gb': 1 }, count: 1 }, { gpu: 'NVIDIA-A100-SXM4-80GB', layout: { '3g.40gb': 2 }, count: 1 }],
    assignments: [
      { workload: 'b', gpu: 'NVIDIA-A100-SXM4-80GB', profile: '1g.10gb', replicas: 1 },
      { workload: 'a', gpu: 'NVIDIA-A100-SXM4-80GB', profile: '3g.40gb', replicas: 2 },
    ].sort((x, y) => (x.workload < y.workload ? -1 : 1)),
    baselines: { wholeGpu: 3, uniformProfile: 2, firstFitDecreasing: 2 },
  });
  expect(typeof plan.solveMs).toBe('number');
});

test('text says the cost, the bound and the gap together, and what others would cost', async () => {
  const { out, code } = await runWith(FLEET, ['plan', '-']);
  expect(code).toBe(0);
  expect(out).toContain('optimal: 2 boards, cost 2, lower bound 2, gap 0 %; no cheaper plan exists');
  expect(out).toContain('a whole board each');
});

test('a fleet without a plan is exit code 1, with the reason', async () => {
  const { out, code } = await runWith(FLEET.replace('A100-SXM4-80GB }', 'A100-SXM4-80GB, count: 1 }'), ['plan', '-']);
  expect(code).toBe(1);
  expect(out).toContain('b: the 1 workload before it fit, with it the boards do not suffice');
});

test('a search that the time limit ends is exit code 4, with the gap', async () => {
  const profiles = ['1g', '1g.20gb', '2g', '3g', '4g', '7g'];
  const workloads = Array.from({ length: 40 }, (_, i) => ({
    name: `w${i}`, demand: 100 + (i * 37) % 91, options: profiles.map((profile, j) => ({ profile, throughput: (j + 2) * 3 + ((i * 13 + j * 7) % 10) / 3 })),
  }));
  const { out, code } = await runWith(JSON.stringify({ gpus: [{ gpu: 'NVIDIA-A100-SXM4-80GB' }], workloads }), ['plan', '-', '--format', 'json', '--time-limit', '0.05']);
  const plan = JSON.parse(out) as Record<string, number | string>;
  expect(code).toBe(4);
  expect(plan).toMatchObject({ status: 'bounded', optimal: false });
  expect(plan.gap).toBeGreaterThan(0);
  expect(plan.cost).toBeGreaterThan(plan.lowerBound as number);
});

test('arrivals are simulated on the boards of the plan: in a random order, or in that of a file', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plan-'));
  try {
    const file = path.join(folder, 'arrivals.yaml');
    fs.writeFileSync(file, '- { workload: a }\n- { workload: b }\n- 2g.20gb\n- { leaves: a }\n');
    const fleet = 'gpus: [{ gpu: NVIDIA-A100-SXM4-80GB }]\nworkloads: [{ name: a, profiles: [3g] }, { name: b, profiles: [2g], replicas: 2 }]';
    const arrivals = async (...args: string[]) =>
      (JSON.parse((await runWith(fleet, ['plan', '-', '--format', 'json', '--arrivals', ...args])).out) as { arrivals: Record<string, unknown> }).arrivals;
    // the 3g takes the first half, one 2g the second; the last finds room when the 3g has left
    expect(await arrivals(file)).toMatchObject({ arrivals: 3, placed: 3, waiting: 0, stranded: [2], promised: 4, reached: 4 });
    expect(await arrivals('random', '--seed', '3')).toMatchObject({ arrivals: 3, promised: 7 });
    expect(await arrivals('random', '--seed', '3')).toEqual(await arrivals('random', '--seed', '3'));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

test.each([
  ['no file', ['plan'], 'plan needs a fleet file'],
  ['a file that is not there', ['plan', '/nowhere/fleet.yaml'], 'no such file or folder'],
  ['arrivals that are not there', ['plan', '-', '--arrivals', '/nowhere'], '/nowhere: no such file or folder'],
  ['no seed', ['plan', '-', '--arrivals', 'random', '--seed', '-1'], '--seed is a whole number from 0'],
  ['no time', ['plan', '-', '--time-limit', '0'], '--time-limit is a number of seconds above 0'],
])('%s is exit code 2', async (_, args, message) => {
  const { err, code } = await runWith(FLEET, args);
  expect([code, err]).toEqual([2, expect.stringContaining(message)]);
});

test('a fleet file with a fault is exit code 2, with its line', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plan-'));
  try {
    const file = path.join(folder, 'fleet.yaml');
    fs.writeFileSync(file, 'gpus: [{ gpu: NVIDIA-A100-SXM4-80GB }]\nworkloads: [{ name: a, replica: 1 }]\n');
    const { err, code } = await run('plan', file);
    expect(code).toBe(2);
    expect(err).toContain(`${file}:2: workloads[0].replica: there is no such field; did you mean replicas`);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

test('the schema names every field that the reader takes', async () => {
  const { out } = await run('plan', '--schema');
  const schema = JSON.parse(out) as { properties: { workloads: { items: { properties: object } } } };
  expect(Object.keys(schema.properties.workloads.items.properties))
    .toEqual(['name', 'replicas', 'memoryMib', 'model', 'serving', 'profiles', 'demand', 'options', 'measured', 'isolation', 'spread', 'headroom']);
});
