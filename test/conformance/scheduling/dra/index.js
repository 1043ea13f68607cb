// The scheduling check by Dynamic Resource Allocation: the same scheduler, nodes whose devices a DRA driver publishes, no GPU and no kubelet.
'use strict';
const { KubernetesVersion } = require('../../../../lib');
const { ClaimCluster } = require('./claim-cluster');
const { placeExamplesByClaim } = require('./examples-placed');

/** What of Kubernetes may be off, and from which release it is on by itself (kubernetes/kubernetes pkg/features/kube_features.go). */
const GATES = ['DRAPartitionableDevices', 'DRAExtendedResource', 'DRAConsumableCapacity', 'DRADeviceTaints'];
const ON_FROM_MINOR = 36;

/** The gates that an older Kubernetes is also tried with. */
const gatesOf = () => GATES;

/** Controllers that make claims of templates, give back what pods had, and evict by taint; and those that make pods of a Deployment. */
const CONTROLLERS = ['resourceclaim-controller', 'garbage-collector-controller', 'device-taint-eviction-controller', 'deployment-controller', 'replicaset-controller'];

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
    gates: gates.filter(gate => gate !== 'DRADeviceTaints' && gate !== 'DRAConsumableCapacity'),
    apart: onByItself,
    has: gate => onByItself || gates.includes(gate),
  };
  server.startControllers(CONTROLLERS);
  const cluster = new ClaimCluster(server);
  return placeExamplesByClaim(cluster, plane);
}

module.exports = { dra, gatesOf };
