import { isUtf8 } from 'buffer';

/** Why bytes are no text, and at which of them. */
export class NoText extends Error {}

/** Turns pieces of a file into text; without a piece, what is left over. */
export type Decoder = (piece?: Buffer) => string;

/**
 * A decoder of UTF-8, or of UTF-16 where a byte order mark says so, as Windows writes it and kubectl reads it
 * (cli-runtime pkg/resource/visitor.go). What is neither is refused, as kubectl refuses it; a replacement character
 * would hide the fault.
 * @throws NoText from the decoder
 */
export function decoderOf(start: Buffer): Decoder {
  const mark = start.subarray(0, 2).toString('hex');
  return mark === 'fffe' || mark === 'feff' ? utf16(mark === 'fffe' ? 'utf-16le' : 'utf-16be') : utf8();
}

function utf16(encoding: string): Decoder {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let read = 0;
  return piece => {
    try {
      const text = decoder.decode(piece, { stream: piece !== undefined });
      read += piece?.length ?? 0;
      return text;
    } catch {
      throw new NoText(`it is no ${encoding.toUpperCase()}, which its byte order mark says it is, at byte `
        + `${read} or in the MiB behind it`);
    }
  };
}

function utf8(): Decoder {
  /** The beginning of a character whose end comes with the next piece. */
  let open: Buffer = Buffer.alloc(0);
  let read = 0;
  return piece => {
    const bytes = Buffer.concat([open, piece ?? Buffer.alloc(0)]);
    const end = piece === undefined ? bytes.length : lastWhole(bytes);
    const whole = bytes.subarray(0, end);
    if (!isUtf8(whole)) {
      const offset = firstWrong(whole);
      throw new NoText(`it is no UTF-8: byte 0x${whole[offset].toString(16).padStart(2, '0')} at offset `
        + `${read + offset}; save it as UTF-8`);
    }
    read += end;
    open = Buffer.from(bytes.subarray(end));
    return whole.toString('utf8');
  };
}

/** Where the last character begins, if more bytes may belong to it; else the end. */
function lastWhole(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    if (byte < 0x80) { break; }
    if (byte >= 0xc0) { return lengthOf(byte) > back ? bytes.length - back : bytes.length; }
  }
  return bytes.length;
}

/** Bytes of the character that a byte begins. */
function lengthOf(first: number): number {
  return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
}

/**
 * Where the first character begins that is none. Halves the bytes: the longest beginning that is UTF-8, or ends within
 * a character, ends before the wrong byte; the character that this byte spoils begins before it.
 */
function firstWrong(bytes: Buffer): number {
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (isUtf8(bytes.subarray(0, lastWhole(bytes.subarray(0, middle))))) { good = middle; } else { bad = middle; }
  }
  return lastWhole(bytes.subarray(0, good));
}
