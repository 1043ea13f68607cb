import { BenchmarkResults } from './benchmark-results';
import { LoadResult } from './comparison';

/** What one replica of a stage was measured to do on a kind of slice: an option of a workload in a fleet file. */
export interface MeasuredOption {
  readonly stage: string;
  /** The MIG profile; `whole` for a whole board. */
  readonly profile: string;
  /** The board, as the label nvidia.com/gpu.product writes it. */
  readonly gpu?: string;
  /** Turns a second of the best load that was measured and whose targets were kept. */
  readonly throughput: number;
  readonly arm: string;
  readonly load: string;
}

/** Part of the turns that must keep their targets before a load counts as carried. */
const CARRIED = 0.95;

/**
 * Options for the planner out of the sweeps of one stage alone. A stage that shares its slice by time-slicing or MPS
 * gives none, since the planner asks what a slice of its own does.
 */
export function plannerOptions({ loads, placements }: BenchmarkResults): MeasuredOption[] {
  const options = loads.filter(({ load }) => load.stage !== 'voice').flatMap(result => optionsOf(result, placements));
  const best = new Map<string, MeasuredOption>();
  for (const option of options) {
    const key = JSON.stringify([option.stage, option.profile, option.gpu]);
    const before = best.get(key);
    if (before === undefined || option.throughput > before.throughput) { best.set(key, option); }
  }
  return [...best.values()];
}

function optionsOf({ load, arms }: LoadResult, placements: BenchmarkResults['placements']): MeasuredOption[] {
  return arms.flatMap(({ arm, metrics }) => {
    const throughput = metrics.get('throughput')?.confidence.mean;
    const goodput = metrics.get('goodput')?.confidence.mean ?? throughput;
    const devices = placements.find(each => each.arm === arm.name)?.found.filter(({ stage }) => stage === load.stage)
      ?? [];
    const shares = arm.strategy === 'time-slicing' || arm.strategy === 'mps';
    if (throughput === undefined
      || throughput === 0
      || goodput! < CARRIED * throughput
      || devices.length === 0
      || shares) { return []; }
    const [{ profile = 'whole', product }] = devices;
    const replicas = new Set(devices.map(({ pod }) => pod)).size;
    return [{
      stage: load.stage,
      profile,
      gpu: product?.replaceAll(' ', '-'),
      throughput: throughput / replicas,
      arm: arm.name,
      load: load.name,
    }];
  });
}
