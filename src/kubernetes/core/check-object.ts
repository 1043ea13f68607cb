import { CoreIssue } from './core-issue';
import { coreTypeOf } from './core-types';
import { inShort, shown } from '../../text';
import { at, Fields, isFields } from '../fields';

/** Why kubectl or a client like it cannot read an object at all. */
export interface ObjectIssue extends CoreIssue {
  /** Whether tools beside kubectl take it. */
  readonly isTakenByOthers?: boolean;
}

/**
 * What keeps kubectl from reading an object: its kind or API version is no text, or it is a list whose items are no
 * objects (k8s.io/apimachinery@v0.37.2 pkg/apis/meta/v1/unstructured/helpers.go, k8s.io/kubectl@v0.37.2
 * pkg/validation/schema.go). Only what is plainly meant for an object of a cluster is judged: files of other tools have
 * a `kind` or an `apiVersion`, too.
 */
export function checkObject(value: Readonly<Fields>): ObjectIssue[] {
  const names = isPlainlyAnObject(value) ? ['kind', 'apiVersion'].flatMap(key => wrongName(value, key)) : [];
  return [...names, ...wrongItems(value)];
}

/** Whether it is a list of objects, of any kind or of one that is known. */
export function isListOfObjects({ apiVersion, kind }: Readonly<Fields>): boolean {
  if (typeof kind !== 'string' || !kind.endsWith('List')) { return false; }
  const ofItems = kind.slice(0, -'List'.length);
  return apiVersion === 'v1' && ofItems === ''
    || (typeof apiVersion === 'string' && coreTypeOf(apiVersion, ofItems) !== undefined);
}

/** Whether kubectl takes an item of a list for an object; that of a list of one kind need not say it. */
export function isItem(item: unknown, list: Readonly<Fields>): item is Readonly<Fields> {
  return isFields(item) && (list.kind !== 'List' || isName(item.kind));
}

/** `v1`, `apps/v1`, `resource.k8s.io/v1beta2`. */
const API_VERSION = /^(?:[a-z0-9][a-z0-9.-]*\/)?v\d+(?:(?:alpha|beta)\d+)?$/;

const EXAMPLES: Readonly<Record<string, string>> = {
  kind: 'write one kind, as in kind: Deployment',
  apiVersion: 'write group and version, as in apiVersion: apps/v1',
};

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isPlainlyAnObject({ apiVersion, kind, metadata }: Readonly<Fields>): boolean {
  if (!isFields(metadata) || Object.keys(metadata).length === 0 || apiVersion === undefined || kind === undefined) {
    return false;
  }
  const isNamed = isName(metadata.name) || isName(metadata.generateName);
  return isNamed || isName(kind) || (typeof apiVersion === 'string' && API_VERSION.test(apiVersion));
}

function wrongName(value: Readonly<Fields>, key: string): ObjectIssue[] {
  const written = value[key];
  return isName(written) ? [] : [issueAt([key], `${key} is ${inWords(written)}`, EXAMPLES[key])];
}

function wrongItems(list: Readonly<Fields>): ObjectIssue[] {
  if (!isListOfObjects(list)) { return []; }
  const { items } = list;
  if (items === undefined || items === null) {
    const what = items === null ? 'items is null' : 'there are no items';
    return [{ ...issueAt(['items'], what, 'write items: [], or leave the list out'), isTakenByOthers: true }];
  }
  if (!Array.isArray(items)) {
    return [issueAt(['items'], `items is ${formOf(items)}, not a list`, 'write a list of objects, each behind a dash')];
  }
  return items.flatMap((item: unknown, index) => {
    const path = ['items', index];
    if (!isFields(item)) {
      return [issueAt(path, `${path.join('.')} is ${formOf(item)}, not an object`, 'write an object, or take it out')];
    }
    const missing = list.kind === 'List'
      ? ['kind', 'apiVersion'].find(key => (key === 'kind' ? !isName(item.kind) : item.apiVersion === undefined))
      : undefined;
    return missing === undefined
      ? []
      : [issueAt(
        [...path, missing],
        `${path.join('.')}.${missing} is ${inWords(at(item, missing))}`,
        EXAMPLES[missing],
      )];
  });
}

/** What is in an item may be a Secret, and long. */
function formOf(value: unknown): string {
  return isFields(value) ? 'a map' : Array.isArray(value) ? 'a list' : inShort(shown(value), 80);
}

function inWords(value: unknown): string {
  if (value === undefined) { return 'missing'; }
  return value === '' ? 'empty' : value === null ? 'null' : `${inShort(shown(value), 80)}, not a text`;
}

function issueAt(path: (string | number)[], what: string, fix: string): ObjectIssue {
  const object = path[0] === 'items' ? 'the list' : 'the object';
  return { problem: 'type', path, message: `${what}: kubectl cannot read ${object}`, fix };
}
