/** Sound: WAV files in, chunks of 16-bit mono samples out, silence at the ends cut away. */
import fs from 'node:fs';
import path from 'node:path';

const BYTES_PER_SAMPLE = 2;

/** What counts as silence: 1 % of full scale. */
const SILENCE = 328;

/** @typedef {{name: string, sampleRateHz: number, samples: Buffer, seconds: number}} Recording */

/**
 * @param {string} name @param {Buffer} samples @param {number} sampleRateHz
 * @returns {Recording}
 */
export function recording(name, samples, sampleRateHz) {
  return { name, samples, sampleRateHz, seconds: samples.length / BYTES_PER_SAMPLE / sampleRateHz };
}

/**
 * The recordings of a folder, in the order of their names.
 * @param {string} folder
 * @throws when there is none, or one is no 16-bit mono PCM
 */
export function readRecordings(folder) {
  const files = fs.readdirSync(folder).filter(name => name.toLowerCase().endsWith('.wav')).sort();
  if (files.length === 0) { throw new Error(`${folder} has no .wav file`); }
  return files.map(name => trimmed(parseWav(name, fs.readFileSync(path.join(folder, name)))));
}

/** @param {string} name @param {Buffer} bytes @returns {Recording} */
export function parseWav(name, bytes) {
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE') { throw new Error(`${name} is no WAV file`); }
  let format;
  for (let at = 12; at + 8 <= bytes.length;) {
    const chunk = bytes.toString('latin1', at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    const body = bytes.subarray(at + 8, at + 8 + length);
    if (chunk === 'fmt ') { format = { code: body.readUInt16LE(0), channels: body.readUInt16LE(2), rate: body.readUInt32LE(4), bits: body.readUInt16LE(14) }; }
    if (chunk === 'data') {
      if (format === undefined || format.code !== 1 || format.channels !== 1 || format.bits !== 16) {
        throw new Error(`${name} is not 16-bit mono PCM; convert it: ffmpeg -i ${name} -ac 1 -ar 16000 -c:a pcm_s16le out.wav`);
      }
      return recording(name, body.subarray(0, body.length - body.length % BYTES_PER_SAMPLE), format.rate);
    }
    at += 8 + length + length % 2;
  }
  throw new Error(`${name} has no sound in it`);
}

/** Without the silence at its ends, so that the user stops when the recording does. @param {Recording} whole */
export function trimmed(whole) {
  const { samples, sampleRateHz, name } = whole;
  const loud = at => Math.abs(samples.readInt16LE(at)) > SILENCE;
  let start = 0;
  let end = samples.length;
  while (start < end && !loud(start)) { start += BYTES_PER_SAMPLE; }
  while (end > start && !loud(end - BYTES_PER_SAMPLE)) { end -= BYTES_PER_SAMPLE; }
  if (start === end) { throw new Error(`${name} is silent from end to end`); }
  return recording(name, samples.subarray(start, end), sampleRateHz);
}

/** @param {Recording} whole @param {number} chunkMs */
export function chunksOf(whole, chunkMs) {
  const size = Math.max(1, Math.round(whole.sampleRateHz * chunkMs / 1000)) * BYTES_PER_SAMPLE;
  const chunks = [];
  for (let at = 0; at < whole.samples.length; at += size) { chunks.push(whole.samples.subarray(at, at + size)); }
  return chunks;
}

/** Seconds that so many bytes of samples last. */
export const secondsOf = (bytes, sampleRateHz) => bytes / BYTES_PER_SAMPLE / sampleRateHz;

/** Whether any sample is louder than silence. @param {Buffer} samples */
export function isAudible(samples) {
  for (let at = 0; at + BYTES_PER_SAMPLE <= samples.length; at += BYTES_PER_SAMPLE) {
    if (Math.abs(samples.readInt16LE(at)) > SILENCE) { return true; }
  }
  return false;
}
