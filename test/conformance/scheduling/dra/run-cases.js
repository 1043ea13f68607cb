// Runs the cases of claim-cases.js.
'use strict';
const { GpuAllocation } = require('../../../../lib');
const { machine } = require('../machines');
const { templatesOf } = require('../nim-claims');
const { podsOf } = require('../pods-of');
const { CASES } = require('./claim-cases');
const { NO_DEVICE } = require('./examples-placed');
const { draNodeOf, driverSettings } = require('./nodes');
const { manifestsOfProgram } = require('./pool-kinds');

function manifestsOfCase({ program, manifests, kubernetes, dra }, plane) {
  if (manifests !== undefined) { return manifests(); }
  const gates = kubernetes === undefined ? { kubernetesGates: plane.gates } : {};
  return manifestsOfProgram(program, { allocation: GpuAllocation.DRA, releases: { kubernetes: kubernetes ?? plane.kubernetes }, dra: { ...dra, ...gates } });
}

async function runCase(cluster, plane, { name, boards: [board, cut], waits = [], oneMore = [], check = () => [], ...rest }) {
  const manifests = manifestsOfCase(rest, plane);
  const settings = { ...driverSettings(manifests), ...(rest.sharesMemory && { sharesMemory: true }) };
  const { node, slices } = draNodeOf(manifests, machine(rest.machine ?? 'gpu-node-1', board, cut.length), cut, plane, settings);
  await cluster.startWith([node], slices, [...manifests, ...templatesOf(manifests)]);
  const problems = [];
  const got = {};
  let [placed, waited] = [0, 0];
  const mustWait = async (workload, pods) => {
    for (const decision of await cluster.allocate(pods, { waiting: true })) {
      if (NO_DEVICE.test(decision.waits ?? '')) { waited++; } else { problems.push(`${workload} should wait for want of a device, and got ${decision.node ?? decision.waits}`); }
    }
  };
  const workloads = podsOf(manifests);
  for (const workload of workloads) {
    if (waits.includes(workload.name)) { await mustWait(workload.name, workload.pods); continue; }
    const decisions = await cluster.allocate(workload.pods);
    for (const each of decisions) { if (each.node === undefined) { problems.push(`${workload.name} waits: ${each.waits}`); } else { placed++; } }
    got[workload.name] = decisions.flatMap(({ devices = [] }) => devices);
  }
  const unknown = [...waits, ...oneMore].find(each => !workloads.some(workload => workload.name === each));
  if (unknown !== undefined) { problems.push(`there is no workload ${unknown}`); }
  if (problems.length === 0) { problems.push(...check(got)); }
  for (const workload of workloads.filter(each => oneMore.includes(each.name))) { await mustWait(`one more of ${workload.name}`, [workload.another(0)]); }
  return { placed, waited, problems: problems.map(problem => `${name}: ${problem}`) };
}

/** Plays a round for each case, and answers with the names of the cases. */
async function runCases(rounds, cluster, plane) {
  const possible = CASES.filter(({ needs = [], unless = [] }) => needs.every(plane.has) && !unless.some(plane.has));
  for (const each of possible) {
    await rounds.play(() => runCase(cluster, plane, each));
    if (each.unlike !== undefined && (each.unlike.needs ?? []).every(plane.has)) {
      await rounds.play(() => runCase(cluster, plane, { ...each, ...each.unlike }));
    }
  }
  return possible.map(({ name }) => name);
}

module.exports = { runCase, runCases };
