import { readRecordings, recording, trimmed } from './audio.mjs';
import { Cell } from './cell.mjs';
import { FaultSignal } from './fault.mjs';
import { GrpcChannel } from './grpc.mjs';
import { Pacer } from './pacer.mjs';
import { comparePlacement, devicesOfPods } from './placement.mjs';
import { tell } from './records.mjs';
import { synthesize } from './riva.mjs';
import { cellsOf, secondsOfCell } from './schedule.mjs';
import { selfCheck } from './self-check.mjs';

/** Between two lines of progress, in ms. */
const PROGRESS_MS = 5000;

/** A whole run: checks, sound, cells in their order. */
export class Run {
  /** @param {any} config @param {import('./records.mjs').Records} records @param {AbortSignal} stop */
  constructor(config, records, stop) {
    this.config = config;
    this.records = records;
    this.stop = stop;
    /** @type {FaultSignal | undefined} */
    this.fault = undefined;
    this.pacer = new Pacer();
    /** @type {any} */
    this.current = undefined;
    this.arms = config.arms.map(arm => ({
      ...arm,
      llm: arm.llm && { ...arm.llm, apiKey: secretFrom(arm.llm.apiKeyFrom) },
      channels: { asr: channelOf(arm.asr), tts: channelOf(arm.tts) },
    }));
  }

  async all() {
    const { config, stop } = this;
    await this.#checkGenerator();
    await this.#waitUntilReady();
    if (stop.aborted) { return; }
    for (const arm of this.arms) { await this.#checkPlacement(arm, 'before', true); }
    const recordings = await this.#recordings();
    if (config.fault !== undefined) { await this.#listenForTenant(); }
    const cells = cellsOf(config);
    for (const [index, place] of cells.entries()) {
      if (stop.aborted) { break; }
      await this.#cell(place, recordings, cells, index);
    }
    this.fault?.close();
    this.arms.forEach(({ channels }) => { channels.asr?.close(); channels.tts?.close(); });
  }

  async #checkGenerator() {
    const { selfCheck: asked, settings } = this.config;
    if (asked === undefined) { return; }
    const result = await selfCheck({ ...asked, chunkMs: settings.chunkMs, sampleRateHz: 16000 });
    const passed = result.lateP99Ms <= asked.p99LateMs;
    this.records.write('self-check', { ...result, p99LateMs: asked.p99LateMs, passed });
    tell(`self-check: ${result.streams} streams, 99 % of the chunks at most ${result.lateP99Ms} ms late`);
    if (!passed) {
      throw new Error(`this generator paces ${result.streams} streams ${result.lateP99Ms} ms late at the 99th percentile, allowed are ${asked.p99LateMs}: ` +
        'give the Job two cores of its own (cpu requests equal to limits, a node without other load)');
    }
  }

  async #waitUntilReady() {
    const urls = [...new Set(this.arms.flatMap(({ asr, llm, tts }) => [asr, llm, tts].map(stage => stage?.healthUrl)))].filter(url => url !== undefined);
    const until = performance.now() + (this.config.readySeconds ?? 0) * 1000;
    let waiting = urls;
    for (;;) {
      const answers = await Promise.all(waiting.map(url => fetch(url, { signal: AbortSignal.timeout(5000) }).then(({ ok }) => ok, () => false)));
      waiting = waiting.filter((_, index) => !answers[index]);
      if (waiting.length === 0 || this.stop.aborted) { return; }
      if (performance.now() > until) { throw new Error(`not ready after ${this.config.readySeconds ?? 0} s: ${waiting.join(', ')}`); }
      tell(`waiting for ${waiting.join(', ')}`);
      await pause(Math.min(PROGRESS_MS, Math.max(100, until - performance.now())));
    }
  }

