import { MOST_LEVELS, parseYaml, plainValue } from '../../src/kubernetes';

const read = (text: string) => plainValue(parseYaml(text), text);

/** Each pair was asked of k8s.io/apimachinery v0.37.2 (pkg/util/yaml decoder.go), which kubectl reads with. */
test.each<[string, unknown]>([
  ['1:30', '1:30'], ['190:20:30', '190:20:30'], ['1:30.5', '1:30.5'],
  ['2001-12-14', '2001-12-14'], ['2001-12-14t21:59:43.10-05:00', '2001-12-14t21:59:43.10-05:00'], ['2001-12-14 21:59:43.10 -5', '2001-12-14 21:59:43.10 -5'],
  ['0777', 511], ['0o777', 511], ['-0777', -511], ['0800', 800], ['08', 8], ['09.5', 9.5], ['0_7', 7], ['0b101', 5], ['0b-101', -5], ['0x10000000000000000', '0x10000000000000000'], ['-0b11', -3], ['0x1F', 31], ['+0x1F', 31], ['0xZZ', '0xZZ'],
  // beside a sign 63 bits count, else 64; an octal number beyond is read as a decimal one
  ['0xffffffffffffffff', 2 ** 64], ['+0xffffffffffffffff', '+0xffffffffffffffff'], ['+0x7fffffffffffffff', 2 ** 63], ['-0x8000000000000000', -(2 ** 63)],
  ['-0x8000000000000001', '-0x8000000000000001'], [`0b${'1'.repeat(64)}`, 2 ** 64], [`-0b${'1'.repeat(64)}`, `-0b${'1'.repeat(64)}`],
  ['01777777777777777777777', 2 ** 64], ['+01777777777777777777777', 1777777777777777777777], ['02777777777777777777777', 2777777777777777777777],
  ['1_000', 1000], ['1e1_0', 1e10], ['_1', '_1'], ['._1', '._1'], ['1e3', 1000], ['1E+3', 1000], ['.5', 0.5], ['5.', 5], ['.e3', '.e3'], ['1e', '1e'], ['1e400', '1e400'], ['1..2', '1..2'],
  ['y', true], ['Yes', true], ['on', true], ['OFF', false], ['n', false], ['yEs', 'yEs'], ['~', null], ['', null], ['NULL', null],
  ['"1"', '1'], ['!!str 1', '1'], ['!!int "1"', 1], ['!!float 1', 1], ['!!binary aGVsbG8=', 'hello'], ['!!timestamp 2001-12-14', '2001-12-14'], ['!custom x', 'x'],
  ['!!set {a, b}', { a: null, b: null }], ['!!omap [a: 1]', [{ a: 1 }]], ['{b: 1, b: 2}', { b: 2 }],
])('%s is read as kubectl reads it', (scalar, value) => {
  expect(read(`a: ${scalar}\n`)).toEqual({ a: value });
});

test.each([
  ['lists', (levels: number) => '['.repeat(levels) + ']'.repeat(levels)],
  ['maps', (levels: number) => `${'{a: '.repeat(levels)}1${'}'.repeat(levels)}`],
  ['lists in lines', (levels: number) => `${'- '.repeat(levels)}x`],
  ['maps in lines', (levels: number) => Array.from({ length: levels }, (_, level) => `${' '.repeat(level)}a:`).join('\n')],
])('%s are read down to a depth that nobody writes, and refused below it, however deep', (_, nested) => {
  expect(() => read(nested(MOST_LEVELS))).not.toThrow();
  for (const levels of [MOST_LEVELS + 2, 600, 1200]) { expect(() => read(nested(levels))).toThrow('it is nested deeper than 250 levels'); }
});

test('20,000 levels are refused like any others', () => {
  expect(() => read(`a: ${'['.repeat(20000)}${']'.repeat(20000)}`)).toThrow('it is nested deeper than 250 levels');
});

