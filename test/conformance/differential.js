// The library's verdicts against upstream's own parsers. Usage: node differential.js PROGRAM [CASES [--check]]
// Fails on any disagreement whose reason is not written in KNOWN below.
'use strict';
const { spawn } = require('child_process');
const fs = require('fs');
const path = require('path');
const { isDeepStrictEqual } = require('util');
const { ClusterModel, isProblem, readManifests } = require('../../lib/cluster');
const { parseYaml, plainValue } = require('../../lib/kubernetes/yaml/yaml-text');
const { MigProfileName } = require('../../lib/hardware');
const { runRules } = require('../../lib/rules');
const { survivesUnquoted } = require('../../lib/kubernetes/yaml/unquoted-value');
const { Generator } = require('./generator');
const { section } = require('./page');

const SLICES = [1, 2, 3, 4, 6, 7, 8];
/** Rules about what upstream's parser refuses. Others tell of what it accepts and ignores, so they may fire on an accepted file. */
const PARSER_RULES = new Set(['DP-001', 'DP-003', 'DP-004', 'DP-006', 'DP-009', 'DP-021']);

/** Each known disagreement: when it is that one, and why. */
const KNOWN = [
  {
    name: 'slice counts that no GPU has',
    why: 'upstream checks the form alone (0g, 5g, 9g pass); no profile has them, so the library refuses at once',
    is: ({ kind, text, ours, upstream }) => {
      if (kind !== 'profile' || ours.accepted || !upstream.accepted) { return false; }
      const match = /^(?:([-+]?\d+)c\.)?([-+]?\d+)g\./.exec(text);
      return match !== null && [match[1], match[2]].some(count => count !== undefined && !SLICES.includes(Number(count)));
    },
  },
  {
    name: 'keys that are neither text nor a small number nor a boolean',
    why: 'null, floats, large numbers, lists and maps as keys: upstream refuses them or writes the number its own way; no field or name is such a key, and rules about names say so (MIG-030)',
    is: ({ kind, ours, upstream }) => kind === 'yaml' && ours.accepted
      && (/map key|did not find expected (?:key|node content)/.test(upstream.message ?? '') || sameButForKeys(ours.value, upstream.value)),
  },
  {
    name: 'text behind the first value',
    why: 'where a first key has blanks before it, or a comment instead of its colon, upstream takes what stands there for the whole document and drops the rest in silence; '
      + 'the library says that it cannot read it',
    is: ({ kind, text, ours, upstream }) => kind === 'yaml' && !ours.accepted && upstream.accepted && (/^\s/.test(text) || typeof upstream.value === 'string'),
  },
  {
    name: 'anchors, tags and tabs out of place',
    why: 'one of both lets pass what is odd about the name of an anchor, a tag or a tab, and the other refuses it; nobody writes that',
    is: ({ kind, text, ours, upstream }) => kind === 'yaml' && ours.accepted !== upstream.accepted && /[&!\t]/.test(text),
  },
  {
    name: 'a block of text that ends with the file, without a line end',
    why: 'upstream gives it none, the library one; it matters to no rule',
    is: ({ kind, text, ours, upstream }) => kind === 'yaml' && !text.endsWith('\n') && trimmed(ours.value) === trimmed(upstream.value),
  },
];

/** Whether two values differ only in how a key of a number is written. */
function sameButForKeys(ours, upstream) {
  const isMap = each => typeof each === 'object' && each !== null && !Array.isArray(each);
  if (!isMap(ours) || !isMap(upstream)) { return isDeepStrictEqual(ours, upstream); }
  const number = key => (/^[-+]?(?:\.(?:inf|nan)|Infinity|NaN|[\d.]+(?:e[-+]?\d+)?)$/i.test(key) ? 'a number' : key);
  const rows = map => Object.entries(map).map(([key, value]) => JSON.stringify([number(key), value])).sort();
  return isDeepStrictEqual(rows(ours), rows(upstream));
}

const trimmed = value => JSON.stringify(value)?.replace(/\\n"/g, '"');

function ourProfile(text) {
  const found = MigProfileName.find(text);
  return found === undefined ? { accepted: false } : {
    accepted: true,
    fields: {
      compute: found.computeInstanceSlices,
      instance: found.gpuInstanceSlices,
      gb: found.memoryGb,
      attributes: found.attributes,
      negative: found.negative,
      canonical: found.canonical,
    },
  };
}

function manifests(config) {
  const policy = { apiVersion: 'nvidia.com/v1', kind: 'ClusterPolicy', metadata: { name: 'cluster-policy' }, spec: { devicePlugin: { config: { name: 'sharing' } } } };
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'sharing', namespace: 'gpu-operator' }, data: { shared: config } };
  return `${JSON.stringify(policy)}\n---\n${JSON.stringify(map)}\n`;
}

function modelOf(text) {
  const model = new ClusterModel({});
  for (const read of readManifests(text, 'case.yaml')) {
    if (!isProblem(read)) { model.add(read); }
  }
  return model;
}

function ourDevicePluginConfig(config) {
  const model = modelOf(manifests(config));
  const found = runRules(model).filter(({ rule }) => rule.startsWith('DP-')).map(({ rule, severity }) => ({ rule, severity }));
  const rules = [...new Set(found.map(({ rule }) => rule))];
  return {
    accepted: !rules.some(rule => PARSER_RULES.has(rule)) && model.devicePluginFiles.every(({ file }) => file.error === undefined),
    rules,
  };
}

