// Objects that a real API server accepts, each broken at one place, and what the server and lint say of them.
// Usage: node derived.js PROGRAM [--check] [--since REVISION] [--seed N] [--verbose] [--only kubernetes|operators]. Fails where lint calls an error what
// the server takes, and (--check) where docs/conformance.md does not say what was found. All broken objects are tried, or with --since a sample of
// them where nothing changed since then that they hang on: by the commit, or by --seed. Of a sample --check sees whether the page has as much of
// each disagreement. --verbose tells of all that the server refuses and lint calls less than an error.
'use strict';
const fs = require('fs');
const path = require('path');
const { parseAllDocuments } = require('yaml');
const { RULES } = require('../../lib/rules');
const { ApiServer } = require('./api-server');
const { lintOf, serverOf } = require('./derived/answers');
const { objects: celObjects } = require('./derived/cel-demands');
const { beyond, DEPENDS_ON, SHARE, tableIn } = require('./derived/sample');
const { broken, corpusOf } = require('./derived/slips');
const { installCrds } = require('./install-crds');
const { crds } = require('./manifests');
const { pageHas, section } = require('./page');
const { chooser, option, OPTIONS, sampleSeed } = require('./sample');

const SEVERITIES = ['error', 'warning', 'info'];
const worstOf = found => SEVERITIES.find(severity => found.some(each => each.severity === severity)) ?? 'silent';

/** The rules that say what the schemas say; others restate CEL, which the CRDs of the facts have not, or tell of what an operator makes. */
const ABOUT_THE_SERVER = new Set(RULES.filter(({ id }) => id.startsWith('SCH-')).map(({ id }) => id));

function objectsIn(file) {
  const documents = parseAllDocuments(fs.readFileSync(path.join(__dirname, 'derived', file), 'utf8'), { merge: true });
  const [fault] = documents.flatMap(each => each.errors);
  if (fault !== undefined) { throw new Error(`${file}: ${fault.message}`); }
  return documents.map(each => each.toJS());
}

const errorsOf = found => found.filter(each => each.severity === 'error' && ABOUT_THE_SERVER.has(each.rule)).map(each => `${each.message} [${each.rule}]`);

/** Objects that are tried at once: the server answers some while lint reads others. */
const AT_ONCE = 8;

/** Breaks the objects of a file, and counts by slip and by kind. */
async function derived(server, objects, { verbose, seed }) {
  const found = { objects: objects.length, rows: new Map(), open: new Map(), wrong: [], left: 0 };
  const corpus = corpusOf(objects);
  const isTried = chooser(seed, SHARE);
  for (const original of objects) {
    const refused = await serverOf(server, original, original);
    if (refused) { throw new Error(`${original.kind} ${original.metadata.name}, before anything is broken: ${refused}`); }
    const before = lintOf(original);
    if (errorsOf(before.strict).length > 0) { throw new Error(`${original.kind} ${original.metadata.name}: lint calls it an error before anything is broken: ${errorsOf(before.strict)}`); }
    const all = [...broken(original, corpus)];
    const tried = all.filter(isTried);
    found.left += all.length - tried.length;
    for (let first = 0; first < tried.length; first += AT_ONCE) {
      await Promise.all(tried.slice(first, first + AT_ONCE).map(async ([slip, object, place]) => {
        const [said, { plain, strict }] = [serverOf(server, object, original, place), lintOf(object, before)];
        take(found, { original, slip, place, said: await said, plain, strict, verbose });
      }));
    }
  }
  return found;
}

/** Counts what was said of one broken object. */
function take({ rows, open, wrong }, { original, slip, place, said, plain, strict, verbose }) {
  const row = rows.get(slip) ?? { refused: 0, byDefault: 0, error: 0, less: 0, silent: 0, taken: 0 };
  rows.set(slip, row);
  const at = `${slip}: ${original.kind} ${original.metadata.name} ${place.join('.')}`;
  if (said === undefined) {
    row.taken++;
    if (errorsOf(strict).length > 0) {
      wrong.push(`${at}: ${errorsOf(strict)}`);
      console.log(`WRONG ${wrong.at(-1)}`);
    }
    return;
  }
  row.refused++;
  const worst = worstOf(strict);
  if (worstOf(plain) === 'error') { row.byDefault++; }
  row[worst === 'error' ? 'error' : worst === 'silent' ? 'silent' : 'less']++;
  if (worst === 'error') { return; }
  const ofKind = `${original.kind}, ${slip}`;
  const counts = open.get(ofKind) ?? [0, 0];
  counts[worst === 'silent' ? 1 : 0]++;
  open.set(ofKind, counts);
  if (verbose) { console.log(`${worst.toUpperCase()} ${at}: ${said.replace(/\s+/g, ' ').slice(0, 220)} ${strict.map(each => each.rule)}`); }
}

