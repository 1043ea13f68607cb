import type { Gpu } from './gpu';
import { GpuLayout } from './gpu-layout';
import { GpuEngines, MigProfile } from './mig-profile';

/** Whether the profiles of a layout can stand on one GPU together, and why not. */
export interface GpuLayoutCheck {
  /** Whether they can. */
  readonly valid: boolean;
  /** Why not, in numbers; empty when valid. */
  readonly reasons: string[];
  /**
   * What to do about the reasons.
   * @default - it is valid
   */
  readonly fix?: string;
  /** What may surprise although it is valid. */
  readonly warnings: string[];
  /**
   * The profiles in an order in which the driver can create them from an empty GPU: largest first. Empty when not
   * valid.
   */
  readonly creationOrder: string[];
  /**
   * Compute slices that the layout takes.
   * @default - a profile is not known
   */
  readonly computeSlicesUsed?: number;
  /**
   * Memory slices that the layout takes.
   * @default - a profile is not known
   */
  readonly memorySlicesUsed?: number;
}

type Counted = { readonly profile: MigProfile; readonly count: number };

/**
 * The multiset rule. Placements decide only the order of creation, not whether a multiset can stand on an empty GPU:
 * on 7-slice boards it can if and only if every count is within the profile's maximum and compute and memory slices
 * both suffice; on boards with 4 or 2 slices memory slices, maxima and the engine pool decide. Both were found equal to
 * an exhaustive search over placements, which the tests repeat for every board.
 */
export function checkLayout(gpu: Gpu, layout: GpuLayout): GpuLayoutCheck {
  if (layout.isWhole) {
    return { valid: true, reasons: [], warnings: [], creationOrder: [], computeSlicesUsed: 0, memorySlicesUsed: 0 };
  }
  if (!gpu.migCapable) {
    return invalid([`${gpu.name} cannot do MIG`], 'share it by time-slicing or MPS, or take another board');
  }

  const counted = Object.entries(layout.profiles)
    .map(([name, count]) => ({ name, profile: gpu.findProfile(name), count }));
  const missing = counted.filter(each => each.profile === undefined)
    .map(({ name }) => `no profile ${gpu._describeMissing(name)}`);
  if (missing.length > 0) { return invalid(missing, whatFits(gpu)); }
  const profiles = counted as (Counted & { name: string })[];

  const reasons = faultsOf(gpu, profiles);
  const used = {
    computeSlicesUsed: sumOf(profiles, 'computeSlices'),
    memorySlicesUsed: sumOf(profiles, 'memorySlices'),
  };
  if (reasons.length > 0) {
    return { ...invalid(reasons, [...withoutOne(gpu, profiles), whatFits(gpu)].join('; ')), ...used };
  }
  return {
    valid: true,
    reasons,
    warnings: orderWarnings(gpu, profiles),
    creationOrder: largestFirst(profiles),
    ...used,
  };
}

/** Every valid layout to which no further profile can be added. */
export function maximalLayouts(gpu: Gpu): GpuLayout[] {
  const profiles = gpu.profiles;
  const maximal: GpuLayout[] = [];
  const fits = (counts: number[]) => isValid(gpu, profiles, counts);
  const visit = (index: number, counts: number[]): void => {
    if (index === profiles.length) {
      const canGrow = profiles.some((_, at) => fits(counts.map((count, i) => (i === at ? count + 1 : count))));
      if (!canGrow) {
        const named = profiles.map((profile, i) => [profile.name, counts[i]] as const);
        maximal.push(GpuLayout.of(Object.fromEntries(named.filter(([, count]) => count > 0))));
      }
      return;
    }
    for (let count = 0; ; count++) {
      const next = counts.map((value, i) => (i === index ? count : value));
      if (!fits(next)) { return; }
      visit(index + 1, next);
    }
  };
  if (profiles.length > 0) { visit(0, profiles.map(() => 0)); }
  return maximal;
}

function isValid(gpu: Gpu, profiles: MigProfile[], counts: number[]): boolean {
  const counted = profiles.map((profile, index) => ({ profile, count: counts[index] })).filter(each => each.count > 0);
  return faultsOf(gpu, counted).length === 0;
}

function faultsOf(gpu: Gpu, profiles: Counted[]): string[] {
  return [...tooMany(profiles), ...tooLarge(gpu, profiles), ...enginesShort(gpu, profiles)];
}

