// Compares the simulation of arrivals with the structured allocator of Kubernetes, step by step: random histories of claims and releases on
// every board whose slices a DRA driver could publish. node index.js PROGRAM STEPS [--check]
'use strict';
const { spawn } = require('child_process');
const { Gpu } = require('../../../lib/hardware');
const { BoardStates } = require('../../../lib/planning/arrivals/board-states');
const { wholeNumbersFrom } = require('../../../lib/planning/arrivals/plan-arrivals');

const [program, wanted] = process.argv.slice(2);
const STEPS = Number(wanted);
const STEPS_A_HISTORY = 40;
const random = wholeNumbersFrom(2026);

// Devices as dra-driver-nvidia-gpu publishes them (cmd/gpu-kubelet-plugin, partitions.go and deviceinfo.go): one counter set a board, with a
// counter for each kind of engine, for memory, and for each memory slice.
const ENGINES = ['copyEngines', 'decoders', 'encoders', 'jpegEngines', 'ofaEngines'];
const kebab = name => name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
const dnsLabel = name => name.toLowerCase().replace('.', '').replace(/[^a-z0-9-]/g, '-').replace(/^-+|-+$/g, '');

function countersOf(profile) {
  const engines = Object.fromEntries(ENGINES.map(engine => [kebab(engine), profile.engines[engine] ?? 0]));
  return { multiprocessors: profile.multiprocessors, memory: profile.memoryMib * 1048576, ...engines };
}

function withSlices(counters, { start, size }) {
  const slices = Object.fromEntries(Array.from({ length: size }, (_, i) => [`memory-slice-${start + i}`, 1]));
  return Object.fromEntries(Object.entries({ ...counters, ...slices }).map(([name, value]) => [name, { value: String(value) }]));
}

/** The profiles of a board, of which all figures that the driver publishes are known; none when some are not: its counters would be wrong. */
function publishable(gpu) {
  const plain = gpu.profiles.filter(({ name }) => !/gfx|-me/.test(name));
  const isKnown = ({ multiprocessors, memoryMib, placements, giProfileId, engines }) =>
    [multiprocessors, memoryMib, placements, giProfileId, ...ENGINES.map(engine => engines[engine])].every(each => each !== undefined);
  return plain.every(isKnown) ? plain : [];
}

function boardOf(gpu, minor) {
  const profiles = publishable(gpu);
  const all = profiles.map(countersOf);
  const most = Object.fromEntries(Object.keys(all[0]).map(name => [name, Math.max(...all.map(each => each[name]))]));
  const whole = { start: 0, size: gpu.placementUnits ?? gpu.memorySlices };
  const set = `gpu-${minor}-counter-set`;
  const device = (name, type, profile, counters, place) => ({
    name, attributes: { type: { string: type }, ...(profile && { profile: { string: profile } }) }, consumesCounters: [{ counterSet: set, counters: withSlices(counters, place) }],
  });
  const devices = [device(`gpu-${minor}`, 'gpu', undefined, most, whole)];
  for (const profile of profiles) {
    for (const place of profile.placements) {
      devices.push(device(`gpu-${minor}-mig-${dnsLabel(profile.name)}-${profile.giProfileId}-${place.start}`, 'mig', profile.name, countersOf(profile), place));
    }
  }
  return { devices: devices.sort((a, b) => (a.name < b.name ? -1 : 1)), counterSet: { name: set, counters: withSlices(most, whole) } };
}

// counters and devices stand in slices of their own from Kubernetes 1.35 on
function slicesOf(boards) {
  const slice = (index, content) => ({
    metadata: { name: `node-gpu-${String(index).padStart(2, '0')}` },
    spec: { driver: 'gpu.nvidia.com', nodeName: 'node', pool: { name: 'node', generation: 1, resourceSliceCount: boards.length + 1 }, ...content },
  });
  return [slice(0, { sharedCounters: boards.map(({ counterSet }) => counterSet) }), ...boards.map(({ devices }, index) => slice(index + 1, { devices }))];
}

