import { Fields } from '../../src/kubernetes';
import { POD_KINDS, PodPlace } from '../../src/kubernetes/pods/pod-kinds';

/** A place of a kind where pods stand. */
export interface PlaceOfKind {
  readonly kind: string;
  readonly group?: string;
  readonly isClusterScoped?: boolean;
  readonly place: PodPlace;
}

/** Every place of every kind of the table, with a name for a test. */
export const ALL_PLACES = Object.entries(POD_KINDS).flatMap(([kind, entries]) => entries.flatMap(({ group, isClusterScoped, places }) =>
  places.map(place => [`${kind}${group === undefined ? '' : `.${group}`} at ${place.spec}`, { kind, group, isClusterScoped, place } as PlaceOfKind] as const)));

/** An object with one container, at a place of its kind, with fields of the container and of its pod. */
export function objectOfKind({ kind, group, place }: PlaceOfKind, container: Fields, pod: Fields = {}): Fields {
  const object: Fields = { apiVersion: `${group ?? 'example.com'}/v1`, kind, metadata: { name: 'x' } };
  let inner: any = object;
  const depth = place.spec.split('.').length;
  const steps = `${place.spec}.${place.containers?.[0] ?? 'containers.*'}`.split('.');
  steps.forEach((step, index) => {
    const isPod = index === depth - 1;
    const next: any = index === steps.length - 1 ? { name: 'main', image: 'example.com/image:1', ...container }
      : steps[index + 1] === '*' ? [] : { ...isPod && pod };
    if (step === '*') { inner.push(next); } else { inner[step] = inner[step] ?? next; }
    inner = step === '*' ? next : inner[step];
  });
  return object;
}
