// What a claim of several devices gets, worked out from the documentation of the API: requests in their order, of a request its alternatives in
// theirs, boards in theirs, places by the name of the device; where a later request finds nothing, an earlier one is tried elsewhere.
'use strict';
const { dnsLabel } = require('../dra/published-devices');

const WHOLE = 'whole';

/** Boards of one kind, and what stands on them. */
class Boards {
  #gpu;
  #most;
  #units;
  #now;

  /** @param most the counters of a board, and what each profile takes of them, as the driver publishes both */
  constructor(gpu, count, most) {
    this.#gpu = gpu;
    this.#most = most;
    this.#units = gpu.placementUnits ?? gpu.memorySlices;
    this.#now = Array.from({ length: count }, () => []);
  }

  release(places) {
    for (const place of places) { this.#now[place.board].splice(this.#now[place.board].indexOf(place), 1); }
  }

  /**
   * @param requests each a list of profiles, of which the first that can be had will do
   * @param isOnOneBoard whether all devices must be of one board
   * @returns the places in the order of the requests, which are taken from now on; undefined where the claim has to wait
   */
  allocate(requests, isOnOneBoard) {
    const places = [];
    return this.#search(requests, isOnOneBoard, places) ? places : undefined;
  }

  #search([alternatives, ...rest], isOnOneBoard, places) {
    if (alternatives === undefined) { return true; }
    for (const profile of alternatives) {
      for (const place of this.#placesFor(profile)) {
        if ((isOnOneBoard && places.length > 0 && places[0].board !== place.board) || !this.#isFree(place)) { continue; }
        this.#now[place.board].push(place);
        places.push(place);
        if (this.#search(rest, isOnOneBoard, places)) { return true; }
        places.pop();
        this.#now[place.board].pop();
      }
    }
    return false;
  }

  * #placesFor(profile) {
    const starts = profile === WHOLE ? [{ start: 0, size: this.#units }]
      : [...this.#gpu.profile(profile).placements].sort((one, other) => (String(one.start) < String(other.start) ? -1 : 1));
    for (let board = 0; board < this.#now.length; board++) { for (const each of starts) { yield { board, profile, ...each }; } }
  }

  /** Neither a memory slice nor a counter is used twice. */
  #isFree({ board, profile, start, size }) {
    const here = this.#now[board];
    if (here.some(each => start < each.start + each.size && each.start < start + size)) { return false; }
    return Object.entries(this.#most[WHOLE]).every(([counter, total]) =>
      here.reduce((sum, each) => sum + (this.#most[each.profile][counter] ?? 0), this.#most[profile][counter] ?? 0) <= total);
  }

  nameOf({ board, profile, start }) {
    return profile === WHOLE ? `gpu-${board}` : `gpu-${board}-mig-${dnsLabel(profile)}-${this.#gpu.profile(profile).giProfileId}-${start}`;
  }
}

module.exports = { Boards, WHOLE };
