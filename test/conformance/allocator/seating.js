// Compares how claims of plain files are seated with the structured allocator of Kubernetes, step by step: random claims and releases on boards
// that are whole, cut, or cut on claim, some of their devices tainted; claims with alternatives, counts, all devices, constraints, admin access.
// node seating.js PROGRAM HISTORIES
'use strict';
const { spawnSync } = require('child_process');
const { dynamicBoard, fixedBoard, publishable, slicesOf } = require('../dra/published-devices');
const { ClusterModel, ManifestDocument } = require('../../../lib/cluster');
const { allocate } = require('../../../lib/cluster/claims/allocate');
const { podClaims } = require('../../../lib/cluster/claims/pod-claims');
const { publishedDevices } = require('../../../lib/cluster/claims/published-devices');
const { Gpu } = require('../../../lib/hardware');
const { wholeNumbersFrom } = require('../../../lib/planning/arrivals/plan-arrivals');

const [program, histories] = process.argv.slice(2);
const STEPS = 30;
const random = wholeNumbersFrom(2026);
const oneOf = list => list[random(list.length)];

const API = { apiVersion: 'resource.k8s.io/v1' };
const CLASS = { ...API, kind: 'DeviceClass', metadata: { name: 'any' }, spec: { selectors: [{ cel: { expression: "device.driver == 'gpu.nvidia.com'" } }] } };
const WHOLE = 'whole';

function asks(profile, more) {
  const attribute = (key, value) => `device.attributes['gpu.nvidia.com'].${key} == '${value}'`;
  const expression = profile === WHOLE ? attribute('type', 'gpu') : `${attribute('type', 'mig')} && ${attribute('profile', profile)}`;
  return { deviceClassName: 'any', selectors: [{ cel: { expression } }], ...(more.allocationMode === undefined && { allocationMode: 'ExactCount', count: 1 }), ...more };
}

function boardsOf(gpu) {
  const isCutOnClaim = random(2) === 0;
  const boards = Array.from({ length: 1 + random(3) }, (_, minor) => {
    const place = { node: 'node', minor };
    if (isCutOnClaim) { return dynamicBoard(gpu, place); }
    if (random(3) === 0) { return fixedBoard(gpu, place); }
    const { profiles } = oneOf(gpu.maximalLayouts());
    return fixedBoard(gpu, place, Object.entries(profiles).flatMap(([profile, count]) => Array(count).fill(profile)));
  });
  for (const device of boards.flatMap(({ devices }) => devices)) {
    if (random(12) === 0) { device.taints = [{ key: 'k', value: 'v', effect: 'NoSchedule' }]; }
  }
  return boards;
}

/** The devices of a claim: requests and constraints. */
function devicesOf(profiles) {
  const more = random(4) === 0 ? { tolerations: [{ key: 'k', operator: 'Exists' }] } : {};
  const any = (extra = {}) => asks(oneOf(profiles), { ...extra, ...more });
  const slices = profiles.filter(profile => profile !== WHOLE);
  const ofMig = index => ({ name: `r${index}`, exactly: asks(oneOf(slices), more) });
  switch (random(slices.length > 0 ? 7 : 5)) {
    case 0: return { requests: [{ name: 'one-of', firstAvailable: [0, 1, 2].map(index => ({ name: `a${index}`, ...any() })) }, { name: 'beside', exactly: any() }] };
    case 1: return { requests: [{ name: 'several', exactly: any({ count: 2 + random(3) }) }] };
    case 2: return { requests: [{ name: 'all', exactly: any({ allocationMode: 'All' }) }] };
    case 3: return { requests: [{ name: 'look', exactly: any({ adminAccess: true }) }, { name: 'take', exactly: any() }] };
    case 5: return { requests: Array.from({ length: 2 + random(2) }, (_, index) => ofMig(index)), constraints: [{ matchAttribute: 'gpu.nvidia.com/parentUUID' }] };
    case 6: return { requests: [0, 1, 2].map(ofMig), constraints: [{ requests: ['r0', 'r2'], matchAttribute: 'gpu.nvidia.com/parentUUID' }] };
    default: return { requests: [{ name: 'one', exactly: any() }] };
  }
}

