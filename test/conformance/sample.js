// Whether a slow run tries everything or a sample: everything where something changed that it hangs on.
'use strict';
const { execFileSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const { Generator } = require('./generator');

const root = path.join(__dirname, '../..');
const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();

/** Which of some files and folders changed since a revision, those that are not committed among them; undefined where git cannot tell. */
function changedSince(revision, paths) {
  try { return git('diff', '--name-only', revision, '--', ...paths).split('\n').filter(Boolean); } catch { return undefined; }
}

/** The commit as a number: fresh for each, and the same again. */
const seedOfCommit = () => Number.parseInt(git('rev-parse', '--short=7', 'HEAD').slice(0, 7), 16);

/** Says of one thing after another whether it is tried: of all, or of a sample by its seed. */
function chooser(seed, share) {
  if (seed === undefined) { return () => true; }
  const generator = new Generator(seed);
  return () => generator.chance(share);
}

/** The value behind an option of the command line. */
const option = name => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined);

/** The options that ask for a sample, which have a value each. */
const OPTIONS = ['--since', '--seed'];

/**
 * The seed of a sample, by --since REVISION and --seed N; undefined where all is to be tried, and then it says why.
 * @param paths what the run hangs on
 */
function sampleSeed(paths) {
  const gone = paths.filter(each => !fs.existsSync(path.join(root, each)));
  if (gone.length > 0) { throw new Error(`there is no ${gone.join(', no ')}, which a sample is said to hang on`); }
  const [since, seed] = OPTIONS.map(option);
  const changed = since === undefined ? [] : changedSince(since, paths);
  if (since === undefined && seed === undefined) { return undefined; }
  if (changed === undefined || changed.length > 0) {
    const what = changed === undefined ? `git does not know what changed since ${since}` : `${changed.slice(0, 3).join(', ')}${changed.length > 3 ? ', ...' : ''} changed since ${since}`;
    console.log(`all are tried: ${what}`);
    return undefined;
  }
  return seed === undefined ? seedOfCommit() : Number(seed);
}

module.exports = { OPTIONS, changedSince, chooser, option, sampleSeed, seedOfCommit };
