/** One cell: one load on one arm in one repetition. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { quantile, rounded } from './pacer.mjs';
import { exponentialMs, randomOf } from './random.mjs';
import { SOLO_TURNS, StageError, voiceTurn } from './turn.mjs';

/** @param {number} ms @param {AbortSignal} signal ends it early */
const sleep = (ms, signal) => new Promise(resolve => {
  const end = () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
    resolve(undefined);
  };
  const timer = setTimeout(end, Math.max(0, ms));
  if (signal.aborted) { end(); } else { signal.addEventListener('abort', end); }
});

export class Cell {
  /**
   * @param {{place: {cell: number, repetition: number, arm: string, load: string}, arm: any, load: any, settings: any, recordings: any[],
   *   records: any, pacer: any, seed: number, stop: AbortSignal}} options
   */
  constructor({ place, arm, load, settings, recordings, records, pacer, seed, stop }) {
    this.place = place;
    this.arm = arm;
    this.load = load;
    this.settings = settings;
    this.recordings = recordings;
    this.records = records;
    this.pacer = pacer;
    this.seed = seed;
    this.stop = stop;
    this.windowEndAtMs = 0;
    this.turnsStarted = 0;
    this.turnsDone = 0;
    this.failed = 0;
    /** @type {Map<number, {record: any, abort: AbortController}>} */
    this.inFlight = new Map();
  }

  /** Runs it to its end, or to the stop. */
  async run() {
    const { load, place, records, stop, pacer } = this;
    const startAtMs = performance.now();
    const windowStartAtMs = startAtMs + (load.rampSeconds + load.warmUpSeconds) * 1000;
    this.windowEndAtMs = windowStartAtMs + load.seconds * 1000;
    const wallStart = Date.now();
    pacer.takeLateness();
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const cpuBefore = process.cpuUsage();
    records.write('cell', { ...place, startAtMs, windowStartAtMs, windowEndAtMs: this.windowEndAtMs, wallStart: new Date(wallStart).toISOString() });
    await (load.kind === 'open' ? this.#openLoop(startAtMs) : this.#closedLoop(startAtMs));
    await this.#drain(stop.aborted ? 0 : load.drainSeconds * 1000);
    delay.disable();
    const endAtMs = performance.now();
    const cpu = process.cpuUsage(cpuBefore);
    const lateness = pacer.takeLateness();
    records.write('cell-end', {
      ...place,
      endAtMs,
      stopped: stop.aborted,
      turnsStarted: this.turnsStarted,
      turnsDone: this.turnsDone,
      turnsInFlight: this.turnsStarted - this.turnsDone,
      wallMs: Date.now() - wallStart,
      clockMs: rounded(endAtMs - startAtMs),
      generator: {
        paced: lateness.length,
        lateP50Ms: rounded(quantile(lateness, 0.5)),
        lateP99Ms: rounded(quantile(lateness, 0.99)),
        lateMaxMs: rounded(quantile(lateness, 1)),
        loopDelayP99Ms: rounded(delay.percentile(99) / 1e6),
        cores: rounded((cpu.user + cpu.system) / 1000 / Math.max(1, endAtMs - startAtMs)),
      },
    });
  }

  /** So many users, each of whom speaks again when the answer is there and the pause for thought is over. */
  async #closedLoop(startAtMs) {
    const { load, stop } = this;
    const user = async number => {
      const random = randomOf(this.seed * 7919 + number);
      await sleep(startAtMs + load.rampSeconds * 1000 * number / load.users - performance.now(), stop);
      while (performance.now() < this.windowEndAtMs && !stop.aborted) {
        const record = await this.#turn(number, performance.now(), random);
        if (load.listens && record.tts?.playedAtMs !== undefined) { await sleep(record.tts.playedAtMs - performance.now(), stop); }
        await sleep(load.thinkSeconds * 1000 * (0.5 + random()), stop);
      }
    };
    const users = Promise.all(Array.from({ length: load.users }, (_, number) => user(number)));
    await Promise.race([users, this.#windowEnds()]);
  }

  /** Turns begin when a Poisson process says, whether earlier ones are done or not; a turn that begins late counts from when it was due. */
  async #openLoop(startAtMs) {
    const { load, stop } = this;
    const random = randomOf(this.seed * 7919);
    let due = startAtMs;
    for (let number = 0; ; number += 1) {
      due += exponentialMs(load.turnsPerSecond, random);
      if (due >= this.windowEndAtMs) { break; }
      await sleep(due - performance.now(), stop);
      if (stop.aborted) { return; }
      void this.#turn(number, due, randomOf(this.seed * 7919 + number + 1));
    }
    await this.#windowEnds();
  }

  #windowEnds() {
    return sleep(this.windowEndAtMs - performance.now(), this.stop);
  }

  async #turn(user, dueAtMs, random) {
    const { load, arm, settings, place, records, pacer, recordings } = this;
    this.turnsStarted += 1;
    const turn = this.turnsStarted;
    const recording = recordings[Math.floor(random() * recordings.length)];
    /** @type {any} filled by the stages as far as they come */
    const record = { ...place, turn, user, dueAtMs, startAtMs: performance.now(), recording: recording.name };
    const abort = new AbortController();
    this.inFlight.set(turn, { record, abort });
    const context = { arm, settings, pacer, recording, text: recording.text, seed: settings.seed, id: `${place.cell}-${turn}` };
    const run = load.stage === 'voice' ? voiceTurn : SOLO_TURNS[load.stage];
    /** @type {object & {outcome: string}} */
    let outcome = { outcome: 'ok' };
    try {
      await run(context, record, abort.signal);
    } catch (error) {
      if (!(error instanceof StageError)) { throw error; }
      outcome = abort.signal.aborted
        ? { outcome: 'in-flight' }
        : { outcome: 'failed', error: { stage: error.stage, status: error.status, message: error.message.slice(0, 200) } };
    }
    this.inFlight.delete(turn);
    this.turnsDone += outcome.outcome === 'in-flight' ? 0 : 1;
    this.failed += outcome.outcome === 'failed' ? 1 : 0;
    records.write('turn', { ...record, endAtMs: performance.now(), ...outcome });
    return record;
  }

  /** Lets turns end that have begun; what has not ended then is written down as in flight. */
  async #drain(ms) {
    const until = performance.now() + ms;
    const never = new AbortController().signal;
    while (this.inFlight.size > 0 && performance.now() < until && !this.stop.aborted) { await sleep(20, never); }
    this.inFlight.forEach(({ abort }) => abort.abort());
    const patience = performance.now() + 2000;
    while (this.inFlight.size > 0 && performance.now() < patience) { await sleep(10, never); }
  }
}
