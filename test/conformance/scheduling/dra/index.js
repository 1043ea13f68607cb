// The scheduling check by Dynamic Resource Allocation: the same scheduler, nodes whose devices a DRA driver publishes, no GPU and no kubelet.
'use strict';
const { KubernetesVersion } = require('../../../../lib');
const { ClaimCluster } = require('./claim-cluster');
const { placeExample } = require('../examples-placed');
const { placeByClaim, placeExamplesByClaim, waysOn } = require('./examples-placed');
const { POOL_KINDS } = require('./pool-kinds');
const { runCases } = require('./run-cases');

/** What of Kubernetes may be off, and from which release it is on by itself (kubernetes/kubernetes pkg/features/kube_features.go). */
const GATES = ['DRAPartitionableDevices', 'DRAExtendedResource', 'DRAConsumableCapacity', 'DRADeviceTaints'];
const ON_FROM_MINOR = 36;

/** The gates that an older Kubernetes is also tried with. */
const gatesOf = () => GATES;

/** Controllers that make claims of templates, give back what pods had, and evict by taint; and those that make pods of a Deployment. */
const CONTROLLERS = ['resourceclaim-controller', 'garbage-collector-controller', 'device-taint-eviction-controller', 'deployment-controller', 'replicaset-controller'];

const sum = (found, key) => found.reduce((total, each) => total + each[key], 0);

/** Each kind of pool under the device plugin, and in every way by claim. */
async function placeKinds(cluster, plane) {
  const found = [];
  for (const kind of POOL_KINDS.filter(({ needs }) => needs === undefined || plane.has(needs))) {
    found.push(await placeExample(cluster, kind));
    for (const way of waysOn(plane)) { found.push(await placeByClaim(cluster, kind, way, plane)); }
  }
  return found;
}

/**
 * @param server an API server whose scheduler has started; the controllers are started here
 * @param version such as v1.37.2
 * @param gates that are switched on
 */
async function dra(server, version, gates, only) {
  const minor = Number(version.split('.')[1]);
  const onByItself = minor >= ON_FROM_MINOR;
  const plane = {
    kubernetes: KubernetesVersion.of(version.slice(1)),
    // what the library is told of; device taints are none of its business
    gates: gates.filter(gate => gate !== 'DRADeviceTaints'),
    apart: onByItself,
    has: gate => onByItself || gates.includes(gate),
  };
  server.startControllers(CONTROLLERS);
  const cluster = new ClaimCluster(server);
  const want = part => only === undefined || only.includes(part);
  const examples = want('examples') ? await placeExamplesByClaim(cluster, plane) : [];
  const kinds = want('kinds') ? await placeKinds(cluster, plane) : [];
  const cases = want('cases') ? await runCases(cluster, plane) : { found: [], names: [] };
  const found = [...examples, ...kinds, ...cases.found];
  return { placed: sum(found, 'placed'), waited: sum(found, 'waited'), cases: cases.names, problems: found.flatMap(({ problems }) => problems) };
}

module.exports = { dra, gatesOf };
