import { nearestName } from '../../src/text';

const NAMES = ['nvidia.com/gpu', 'replicas', 'resources', 'renameByDefault', 'migStrategy', 'failRequestsGreaterThanOne', 'gpu', 'mig', 'mps'];

/** Damerau's distance as it is defined, without a bound. */
function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (__, j) => (i === 0 ? j : i)));
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? rows[i - 2][j - 2] + 1 : Infinity;
      rows[i][j] = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1), swapped);
    }
  }
  return rows[a.length][b.length];
}

/** Every name with up to three of its letters removed, doubled, replaced or swapped, one after another. */
const written = NAMES.flatMap(name => [...name].flatMap((_, at) => {
  const changes: ((text: string, place: number) => string)[] = [
    (text, place) => text.slice(0, place) + text.slice(place + 1),
    (text, place) => text.slice(0, place) + text[place] + text.slice(place),
    (text, place) => `${text.slice(0, place)}#${text.slice(place + 1)}`,
    (text, place) => text.slice(0, place) + text.slice(place, place + 2).split('').reverse().join('') + text.slice(place + 2),
  ];
  return changes.flatMap((first, number) => {
    const [once, second] = [first(name, at), changes[(number + at) % 4]];
    const twice = second(once, Math.min((at + 2) % name.length, once.length - 1));
    return [once, twice, changes[at % 4](twice, 0)];
  });
})).filter(text => text.length > 0);

test('the nearest name is the one with the fewest changed letters, if at most a third of them differ', () => {
  for (const text of written) {
    const [best] = NAMES.map(name => ({ name, by: distance(text.toLowerCase(), name.toLowerCase()) }))
      .sort((a, b) => a.by - b.by || (a.name < b.name ? -1 : 1));
    const only = NAMES.filter(name => text.length >= 4 && name.toLowerCase().startsWith(text.toLowerCase()));
    const expected = best.by <= Math.max(1, Math.floor(text.length / 3)) ? best.name : only.length === 1 ? only[0] : undefined;
    expect({ text, nearest: nearestName(text, NAMES) }).toEqual({ text, nearest: expected });
  }
  expect(written.length).toBeGreaterThan(1000);
});
