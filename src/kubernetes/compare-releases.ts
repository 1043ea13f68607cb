/**
 * Compares `26.7` and `v25.10.1` by their numbers, as far as both say them: `26.7` stands for every patch of it.
 * @returns less than, equal to or greater than zero
 */
export function compareReleases(a: string, b: string): number {
  const [left, right] = [a, b].map(each => each.replace(/^v/, '').split(/[-+]/)[0].split('.').map(Number));
  for (let part = 0; part < Math.min(left.length, right.length); part++) {
    if (left[part] !== right[part]) { return left[part] - right[part]; }
  }
  return 0;
}
