import { Gpu } from '../../hardware';

/** A profile at its place on a board. */
export interface PlacedProfile {
  readonly profile: string;
  readonly start: number;
  readonly size: number;
}

/**
 * Places profiles on one board, in the order given; undefined where placements are not known or nothing fits. Larger
 * profiles are tried first and each at its first start, as the driver does it for a static layout.
 */
export function placeOnBoard(gpu: Gpu, profiles: readonly string[]): (PlacedProfile | undefined)[] {
  const order = profiles.map((profile, index) => ({ index, profile, starts: gpu.findProfile(profile)?.placements }));
  if (order.some(({ starts }) => starts === undefined)) { return profiles.map(() => undefined); }
  order.sort((a, b) => b.starts![0].size - a.starts![0].size || a.starts!.length - b.starts!.length);
  const placed = new Array<PlacedProfile | undefined>(profiles.length);
  const taken = new Set<number>();
  const place = (at: number): boolean => {
    if (at === order.length) { return true; }
    const { index, profile, starts } = order[at];
    for (const { start, size } of starts!) {
      const units = Array.from({ length: size }, (_, i) => start + i);
      if (units.some(unit => taken.has(unit))) { continue; }
      units.forEach(unit => taken.add(unit));
      placed[index] = { profile, start, size };
      if (place(at + 1)) { return true; }
      units.forEach(unit => taken.delete(unit));
    }
    return false;
  };
  return place(0) ? placed : profiles.map(() => undefined);
}
