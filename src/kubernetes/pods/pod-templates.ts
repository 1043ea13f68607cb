import { podKindOf, PodPlace } from './pod-kinds';
import { at, Fields, isFields, listOf, Path, textOf } from '../fields';

/** A container in an object. */
export interface ContainerPlace {
  /** From the root of the object. */
  readonly path: Path;
  /** Its own, or what its controller calls it; empty where nothing says it. */
  readonly name: string;
}

/** A pod spec in an object. */
export interface PodTemplate {
  /** From the root of the object to the pod spec. */
  readonly path: Path;
  /** Its containers, those that run before the others among them. */
  readonly containers: readonly ContainerPlace[];
  /** From the root to where the object says node selection for pods that say none. */
  readonly defaults?: Path;
  /** The most pods at one time; undefined for what has no such number. */
  readonly mostPods?: number;
  /** Whether a GPU comes to it only when its container is named. */
  readonly beside: boolean;
  /** Why a GPU cannot be written into it. */
  readonly readOnly?: string;
  /** Whether the kind is not known and the pods were found by their shape, so that nothing is certain about them. */
  readonly byShape: boolean;
}

/** The pod specs of an object: where its kind has them, and of a kind that is not known by their shape. */
export function podTemplatesOf(object: Readonly<Fields>): PodTemplate[] {
  const kind = podKindOf(object);
  return kind === undefined ? templatesByShape(object) : templatesAt(object, kind.places);
}

/** Whether a kind is known to have pods. */
export function isPodKind(kind: string, apiVersion: string): boolean {
  return podKindOf({ kind, apiVersion }) !== undefined;
}

/** Whether objects of a kind are of no namespace, so that their pods may come in any. */
export function hasPodsInAnyNamespace(kind: string, apiVersion: string): boolean {
  return podKindOf({ kind, apiVersion })?.isClusterScoped === true;
}

const CONTAINERS = ['containers.*', 'initContainers.*'];

function templatesAt(object: Readonly<Fields>, places: readonly PodPlace[]): PodTemplate[] {
  return places.flatMap(place => expanded(object, place.spec.split('.')).flatMap(path => {
    const containers = containersAt(object, path, place.containers, place.unnamed);
    return containers.length === 0 ? [] : [{
      path,
      containers,
      defaults: place.defaults?.split('.'),
      mostPods: place.pods(object, path),
      beside: place.beside === true,
      readOnly: place.readOnly,
      byShape: false,
    }];
  }));
}

function containersAt(object: Readonly<Fields>, pod: Path, patterns: readonly string[] = CONTAINERS, unnamed = ''): ContainerPlace[] {
  return patterns.flatMap(pattern => expanded(object, pattern.split('.'), pod)).flatMap(path => {
    const container = at(object, ...path);
    return isFields(container) ? [{ path, name: textOf(container.name) ?? unnamed }] : [];
  });
}

/** The paths that there are of a pattern. */
function expanded(object: unknown, pattern: readonly string[], from: Path = []): Path[] {
  let paths: Path[] = [from];
  for (const step of pattern) {
    paths = paths.flatMap(path => {
      const value = at(object, ...path);
      if (step !== '*') { return isFields(value) && Object.hasOwn(value, step) ? [[...path, step]] : []; }
      if (Array.isArray(value)) { return value.map((_, index) => [...path, index]); }
      return isFields(value) ? Object.keys(value).map(key => [...path, key]) : [];
    });
  }
  return paths;
}

/** Deeper, no kind has pods that anybody knows; and a CRD, which describes pods without having any, has them deeper. */
const DEEPEST_SHAPE = 12;

/** Maps with a list `containers` of which one has an image or resources, as a pod spec has. */
function templatesByShape(object: Readonly<Fields>): PodTemplate[] {
  const found: PodTemplate[] = [];
  const search = (value: unknown, path: Path): void => {
    if (path.length > DEEPEST_SHAPE || typeof value !== 'object' || value === null) { return; }
    if (isFields(value) && listOf(value.containers).some(each => isFields(at(each, 'resources')) || textOf(at(each, 'image')) !== undefined)) {
      found.push({ path, containers: containersAt(object, path), beside: false, byShape: true });
      return;
    }
    for (const [key, each] of Object.entries(value)) { search(each, [...path, Array.isArray(value) ? Number(key) : key]); }
  };
  search(object.spec, ['spec']);
  return found;
}
