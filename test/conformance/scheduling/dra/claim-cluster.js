// Nodes whose devices a DRA driver publishes, and what the scheduler allocates of them.
'use strict';
const { setTimeout: sleep } = require('timers/promises');
const { DRIVER_CLASSES } = require('../../dra/published-devices');
const { Cluster } = require('../cluster');

/** So many seconds a pod is given, when it should find a device and does not at once. */
const SECOND_THOUGHTS = 60;

/** A pod is bound when its claims are there and allocated: they are read at once, or were taken away again. */
const CLAIMS_SECONDS = 60;

const API = '/apis/resource.k8s.io/v1';
const ROUND_DRIVER = 'round.example.com';
const GROUPS = [['ResourceClaim', 'resourceclaims'], ['ResourceClaimTemplate', 'resourceclaimtemplates']];

/** A pod that waits for its claim to be made has not been tried yet: the controller is about to make it. */
const TOO_EARLY = /waiting for .*to create the resource ?claim|resourceclaim .* not found|could not find/i;

/** What the manifests have for the API server beside pods: classes, claims, templates. */
const isOfClaims = ({ kind }) => ['DeviceClass', 'ResourceClaim', 'ResourceClaimTemplate'].includes(kind);

class ClaimCluster extends Cluster {
  #rounds = 0;
  #changes = 0;

  /**
   * Replaces everything there is.
   * @param nodes Node objects
   * @param slices the ResourceSlices of their drivers
   * @param manifests of which classes, claims and templates are applied
   * @param options whether the pools keep the names of their nodes, which no other round has then
   */
  async startWith(nodes, slices, manifests, { poolsAsNodes = false } = {}) {
    await this.clear();
    for (const node of nodes) { await this.addNode(node); }
    for (const object of [...DRIVER_CLASSES, ...slices.map(slice => (poolsAsNodes ? slice : this.#ofThisRound(slice))), ...manifests.filter(isOfClaims)]) {
      if (object.metadata.namespace !== undefined) { await this.addNamespace(object.metadata.namespace); }
      const refused = await this.server.apply(object);
      if (refused !== undefined) { throw new Error(`${object.kind} ${object.metadata.name}: ${refused}`); }
    }
    await this.caughtUp();
  }

  /** A pool is named after its node; here after the round too, so that what the scheduler remembers of another round is of other devices. */
  #ofThisRound(slice) {
    const { pool } = slice.spec;
    return { ...slice, spec: { ...slice.spec, pool: { ...pool, name: `${pool.name}-${this.#rounds}` } } };
  }

  async clear() {
    await super.clear();
    for (const namespace of this.namespaces) {
      for (const [, plural] of GROUPS) { await this.ask('DELETE', `${API}/namespaces/${namespace}/${plural}`); }
    }
    await this.ask('DELETE', `${API}/resourceslices`);
    await this.ask('DELETE', `${API}/deviceclasses`);
    // a claim goes when the controllers have seen that its pod is gone
    const claims = async () => (await this.ask('GET', `${API}/resourceclaims`)).items;
    await this.until('removed the claims of the last round', async () => (await claims()).length === 0, claims);
  }

  /**
   * The scheduler has seen all slices and classes once it has allocated the device that is published last, by the class that is made last.
   * The controller of claims has seen all pods come and go once it has made the claim of a template for the pod that is made last: one that
   * still has the pod of another round in its cache takes the claim of the new pod of that name away, though it is bound, and nobody makes
   * another (kubernetes/kubernetes@v1.37.2 pkg/controller/resourceclaim/controller.go#L1505, "pod got replaced with new instance").
   */
  async caughtUp() {
    await super.caughtUp();
    const name = `devices-${++this.#rounds}`;
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { [ROUND_DRIVER]: name } }, status: { capacity: { pods: '9' }, allocatable: { pods: '9' } } };
    await this.addNode(node);
    const objects = [
      {
        apiVersion: 'resource.k8s.io/v1', kind: 'ResourceSlice', metadata: { name },
        spec: { driver: ROUND_DRIVER, nodeName: name, pool: { name, generation: 1, resourceSliceCount: 1 }, devices: [{ name }] },
      },
      { apiVersion: 'resource.k8s.io/v1', kind: 'DeviceClass', metadata: { name }, spec: { selectors: [{ cel: { expression: `device.driver == '${ROUND_DRIVER}'` } }] } },
      {
        apiVersion: 'resource.k8s.io/v1', kind: 'ResourceClaimTemplate', metadata: { name, namespace: 'default' },
        spec: { spec: { devices: { requests: [{ name: 'one', exactly: { deviceClassName: name } }] } } },
      },
    ];
    for (const object of objects) {
      const refused = await this.server.apply(object);
      if (refused !== undefined) { throw new Error(`${object.kind} ${name}: ${refused}`); }
    }
    const pod = {
      apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' },
      spec: { containers: [{ name: 'main', image: 'example.com/none', resources: { claims: [{ name: 'one' }] } }], resourceClaims: [{ name: 'one', resourceClaimTemplateName: name }] },
    };
    await this.addPod(pod);
    await this.untilBound(pod, name);
    await this.remove([pod]);
    await this.ask('DELETE', `${API}/namespaces/default/resourceclaimtemplates/${name}`);
    await this.ask('DELETE', `${API}/resourceslices/${name}`);
    await this.ask('DELETE', `${API}/deviceclasses/${name}`);
    await this.ask('DELETE', `/api/v1/nodes/${name}`);
  }