const CLASS = { metadata: { name: 'any' }, spec: { selectors: [{ cel: { expression: "device.driver == 'gpu.nvidia.com'" } }] } };

function claimOf(name, profile) {
  const attribute = (key, value) => `device.attributes['gpu.nvidia.com'].${key} == '${value}'`;
  const expression = profile === 'whole' ? attribute('type', 'gpu') : `${attribute('type', 'mig')} && ${attribute('profile', profile)}`;
  const exactly = { deviceClassName: 'any', allocationMode: 'ExactCount', count: 1, selectors: [{ cel: { expression } }] };
  return { metadata: { name, namespace: 'default', uid: name }, spec: { devices: { requests: [{ name: 'r', exactly }] } } };
}

/** A random history, and what the simulation makes of it. */
function historyOn(gpu) {
  const count = 1 + random(4);
  const boards = Array.from({ length: count }, (_, minor) => boardOf(gpu, minor));
  const states = BoardStates.of(gpu);
  const profiles = [...publishable(gpu).map(({ name }) => name), 'whole'];
  const now = boards.map(() => 0);
  const held = new Map();
  const steps = [];
  const expected = [];
  for (let step = 0; step < STEPS_A_HISTORY; step++) {
    if (held.size > 0 && random(3) === 0) {
      const name = [...held.keys()][random(held.size)];
      const { board, start } = held.get(name);
      held.delete(name);
      now[board] = states.remove(now[board], start);
      steps.push({ release: name });
      expected.push(null);
      continue;
    }
    const profile = profiles[random(profiles.length)];
    const name = `claim-${step}`;
    const board = now.findIndex(state => states.add(state, profile) !== undefined);
    steps.push({ claim: claimOf(name, profile) });
    if (board < 0) { expected.push([]); continue; }
    const { state, place } = states.add(now[board], profile);
    now[board] = state;
    held.set(name, { board, start: place.start });
    expected.push([profile === 'whole' ? `gpu-${board}` : `gpu-${board}-mig-${dnsLabel(profile)}-${gpu.profile(profile).giProfileId}-${place.start}`]);
  }
  return { line: JSON.stringify({ slices: slicesOf(boards), classes: [CLASS], steps }), expected, gpu, steps };
}

async function main() {
  const gpus = Gpu.all().filter(gpu => publishable(gpu).length > 0);
  const histories = Array.from({ length: Math.ceil(STEPS / STEPS_A_HISTORY) }, (_, index) => historyOn(gpus[index % gpus.length]));
  const child = spawn(program, [], { stdio: ['pipe', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', piece => { out += piece; });
  const ended = new Promise((resolve, reject) => { child.on('close', code => (code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}`)))); });
  for (const { line } of histories) {
    if (!child.stdin.write(`${line}\n`)) { await new Promise(resolve => { child.stdin.once('drain', resolve); }); }
  }
  child.stdin.end();
  await ended;
  const answers = out.trim().split('\n').map(line => JSON.parse(line));
  let steps = 0;
  const wrong = [];
  histories.forEach(({ expected, gpu, steps: asked }, index) => expected.forEach((want, step) => {
    steps++;
    if (JSON.stringify(answers[index]?.[step]) !== JSON.stringify(want)) {
      wrong.push(`${gpu}, history ${index}, step ${step}: ${JSON.stringify(asked[step])}: allocator ${JSON.stringify(answers[index]?.[step])}, simulation ${JSON.stringify(want)}`);
    }
  }));
  console.log(`${steps} steps on ${gpus.length} boards: ${wrong.length} disagreements with the structured allocator`);
  wrong.slice(0, 5).forEach(each => console.log(each));
  process.exitCode = wrong.length === 0 && steps >= STEPS ? 0 : 1;
}

void main();
