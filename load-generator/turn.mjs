/**
 * A voice turn: the user speaks in real time, the transcript goes to the language model, its sentences go to synthesis as they
 * end. Every time is in ms of `performance.now()`, which no change of the wall clock moves.
 */
import { chat } from './chat.mjs';
import { chunksOf } from './audio.mjs';
import { quantile, rounded } from './pacer.mjs';
import { Playback } from './playback.mjs';
import { recognize, synthesize } from './riva.mjs';
import { Sentences } from './sentences.mjs';
import { wordErrorRate } from './words.mjs';

/** A stage that failed, with its name. */
export class StageError extends Error {
  /** @param {'asr' | 'llm' | 'tts'} stage @param {Error & {status?: number}} cause */
  constructor(stage, cause) {
    super(cause.message);
    this.stage = stage;
    this.status = cause.status;
  }
}

const within = (stage, promise) => promise.catch(error => { throw error instanceof StageError ? error : new StageError(stage, error); });

/**
 * Speaks a recording into recognition and waits for its last final result.
 * A chunk goes out when its last sample would have been spoken, so the user stops when the last chunk is sent.
 */
export async function listen({ arm, settings, pacer, recording }, record, signal) {
  const { chunkMs, timeoutMs } = settings;
  const finals = [];
  const times = { audioSeconds: recording.seconds, startAtMs: performance.now() };
  record.asr = times;
  const stream = recognize(arm.channels.asr, {
    sampleRateHz: recording.sampleRateHz,
    language: settings.language,
    model: arm.asr.model,
    timeoutMs: timeoutMs + recording.seconds * 1000,
    onResult: ({ transcript, isFinal }) => {
      times.firstResultAtMs ??= performance.now();
      if (isFinal) { finals.push(transcript); times.lastFinalAtMs = performance.now(); }
    },
  });
  signal.addEventListener('abort', () => stream.cancel(), { once: true });
  const chunks = chunksOf(recording, chunkMs);
  let sentLateMs = 0;
  const spoken = new Promise(resolve => {
    chunks.forEach((chunk, index) => {
      const due = times.startAtMs + Math.min((index + 1) * chunkMs, recording.seconds * 1000);
      pacer.at(due, () => {
        sentLateMs = Math.max(sentLateMs, performance.now() - due);
        stream.send(chunk);
        if (index === chunks.length - 1) { stream.end(); times.userStopAtMs = performance.now(); resolve(undefined); }
      });
    });
  });
  await within('asr', Promise.race([stream.done, spoken.then(() => stream.done)]));
  times.endAtMs = performance.now();
  times.sentLateMs = rounded(sentLateMs);
  const transcript = finals.join(' ').replace(/\s+/g, ' ').trim();
  times.words = transcript === '' ? 0 : transcript.split(' ').length;
  if (recording.known) { times.wordErrorRate = wordErrorRate(recording.text, transcript); }
  if (transcript === '') { throw new StageError('asr', new Error('the transcript is empty')); }
  return transcript;
}

/** Asks the language model; `onSentence` gets each sentence as it ends. */
export async function answer({ arm, settings, seed, id }, text, record, onSentence, signal) {
  const sentences = new Sentences();
  const times = { startAtMs: performance.now() };
  record.llm = times;
  const gaps = [];
  let lastMs;
  const hand = list => list.forEach(sentence => { times.firstSentenceAtMs ??= performance.now(); onSentence(sentence); });
  const { tokens, counted, finish } = await within('llm', chat(arm.llm, {
    // the first words differ in every turn, so that no turn finds the prefix of another in the cache
    messages: [{ role: 'system', content: `Conversation ${id}. ${settings.systemPrompt}` }, { role: 'user', content: text }],
    maxTokens: settings.maxTokens,
    fixedLength: settings.fixedLength,
    seed,
    timeoutMs: settings.timeoutMs,
    signal,
    onText: piece => {
      const now = performance.now();
      times.firstTokenAtMs ??= now;
      if (lastMs !== undefined) { gaps.push(now - lastMs); }
      lastMs = now;
      hand(sentences.add(piece));
    },
  }));
  times.endAtMs = performance.now();
  hand(sentences.finish());
  gaps.sort((a, b) => a - b);
  Object.assign(times, {
    tokens, counted, finish,
    gapMeanMs: rounded(gaps.reduce((sum, gap) => sum + gap, 0) / Math.max(1, gaps.length)),
    gapP95Ms: rounded(quantile(gaps, 0.95)),
  });
  if (times.firstTokenAtMs === undefined) { throw new StageError('llm', new Error('the answer is empty')); }
}

