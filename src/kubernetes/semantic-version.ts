/** A version of three numbers, as semver.org has it: the operator reads `versionValue` by it. */
export const SEMVER = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;
