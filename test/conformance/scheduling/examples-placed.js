// Every example on the machines that it is written for: its pods are bound to the boards that it declares, and one more of a kind waits.
'use strict';
const fs = require('fs');
const path = require('path');
const { parseAllDocuments } = require('yaml');
const { nodeOf } = require('./nodes-of');
const { podsOf } = require('./pods-of');
const { NOT_PLACED, TOPOLOGIES } = require('./topologies');

const examples = path.join(__dirname, '../../../dist/examples');

function manifestsOf(files) {
  return files.flatMap(file => parseAllDocuments(fs.readFileSync(path.join(examples, file), 'utf8')).map(each => each.toJS())).filter(each => each !== null);
}

/** The machines, with the labels that a person was handed for them. */
function machinesOf({ machines, handedOut }, manifests) {
  if (handedOut === undefined) { return machines; }
  const named = ({ labels }) => Object.entries(handedOut.where).every(([key, value]) => labels[key] === value);
  return machines.map(each => (named(each) ? { ...each, labels: { ...each.labels, [handedOut.label]: handedOut.value(manifests) } } : each));
}

/** The GPU resource that a pod asks for, by the name that a device plugin advertises. */
function resourceOf({ spec }) {
  const asked = spec.containers.flatMap(({ resources }) => Object.entries(resources?.limits ?? {}))
    .filter(([name, count]) => name.startsWith('nvidia.com/') && Number(count) > 0);
  return asked.length === 1 ? asked[0][0] : undefined;
}

/** Names of what must be replaced when it changes end with a hash of it. */
const declaredName = name => name.replace(/-[0-9a-f]{8}$/, '');

const sameBoards = (one, other) => JSON.stringify([...new Set(one)].sort()) === JSON.stringify(other);

/** What is wrong with where a pod was bound. */
function misplaced({ pod, node, waits }, declared, units) {
  const { name } = pod.metadata;
  if (node === undefined) { return [`${name} waits: ${waits}`]; }
  const resource = resourceOf(pod);
  if (declared.node !== undefined) {
    const asks = resource === undefined ? [] : [`${name} asks for ${resource}, declared without a GPU`];
    return node === declared.node ? asks : [...asks, `${name} is on ${node}, declared for ${declared.node}`];
  }
  if (declared.boards[node] === undefined) { return [`${name} is on ${node}, declared for ${Object.keys(declared.boards).join(', ')}`]; }
  const there = units.get(node)[resource];
  if (there === undefined) { return [`${name} asks for no GPU resource, or for several`]; }
  const problems = [];
  if (!sameBoards(there, declared.boards[node])) {
    problems.push(`${name} gets ${resource} of boards ${[...new Set(there)]} of ${node}, declared ${declared.boards[node]}`);
  }
  const onThem = Object.values(units.get(node)).flat().filter(board => there.includes(board));
  const alone = onThem.length === new Set(onThem).size;
  if (alone !== declared.alone) { problems.push(`${name} ${alone ? 'has its board for itself' : 'may have company on its board'}, declared the other way round`); }
  return problems;
}

/** Workloads whose pods ask for the same of the same nodes compete for one supply, so they are one kind. */
function kindsOf(workloads) {
  const kinds = new Map();
  for (const workload of workloads) {
    const { nodeSelector, tolerations } = workload.pods[0].spec;
    const kind = JSON.stringify([resourceOf(workload.pods[0]), nodeSelector, tolerations]);
    kinds.set(kind, [...kinds.get(kind) ?? [], workload]);
  }
  return [...kinds.values()];
}

/** @param topology of topologies.js; with `manifests` in the place of files, a program that is no example */
async function placeExample(cluster, topology) {
  const manifests = topology.manifests ?? manifestsOf(topology.files);
  const nodes = machinesOf(topology, manifests).map(machine => nodeOf(manifests, machine));
  const units = new Map(nodes.map(each => [each.node.metadata.name, each.units]));
  const workloads = podsOf(manifests);
  const problems = [];
  const declared = Object.entries(topology.runs).map(([name, { pods }]) => `${name} x ${pods}`).sort();
  const made = workloads.map(({ name, pods }) => `${declaredName(name)} x ${pods.length}`).sort();
  if (declared.join() !== made.join()) { problems.push(`the manifests make ${made.join(', ')}; declared are ${declared.join(', ')}`); }

  await cluster.start(nodes.map(({ node }) => node));
  const decisions = await cluster.schedule(workloads.flatMap(({ pods }) => pods));
  const owner = pod => declaredName(workloads.find(({ pods }) => pods.includes(pod)).name);
  let [placed, waited] = [0, 0];
  for (const decision of decisions) {
    const wrong = misplaced(decision, topology.runs[owner(decision.pod)] ?? { boards: {} }, units);
    problems.push(...wrong);
    if (wrong.length === 0) { placed++; }
  }

  // one workload of a kind is enough to exhaust what there is for it
  for (const kind of kindsOf(workloads.filter(({ name }) => topology.runs[declaredName(name)]?.node === undefined))) {
    const [{ name, pods, another }] = kind;
    const { more, boards } = topology.runs[name];
    if (kind.some(each => topology.runs[each.name].more !== more)) {
      problems.push(`${kind.map(each => each.name).join(', ')} share what there is, but not how many more fit`);
    }
    const further = await cluster.schedule(Array.from({ length: more }, (_, number) => another(number)));
    const outside = further.filter(({ node }) => boards[node] === undefined);
    if (outside.length > 0) { problems.push(`${more} more of ${name} should fit: ${outside.map(each => each.node ?? each.waits).join('; ')}`); }
    const [last] = await cluster.schedule([another(more)]);
    const reason = `Insufficient ${resourceOf(pods[0])}`;
    if (last.waits?.includes(reason)) { waited++; } else {
      problems.push(`no more than ${more} more of ${name} should fit, for "${reason}"; got: ${last.node ?? last.waits}`);
    }
    placed += further.length - outside.length;
    await cluster.remove([...further, last].map(({ pod }) => pod));
    await cluster.caughtUp();
  }
  return { placed, waited, problems: problems.map(problem => `${topology.title ?? topology.files[0]}: ${problem}`) };
}

/** @returns {Promise<{ placed: number, waited: number, problems: string[] }>} */
async function placeExamples(cluster) {
  const known = new Set([...TOPOLOGIES.flatMap(({ files }) => files), ...Object.keys(NOT_PLACED)]);
  const problems = fs.readdirSync(examples, { recursive: true }).filter(file => file.endsWith('.yaml') && !known.has(file)).sort()
    .map(file => `${file}: no topology says where its pods belong`);
  for (const file of [...known].filter(each => !fs.existsSync(path.join(examples, each)))) { problems.push(`${file}: there is no such example`); }
  let [placed, waited] = [0, 0];
  for (const topology of TOPOLOGIES) {
    const result = await placeExample(cluster, topology);
    placed += result.placed;
    waited += result.waited;
    problems.push(...result.problems);
  }
  return { placed, waited, problems };
}

module.exports = { declaredName, machinesOf, manifestsOf, placeExample, placeExamples, resourceOf };
