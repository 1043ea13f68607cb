// Mutation testing (StrykerJS) of the code whose figures people trust, each room held by its own tests.
//   npm run mutation -- --room hardware        one room
//   npm run mutation -- --since REVISION       the lines that changed since then
//   npm run mutation -- FILE...                these files
//   npm run mutation                           all rooms
// Of each of them: --sample N --seed S tries N changes of a room alone, drawn by the seed; --minutes M begins no more of them after
// that time. `--room` writes its row of docs/reliability.md. Exit code 1 where a room surely falls below LEAST.
'use strict';
const { execFileSync, spawnSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const { parseArgs } = require('util');
const { LEFT_OUT, ROOMS, TABLES } = require('./rooms');
const { changesOf, draw, keyOf, wilson } = require('./sample');
const { writeRow } = require('../reliability');

/** Per cent of the changes that some test must notice. */
const LEAST = 85;
/** Fewer than this say too little to fail for: one change that no test can notice would. */
const LEAST_TRIED = 10;

const root = path.join(__dirname, '..', '..');
const reports = path.join(root, 'test-reports');
process.chdir(root);

const { values: options, positionals: named } = parseArgs({
  allowPositionals: true,
  options: {
    room: { type: 'string' }, since: { type: 'string' }, sample: { type: 'string' }, seed: { type: 'string' }, minutes: { type: 'string' },
  },
});
if (options.room !== undefined && !Object.hasOwn(ROOMS, options.room)) {
  throw new Error(`--room is one of ${Object.keys(ROOMS).join(', ')}, got ${options.room}`);
}
const size = wholeNumber('sample');
const seed = options.seed ?? '1';
const deadline = options.minutes === undefined ? undefined : Date.now() + wholeNumber('minutes') * 60_000;

function wholeNumber(name) {
  if (options[name] === undefined) { return undefined; }
  if (!/^[1-9]\d*$/.test(options[name])) { throw new Error(`--${name} is a whole number from 1, got ${options[name]}`); }
  return Number(options[name]);
}

/** The files that some patterns name, as git knows them. */
function filesOf(patterns, without = []) {
  const globs = [...patterns.map(each => `:(glob)${each}`), ...without.map(each => `:(exclude,glob)${each}`)].flatMap(braces);
  return execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...globs], { encoding: 'utf8' })
    .split('\n').filter(file => file !== '' && fs.existsSync(file));
}

/** The patterns of git have no braces. */
function braces(pattern) {
  const [, before, inside, after] = /^(.*)\{(.*)\}(.*)$/.exec(pattern) ?? [];
  return inside === undefined ? [pattern] : inside.split(',').map(each => before + each + after);
}

/** The lines of a file that changed since a revision, as [first, last], counted from 1; a new file changed as a whole. */
function changedLines(file) {
  const difference = execFileSync('git', ['diff', '--unified=0', options.since, '--', file], { encoding: 'utf8' });
  const hunks = difference.matchAll(/^@@ -\S+ \+(\d+)(?:,(\d+))? @@/gm);
  return [...hunks].map(([, first, count = '1']) => [Number(first), Number(first) + Number(count) - 1]);
}

/** The changes of a room that are asked for. */
async function changesIn(room) {
  const all = filesOf(ROOMS[room].files, TABLES);
  const files = named.length > 0 ? all.filter(file => named.includes(file)) : all;
  if (options.since === undefined) { return changesOf(files, LEFT_OUT); }
  const lines = new Map(files.map(file => [file, changedLines(file)]).filter(([, hunks]) => hunks.length > 0));
  const changes = await changesOf([...lines.keys()], LEFT_OUT);
  // a body that was removed as a whole says nothing of the line that changed in it
  return changes.filter(({ fileName, location: { start, end } }) =>
    lines.get(fileName).some(([first, last]) => start.line + 1 >= first && end.line + 1 <= last));
}

/** Runs StrykerJS on some changes of a room. */
function tryThem(room, changes) {
  const report = path.join(reports, `mutation-${room}.json`);
  const config = path.join(reports, `stryker-${room}.config.json`);
  const plan = path.join(reports, `mutation-${room}.plan.json`);
  fs.mkdirSync(reports, { recursive: true });
  fs.rmSync(report, { force: true });
  const changed = [...new Set(changes.map(({ fileName }) => fileName))];
  const tests = filesOf(ROOMS[room].tests.map(each => `test/${each}.test.ts`));
  fs.writeFileSync(plan, JSON.stringify({ changed, tests, deadline, drawn: changes.map(({ key }) => key) }));
  fs.writeFileSync(config, JSON.stringify({
    mutate: changed,
    plugins: ['./build-tools/mutation/test-runner.mjs'],
    testRunner: 'in-process',
    coverageAnalysis: 'perTest',
    mutator: { excludedMutations: LEFT_OUT },
    ignoreStatic: true,
    ignorePatterns: ['dist', 'lib', 'test-reports', '/docs'],
    reporters: ['json'],
    jsonReporter: { fileName: report },
    concurrency: 1,
    dryRunTimeoutMinutes: 60, // a busy machine makes minutes of seconds
    // an endless loop is found by counting how often the changed place is reached; time is for what no count reaches
    timeoutMS: 20_000,
    timeoutFactor: 5,
    tempDirName: `test-reports/stryker-${room}`,
    disableTypeChecks: false,
  }));
  const { status } = spawnSync('npx', ['stryker', 'run', config], { stdio: 'inherit', env: { ...process.env, MUTATION_PLAN: plan } });
  if (status !== 0) { process.exit(2); }
  return outcomesOf(JSON.parse(fs.readFileSync(report, 'utf8')), new Set(changes.map(({ key }) => key)));
}

