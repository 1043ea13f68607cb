/**
 * The name that somebody who wrote `text` most likely meant: at most a third of its letters differ, or it is the only
 * one that begins so; undefined when none is near.
 */
export function nearestName(text: string, names: readonly string[]): string | undefined {
  if (text.length > 80) { return undefined; }
  const wanted = text.toLowerCase();
  const most = Math.max(1, Math.floor(text.length / 3));
  const [best] = names
    .filter(name => Math.abs(name.length - wanted.length) <= most) // each letter more is one that differs
    .map(name => ({ name, distance: distance(wanted, name.toLowerCase(), most) }))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  if (best !== undefined && best.distance <= most) { return best.name; }
  const longer = wanted.length < LEAST_BEGINNING ? [] : names.filter(name => name.toLowerCase().startsWith(wanted));
  return longer.length === 1 ? longer[0] : undefined;
}

/** Fewer letters are the beginning of too much. */
const LEAST_BEGINNING = 4;

/**
 * Letters to insert, remove or replace, or neighbours to swap (Damerau's distance, each letter once); of more than
 * `most` only that it is more.
 */
function distance(a: string, b: string, most: number): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwapped ? before[j - 2] + 1 : Infinity;
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1), swapped));
      least = Math.min(least, next[j]);
    }
    // no swap gets below it again: it adds one to the row before, which has at least one less
    if (least > most) { return Infinity; }
    before = row;
    row = next;
  }
  return row[b.length];
}
