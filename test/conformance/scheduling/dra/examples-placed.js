// Every example once more by Dynamic Resource Allocation, on the same machines, cut alike: its pods must get the devices that the device plugin
// would have given them, and one more of a kind must wait where it would have.
'use strict';
const { DraAccess, DraMig, Gpu } = require('../../../../lib');
const { dnsLabel } = require('../../dra/published-devices');
const { declaredName, machinesOf, manifestsOf, resourceOf } = require('../examples-placed');
const { templatesOf } = require('../nim-claims');
const { nodeOf } = require('../nodes-of');
const { podsOf } = require('../pods-of');
const { TOPOLOGIES } = require('../topologies');
const { exampleByClaim } = require('./examples-by-claim');
const { draNodeOf } = require('./nodes');
const { SimulatedBoards } = require('./simulated');

/** What the scheduler says of a pod whose claim finds no device, or whose resource no class has a device for. */
const NO_DEVICE = /cannot allocate all claims|Insufficient nvidia\.com/;

/** The MIG profile behind a resource of the device plugin; `whole` for whole GPUs. */
function profileOf(resource) {
  const plain = resource.replace(/\.shared$/, '');
  return plain === 'nvidia.com/gpu' ? 'whole' : plain.slice('nvidia.com/mig-'.length);
}

const isProfile = ({ device, isWhole }, profile) => (profile === 'whole' ? isWhole : device.includes(`-mig-${dnsLabel(profile)}-`));
const sharedClaimOf = ({ spec }) => (spec.resourceClaims ?? []).find(({ resourceClaimName }) => resourceClaimName !== undefined)?.resourceClaimName;

/** The resource that a pod asks the device plugin for, and how many. */
function askedOf(pod) {
  const resource = resourceOf(pod);
  return { resource, count: Number(pod.spec.containers[0].resources?.limits?.[resource] ?? 0) };
}

/** What is wrong with what a pod got, against what was declared for it and what it asks the device plugin for. */
function misplaced({ pod, node, devices, waits }, declared, { resource, count }, { anyBoard }) {
  const { name } = pod.metadata;
  if (node === undefined) { return [`${name} waits: ${waits}`]; }
  if (declared.node !== undefined) {
    return node === declared.node && devices.length === 0 ? [] : [`${name} is on ${node} with ${devices.length} devices, declared for ${declared.node}`];
  }
  if (declared.boards[node] === undefined) { return [`${name} is on ${node}, declared for ${Object.keys(declared.boards).join(', ')}`]; }
  const alone = devices.every(({ isWhole, consumedCapacity }) => isWhole && !isPart(consumedCapacity)) && sharedClaimOf(pod) === undefined;
  const others = devices.filter(each => !isProfile(each, profileOf(resource)));
  const elsewhere = anyBoard ? [] : devices.filter(({ board }) => !declared.boards[node].includes(board));
  return [
    ...(devices.length === count && others.length === 0 ? [] : [`${name} got ${devices.map(({ device }) => device)}, and asks the device plugin for ${count} ${resource}`]),
    ...elsewhere.map(({ board }) => `${name} got a board ${board}, declared ${declared.boards[node]}`),
    ...(alone === declared.alone ? [] : [`${name} ${alone ? 'has its board for itself' : 'may have company on its board'}, declared the other way round`]),
  ];
}

/** Whether memory was claimed of the device, and not the device. */
const isPart = consumed => consumed?.memory !== undefined;

/** Pods of one kind compete for one supply. */
function kindsOf(workloads) {
  const kinds = new Map();
  for (const workload of workloads) {
    const [pod] = workload.pods;
    const { nodeSelector, resourceClaims = [] } = pod.spec;
    const key = JSON.stringify([resourceOf(pod), resourceClaims.map(each => each.resourceClaimTemplateName), nodeSelector]);
    kinds.set(key, [...kinds.get(key) ?? [], workload]);
  }
  return [...kinds.values()];
}

/** The pods of one kind that there is room for beside everything else, and one more, which waits. */
async function oneMoreWaits(cluster, [{ name, another }], { more }) {
  const further = await cluster.allocate(Array.from({ length: more }, (_, number) => another(number)));
  const [last] = await cluster.allocate([another(more)], { waiting: true });
  const problems = further.flatMap(({ waits }) => (waits === undefined ? [] : [`${more} more of ${name} should fit: ${waits}`]));
  if (!NO_DEVICE.test(last.waits ?? '')) { problems.push(`no more than ${more} more of ${name} should fit, for want of a device; got: ${last.node ?? last.waits}`); }
  await cluster.remove([...further, last].map(({ pod }) => pod));
  return { placed: further.length, waited: problems.length === 0 ? 1 : 0, problems };
}

/** What first fit, by the library's own simulation, makes of pods that come one after the other, on boards that are cut for them. */
class FirstFit {
  #boards;
  #claims = new Map();

  /** @param isOrdered whether the scheduler looks at the boards of a node in their order; 1.34 looks at them in none (its slices are one for each board) */
  constructor({ machines }, cut, isOrdered) {
    this.isOrdered = isOrdered;
    const made = ({ board, gpus }, index) => (gpus === 0 ? undefined : new SimulatedBoards(Gpu.fromProductLabel(board.product), cut[index]));
    this.#boards = new Map(machines.map((each, index) => [each.name, made(each, index)]));
  }

