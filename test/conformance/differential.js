// The library's verdicts against upstream's own parsers. Usage: node differential.js PROGRAM [CASES] [--check] [--seed N]
// Runs the cases of docs/conformance.md, and as many from a seed that is new for each commit; with --seed, those of that seed alone.
// Fails on any disagreement whose reason is not written in KNOWN below.
'use strict';
const { spawn } = require('child_process');
const fs = require('fs');
const path = require('path');
const { isDeepStrictEqual, parseArgs } = require('util');
const { ClusterModel, isProblem, readManifests } = require('../../lib/cluster');
const { parseYaml, plainValue } = require('../../lib/kubernetes/yaml/yaml-text');
const { yamlNumberOf } = require('../../lib/kubernetes/yaml/yaml-number');
const { MigProfileName } = require('../../lib/hardware');
const { runRules } = require('../../lib/rules');
const { survivesUnquoted } = require('../../lib/kubernetes/yaml/unquoted-value');
const { Generator } = require('./generator');
const { section } = require('./page');
const { seedOfCommit } = require('./sample');

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
    name: 'a key that is null, a list, a map or a large number',
    why: 'upstream refuses it; no field or name is such a key, and rules about names say so (MIG-030)',
    is: ({ kind, ours, upstream }) => kind === 'yaml' && ours.accepted && /^(?:unsupported map key of type: |yaml: invalid map key: )/.test(upstream.message ?? ''),
  },
  {
    name: 'a colon without a key before it',
    why: 'upstream refuses it, the library takes the key for an empty one; no rule knows a field of that name',
    is: ({ kind, text, ours, upstream }) => kind === 'yaml' && ours.accepted
      && /did not find expected (?:key|node content)$/.test(upstream.message ?? '') && /(?:^ *(?:[-?] +)*|[{[,][ \t]*):(?:[ \t]|$)/m.test(text),
  },
  {
    name: 'how a key that is a fraction or a large number is written',
    why: 'upstream rounds it to 32 bits; no field or name is such a key',
    is: ({ kind, ours, upstream }) => kind === 'yaml' && ours.accepted && upstream.accepted && isDeepStrictEqual(withRoundedKeys(ours.value), withRoundedKeys(upstream.value)),
  },
  {
    name: 'two keys that are one number',
    why: 'to upstream a fraction and a whole number are two keys until they are written, and either may win; the library has the last; no field or name is such a key',
    is: ({ kind, text, ours, upstream }) => kind === 'yaml' && ours.accepted && upstream.accepted && hasNumberTwice(text)
      && isDeepStrictEqual(withoutNumbers(ours.value), withoutNumbers(upstream.value)),
  },
  {
    name: 'text behind the first value',
    why: 'where the first key has blanks before it, or a comment instead of its colon, upstream takes the first lines for the whole document and drops the rest in silence; '
      + 'the library says that it cannot read it',
    is: ({ kind, text, ours, upstream }) => kind === 'yaml' && !ours.accepted && upstream.accepted && isBeginning(text, upstream.value),
  },
  {
    name: 'a tag !!int before what is no whole number',
    why: 'upstream refuses it, the library reads it as text; nobody writes that tag',
    is: ({ kind, text, ours, upstream }) => kind === 'yaml' && ours.accepted && /^yaml: cannot decode !!(?:str|null) `.*` as a !!int$/s.test(upstream.message ?? '') && text.includes('!!int'),
  },
  {
    name: 'a tag that is misspelt',
    why: 'upstream passes over it, the library refuses it; nobody writes tags',
    is: ({ kind, text, ours, upstream }) => kind === 'yaml' && upstream.accepted && /^(?:Tags and anchors must be separated|Could not resolve tag|Unresolved tag)/.test(ours.message ?? '') && /![^ \n]/.test(text),
  },
  {
    name: 'an anchor with more in its name than letters, digits and dashes',
    why: 'upstream refuses it, the library does not; nobody writes that',
    is: ({ kind, text, ours, upstream }) => kind === 'yaml' && ours.accepted && /[&*][\w-]*[^\w\s-]/.test(text)
      && /(?:did not find expected alphabetic or numeric character|mapping values are not allowed in this context)$/.test(upstream.message ?? ''),
  },
  {
    name: 'a tab before a value or at the beginning of a line',
    why: 'upstream refuses it in more places than YAML does; editors make no such tabs',
    is: ({ kind, text, ours, upstream }) => kind === 'yaml' && ours.accepted && /found (?:character that cannot start any token|a tab character)/.test(upstream.message ?? '') && /(?:^[ \t]*|[-:?] *)\t/m.test(text),
  },
  {
    name: 'a lone dash between brackets or braces',
    why: 'upstream takes it for a text, YAML for the beginning of a list that may not stand there; nobody writes that',
    is: ({ kind, text, ours, upstream }) => kind === 'yaml' && !ours.accepted && upstream.accepted && /[[{,:] *- *[,\]}]/.test(text)
      && /^(?:Implicit keys of flow sequence pairs|Block collections are not allowed within flow)/.test(ours.message ?? ''),
  },
  {
    name: 'a colon right before a comma or a brace',
    why: 'it is of the key to upstream, and behind it to the library; nobody writes that',
    is: ({ kind, text, ours, upstream }) => kind === 'yaml' && ours.accepted && upstream.accepted && /[{,][^\s{},]*:[,}\]]/.test(text)
      && isDeepStrictEqual(ours.value, withKeys(upstream.value, key => key.replace(/:$/, ''))),
  },
  {
    name: 'a list or map as a key, between brackets or braces, behind another key',
    why: 'upstream refuses it, the library reads a second pair; nobody writes that',
    is: ({ kind, text, ours, upstream }) => kind === 'yaml' && ours.accepted && /mapping values are not allowed in this context$/.test(upstream.message ?? '') && /: *[[{][^\n]*[\]}] *:(?:\s|$)/.test(text),
  },
  {
    name: 'a block of text that ends with the file, without a line end',
    why: 'upstream gives it none, the library one; it matters to no rule',
    is: ({ kind, text, ours, upstream }) => kind === 'yaml' && ours.accepted && upstream.accepted && /[|>][-+]?\n[^\n]*(?:\n +[^\n]*)*$/.test(text)
      && isDeepStrictEqual(trimmed(ours.value), trimmed(upstream.value)),
  },
];

