/**
 * Whether a tag is an earlier version than another, both as `major.minor.patch`; undefined when one of them is no
 * version.
 */
export function tagIsBefore(tag: string, other: string): boolean | undefined {
  const parse = (text: string) => /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(text)?.slice(1).map(part => Number(part ?? 0));
  const [have, need] = [parse(tag), parse(other)];
  if (have === undefined || need === undefined) { return undefined; }
  const differing = have.findIndex((part, index) => part !== need[index]);
  return differing !== -1 && have[differing] < need[differing];
}
