/** Words as recognition is judged by: without punctuation, in small letters. @param {string} text */
const wordsOf = text => text.toLowerCase().replace(/[^\p{L}\p{N}' ]/gu, ' ').split(' ').filter(word => word !== '');

/**
 * Word error rate: insertions, deletions and substitutions per word that was spoken.
 * @param {string} spoken @param {string} heard
 */
export function wordErrorRate(spoken, heard) {
  const [expected, actual] = [wordsOf(spoken), wordsOf(heard)];
  if (expected.length === 0) { return undefined; }
  let row = Array.from({ length: actual.length + 1 }, (_, index) => index);
  expected.forEach((word, above) => {
    const next = [above + 1];
    actual.forEach((other, left) => { next.push(Math.min(row[left + 1] + 1, next[left] + 1, row[left] + (word === other ? 0 : 1))); });
    row = next;
  });
  return row[actual.length] / expected.length;
}