function historyOn(gpu) {
  const boards = boardsOf(gpu);
  const slices = slicesOf('node', boards, { apart: true });
  const profiles = [...new Set(boards.flatMap(({ devices }) => devices.map(({ attributes }) => attributes.profile?.string ?? WHOLE)))];
  const held = [];
  const steps = Array.from({ length: STEPS }, (_, step) => {
    if (held.length > 0 && random(3) === 0) { return { release: held.splice(random(held.length), 1)[0] }; }
    const name = `claim-${step}`;
    held.push(name);
    return { claim: { ...API, kind: 'ResourceClaim', metadata: { name, namespace: 'default', uid: name }, spec: { devices: devicesOf(profiles) } } };
  });
  // the program takes the name of the node from the second slice
  const empty = { ...slices[0], metadata: { name: 'empty' }, spec: { ...slices[0].spec, devices: [], pool: { ...slices[0].spec.pool, name: 'empty' } } };
  return { gpu, slices, steps, line: JSON.stringify({ slices: slices.length === 1 ? [empty, ...slices] : slices, classes: [CLASS], steps }) };
}

const podOf = ({ metadata: { name } }) => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' },
  spec: { resourceClaims: [{ name: 'c', resourceClaimName: name }], containers: [{ name: 'main', image: 'example.com/none', resources: { claims: [{ name: 'c' }] } }] },
});

/** What the seating gives each claim. The program keeps what a claim with admin access looks at as if it were taken, and so does this. */
function seated({ slices, steps }) {
  const model = new ClusterModel();
  const claims = steps.flatMap(({ claim }) => (claim === undefined ? [] : [claim, podOf(claim)]));
  [...slices, CLASS, ...claims].forEach((object, index) => model.add(new ManifestDocument(object, 'history.yaml', index + 1)));
  const node = publishedDevices(model).get('node');
  const held = new Map();
  return steps.map(({ claim, release }) => {
    if (release !== undefined) { held.delete(release); return null; }
    const { name } = claim.metadata;
    const taken = new Set([...held.values()].flat());
    const uses = node.devices.map((_, index) => ({ isTaken: taken.has(index), consumed: new Map() }));
    const given = allocate(node, uses, podClaims(model, model.workloads.find(({ document }) => document.name === name)));
    if (typeof given === 'string') { return given === 'none' ? [] : given; }
    held.set(name, given.map(({ device }) => device));
    return given.map(({ device }) => node.devices[device].name);
  });
}

const gpus = Gpu.all().filter(gpu => publishable(gpu).length > 0);
const all = Array.from({ length: Number(histories) }, (_, index) => historyOn(gpus[index % gpus.length]));
const { stdout, status } = spawnSync(program, { input: all.map(({ line }) => `${line}\n`).join(''), encoding: 'utf8', maxBuffer: 2 ** 30, stdio: ['pipe', 'pipe', 'inherit'] });
const answers = stdout.trim().split('\n').map(line => JSON.parse(line));
const wrong = [];
let allocated = 0;
all.forEach((history, number) => seated(history).forEach((mine, step) => {
  const theirs = answers[number]?.[step];
  if (theirs?.length > 0) { allocated++; }
  if (JSON.stringify(mine) !== JSON.stringify(theirs)) {
    wrong.push(`${history.gpu}, history ${number}, step ${step}: ${JSON.stringify(history.steps[step])}: allocator ${JSON.stringify(theirs)}, seating ${JSON.stringify(mine)}`);
  }
}));
console.log(`${all.length * STEPS} steps of plain claims, of which ${allocated} got devices: ${wrong.length} disagreements with the structured allocator`);
wrong.slice(0, 5).forEach(each => console.log(each));
process.exitCode = status === 0 && wrong.length === 0 && allocated > all.length ? 0 : 1;
