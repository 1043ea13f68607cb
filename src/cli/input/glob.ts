/**
 * Whether a path matches a pattern of a config file: `*` and `?` within a name, `**` over folders, a folder for all in
 * it. Paths have slashes on every system.
 */
export function matchesGlob(file: string, pattern: string): boolean {
  const names = plain(file).split('/');
  const parts = plain(pattern).split('/').filter(part => part !== '');
  return matches(names, parts) || matches(names, [...parts, '**']);
}

function plain(file: string): string {
  return file.replace(/\\/g, '/').replace(/^\.?\//, '');
}

/** By the sets of positions that each part of the pattern may end at, so that no pattern is slow. */
function matches(names: readonly string[], parts: readonly string[]): boolean {
  let ends = new Set([0]);
  for (const part of parts) {
    const next = new Set<number>();
    for (const end of ends) {
      if (part === '**') {
        for (let index = end; index <= names.length; index++) { next.add(index); }
      } else if (end < names.length && nameMatches(names[end], part)) {
        next.add(end + 1);
      }
    }
    ends = next;
  }
  return ends.has(names.length);
}

function nameMatches(name: string, part: string): boolean {
  let ends = new Set([0]);
  for (const sign of part) {
    const next = new Set<number>();
    for (const end of ends) {
      if (sign === '*') {
        for (let index = end; index <= name.length; index++) { next.add(index); }
      } else if (end < name.length && (sign === '?' || name[end] === sign)) {
        next.add(end + 1);
      }
    }
    ends = next;
  }
  return ends.has(name.length);
}
