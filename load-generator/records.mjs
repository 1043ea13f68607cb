import fs from 'node:fs';
import { rounded } from './pacer.mjs';

/**
 * Results, one JSON object a line, on standard output and, where asked, in a file. Every line carries the run and its number in it,
 * so that a reader sees what is missing. Names in `AtMs` are times on one clock that begins with the run; names in `Ms` alone are
 * durations.
 */
export class Records {
  /** @param {{run: string, file?: string, toStdout: boolean}} options */
  constructor({ run, file, toStdout }) {
    this.run = run;
    this.toStdout = toStdout;
    this.file = file === undefined ? undefined : fs.openSync(file, 'wx'); // an older run is never overwritten
    this.count = 0;
    this.startMs = performance.now();
  }

  /** @param {string} type @param {object} content times as `performance.now()` gave them */
  write(type, content) {
    this.count += 1;
    const line = `${JSON.stringify({ type, run: this.run, line: this.count, ...sinceStart(content, this.startMs) })}\n`;
    if (this.toStdout) { writeAll(1, line); }
    if (this.file !== undefined) { writeAll(this.file, line); }
  }

  close() {
    if (this.file !== undefined) { fs.fsyncSync(this.file); fs.closeSync(this.file); this.file = undefined; }
  }
}

/** One line of progress, on standard error. @param {string} text */
export const tell = text => writeAll(2, `${new Date().toISOString()} ${text}\n`);

function sinceStart(value, startMs, name = '') {
  if (typeof value === 'number') { return name.endsWith('AtMs') ? rounded(value - startMs) : Math.round(value * 10000) / 10000; }
  if (Array.isArray(value)) { return value.map(each => sinceStart(each, startMs)); }
  if (value === null || typeof value !== 'object') { return value; }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, sinceStart(each, startMs, key)]));
}

/** A pipe that is full refuses for a moment; nothing may be lost for it. */
function writeAll(file, text) {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(fs.writeSync(file, rest));
    } catch (error) {
      if (error.code === 'EPIPE' && file === 2) { return; }
      if (error.code !== 'EAGAIN') { throw error; }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
