import { at, Fields, isFields, Path, plainText } from '../../fields';
import { CoreIssue } from '../core-issue';

export type Issues = Generator<CoreIssue>;

/** Fields that do not go together. */
export function contradiction(path: Path, what: string, fix: string): CoreIssue {
  return { problem: 'contradiction', path: [...path], message: `${path.join('.')} ${what}`, fix };
}

/** What an object as a whole needs; a part of one may leave it out. */
export function missing(path: Path, what: string, fix: string): CoreIssue {
  return { problem: 'missing', path: [...path], message: `${path.join('.')} ${what}`, fix };
}

/** A value that is refused for what stands around it. */
export function wrongValue(path: Path, what: string, fix: string): CoreIssue {
  return { problem: 'value', path: [...path], message: `${path.join('.')} ${what}`, fix };
}

/** Kinds with a selector of their own pods. */
export const WITH_SELECTOR = ['DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'];

/** A patch says no selector. */
export function isWhole(object: Readonly<Fields>): boolean {
  return !WITH_SELECTOR.includes(plainText(object.kind)) || isFields(at(object, 'spec', 'selector'));
}

export function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

/** Whether a field says nothing: it is not there, null, empty, or without items. */
export function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) { return value.length === 0; }
  return value === undefined || value === null || value === '' || (isFields(value) && Object.keys(value).length === 0);
}

/** Items that stand in a list a second time, where the server takes each once. */
export function* repeatedIn(path: Path, items: readonly unknown[]): Issues {
  const met = new Set<string>();
  for (const [index, item] of items.entries()) {
    if (typeof item !== 'string') { continue; }
    if (met.has(item)) {
      yield contradiction([...path, index], `is "${item}", as an item before it is`, 'remove one of them');
    }
    met.add(item);
  }
}
