// The examples and fixtures against real control planes, side by side. Usage: node kubernetes.js [--check] [--by-claim] [--since REVISION] [--seed N] PROGRAM...
// With --by-claim the pools come out by Dynamic Resource Allocation too, which takes as long again for each set of gates: in all rounds, or with --since
// in a sample of them where nothing changed since then that they hang on, by the commit or by --seed.
// Fails when an object is refused that should be accepted, when the last program drops a field of an example, when a pod is not where it
// should be, or (--check) when docs/conformance.md does not say what was found.
'use strict';
const { ApiServer } = require('./api-server');
const { NOT_APPLIED, manifests } = require('./manifests');
const { section } = require('./page');
const { chooser, OPTIONS, sampleSeed } = require('./sample');
const { dra, GATES, onByItself } = require('./scheduling/dra');
const { scheduling } = require('./scheduling/scheduling');
const { NOT_PLACED } = require('./scheduling/topologies');

/** What comes out by claim hangs on this. */
const DEPENDS_ON = [
  'src/allocation', 'src/hardware', 'src/kubernetes', 'src/nim', 'src/operator', 'src/pipelines', 'src/pools', 'src/releases', 'src/workloads', 'examples',
  'test/conformance/scheduling', 'test/conformance/dra', 'test/conformance/control-plane', 'test/conformance/api-server.js', 'test/conformance/kubernetes.js',
];

/** The share of the rounds that a sample has. */
const SHARE = 0.3;

const versionOf = async server => (await server.request('GET', '/version')).value.gitVersion;

/**
 * What each version makes of the manifests and where it places pods. They mostly wait for a scheduler, so they run side by side; they are started
 * one after the other, because each looks for free ports.
 */
async function against(programs) {
  const servers = [];
  try {
    for (const program of programs) { servers.push(await ApiServer.start(program)); }
    return await Promise.all(servers.map(async server =>
      ({ version: await versionOf(server), manifests: await manifests(server), scheduling: await scheduling(server) })));
  } finally {
    for (const server of servers) { server.stop(); }
  }
}

/** Every version as it is by itself, and an older one once more with the feature gates on that it has off, side by side too. */
async function byClaim(programs, versions, seed) {
  const planes = programs.flatMap((program, index) => [[], ...(onByItself(versions[index]) ? [] : [GATES])].map(gates => ({ program, version: versions[index], gates })));
  const running = [];
  try {
    for (const plane of planes) {
      const server = await ApiServer.start(plane.program, plane.gates);
      running.push({ ...plane, server });
      server.startScheduler();
    }
    return await Promise.all(running.map(({ server, version, gates }, index) => dra(server, version, gates, chooser(seed && seed + index, SHARE))));
  } finally {
    for (const { server } of running) { server.stop(); }
  }
}

/** Of several faults in one object, the server tells in no fixed order. */
function inOrder(message) {
  const [head, ...faults] = message.split(/\n {2}(?=\.)/);
  return [head, ...faults.sort()].join(' ');
}

const cell = text => inOrder(text).replace(/\s+/g, ' ').replace(/\|/g, '\\|').slice(0, 160);

/** The rules whose failing fixture some version refuses, with what the newest of them says. */
function refusedToo(results) {
  return results.at(-1).manifests.bad.flatMap(({ rule }) => {
    // a fixture for a newer Kubernetes was not given to an older one
    const by = results.filter(each => (each.manifests.bad.find(bad => bad.rule === rule)?.refused ?? []).length > 0);
    if (by.length === 0) { return []; }
    const [{ kind, name, refused }] = by.at(-1).manifests.bad.find(bad => bad.rule === rule).refused;
    return [{ rule, kind, name, refused, versions: by.length === results.length ? 'all' : by.map(({ version }) => version).join(', ') }];
  });
}

