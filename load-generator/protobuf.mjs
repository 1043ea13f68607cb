/**
 * The part of protobuf's wire format that the Riva messages need: varints, floats and length-delimited fields.
 * Source: https://protobuf.dev/programming-guides/encoding (wire types 0, 1, 2 and 5).
 */

const VARINT = 0;
const FIXED_64 = 1;
const DELIMITED = 2;
const FIXED_32 = 5;

/** @param {number} value a whole number from 0, below 2^53 */
function varint(value) {
  const bytes = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}

/** A whole number, an enum or a boolean. Zero is the default of proto3 and stays unwritten. */
export function numberField(field, value) {
  const number = Number(value);
  return number === 0 ? Buffer.alloc(0) : Buffer.concat([varint(field * 8 + VARINT), varint(number)]);
}

/** Text, bytes, or a message that is encoded already. */
export function bytesField(field, value) {
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(value, 'utf8');
  return Buffer.concat([varint(field * 8 + DELIMITED), varint(bytes.length), bytes]);
}

/**
 * The fields of a message in their order, those of an unknown number too.
 * @param {Buffer} bytes
 * @returns {{field: number, value: number | Buffer}[]}
 * @throws when the bytes are no message
 */
export function fieldsOf(bytes) {
  const fields = [];
  let at = 0;
  const readVarint = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      if (at >= bytes.length || scale > 2 ** 63) { throw new Error(`no protobuf message: a varint ends at byte ${at} of ${bytes.length}`); }
      const byte = bytes[at];
      at += 1;
      value += (byte % 128) * scale;
      if (byte < 128) { return value; }
    }
  };
  const take = length => {
    if (at + length > bytes.length) { throw new Error(`no protobuf message: ${length} bytes at ${at} of ${bytes.length}`); }
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = readVarint();
    const field = Math.floor(tag / 8);
    const type = tag % 8;
    if (type === VARINT) {
      fields.push({ field, value: readVarint() });
    } else if (type === DELIMITED) {
      fields.push({ field, value: take(readVarint()) });
    } else if (type === FIXED_32) {
      fields.push({ field, value: take(4).readFloatLE(0) });
    } else if (type === FIXED_64) {
      fields.push({ field, value: take(8).readDoubleLE(0) });
    } else {
      throw new Error(`no protobuf message: wire type ${type} of field ${field}`);
    }
  }
  return fields;
}
