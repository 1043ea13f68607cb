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
    const board = this.#now.findIndex((_, index) => this.#placeOn(index, profile) !== undefined);
    return board < 0 ? undefined : this.takeOn(board, profile);
  }

  /** @returns the name of the device that first fit gives on this board, undefined when there is none */
  takeOn(board, profile) {
    const added = this.#placeOn(board, profile);
    if (added === undefined) { return undefined; }
    this.#now[board].state = added.state;
    return profile === 'whole' ? `gpu-${board}` : `gpu-${board}-mig-${dnsLabel(profile)}-${this.gpu.profile(profile).giProfileId}-${added.place.start}`;
  }

  /** How many boards have room for one of a profile. */
  boardsFor(profile) { return this.#now.filter((_, index) => this.#placeOn(index, profile) !== undefined).length; }

  #placeOn(board, profile) {
    const { state, takes } = this.#now[board];
    return takes === 'both' || takes === (profile === 'whole' ? 'whole' : 'slices') ? this.#states.add(state, profile) : undefined;
  }
}

module.exports = { SimulatedBoards };
