import * as path from 'path';
import { isProblem, readManifests } from './read-manifests';
import { at, deepMerge, fieldsOf, isFields, listOf, parseYaml, plainValue, textOf } from '../../kubernetes';
import { ManifestDocument, RENAMED } from '../model/document';

/** What a Kustomization changes in objects that it takes from elsewhere. */
export interface Overlay {
  /** The Kustomization that has it: patches of several on one object are alternatives. */
  readonly kustomization: string;
  readonly kind?: string;
  readonly name?: string;
  /** A part of an object (strategic merge), at its own lines. */
  readonly part?: ManifestDocument;
  /** Operations of RFC 6902. */
  readonly operations?: readonly unknown[];
}

/** What Kustomizations say of the objects of a file. */
export interface Layers {
  readonly overlays: readonly Overlay[];
  /** Of a file, the namespaces that the Kustomizations which take it set. */
  readonly namespacesOf: (file: string) => ReadonlySet<string>;
  /** Whether a Kustomization that takes a file puts something before or behind the names in it. */
  readonly isRenamed: (file: string) => boolean;
  /**
   * Whether a Kustomization takes a file, itself or through another that it takes; of another Kustomization, whether it
   * takes that one.
   */
  readonly takes: (kustomization: string, file: string) => boolean;
}

/** Objects that are in no namespace, of the kinds that rules read. */
const WITHOUT_NAMESPACE = new Set([
  'ClusterPolicy', 'NVIDIADriver', 'GPUCluster', 'Node', 'NodeFeatureRule', 'NodeFeatureGroup', 'DeviceClass',
  'Namespace', 'ClusterServingRuntime', 'ClusterTrainingRuntime', 'ClusterWorkflowTemplate', 'CustomResourceDefinition',
  'StorageClass', 'PersistentVolume', 'PriorityClass', 'RuntimeClass',
]);

/**
 * An object as the Kustomizations around it make it: base and overlay are one. Where several patch it, which are
 * alternatives, it is without what any of them changes.
 */
export function overlaid(document: ManifestDocument, layers: Layers): ManifestDocument {
  const { overlays, namespacesOf, isRenamed, takes } = layers;
  const mine = overlays.filter(({ kustomization, kind, name }) => (kind ?? name) !== undefined
    && matches(kind, document.kind) && matches(name, document.name) && takes(kustomization, document.file));
  const [namespace, ...others] = namespacesOf(document.file);
  const placed = namespace !== undefined
    && others.length === 0
    && document.kind !== ''
    && !WITHOUT_NAMESPACE.has(document.kind)
    && !document.kind.startsWith('ClusterRole');
  // the namespace that a Kustomization sets is the name of a Namespace object too
  const renamed = namespace !== undefined && others.length === 0 && document.kind === 'Namespace';
  // other objects name a Service in addresses, which are not looked at, so that its own name may stay
  const otherName = document.kind === 'Service' && isRenamed(document.file);
  if (mine.length === 0 && !placed && !renamed && !otherName) { return document; }
  const chain = inOrder([...new Set(mine.map(({ kustomization }) => kustomization))], takes);
  const alternatives = chain === undefined;
  let value: unknown = document.value;
  const inTurn = chain?.flatMap(each => mine.filter(({ kustomization }) => kustomization === each)) ?? mine;
  for (const overlay of inTurn) { value = alternatives ? withoutChanged(value, overlay) : changed(value, overlay); }
  const metadata = { ...fieldsOf(at(value, 'metadata')), ...placed && { namespace }, ...renamed && { name: namespace } };
  const noted = { ...alternatives && { 'cdk8s-gpu/form': 'partial' }, ...otherName && { [RENAMED]: 'true' } };
  const form = Object.keys(noted).length > 0 ? { annotations: { ...document.annotations, ...noted } } : {};
  return document.overlaidBy(
    { ...fieldsOf(value), metadata: { ...metadata, ...form } },
    alternatives ? [] : inTurn.flatMap(each => each.part ?? []),
  );
}

/**
 * Kustomizations from the innermost to the outermost; undefined where one does not take the other, so that they are
 * alternatives.
 */
function inOrder(kustomizations: readonly string[], takes: Layers['takes']): string[] | undefined {
  const sorted = [...kustomizations].sort((a, b) => Number(takes(a, b)) - Number(takes(b, a)));
  return sorted.every((each, index) => index === 0 || takes(each, sorted[index - 1])) ? sorted : undefined;
}

/**
 * Kustomize takes names and kinds of a target for regular expressions over the whole; without signs of one, a name is
 * itself.
 */
function matches(pattern: string | undefined, text: string): boolean {
  return pattern === undefined || pattern === text || pattern === '.*';
}

function changed(value: unknown, { part, operations = [] }: Overlay): unknown {
  return operations.reduce(operated, part === undefined ? value : merged(value, part.value));
}

/** Lists whose items Kubernetes tells apart by a key (the patchMergeKey of the core types). */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  containers: 'name', initContainers: 'name', env: 'name', volumes: 'name', volumeMounts: 'mountPath', volumeDevices: 'devicePath', imagePullSecrets: 'name', ports: 'containerPort',
};

/**
 * As a strategic merge patch changes a value: null takes away, maps are merged, lists of named items by their names.
 */
