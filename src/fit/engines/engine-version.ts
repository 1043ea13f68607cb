/**
 * A release of an engine as `major.minor.patch`; what follows, such as `.post1` or `rc2`, does not matter to memory.
 */
export interface EngineVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/**
 * Reads a version as people and image tags write it: `0.19`, `v0.19.1`, `v0.10.1.1`, `0.20.0-cu130`.
 * @returns undefined when it is none, as `latest` and `nightly` are
 */
export function readVersion(text: string): EngineVersion | undefined {
  const found = /^v?(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?(?:$|[^\d])/.exec(text.trim());
  return found === null
    ? undefined
    : { major: Number(found[1]), minor: Number(found[2]), patch: Number(found[3] ?? 0) };
}

/** Negative when `a` is the earlier one. */
export function compareVersions(a: EngineVersion, b: EngineVersion): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch;
}

export function versionText({ major, minor, patch }: EngineVersion): string {
  return `${major}.${minor}.${patch}`;
}
