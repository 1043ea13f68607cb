// Every example and every fixture of a rule, applied to a real API server.
'use strict';
const fs = require('fs');
const path = require('path');
const { setTimeout: sleep } = require('timers/promises');
const { parse, parseDocument } = require('yaml');
const { KINDS, NODES } = require('../../lib/kubernetes/crd/field-facts');
const { crdsFromFacts } = require('./crds');
const { installCrds } = require('./install-crds');
const { crdsOfModules } = require('./module-crds');

const root = path.join(__dirname, '../..');
const fixtures = path.join(root, 'rules');

/** CRDs of one's own beside the facts: a folder of YAML files, with their CEL rules. */
function crds(wanted) {
  const folder = process.env.CDK8S_GPU_CRDS;
  if (folder === undefined) { return crdsFromFacts(wanted); }
  return fs.readdirSync(folder, { recursive: true }).filter(name => /\.ya?ml$/.test(name)).sort()
    .map(name => parse(fs.readFileSync(path.join(folder, name), 'utf8')));
}

/** The documents of a file, with what a parser makes of them: the server is given the text, and reads it itself. */
function documents(file) {
  return fs.readFileSync(file, 'utf8').split(/^---[ \t]*(?:#.*)?$/m)
    .map(text => ({ text, object: parseDocument(text).toJS() })).filter(({ object }) => object !== null);
}

/** What an installation has before an example is applied: a ClusterPolicy with the fields that must be there, and no more. */
function installedPolicy() {
  const { apiVersion, releases } = KINDS.ClusterPolicy;
  const { fields } = NODES[releases.at(-1).root];
  return { apiVersion, kind: 'ClusterPolicy', spec: Object.fromEntries((NODES[fields.spec].required ?? []).map(name => [name, {}])) };
}

/** The RuntimeClass that the operator makes (gpu-operator assets/pre-requisites); a pod that names one that is not there is refused. */
const RUNTIME_CLASS = { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'nvidia' }, handler: 'nvidia' };

/** Kinds that are not applied, and why. */
const NOT_APPLIED = {
  NodeFeatureDiscovery: 'a kind of the NFD operator of OpenShift, on whose fields there are no facts here',
  PrometheusRule: 'a kind of the Prometheus operator, on whose fields there are no facts here; Prometheus\' own grammar reads its expressions in the tests',
  RayCluster: 'a kind of KubeRay, on whose fields there are no facts here',
  InferenceService: 'a kind of KServe, on whose fields there are no facts here',
  HelmRelease: 'a kind of Flux, on whose fields there are no facts here',
  HelmChart: 'a kind of the Helm controller of k3s and RKE2, on whose fields there are no facts here',
  HelmRepository: 'a kind of Flux, on whose fields there are no facts here',
  Deploymnt: 'a kind of nobody: the fixture shows that lint knows nothing of it',
};

/** Some fixtures are chart values or files of an agent, not objects of a cluster. */
function isObject(value) {
  return typeof value.apiVersion === 'string' && typeof value.kind === 'string' && typeof value.metadata?.name === 'string' && NOT_APPLIED[value.kind] === undefined;
}

/** Fields of an object that are not in what is stored of it: those of a feature gate that is off are dropped in silence. */
function dropped(asked, stored, place = []) {
  if (stored === undefined || stored === null) { return isEmpty(asked) ? [] : [place.join('.')]; }
  return typeof asked === 'object' && asked !== null ? Object.entries(asked).flatMap(([key, value]) => dropped(value, stored[key], [...place, key])) : [];
}

/** Whether it says the same as its absence. */
function isEmpty(value) {
  return !value || (typeof value === 'object' && Object.values(value).every(isEmpty));
}

/** Applies the objects of a file and takes them away again, so that no file sees another. */
async function applyFile(server, file, onto) {
  const results = [];
  for (const { object, text } of documents(file).filter(each => isObject(each.object))) {
    const namespace = object.metadata?.namespace;
    if (namespace) { await server.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, 'namespaces'); }
    if (onto && object.kind === onto.kind) {
      const refused = await server.apply({ ...onto, metadata: { name: object.metadata.name } }, 'chart');
      if (refused) { throw new Error(`what ${file} is applied onto: ${refused}`); }
    }
    const { refused, stored } = await server.applied(object, undefined, text);
    results.push({ kind: object.kind, name: object.metadata?.name, refused, dropped: refused ? [] : dropped(object, stored), object });
  }
  for (const { refused, object } of results) {
    if (refused) { continue; }
    // there is no controller to empty a namespace that is deleted: its labels are taken back instead
    if (object.kind === 'Namespace') { await server.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: object.metadata.name } }); } else {
      await server.request('DELETE', await server.url(object), { kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: 0 });
    }
  }
  return results;
}

