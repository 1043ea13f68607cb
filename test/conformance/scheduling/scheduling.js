// The scheduling check: a real kube-scheduler, nodes as the manifests promise them, no GPU and no kubelet.
'use strict';
const { Cluster } = require('./cluster');
const { placeExamples } = require('./examples-placed');
const { keepWaiting } = require('./waiting');

/**
 * @param {object} server an API server whose scheduler runs
 * @returns {Promise<{ placed: number, waited: number, problems: string[] }>} pods bound where they should be, pods left Pending that had to be
 */
async function scheduling(server) {
  const cluster = new Cluster(server);
  const parts = [await placeExamples(cluster), await keepWaiting(cluster)];
  const sum = key => parts.reduce((total, part) => total + part[key], 0);
  return { placed: sum('placed'), waited: sum('waited'), problems: parts.flatMap(({ problems }) => problems) };
}

module.exports = { scheduling };