/** A value with the keys of its maps written anew. */
function withKeys(value, write) {
  if (Array.isArray(value)) { return value.map(each => withKeys(each, write)); }
  if (typeof value !== 'object' || value === null) { return value; }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [write(key), withKeys(each, write)]));
}

const NUMBER = /^[-+]?(?:\.(?:inf|nan)|Infinity|NaN|[\d.]+(?:e[-+]?\d+)?)$/i;
const numberOf = key => Number(key.replace(/\.inf/i, 'Infinity').replace(/\.nan/i, 'NaN'));
/** A number of digits that is too large is a text to both. */
const isNumber = key => NUMBER.test(key) && (Number.isFinite(numberOf(key)) || /inf|nan/i.test(key));
const withRoundedKeys = value => withKeys(value, key => (isNumber(key) ? String(Math.fround(numberOf(key))) : key));

/** Whether a text has one number as a key in two spellings. */
function hasNumberTwice(text) {
  const keys = new Set([...text.matchAll(/(?:^|[\s{,])([-+.\w]+)[ \t]*:(?=\s|$)/gm)].map(([, key]) => key));
  const numbers = [...keys].map(key => yamlNumberOf(key)).filter(each => each !== undefined).map(each => Math.fround(each) + 0);
  return new Set(numbers).size < numbers.length;
}

/** A value without the keys that are numbers. */
function withoutNumbers(value) {
  if (Array.isArray(value)) { return value.map(withoutNumbers); }
  if (typeof value !== 'object' || value === null) { return value; }
  return Object.fromEntries(Object.entries(value).filter(([key]) => !NUMBER.test(key)).map(([key, each]) => [key, withoutNumbers(each)]));
}

/** Whether the first lines of a text, without the others, say a value. */
function isBeginning(text, value) {
  const lines = text.split('\n');
  return lines.slice(1).some((_, index) => {
    const first = ourYaml(`${lines.slice(0, index + 1).join('\n')}\n`);
    return first.accepted && isDeepStrictEqual(first.value, value);
  });
}

/** Texts without the end of their last line. */
const trimmed = value => JSON.parse(JSON.stringify(value).replace(/\\n"/g, '"'));

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

function* cases(count, seed) {
  const generator = new Generator(seed);
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
  // written once more, because Go tells zero and minus zero apart
  const verdicts = Buffer.concat(chunks).toString('utf8').trim().split('\n').map(line => JSON.parse(JSON.stringify(JSON.parse(line))));
  if (verdicts.length !== all.length) { throw new Error(`${all.length} cases, ${verdicts.length} verdicts`); }
  return verdicts;
}

/** The cases of the page: the same in every run, so that the page can be held to it. */
const SEED_OF_THE_PAGE = 20261124;

/** Both sides of every case; `numbers` by kind, `known` disagreements by name, and those that are `open`. */
async function compare(program, all) {
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
  return { numbers, known, open };
}

/** @returns how many disagreements have no reason */
function report({ numbers, known, open }, seed) {
  console.log(`seed ${seed}`);
  console.table(numbers);
  for (const { name, why } of KNOWN) { console.log(`known: ${name} (${known.get(name)}): ${why}`); }
  for (const { kind, from, text, ours, upstream } of open.slice(0, 40)) {
    console.log(`DISAGREEMENT ${from ?? kind} ${JSON.stringify(text)}\n  ours: ${JSON.stringify(ours)}\n  upstream: ${JSON.stringify(upstream)}`);
  }
  if (open.length > 0) { console.log(`${open.length} disagreements without a reason; again: differential.js PROGRAM CASES --seed ${seed}`); }
  return open.length;
}

const pageText = ({ numbers, known }) => [
  '| parser | cases | both accept | both refuse | known | open |', '| --- | ---: | ---: | ---: | ---: | ---: |',
  ...Object.entries(numbers).map(([name, row]) => `| ${name} | ${Object.values(row).join(' | ')} |`), '',
  'Known disagreements, each with its reason:', '',
  ...KNOWN.map(({ name, why }) => `- ${name} (${known.get(name)}): ${why}`),
].join('\n');

async function main() {
  const { values: { check, seed }, positionals: [program, count = '100000'] } = parseArgs({
    options: { check: { type: 'boolean', default: false }, seed: { type: 'string' } }, allowPositionals: true,
  });
  let open = 0;
  let fresh = true;
  if (seed === undefined) {
    const ofPage = await compare(program, [...writtenFiles(), ...cases(Number(count), SEED_OF_THE_PAGE)]);
    open += report(ofPage, SEED_OF_THE_PAGE);
    // the page tells of a whole run
    fresh = Number(count) !== 100000 || section('parsers', pageText(ofPage), { check });
  }
  // and others for each commit, so that what passed once passes again
  const another = Number(seed ?? seedOfCommit());
  open += report(await compare(program, [...cases(Number(count), another)]), another);
  process.exitCode = open > 0 || !fresh ? 1 : 0;
}

main().catch(error => { console.error(error); process.exitCode = 1; });