function versionsOf(file) {
  const [, text = ''] = /^# versions: (.*)/.exec(fs.readFileSync(file, 'utf8')) ?? [];
  return Object.fromEntries(text.split(/\s+/).filter(Boolean).map(each => each.split('=')).sort());
}

/** Whether a file is for this Kubernetes, and not for a newer one only. */
function isFor(file, serverVersion) {
  const { kubernetes } = versionsOf(file);
  const minor = version => Number(version.replace(/^v/, '').split('.')[1]);
  return kubernetes === undefined || minor(kubernetes) <= minor(serverVersion);
}

/** @returns the number of files of a kind, of the objects in them, and of those that were accepted */
function count(files, found) {
  const all = files.flatMap(file => found.get(file));
  return { files: files.length, objects: all.length, accepted: all.filter(each => !each.refused).length };
}

/**
 * @param {object} server an API server
 * @returns for `example`, `good` and `bad` files the counts; `wrong`: what should have been accepted and was not; `dropped`: fields of examples that
 *   are not stored, by kind; `bad`: for each rule the objects of its
 *   failing fixture that the server refuses too
 */
async function manifests(server) {
  const examples = path.join(root, 'dist/examples');
  const files = [
    ...fs.readdirSync(examples, { recursive: true }).filter(name => name.endsWith('.yaml')).sort().map(name => path.join(examples, name)),
    ...fs.readdirSync(fixtures).filter(name => name.endsWith('.yaml')).sort().map(name => path.join(fixtures, name)),
  ];
  const groups = files.reduce((map, file) => {
    const key = JSON.stringify(versionsOf(file));
    return map.set(key, [...map.get(key) ?? [], file]);
  }, new Map());

  const { gitVersion } = (await server.request('GET', '/version')).value;
  const refused = await server.apply(RUNTIME_CLASS, 'gpu-operator');
  if (refused) { throw new Error(`RuntimeClass nvidia: ${refused}`); }
  await installCrds(server, crdsOfModules());
  const found = new Map();
  for (const [key, group] of groups) {
    await installCrds(server, crds(JSON.parse(key)));
    await sleep(2000); // the handlers of changed CRDs are swapped after they are stored
    for (const file of group) { found.set(file, await applyFile(server, file, file.startsWith(examples) ? installedPolicy() : undefined)); }
  }

  const of = kind => files.filter(file => (kind === 'example' ? file.startsWith(examples) : file.endsWith(`.${kind}.yaml`)) && isFor(file, gitVersion));
  return {
    counts: Object.fromEntries(['example', 'good', 'bad'].map(kind => [kind, count(of(kind), found)])),
    wrong: [...of('example'), ...of('good')].flatMap(file => found.get(file).filter(each => each.refused)
      .map(({ kind, name, refused }) => `${path.relative(root, file)} ${kind} ${name}: ${refused}`)),
    dropped: [...new Set(of('example').flatMap(file => found.get(file)).flatMap(({ kind, dropped: fields }) => fields.map(field => `${kind} ${field}`)))].sort(),
    bad: of('bad').map(file => ({ rule: path.basename(file, '.bad.yaml'), refused: found.get(file).filter(each => each.refused) })),
  };
}

module.exports = { NOT_APPLIED, crds, manifests };
