// What n, 2n, 4n and 8n of something cost in one process that is warm: node growth-side.js AXIS [N]
// Prints a list of rounds, each with the CPU time in ms of the four sizes; without an axis, the names of those of growing.js.
'use strict';
const fs = require('fs');
const path = require('path');
const { parseAllDocuments, stringify } = require('yaml');
const { ClusterModel, isProblem, readManifests } = require('../lib/cluster');
const { runRules } = require('../lib/rules');
const { GROWING } = require('./growing');

const [axis, size] = process.argv.slice(2);
if (axis === undefined) {
  process.stdout.write(JSON.stringify(Object.keys(GROWING)));
  process.exit();
}

function lint(text) {
  const model = new ClusterModel();
  for (const read of readManifests(text, 'f.yaml')) { if (!isProblem(read)) { model.add(read); } }
  return runRules(model).length;
}

/** There is one of these in a cluster. */
const ONCE = ['ClusterPolicy', 'GPUCluster', 'HelmValues'];

/** Copies of the fixtures of a family of rules: every name of an object, and every value that is one, is the copy's own. */
function copiesOf(family, count) {
  const folder = path.join(__dirname, '..', 'rules');
  const files = fs.readdirSync(folder).filter(name => name.startsWith(`${family}-`) && name.endsWith('.yaml'));
  const objects = files.flatMap(file => parseAllDocuments(fs.readFileSync(path.join(folder, file), 'utf8'))
    .filter(each => each.errors.length === 0).map(each => ({ file, value: each.toJS() }))
    .filter(({ value }) => typeof value?.kind === 'string'));
  const names = new Set(objects.map(({ value }) => value.metadata?.name).filter(name => typeof name === 'string'));
  const copy = (value, suffix) => {
    if (Array.isArray(value)) { return value.map(each => copy(each, suffix)); }
    if (typeof value === 'object' && value !== null) { return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copy(each, suffix)])); }
    return names.has(value) ? `${value}${suffix}` : value;
  };
  return Array.from({ length: count }, (_, index) => objects
    .filter(({ value }, place) => !ONCE.includes(value.kind) || (index === 0 && place < 3))
    .map(({ file, value }) => `---\n${stringify(copy(value, `-${file.slice(0, 7).toLowerCase()}-${file.includes('bad') ? 'b' : 'g'}-${index}`), { aliasDuplicateObjects: false })}`)
    .join('')).join('');
}

function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const [least, work] = axis.startsWith('rules:')
  ? [Number(size ?? 4), count => { const text = copiesOf(axis.slice('rules:'.length), count); return () => lint(text); }]
  : [Number(size ?? GROWING[axis].least), count => GROWING[axis].work(count, lint)];
const works = [1, 2, 4, 8].map(times => work(least * times));
works[0](); works[1](); // warm
const rounds = Array.from({ length: 3 }, () => works.map(each => {
  const start = cpuMs();
  each();
  return cpuMs() - start;
}));
process.stdout.write(JSON.stringify(rounds));
