import { decoderOf } from '../../src/cli/input/text-decoder';

/** The text of bytes that come in pieces of so many. */
function decoded(bytes: Buffer, size: number): string {
  const decode = decoderOf(bytes.subarray(0, 2));
  let text = '';
  for (let start = 0; start < bytes.length; start += size) { text += decode(bytes.subarray(start, start + size)); }
  return text + decode();
}

const TEXT = 'a: "é € 𝄞 ü"\n'.repeat(5);

test.each([1, 2, 3, 4, 5, 7, 1000])('a text in pieces of %i bytes is the text', size => {
  expect(decoded(Buffer.from(TEXT), size)).toBe(TEXT);
});

test.each([
  ['a byte of Latin-1', [0x61, 0xe9, 0x62], 1],
  ['a continuation without a beginning', [0x61, 0x62, 0x80], 2],
  ['a character that ends too soon', [0x61, 0xe2, 0x82, 0x61], 1],
  ['a character that the file ends in', [0x61, 0x62, 0x63, 0xe2, 0x82], 3],
  ['half of a surrogate pair', [0xed, 0xa0, 0x80], 0],
  ['a byte that no character has', [0xff], 0],
  ['two bytes that no character has', [0x61, 0xff, 0xfe, 0x61], 1],
  ['a character of four bytes that lacks one', [0xf0, 0x9d, 0x84, 0x61], 0],
  ['a character behind good ones of each length', [0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9d, 0x84, 0x9e, 0xe2, 0x61], 9],
])('%s is refused with its offset, in pieces of any size', (_, bytes, offset) => {
  for (const lead of [0, 1, 500]) {
    const all = Buffer.concat([Buffer.from('x'.repeat(lead)), Buffer.from(bytes)]);
    for (const size of [1, 2, 3, 100, 1000]) {
      let message = '';
      try { decoded(all, size); } catch (error) { ({ message } = error as Error); }
      const named = `byte 0x${bytes[offset].toString(16)} at offset ${lead + offset};`;
      expect([lead, size, message]).toEqual([lead, size, expect.stringContaining(named)]);
    }
  }
});

test('UTF-16 that ends within a character is refused', () => {
  expect(() => decoded(Buffer.concat([Buffer.from('\uFEFFabc', 'utf16le'), Buffer.from([0x61])]), 1000)).toThrow('it is no UTF-16LE');
});
