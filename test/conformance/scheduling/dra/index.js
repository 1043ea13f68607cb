// The scheduling check by Dynamic Resource Allocation: the same scheduler, nodes whose devices a DRA driver publishes, no GPU and no kubelet.
'use strict';
const { DraMig, KubernetesVersion } = require('../../../../lib');
const { placeExample } = require('../examples-placed');
const { ClaimCluster } = require('./claim-cluster');
const { TITLE, drainSlices } = require('./drained-slice');
const { placeByClaim, placeExamplesByClaim, waysOn } = require('./examples-placed');
const { onceMore, tooOften } = require('./once-more');
const { POOL_KINDS } = require('./pool-kinds');
const { runCases } = require('./run-cases');

/** What an older Kubernetes has off by itself, and 1.36 on (kubernetes/kubernetes@v1.37.2 pkg/features/kube_features.go). */
const GATES = ['DRAPartitionableDevices', 'DRAExtendedResource', 'DRAConsumableCapacity', 'DRADeviceTaints'];
const minorOf = version => Number(version.split('.')[1]);
const onByItself = version => minorOf(version) >= 36;

/** Controllers that make claims of templates, give back what pods had, and evict by taint; and those that make the pods of a Deployment. */
const CONTROLLERS = ['resourceclaim-controller', 'garbage-collector-controller', 'device-taint-eviction-controller', 'deployment-controller', 'replicaset-controller'];

/** What of it a control plane can do, and the library is told. */
function planeOf(version, gates) {
  const features = onByItself(version)
    ? [...GATES, 'counters apart', ...(minorOf(version) >= 37 ? ['GpuDeviceTaint', 'taints of resources'] : [])]
    // shares of capacity have a fault in 1.34, so the library takes its gate for none there
    : gates.map(gate => (gate === 'DRAConsumableCapacity' ? `${gate} of 1.34` : gate));
  return {
    kubernetes: KubernetesVersion.of(version.slice(1)),
    gates: gates.filter(gate => ['DRAPartitionableDevices', 'DRAExtendedResource'].includes(gate)),
    apart: onByItself(version),
    has: feature => features.includes(feature),
  };
}

/** Each kind of pool under the device plugin, and in every way by claim. */
async function placeKinds(cluster, plane) {
  const found = [];
  for (const kind of POOL_KINDS.filter(({ needs }) => needs === undefined || plane.has(needs))) {
    found.push(await onceMore(() => placeExample(cluster, kind)));
    for (const way of waysOn(plane).filter(({ mig }) => kind.needs === undefined || mig === DraMig.STATIC)) {
      found.push(await onceMore(() => placeByClaim(cluster, kind, way, plane)));
    }
  }
  return found;
}

const sum = (found, key) => found.reduce((total, each) => total + each[key], 0);

/**
 * @param server an API server whose scheduler has started; the controllers are started here
 * @param version such as v1.37.2
 * @param gates that are switched on
 */
async function dra(server, version, gates) {
  const plane = planeOf(version, gates);
  server.startControllers(CONTROLLERS);
  const cluster = new ClaimCluster(server);
  const placed = [...await placeExamplesByClaim(cluster, plane), ...await placeKinds(cluster, plane)];
  const { found, names } = await runCases(cluster, plane);
  const drained = plane.has('DRADeviceTaints') ? await drainSlices(cluster, plane) : [];
  const all = [...placed, ...found, ...drained];
  const cases = [...names, ...(drained.length > 0 ? [TITLE] : [])];
  const again = all.flatMap(each => each.again);
  const problems = [...all.flatMap(each => each.problems), ...tooOften(again)];
  return { version, gates, placed: sum(all, 'placed'), waited: sum(all, 'waited'), cases, problems, again };
}

module.exports = { GATES, dra, onByItself };
