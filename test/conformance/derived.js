// Objects that a real API server accepts, each broken at one place, and what the server and lint say of them.
// Usage: node derived.js PROGRAM [--check] [--verbose] [--only kubernetes|operators]. Fails where lint calls an error what the server takes, and (--check) where
// docs/conformance.md does not say what was found. --verbose tells of all that the server refuses and lint calls less than an error.
'use strict';
const fs = require('fs');
const path = require('path');
const { parseAllDocuments } = require('yaml');
const { ClusterModel, ManifestDocument } = require('../../lib/cluster');
const { asStrictApply, RULES, runRules } = require('../../lib/rules');
const { ApiServer } = require('./api-server');
const { valueAt } = require('./derived/places');
const { broken, corpusOf } = require('./derived/slips');
const { installCrds } = require('./install-crds');
const { crds } = require('./manifests');
const { section } = require('./page');

const SEVERITIES = ['error', 'warning', 'info'];
const worstOf = found => SEVERITIES.find(severity => found.some(each => each.severity === severity)) ?? 'silent';

/** The rules that say what the schemas say; others restate CEL, which the CRDs of the facts have not, or tell of what an operator makes. */
const ABOUT_THE_SERVER = new Set(RULES.filter(({ id }) => id.startsWith('SCH-')).map(({ id }) => id));

/** What lint says, as it is and with --strict, that it does not say of the object before it was broken. */
function lintOf(object, before) {
  const findings = isStrict => {
    const model = new ClusterModel({}, undefined, isStrict);
    model.add(new ManifestDocument(JSON.parse(JSON.stringify(object)), 'f.yaml', 1));
    const known = new Set(before?.strict.map(({ rule, message }) => `${rule} ${message}`));
    return (isStrict ? runRules(model).map(asStrictApply) : runRules(model)).filter(({ rule, message }) => !known.has(`${rule} ${message}`));
  };
  return { plain: findings(false), strict: findings(true) };
}