function tooMany(profiles: Counted[]): string[] {
  return profiles
    .filter(({ profile, count }) => count > profile.maxInstances)
    .map(({ profile, count }) => `${count} of ${profile.name}, the GPU takes at most ${profile.maxInstances}`);
}

function tooLarge(gpu: Gpu, profiles: Counted[]): string[] {
  const memory = sumOf(profiles, 'memorySlices');
  const compute = sumOf(profiles, 'computeSlices');
  const [memoryLimit, computeLimit] = [gpu.memorySlices!, gpu.computeSlices!];
  if (memory <= memoryLimit && compute <= computeLimit) { return []; }
  const needs = (used: number, limit: number, what: string) =>
    used > limit ? `needs ${used} ${what} slices, the GPU has ${limit}` : `${what} slices ${used} of ${limit}`;
  const sentences = [needs(memory, memoryLimit, 'memory'), needs(compute, computeLimit, 'compute')];
  return [(memory > memoryLimit ? sentences : sentences.reverse()).join('; ')];
}

const ENGINES: [keyof GpuEngines, string][] = [
  ['copyEngines', 'copy engines'], ['decoders', 'decoders (NVDEC)'], ['encoders', 'encoders (NVENC)'],
  ['jpegEngines', 'JPEG engines'], ['ofaEngines', 'optical flow engines (OFA)'],
];

/**
 * Engines bind only on boards with 4 or 2 slices, where media variants (`+me`, `+me.all`) take what others then lack.
 * On 7-slice boards the one `+me` is already limited by its maximum. Unknown engines bind nothing.
 */
function enginesShort(gpu: Gpu, profiles: Counted[]): string[] {
  if ((gpu.memorySlices ?? 0) >= 8) { return []; }
  const pool = gpu.engines;
  return ENGINES.flatMap(([engine, what]) => {
    const has = pool[engine];
    const needed = profiles.reduce((sum, { profile, count }) => sum + count * (profile.engines[engine] ?? 0), 0);
    return has === undefined || needed <= has ? [] : [`needs ${needed} ${what}, the GPU has ${has}`];
  });
}

function sumOf(profiles: Counted[], slices: 'computeSlices' | 'memorySlices'): number {
  return profiles.reduce((sum, { profile, count }) => sum + count * profile[slices], 0);
}

function largestFirst(profiles: Counted[]): string[] {
  return [...profiles]
    .sort((a, b) => b.profile.computeSlices - a.profile.computeSlices || b.profile.memorySlices - a.profile.memorySlices
      || (a.profile.name < b.profile.name ? -1 : 1))
    .flatMap(({ profile, count }) => Array<string>(count).fill(profile.name));
}

/**
 * On a GB300 the driver was seen to put the first 3g at unit 0, and then three layouts have no room left for their 2g
 * and 1g. mig-parted tries every order, so the layout is reached all the same; by hand, create the 3g last. Inferred
 * from one capture and from NVIDIA's DGX Station notes, not run.
 */
function orderWarnings(gpu: Gpu, profiles: Counted[]): string[] {
  if (!gpu.id.startsWith('gb300')) { return []; }
  const count = (slices: number) =>
    profiles.filter(({ profile }) => profile.computeSlices === slices).reduce((sum, each) => sum + each.count, 0);
  const [ones, twos, threes] = [count(1), count(2), count(3)];
  const risky = threes === 1
    && ((ones === 4 && twos === 0) || (ones === 2 && twos === 1) || (ones === 0 && twos === 2));
  return risky
    ? [`${gpu.name} may place the 3g first and then refuse the rest; mig-parted tries other orders, `
      + 'by hand create the 3g last']
    : [];
}

/** The profiles of which one has to go, where that is enough. */
function withoutOne(gpu: Gpu, profiles: Counted[]): string[] {
  const enough = profiles
    .filter(({ profile: tooMuch }) => {
      const rest = profiles.map(each => each.profile === tooMuch ? { ...each, count: each.count - 1 } : each);
      return faultsOf(gpu, rest).length === 0;
    })
    .map(({ profile }) => profile.name);
  return enough.length === 0 ? [] : [`without one ${enough.join(' or one ')} it fits`];
}

function whatFits(gpu: Gpu): string {
  return `cdk8s-gpu layouts ${gpu} lists what fits`;
}

function invalid(reasons: string[], fix: string): GpuLayoutCheck {
  return { valid: false, reasons, fix, warnings: [], creationOrder: [] };
}
