import type { Gpu } from './gpu';
import { GpuLayout } from './gpu-layout';
import { MigPlacement, MigProfile } from './mig-profile';

/** A GPU instance that stands somewhere on a board. */
export interface PlacedInstance {
  readonly profile: MigProfile;
  /** Where, in placement units. */
  readonly placement: MigPlacement;
}

/** Compute slices and memory slices. */
export interface SliceCount {
  readonly computeSlices: number;
  readonly memorySlices: number;
}

/** A layout as it stands on one board. */
export interface PlacedLayout {
  /** Units that placements count: those of the board, or its memory slices where its placements are not known. */
  readonly units: number;
  /** Whether the starts are among those that the driver allows; else the instances stand in order. */
  readonly startsKnown: boolean;
  /** From left to right. */
  readonly instances: readonly PlacedInstance[];
  /** What could still be cut. */
  readonly uncut: SliceCount;
  /** What no further instance could reach, however the rest is cut. */
  readonly stranded: SliceCount;
}

/**
 * One way in which a layout can stand on a board: the way that strands least when the rest is cut too. Which of several
 * ways it is on a node, the driver decides, so it is for drawing and counting, never for manifests.
 * @returns undefined where the layout cannot stand on the board
 */
export function placeLayout(gpu: Gpu, layout: GpuLayout): PlacedLayout | undefined {
  if (layout.isWhole || !gpu.checkLayout(layout).valid) { return undefined; }
  const placed = placements.get(gpu) ?? new Map<string, PlacedLayout>();
  placements.set(gpu, placed);
  const known = placed.get(String(layout)) ?? place(gpu, layout);
  placed.set(String(layout), known);
  return known;
}

/** A fleet has few layouts and many boards. */
const placements = new WeakMap<Gpu, Map<string, PlacedLayout>>();

function place(gpu: Gpu, layout: GpuLayout): PlacedLayout {
  const [computeSlices, memorySlices] = [gpu.computeSlices!, gpu.memorySlices!];
  const full = fullest(gpu, layout);
  const own = slicesOf(gpu, layout);
  const all = slicesOf(gpu, full);
  const units = gpu.placementUnits ?? memorySlices;
  const standing = starts(profilesOf(gpu, full), units);
  const stood = standing ?? inOrder(profilesOf(gpu, layout), units / memorySlices);
  return {
    units,
    startsKnown: standing !== undefined,
    instances: chosen(stood, layout),
    uncut: { computeSlices: all.computeSlices - own.computeSlices, memorySlices: all.memorySlices - own.memorySlices },
    stranded: { computeSlices: computeSlices - all.computeSlices, memorySlices: memorySlices - all.memorySlices },
  };
}

/**
 * The maximal layout with all of this one in it that leaves the fewest compute slices, then the fewest memory slices,
 * over.
 */
function fullest(gpu: Gpu, layout: GpuLayout): GpuLayout {
  const wanted = Object.entries(layout.profiles);
  const ways = maximal(gpu).filter(each => wanted.every(([name, count]) => (each.profiles[name] ?? 0) >= count));
  const used = ways.map(way => ({ way, ...slicesOf(gpu, way) }))
    .sort((a, b) => b.computeSlices - a.computeSlices || b.memorySlices - a.memorySlices || a.way.total - b.way.total);
  return used[0]?.way ?? layout;
}

function maximal(gpu: Gpu): GpuLayout[] {
  const known = maximalOf.get(gpu) ?? gpu.maximalLayouts();
  maximalOf.set(gpu, known);
  return known;
}

const maximalOf = new WeakMap<Gpu, GpuLayout[]>();

function slicesOf(gpu: Gpu, layout: GpuLayout): SliceCount {
  const { computeSlicesUsed, memorySlicesUsed } = gpu.checkLayout(layout);
  return { computeSlices: computeSlicesUsed!, memorySlices: memorySlicesUsed! };
}

/** Largest first, as the driver can create them from an empty board. */
function profilesOf(gpu: Gpu, layout: GpuLayout): MigProfile[] {
  return gpu.checkLayout(layout).creationOrder.map(name => gpu.profile(name));
}

/** A start for each, so that none covers another; undefined where starts are not known. */
function starts(profiles: readonly MigProfile[], units: number): PlacedInstance[] | undefined {
  const taken = Array<boolean>(units).fill(false);
  const found: PlacedInstance[] = [];
  const isFree = ({ start, size }: MigPlacement) => taken.slice(start, start + size).every(each => !each);
  const standFrom = (index: number): boolean => {
    if (index === profiles.length) { return true; }
    const profile = profiles[index];
    for (const placement of profile.placements ?? []) {
      if (!isFree(placement)) { continue; }
      taken.fill(true, placement.start, placement.start + placement.size);
      found.push({ profile, placement });
      if (standFrom(index + 1)) { return true; }
      found.pop();
      taken.fill(false, placement.start, placement.start + placement.size);
    }
    return false;
  };
  return standFrom(0) ? found : undefined;
}

function inOrder(profiles: readonly MigProfile[], unitsPerSlice: number): PlacedInstance[] {
  let start = 0;
  return profiles.map(profile => {
    const size = profile.memorySlices * unitsPerSlice;
    start += size;
    return { profile, placement: { start: start - size, size } };
  });
}

/** Of all that stand, those of the layout, from left to right. */
function chosen(standing: readonly PlacedInstance[], layout: GpuLayout): PlacedInstance[] {
  const left = new Map(Object.entries(layout.profiles));
  return [...standing]
    .sort((a, b) => a.placement.start - b.placement.start)
    .filter(({ profile: { name } }) => {
      const count = left.get(name) ?? 0;
      left.set(name, count - 1);
      return count > 0;
    });
}
