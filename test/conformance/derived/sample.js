// Which of the broken objects a run tries, and whether what it finds in a sample is what the page says of all.
'use strict';
const { execFileSync } = require('child_process');
const path = require('path');
const { Generator } = require('../generator');

/** The share of the broken objects that a sample has. */
const SHARE = 0.12;

/** What the answers of lint and of the server hang on; the other rules can take a finding away or add one, and a sample sees most of that. */
const DEPENDS_ON = [
  'src/kubernetes/core', 'src/kubernetes/crd', 'src/rules/schema', 'src/rules/strict-apply.ts', 'src/cluster/model/api-fields.ts',
  'test/conformance/derived', 'test/conformance/derived.js', 'test/conformance/crds.js', 'test/conformance/control-plane',
];

const git = (...args) => execFileSync('git', args, { cwd: path.join(__dirname, '../../..'), encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();

/** Files that a whole run hangs on and that changed since a revision, those that are not committed among them; undefined where git cannot tell. */
function changedSince(revision) {
  try { return git('diff', '--name-only', revision, '--', ...DEPENDS_ON).split('\n').filter(Boolean); } catch { return undefined; }
}

/** The commit as a number: fresh for each, and the same again. */
const seedOfCommit = () => Number.parseInt(git('rev-parse', '--short=7', 'HEAD').slice(0, 7), 16);

/** Says of one broken object after another whether it is tried: of all, or of a sample by its seed. */
function chooser(seed) {
  if (seed === undefined) { return () => true; }
  const generator = new Generator(seed);
  return () => generator.chance(SHARE);
}

/** A row of numbers for each name, as a table of the page has them; the columns are those of the table's head, without the first. */
function tableIn(text, head) {
  const lines = text.split('\n');
  const start = lines.findIndex(line => line === head);
  if (start < 0) { return undefined; }
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  const cells = line => line.split('|').slice(1, -1).map(each => each.trim());
  return new Map(lines.slice(start + 2, end < 0 ? undefined : end).map(cells).map(([name, ...numbers]) => [name, numbers.map(Number)]));
}

/** What a sample has more of than the page says of all: a kind of disagreement that was not there before. */
function beyond(sample, page, columns) {
  return [...sample].flatMap(([name, numbers]) => numbers.flatMap((count, index) => {
    const most = page.get(name)?.[index] ?? 0;
    return count > most ? [`${name}, ${columns[index]}: ${count} in the sample, ${most} in the page`] : [];
  }));
}

module.exports = { beyond, changedSince, chooser, DEPENDS_ON, seedOfCommit, SHARE, tableIn };
