// Mutation testing (StrykerJS) of the code whose figures people trust: `npm run mutation`, or `npm run mutation -- FILE...`, or
// `npm run mutation -- --since REVISION` for what changed. Exit code 1 where a room falls below LEAST.
'use strict';
const { execFileSync, spawnSync } = require('child_process');
const fs = require('fs');
const path = require('path');

/** Tables of data apart: a wrong figure there is for the generated pages to show. */
const ROOMS = ['hardware', 'fit', 'pools', 'allocation', 'planning'];
const FILES = [...ROOMS.map(room => `src/${room}/**/*.ts`), 'src/rules/run-rules.ts', 'src/rules/define-rule.ts', 'src/rules/acknowledgement.ts'];
const TABLES = ['src/hardware/boards/{ampere,blackwell,hopper,without-mig,sources,all-boards}.ts', 'src/**/index.ts'];

/** Per cent of the changes that some test must notice. */
const LEAST = 85;

const root = path.join(__dirname, '..', '..');
process.chdir(root);

function filesAsked(args) {
  if (args[0] === '--since') {
    const changed = execFileSync('git', ['diff', '--name-only', '--diff-filter=d', args[1] ?? 'HEAD~1', '--', 'src'], { encoding: 'utf8' });
    const own = changed.split('\n').filter(file => file.endsWith('.ts') && !file.endsWith('index.ts') && !file.includes('/boards/')
      && (ROOMS.some(room => file.startsWith(`src/${room}/`)) || FILES.includes(file)));
    return own;
  }
  return args.length > 0 ? args : [...FILES, ...TABLES.map(each => `!${each}`)];
}

const mutate = filesAsked(process.argv.slice(2));
if (mutate.length === 0) {
  console.log('nothing that is tried by mutation has changed');
  process.exit(0);
}
const report = path.join(root, 'test-reports', 'mutation.json');
const config = path.join(root, 'test-reports', 'stryker.config.json');
fs.mkdirSync(path.dirname(report), { recursive: true });
fs.writeFileSync(config, JSON.stringify({
  mutate,
  testRunner: 'jest',
  jest: { configFile: 'build-tools/mutation/jest.config.json', enableFindRelatedTests: true },
  coverageAnalysis: 'perTest',
  // texts of messages are held by the tests of messages; a changed word in them is no changed figure
  mutator: { excludedMutations: ['StringLiteral', 'Regex'] },
  ignoreStatic: true,
  ignorePatterns: ['dist', 'lib', 'test-reports'],
  reporters: ['clear-text', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: report },
  concurrency: 2,
  tempDirName: 'test-reports/stryker',
  disableTypeChecks: true,
}));
const { status } = spawnSync('npx', ['stryker', 'run', config], { stdio: 'inherit' });
if (status !== 0) { process.exit(2); }

const { files } = JSON.parse(fs.readFileSync(report, 'utf8'));
const scores = new Map();
for (const [file, { mutants }] of Object.entries(files)) {
  const room = file.split('/')[1];
  const score = scores.get(room) ?? { noticed: 0, all: 0 };
  scores.set(room, score);
  for (const { status: outcome } of mutants) {
    if (outcome === 'Ignored' || outcome === 'CompileError' || outcome === 'RuntimeError') { continue; }
    score.all++;
    if (outcome === 'Killed' || outcome === 'Timeout') { score.noticed++; }
  }
}
let low = 0;
for (const [room, { noticed, all }] of [...scores].sort()) {
  const per = all === 0 ? 100 : (noticed / all) * 100;
  if (per < LEAST) { low++; }
  console.log(`${room}: ${noticed} of ${all} changes noticed, ${per.toFixed(1)} %${per < LEAST ? `, below ${LEAST} %` : ''}`);
}
process.exit(low === 0 ? 0 : 1);