/** What the API server says of it in a strict server-side apply; undefined where it takes it. A number that it cuts off in silence it does not take. */
async function serverOf(server, object, original, place = []) {
  const plain = { ...original, metadata: { ...original.metadata, name: object.metadata?.name ?? original.metadata.name } };
  const url = await server.url({ ...plain, ...await isServed(server, object) && { apiVersion: object.apiVersion, kind: object.kind } });
  if (url === undefined || !(await isServed(server, object))) { return `no kind ${object.kind} in ${object.apiVersion}`; }
  const answer = server.request('PATCH', `${encodeURI(url)}?fieldManager=derived&force=true&fieldValidation=Strict&dryRun=All`, object, 'application/apply-patch+yaml');
  // it panics at one of the broken Jobs, and ends the connection
  const { status, value } = await answer.catch(error => {
    if (error.code !== 'ECONNRESET') { throw error; }
    return { status: 500, value: 'the server ends the connection' };
  });
  if (status >= 300) { return String(value.message ?? value); }
  const [asked, stored] = [valueAt(object, place), valueAt(value, place)];
  return typeof asked === 'number' && asked > 2 ** 31 - 1 && String(asked) !== String(stored) ? `stored as ${stored}` : undefined;
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

function objectsIn(file) {
  const documents = parseAllDocuments(fs.readFileSync(path.join(__dirname, 'derived', file), 'utf8'), { merge: true });
  const [fault] = documents.flatMap(each => each.errors);
  if (fault !== undefined) { throw new Error(`${file}: ${fault.message}`); }
  return documents.map(each => each.toJS());
}

/** Breaks the objects of a file, and counts by slip. */
async function derived(server, objects, { verbose }) {
  const rows = new Map();
  const wrong = [];
  const corpus = corpusOf(objects);
  for (const original of objects) {
    const refused = await serverOf(server, original, original);
    if (refused) { throw new Error(`${original.kind} ${original.metadata.name}, before anything is broken: ${refused}`); }
    const before = lintOf(original);
    const errorsOf = found => found.filter(each => each.severity === 'error' && ABOUT_THE_SERVER.has(each.rule)).map(each => `${each.message} [${each.rule}]`);
    if (errorsOf(before.strict).length > 0) { throw new Error(`${original.kind} ${original.metadata.name}: lint calls it an error before anything is broken: ${errorsOf(before.strict)}`); }
    for (const [slip, object, place] of broken(original, corpus)) {
      const row = rows.get(slip) ?? { refused: 0, byDefault: 0, error: 0, less: 0, silent: 0, taken: 0 };
      rows.set(slip, row);
      const { plain, strict } = lintOf(object, before);
      const said = await serverOf(server, object, original, place);
      const at = `${slip}: ${original.kind} ${original.metadata.name} ${place.join('.')}`;
      if (said === undefined) {
        row.taken++;
        if (errorsOf(strict).length > 0) {
          wrong.push(`${at}: ${errorsOf(strict)}`);
          console.log(`WRONG ${wrong.at(-1)}`);
        }
        continue;
      }
      row.refused++;
      const worst = worstOf(strict);
      if (worstOf(plain) === 'error') { row.byDefault++; }
      row[worst === 'error' ? 'error' : worst === 'silent' ? 'silent' : 'less']++;
      if (verbose && worst !== 'error') { console.log(`${worst.toUpperCase()} ${at}: ${said.replace(/\s+/g, ' ').slice(0, 220)} ${strict.map(each => each.rule)}`); }
    }
  }
  return { objects: objects.length, rows, wrong };
}

const COLUMNS = ['slip', 'the server refuses', 'lint: error', 'lint --strict: error', 'a warning or note', 'silent', 'the server takes it'];

function tableText({ objects, rows, wrong }, what, version) {
  const all = [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
  const sum = key => all.reduce((total, [, row]) => total + row[key], 0);
  return [
    `${objects} objects of ${what} that Kubernetes ${version} accepts, each broken at one place: ${sum('refused') + sum('taken')} objects, of which it refuses ${sum('refused')} in a strict server-side apply. `
      + `\`lint --strict\` calls ${sum('error')} of those an error and ${sum('less')} less; of ${sum('silent')} it says nothing. Of what the server takes, it calls ${wrong.length === 0 ? 'nothing' : wrong.length} an error.`, '',
    `| ${COLUMNS.join(' | ')} |`, `| --- |${' ---: |'.repeat(COLUMNS.length - 1)}`,
    ...all.map(([slip, { refused, byDefault, error, less, silent, taken }]) => `| ${slip} | ${[refused, byDefault, error, less, silent, taken].join(' | ')} |`),
  ].join('\n');
}

const PARTS = [{ name: 'kubernetes', what: 'Kubernetes\' own kinds' }, { name: 'operators', what: 'the kinds of the operators' }];

async function main() {
  const [program] = process.argv.slice(2).filter(argument => !argument.startsWith('--') && PARTS.every(({ name }) => name !== argument));
  if (program === undefined) { throw new Error('which program? Build it from control-plane first'); }
  const options = { check: process.argv.includes('--check'), verbose: process.argv.includes('--verbose') };
  const server = await ApiServer.start(program);
  try {
    const version = (await server.request('GET', '/version')).value.gitVersion;
    await server.apply({ apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'nvidia' }, handler: 'nvidia' });
    await installCrds(server, crds());
    // with CRDs of one's own the page is left as it is
    const isOfPage = process.env.CDK8S_GPU_CRDS === undefined;
    for (const { name, what } of PARTS.filter(each => !process.argv.includes('--only') || process.argv.includes(each.name))) {
      const found = await derived(server, objectsIn(`${name}.yaml`), options);
      console.table(Object.fromEntries(found.rows));
      const fresh = !isOfPage || section(`derived ${name}`, tableText(found, what, version), options);
      if (found.wrong.length > 0 || !fresh) { process.exitCode = 1; }
    }
  } finally { server.stop(); }
}

main().catch(error => { console.error(error); process.exitCode = 1; });
