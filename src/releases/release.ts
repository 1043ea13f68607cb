/** How a release is written: `26.7`, `v26.7.1`, `1.37.2-eks-5a1b`. */
const FORM = /^v?(\d+)\.(\d+)(?:\.(\d+))?(?:[-+].*)?$/;

/** More than any number that was ever seen in a release. */
const STEP = 10_000;

/** From the first to the last patch that a release stands for, as points in the order of all releases. */
export interface ReleasePoints {
  readonly first: number;
  readonly last: number;
}

/** A release without `v` and without what follows its numbers; undefined for what is none. */
export function plainRelease(text: string): string | undefined {
  return FORM.exec(text)?.slice(1, 4).filter(part => part !== undefined).join('.');
}

/**
 * The points of a release. `26.7.1` is one point; `26.7` stands for every patch of it.
 * @throws for what is no release
 */
export function pointsOf(release: string): ReleasePoints {
  const [, major, minor, patch] = FORM.exec(release) ?? [];
  if (major === undefined) { throw new Error(`"${release}" is no release: give numbers, such as 26.7 or 26.7.1`); }
  const start = (Number(major) * STEP + Number(minor)) * STEP;
  return patch === undefined
    ? { first: start, last: start + STEP - 1 }
    : { first: start + Number(patch), last: start + Number(patch) };
}

/** `26.7` of `26.7.1`. */
export function minorOf(release: string): string {
  return release.split('.').slice(0, 2).join('.');
}
