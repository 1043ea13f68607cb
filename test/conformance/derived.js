// Objects that a real API server accepts, each broken at one place, and what the server and lint say of them.
// Usage: node derived.js PROGRAM [--check] [--verbose]. Fails where lint calls an error what the server takes, and (--check) where
// docs/conformance.md does not say what was found.
'use strict';
const fs = require('fs');
const path = require('path');
const { parseAllDocuments } = require('yaml');
const { ClusterModel, ManifestDocument } = require('../../lib/cluster');
const { CORE_BOUNDS } = require('../../lib/kubernetes/core/core-bounds');
const { coreType, coreTypeOf } = require('../../lib/kubernetes/core/core-types');
const { runRules } = require('../../lib/rules');
const { ApiServer } = require('./api-server');
const { section } = require('./page');

/** Every place in a value. */
function* placesIn(value, at = []) {
  if (typeof value !== 'object' || value === null) { return; }
  for (const key of Object.keys(value)) {
    const place = [...at, Array.isArray(value) ? Number(key) : key];
    yield place;
    yield* placesIn(value[key], place);
  }
}

const valueAt = (value, place) => place.reduce((inner, key) => inner?.[key], value);

function changed(value, [key, ...rest], next) {
  const copy = Array.isArray(value) ? [...value] : { ...value };
  if (rest.length > 0) { copy[key] = changed(copy[key], rest, next); } else if (next === undefined) {
    if (Array.isArray(copy)) { copy.splice(key, 1); } else { delete copy[key]; }
  } else { copy[key] = next; }
  return copy;
}

/** The bound of the field at a place. */
function fieldAt(object, place) {
  let type = coreTypeOf(object.apiVersion, object.kind);
  let field; let bound;
  for (const key of place) {
    if (typeof key === 'number') { continue; }
    if (field?.form === 'map') { type = field.type; field = { ...field, form: 'one' }; continue; }
    field = coreType(type)?.get(key);
    if (field === undefined) { return {}; }
    bound = CORE_BOUNDS[type]?.[key];
    type = field.type;
  }
  return { field, bound };
}

const OTHER = { string: [7, true, {}, []], number: ['x', true, {}, 1.5], boolean: ['true', 1, {}], object: ['x', 7, true] };

/** What a person may write by mistake, as the name of the slip and the object. */
function* broken(object) {
  for (const place of placesIn(object)) {
    if (place[0] === 'apiVersion' || place[0] === 'kind' || place.join('.') === 'metadata' || place.join('.') === 'metadata.namespace') { continue; }
    const value = valueAt(object, place);
    const isName = place.join('.') === 'metadata.name';
    if (!isName) {
      yield ['null', changed(object, place, null)];
      yield ['left out', changed(object, place, undefined)];
      const kind = Array.isArray(value) ? 'object' : typeof value;
      for (const other of Array.isArray(value) ? [...OTHER.object, {}] : kind === 'object' ? [...OTHER.object, []] : OTHER[kind]) { yield ['another type', changed(object, place, other)]; }
    }
    if (typeof value === 'object' && !Array.isArray(value)) { yield ['unknown field', changed(object, [...place, 'unknownField'], 'x')]; }
    const last = place.findLast(key => typeof key === 'string');
    if (typeof last === 'string' && !isName && typeof place.at(-1) === 'string') {
      yield ['misspelt field', changed(changed(object, place, undefined), [...place.slice(0, -1), `${last.slice(0, -1)}${last.at(-1) === 'x' ? 'y' : 'x'}`], value)];
    }
    const { field } = fieldAt(object, place);
    if (typeof value === 'string' && field?.values !== undefined) { yield ['another value', changed(object, place, value.toLowerCase() === value ? value.toUpperCase() : value.toLowerCase())]; }
    if (typeof value === 'string' && !isName) { for (const text of ['', 'A_b!', 'a b', `${'a'.repeat(300)}`]) { yield ['another text', changed(object, place, text)]; } }
    if (typeof value === 'string' && isName) { for (const text of ['Aa', 'a_b', 'a b', '-a', 'a.b', '1a', 'a'.repeat(64), 'a'.repeat(254)]) { yield ['another name', changed(object, place, text)]; } }
    if (typeof value === 'number') { for (const number of [-1, 0, 101, 65536, 2 ** 31, 2 ** 53]) { yield ['another number', changed(object, place, number), place]; } }
    if (Array.isArray(value) && value.length > 0) { yield ['item twice', changed(object, place, [...value, value[0]])]; }
  }
  const [group, version] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : ['', object.apiVersion];
  const write = (apiVersion, kind) => ({ ...object, apiVersion, kind });
  const of = text => (group === '' ? text : `${group}/${text}`);
  yield ['another version', write(of('v9'), object.kind)];
  yield ['another version', write(of(`${version}beta9`), object.kind)];
  yield ['another kind', write(object.apiVersion, object.kind.slice(0, -1))];
  yield ['another kind', write(object.apiVersion, `${object.kind}s`)];
  if (group !== '') { yield ['another group', write(version, object.kind)]; yield ['another group', write(`${group.slice(0, -2)}${group.at(-1)}${group.at(-2)}/${version}`, object.kind)]; }
  const long = { ...object, metadata: { ...object.metadata, annotations: { a: 'a'.repeat(256 * 1024) } } };
  yield ['long annotations', long];
  for (const [key, value] of [['a b', 'c'], ['a/b/c', 'd'], ['', 'x'], ['a'.repeat(64), 'x'], ['A.example.com/b', 'x'], ['ok', 'a b'], ['ok', 'a'.repeat(64)], ['ok', 1], ['ok', 'a-'], ['ok', null]]) {
    yield ['labels', { ...object, metadata: { ...object.metadata, labels: { ...object.metadata.labels, [key]: value } } }];
    yield ['annotations', { ...object, metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [key]: value } } }];
  }
}

