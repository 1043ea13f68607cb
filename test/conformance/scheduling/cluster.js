// Nodes and pods in the test API server, and what the scheduler decides on them.
'use strict';
const { setTimeout: sleep } = require('timers/promises');

/** Nothing here takes as long on a machine that works; a busy one gets five minutes before the run says that something never came. */
const LIMIT_SECONDS = 300;
const ROUND = 'conformance.example.com/round';

/** Bound to a node, or found to fit on none; undefined while the scheduler has not come to it. */
function decisionOn({ spec, status }) {
  if (spec.nodeName) { return { node: spec.nodeName }; }
  const unschedulable = status.conditions?.find(each => each.type === 'PodScheduled' && each.status === 'False' && each.reason === 'Unschedulable');
  return unschedulable && { waits: unschedulable.message };
}

class Cluster {
  #rounds = 0;
  #namespaces = new Set();

  constructor(server) { this.server = server; }

  /** Asks the API server. @throws what it answers when it refuses */
  async ask(method, url, body, type) {
    const { status, value } = await this.server.request(method, url, body, type);
    if (status >= 300) { throw new Error(`${method} ${url}: ${value.message ?? value}`); }
    return value;
  }

  async addNode({ status, ...node }) {
    await this.ask('POST', '/api/v1/nodes', node);
    // what a node offers is its kubelet's to say, through the subresource
    await this.ask('PATCH', `/api/v1/nodes/${node.metadata.name}/status`, { status }, 'application/merge-patch+json');
  }

  get namespaces() { return [...this.#namespaces]; }

  async addNamespace(namespace) {
    if (this.#namespaces.has(namespace)) { return; }
    if (namespace !== 'default') { await this.server.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }); }
    this.#namespaces.add(namespace);
  }

  async addPod(pod) {
    const { namespace } = pod.metadata;
    await this.addNamespace(namespace);
    await this.ask('POST', `/api/v1/namespaces/${namespace}/pods`, pod);
  }

  /**
   * Waits until the scheduler knows all that happened so far. It hears of nodes, of pods that wait and of pods that are bound in three queues,
   * each in order (kubernetes/kubernetes@v1.34.4 pkg/scheduler/eventhandlers.go#L409-L464). Once it has bound a pod that is made last to a node
   * that is made last, it has seen every node; the node holds one pod, so once it has bound another there, it has seen every pod go.
   */
  async caughtUp() {
    const name = `round-${++this.#rounds}`;
    const taint = { key: ROUND, value: name, effect: 'NoSchedule' };
    await this.addNode({
      apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { [ROUND]: name } }, spec: { taints: [taint] },
      status: { capacity: { pods: '1' }, allocatable: { pods: '1' } },
    });
    for (const each of [`${name}-one`, `${name}-another`]) {
      const pod = {
        apiVersion: 'v1', kind: 'Pod', metadata: { name: each, namespace: 'default' },
        spec: { nodeSelector: { [ROUND]: name }, tolerations: [{ key: ROUND, operator: 'Exists' }], containers: [{ name: 'main', image: 'example.com/none' }] },
      };
      await this.addPod(pod);
      // it may well see the pod before the node, or before the other went: then it says that it finds none, and thinks again
      await this.untilBound(pod, name);
      await this.remove([pod]);
    }
    await this.ask('DELETE', `/api/v1/nodes/${name}`);
  }

  async untilBound({ metadata: { namespace, name } }, node) {
    const now = () => this.ask('GET', `/api/v1/namespaces/${namespace}/pods/${name}`);
    await this.until(`bound ${name}`, async () => (await now()).spec.nodeName === node, async () => (await now()).status);
  }

  /** Removes all pods and nodes. */
  async clear() {
    for (const namespace of this.#namespaces) { await this.ask('DELETE', `/api/v1/namespaces/${namespace}/pods?gracePeriodSeconds=0`); }
    await this.ask('DELETE', '/api/v1/nodes');
  }

  /** Replaces everything there is by these nodes. */
  async start(nodes) {
    await this.clear();
    for (const node of nodes) { await this.addNode(node); }
    await this.caughtUp();
  }

  /** @returns {Promise<{ pod: object, node?: string, waits?: string }[]>} for each pod the node it was bound to, or why it waits */
  async schedule(pods) {
    for (const pod of pods) { await this.addPod(pod); }
    const decisions = new Map();
    await this.until(`decided on ${pods.map(pod => pod.metadata.name).join(', ')}`, async () => {
      for (const namespace of new Set(pods.map(pod => pod.metadata.namespace))) {
        const { items } = await this.ask('GET', `/api/v1/namespaces/${namespace}/pods`);
        const found = new Map(items.map(item => [item.metadata.name, item]));
        for (const pod of pods.filter(each => each.metadata.namespace === namespace)) {
          const decision = this.decisionOn(found.get(pod.metadata.name));
          if (decision !== undefined) { decisions.set(pod, { pod, ...decision }); }
        }
      }
      return decisions.size === pods.length;
    }, () => ({ undecided: pods.filter(pod => !decisions.has(pod)).map(pod => pod.metadata.name) }));
    return pods.map(pod => decisions.get(pod));
  }

  /** Bound, or found to fit nowhere; undefined while the scheduler has not come to it. */
  decisionOn(pod) { return decisionOn(pod); }

  async remove(pods) {
    for (const { metadata: { namespace, name } } of pods) { await this.ask('DELETE', `/api/v1/namespaces/${namespace}/pods/${name}?gracePeriodSeconds=0`); }
  }

  /**
   * Asks every 50 ms until it is so.
   * @param what should have happened, as in `bound the pod`
   * @param state what there is instead, for the message, as far as `what` does not say it
   * @param limit in seconds
   */
  async until(what, isSo, state = () => undefined, limit = LIMIT_SECONDS) {
    for (const deadline = Date.now() + limit * 1000; !(await isSo()); await sleep(50)) {
      this.server.alive();
      if (Date.now() > deadline) {
        const found = await state();
        throw new Error([
          `after ${limit} s the control plane had not ${what}`,
          this.server.lastWords(), ...(found === undefined ? [] : [JSON.stringify(found, null, 1)]),
        ].join('\n'));
      }
    }
  }
}

module.exports = { Cluster };
