// Compares the simulation of arrivals with the structured allocator of Kubernetes, step by step: random histories of claims and releases on
// every board whose slices a DRA driver could publish. node index.js PROGRAM STEPS [--check]
'use strict';
const { spawn } = require('child_process');
const { Gpu } = require('../../../lib/hardware');
const { BoardStates } = require('../../../lib/planning/arrivals/board-states');
const { wholeNumbersFrom } = require('../../../lib/planning/arrivals/plan-arrivals');
const { dnsLabel, dynamicBoard, publishable, slicesOf } = require('../dra/published-devices');

const [program, wanted] = process.argv.slice(2);
const STEPS = Number(wanted);
const STEPS_A_HISTORY = 40;
const random = wholeNumbersFrom(2026);

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
