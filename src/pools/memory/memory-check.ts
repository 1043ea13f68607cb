import { shareOfSlice } from './share-of-slice';
import { FitReport, FitVerdict, GpuFit, GpuMemory, ModelFootprint } from '../../fit';
import { GpuSlice } from '../gpu-slice';

/** What is known besides the footprint and the slice. */
export interface MemoryCheckOptions {
  /** Why it is all right that the check is not certain. */
  readonly acceptUncertainMemory?: string;
}

/**
 * Checks a model's memory against the slice that it is to run on.
 * @returns undefined when the memory of the slice is not known, and somebody accepted that
 * @throws when it does not fit, or may not and nobody accepted that
 */
export function checkMemory(
  path: string,
  footprint: ModelFootprint,
  slice: GpuSlice,
  options: MemoryCheckOptions,
): FitReport | undefined {
  const share = shareOf(path, slice, footprint);
  if (share === undefined) {
    refuseUncertain(
      path,
      options,
      `${slice} has an unknown amount of memory: pool ${slice.pool} does not say its board. Give it a gpu`,
    );
    return undefined;
  }
  const report = GpuFit.check(footprint, share);
  if (report.verdict === FitVerdict.DOES_NOT_FIT) { throw new Error(`${path}: ${withRule(report, 'MEM-001')}`); }
  if (report.verdict === FitVerdict.UNCERTAIN) { refuseUncertain(path, options, withRule(report, 'MEM-002')); }
  return report;
}

/** @throws unless somebody accepted that it is not certain whether it fits */
export function refuseUncertain(path: string, { acceptUncertainMemory }: MemoryCheckOptions, why: string): void {
  if (acceptUncertainMemory !== undefined) { return; }
  throw new Error(`${path}: ${why}\n  Whether it fits is not certain. Measure it once and give footprint: `
    + 'ModelFootprint.measured(mib), or accept it with a reason: '
    + 'acceptUncertainMemory');
}

/** Whether the engine takes a fraction of what it sees, and not what it needs. */
export function takesFraction(footprint: ModelFootprint): boolean {
  const settings = GpuFit.check(footprint, GpuMemory.ofMib(80 * 1024)).engineSettings;
  return Object.keys(settings).some(name => /FRACTION|PERCENT|PASSTHROUGH|fraction|utilization/.test(name));
}

/** The first line of the explanation with the rule, then the rest. */
function withRule(report: FitReport, rule: string): string {
  const [first, ...rest] = GpuFit.explain(report).split('\n');
  return [`${first} [${rule}]`, ...rest].join('\n');
}

/**
 * The share that the slice is. A language model under time-slicing gets its part of the device, because its engine
 * takes a fraction; anything else takes what it needs, so alone it must fit the device, and `noteTenant` adds its
 * neighbours.
 */
function shareOf(path: string, slice: GpuSlice, footprint: ModelFootprint): GpuMemory | undefined {
  try {
    return shareOfSlice(slice, takesFraction(footprint) ? slice.replicas : 1);
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}
