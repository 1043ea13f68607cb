// The forms of the ClusterPolicy on a real API server, with the CRDs of upstream's chart.
'use strict';
const fs = require('fs');
const path = require('path');
const { setTimeout: sleep } = require('timers/promises');
const { parseAllDocuments } = require('yaml');
const { ApiServer } = require('../api-server');
const { installCrds } = require('../install-crds');
const { at, canonical, differences, leaves, merged } = require('./fields');
const { only } = require('./upstream');

const root = path.join(__dirname, '../../..');

/** One ClusterPolicy at a time: each step starts with the one that Helm makes of the chart's own values. */
class Cluster {
  constructor(server, fromChart) {
    this.server = server;
    this.fromChart = fromChart;
  }

  static async start(program, crds, fromChart) {
    const server = await ApiServer.start(program);
    try {
      await installCrds(server, crds);
      return new Cluster(server, fromChart);
    } catch (error) {
      server.stop();
      throw error;
    }
  }

  /** Helm creates what a chart renders; it does not apply. */
  async create(policy, manager = 'helm') {
    const url = (await this.server.url(policy)).replace(/\/[^/]*$/, '');
    for (let tries = 0; ; tries++) {
      const { status, value } = await this.server.request('POST', `${url}?fieldManager=${manager}&fieldValidation=Strict`, policy);
      if (status < 300) { return value.spec; }
      // the one before is being deleted
      if (status !== 409 || tries > 100) { throw new Error(`ClusterPolicy of the chart: ${value.message}`); }
      await sleep(50);
    }
  }

  async stored(policy) { return (await this.server.request('GET', await this.server.url(policy))).value.spec; }

  /** Runs `change` on the chart's policy; answers what was there before, and after. */
  async onChart(change) {
    const before = await this.create(this.fromChart);
    try {
      await change(this.fromChart);
      return { before, after: await this.stored(this.fromChart) };
    } finally { await this.remove(this.fromChart); }
  }

  async remove(policy) { await this.server.request('DELETE', await this.server.url(policy)); }
}

/** Applied beside Helm, with force, as `kubectl apply --server-side --force-conflicts` does. */
async function applied(cluster, policy) {
  const refused = await cluster.server.apply(policy, 'kubectl');
  if (refused) { throw new Error(refused); }
}

async function patched(cluster, policy, patch) {
  const { status, value } = await cluster.server.request('PATCH', `${await cluster.server.url(policy)}?fieldManager=kubectl-patch&fieldValidation=Strict`,
    patch, 'application/merge-patch+json');
  if (status >= 300) { throw new Error(value.message); }
}

/** Each form of each program; `numbers` counts the fields that were set, removed and left alone. */
async function forms(cluster, programs) {
  const wrong = [];
  const numbers = Object.fromEntries(['PARTIAL', 'MERGE_PATCH', 'FULL', 'HELM_VALUES'].map(form => [form, { objects: 0, set: 0, untouched: 0, unset: 0 }]));
  const count = (form, ours, before, after) => {
    const row = numbers[form];
    const set = leaves(ours).filter(({ value }) => value !== null);
    row.objects++;
    row.set += set.length;
    row.unset += leaves(ours).length - set.length;
    row.untouched += leaves(after).length - set.length;
  };
  const step = async (name, form, act) => { try { await act(); } catch (error) { wrong.push(`${name}, ${form}: ${error.message}`); } };
  const changes = {
    PARTIAL: ({ policy }) => ({ ours: policy.spec, change: () => applied(cluster, policy) }),
    MERGE_PATCH: ({ patch }) => ({ ours: patch.spec, change: policy => patched(cluster, policy, patch) }),
  };
  for (const program of programs) {
    for (const [form, how] of Object.entries(changes)) {
      if (program[form] === undefined) { continue; }
      await step(program.name, form, async () => {
        const { ours, change } = how(program[form]);
        const { before, after } = await cluster.onChart(change);
        count(form, ours, before, after);
        wrong.push(...differences(merged(before, ours), after).map(each => `${program.name}, ${form}: ${each}`));
        if (program.unset && at(after, ['mig', 'strategy']) !== undefined) { wrong.push(`${program.name}, ${form}: mig.strategy is ${canonical(after.mig.strategy)}, not unset`); }
      });
    }
    await step(program.name, 'FULL', async () => {
      const { policy } = program.FULL;
      await applied(cluster, policy);
      const after = await cluster.stored(policy);
      await cluster.remove(policy);
      count('FULL', policy.spec, {}, after);
      wrong.push(...differences(merged(after, policy.spec), after).map(each => `${program.name}, FULL: ${each}`));
      if (program.unset && at(after, ['mig', 'strategy']) !== undefined) { wrong.push(`${program.name}, FULL: mig.strategy is not unset`); }
    });
  }
  return { wrong, numbers };
}

/** The manifests of a file, with those of a List taken apart. */
function objects(file) {
  return parseAllDocuments(fs.readFileSync(file, 'utf8'), { version: '1.1' }).map(each => each.toJS()).filter(each => each !== null)
    .flatMap(each => Array.isArray(each.items) && each.kind?.endsWith('List') ? each.items : [each]);
}

/** NodeFeatureRules and NVIDIADrivers of examples and passing fixtures against upstream's own CRDs. */
async function otherKinds(cluster, crds) {
  const kinds = ['NodeFeatureRule', 'NVIDIADriver'];
  const groups = new Map(crds.map(({ spec }) => [spec.names.kind, `${spec.group}/${spec.versions[0].name}`]));
  const examples = path.join(root, 'dist/examples');
  const fixtures = path.join(root, 'test/rules/fixtures');
  const files = [
    ...fs.readdirSync(examples, { recursive: true }).filter(name => name.endsWith('.yaml')).sort().map(name => path.join(examples, name)),
    ...fs.readdirSync(fixtures).filter(name => name.endsWith('.good.yaml')).sort().map(name => path.join(fixtures, name)),
  ];
  const found = Object.fromEntries(kinds.map(kind => [kind, { objects: 0, accepted: 0, refused: [] }]));
  for (const file of files) {
    for (const object of objects(file).filter(({ apiVersion, kind }) => kinds.includes(kind) && groups.get(kind) === apiVersion)) {
      const refused = await cluster.server.apply(object);
      const row = found[object.kind];
      row.objects++;
      if (refused === undefined) { row.accepted++; await cluster.remove(object); } else {
        row.refused.push({ file: path.relative(root, file), object, says: refused });
      }
    }
  }
  return found;
}

async function onApiServer(program, upstream, programs) {
  const crds = upstream.crds();
  const [fromChart, ...ours] = upstream.render([{}, ...programs.filter(each => each.HELM_VALUES).map(each => each.HELM_VALUES.values)]).map(each => only(each, 'ClusterPolicy'));
  const cluster = await Cluster.start(program, crds, fromChart);
  try {
    const kubernetes = (await cluster.server.request('GET', '/version')).value.gitVersion;
    const { wrong, numbers } = await forms(cluster, programs);
    for (const policy of ours) {
      numbers.HELM_VALUES.objects++;
      await cluster.create(policy);
      await cluster.remove(policy);
    }
    return { kubernetes, wrong, numbers, kinds: await otherKinds(cluster, crds) };
  } finally { cluster.server.stop(); }
}

module.exports = { onApiServer };
