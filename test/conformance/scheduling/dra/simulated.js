// What first fit makes of pods that come one after the other, on boards that the driver cuts for them: by the library's own simulation.
'use strict';
const { BoardStates } = require('../../../../lib/planning/arrivals/board-states');
const { dnsLabel } = require('../../dra/published-devices');

/** The boards of a machine, and what stands on each. Boards of the Ampere generation are whole or in MIG mode before, and stay so. */
class SimulatedBoards {
  #states;
  #now;

  constructor(gpu, cut) {
    this.gpu = gpu;
    this.#states = BoardStates.of(gpu);
    this.#now = cut.map(profiles => ({ state: 0, takes: gpu.architecture !== 'ampere' ? 'both' : profiles === undefined ? 'whole' : 'slices' }));
  }

  /** @returns the name of the device that first fit gives, undefined when there is none */
  take(profile) {
    const kind = profile === 'whole' ? 'whole' : 'slices';
    const board = this.#now.findIndex(({ state, takes }) => (takes === 'both' || takes === kind) && this.#states.add(state, profile) !== undefined);
    if (board < 0) { return undefined; }
    const { state, place } = this.#states.add(this.#now[board].state, profile);
    this.#now[board].state = state;
    return profile === 'whole' ? `gpu-${board}` : `gpu-${board}-mig-${dnsLabel(profile)}-${this.gpu.profile(profile).giProfileId}-${place.start}`;
  }
}

module.exports = { SimulatedBoards };
