// Compares the simulation of arrivals with the structured allocator of Kubernetes, step by step: random histories of claims and releases on
// every board whose slices a DRA driver could publish; and what claims of several devices get with a search of our own. node index.js PROGRAM STEPS
'use strict';
const { spawn } = require('child_process');
const { Gpu } = require('../../../lib/hardware');
const { BoardStates } = require('../../../lib/planning/arrivals/board-states');
const { wholeNumbersFrom } = require('../../../lib/planning/arrivals/plan-arrivals');
const { dnsLabel, dynamicBoard, publishable, slicesOf } = require('../dra/published-devices');
const { Boards, WHOLE } = require('./search');

const [program, wanted] = process.argv.slice(2);
const STEPS = Number(wanted);
const STEPS_A_HISTORY = 40;
const random = wholeNumbersFrom(2026);

const CLASS = { metadata: { name: 'any' }, spec: { selectors: [{ cel: { expression: "device.driver == 'gpu.nvidia.com'" } }] } };

/** What a request asks for. */
function devicesOf(profile, count = 1) {
  const attribute = (key, value) => `device.attributes['gpu.nvidia.com'].${key} == '${value}'`;
  const expression = profile === WHOLE ? attribute('type', 'gpu') : `${attribute('type', 'mig')} && ${attribute('profile', profile)}`;
  return { deviceClassName: 'any', allocationMode: 'ExactCount', count, selectors: [{ cel: { expression } }] };
}

const claimOfRequests = (name, requests, constraints) => ({ metadata: { name, namespace: 'default', uid: name }, spec: { devices: { requests, constraints } } });
const claimOf = (name, profile) => claimOfRequests(name, [{ name: 'r', exactly: devicesOf(profile) }]);

/** A random history, and what the simulation makes of it. */
function historyOn(gpu) {
  const count = 1 + random(4);
  const boards = Array.from({ length: count }, (_, minor) => dynamicBoard(gpu, { node: 'node', minor }));
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
  return { line: JSON.stringify({ slices: slicesOf('node', boards, { apart: true }), classes: [CLASS], steps }), expected, gpu, steps };
}

/** A claim of several devices, or of one of several kinds, as pools hand them out; and the search that it stands for. */
function severalDevices(name, profiles) {
  const any = () => profiles[random(profiles.length)];
  const ofMig = () => profiles[random(profiles.length - 1)]; // a whole GPU, the last, has no parent
  switch (random(4)) {
    case 0: { // one of several kinds, with something beside it
      const alternatives = [...new Set([any(), any(), any()])];
      const beside = any();
      const firstAvailable = alternatives.map((profile, index) => ({ name: `a${index}`, ...devicesOf(profile) }));
      return { claim: claimOfRequests(name, [{ name: 'one-of', firstAvailable }, { name: 'beside', exactly: devicesOf(beside) }]), requests: [alternatives, [beside]] };
    }
    case 1: { // several on one board
      const together = Array.from({ length: 2 + random(2) }, ofMig);
      const requests = together.map((profile, index) => ({ name: `r${index}`, exactly: devicesOf(profile) }));
      return { claim: claimOfRequests(name, requests, [{ matchAttribute: 'gpu.nvidia.com/parentUUID' }]), requests: together.map(each => [each]), isOnOneBoard: true };
    }
    case 2: { // several whole GPUs, as for tensor parallelism
      return { claim: claimOfRequests(name, [{ name: 'r', exactly: devicesOf(WHOLE, 2) }]), requests: [[WHOLE], [WHOLE]] };
    }
    default: {
      const profile = any();
      return { claim: claimOf(name, profile), requests: [[profile]] };
    }
  }
}

/** A random history of such claims. */
function historyOfSeveral(gpu) {
  const count = 1 + random(3);
  const boards = Array.from({ length: count }, (_, minor) => dynamicBoard(gpu, { node: 'node', minor }));
  const profiles = [...publishable(gpu).map(({ name }) => name), WHOLE];
  const now = new Boards(gpu, count, countersOfProfiles(gpu));
  const held = new Map();
  const steps = [];
  const expected = [];
  for (let step = 0; step < STEPS_A_HISTORY; step++) {
    if (held.size > 0 && random(3) === 0) {
      const release = [...held.keys()][random(held.size)];
      now.release(held.get(release));
      held.delete(release);
      steps.push({ release });
      expected.push(null);
      continue;
    }
    const name = `claim-${step}`;
    const { claim, requests, isOnOneBoard = false } = severalDevices(name, profiles);
    const places = now.allocate(requests, isOnOneBoard);
    if (places !== undefined) { held.set(name, places); }
    steps.push({ claim });
    expected.push((places ?? []).map(place => now.nameOf(place)));
  }
  return { line: JSON.stringify({ slices: slicesOf('node', boards, { apart: true }), classes: [CLASS], steps }), expected, gpu, steps };
}

/** What each profile takes of the counters of a board, memory slices aside; of the whole board all. */
function countersOfProfiles(gpu) {
  const { devices } = dynamicBoard(gpu, { node: 'node', minor: 0 });
  const figures = ({ counters }) => Object.fromEntries(Object.entries(counters).filter(([name]) => !name.startsWith('memory-slice-')).map(([name, { value }]) => [name, Number(value)]));
  return Object.fromEntries(devices.map(({ attributes, consumesCounters: [consumed] }) => [attributes.profile?.string ?? WHOLE, figures(consumed)]));
}

async function main() {
  const gpus = Gpu.all().filter(gpu => publishable(gpu).length > 0);
  const histories = Array.from({ length: Math.ceil(STEPS / STEPS_A_HISTORY) }, (_, index) => {
    // every fourth is of claims of several devices
    return index % 4 === 3 ? historyOfSeveral(gpus[Math.floor(index / 4) % gpus.length]) : historyOn(gpus[index % gpus.length]);
  });
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
  console.log(`${steps} steps on ${gpus.length} boards, a quarter of them of claims of several devices: ${wrong.length} disagreements with the structured allocator`);
  wrong.slice(0, 5).forEach(each => console.log(each));
  process.exitCode = wrong.length === 0 && steps >= STEPS ? 0 : 1;
}

void main();
