// ResourceSlices as NVIDIA's DRA driver publishes them, made from the catalogue of boards: kubernetes-sigs/dra-driver-nvidia-gpu@95932046
// cmd/gpu-kubelet-plugin (deviceinfo.go, mig.go, partitions.go, consumable_shares.go).
'use strict';
const { GpuLayout, placeLayout } = require('../../../lib/hardware');

const DRIVER = 'gpu.nvidia.com';
const ENGINES = ['copyEngines', 'decoders', 'encoders', 'jpegEngines', 'ofaEngines'];
const kebab = name => name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
const dnsLabel = name => name.toLowerCase().replace('.', '').replace(/[^a-z0-9-]/g, '-').replace(/^-+|-+$/g, '');
const bytes = mib => mib * 1048576;

/** The profiles of a board, of which all figures that the driver publishes are known; none when some are not: its counters would be wrong. */
function publishable(gpu) {
  const plain = gpu.profiles.filter(({ name }) => !/gfx|-me/.test(name));
  const isKnown = ({ multiprocessors, memoryMib, placements, giProfileId, engines }) =>
    [multiprocessors, memoryMib, placements, giProfileId, ...ENGINES.map(engine => engines[engine])].every(each => each !== undefined);
  return plain.every(isKnown) ? plain : [];
}

/** CommonCapacitiesMig: what a GPU instance of a profile has. */
function capacitiesOf(profile) {
  const engines = Object.fromEntries(ENGINES.map(engine => [engine, profile.engines[engine] ?? 0]));
  return { multiprocessors: profile.multiprocessors, memory: bytes(profile.memoryMib), ...engines };
}

const valued = figures => Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, { value: String(value) }]));

/** Each capacity is a counter of its board too, and each memory slice one of its own (addCountersForMemSlices). */
function countersOf(capacities, { start, size }) {
  const figures = Object.entries(capacities).map(([name, value]) => [kebab(name), value]);
  const slices = Array.from({ length: size }, (_, index) => [`memory-slice-${start + index}`, 1]);
  return valued(Object.fromEntries([...figures, ...slices]));
}

/** A full GPU has the most of each that a profile of its has. */
function mostOf(profiles) {
  const all = profiles.map(capacitiesOf);
  return Object.fromEntries(Object.keys(all[0]).map(name => [name, Math.max(...all.map(each => each[name]))]));
}

function attributesOf(gpu) {
  return {
    productName: { string: gpu.nvmlProductNames[0] },
    brand: { string: 'Nvidia' },
    architecture: { string: gpu.architecture.split('-').map(word => word[0].toUpperCase() + word.slice(1)).join(' ') },
    cudaComputeCapability: { version: `${gpu.computeCapability}.0` },
    driverVersion: { version: '580.95.5' },
    cudaDriverVersion: { version: '13.0.0' },
  };
}

const uuidOf = (node, minor) => `GPU-${node}-${minor}`;

const gpuDevice = (gpu, { node, minor }, capacity) => ({
  name: `gpu-${minor}`, attributes: { type: { string: 'gpu' }, uuid: { string: uuidOf(node, minor) }, ...attributesOf(gpu) }, capacity: valued(capacity),
});

const migDevice = (gpu, { node, minor }, profile, { start }) => ({
  name: `gpu-${minor}-mig-${dnsLabel(profile.name)}-${profile.giProfileId}-${start}`,
  attributes: { type: { string: 'mig' }, profile: { string: profile.name }, parentUUID: { string: uuidOf(node, minor) }, ...attributesOf(gpu) },
  capacity: valued(capacitiesOf(profile)),
});

const inOrder = devices => devices.sort((one, other) => (one.name < other.name ? -1 : 1));

/** A MIG device that exists says which memory slices it has, and one that could be made does not. */
function existing(device, { start, size }) {
  const slices = Object.fromEntries(Array.from({ length: size }, (_, index) => [`memorySlice${start + index}`, 1]));
  return { ...device, capacity: { ...device.capacity, ...valued(slices) } };
}

