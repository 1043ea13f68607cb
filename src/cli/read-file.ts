import * as fs from 'fs';
import { StringDecoder } from 'string_decoder';

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

/** What an open file still holds. */
export function* readDescriptor(descriptor: number): Generator<string> {
  const buffer = Buffer.alloc(PIECE_BYTES);
  const decoder = new StringDecoder('utf8');
  for (let length = readPiece(descriptor, buffer); length > 0; length = readPiece(descriptor, buffer)) {
    yield decoder.write(buffer.subarray(0, length));
  }
  yield decoder.end();
}

function readPiece(descriptor: number, buffer: Buffer): number {
  for (;;) {
    try {
      return fs.readSync(descriptor, buffer);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') { return 0; } // a closed pipe on Windows
      if (code !== 'EAGAIN') { throw error; }
      // the program that writes to us has nothing yet
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}
