// A round that goes wrong is played once more. What is wrong in a manifest or in the library is so both times; what the scheduler and the
// controllers of claims do side by side now and then comes out otherwise under load, and is told.
'use strict';

/** So many rounds of a control plane may go wrong once: more is no chance. */
const MOST = 3;

/** What a round found; when it waited in vain, that is what is wrong. */
async function outcome(play, attempt) {
  try { return await play(attempt); } catch (error) { return { placed: 0, waited: 0, problems: [error.message], error }; }
}

/**
 * @param play plays a round from the beginning; it is given 0, and 1 when it plays again
 * @returns what it found, with `again`: what had been wrong the first time
 * @throws when the round waits in vain both times: the control plane does not work
 */
async function onceMore(play) {
  const first = await outcome(play, 0);
  if (first.problems.length === 0) { return { ...first, again: [] }; }
  const { error, ...second } = await outcome(play, 1);
  if (error !== undefined) { throw error; }
  return { ...second, again: [first.problems.join('\n')] };
}

/** A problem where more rounds had to be played again than chance explains. */
const tooOften = again => (again.length > MOST ? [`${again.length} rounds went wrong the first time, and more than ${MOST} are no chance`] : []);

module.exports = { onceMore, tooOften };