function merged(value: unknown, part: unknown, key = ''): unknown {
  if (Array.isArray(part)) {
    const mergeKey = Object.hasOwn(MERGE_KEYS, key) ? MERGE_KEYS[key] : undefined;
    return mergeKey === undefined || !Array.isArray(value) ? part : mergedItems(value, part, mergeKey);
  }
  if (!isFields(part)) { return part; }
  const { $patch, ...fields } = part;
  if ($patch === 'replace' || !isFields(value)) { return fields; }
  const result = new Map(Object.entries(value));
  for (const [name, each] of Object.entries(fields)) {
    if (each === null) { result.delete(name); } else { result.set(name, merged(result.get(name), each, name)); }
  }
  return Object.fromEntries(result);
}

function mergedItems(items: readonly unknown[], parts: readonly unknown[], key: string): unknown[] {
  const result = [...items];
  for (const part of parts) {
    const index = result.findIndex(each => at(each, key) !== undefined && at(each, key) === at(part, key));
    if (at(part, '$patch') === 'delete') {
      if (index >= 0) { result.splice(index, 1); }
    } else if (index < 0) { result.push(part); } else { result[index] = merged(result[index], part); }
  }
  return result;
}

/** A value after one operation; what cannot be done is left, because Kustomize says so. */
function operated(value: unknown, operation: unknown): unknown {
  const [op, pointer] = [at(operation, 'op'), textOf(at(operation, 'path'))];
  if (pointer === undefined || !pointer.startsWith('/') || !['add', 'replace', 'remove'].includes(textOf(op) ?? '')) {
    return value;
  }
  const keys = pointer.slice(1).split('/').map(key => key.replace(/~1/g, '/').replace(/~0/g, '~'));
  return set(value, keys, op === 'remove' ? undefined : at(operation, 'value'), op === 'add');
}

function set(value: unknown, [key, ...rest]: string[], to: unknown, isNew: boolean): unknown {
  if (Array.isArray(value)) {
    const index = key === '-' ? value.length : Number(key);
    if (!Number.isInteger(index) || index < 0 || index > value.length) { return value; }
    const result = [...value];
    const item = rest.length === 0 ? to : set(value[index], rest, to, isNew);
    const isLast = rest.length === 0;
    if (isLast && to === undefined) {
      result.splice(index, 1);
    } else {
      result.splice(index, isLast && isNew ? 0 : 1, item);
    }
    return result;
  }
  if (!isFields(value)) { return value; }
  const result = new Map(Object.entries(value));
  if (rest.length > 0) {
    result.set(key, set(result.get(key), rest, to, isNew));
  } else if (to === undefined) { result.delete(key); } else { result.set(key, to); }
  return Object.fromEntries(result);
}

/** A value without what a patch sets. */
function withoutChanged(value: unknown, { part, operations = [] }: Overlay): unknown {
  const { metadata: _, kind: __, apiVersion: ___, ...fields } = part?.value ?? {};
  const without = (whole: unknown, piece: unknown): unknown => {
    if (!isFields(whole) || !isFields(piece)) { return undefined; }
    return Object.fromEntries(Object.entries(whole).flatMap(([key, each]) => {
      const left = Object.hasOwn(piece, key) ? without(each, piece[key]) : each;
      return left === undefined ? [] : [[key, left]];
    }));
  };
  const left = without(value, fields) ?? value;
  return operations.reduce<unknown>((all, each) => operated(all, deepMerge(fieldsOf(each), { op: 'remove' })), left);
}

/**
 * The patches of a Kustomization, inline ones at the line of their text.
 * @param read the text of a file that it names; undefined for what may not be opened
 */
export function overlaysIn(kustomization: ManifestDocument, read: (file: string) => string | undefined): Overlay[] {
  const { value, file, index } = kustomization;
  const folder = path.dirname(file);
  return ([
    'patches', 'patchesJson6902', 'patchesStrategicMerge',
  ] as const).flatMap(list => listOf(value[list]).flatMap((patch, number): Overlay[] => {
    const [kind, name] = [textOf(at(patch, 'target', 'kind')), textOf(at(patch, 'target', 'name'))];
    const written = textOf(patch); // of patchesStrategicMerge
    const inline = textOf(at(patch, 'patch')) ?? (written?.includes('\n') === true ? written : undefined);
    const named = path.join(folder, textOf(at(patch, 'path')) ?? written ?? '');
    const text = inline ?? read(named);
    if (text === undefined) { return []; }
    const operations = operationsIn(text);
    if (operations !== undefined) { return [{ kustomization: file, kind, name, operations }]; }
    const parts = ([...readManifests(
      text,
      inline === undefined ? named : file,
    )]).filter((each): each is ManifestDocument =>
      !isProblem(each));
    const line = kustomization.line([list, number, 'patch']) ?? 1;
    return parts.map(part => ({
      kustomization: file,
      kind: kind ?? part.kind,
      name: name ?? part.name,
      part: inline === undefined
        ? part
        : new ManifestDocument(part.value, file, index, 'person', undefined, () => ({ line, child: () => undefined })),
    }));
  }));
}

function operationsIn(text: string): readonly unknown[] | undefined {
  try {
    const value = plainValue(parseYaml(text), text);
    return Array.isArray(value) && value.every(each => typeof at(each, 'op') === 'string') ? value : undefined;
  } catch {
    return undefined; // told when it is read
  }
}
