/**
 * A board and its tenants, as far as a benchmark can tell them apart: each tenant has work in ms of the whole board, serves so many
 * jobs at once, and gets its part of the board. MIG fixes the part; under time-slicing the tenants that have work share the board by
 * turns, and lose some of it to the switching.
 */
const TICK_MS = 2;

/** Part of a board that time-slicing loses while several tenants have work. Made up: these servers measure nothing. */
const SWITCHING = 0.1;

export class Board {
  /** @param {{uuid: string, product: string, sharing: 'whole' | 'mig' | 'time-slicing' | 'mps'}} options */
  constructor({ uuid, product, sharing }) {
    Object.assign(this, { uuid, product, sharing });
    /** @type {Tenant[]} */
    this.tenants = [];
    this.last = performance.now();
    setInterval(() => this.#tick(), TICK_MS).unref();
  }

  #tick() {
    const now = performance.now();
    const passed = now - this.last;
    this.last = now;
    const busy = this.tenants.filter(tenant => tenant.jobs.length > 0);
    for (const tenant of busy) {
      const turns = this.sharing === 'time-slicing' && busy.length > 1 ? (1 - SWITCHING) / busy.length : 1;
      tenant.advance({ now, passed, part: turns * tenant.fraction });
    }
  }
}

export class Tenant {
  /** @param {Board} board @param {{fraction?: number, batch: number}} options how much of the board is its own; how many jobs at once */
  constructor(board, { fraction = 1, batch }) {
    this.board = board;
    this.fraction = fraction;
    this.batch = batch;
    /** @type {{left: number, cameAtMs: number, done: () => void}[]} */
    this.jobs = [];
    board.tenants.push(this);
  }

  /** Resolves when so many ms of the whole board have been worked. @param {number} ms */
  work(ms) {
    return new Promise(resolve => { this.jobs.push({ left: ms, cameAtMs: performance.now(), done: () => resolve(undefined) }); });
  }

  /** Works on what came first; on nothing for longer than it has been there. @param {{now: number, passed: number, part: number}} time */
  advance({ now, passed, part }) {
    const served = this.jobs.slice(0, this.batch);
    served.forEach(job => { job.left -= Math.min(passed, now - job.cameAtMs) * part; });
    this.jobs = this.jobs.filter(job => job.left > 0);
    served.filter(job => job.left <= 0).forEach(job => job.done());
  }
}
