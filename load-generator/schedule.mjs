import { randomOf, shuffled } from './random.mjs';

/**
 * What is measured, in which order: every repetition goes through all arms in an order of its own, and through the loads of an arm
 * in an order of its own, so that nothing that drifts with time falls on one arm.
 * @param {{arms: {name: string}[], loads: {name: string}[], repetitions: number, seed: number}} config
 * @returns {{cell: number, repetition: number, arm: string, load: string}[]}
 */
export function cellsOf({ arms, loads, repetitions, seed }) {
  const random = randomOf(seed);
  const cells = [];
  for (let repetition = 1; repetition <= repetitions; repetition += 1) {
    for (const arm of shuffled(arms, random)) {
      for (const load of shuffled(loads, random)) {
        cells.push({ cell: cells.length + 1, repetition, arm: arm.name, load: load.name });
      }
    }
  }
  return cells;
}

/** Seconds that a cell takes at most. */
export const secondsOfCell = load => load.rampSeconds + load.warmUpSeconds + load.seconds + load.drainSeconds;
