// The scheduling check by Dynamic Resource Allocation: the same scheduler, nodes whose devices a DRA driver publishes, no GPU and no kubelet.
'use strict';
const { DraMig, KubernetesVersion } = require('../../../../lib');
const { placeExample } = require('../examples-placed');
const { ClaimCluster } = require('./claim-cluster');
const { TITLE, drainSlices } = require('./drained-slice');
const { placeByClaim, placeExamplesByClaim, waysOn } = require('./examples-placed');
const { POOL_KINDS } = require('./pool-kinds');
const { Rounds } = require('./rounds');
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
async function placeKinds(rounds, cluster, plane) {
  for (const kind of POOL_KINDS.filter(({ needs }) => needs === undefined || plane.has(needs))) {
    await rounds.play(() => placeExample(cluster, kind));
    for (const way of waysOn(plane).filter(({ mig }) => kind.needs === undefined || mig === DraMig.STATIC)) {
      await rounds.play(() => placeByClaim(cluster, kind, way, plane));
    }
  }
}

/**
 * @param server an API server whose scheduler has started; the controllers are started here
 * @param version such as v1.37.2
 * @param gates that are switched on
 * @param isPlayed asked of one round after the other: whether it is played, or left out
 */
async function dra(server, version, gates, isPlayed) {
  const plane = planeOf(version, gates);
  server.startControllers(CONTROLLERS);
  const cluster = new ClaimCluster(server);
  const rounds = new Rounds(isPlayed);
  await placeExamplesByClaim(rounds, cluster, plane);
  await placeKinds(rounds, cluster, plane);
  const cases = await runCases(rounds, cluster, plane);
  const isDrained = plane.has('DRADeviceTaints');
  if (isDrained) { await drainSlices(rounds, cluster, plane); }
  return { version, gates, cases: [...cases, ...(isDrained ? [TITLE] : [])], ...rounds.sum() };
}

module.exports = { GATES, dra, onByItself };
