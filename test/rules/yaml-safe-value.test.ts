import { survivesUnquoted, Unquoted, unquoted } from '../../src/kubernetes/yaml/unquoted-value';

test.each<[Unquoted, string[]]>([
  ['boolean', ['y', 'Y', 'n', 'yes', 'No', 'ON', 'off', 'true', 'False', 'TRUE']],
  ['null', ['~', 'null', 'Null', 'NULL', '']],
  ['number', ['8', '017', '08', '0x1F', '0b11', '0o17', '1_000', '1.10', '9.0', '1e3', '.5', '.5_0', '1.', '+1', '-0x1', '.inf', '.NaN', '0777777777777777777777777', '0b+0__', '0b-1']],
  ['string', [
    '2024-01-01', '12:30:45', '1.2.3', 'inf', 'nan', '8.0-a', 'e2', '_1', '0xg', '0b12', '-0b+1', '0o8', '0x10000000000000000', 'yEs', 'nUll', 'oN', '1e999', '-.nan',
    '99g', 'a:b', 'a#b', '-a', 'NVIDIA-A100-SXM4-80GB', 'nodes/a b',
  ]],
  ['syntax', ['a: b', 'a:', 'a #b', '#a', '- a', '-', '@a', '`a', '%a', '*a', '&a', '[a', '{a', '"a', '\'a', '|', ' a', 'a ', 'a\nb']],
])('what is printed without quotes is read as %s', (kind, values) => {
  expect(values.filter(value => unquoted(value) !== kind)).toEqual([]);
});

test('an empty value survives: nothing is null, and null is the empty string', () => {
  expect(survivesUnquoted('')).toBe(true);
  expect(survivesUnquoted('null')).toBe(false);
});
