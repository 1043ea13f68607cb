// The changes that StrykerJS would try, known before it starts, so that a seeded sample of them can be drawn.
'use strict';
const { createHash } = require('crypto');
const fs = require('fs');

const silent = Object.fromEntries(['debug', 'info', 'warn', 'error'].map(level => [level, () => undefined]));
const logger = { ...silent, isDebugEnabled: () => false };

/** One change, by its place and what stands there then. Lines and columns are counted from 0, as the instrumenter has them. */
function keyOf(file, { location: { start, end }, mutatorName, replacement }) {
  return `${file}:${start.line}:${start.column}-${end.line}:${end.column} ${mutatorName} ${replacement}`;
}

/** All changes of some files, in the order of the files. */
async function changesOf(files, excludedMutations) {
  const { Instrumenter } = await import('@stryker-mutator/instrumenter');
  const sources = files.map(name => ({ name, mutate: true, content: fs.readFileSync(name, 'utf8') }));
  const { mutants } = await new Instrumenter(logger).instrument(sources, { ignorers: [], plugins: null, excludedMutations });
  return mutants.map(mutant => ({ ...mutant, key: keyOf(mutant.fileName, mutant) }));
}

/** So many of the changes, each as likely as any other; the same ones for the same seed and the same sources. */
function draw(changes, size, seed) {
  const rank = ({ key }) => createHash('sha256').update(`${seed} ${key}`).digest('hex');
  return changes.map(each => [rank(each), each]).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).slice(0, size).map(([, each]) => each);
}

/** 1.96 standard deviations on either side are 95 %. */
const Z = 1.959964;

/** The 95 % interval of a share of which a sample is known, in per cent, after Wilson (1927). */
function wilson(noticed, tried) {
  if (tried === 0) { return { low: 0, high: 100 }; }
  const share = noticed / tried;
  const centre = share + Z ** 2 / (2 * tried);
  const margin = Z * Math.sqrt(share * (1 - share) / tried + Z ** 2 / (4 * tried ** 2));
  const part = 1 + Z ** 2 / tried;
  return { low: 100 * (centre - margin) / part, high: 100 * (centre + margin) / part };
}

module.exports = { changesOf, draw, keyOf, wilson };
