import * as path from 'path';

interface Sample {
  changedSince(revision: string, paths: string[]): string[] | undefined;
  chooser(seed: number | undefined, share: number): () => boolean;
}
const sample: Sample = jest.requireActual(path.join(__dirname, '..', '..', 'test/conformance/sample.js'));

describe('what a sample has', () => {
  const drawn = (seed?: number, count = 5000) => {
    const isTried = sample.chooser(seed, 0.12);
    return Array.from({ length: count }, isTried);
  };

  test('is the same for the same seed, and another for another', () => {
    expect(drawn(7)).toEqual(drawn(7));
    expect(drawn(8)).not.toEqual(drawn(7));
  });

  test('is about the share that is said, and all without a seed', () => {
    expect(drawn(7).filter(Boolean).length / 5000).toBeCloseTo(0.12, 1);
    expect(drawn().every(Boolean)).toBe(true);
  });
});

test('a run is a whole one where git cannot tell what changed', () => {
  expect(sample.changedSince('no-such-revision', ['src'])).toBeUndefined();
});
