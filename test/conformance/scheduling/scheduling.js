// The scheduling check: a real kube-scheduler, nodes as the manifests promise them, no GPU and no kubelet.
'use strict';
const { Cluster } = require('./cluster');
const { placeExamples } = require('./examples-placed');
const { keepWaiting } = require('./waiting');

/**
 * @param {object} server an API server; its scheduler is started here
 * @returns pods bound where they should be, pods left Pending that had to be, the names of the cases, and what is wrong
 */
async function scheduling(server) {
  server.startScheduler();
  const cluster = new Cluster(server);
  const examples = await placeExamples(cluster);
  const cases = await keepWaiting(cluster);
  return {
    placed: examples.placed + cases.placed,
    waited: examples.waited + cases.waited,
    oneMore: examples.waited,
    cases: cases.names,
    problems: [...examples.problems, ...cases.problems],
  };
}

module.exports = { scheduling };
