/**
 * Whether a name was likely meant to be another: one letter more, less or other, or two neighbours swapped. Digits and
 * short endings are what names of a series differ in (`models-a`, `models-b`), so they are no slip.
 */
export function isSlipOf(written: string, meant: string): boolean {
  if (written === meant || Math.min(written.length, meant.length) < 4) { return false; }
  let start = 0;
  while (start < written.length && written[start] === meant[start]) { start++; }
  let end = 0;
  while (end < Math.min(written.length, meant.length) - start
    && written[written.length - 1 - end] === meant[meant.length - 1 - end]) { end++; }
  const [wrong, right] = [written.slice(start, written.length - end), meant.slice(start, meant.length - end)];
  if (/\d/.test(wrong + right) || ![written, meant].every(name => lastSegment(name).length > 2)) { return false; }
  return (wrong.length <= 1 && right.length <= 1) || (wrong.length === 2 && right === wrong[1] + wrong[0]);
}

function lastSegment(name: string): string {
  return name.slice(Math.max(name.lastIndexOf('-'), name.lastIndexOf('.')) + 1);
}
