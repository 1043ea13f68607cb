// Every example once more by Dynamic Resource Allocation, on the same machines, cut alike: its pods must get the devices that the device plugin
// would have given them, and one more of a kind must wait where it would have.
'use strict';
const { DraAccess, DraMig } = require('../../../../lib');
const { dnsLabel } = require('../../dra/published-devices');
const { declaredName, machinesOf, manifestsOf, resourceOf } = require('../examples-placed');
const { templatesOf } = require('../nim-claims');
const { nodeOf } = require('../nodes-of');
const { podsOf } = require('../pods-of');
const { TOPOLOGIES } = require('../topologies');
const { exampleByClaim } = require('./examples-by-claim');
const { draNodeOf } = require('./nodes');

/** What the scheduler says of a pod whose claim finds no device, or whose resource no class has a device for. */
const NO_DEVICE = /cannot allocate all claims|Insufficient nvidia\.com/;

/** The MIG profile behind a resource of the device plugin, as it stands in the name of a device; undefined for whole GPUs. */
function profileOf(resource) {
  const plain = resource.replace(/\.shared$/, '');
  return plain === 'nvidia.com/gpu' ? undefined : dnsLabel(plain.slice('nvidia.com/mig-'.length));
}

const isProfile = ({ device, isWhole }, profile) => (profile === undefined ? isWhole : device.includes(`-mig-${profile}-`));
const sharesItsClaim = ({ spec }) => (spec.resourceClaims ?? []).some(({ resourceClaimName }) => resourceClaimName !== undefined);

/** The resource that a pod asks the device plugin for, and how many. */
function askedOf(pod) {
  const resource = resourceOf(pod);
  return { resource, count: Number(pod.spec.containers[0].resources?.limits?.[resource] ?? 0) };
}

/** What is wrong with what a pod got, against what was declared for it and what it asks the device plugin for. */
function misplaced({ pod, node, devices, waits }, declared, { resource, count }, { anyBoard }) {
  const { name } = pod.metadata;
  if (node === undefined) { return [`${name} waits: ${waits}`]; }
  if (declared.node !== undefined) { return node === declared.node && devices.length === 0 ? [] : [`${name} is on ${node} with ${devices.length} devices, declared for ${declared.node}`]; }
  if (declared.boards[node] === undefined) { return [`${name} is on ${node}, declared for ${Object.keys(declared.boards).join(', ')}`]; }
  const profile = profileOf(resource);
  const alone = devices.every(({ isWhole }) => isWhole) && !sharesItsClaim(pod);
  const others = devices.filter(each => !isProfile(each, profile));
  const elsewhere = anyBoard ? [] : devices.filter(({ board }) => !declared.boards[node].includes(board));
  return [
    ...(devices.length === count && others.length === 0 ? [] : [`${name} got ${devices.map(({ device }) => device)}, and asks the device plugin for ${count} ${resource}`]),
    ...elsewhere.map(({ board }) => `${name} got a board ${board}, declared ${declared.boards[node]}`),
    ...(alone === declared.alone ? [] : [`${name} ${alone ? 'has its board for itself' : 'may have company on its board'}, declared the other way round`]),
  ];
}

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
  const [last] = await cluster.allocate([another(more)]);
  const problems = further.flatMap(({ waits }) => (waits === undefined ? [] : [`${more} more of ${name} should fit: ${waits}`]));
  if (!NO_DEVICE.test(last.waits ?? '')) { problems.push(`no more than ${more} more of ${name} should fit, for want of a device; got: ${last.node ?? last.waits}`); }
  await cluster.remove([...further, last].map(({ pod }) => pod));
  return { placed: further.length, waited: problems.length === 0 ? 1 : 0, problems };
}

async function placeExample(cluster, topology, way, plane) {
  const [file] = topology.files;
  const byPlugin = manifestsOf(topology.files);
  const cut = machinesOf(topology, byPlugin).map(machine => nodeOf(byPlugin, machine).boards);
  const manifests = exampleByClaim(file, plane.kubernetes, { ...way, kubernetesGates: plane.gates });
  const nodes = topology.machines.map((machine, index) => draNodeOf(manifests, machine, cut[index], plane));
  await cluster.startWith(nodes.map(({ node }) => node), nodes.flatMap(({ slices }) => slices), [...manifests, ...templatesOf(manifests)]);

  const workloads = podsOf(manifests);
  const asked = new Map(podsOf(byPlugin).map(({ name, pods }) => [declaredName(name), askedOf(pods[0])]));
  const owner = pod => declaredName(workloads.find(({ pods }) => pods.includes(pod)).name);
  // a driver that cuts on claim cuts the board that it comes to first, where the hardware lets it
  const anyBoard = way.mig === DraMig.DYNAMIC;
  const problems = [];
  let [placed, waited] = [0, 0];
  for (const decision of await cluster.allocate(workloads.flatMap(({ pods }) => pods))) {
    const name = owner(decision.pod);
    const wrong = topology.runs[name] === undefined ? [`${name} is not declared`] : misplaced(decision, topology.runs[name], asked.get(name), { anyBoard });
    problems.push(...wrong);
    if (wrong.length === 0) { placed++; }
  }
  // those who name one claim share its device, however many they are; and what is cut on claim is no fixed number
  const alone = workloads.filter(({ name, pods }) => topology.runs[declaredName(name)]?.node === undefined && !sharesItsClaim(pods[0]));
  for (const kind of anyBoard ? [] : kindsOf(alone)) {
    const found = await oneMoreWaits(cluster, kind, topology.runs[declaredName(kind[0].name)]);
    placed += found.placed;
    waited += found.waited;
    problems.push(...found.problems);
  }
  return { placed, waited, problems: problems.map(problem => `${file} by claim (${Object.values(way).join(', ')}): ${problem}`) };
}

/** The ways that a cluster can have it. */
function waysOn({ has }) {
  const extended = has('DRAExtendedResource') ? [DraAccess.EXTENDED_RESOURCE] : [];
  const dynamic = has('DRAPartitionableDevices') ? [DraMig.DYNAMIC] : [];
  return [DraMig.STATIC, ...dynamic].flatMap(mig => [DraAccess.CLAIM, ...extended].map(access => ({ mig, access })));
}

/** An example that shares through MPS and cuts in one cluster cannot have both driver gates (DRA-001). */
const NOT_DYNAMIC = new Set(['mixed-fleet/mixed-fleet.k8s.yaml']);

async function placeExamplesByClaim(cluster, plane) {
  let [placed, waited] = [0, 0];
  const problems = [];
  for (const way of waysOn(plane)) {
    for (const topology of TOPOLOGIES.filter(({ files: [file] }) => way.mig === DraMig.STATIC || !NOT_DYNAMIC.has(file))) {
      const found = await placeExample(cluster, topology, way, plane);
      placed += found.placed;
      waited += found.waited;
      problems.push(...found.problems);
    }
  }
  return { placed, waited, problems };
}

module.exports = { NO_DEVICE, placeExamplesByClaim };