/** Each was asked of sigs.k8s.io/yaml v1.6.0, which kubectl reads with. */
test.each<[string, string, unknown]>([
  ['a quoted text in a list', 'a:\n  b:\n  - c: ["echo one\n  two"]\n    d: 1\n', { a: { b: [{ c: ['echo one two'], d: 1 }] } }],
  ['a quoted text', 'a:\n  b: "one\ntwo"\nc: 1\n', { a: { b: 'one two' }, c: 1 }],
  ['a text in single quotes', 'a:\n  b: \'it\'\'s\ntwo\'\n', { a: { b: 'it\'s two' } }],
  ['a list in brackets', 'a:\n  b: [\n1, 2\n]\n', { a: { b: [1, 2] } }],
  ['a list in brackets that is closed at the column of its key', 'a:\n  - b: [\n  1\n  ]\n  - c: {\n  d: e\n  }\n', { a: [{ b: [1] }, { c: { d: 'e' } }] }],
  ['quotes in plain texts and comments', 'a:\n  b: [x,\n  z # "no\n  ]\n  c: don\'t\n', { a: { b: ['x', 'z'], c: 'don\'t' } }],
  ['a block of text with brackets before it', 'a: |\n  "open\n  [x\nb: {c: [\n1]}\n', { a: '"open\n[x\n', b: { c: [1] } }],
  ['a block of text in a list', 'a:\n- |\n  "x\n- [1,\n2]\n', { a: ['"x\n', [1, 2]] }],
  ['what has a tag or an anchor', 'a: !!str "x\ny"\nb: &q [1,\n2]\n', { a: 'x y', b: [1, 2] }],
  ['a line that goes on behind a backslash', 'a:\n  b: "c \\\nd"\n', { a: { b: 'c d' } }],
])('%s may go on without further indent, as for kubectl', (_, text, value) => {
  expect(read(text)).toEqual(value);
});

test('an alias may be a key, and a comment may stand right behind a quote', () => {
  expect(read('x: &app foo\n*app:\n  b: 1\n')).toEqual({ x: 'foo', foo: { b: 1 } });
  expect(read('x: &app foo\nz:\n- *app: 1\n')).toEqual({ x: 'foo', z: [{ foo: 1 }] });
  expect(read('a: "x"#c\nb: 1\n')).toEqual({ a: 'x', b: 1 });
});

describe('aliases', () => {
  const ten = (alias: string) => `[${Array(10).fill(alias).join(', ')}]`;
  const bomb = (levels: number) => ['l0: &l0 x', ...Array.from({ length: levels }, (_, level) => `l${level + 1}: &l${level + 1} ${ten(`*l${level}`)}`)].join('\n');

  test('are the value of their anchor, in merges too', () => {
    expect(read('a: &x {b: 1}\nc: *x\nd: {<<: *x, e: 2}\n')).toEqual({ a: { b: 1 }, c: { b: 1 }, d: { b: 1, e: 2 } });
  });

  test('are read a second time as the first', () => {
    const text = 'a: &x {b: 1}\nc: *x\nd: {<<: *x}\n';
    const nodes = parseYaml(text);
    expect(plainValue(nodes, text)).toEqual(plainValue(nodes, text));
  });

  test('of one anchor may be thousands', () => {
    expect(read(`a: &x value\nb:\n${'- *x\n'.repeat(5000)}`)).toMatchObject({ b: expect.arrayContaining(['value']) });
  });

  test.each([4, 9, 60])('that multiply over %i levels are refused before they are written out', levels => {
    expect(() => read(bomb(levels))).toThrow(/its aliases multiply: \d+ values that are written make /);
  });

  test.each([3, 20, 300])('that multiply in merge keys over %i levels are refused before they are written out', levels => {
    const merges = ['a0: &a0 {x: 1}', ...Array.from({ length: levels }, (_, level) => `a${level + 1}: &a${level + 1} {<<: [${Array(40).fill(`*a${level}`).join(', ')}]}`)];
    expect(() => read(merges.join('\n'))).toThrow(levels === 300 ? /aliases multiply|nested deeper/ : 'its aliases multiply');
  });

  test('of a long text are refused before it is written out a thousand times', () => {
    expect(() => read(`a: &x ${'x'.repeat(100000)}\nb: [${Array(1000).fill('*x').join(', ')}]\n`)).toThrow(/its aliases multiply: \d+ characters/);
  });

  test('in a chain of keys deeper than is read are refused', () => {
    const chain = ['a0: &a0 x', ...Array.from({ length: 300 }, (_, level) => `a${level + 1}: &a${level + 1} [*a${level}]`)];
    expect(() => read(chain.join('\n'))).toThrow('nested deeper');
  });

  test('of an anchor that is defined again are of the last before them', () => {
    expect(read('a: &x 1\nb: *x\nc: &x 2\nd: *x\n')).toEqual({ a: 1, b: 1, c: 2, d: 2 });
  });

  test('each of its own anchor may be thousands: no alias is sought among the others', () => {
    const text = `m: &m {a: 1}\n${Array.from({ length: 300 }, (_, index) => `k${index}: &a${index} v\nj${index}: [*a${index}, {<<: *m}]\n`).join('')}`;
    const nodes = parseYaml(text);
    let looks = 0;
    Object.defineProperty(nodes.get('k0', true) as object, 'anchor', { get: () => { looks++; return 'a0'; } });
    expect(plainValue(nodes, text)).toMatchObject({ j0: ['v', { a: 1 }], j299: ['v', { a: 1 }] });
    expect(looks).toBeLessThan(10); // the library alone looks once for each alias
  });

  test('without an anchor, or inside their own, are refused', () => {
    expect(() => read('a: *x\n')).toThrow('Unresolved alias');
    expect(() => read('a: &x [*x]\n')).toThrow('an anchor contains an alias of itself');
  });
});

