import { IConstruct } from 'constructs';
import { shareOfSlice } from './memory-of-slice';
import { FitReport, FitVerdict, GpuFit, GpuMemory, LlmServingOptions, ModelFootprint, togetherMib, worstMeeting } from '../../fit';
import { NimModel } from '../../models';
import { GpuSlice } from '../../pools';
import { AppChecks } from '../../synthesis';

/** What the memory check of a NIM goes by. */
export interface NimMemoryOptions {
  readonly model: NimModel;
  /** Undefined: claimed devices. */
  readonly slice?: GpuSlice;
  /** The model is spread over nodes as well, and the figures are for too few GPUs. */
  readonly multiNode?: { readonly parallelism: { readonly pipeline: number } };
  readonly selector?: string;
  readonly serving?: LlmServingOptions;
  readonly footprint?: ModelFootprint;
  readonly acceptUncertainMemory?: string;
}

/**
 * Checks a NIM's memory against its slice.
 * @returns environment variables that make the verdict true
 * @throws when it does not fit, or may not and nobody accepted that
 */
export function checkNimMemory(path: string, options: NimMemoryOptions): Record<string, string> {
  const footprint = footprintOf(path, options);
  const { slice } = options;
  if (slice === undefined) {
    refuseUncertain(path, options, 'the devices that draResources claims are not known here, so neither is their memory');
    return {};
  }
  const share = shareOf(path, slice, footprint);
  if (share === undefined) {
    refuseUncertain(path, options, `${slice} has an unknown amount of memory: pool ${slice.pool} does not say its board. Give it a gpu`);
    return {};
  }
  const report = GpuFit.check(footprint, share);
  const nodes = options.multiNode?.parallelism.pipeline ?? 1;
  if (report.verdict === FitVerdict.DOES_NOT_FIT && nodes > 1 && options.footprint === undefined) {
    refuseUncertain(path, options, `${withRule(report, 'MEM-002')}\n  The figures are for one node; its layers are spread over ${nodes}`);
    return report.engineSettings;
  }
  if (report.verdict === FitVerdict.DOES_NOT_FIT) { throw new Error(`${path}: ${withRule(report, 'MEM-001')}`); }
  if (report.verdict === FitVerdict.UNCERTAIN) { refuseUncertain(path, options, withRule(report, 'MEM-002')); }
  return options.footprint === undefined ? report.engineSettings : {};
}

function footprintOf(path: string, { footprint, model, selector, serving }: NimMemoryOptions): ModelFootprint {
  try {
    return footprint ?? ModelFootprint.ofNim(model, { selector, serving });
  } catch (error) {
    throw new Error(`${path}: serving: ${(error as Error).message}; give another, or leave it out`, { cause: error });
  }
}

/** The first line of the explanation with the rule, then the rest. */
function withRule(report: FitReport, rule: string): string {
  const [first, ...rest] = GpuFit.explain(report).split('\n');
  return [`${first} [${rule}]`, ...rest].join('\n');
}

function refuseUncertain(path: string, options: NimMemoryOptions, why: string): void {
  if (options.acceptUncertainMemory !== undefined) { return; }
  throw new Error(`${path}: ${why}\n  Whether it fits is not certain. Measure it once and give footprint: ModelFootprint.measured(mib), or accept it with a reason: ` +
    'acceptUncertainMemory');
}

/**
 * The share that the slice is. A language model under time-slicing gets its part of the device, because its engine takes a fraction;
 * anything else takes what it needs, so alone it must fit the device, and `MemoryLedger` adds its neighbours.
 */
function shareOf(path: string, slice: GpuSlice, footprint: ModelFootprint): GpuMemory | undefined {
  try {
    return shareOfSlice(slice, takesFraction(footprint) ? slice.replicas : 1);
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

function takesFraction(footprint: ModelFootprint): boolean {
  return Object.keys(GpuFit.check(footprint, GpuMemory.ofMib(80 * 1024)).engineSettings).some(name => /FRACTION|PERCENT|PASSTHROUGH/.test(name));
}

/** A NIM that takes turns on a claimed device. */
interface Tenant {
  readonly construct: IConstruct;
  readonly slice: GpuSlice;
  readonly mostPods: number;
  readonly needMib: number;
}

/**
 * Adds up what may meet on one claimed device. Of devices that the device plugin shares the rules do that at synthesis, for NIMs and all other
 * workloads alike (MEM-001); in a claim they do not see the memory.
 */
export function noteTenant(construct: IConstruct, options: NimMemoryOptions & { slice: GpuSlice }, mostPods: number): void {
  const { slice } = options;
  if (!slice.access.isClaim || !slice.memoryIsShared || slice.memoryMib === undefined) { return; }
  const footprint = footprintOf(construct.node.path, options);
  const report = GpuFit.check(footprint, GpuMemory.ofMib(slice.memoryMib));
  if (report.neededWorstMib === undefined) { return; }
  const needMib = takesFraction(footprint) ? Math.floor(slice.memoryMib / slice.replicas) : report.neededWorstMib;
  const tenants = AppChecks.of(construct).shared('tenants of claimed devices', () => {
    const all: Tenant[] = [];
    construct.node.root.node.addValidation({ validate: () => crowded(all) });
    return all;
  });
  tenants.push({ construct, slice, mostPods, needMib });
}

function crowded(tenants: Tenant[]): string[] {
  const devices = new Map<string, Tenant[]>();
  for (const tenant of tenants) {
    const key = `${tenant.slice.pool} ${tenant.slice.access}`;
    devices.set(key, [...devices.get(key) ?? [], tenant]);
  }
  return [...devices.values()].flatMap(each => {
    const { slice } = each[0];
    const together = worstMeeting(each, slice.replicas);
    const sum = togetherMib(together);
    if (sum <= slice.memoryMib!) { return []; }
    return [`${together.map(tenant => `${tenant.construct.node.path} (${tenant.needMib} MiB)`).join(', ')} may meet on one ${slice} of pool ${slice.pool}: ` +
      `${sum} MiB together, the device has ${slice.memoryMib} MiB [MEM-001]. Use fewer replicas for the pool, smaller profiles, or MIG`];
  });
}