/** What became of the changes: the report counts lines and columns from 1. */
function outcomesOf({ files }, keys) {
  const back = ({ line, column }) => ({ line: line - 1, column: column - 1 });
  return Object.entries(files).flatMap(([file, { mutants, source }]) => mutants
    .map(mutant => ({ ...mutant, file, source, zeroBased: { start: back(mutant.location.start), end: back(mutant.location.end) } }))
    .filter(mutant => keys.has(keyOf(file, { ...mutant, location: mutant.zeroBased }))));
}

/** A change that nothing noticed, as a person reads it. */
function described({ file, source, status, mutatorName, replacement, location: { start, end } }) {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const original = lines.map((line, index) =>
    line.slice(index === 0 ? start.column - 1 : 0, index === lines.length - 1 ? end.column - 1 : undefined)).join('\n');
  const short = text => (text.length > 200 ? `${text.slice(0, 200)} ...` : text).replace(/\s+/g, ' ');
  return `${file}:${start.line}:${start.column} ${status} ${mutatorName}\n  - ${short(original)}\n  + ${short(replacement)}`;
}

function score(outcomes) {
  const of = (...wanted) => outcomes.filter(({ status }) => wanted.includes(status));
  const counted = of('Killed', 'Timeout', 'Survived', 'NoCoverage');
  return {
    tried: counted.length,
    noticed: of('Killed', 'Timeout').length,
    // that a place was reached too often is counted work, and no question of time
    byTime: of('Timeout').filter(({ statusReason = '' }) => !statusReason.startsWith('Hit limit')).length,
    unnoticed: of('Survived', 'NoCoverage'),
    whileLoading: of('Ignored').length,
    outOfTime: of('RuntimeError').filter(({ statusReason }) => statusReason === 'no time left').length,
  };
}

/** Whether a room holds; its row is written where a room was asked for. */
function told(room, changes, drawn, outcomes) {
  const { tried, noticed, byTime, unnoticed, whileLoading, outOfTime } = score(outcomes);
  for (const each of unnoticed) { console.log(described(each)); }
  const share = tried === 0 ? 100 : noticed / tried * 100;
  // of a commit, what was changed stands for what will be
  const isSample = drawn.length < changes.length || outOfTime > 0 || options.since !== undefined;
  const { low, high } = isSample ? wilson(noticed, tried) : { low: share, high: share };
  const range = isSample ? `${low.toFixed(0)} to ${high.toFixed(0)} %` : 'all were tried';
  console.log(`${room}: ${noticed} of ${tried} changes noticed (${byTime} by time), ${share.toFixed(1)} % (${range})`);
  console.log(`  left out: ${changes.length - drawn.length} of ${changes.length} not drawn (seed ${seed}), `
    + `${whileLoading} made while modules load, ${outOfTime} for want of time`);
  if (options.room !== undefined && named.length === 0 && options.since === undefined && outOfTime === 0) {
    const tests = ROOMS[room].tests.map(each => `\`test/${each}\``).join(', ');
    const cells = [room, tests, changes.length, tried, noticed, byTime, `${share.toFixed(1)} %`, isSample ? `${range}, seed ${seed}` : range];
    writeRow('mutation', cells.map(String));
  }
  const isLow = high < LEAST && tried >= LEAST_TRIED;
  if (isLow) { console.log(`${room} is below ${LEAST} %`); }
  return !isLow;
}

async function main() {
  if (options.since !== undefined && spawnSync('git', ['rev-parse', '--verify', '--quiet', `${options.since}^{commit}`]).status !== 0) {
    console.log(`there is no revision ${options.since} to compare with: nothing was tried`);
    return true;
  }
  let holds = true;
  let any = false;
  for (const room of options.room === undefined ? Object.keys(ROOMS) : [options.room]) {
    const changes = await changesIn(room);
    if (changes.length === 0) { continue; }
    any = true;
    if (deadline !== undefined && Date.now() > deadline) {
      console.log(`${room}: ${changes.length} changes were left out for want of time`);
      continue;
    }
    const drawn = size === undefined ? changes : draw(changes, size, seed);
    holds = told(room, changes, drawn, tryThem(room, drawn)) && holds;
  }
  if (!any) { console.log('nothing that is tried by mutation has changed'); }
  return holds;
}

main().then(holds => process.exit(holds ? 0 : 1));
