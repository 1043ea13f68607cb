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
