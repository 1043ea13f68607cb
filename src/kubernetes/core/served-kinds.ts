import { CORE_RELEASES, SERVED } from './core-facts';
import { isSlipOf, nearestName } from '../../text';
import { KINDS } from '../crd/field-facts';

/** A kind or an API version that no server has. */
export interface UnservedKind {
  /** Which of both is wrong. */
  readonly field: 'apiVersion' | 'kind';
  readonly message: string;
  readonly fix: string;
  /** Whether no release has it, old or new; else one before the oldest that is known here may have. */
  readonly isCertain: boolean;
  /** Whether its group is one of Kubernetes or of an operator that is known here, in which nobody else defines kinds. */
  readonly isOfKnownGroup: boolean;
}

let served: Map<string, Set<string>> | undefined;

/** Kinds by API version: those that come with Kubernetes, and those of the operators. */
function kindsByVersion(): Map<string, Set<string>> {
  if (served === undefined) {
    served = new Map(SERVED.trim()
      .split('\n')
      .map(line => line.split(' '))
      .map(([version, ...kinds]) => [version, new Set(kinds)]));
    for (const [kind, { apiVersion }] of Object.entries(KINDS)) {
      served.set(apiVersion, (served.get(apiVersion) ?? new Set()).add(kind));
    }
  }
  return served;
}

/** Groups of Kubernetes that ended before the releases that are known here. */
const ENDED = ['extensions'];

/**
 * What is wrong with the kind or API version of an object, where it is plainly meant for one that comes with Kubernetes
 * or with an operator of NVIDIA. Nothing is said of kinds that merely are not known, for anybody may define one.
 */
export function unservedKind(apiVersion: string, kind: string): UnservedKind | undefined {
  const known = kindsByVersion();
  if (kind === ''
    || apiVersion === ''
    || known.get(apiVersion)?.has(kind) === true
    || (kind.endsWith('List')
      && known.get(apiVersion)?.has(kind.slice(0, -'List'.length)) === true)) { return undefined; }
  const versions = [...known].filter(([, kinds]) => kinds.has(kind)).map(([version]) => version);
  const group = groupOf(apiVersion);
  if (known.has(apiVersion)) {
    // anybody may define a kind in a group of an operator, but not in one of Kubernetes
    const isOwn = isOfKubernetes(apiVersion);
    const elsewhere = versions.filter(version => isOwn || groupOf(version) === group);
    const near = [...known.get(apiVersion)!].find(each => isSlip(kind, each));
    const message = `${kind} is no kind of ${apiVersion}: the API server refuses it`;
    if (elsewhere.length > 0) {
      const fix = `write apiVersion: ${newest(elsewhere)}`;
      return { field: 'apiVersion', message, fix, isCertain: isOwn, isOfKnownGroup: true };
    }
    return near === undefined
      ? undefined
      : { field: 'kind', message, fix: `write ${near}`, isCertain: true, isOfKnownGroup: true };
  }
  const ofGroup = versions.filter(version => groupOf(version) === group);
  if (ofGroup.length > 0 || (ENDED.includes(group) && versions.length > 0)) {
    const best = newest(ofGroup.length > 0 ? ofGroup : versions);
    const message = isOfKubernetes(best)
      ? `Kubernetes ${CORE_RELEASES[0]} and later do not serve ${kind} as ${apiVersion}`
      : `${kind} is not served as ${apiVersion} by any release that is known`;
    const fix = `write apiVersion: ${best}`;
    return { field: 'apiVersion', message, fix, isCertain: isCore(group), isOfKnownGroup: true };
  }
  const meant = versions.find(version =>
    group === '' || isSlip(group, groupOf(version)) || isMixedUp(group, groupOf(version)));
  return meant === undefined
    ? undefined
    : {
      field: 'apiVersion',
      message: isCore(group)
        ? `${kind} is no kind of ${apiVersion}: the API server refuses it`
        : `${kind} is no kind of ${apiVersion}, unless somebody else defines one`,
      fix: `write apiVersion: ${meant}`,
      isCertain: isCore(group),
      isOfKnownGroup: isCore(group),
    };
}

/** The group without a name has the version v1 alone since Kubernetes 1.0, and nobody can add kinds to it. */
function isCore(group: string): boolean {
  return group === '';
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

function isOfKubernetes(apiVersion: string): boolean {
  return !/(?:^|\.)(?:nvidia\.com|k8s-sigs\.io)$/.test(groupOf(apiVersion));
}

/** `v2` before `v1`, and both before `v1beta1`. */
function newest(versions: readonly string[]): string {
  const rank = (version: string) =>
    [Number(!/alpha|beta/.test(version)), Number(/v(\d+)/.exec(version)?.[1]), version] as const;
  return [...versions].sort((a, b) =>
    rank(b)[0] - rank(a)[0] || rank(b)[1] - rank(a)[1] || (rank(a)[2] < rank(b)[2] ? 1 : -1))[0];
}

/** The same letters in another order. */
function isMixedUp(written: string, meant: string): boolean {
  return written.length === meant.length && [...written].sort().join('') === [...meant].sort().join('');
}

/** One letter off, another case, or the plural. */
function isSlip(written: string, meant: string): boolean {
  const isShort = Math.min(written.length, meant.length) < 4;
  return (isShort ? nearestName(written, [meant]) === meant : isSlipOf(written, meant))
    || written.toLowerCase() === meant.toLowerCase()
    || written === `${meant}s`;
}