/** A board that nobody cuts, or that somebody cut before the driver started: what is there. */
function fixedBoard(gpu, at, profiles) {
  if (profiles === undefined) { return { devices: [gpuDevice(gpu, at, { memory: bytes(gpu.totalMib) })] }; }
  const counts = {};
  for (const name of profiles) { counts[name] = (counts[name] ?? 0) + 1; }
  const placed = profiles.length === 0 ? [] : placeLayout(gpu, GpuLayout.of(counts)).instances;
  return { devices: inOrder(placed.map(({ profile, placement }) => existing(migDevice(gpu, at, profile, placement), placement))) };
}

/**
 * A board that the driver cuts as claims come (DynamicMIG): every MIG device that could be, with counters that say which exclude each other.
 * @param options whether the GPU is handed out whole too: boards of the Ampere generation are not, once in MIG mode
 */
function dynamicBoard(gpu, at, { whole = true } = {}) {
  const profiles = publishable(gpu);
  const most = mostOf(profiles);
  const units = { start: 0, size: gpu.placementUnits ?? gpu.memorySlices };
  const counterSet = `gpu-${at.minor}-counter-set`;
  const consuming = (device, counters) => ({ ...device, consumesCounters: [{ counterSet, counters }] });
  const devices = whole ? [consuming(gpuDevice(gpu, at, most), countersOf(most, units))] : [];
  for (const profile of profiles) {
    for (const place of profile.placements) { devices.push(consuming(migDevice(gpu, at, profile, place), countersOf(capacitiesOf(profile), place))); }
  }
  return { devices: inOrder(devices), counterSet: { name: counterSet, counters: countersOf(most, units) } };
}

/** CONSUMABLE_SHARES=memory: claims may share a device, each with the memory that it asks for, or all of it (applyConsumableShares). */
function sharedByMemory(board) {
  return {
    ...board,
    devices: board.devices.map(device => {
      const { value } = device.capacity.memory;
      const validRange = { min: '1Mi', max: value, step: '1Mi' };
      return { ...device, allowMultipleAllocations: true, capacity: { ...device.capacity, memory: { value, requestPolicy: { default: value, validRange } } } };
    }),
  };
}

/**
 * The slices of a node. Counters stand in a slice of their own from Kubernetes 1.35 on, and 1.37 takes nothing else; before, with the devices.
 * @param apart whether counters stand apart
 */
function slicesOf(node, boards, { apart }) {
  const counting = boards.some(({ counterSet }) => counterSet !== undefined);
  const sets = boards.flatMap(({ counterSet }) => (counterSet === undefined ? [] : [counterSet]));
  const contents = counting && apart ? [{ sharedCounters: sets }, ...boards.map(({ devices }) => ({ devices }))]
    : counting ? boards.map(({ devices, counterSet }) => ({ devices, ...(counterSet !== undefined && { sharedCounters: [counterSet] }) }))
      : [{ devices: boards.flatMap(({ devices }) => devices) }];
  return contents.map((content, index) => ({
    apiVersion: 'resource.k8s.io/v1', kind: 'ResourceSlice', metadata: { name: `${node}-${DRIVER}-${String(index).padStart(2, '0')}` },
    spec: { driver: DRIVER, nodeName: node, pool: { name: node, generation: 1, resourceSliceCount: contents.length }, ...content },
  }));
}

/** The classes that come with the driver, as the GPU Operator manages them: without an extendedResourceName. */
const DRIVER_CLASSES = [['gpu.nvidia.com', 'gpu'], ['mig.nvidia.com', 'mig']].map(([name, type]) => ({
  apiVersion: 'resource.k8s.io/v1', kind: 'DeviceClass', metadata: { name },
  spec: { selectors: [{ cel: { expression: `device.driver == '${DRIVER}' && device.attributes['${DRIVER}'].type == '${type}'` } }] },
}));

module.exports = { DRIVER, DRIVER_CLASSES, dnsLabel, dynamicBoard, fixedBoard, publishable, sharedByMemory, slicesOf };
