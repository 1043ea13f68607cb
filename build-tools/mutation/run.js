// Mutation testing (StrykerJS) of the code whose figures people trust. Exit code 1 where a room falls below LEAST.
//   npm run mutation -- --room hardware     one room, held by its own tests alone
//   npm run mutation -- --since REVISION    what changed, held by the tests of all these rooms
//   npm run mutation -- FILE...             these files, in the same way
//   npm run mutation                        all rooms, in the same way
'use strict';
const { execFileSync, spawnSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const { writeRow } = require('../reliability');

/** What is tried, by room, and the tests that are there to hold it. */
const ROOMS = {
  hardware: { files: ['src/hardware/**/*.ts'], tests: ['hardware/**/*'] },
  fit: { files: ['src/fit/**/*.ts'], tests: ['fit/*'] },
  pools: { files: ['src/pools/**/*.ts'], tests: ['pools/**/*', 'allocation/**/*'] },
  allocation: { files: ['src/allocation/**/*.ts'], tests: ['pools/**/*', 'allocation/**/*', 'operator/**/*'] },
  planning: { files: ['src/planning/**/*.ts'], tests: ['planning/**/*'] },
  rules: { files: ['src/rules/run-rules.ts', 'src/rules/acknowledgement.ts'], tests: ['rules/run-rules', 'rules/rule-failure'] },
};
/** Tables of data: a wrong figure there is for the generated pages to show. */
const TABLES = ['src/hardware/boards/{ampere,blackwell,hopper,without-mig,sources,all-boards}.ts', 'src/**/index.ts'];

/** Per cent of the changes that some test must notice. */
const LEAST = 85;

const root = path.join(__dirname, '..', '..');
const reports = path.join(root, 'test-reports');
process.chdir(root);

/** The files that a pattern names, as git knows them. */
function filesOf(patterns) {
  return execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...patterns.map(each => `:(glob)${each}`)], { encoding: 'utf8' })
    .split('\n').filter(file => file !== '');
}

/** What the arguments ask for: the name of the run, the files to change, and the tests that may notice; those of every room where undefined. */
function asked([option, ...others]) {
  const everyFile = Object.values(ROOMS).flatMap(({ files }) => files);
  if (option === '--room') {
    const room = ROOMS[others[0]];
    if (room === undefined) { throw new Error(`--room is one of ${Object.keys(ROOMS).join(', ')}`); }
    return { name: others[0], files: others.length > 1 ? others.slice(1) : room.files, tests: room.tests, isWhole: others.length === 1 };
  }
  if (option === '--since') {
    const changed = execFileSync('git', ['diff', '--name-only', '--diff-filter=d', others[0] ?? 'HEAD~1', '--', ...everyFile.map(each => `:(glob)${each}`)],
      { encoding: 'utf8' });
    return { name: 'changed', files: changed.split('\n').filter(file => file !== '') };
  }
  return option === undefined ? { name: 'all', files: everyFile } : { name: 'files', files: [option, ...others] };
}

const { name, files, isWhole = false, tests = [...new Set(Object.values(ROOMS).flatMap(room => room.tests))] } = asked(process.argv.slice(2));
if (files.length === 0) {
  console.log('nothing that is tried by mutation has changed');
  process.exit(0);
}
const report = path.join(reports, `mutation-${name}.json`);
const config = path.join(reports, `stryker-${name}.config.json`);
fs.mkdirSync(reports, { recursive: true });
fs.writeFileSync(config, JSON.stringify({
  mutate: [...files, ...TABLES.map(each => `!${each}`)],
  plugins: ['./build-tools/mutation/test-runner.mjs'],
  testRunner: 'in-process',
  coverageAnalysis: 'perTest',
  // texts of messages are held by the tests of messages; a changed word in them is no changed figure
  mutator: { excludedMutations: ['StringLiteral', 'Regex'] },
  ignoreStatic: true,
  ignorePatterns: ['dist', 'lib', 'test-reports', '/docs', '/load-generator'],
  reporters: ['clear-text', 'json', 'progress-append-only'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: false },
  jsonReporter: { fileName: report },
  concurrency: 1,
  tempDirName: `test-reports/stryker-${name}`,
  disableTypeChecks: false,
}));
const { status } = spawnSync('npx', ['stryker', 'run', config], {
  stdio: 'inherit',
  env: {
    ...process.env,
    MUTATION_TESTS: JSON.stringify(filesOf(tests.map(each => `test/${each}.test.ts`))),
    MUTATION_TRANSPILED: path.join(reports, 'transpiled'),
  },
});
if (status !== 0) { process.exit(2); }

const scores = new Map();
for (const [file, { mutants }] of Object.entries(JSON.parse(fs.readFileSync(report, 'utf8')).files)) {
  const room = file.split('/')[1];
  const score = scores.get(room) ?? { noticed: 0, late: 0, all: 0 };
  scores.set(room, score);
  for (const { status: outcome } of mutants) {
    if (outcome === 'Ignored' || outcome === 'CompileError' || outcome === 'RuntimeError') { continue; }
    score.all++;
    if (outcome === 'Killed' || outcome === 'Timeout') { score.noticed++; }
    if (outcome === 'Timeout') { score.late++; }
  }
}
let low = 0;
for (const [room, { noticed, late, all }] of [...scores].sort()) {
  const per = all === 0 ? 100 : (noticed / all) * 100;
  if (per < LEAST) { low++; }
  if (isWhole) { writeRow('mutation', [room, ROOMS[room].tests.map(each => `\`test/${each}\``).join(', '), all, noticed, late, `${per.toFixed(1)} %`].map(String)); }
  console.log(`${room}: ${noticed} of ${all} changes noticed, ${per.toFixed(1)} %${per < LEAST ? `, below ${LEAST} %` : ''}`);
}
process.exit(low === 0 ? 0 : 1);
