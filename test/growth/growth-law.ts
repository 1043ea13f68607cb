import type { CountedLibrary, Steps } from './counted-library';

/** Some work on an input that can be as large as one likes. */
export interface Work {
  readonly name: string;
  /** The work on an input of so many entries; what is made before it is run is not counted. */
  readonly on: (count: number) => () => void | Promise<void>;
}

/** A place where work grows by more than what is worked on. */
export interface Growth {
  /** Where it is: file, function and what is there. */
  readonly place: string;
  /** How much was done there at n, 2n, 4n and so on. */
  readonly counts: readonly number[];
  /** Of which work it was seen. */
  readonly work: string;
}

/**
 * Where work grows by more than n log n. It is done on n, 2n and 4n entries; where the last doubling adds far more than
 * twice what the one before it added, also on 8n, 16n and so on, as long as each doubling does: what has a bound, such as a
 * message that is cut off at 2,000 characters, comes to it.
 */
export async function growthOf(library: CountedLibrary, { name, on }: Work, isKnown: (place: string) => boolean): Promise<Growth[]> {
  const steps: Steps[] = [];
  for (const size of SIZES.slice(0, 3)) { steps.push(await library.stepsOf(on(size))); }
  let places: number[] = [];
  steps[2].forEach((_, place) => { if (isSteep(steps, place) && !isKnown(library.placeOf(place))) { places.push(place); } });
  for (const size of SIZES.slice(3)) {
    if (places.length === 0) { return []; }
    steps.push(await library.stepsOf(on(size)));
    places = places.filter(place => isSteep(steps, place));
  }
  return places.map(place => ({ place: library.placeOf(place), counts: steps.map(each => each[place]), work: name }));
}

const SIZES = [2, 4, 8, 16, 32, 64];

function isSteep(steps: readonly Steps[], place: number): boolean {
  const [first, second, third] = [steps.at(-3)!, steps.at(-2)!, steps.at(-1)!];
  return third[place] - second[place] > MOST * Math.max(second[place] - first[place], 0) + SLACK;
}

/** A doubling adds twice what the one before it added where work is linear, a little more where it is n log n, four times where it is quadratic. */
const MOST = 2.7;

/** Less than what each pair of 2, 4 and 8 entries, looked at once, is above that. */
const SLACK = 5;
