// The forms of the ClusterPolicy on a real API server, with the CRDs of upstream's chart.
'use strict';
const { setTimeout: sleep } = require('timers/promises');
const { ApiServer } = require('../api-server');
const { installCrds } = require('../install-crds');
const { afterHelmUpgrade } = require('./after-helm-upgrade');
const { at, canonical, differences, leaves, merged, same } = require('./fields');
const { objectsOfFiles } = require('./objects-of-files');
const { only } = require('./upstream');

/** `default` of an NVIDIADriver is a field of 26.7. */
const NEWER = /\.spec\.default: field not declared in schema/;

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

const STRATEGY = ['mig', 'strategy'];

/** Each form of each program; `numbers` counts the fields that were set and left alone, and the strategies unset. */
async function forms(cluster, programs) {
  const wrong = [];
  const numbers = Object.fromEntries(['PARTIAL', 'MERGE_PATCH', 'FULL', 'HELM_VALUES']
    .map(form => [form, { objects: 0, set: 0, unset: 0, untouched: 0, known: 0 }]));
  const count = (form, { unset }, ours, after) => {
    const row = numbers[form];
    const set = leaves(ours).filter(({ value }) => value !== null);
    row.objects++;
    row.set += set.length;
    if (unset) { row.unset++; }
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
        count(form, program, ours, after);
        wrong.push(...differences(merged(before, ours), after).map(each => `${program.name}, ${form}: ${each}`));
        if (program.unset && at(after, STRATEGY) !== undefined) { wrong.push(`${program.name}, ${form}: mig.strategy is not unset`); }
      });
    }
    await step(program.name, 'FULL', async () => {
      const { policy } = program.FULL;
      await applied(cluster, policy);
      const after = await cluster.stored(policy);
      await cluster.remove(policy);
      count('FULL', program, policy.spec, after);
      wrong.push(...differences(merged(after, policy.spec), after).map(each => `${program.name}, FULL: ${each}`));
      if (program.unset && at(after, STRATEGY) !== undefined) { wrong.push(`${program.name}, FULL: mig.strategy is not unset`); }
    });
  }
  return { wrong, numbers };
}

const OTHER_KINDS = { NodeFeatureRule: 'nfd.k8s-sigs.io/v1alpha1', NVIDIADriver: 'nvidia.com/v1alpha1' };

/** NodeFeatureRules and NVIDIADrivers of the programs, of the examples and of the passing fixtures, against upstream's own CRDs. */
async function otherKinds(cluster, programs) {
  const rows = {};
  const ofPrograms = programs.flatMap(({ name, FULL }) => FULL.manifests.filter(({ kind }) => kind === 'NodeFeatureRule')
    .map(object => ({ file: name, object })));
  for (const { file, object, failing } of [...ofPrograms, ...objectsOfFiles(OTHER_KINDS)]) {
    if (failing) { continue; }
    const row = rows[object.kind] ??= { objects: 0, accepted: 0, known: 0, wrong: [] };
    const refused = await cluster.server.apply(object);
    row.objects++;
    if (refused === undefined) {
      row.accepted++;
      await cluster.remove(object);
    } else if (object.kind === 'NVIDIADriver' && NEWER.test(refused)) { row.known++; } else { row.wrong.push(`${file}: ${refused}`); }
  }
  return rows;
}

/** The snapshot of the chart renders an empty default as null (NVIDIA/gpu-operator#1784): then the CRD's default comes in. */
const EMPTY_DEFAULT = 'migManager.config.default';

/** What Helm values came to, once the API server has stored the chart's policy. */
async function helmValues(cluster, programs, policies, { wrong, numbers }) {
  const row = numbers.HELM_VALUES;
  for (const [index, { name, unset, FULL }] of programs.entries()) {
    const stored = await cluster.create(policies[index]);
    await cluster.remove(policies[index]);
    row.objects++;
    if (unset && at(stored, STRATEGY) !== undefined) { wrong.push(`${name}, HELM_VALUES: mig.strategy is not unset`); }
    if (unset) { row.unset++; }
    for (const { path, value } of leaves(FULL.policy.spec).filter(each => each.path.join('.') !== 'operator.defaultRuntime')) {
      const found = at(stored, path);
      if (path.join('.') === EMPTY_DEFAULT && value === '' && found === 'all-disabled') { row.known++; } else if (same(found, value)) { row.set++; } else {
        wrong.push(`${name}, HELM_VALUES: ${path.join('.')} is ${canonical(found)}, not ${canonical(value)}`);
      }
    }
    row.untouched += leaves(stored).length - leaves(FULL.policy.spec).length + 1;
  }
}

/** The forms that are applied beside Helm, each of a program that says much. */
function beside(cluster, programs) {
  const { PARTIAL } = programs.find(each => each.PARTIAL && leaves(each.PARTIAL.policy.spec).length > 3);
  const { MERGE_PATCH } = programs.find(each => each.unset);
  return [
    { form: 'PARTIAL', ours: PARTIAL.policy.spec, change: () => applied(cluster, PARTIAL.policy) },
    { form: 'MERGE_PATCH', ours: MERGE_PATCH.patch.spec, change: policy => patched(cluster, policy, MERGE_PATCH.patch) },
  ];
}

async function onApiServer({ program, helm }, upstream, programs) {
  const withValues = programs.filter(each => each.HELM_VALUES);
  const [fromChart, ...policies] = upstream.render([{}, ...withValues.map(each => each.HELM_VALUES.values)])
    .map(each => only(each, 'ClusterPolicy'));
  const cluster = await Cluster.start(program, upstream.crds(), fromChart);
  try {
    const kubernetes = (await cluster.server.request('GET', '/version')).value.gitVersion;
    const found = await forms(cluster, programs);
    await helmValues(cluster, withValues, policies, found);
    const kinds = await otherKinds(cluster, programs);
    const upgrades = await afterHelmUpgrade(cluster, helm, upstream, beside(cluster, programs));
    return { kubernetes, numbers: found.numbers, kinds, upgrades, wrong: [...found.wrong, ...Object.values(kinds).flatMap(each => each.wrong)] };
  } finally { cluster.server.stop(); }
}

module.exports = { onApiServer };
