/**
 * Numbers from 0 to below 1 that a seed repeats: minstd_rand of the C++ standard library (ISO/IEC 14882, 29.5.6). Seeds that are near
 * each other begin alike, so the first numbers are left out.
 */
export function randomOf(seed) {
  let state = seed % 2147483646 + 1;
  const next = () => {
    state = state * 48271 % 2147483647;
    return state / 2147483647;
  };
  for (let left = 0; left < 5; left += 1) { next(); }
  return next;
}

/** A list in random order (Fisher and Yates). @template T @param {T[]} list @param {() => number} random @returns {T[]} */
export function shuffled(list, random) {
  const result = [...list];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [result[last], result[other]] = [result[other], result[last]];
  }
  return result;
}

/** Time to the next arrival of a Poisson process, in ms. @param {number} perSecond @param {() => number} random */
export const exponentialMs = (perSecond, random) => -Math.log(1 - random()) * 1000 / perSecond;