function pageText(results) {
  const [{ scheduling: { oneMore, cases } }] = results;
  const { counts, bad } = results.at(-1).manifests;
  const both = refusedToo(results);
  const onlyRules = bad.map(({ rule }) => rule).filter(rule => !both.some(each => each.rule === rule));
  const share = ({ accepted, objects }) => `${accepted} of ${objects}`;
  return [
    `Files: ${counts.example.files} of examples, ${counts.good.files} passing fixtures, ${counts.bad.files} failing fixtures.`, '',
    '| Kubernetes | objects of examples accepted | of passing fixtures | of failing fixtures | pods placed | pods that had to stay Pending and did |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...results.map(({ version, manifests: { counts: of }, scheduling: { placed, waited } }) =>
      `| ${version} | ${share(of.example)} | ${share(of.good)} | ${share(of.bad)} | ${placed} | ${waited} |`), '',
    ...results.flatMap(({ version, manifests: { dropped } }) => (dropped.length === 0 ? [] : [
      `${version} accepts and drops, because their feature gates are off there: ${dropped.join(', ')}. The examples that say them are for a newer Kubernetes.`, '',
    ])),
    'Left out:', '',
    ...Object.entries(NOT_APPLIED).map(([kind, why]) => `- ${kind} is not applied: ${why}`),
    ...Object.entries(NOT_PLACED).map(([file, why]) => `- the pods of ${file.split('/')[0]} are not placed: ${why}`), '',
    '### What had to stay Pending', '',
    `- one more pod of each kind on the machines of each example, once all that should fit do: ${oneMore}`,
    ...cases.map(name => `- ${name}`), '',
    `### What the API server refuses too (${both.length} of ${bad.length} rules)`, '',
    '| rule | object | Kubernetes | what it says |', '| --- | --- | --- | --- |',
    ...both.map(({ rule, kind, name, versions, refused }) => `| ${rule} | ${kind} ${name} | ${versions} | ${cell(refused)} |`), '',
    `### What only the rules find (${onlyRules.length} of ${bad.length})`, '',
    onlyRules.join(', '),
  ].join('\n');
}

/** With its gates on, an older version looks at boards in no fixed order: how many of the pods find a place is another number each time. */
const NOT_STEADY = 'varies';

/** What comes of the same pools by Dynamic Resource Allocation. */
function claimsText(planes) {
  const cases = [...new Set(planes.flatMap(each => each.cases))];
  const where = name => planes.flatMap((plane, index) => (plane.cases.includes(name) ? [String(index + 1)] : []));
  return [
    '| | Kubernetes | feature gates switched on | pods placed | pods that had to stay Pending and did |', '| ---: | --- | --- | ---: | ---: |',
    ...planes.map(({ version, gates, ...counts }, index) => {
      const [placed, waited] = gates.length > 0 ? [NOT_STEADY, NOT_STEADY] : [counts.placed, counts.waited];
      return `| ${index + 1} | ${version} | ${gates.join(', ') || 'none'} | ${placed} | ${waited} |`;
    }), '',
    '| what had to stay Pending | in |', '| --- | --- |',
    ...cases.map(name => `| ${name} | ${where(name).join(', ')} |`),
  ].join('\n');
}

async function main() {
  const programs = process.argv.slice(2).filter((argument, index, all) => !argument.startsWith('--') && !OPTIONS.includes(all[index - 1]));
  const isByClaim = process.argv.includes('--by-claim');
  const seed = isByClaim ? sampleSeed(DEPENDS_ON) : undefined;
  if (programs.length === 0) { throw new Error('which programs? Build them from control-plane first'); }
  const results = await against(programs);
  const claimed = isByClaim ? await byClaim(programs, results.map(({ version }) => version), seed) : [];

  for (const { version, manifests: { counts, wrong }, scheduling: { placed, waited, problems } } of results) {
    console.log(`Kubernetes ${version}: ${JSON.stringify(counts)}, ${placed} pods placed, ${waited} Pending as they must`);
    for (const each of wrong) { console.log(`REFUSED ${each}`); }
    for (const each of problems) { console.log(`WRONG ${each}`); }
  }
  for (const { version, gates, placed, waited, problems, again, leftOut } of claimed) {
    console.log(`Kubernetes ${version} by claim (${gates.join(', ') || 'no gates'}): ${placed} pods placed, ${waited} Pending as they must${seed === undefined ? '' : `; a sample, seed ${seed}: ${leftOut} rounds are left out`}`);
    for (const each of again) { console.log(`PLAYED AGAIN, for the first time ${each}`); }
    for (const each of problems) { console.log(`WRONG ${each}`); }
  }
  // the examples are for the newest of the versions: it stores what they say
  const { version: newest, manifests: { dropped } } = results.at(-1);
  for (const each of dropped) { console.log(`DROPPED by ${newest}: ${each}`); }
  const faults = [dropped, ...results.flatMap(({ manifests: { wrong }, scheduling: { problems } }) => [wrong, problems]), ...claimed.map(({ problems }) => problems)];
  const sound = faults.every(each => each.length === 0);
  // with CRDs of one's own the page is left as it is
  const ownCrds = process.env.CDK8S_GPU_CRDS !== undefined;
  if (ownCrds) { console.log(pageText(results)); }
  const options = { check: process.argv.includes('--check') };
  const fresh = ownCrds || [section('kubernetes', pageText(results), options), !isByClaim || seed !== undefined || section('dra', claimsText(claimed), options)].every(Boolean);
  process.exitCode = sound && fresh ? 0 : 1;
}

main().catch(error => { console.error(error); process.exitCode = 1; });
