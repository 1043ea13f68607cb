import { isSlipOf, nearestName, shown } from '../../text';
import { compareReleases } from '../compare-releases';
import { isFields, Path } from '../fields';
import { CHARTS } from './value-facts';
import { ValueNode } from './value-node';

/** A value that a chart does not read. */
export interface ValueIssue {
  readonly path: Path;
  readonly message: string;
  readonly fix: string;
  /** Whether another release of the chart reads it. */
  readonly isOfOtherRelease: boolean;
  /** Whether the release came out after those that are known, so that it may read it. */
  readonly isOfLaterRelease: boolean;
}

/** What is known of values beside their text. */
export interface ValuesAsGiven {
  /** What messages call the chart. */
  readonly title: string;
  /** Of the chart; @default - unknown: every release is taken into account */
  readonly release?: string;
  /** Whether they are surely the chart's. In others only slips and keys of other releases are told. */
  readonly isSure: boolean;
  /** Where they stand in the values of a chart around it; @default - on their own */
  readonly above?: Path;
}

/**
 * Values that a chart does not read: Helm drops them without a word. Nothing is said of charts that are not known, of
 * releases before the oldest that is, of keys for anchors (`x-common`, `_defaults`), of what is null, and of what sets
 * nothing (`podSecurityContext: {}`), unless its name is a slip.
 */
export function checkValues(
  chart: string,
  values: Readonly<Record<string, unknown>>,
  given: ValuesAsGiven,
): ValueIssue[] {
  const facts = Object.hasOwn(CHARTS, chart) ? CHARTS[chart] : undefined;
  if (facts === undefined) { return []; }
  const minors = facts.releases.map(release => release.split('.').slice(0, 2).join('.'));
  const { release } = given;
  if (release !== undefined && compareReleases(release, minors[0]) < 0) { return []; }
  const index = release === undefined
    ? undefined
    : minors.filter(each => compareReleases(each, release) <= 0).length - 1;
  const isOfLaterRelease = release !== undefined && compareReleases(release, minors[minors.length - 1]) > 0;
  const issues: ValueIssue[] = [];
  const root = given.above ?? [];
  const named = (path: Path) => shown([...root, ...path].join('.'));
  const walk = (node: ValueNode, value: unknown, above: Path, isSure: boolean): void => {
    if (node.keys === undefined || !isFields(value)) { return; }
    for (const [key, each] of Object.entries(value)) {
      if (each === null || each === undefined || isForAnchors(key)) { continue; }
      const path = [...above, key];
      const known = Object.hasOwn(node.keys, key) ? node.keys[key] : undefined;
      const told = known === undefined ? unknown(node, key, each, path, isSure) : otherRelease(known, path);
      if (told !== undefined) {
        issues.push({ path: [...root, ...path], isOfLaterRelease, isOfOtherRelease: known !== undefined, ...told });
      }
      if (known !== undefined && told === undefined) { walk(known, each, path, isSure); }
    }
  };

  function unknown(
    node: ValueNode,
    key: string,
    value: unknown,
    path: Path,
    isSure: boolean,
  ): Pick<ValueIssue, 'message' | 'fix'> | undefined {
    const names = Object.keys(node.keys!);
    const slip = names.find(name => name.toLowerCase() === key.toLowerCase() || isSlipOf(key, name));
    if (slip === undefined && (!isSure || node.open === true || isEmpty(value))) { return undefined; }
    const near = slip ?? nearestName(key, names);
    const elsewhere = near === undefined ? placesOf(facts!.keys, key) : [];
    const which = release === undefined
      ? `from ${minors[0]} to ${minors[minors.length - 1]}`
      : isOfLaterRelease
        ? `up to ${minors[minors.length - 1]}, the newest that this library knows,`
        : minors[index!];
    const better = near ?? (elsewhere.length === 1 ? elsewhere[0].join('.') : undefined);
    return {
      message: `${named(path)} is no value of the chart ${given.title} ${which} and has no `
        + `effect${better === undefined ? '' : `; there is ${better}`}`,
      fix: near !== undefined ? `write ${near}` : better === undefined ? 'remove it' : `write it as ${better}`,
    };
  }

  function otherRelease(
    { from = 0, to = minors.length - 1 }: ValueNode,
    path: Path,
  ): Pick<ValueIssue, 'message' | 'fix'> | undefined {
    if (index === undefined || (index >= from && index <= to)) { return undefined; }
    return index < from
      ? {
        message: `the chart ${given.title} reads ${named(path)} from ${minors[from]} on; in `
          + `${release} it has no effect`,
        fix: `upgrade to ${minors[from]}, or remove it`,
      }
      : {
        message: `the chart ${given.title} read ${named(path)} up to ${minors[to]}; in ${release} it has no effect`,
        fix: 'remove it',
      };
  }

  walk({ keys: facts.keys }, values, [], given.isSure);
  return issues;
}

/** What sets nothing, so that nothing is lost where nobody reads it. */
function isEmpty(value: unknown): boolean {
  return value === '' || (typeof value === 'object' && Object.keys(value ?? {}).length === 0);
}

/** Keys that only hold what is written once and used again below. */
function isForAnchors(key: string): boolean {
  return /^(?:[._]|x-)/.test(key) || /anchor|alias/i.test(key);
}

/** Where a chart has a key of a name, or a path that the name is made of: `migStrategy` is `mig.strategy`. */
function placesOf(keys: Readonly<Record<string, ValueNode>>, name: string, above: readonly string[] = []): string[][] {
  return Object.entries(keys).flatMap(([key, node]) => [
    ...key === name || joined([...above, key]) === name ? [[...above, key]] : [],
    ...node.keys === undefined ? [] : placesOf(node.keys, name, [...above, key]),
  ]);
}

function joined([first, ...rest]: readonly string[]): string {
  return [first, ...rest.map(each => each[0].toUpperCase() + each.slice(1))].join('');
}