/** What the library itself wrote, and the fixtures of its rules: real files beside the random ones. */
function* writtenFiles() {
  const root = path.join(__dirname, '../..');
  const folders = [path.join(root, 'rules')];
  const examples = path.join(root, 'dist/examples');
  if (fs.existsSync(examples)) { folders.push(...fs.readdirSync(examples).sort().map(name => path.join(examples, name))); }
  for (const folder of folders.filter(each => fs.statSync(each).isDirectory())) {
    for (const name of fs.readdirSync(folder).filter(each => each.endsWith('.yaml')).sort()) {
      const model = modelOf(fs.readFileSync(path.join(folder, name), 'utf8'));
      for (const { key, file } of model.devicePluginFiles) {
        if (file.error === undefined) {
          const from = path.relative(root, path.join(folder, name));
          yield { kind: 'device-plugin', text: JSON.stringify(file.value), from: `${from} ${key}`, mustBeAccepted: !name.includes('.bad.') };
        }
      }
    }
  }
}

function ourYaml(text) {
  try {
    return { accepted: true, value: JSON.parse(JSON.stringify(plainValue(parseYaml(text), text)) ?? 'null') };
  } catch (error) {
    return { accepted: false, message: error.message };
  }
}

function oursOf({ kind, text }) {
  switch (kind) {
    case 'profile': return ourProfile(text);
    case 'unquoted': return { accepted: survivesUnquoted(text) };
    case 'yaml': return ourYaml(text);
    default: return ourDevicePluginConfig(text);
  }
}

function* cases(count) {
  const generator = new Generator(20261124);
  for (let index = 0; index < count; index++) {
    // a profile name costs microseconds, a file milliseconds
    if (index % 10 === 0) { yield { kind: 'unquoted', text: generator.unquoted() }; } else if (index % 10 === 5) { yield { kind: 'yaml', text: generator.yaml() }; } else if (index % 5 < 4) { yield { kind: 'profile', text: generator.profile() }; } else { yield { kind: 'device-plugin', text: generator.devicePluginConfig() }; }
  }
}

async function upstreamVerdicts(program, all) {
  const child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
  const chunks = [];
  child.stdout.on('data', chunk => chunks.push(chunk));
  const closed = new Promise((resolve, reject) => { child.on('error', reject); child.on('close', resolve); });
  child.stdin.end(all.map(({ kind, text, ours }) => JSON.stringify({ kind, text, ours: ours.fields })).join('\n'));
  const code = await closed;
  if (code !== 0) { throw new Error(`${program} ended with ${code}`); }
  const verdicts = Buffer.concat(chunks).toString('utf8').trim().split('\n').map(line => JSON.parse(line));
  if (verdicts.length !== all.length) { throw new Error(`${all.length} cases, ${verdicts.length} verdicts`); }
  return verdicts;
}

async function main() {
  const [program, count = '100000', mode] = process.argv.slice(2);
  const all = [...writtenFiles(), ...cases(Number(count))];
  for (const each of all) { each.ours = oursOf(each); }
  const verdicts = await upstreamVerdicts(program, all);

  const numbers = {};
  const known = new Map(KNOWN.map(({ name }) => [name, 0]));
  const open = [];
  all.forEach((each, index) => {
    each.upstream = verdicts[index];
    const group = each.from === undefined ? each.kind : `${each.kind}, written files`;
    const row = numbers[group] ??= { cases: 0, bothAccept: 0, bothRefuse: 0, knownDisagreements: 0, disagreements: 0 };
    row.cases++;
    const agree = each.ours.accepted === each.upstream.accepted && !each.upstream.differs && isDeepStrictEqual(each.ours.value, each.upstream.value) && (!each.mustBeAccepted || each.upstream.accepted);
    const reason = agree ? undefined : KNOWN.find(({ is }) => is(each));
    if (agree) { row[each.ours.accepted ? 'bothAccept' : 'bothRefuse']++; } else if (reason) { row.knownDisagreements++; known.set(reason.name, known.get(reason.name) + 1); } else {
      row.disagreements++;
      open.push(each);
    }
  });

  const text = [
    '| parser | cases | both accept | both refuse | known | open |', '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...Object.entries(numbers).map(([name, row]) => `| ${name} | ${Object.values(row).join(' | ')} |`), '',
    'Known disagreements, each with its reason:', '',
    ...KNOWN.map(({ name, why }) => `- ${name} (${known.get(name)}): ${why}`),
  ].join('\n');
  console.table(numbers);
  for (const { name, why } of KNOWN) { console.log(`known: ${name} (${known.get(name)}): ${why}`); }
  // the page tells of a whole run
  const fresh = Number(count) !== 100000 || section('parsers', text, { check: mode === '--check' });
  for (const { kind, from, text, ours, upstream } of open.slice(0, 40)) {
    console.log(`DISAGREEMENT ${from ?? kind} ${JSON.stringify(text)}\n  ours: ${JSON.stringify(ours)}\n  upstream: ${JSON.stringify(upstream)}`);
  }
  if (open.length > 0) { console.log(`${open.length} disagreements without a reason`); }
  process.exitCode = open.length > 0 || !fresh ? 1 : 0;
}

main().catch(error => { console.error(error); process.exitCode = 1; });
