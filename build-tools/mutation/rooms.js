// What is tried by mutation, by room, and the tests that are there to hold it.
'use strict';

const ROOMS = {
  hardware: { files: ['src/hardware/**/*.ts'], tests: ['hardware/**/*'] },
  fit: { files: ['src/fit/**/*.ts'], tests: ['fit/**/*'] },
  pools: { files: ['src/pools/**/*.ts'], tests: ['pools/**/*', 'allocation/**/*'] },
  allocation: { files: ['src/allocation/**/*.ts'], tests: ['pools/**/*', 'allocation/**/*', 'operator/**/*'] },
  planning: { files: ['src/planning/**/*.ts'], tests: ['planning/**/*'] },
  // the engine alone: what a rule says is held by its fixtures
  rules: {
    files: ['src/rules/{run-rules,acknowledgement,rule,rule-failure,of-pods}.ts'],
    tests: ['rules/{engine,run-rules,rule-failure,of-pods}'],
  },
};

/** Tables of data: a wrong figure there is for the generated pages to show. */
const TABLES = ['src/hardware/boards/{ampere,blackwell,hopper,without-mig,sources,all-boards}.ts', 'src/**/index.ts'];

/** Texts of messages are held by the tests of messages; a changed word in them is no changed figure. */
const LEFT_OUT = ['StringLiteral', 'Regex'];

module.exports = { LEFT_OUT, ROOMS, TABLES };
