import * as fs from 'fs';
import { decoderOf } from './text-decoder';

const PIECE_BYTES = 1024 * 1024;

/** A file in pieces, so that one of any size is read in bounded memory. */
export function* readFile(file: string): Generator<string> {
  const descriptor = fs.openSync(file, 'r');
  try {
    yield* readDescriptor(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

/**
 * What an open file still holds.
 * @throws NoText when it is neither UTF-8 nor UTF-16 with a byte order mark
 */
export function* readDescriptor(descriptor: number): Generator<string> {
  const buffer = Buffer.alloc(PIECE_BYTES);
  let length = readPiece(descriptor, buffer, 0);
  while (length === 1) { // too little to know it by
    const more = readPiece(descriptor, buffer, 1);
    if (more === 0) { break; }
    length += more;
  }
  const decode = decoderOf(buffer.subarray(0, length));
  for (; length > 0; length = readPiece(descriptor, buffer, 0)) { yield decode(buffer.subarray(0, length)); }
  yield decode();
}

/** Whether a word of ASCII stands in a file, whatever its size and encoding. */
export function holdsAscii(file: string, word: string): boolean {
  const descriptor = fs.openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(PIECE_BYTES);
    let end = ''; // of the piece before: the word may lie over the seam
    for (let length = readPiece(descriptor, buffer, 0); length > 0; length = readPiece(descriptor, buffer, 0)) {
      // UTF-16 has a zero beside each letter
      const text = end + buffer.toString('latin1', 0, length).replaceAll('\0', '');
      if (text.includes(word)) { return true; }
      end = text.slice(-word.length);
    }
    return false;
  } finally {
    fs.closeSync(descriptor);
  }
}

/**
 * What a file of settings, a fleet or a baseline has at most: one of them is held in memory as a whole, and so is what
 * it is parsed to.
 */
const MOST_CHARACTERS = 64 * 1024 * 1024;

/**
 * The whole text of a file, or of standard input.
 * @param most characters; a device such as /dev/zero never ends
 * @throws Error when it is longer, and what reading throws
 */
export function wholeText(pieces: Iterable<string>, most = MOST_CHARACTERS): string {
  const kept: string[] = [];
  let length = 0;
  for (const piece of pieces) {
    length += piece.length;
    if (length > most) { throw new Error(`it is larger than ${most / (1024 * 1024)} MiB`); }
    kept.push(piece);
  }
  return kept.join('');
}

function readPiece(descriptor: number, buffer: Buffer, offset: number): number {
  for (;;) {
    try {
      return fs.readSync(descriptor, buffer, offset, buffer.length - offset, null);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') { return 0; } // a closed pipe on Windows
      if (code !== 'EAGAIN') { throw error; }
      // the program that writes to us has nothing yet
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}
