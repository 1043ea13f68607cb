import * as fs from 'fs';
import * as path from 'path';

type Table = Map<string, number[]>;
interface Sample {
  readonly DEPENDS_ON: string[];
  readonly SHARE: number;
  beyond(sample: Table, page: Table, columns: string[]): string[];
  changedSince(revision: string): string[] | undefined;
  chooser(seed?: number): () => boolean;
  tableIn(text: string, head: string): Table | undefined;
}
const root = path.join(__dirname, '..', '..');
const sample: Sample = jest.requireActual(path.join(root, 'test/conformance/derived/sample.js'));

describe('the objects of a sample', () => {
  const drawn = (seed?: number, count = 5000) => {
    const isTried = sample.chooser(seed);
    return Array.from({ length: count }, isTried);
  };

  test('are the same for the same seed, and others for another', () => {
    expect(drawn(7)).toEqual(drawn(7));
    expect(drawn(8)).not.toEqual(drawn(7));
  });

  test('are about the share that is said, and all without a seed', () => {
    expect(drawn(7).filter(Boolean).length / 5000).toBeCloseTo(sample.SHARE, 1);
    expect(drawn().every(Boolean)).toBe(true);
  });
});

test('a run is a whole one where git cannot tell what changed', () => {
  expect(sample.changedSince('no-such-revision')).toBeUndefined();
});

test('what a whole run hangs on is there', () => {
  expect(sample.DEPENDS_ON.filter(each => !fs.existsSync(path.join(root, each)))).toEqual([]);
});

describe('a sample against the page', () => {
  const page = sample.tableIn('before\n\n| slip | silent | taken |\n| --- | ---: | ---: |\n| null | 3 | 4 |\n| labels | 0 | 1 |\n\nbehind', '| slip | silent | taken |')!;
  const found = (...rows: [string, number[]][]) => sample.beyond(new Map(rows), page, ['silent', 'taken']);

  test('agrees where it has as much or less', () => {
    expect(found(['null', [3, 0]], ['labels', [0, 1]])).toEqual([]);
  });

  test('disagrees where it has more, and where the page has no such row', () => {
    expect(found(['labels', [1, 0]], ['another', [0, 2]])).toEqual([
      'labels, silent: 1 in the sample, 0 in the page',
      'another, taken: 2 in the sample, 0 in the page',
    ]);
  });

  test('the tables of the page are found in it', () => {
    const text = fs.readFileSync(path.join(root, 'docs/conformance.md'), 'utf8');
    const slips = sample.tableIn(text, '| slip | the server refuses | lint: error | lint --strict: error | a warning or note | silent | the server takes it |');
    expect(slips?.get('misspelt field')?.every(Number.isInteger)).toBe(true);
  });
});
