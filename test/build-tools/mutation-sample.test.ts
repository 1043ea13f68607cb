import * as path from 'path';

interface Change { readonly key: string }
interface Sample {
  draw(changes: Change[], size: number, seed: string): Change[];
  wilson(noticed: number, tried: number): { low: number; high: number };
  keyOf(file: string, change: unknown): string;
}
const { draw, keyOf, wilson }: Sample = jest.requireActual(path.join(__dirname, '..', '..', 'build-tools', 'mutation', 'sample.js'));

// 95 % intervals as tables of Wilson's method have them
test.each([[0, 10, 0, 27.8], [8, 10, 49.0, 94.3], [10, 10, 72.2, 100], [85, 100, 76.7, 90.7], [850, 1000, 82.7, 87.1]])(
  '%i of %i noticed: %d to %d per cent', (noticed, tried, low, high) => {
    expect(wilson(noticed, tried).low).toBeCloseTo(low, 1);
    expect(wilson(noticed, tried).high).toBeCloseTo(high, 1);
  });

test('of nothing that was tried anything may be true', () => {
  expect(wilson(0, 0)).toEqual({ low: 0, high: 100 });
});

describe('a sample', () => {
  const changes = Array.from({ length: 200 }, (_, index) => ({ key: `file.ts:${index}` }));
  const keys = (size: number, seed: string, from = changes) => draw(from, size, seed).map(({ key }) => key);

  test('is the same for the same seed, whatever the order of the changes, and another for another', () => {
    expect(keys(20, 'a', [...changes].reverse())).toEqual(keys(20, 'a'));
    expect(keys(20, 'b')).not.toEqual(keys(20, 'a'));
  });

  test('has each change once, and all of them where there are no more', () => {
    expect(new Set(keys(20, 'a')).size).toBe(20);
    expect(keys(500, 'a').sort()).toEqual(changes.map(({ key }) => key).sort());
  });

  // of 400 samples of 20 of 200 each change is in 40: six standard deviations are 36
  test('has each change as often as any other', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 400; seed++) { for (const key of keys(20, String(seed))) { counts.set(key, (counts.get(key) ?? 0) + 1); } }
    for (const { key } of changes) { expect(Math.abs((counts.get(key) ?? 0) - 40)).toBeLessThan(36); }
  });
});

test('two changes at one place are told apart by what stands there then', () => {
  const location = { start: { line: 1, column: 2 }, end: { line: 1, column: 5 } };
  const of = (mutatorName: string, replacement: string) => keyOf('a.ts', { location, mutatorName, replacement });
  expect(new Set([of('X', 'a'), of('X', 'b'), of('Y', 'a')]).size).toBe(3);
  expect(of('X', 'a')).toBe('a.ts:1:2-1:5 X a');
});