/** What lint says: the worst severity, and the rules. */
function lintOf(object) {
  const model = new ClusterModel({}, undefined, true);
  model.add(new ManifestDocument(JSON.parse(JSON.stringify(object)), 'f.yaml', 1));
  const found = runRules(model);
  const worst = ['error', 'warning', 'info'].find(severity => found.some(each => each.severity === severity)) ?? 'silent';
  return { worst, found };
}

/** What the API server says of it in a strict server-side apply; undefined where it takes it. A number that it cuts off in silence it does not take. */
async function serverOf(server, object, original, place = []) {
  const plain = { ...original, metadata: { ...original.metadata, name: object.metadata?.name ?? original.metadata.name } };
  const url = await server.url({ ...plain, ...await isServed(server, object) && { apiVersion: object.apiVersion, kind: object.kind } });
  if (url === undefined || !(await isServed(server, object))) { return `no kind ${object.kind} in ${object.apiVersion}`; }
  const { status, value } = await server.request('PATCH', `${encodeURI(url)}?fieldManager=derived&force=true&fieldValidation=Strict&dryRun=All`, object, 'application/apply-patch+yaml');
  if (status >= 300) { return String(value.message ?? value); }
  const [asked, stored] = [valueAt(object, place), valueAt(value, place)];
  return typeof asked === 'number' && asked > 2 ** 31 - 1 && asked !== stored ? `stored as ${stored}` : undefined;
}

const servedKinds = new Map();
async function isServed(server, { apiVersion, kind }) {
  const key = `${apiVersion} ${kind}`;
  if (!servedKinds.has(key)) {
    const { status, value } = await server.request('GET', apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`);
    servedKinds.set(key, status === 200 && value.resources.some(each => each.kind === kind && !each.name.includes('/')));
  }
  return servedKinds.get(key);
}

async function derived(server, { verbose }) {
  const objects = parseAllDocuments(fs.readFileSync(path.join(__dirname, 'derived-objects.yaml'), 'utf8')).map(each => each.toJS());
  await server.apply({ apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'nvidia' }, handler: 'nvidia' });
  const rows = new Map();
  const wrong = [];
  for (const original of objects) {
    const refused = await serverOf(server, original, original);
    if (refused) { throw new Error(`${original.kind} ${original.metadata.name}, before anything is broken: ${refused}`); }
    if (lintOf(original).worst === 'error') { wrong.push(`${original.kind}: lint calls the unbroken object an error: ${JSON.stringify(lintOf(original).found.map(each => each.message))}`); }
    for (const [slip, object, place] of broken(original)) {
      const row = rows.get(slip) ?? { refused: 0, error: 0, warning: 0, silent: 0, taken: 0 };
      rows.set(slip, row);
      const { worst, found } = lintOf(object);
      const said = await serverOf(server, object, original, place);
      if (said === undefined) {
        row.taken++;
        if (worst === 'error') { wrong.push(`${slip}: ${original.kind}: ${JSON.stringify(found.filter(each => each.severity === 'error').map(each => `${each.message} [${each.rule}]`))}`); }
      } else {
        row.refused++;
        row[worst === 'info' ? 'silent' : worst]++;
        if (verbose && (worst === 'silent' || worst === 'info')) { console.log(`SILENT ${slip}: ${original.kind}: ${said.replace(/\s+/g, ' ').slice(0, 220)}`); }
      }
    }
  }
  return { objects: objects.length, rows, wrong };
}

function pageText({ objects, rows, wrong }, version) {
  const all = [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
  const sum = key => all.reduce((total, [, row]) => total + row[key], 0);
  return [
    `${objects} objects that Kubernetes ${version} accepts, each broken at one place: ${sum('refused') + sum('taken')} objects, of which it refuses ${sum('refused')} in a strict server-side apply. `
      + `Lint calls ${sum('error')} of those an error and ${sum('warning')} a warning; of ${sum('silent')} it says nothing. Of what the server takes, it calls ${wrong.length === 0 ? 'nothing' : wrong.length} an error.`, '',
    '| slip | the server refuses | lint: error | lint: warning | lint: silent | the server takes it |', '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...all.map(([slip, { refused, error, warning, silent, taken }]) => `| ${slip} | ${refused} | ${error} | ${warning} | ${silent} | ${taken} |`),
  ].join('\n');
}

async function main() {
  const [program] = process.argv.slice(2).filter(argument => !argument.startsWith('--'));
  if (program === undefined) { throw new Error('which program? Build it from control-plane first'); }
  const server = await ApiServer.start(program);
  try {
    const version = (await server.request('GET', '/version')).value.gitVersion;
    const found = await derived(server, { verbose: process.argv.includes('--verbose') });
    console.table(Object.fromEntries(found.rows));
    for (const each of found.wrong) { console.log(`WRONG ${each}`); }
    const fresh = section('derived', pageText(found, version), { check: process.argv.includes('--check') });
    process.exitCode = found.wrong.length === 0 && fresh ? 0 : 1;
  } finally { server.stop(); }
}

main().catch(error => { console.error(error); process.exitCode = 1; });