  /** Whether a pod waits, as far as what came before is as it was told. */
  mustWait(pod, { boards = {} }, { resource, count }) {
    if (count === 0 || this.#claims.has(sharedClaimOf(pod))) { return false; }
    // several are whole GPUs, of which a board has one
    return this.#boards.get(Object.keys(boards)[0]).boardsFor(profileOf(resource)) < count;
  }

  /** What is wrong with the devices that a pod got, which are taken from now on. */
  wrongOf({ pod, devices }, { boards = {} }, { resource, count }) {
    const claim = sharedClaimOf(pod);
    const there = this.#boards.get(Object.keys(boards)[0]);
    const profile = profileOf(resource);
    const got = devices.map(({ device }) => device);
    const taken = () => (this.isOrdered ? Array.from({ length: count }, () => there.take(profile)) : devices.map(({ board }) => there.takeOn(board, profile)));
    const wanted = this.#claims.get(claim) ?? taken();
    if (claim !== undefined) { this.#claims.set(claim, wanted); }
    return [...wanted].sort().join() === [...got].sort().join() ? [] : [`${pod.metadata.name} got ${got}; first fit gives ${wanted}`];
  }
}

/**
 * @param topology of topologies.js, or one like it with `byClaim`
 * @param way how Dynamic Resource Allocation is used
 * @param plane what the control plane can do
 */
async function placeByClaim(cluster, topology, way, plane) {
  const byPlugin = topology.manifests ?? manifestsOf(topology.files);
  const cut = machinesOf(topology, byPlugin).map(machine => nodeOf(byPlugin, machine).boards);
  const dra = { ...way, kubernetesGates: plane.gates };
  const manifests = topology.byClaim?.(plane.kubernetes, dra) ?? exampleByClaim(topology.files[0], plane.kubernetes, dra);
  const nodes = topology.machines.map((machine, index) => draNodeOf(manifests, machine, cut[index], plane));
  await cluster.startWith(nodes.map(({ node }) => node), nodes.flatMap(({ slices }) => slices), [...manifests, ...templatesOf(manifests)]);

  const workloads = podsOf(manifests);
  const pods = workloads.flatMap(each => each.pods);
  const owner = new Map(workloads.flatMap(each => each.pods.map(pod => [pod, declaredName(each.name)])));
  const ofPlugin = new Map(podsOf(byPlugin).map(each => [declaredName(each.name), askedOf(each.pods[0])]));
  const asked = pod => ofPlugin.get(owner.get(pod));
  const declared = pod => topology.runs[owner.get(pod)] ?? { boards: {} };
  const isDynamic = way.mig === DraMig.DYNAMIC;

  const problems = [];
  let [placed, waited] = [0, 0];
  const count = (wrong, isPlaced) => {
    problems.push(...wrong);
    if (wrong.length === 0 && isPlaced) { placed++; } else if (wrong.length === 0) { waited++; }
  };
  if (isDynamic) {
    // where the order counts: claims of templates are made side by side, and the scheduler takes the pods as their claims come
    const firstFit = new FirstFit(topology, cut, plane.apart);
    for (const pod of pods) {
      const waits = declared(pod).node === undefined && firstFit.mustWait(pod, declared(pod), asked(pod));
      const [decision] = await cluster.allocate([pod], { waiting: waits });
      if (waits) {
        count(NO_DEVICE.test(decision.waits ?? '') ? [] : [`${pod.metadata.name} finds no place in the simulation, and got ${decision.node ?? decision.waits}`], false);
        continue;
      }
      const wrong = misplaced(decision, declared(pod), asked(pod), { anyBoard: true });
      count(wrong.length > 0 || declared(pod).node !== undefined ? wrong : firstFit.wrongOf(decision, declared(pod), asked(pod)), true);
    }
  } else {
    for (const decision of await cluster.allocate(pods)) { count(misplaced(decision, declared(decision.pod), asked(decision.pod), { anyBoard: false }), true); }
  }
  // those who name one claim share its device, however many they are; and what is cut on claim is no fixed number
  const alone = workloads.filter(({ name, pods: [pod] }) => topology.runs[declaredName(name)]?.node === undefined && sharedClaimOf(pod) === undefined);
  for (const kind of isDynamic ? [] : kindsOf(alone)) {
    const found = await oneMoreWaits(cluster, kind, topology.runs[declaredName(kind[0].name)]);
    placed += found.placed;
    waited += found.waited;
    problems.push(...found.problems);
  }
  return { placed, waited, problems: problems.map(problem => `${topology.title ?? topology.files[0]} by claim (${Object.values(way).join(', ')}): ${problem}`) };
}

/** The ways that a cluster can have it. */
function waysOn({ has }) {
  const extended = has('DRAExtendedResource') ? [DraAccess.EXTENDED_RESOURCE] : [];
  const dynamic = has('DRAPartitionableDevices') ? [DraMig.DYNAMIC] : [];
  return [DraMig.STATIC, ...dynamic].flatMap(mig => [DraAccess.CLAIM, ...extended].map(access => ({ mig, access })));
}

/** An example that shares through MPS and cuts in one cluster cannot have both driver gates (DRA-001). */
const NOT_DYNAMIC = new Set(['mixed-fleet/mixed-fleet.k8s.yaml']);

/** Kueue counts resources, so the quotas of pools need a class with a resource name. */
const NOT_BY_TEMPLATE = new Set(['team-quotas/team-quotas.k8s.yaml']);

/** Plays a round for each example in each way. */
async function placeExamplesByClaim(rounds, cluster, plane) {
  for (const way of waysOn(plane)) {
    const isTried = file => (way.mig === DraMig.STATIC || !NOT_DYNAMIC.has(file)) && (way.access !== DraAccess.CLAIM || !NOT_BY_TEMPLATE.has(file));
    for (const topology of TOPOLOGIES.filter(({ files: [file] }) => isTried(file))) {
      await rounds.play(() => placeByClaim(cluster, topology, way, plane));
    }
  }
}

module.exports = { NO_DEVICE, placeByClaim, placeExamplesByClaim, waysOn };