  decisionOn(pod) {
    const decision = super.decisionOn(pod);
    return decision?.waits !== undefined && TOO_EARLY.test(decision.waits) ? undefined : decision;
  }

  /**
   * What the pods got: beside the node of each its devices, by board, and the claims that they are of.
   * @param options whether they are expected to wait: the others are given time to be tried again, for what was given back a moment ago
   */
  async allocate(pods, { waiting = false } = {}) {
    const decisions = await this.schedule(pods);
    if (!waiting) { await this.#secondThoughts(decisions); }
    return Promise.all(decisions.map(async decision => (decision.node === undefined ? decision : { ...decision, devices: await this.devicesOf(decision.pod) })));
  }

  /**
   * A pod that finds no device is tried again when something in the cluster changes, or after five minutes. 1.37 counts a claim twice while it
   * is written, so that a pod may find none though there is one, and no change follows.
   */
  async #secondThoughts(decisions) {
    for (let tries = 0; tries < SECOND_THOUGHTS && decisions.some(({ node }) => node === undefined); tries++) {
      await this.change();
      await sleep(1000);
      for (const each of decisions.filter(({ node }) => node === undefined)) {
        const { namespace, name } = each.pod.metadata;
        const { spec } = await this.ask('GET', `/api/v1/namespaces/${namespace}/pods/${name}`);
        if (spec.nodeName !== undefined) { Object.assign(each, { node: spec.nodeName, waits: undefined }); }
      }
    }
  }

  /** A change that means nothing, after which the scheduler tries the pods again that found no device. */
  async change() {
    const [{ metadata: { name } }] = DRIVER_CLASSES;
    const patch = { metadata: { annotations: { 'conformance.example.com/change': String(++this.#changes) } } };
    await this.ask('PATCH', `${API}/deviceclasses/${name}`, patch, 'application/merge-patch+json');
  }

  /** Removes pods, and waits until the controllers have given back what they had. */
  async remove(pods) {
    await super.remove(pods);
    const names = new Set(pods.map(({ metadata }) => metadata.name));
    const isTheirs = ({ metadata, status }) => (metadata.ownerReferences ?? []).some(({ name }) => names.has(name)) || (status?.reservedFor ?? []).some(({ name }) => names.has(name));
    const left = async () => (await this.ask('GET', `${API}/resourceclaims`)).items.filter(isTheirs);
    await this.until(`given back what ${[...names].join(', ')} had`, async () => (await left()).length === 0, left);
  }

  /** What a bound pod got. A scheduler that tries a pod anew removes the claim of the try before, and the pod says its name for a moment longer. */
  async devicesOf({ metadata: { namespace, name } }) {
    let claims;
    let found;
    await this.until(`made the claims that ${name} names`, async () => {
      const names = await this.#claimNamesOf(namespace, name);
      found = await Promise.all(names.map(each => this.server.request('GET', `${API}/namespaces/${namespace}/resourceclaims/${each}`)));
      claims = found.map(({ value }) => value);
      return found.every(({ status, value }) => status === 200 && value.status?.allocation !== undefined);
    }, async () => ({ pod: await this.ask('GET', `/api/v1/namespaces/${namespace}/pods/${name}`), claims: found }), CLAIMS_SECONDS);
    return claims.flatMap(({ metadata, status: { allocation } }) => allocation.devices.results.map(({ device, pool, request, consumedCapacity }) => ({
      claim: metadata.name, request, pool, device, board: Number(/^gpu-(\d+)/.exec(device)[1]), isWhole: /^gpu-\d+$/.test(device), consumedCapacity,
    })));
  }

  async #claimNamesOf(namespace, name) {
    const { spec, status } = await this.ask('GET', `/api/v1/namespaces/${namespace}/pods/${name}`);
    const made = new Map((status.resourceClaimStatuses ?? []).map(each => [each.name, each.resourceClaimName]));
    const ofResource = status.extendedResourceClaimStatus?.resourceClaimName;
    return [...(spec.resourceClaims ?? []).map(each => each.resourceClaimName ?? made.get(each.name)), ...(ofResource === undefined ? [] : [ofResource])];
  }
}

module.exports = { ClaimCluster };