test.each(['\u0000', '\u0001', '\u0007', '\u007f', '\u009f'])('a control character is refused, as kubectl does: %j', character => {
  expect(() => read(`a: "x${character}y"\n`)).toThrow('control character');
});

test.each(['.inf', '-.INF', '+.Inf', '.nan'])('%s is refused, as kubectl does', scalar => {
  expect(() => read(`a: ${scalar}\n`)).toThrow('no place in JSON');
  expect(() => read(`a: &x [${scalar}]\nb: *x\n`)).toThrow('no place in JSON');
  expect(() => read(`base: &x {a: 1}\nb:\n  <<: *x\n  a: ${scalar}\n`)).toThrow('no place in JSON');
});

test.each(['.inf', '-.INF', '.nan'])('%s is read as a key, and where a repeated key replaces it, as kubectl does', scalar => {
  expect(Object.values(read(`${scalar}: 1\n`) as object)).toEqual([1]);
  expect(read(`a: ${scalar}\na: 2\n`)).toEqual({ a: 2 });
});

/** Each was asked of sigs.k8s.io/yaml v1.6.0, which kubectl reads with. */
test.each([
  '!!int abc', '!!int 1.5', '!!int', '!!float abc', '!!bool abc', '!!null x', '!!timestamp abc', '!<tag:yaml.org,2002:int> x',
  '!!binary "no base64 !"', '!!binary "aGVs\n  bG8="', '!!binary aGVsbG8',
])('%s is not what its tag says, and is refused as by kubectl', scalar => {
  expect(() => read(`a: ${scalar}\n`)).toThrow(/a value with the tag !!\w+ is none/);
});

test.each<[string, unknown]>([
  ['!!int "0x1F"', 31], ['!!int -0b11', -3], ['!!float 1', 1], ['!!float 1e3', 1000], ['!!bool yes', true], ['!!bool "true"', true], ['!!null ""', null], ['!!null "~"', null],
  ['!!binary |\n  aGVs\n  bG8=\n', 'hello'], ['!!binary ""', ''], ['!!int [1]', [1]], ['!!python/object/apply:os.system [ls]', ['ls']], ['!!js/function x', 'x'],
])('%s is what its tag says, or has none that counts, and is read as by kubectl', (scalar, value) => {
  expect(read(`a: ${scalar}\n`)).toEqual({ a: value });
});

test.each(['[a]: 1', '? {a: 1}\n: b', '? [x]\n: c', 'a: &x [1]\nb: {? [c] : 1}'])('a list or a map as a key is refused, as by kubectl: %j', text => {
  expect(() => read(text)).toThrow('a key is a list or a map, and may only be a text');
});

test.each(['%YAML 9.9\n---\na: 1\n', '%YAML 1.2\n---\na: 1\n', '%FOO bar\n---\na: 1\n'])('a directive that kubectl does not take is refused: %j', text => {
  expect(() => read(text)).toThrow('it begins with a directive that kubectl does not take');
  expect(read('%YAML 1.1\n---\na: !foo 1\n')).toEqual({ a: '1' });
});

test('a text longer than any object may be is refused, and one that an object may have is read', () => {
  const mib = 1024 * 1024;
  expect(() => read(`a: "${'x'.repeat(4 * mib + 1)}"\n`)).toThrow('a text of 4194305 characters is longer than any object may be');
  expect(read(`a: "${'x'.repeat(3 * mib)}"\n`)).toEqual({ a: 'x'.repeat(3 * mib) });
});

test('half a character is refused, as by kubectl', () => {
  expect(() => read('a: "\\ud800"\n')).toThrow('half a character');
});

test('tabs and line separators within a value are text', () => {
  expect(read('a: "x\ty\u2028z"\nb: [1,\t2]\n')).toEqual({ a: 'x\ty\u2028z', b: [1, 2] });
});
