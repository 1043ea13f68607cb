// One slice drained by a DeviceTaintRule: its tenant goes and comes back elsewhere, its neighbour on the same board stays. With the pods of a
// Deployment that real controllers make, each with a claim of its own. The rule is the one that GpuDeviceTaint writes, for this very device of
// this very node; Kubernetes before 1.35 has the rules under another gate, and the library refuses the construct there, so it is written here.
'use strict';
const { setTimeout: sleep } = require('timers/promises');
const { DraAccess, Gpu, GpuAllocation, GpuDeviceTaint, GpuLayout, GpuNodes, MigPartitionedGpu } = require('../../../../lib');
const { H100, machine } = require('../machines');
const { waysOn } = require('./examples-placed');
const { draNodeOf } = require('./nodes');
const { manifestsOfProgram, worker } = require('./pool-kinds');

const TITLE = 'nothing for long: a DeviceTaintRule drains one slice, its tenant comes back on another, and its neighbour on the board stays';
const PODS = '/api/v1/namespaces/inference/pods';
const APPS = '/apis/apps/v1/namespaces/inference';

/** Two boards of two halves, and three pods. A half is drained where one is said. */
const threeOnFourHalves = (node, half) => (chart, operator) => {
  const pool = new MigPartitionedGpu(chart, 'halves', {
    operator, gpu: Gpu.H100_SXM5_80GB, nodes: GpuNodes.named([node], { gpusPerNode: 2 }), layout: GpuLayout.of({ '3g.40gb': 2 }),
  });
  pool.slice('3g.40gb').attachTo(worker(chart, 'tenant', 3));
  if (half !== undefined) { new GpuDeviceTaint(chart, 'drain', { pool, node, profile: '3g.40gb', ...half }); }
};

/** The rule of the construct, where the library has one for this version. */
function ruleOf(plane, operator, node, { device, pool }) {
  if (!plane.has('GpuDeviceTaint')) {
    return {
      apiVersion: 'resource.k8s.io/v1alpha3', kind: 'DeviceTaintRule', metadata: { name: 'drain' },
      spec: { deviceSelector: { driver: 'gpu.nvidia.com', pool, device }, taint: { key: 'example.com/maintenance', effect: 'NoExecute' } },
    };
  }
  const [minor, start] = [Number(/^gpu-(\d+)/.exec(device)[1]), Number(/(\d+)$/.exec(device)[1])];
  return manifestsOfProgram(threeOnFourHalves(node, { minor, start }), operator).find(({ kind }) => kind === 'DeviceTaintRule');
}

/** Pods that are bound, by uid, with the device of each. */
async function tenants(cluster) {
  const { items } = await cluster.ask('GET', PODS);
  const bound = items.filter(({ spec, metadata }) => spec.nodeName !== undefined && metadata.deletionTimestamp === undefined);
  return new Map(await Promise.all(bound.map(async pod => [pod.metadata.uid, (await cluster.devicesOf(pod))[0]])));
}

async function apply(cluster, object) {
  const refused = await cluster.server.apply(object);
  if (refused !== undefined) { throw new Error(`${object.kind}: ${refused}`); }
}

/** Waits for three tenants of whom this is true, and has the scheduler try again those that found no device. */
async function untilTenants(cluster, what, isSo) {
  const areThere = async () => {
    const now = await tenants(cluster);
    if (now.size === 3 && isSo(now)) { return true; }
    await cluster.change();
    await sleep(500);
    return false;
  };
  await cluster.until(what, areThere, async () => (await cluster.ask('GET', PODS)).items);
}

/** What is wrong with what became of the tenants, once one of a board with two was drained. */
async function drained(cluster, plane, operator, node) {
  await untilTenants(cluster, 'bound the three pods of the Deployment', () => true);
  const before = await tenants(cluster);
  // on the board that is full there are a tenant that goes and a neighbour that stays
  const counts = [...before.values()].map(({ board }) => board);
  const [uid, gone] = [...before].find(([, { board }]) => counts.filter(each => each === board).length === 2);
  const rule = ruleOf(plane, operator, node, gone);
  await apply(cluster, rule);
  try {
    await untilTenants(cluster, 'bound a successor', now => !now.has(uid));
    const after = await tenants(cluster);
    const moved = [...before].filter(([each, { device }]) => each !== uid && after.get(each)?.device !== device);
    const successor = [...after].find(([each]) => !before.has(each))?.[1];
    return [
      ...(moved.length > 0 ? [`${moved.length} tenants of other slices had to go too`] : []),
      ...(successor?.device === gone.device ? [`the successor is on ${gone.device}, which is tainted`] : []),
    ];
  } finally { await cluster.ask('DELETE', await cluster.server.url(rule)); }
}

/** @param name of the node, which no other round has, so that its pool can be called as the driver calls it: after the node */
async function drainOneSlice(cluster, plane, dra, name) {
  const operator = { allocation: GpuAllocation.DRA, releases: { kubernetes: plane.kubernetes }, dra: { ...dra, kubernetesGates: plane.gates } };
  const manifests = manifestsOfProgram(threeOnFourHalves(name), operator);
  const halves = ['3g.40gb', '3g.40gb'];
  const { node, slices } = draNodeOf(manifests, machine(name, H100, 2), [halves, halves], plane);
  await cluster.startWith([node], slices, manifests, { poolsAsNodes: true });
  const deployment = manifests.find(({ kind }) => kind === 'Deployment');
  await apply(cluster, deployment);
  let problems;
  try { problems = await drained(cluster, plane, operator, name); } finally {
    // in the foreground a pod waits for its claim, and the claim of a pod without a kubelet for the pod
    await cluster.ask('DELETE', `${APPS}/deployments/${deployment.metadata.name}?propagationPolicy=Background`);
    await cluster.until('removed the Deployment', async () => {
      const left = [...(await cluster.ask('GET', `${APPS}/replicasets`)).items, ...(await cluster.ask('GET', PODS)).items];
      return left.every(({ metadata }) => metadata.deletionTimestamp !== undefined);
    }, async () => (await cluster.ask('GET', PODS)).items);
  }
  return { placed: 4, waited: 0, problems: problems.map(problem => `${TITLE} (${Object.values(dra).join(', ')}): ${problem}`) };
}

/**
 * In every way that the cluster can have it: boards that are cut before and on claim, slices by template and by resource. Before 1.37 nobody
 * evicts a pod that asked by a resource (kubernetes/kubernetes#141290).
 */
async function drainSlices(rounds, cluster, plane) {
  const ways = waysOn(plane).filter(({ access }) => access === DraAccess.CLAIM || plane.has('taints of resources'));
  for (const [index, way] of ways.entries()) {
    await rounds.play(attempt => drainOneSlice(cluster, plane, way, `gpu-node-drained-${index}-${attempt}`));
  }
}

module.exports = { TITLE, drainSlices };
