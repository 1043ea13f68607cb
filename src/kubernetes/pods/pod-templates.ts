import { podKindOf, PodPlace } from './pod-kinds';
import { at, Fields, isFields, listOf, Path, textOf } from '../fields';

/** A container in an object. */
export interface ContainerPlace {
  /** From the root of the object. */
  readonly path: Path;
  /** Its own, or what its controller calls it; empty where nothing says it. */
  readonly name: string;
  /** Where the object says its resources, from the root; @default - it does itself */
  readonly resources?: Path;
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
  /** How many pods a job runs side by side; undefined for what is no job. */
  readonly podsInParallel?: number;
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

/**
 * The pod spec of an object whose kind has one, at a place that has no lists or maps above it, and how many pods come
 * of it.
 */
export function onlyPodOf(
  object: Readonly<Fields>,
): Pick<PodTemplate, 'path' | 'mostPods' | 'podsInParallel'> | undefined {
  const places = podKindOf(object)?.places;
  if (places?.length !== 1 || places[0].containers !== undefined || places[0].spec.includes('*')) { return undefined; }
  const path = stepsOf(places[0].spec);
  return { path, mostPods: places[0].pods(object, path), podsInParallel: places[0].parallel?.(object, path) };
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
  return places.flatMap(place => expanded(object, stepsOf(place.spec)).flatMap(path => {
    const found = containersAt(object, path, place.containers, place.unnamed);
    const containers = place.resourcesAbove === undefined
      ? found
      : found.map((each, index) => (
        index > 0 ? each : { ...each, resources: [...path.slice(0, -place.resourcesAbove!), 'resources'] }));
    return containers.length === 0 ? [] : [{
      path,
      containers,
      defaults: place.defaults?.split('.'),
      mostPods: place.pods(object, path),
      podsInParallel: place.parallel?.(object, path),
      beside: place.beside === true,
      readOnly: place.readOnly,
      byShape: false,
    }];
  }));
}

function containersAt(
  object: Readonly<Fields>,
  pod: Path,
  patterns: readonly string[] = CONTAINERS,
  unnamed = '',
): ContainerPlace[] {
  return patterns.flatMap(pattern => expanded(object, stepsOf(pattern), pod)).flatMap(path => {
    const container = at(object, ...path);
    return isFields(container) ? [{ path, name: textOf(container.name) || unnamed }] : [];
  });
}

const steps = new Map<string, readonly string[]>();

/** The steps of a place, taken apart once: every object that is read and written comes by here. */
function stepsOf(place: string): readonly string[] {
  let known = steps.get(place);
  if (known === undefined) { steps.set(place, known = place.split('.')); }
  return known;
}

/** The paths that there are of a pattern. */
function expanded(object: unknown, pattern: readonly string[], from: Path = []): Path[] {
  const found: Path[] = [];
  const walk = (value: unknown, step: number, path: Path): void => {
    if (step === pattern.length) {
      found.push(path);
    } else if (pattern[step] !== '*') {
      if (isFields(value) && Object.hasOwn(value, pattern[step])) {
        walk(value[pattern[step]], step + 1, [...path, pattern[step]]);
      }
    } else if (Array.isArray(value)) {
      value.forEach((each, index) => walk(each, step + 1, [...path, index]));
    } else if (isFields(value)) {
      for (const key of Object.keys(value)) { walk(value[key], step + 1, [...path, key]); }
    }
  };
  walk(at(object, ...from), 0, from);
  return found;
}

/** Deeper, no kind has pods that anybody knows; and a CRD, which describes pods without having any, has them deeper. */
const DEEPEST_SHAPE = 12;

/** Maps with a list `containers` of which one has an image or resources, as a pod spec has. */
function templatesByShape(object: Readonly<Fields>): PodTemplate[] {
  const found: PodTemplate[] = [];
  const search = (value: unknown, path: Path): void => {
    if (path.length > DEEPEST_SHAPE || typeof value !== 'object' || value === null) { return; }
    if (isFields(value)
      && listOf(value.containers).some(each =>
        isFields(at(each, 'resources')) || textOf(at(each, 'image')) !== undefined)) {
      found.push({ path, containers: containersAt(object, path), beside: false, byShape: true });
      return;
    }
    for (const [key, each] of Object.entries(value)) {
      search(each, [...path, Array.isArray(value) ? Number(key) : key]);
    }
  };
  search(object.spec, ['spec']);
  return found;
}
