// Lint finds no error in what upstream's chart renders, and the same in a values file as in the release that it makes.
'use strict';
const fs = require('fs');
const path = require('path');
const { parse, stringify } = require('yaml');
const { ClusterModel, isProblem, readManifests } = require('../../../lib/cluster');
const { runRules } = require('../../../lib/rules');
const { at, canonical, leaves, same } = require('./fields');
const { RandomValues } = require('./random-values');

const RELEASE = '25.10';
const folder = path.join(__dirname, 'values');
/** What a values file says of the release; the rest is the values themselves, or objects that only the release has. */
const SAID_BY_BOTH = new Set(['ClusterPolicy', 'ConfigMap']);

/** Findings that one reading has and the other cannot have; each must be seen. */
const KNOWN = [
  {
    name: 'an empty migManager.config.default',
    why: 'the snapshot of the chart renders it as null, which is all-disabled; 25.10.1 quotes it (NVIDIA/gpu-operator#1784, #1785, #2003), '
      + 'and a values file is read as that does',
    is: ({ text, where }, values) => where === 'release' && /^(?:MIG-019|NFD-003) /.test(text) && values.migManager?.config?.default === '',
  },
];

function lint(text, file) {
  const model = new ClusterModel({ gpuOperator: RELEASE });
  const problems = [];
  let documents = 0;
  for (const read of readManifests(text, file)) {
    if (isProblem(read)) { problems.push(`${file}:${read.line}: ${read.message}`); } else { model.add(read); documents++; }
  }
  return { documents, problems, findings: runRules(model) };
}

const short = ({ rule, kind, message }) => `${rule} ${kind}: ${message}`;
const errorsOf = findings => findings.filter(({ severity }) => severity === 'error');

/** What both can say, and only one of the two readings does. */
function disagreements(release, values) {
  const [fromRelease, fromValues] = [release, values].map(({ findings }) => new Set(findings.filter(({ kind }) => SAID_BY_BOTH.has(kind)).map(short)));
  // what a rule reads in the values themselves, it says of them and not of the object that comes of them
  const ofValues = new Set(values.findings.filter(({ kind }) => kind === 'HelmValues').map(each => short({ ...each, kind: 'ClusterPolicy' })));
  const only = (one, other, where) => [...one].filter(each => !other.has(each)).map(text => ({ text, where }));
  return {
    both: [...fromRelease].filter(each => fromValues.has(each)).length,
    apart: [...only(fromRelease, new Set([...fromValues, ...ofValues]), 'release'), ...only(fromValues, fromRelease, 'values file')],
  };
}

/** What the values file is read as, against the ClusterPolicy of the release: every field of ours, and the strategy both ways. */
function misread(documents, text, name) {
  const release = documents.find(({ object }) => object.kind === 'ClusterPolicy').object.spec;
  const [reading] = [...readManifests(text, name)].filter(({ kind }) => kind === 'ClusterPolicy');
  if (reading === undefined) { return []; }
  // an empty value that is not quoted is null to YAML
  const plain = value => value === null || value === '' ? undefined : value;
  return [...leaves(reading.spec), { path: ['mig', 'strategy'], value: at(reading.spec, ['mig', 'strategy']) }]
    .filter(({ path, value }) => !same(plain(value), plain(at(release, path))))
    .map(({ path, value }) => `${name}: read with ${path.join('.')} ${canonical(value)}, the release has ${canonical(at(release, path))}`);
}

/** Written files, and those wrong on purpose. */
function files() {
  return fs.readdirSync(folder).filter(name => name.endsWith('.yaml')).sort()
    .map(name => ({ name, text: fs.readFileSync(path.join(folder, name), 'utf8'), wrongOnPurpose: name.startsWith('wrong-') }));
}

function random(count) {
  const generator = new RandomValues(20250917);
  return Array.from({ length: count }, (_, index) => ({ name: `random values ${index}`, text: stringify(generator.values()), random: true }));
}

function lintBothReadings(upstream, count) {
  const all = [{ name: 'the chart\'s own values', text: '', own: true }, ...files(), ...random(count)];
  const answers = upstream.ask(all.map(({ text }) => ({ ask: 'render', values: parse(text) ?? {}, namespace: 'gpu-operator' })));
  const wrong = [];
  const known = new Map(KNOWN.map(each => [each, 0]));
  const rows = [];
  const numbers = { random: 0, refusedByChart: 0, withFindings: 0, both: 0 };
  all.forEach(({ name, text, own, wrongOnPurpose, random: isRandom }, index) => {
    const { error, documents } = answers[index];
    if (isRandom) { numbers.random++; }
    if (error && isRandom) { numbers.refusedByChart++; return; }
    if (error) { wrong.push(`${name}: the chart refuses it: ${error}`); return; }
    const release = lint(documents.map(each => each.text).join('\n---\n'), `release of ${name}`);
    const values = lint(text, name);
    wrong.push(...release.problems, ...values.problems, ...misread(documents, text, name));
    const { both, apart } = own ? { both: 0, apart: [] } : disagreements(release, values);
    for (const each of apart) {
      const reason = KNOWN.find(({ is }) => is(each, parse(text)));
      if (reason) { known.set(reason, known.get(reason) + 1); } else { wrong.push(`${name}: only in the ${each.where}: ${each.text}`); }
    }
    if (isRandom) {
      numbers.both += both;
      if (both > 0) { numbers.withFindings++; }
      return;
    }
    if (wrongOnPurpose && errorsOf(release.findings).length === 0) { wrong.push(`${name}: is wrong on purpose, and nothing is found`); }
    if (!wrongOnPurpose) {
      wrong.push(...errorsOf([...release.findings, ...values.findings]).map(each => `${name}: ${each.file}:${each.line} ${short(each)}`));
    }
    rows.push({ name, documents: release.documents, errors: errorsOf(release.findings).length, findings: release.findings.length, both });
  });
  for (const [{ name }, times] of known) { if (times === 0) { wrong.push(`known, but not seen: ${name}`); } }
  return { wrong, rows, numbers, known: [...known].map(([{ name, why }, times]) => ({ name, why, times })) };
}

module.exports = { lint, lintBothReadings };