/** Speaks sentences one after the other, in the order in which they come. */
export class Speaker {
  constructor({ arm, settings }, record, signal) {
    this.arm = arm;
    this.settings = settings;
    this.signal = signal;
    this.times = { sentences: 0, characters: 0, busyMs: 0 };
    record.tts = this.times;
    this.playback = new Playback(settings.speechRateHz);
    this.last = Promise.resolve();
  }

  say(sentence) {
    this.last = this.last.then(() => this.#say(sentence));
    this.last.catch(() => undefined); // seen by whoever awaits the end
  }

  async end() {
    const { playback, times } = this;
    try {
      await within('tts', this.last);
    } finally {
      Object.assign(times, {
        firstAudioAtMs: playback.firstMs,
        endAtMs: playback.lastPieceMs,
        audioSeconds: playback.seconds,
        playedAtMs: playback.emptyMs || undefined,
        underruns: playback.underruns,
        underrunMs: rounded(playback.underrunMs),
        pauses: playback.pauses,
        pauseMs: rounded(playback.pauseMs),
      });
    }
    if (playback.seconds === 0) { throw new StageError('tts', new Error('no audio came')); }
    if (!playback.audible) { throw new StageError('tts', new Error('the audio is silent')); }
  }

  async #say(text) {
    if (this.signal.aborted) { throw new Error('stopped'); }
    const { arm, settings, playback, times } = this;
    const startMs = performance.now();
    times.startAtMs ??= startMs;
    times.sentences += 1;
    times.characters += text.length;
    playback.nextSentence();
    let first = 0;
    const call = synthesize(arm.channels.tts, {
      text,
      voice: arm.tts.voice,
      language: settings.language,
      sampleRateHz: settings.speechRateHz,
      timeoutMs: settings.timeoutMs,
      onAudio: samples => { first ||= performance.now(); playback.add(samples, performance.now()); },
    });
    const stop = () => call.cancel();
    this.signal.addEventListener('abort', stop, { once: true });
    await call.done;
    this.signal.removeEventListener('abort', stop);
    times.busyMs += performance.now() - startMs;
    times.firstPieceMs ??= first && first - startMs; // of the first sentence: the synthesizer's own share
  }
}

/** The whole turn. Fills `record` as far as it comes; rejects with a StageError. */
export async function voiceTurn(context, record, signal) {
  const transcript = await listen(context, record, signal);
  const speaker = new Speaker(context, record, signal);
  let failure;
  await answer(context, transcript, record, sentence => speaker.say(sentence), signal).catch(error => { failure = error; });
  await speaker.end().catch(error => { failure ??= error; });
  if (failure !== undefined) { throw failure; }
}

/** One stage alone, on the same words. */
export const SOLO_TURNS = {
  asr: async (context, record, signal) => { await listen(context, record, signal); },
  llm: async (context, record, signal) => { await answer(context, context.text, record, () => undefined, signal); },
  tts: async (context, record, signal) => {
    const speaker = new Speaker(context, record, signal);
    const sentences = new Sentences();
    [...sentences.add(`${context.text} `), ...sentences.finish()].forEach(sentence => speaker.say(sentence));
    await speaker.end();
  },
};