  /** @param {any} arm @param {'before' | 'after'} when @param {boolean} required whether the run ends where it is wrong */
  async #checkPlacement(arm, when, required, place = {}) {
    const { placement } = this.config;
    if (placement === undefined || arm.placement === undefined) { return; }
    let result;
    try {
      result = comparePlacement(arm.placement, await devicesOfPods(placement));
    } catch (error) {
      result = { found: [], problems: [`the placement cannot be read: ${error.message}`] };
    }
    const ok = result.problems.length === 0;
    this.records.write('placement', { ...place, arm: arm.name, when, ok, ...result });
    if (ok) { return; }
    tell(`${arm.name}: ${result.problems.join('; ')}`);
    if (required) { throw new Error(`arm ${arm.name} does not run as declared: ${result.problems.join('; ')}`); }
  }

  /** Sound to speak: recordings from a folder, or sentences that the first arm's synthesis has spoken, the same for all arms. */
  async #recordings() {
    const { sound, settings } = this.config;
    const fallback = 'Could you tell me, in a few sentences, what I should know about this?';
    const asr = this.arms.some(({ asr: stage }) => stage !== undefined) && this.config.loads.some(({ stage }) => stage === 'voice' || stage === 'asr');
    let recordings;
    if (!asr) {
      recordings = (sound.sentences ?? [fallback]).map((text, index) => ({ name: `sentence-${index + 1}`, text, seconds: 0 }));
    } else if (sound.folder !== undefined) {
      recordings = readRecordings(sound.folder).map(each => ({ ...each, text: sound.texts?.[each.name] ?? fallback, known: sound.texts?.[each.name] !== undefined }));
    } else {
      recordings = [];
      for (const [index, text] of sound.sentences.entries()) { recordings.push(await this.#speak(`sentence-${index + 1}`, text, settings)); }
    }
    this.records.write('sound', { recordings: recordings.map(({ name, seconds, sampleRateHz, known }) => ({ name, seconds, sampleRateHz, known: known ?? false })) });
    return recordings;
  }

  async #speak(name, text, settings) {
    const [arm] = this.arms;
    const pieces = [];
    await synthesize(arm.channels.tts, {
      text, voice: arm.tts.voice, language: settings.language, sampleRateHz: settings.speechRateHz, timeoutMs: settings.timeoutMs,
      onAudio: samples => pieces.push(samples),
    }).done.catch(error => { throw new Error(`the sound to speak could not be made: tts of arm ${arm.name}: ${error.message}`); });
    return { ...trimmed(recording(name, Buffer.concat(pieces), settings.speechRateHz)), text, known: true };
  }

  async #listenForTenant() {
    this.fault = new FaultSignal((event, content) => this.records.write('fault', { ...this.current, event, occurredAtMs: performance.now(), ...content }));
    await this.fault.listen(this.config.fault.port);
  }

  async #cell(place, recordings, cells, index) {
    const { config, records, pacer, stop } = this;
    const arm = this.arms.find(({ name }) => name === place.arm);
    const load = config.loads.find(({ name }) => name === place.load);
    this.current = place;
    this.fault?.begin(place.arm);
    // the same seed for every arm of a repetition: all arms hear the same users
    const seed = (config.seed * 1000003 + place.repetition * 1009 + config.loads.indexOf(load)) >>> 0;
    const cell = new Cell({ place, arm, load, settings: config.settings, recordings, records, pacer, seed, stop });
    const left = () => cells.slice(index).reduce((sum, each) => sum + secondsOfCell(config.loads.find(({ name }) => name === each.load)), 0);
    const startMs = performance.now();
    let before = 0;
    const progress = setInterval(() => {
      const passed = (performance.now() - startMs) / 1000;
      const rate = (cell.turnsDone - before) / (PROGRESS_MS / 1000);
      before = cell.turnsDone;
      tell(`${place.arm}/${place.load} repetition ${place.repetition} of ${config.repetitions} (cell ${index + 1} of ${cells.length}): ` +
        `${cell.turnsDone} turns done, ${cell.failed} failed, ${rate.toFixed(1)}/s, at most ${Math.max(0, Math.ceil((left() - passed) / 60))} min left`);
    }, PROGRESS_MS);
    const harm = load.faultAfterSeconds !== undefined && this.fault !== undefined
      ? setTimeout(() => this.fault?.release(), (load.rampSeconds + load.warmUpSeconds + load.faultAfterSeconds) * 1000)
      : undefined;
    try {
      await cell.run();
    } finally {
      clearInterval(progress);
      clearTimeout(harm);
    }
    await this.#checkPlacement(arm, 'after', false, place);
  }
}

const pause = ms => new Promise(resolve => { setTimeout(resolve, ms); });

/** A secret comes through the environment, where the pod has it from a Secret. */
function secretFrom(variable) {
  if (variable === undefined) { return undefined; }
  const value = process.env[variable];
  if (value === undefined || value === '') { throw new Error(`the environment has no ${variable}`); }
  return value;
}

function channelOf(stage) {
  if (stage === undefined) { return undefined; }
  const token = secretFrom(stage.tokenFrom);
  return new GrpcChannel({ target: stage.target, tls: stage.tls, headers: { ...stage.headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) } });
}
