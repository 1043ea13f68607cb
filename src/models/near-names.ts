/** How many names are suggested. */
const MOST = 3;

/** The names that share most with what was written: parts between dashes, slashes and dots, or beginnings of them. */
export function nearNames(text: string, names: readonly string[]): string[] {
  const wanted = partsOf(text);
  const scored = names.map(name => ({ name, score: score(wanted, partsOf(name)) })).filter(each => each.score > 0);
  return scored.sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1)).slice(0, MOST).map(({ name }) => name);
}

/** The same in words, for the end of a message; empty where nothing is near. */
export function nearWords(text: string, names: readonly string[]): string {
  const near = nearNames(text, names);
  return near.length === 0 ? '' : `; near: ${near.join(', ')}`;
}

function partsOf(name: string): string[] {
  return [...new Set(name.slice(0, 200).toLowerCase().split(/[^a-z0-9]+/).filter(part => part !== ''))];
}

/** Two for an equal part, one for a beginning; what is left over counts against it. */
function score(wanted: string[], have: string[]): number {
  const shared = wanted.reduce((sum, part) => {
    if (have.includes(part)) { return sum + 2; }
    return sum + (have.some(each => each.startsWith(part) || part.startsWith(each)) ? 1 : 0);
  }, 0);
  return shared === 0 ? 0 : shared * 10 - Math.abs(have.length - wanted.length);
}