/** With real CRDs, whether the server says of each object of the CEL rules what lint says of it. */
async function celAgrees(server) {
  await server.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'models' } });
  let wrong = 0;
  const counts = { refused: 0, taken: 0 };
  for (const { rule, of, demand, isKept, object } of celObjects()) {
    const refused = await serverOf(server, object, object);
    counts[refused === undefined ? 'taken' : 'refused']++;
    // what keeps one rule may break another
    const says = lintOf(object).strict.some(each => each.rule === rule && each.severity === 'error');
    if (says === isKept || (isKept ? refused !== undefined && lintOf(object).strict.every(each => each.severity !== 'error') : refused === undefined)) {
      wrong++;
      console.log(`WRONG ${rule}, ${object.kind} ${of}, ${demand}: ${isKept ? 'kept' : 'broken'} by ${JSON.stringify(object.spec).slice(0, 300)}: ${refused ?? 'the server takes it'}`);
    }
  }
  console.log(`the CEL rules of the CRDs: ${counts.refused} objects that break one are refused, ${counts.taken} that keep it are taken, ${wrong} otherwise`);
  return wrong === 0;
}

const COLUMNS = ['the server refuses', 'lint: error', 'lint --strict: error', 'a warning or note', 'silent', 'the server takes it'];
const headOf = (first, columns) => `| ${first} | ${columns.join(' | ')} |`;
const rowsOf = table => [...table].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, numbers]) => `| ${name} | ${numbers.join(' | ')} |`);
const tableText = (first, columns, table) => [headOf(first, columns), `| --- |${' ---: |'.repeat(columns.length)}`, ...rowsOf(table)].join('\n');

/** The two tables of a part: by slip, and of what lint calls no error by kind and slip. */
const bySlip = ({ rows }) => new Map([...rows].map(([slip, { refused, byDefault, error, less, silent, taken }]) => [slip, [refused, byDefault, error, less, silent, taken]]));
const BY_KIND = ['a warning or note', 'silent'];

function sectionText(found, what, version) {
  const sum = key => [...found.rows.values()].reduce((total, row) => total + row[key], 0);
  return `${found.objects} objects of ${what} that Kubernetes ${version} accepts, each broken at one place: ${sum('refused') + sum('taken')} objects, of which it refuses ${sum('refused')} in a strict server-side apply. `
    + `\`lint --strict\` calls ${sum('error')} of those an error and ${sum('less')} less; of ${sum('silent')} it says nothing. Of what the server takes, it calls ${found.wrong.length === 0 ? 'nothing' : found.wrong.length} an error.\n\n`
    + `${tableText('slip', COLUMNS, bySlip(found))}\n\n${tableText('of which no error, by kind', BY_KIND, found.open)}`;
}

/** Whether the page has as much of each disagreement as the sample; it is of the last whole run. */
function sampleAgrees(found, name) {
  const text = pageHas(`derived ${name}`);
  const more = [['slip', COLUMNS, bySlip(found)], ['of which no error, by kind', BY_KIND, found.open]].flatMap(([first, columns, table]) =>
    beyond(table, tableIn(text, headOf(first, columns)) ?? new Map(), columns));
  for (const each of more) { console.log(`not in docs/conformance.md, section derived ${name}: ${each}`); }
  if (more.length > 0) { console.log('try all of them, without --since; and where lint is right, without --check, and commit the page'); }
  return more.length === 0;
}

const PARTS = [{ name: 'kubernetes', what: 'Kubernetes\' own kinds' }, { name: 'operators', what: 'the kinds of the operators' }];

async function main() {
  const [program] = process.argv.slice(2).filter((argument, index, all) => !argument.startsWith('--') && !['--only', ...OPTIONS].includes(all[index - 1]));
  if (program === undefined) { throw new Error('which program? Build it from control-plane first'); }
  const seed = sampleSeed(DEPENDS_ON);
  const options = { check: process.argv.includes('--check'), verbose: process.argv.includes('--verbose'), seed };
  const server = await ApiServer.start(program);
  try {
    const version = (await server.request('GET', '/version')).value.gitVersion;
    await server.apply({ apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'nvidia' }, handler: 'nvidia' });
    await installCrds(server, crds());
    // with CRDs of one's own the page is left as it is
    const isOfPage = process.env.CDK8S_GPU_CRDS === undefined;
    if (!isOfPage && !(await celAgrees(server))) { process.exitCode = 1; }
    for (const { name, what } of PARTS.filter(each => [undefined, each.name].includes(option('--only')))) {
      const found = await derived(server, objectsIn(`${name}.yaml`), options);
      console.table(Object.fromEntries(found.rows));
      if (seed !== undefined) {
        const share = Math.round(100 * SHARE);
        console.log(`${name}: a sample of ${share} in 100, seed ${seed}; ${found.left} broken objects are left out (all of them: without --since and --seed)`);
      }
      const fresh = !isOfPage || (seed === undefined ? section(`derived ${name}`, sectionText(found, what, version), options) : sampleAgrees(found, name));
      if (found.wrong.length > 0 || !fresh) { process.exitCode = 1; }
    }
  } finally { server.stop(); }
}

main().catch(error => { console.error(error); process.exitCode = 1; });
