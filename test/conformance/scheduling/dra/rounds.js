// The rounds of a control plane: in each, nodes, claims and pods are made, and it is seen what became of the pods.
// A round that goes wrong is played once more. What is wrong in a manifest or in the library is so both times; what the scheduler and the
// controllers of claims do side by side comes out otherwise now and then, on a machine with much to do, and is told.
'use strict';

/** So many rounds of a control plane may go wrong once: more is no chance. */
const MOST_AGAIN = 3;

/** What a round found; when it waited in vain, that is what is wrong. */
async function outcome(play, attempt) {
  try { return await play(attempt); } catch (error) { return { placed: 0, waited: 0, problems: [error.message], error }; }
}

class Rounds {
  #found = [];
  #again = [];
  #leftOut = 0;

  /** @param isPlayed asked of one round after the other: whether it is played, or left out */
  constructor(isPlayed = () => true) { this.isPlayed = isPlayed; }

  /**
   * @param play plays a round from the beginning; it is given 0, and 1 when it plays again
   * @throws when the round waits in vain both times: the control plane does not work
   */
  async play(play) {
    if (!this.isPlayed()) { this.#leftOut++; return; }
    let found = await outcome(play, 0);
    if (found.problems.length > 0) {
      this.#again.push(found.problems.join('\n'));
      found = await outcome(play, 1);
      if (found.error !== undefined) { throw found.error; }
    }
    this.#found.push(found);
  }

  /** @returns {{ placed: number, waited: number, problems: string[], again: string[], leftOut: number }} of all rounds; `again` is what was wrong the first time */
  sum() {
    const total = key => this.#found.reduce((sum, each) => sum + each[key], 0);
    const tooOften = `${this.#again.length} rounds went wrong the first time, and more than ${MOST_AGAIN} are no chance`;
    return {
      placed: total('placed'),
      waited: total('waited'),
      problems: [...this.#found.flatMap(({ problems }) => problems), ...(this.#again.length > MOST_AGAIN ? [tooOften] : [])],
      again: this.#again,
      leftOut: this.#leftOut,
    };
  }
}

module.exports = { Rounds };
