import * as fs from 'fs';
import * as path from 'path';

type Table = Map<string, number[]>;
interface Sample {
  beyond(sample: Table, page: Table, columns: string[]): string[];
  tableIn(text: string, head: string): Table | undefined;
}
const root = path.join(__dirname, '..', '..');
const sample: Sample = jest.requireActual(path.join(root, 'test/conformance/derived/sample.js'));

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
