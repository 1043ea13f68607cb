// One slice drained by a DeviceTaintRule: its tenant goes and comes back elsewhere, its neighbour on the same board stays. With the pods of a
// Deployment that real controllers make, each with a claim of a template.
'use strict';
const { DraAccess, DraMig, Gpu, GpuAllocation, GpuLayout, GpuNodes, MigPartitionedGpu } = require('../../../../lib');
const { H100, machine } = require('../machines');
const { draNodeOf } = require('./nodes');
const { manifestsOfProgram, worker } = require('./pool-kinds');

const TITLE = 'nothing for long: a DeviceTaintRule drains one slice, its tenant comes back on another, and its neighbour on the board stays';
const PODS = '/api/v1/namespaces/inference/pods';

/** Two boards of two halves, and three pods. */
function threeOnFourHalves(chart, operator) {
  const pool = new MigPartitionedGpu(chart, 'halves', {
    operator, gpu: Gpu.H100_SXM5_80GB, nodes: GpuNodes.named(['gpu-node-1'], { gpusPerNode: 2 }), layout: GpuLayout.of({ '3g.40gb': 2 }),
  });
  pool.slice('3g.40gb').attachTo(worker(chart, 'tenant', 3));
}

/** DeviceTaintRules are of v1 from 1.37 on, of v1alpha3 in 1.34. */
async function taint(cluster, { device, pool }) {
  for (const version of ['v1', 'v1beta2', 'v1alpha3']) {
    const rule = {
      apiVersion: `resource.k8s.io/${version}`, kind: 'DeviceTaintRule', metadata: { name: 'drain' },
      spec: { deviceSelector: { driver: 'gpu.nvidia.com', pool, device }, taint: { key: 'example.com/maintenance', value: 'planned', effect: 'NoExecute' } },
    };
    if (await cluster.server.url(rule) === undefined) { continue; }
    const refused = await cluster.server.apply(rule);
    if (refused !== undefined) { throw new Error(`DeviceTaintRule: ${refused}`); }
    return `/apis/resource.k8s.io/${version}/devicetaintrules/drain`;
  }
  throw new Error('this API server serves no DeviceTaintRule');
}

/** Pods that are bound, by uid, with the device of each. */
async function tenants(cluster) {
  const { items } = await cluster.ask('GET', PODS);
  const bound = items.filter(({ spec, metadata }) => spec.nodeName !== undefined && metadata.deletionTimestamp === undefined);
  return new Map(await Promise.all(bound.map(async pod => [pod.metadata.uid, (await cluster.devicesOf(pod))[0]])));
}

async function drainOneSlice(cluster, plane) {
  const dra = { mig: DraMig.STATIC, access: DraAccess.CLAIM };
  const manifests = manifestsOfProgram(threeOnFourHalves, { allocation: GpuAllocation.DRA, releases: { kubernetes: plane.kubernetes }, dra });
  const halves = ['3g.40gb', '3g.40gb'];
  const { node, slices } = draNodeOf(manifests, machine('gpu-node-1', H100, 2), [halves, halves], plane);
  await cluster.startWith([node], slices, manifests);
  const deployment = manifests.find(({ kind }) => kind === 'Deployment');
  const refused = await cluster.server.apply(deployment);
  if (refused !== undefined) { throw new Error(`Deployment: ${refused}`); }
  const problems = [];
  try {
    await cluster.until('bound the three pods of the Deployment', async () => (await tenants(cluster)).size === 3);
    const before = await tenants(cluster);
    // on the board that is full there are a tenant that goes and a neighbour that stays
    const counts = [...before.values()].map(({ board }) => board);
    const [uid, drained] = [...before].find(([, { board }]) => counts.filter(each => each === board).length === 2);
    const rule = await taint(cluster, drained);
    try {
      await cluster.until('bound a successor', async () => {
        const now = await tenants(cluster);
        return now.size === 3 && !now.has(uid);
      });
      const after = await tenants(cluster);
      const stayed = [...before].filter(([each]) => each !== uid);
      const moved = stayed.filter(([each, { device }]) => after.get(each)?.device !== device);
      const successor = [...after].find(([each]) => !before.has(each))?.[1];
      if (moved.length > 0) { problems.push(`${moved.length} tenants of other slices had to go too`); }
      if (successor?.device === drained.device) { problems.push(`the successor is on ${drained.device}, which is tainted`); }
    } finally { await cluster.ask('DELETE', rule); }
  } finally {
    await cluster.ask('DELETE', `/apis/apps/v1/namespaces/inference/deployments/${deployment.metadata.name}?propagationPolicy=Foreground`);
    await cluster.until('removed the Deployment', async () => (await cluster.ask('GET', PODS)).items.every(({ metadata }) => metadata.deletionTimestamp !== undefined));
  }
  return { placed: 4, waited: 0, problems: problems.map(problem => `${TITLE}: ${problem}`) };
}

module.exports = { TITLE, drainOneSlice };
