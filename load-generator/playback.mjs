import { isAudible, secondsOf } from './audio.mjs';

/** A gap that nobody hears, in ms. */
const UNHEARD_MS = 10;

/** What a listener hears who plays each piece of sound as it comes: when it begins, and where it breaks off. */
export class Playback {
  /** @param {number} sampleRateHz */
  constructor(sampleRateHz) {
    this.sampleRateHz = sampleRateHz;
    this.firstMs = undefined;
    this.seconds = 0;
    this.audible = false;
    this.lastPieceMs = undefined;
    /** When the sound that is there will have been played. */
    this.emptyMs = 0;
    /** Gaps within a sentence: synthesis was slower than speech. */
    this.underruns = 0;
    this.underrunMs = 0;
    /** Gaps between sentences: the next one was not there, whichever stage was late. */
    this.pauses = 0;
    this.pauseMs = 0;
    this.sentenceBegins = true;
  }

  /** The next piece belongs to a new sentence. */
  nextSentence() {
    this.sentenceBegins = true;
  }

  /** @param {Buffer} samples @param {number} nowMs */
  add(samples, nowMs) {
    if (samples.length === 0) { return; }
    const gap = nowMs - this.emptyMs;
    if (this.firstMs === undefined) {
      this.firstMs = nowMs;
    } else if (gap > UNHEARD_MS && this.sentenceBegins) {
      this.pauses += 1;
      this.pauseMs += gap;
    } else if (gap > UNHEARD_MS) {
      this.underruns += 1;
      this.underrunMs += gap;
    }
    this.sentenceBegins = false;
    this.audible ||= isAudible(samples);
    const seconds = secondsOf(samples.length, this.sampleRateHz);
    this.seconds += seconds;
    this.lastPieceMs = nowMs;
    this.emptyMs = Math.max(this.emptyMs, nowMs) + seconds * 1000;
  }
}
